//! How does a run end for each subject?

use std::sync::Arc;

use super::set::Set;
use crate::policy::{ByEnds, For};
use crate::subjects::Subjects;
use crate::truth::Ends;

/// The ends of a run.
pub(crate) enum Column {
    /// The same for every subject.
    All(Ends),
    /// By subject.
    Each(Vec<(Ends, Set)>),
}

impl Column {
    /// The ends of runs, of `subjects`.
    pub(crate) fn of(ends: &For, subjects: usize) -> Self {
        match ends {
            For::All(ends) => Self::All(*ends),
            For::Ways(ways) => {
                let mut each: Vec<(Ends, Vec<&Arc<Subjects>>)> = Vec::new();
                for (way, subjects) in &ways.0 {
                    match each.iter_mut().find(|(ends, _)| *ends == way.ends()) {
                        Some((_, known)) => known.push(subjects),
                        None => each.push((way.ends(), vec![subjects])),
                    }
                }
                let joined = |sets: Vec<&Arc<Subjects>>| {
                    if let [set] = sets.as_slice() {
                        return Set::of_shared(set, subjects);
                    }
                    let mut all = Subjects::none(subjects);
                    sets.into_iter().for_each(|set| all.extend(set));
                    Set::of_bits(all, subjects)
                };
                Self::of_each(each.into_iter().map(|(ends, sets)| (ends, joined(sets))).collect())
            }
            For::Each(ByEnds(each)) => {
                let sets = each.iter().map(|(ends, set)| (*ends, Set::of_bits(set.clone(), subjects)));
                Self::of_each(sets.collect())
            }
        }
    }

    fn of_each(each: Vec<(Ends, Set)>) -> Self {
        match each.as_slice() {
            [(ends, _)] => Self::All(*ends),
            _ => Self::Each(each),
        }
    }

    /// How it may end for `subject`.
    pub(crate) fn get(&self, subject: usize) -> Ends {
        match self {
            Self::All(ends) => *ends,
            Self::Each(each) => {
                let found = each.iter().find(|(_, subjects)| subjects.contains(subject));
                found.map_or(Ends::UNKNOWN, |(ends, _)| *ends)
            }
        }
    }

    /// Whether the ends of some subject are several.
    pub(crate) fn has_unknown(&self) -> bool {
        match self {
            Self::All(ends) => !ends.is_known(),
            Self::Each(each) => each.iter().any(|(ends, _)| !ends.is_known()),
        }
    }
}
