//! For which users does each leaf hold?

use rayon::prelude::*;
use rules::{Leaf, Node, Nodes};
use rustc_hash::FxHashMap;

use super::runs::Runs;
use crate::model::{GroupId, Id, Members, World};
use crate::policy::{For, Subject};
use crate::subjects::{Subjects, WORD};
use crate::truth::{Ends, Truth};

/// The subjects for whom something holds, and for whom it may.
#[derive(Clone, Debug)]
pub(crate) struct Extent {
    pub(crate) must: Set,
    /// `None` where it is the same as `must`.
    pub(crate) may: Option<Set>,
}

/// A set of subjects. Subjects are numbered as the users are; the one after the last user is the anonymous one.
#[derive(Clone, Debug)]
pub(crate) enum Set {
    /// All of them, or none.
    All(bool),
    /// A few, in ascending order.
    Few(Vec<u32>),
    /// Many.
    Many(Subjects),
}

impl Set {
    /// Whether `subject` is one of them.
    pub(crate) fn contains(&self, subject: usize) -> bool {
        match self {
            Self::All(all) => *all,
            Self::Few(few) => u32::try_from(subject).is_ok_and(|subject| few.binary_search(&subject).is_ok()),
            Self::Many(bits) => bits.contains(subject),
        }
    }

    /// How many of the first `subjects` are members.
    pub(crate) fn count(&self, subjects: usize) -> usize {
        match self {
            Self::All(all) => {
                if *all {
                    subjects
                } else {
                    0
                }
            }
            Self::Few(few) => few.partition_point(|subject| (*subject as usize) < subjects),
            Self::Many(bits) => bits.count(subjects),
        }
    }

    /// Writes the members among the subjects from word `first` on into `words`.
    pub(crate) fn write(&self, first: usize, words: &mut [u64]) {
        match self {
            Self::All(all) => words.fill(if *all { u64::MAX } else { 0 }),
            Self::Few(few) => {
                words.fill(0);
                let start = few.partition_point(|subject| (*subject as usize) < first * WORD);
                for subject in few.iter().skip(start).map(|subject| *subject as usize) {
                    let Some(word) = words.get_mut(subject / WORD - first) else { break };
                    *word |= 1 << (subject % WORD);
                }
            }
            Self::Many(bits) => bits.read(first, words),
        }
    }

    fn of_list(list: Vec<u32>, subjects: usize) -> Self {
        // A list takes 32 bits for each member, a bitset one for each subject.
        if list.len() > subjects / 32 {
            let mut bits = Subjects::none(subjects);
            for subject in list {
                bits.insert(subject as usize);
            }
            Self::Many(bits)
        } else {
            Self::Few(list)
        }
    }

    fn of_test(subjects: usize, test: impl Fn(usize) -> bool) -> Self {
        Self::Many(Subjects::of_test(subjects, test))
    }
}

impl Extent {
    fn known(must: Set) -> Self {
        Self { must, may: None }
    }

    fn same(truth: Truth) -> Self {
        Self { must: Set::All(truth.must), may: (!truth.is_known()).then_some(Set::All(truth.may)) }
    }

    /// What is known for `subject`.
    pub(crate) fn truth(&self, subject: usize) -> Truth {
        let must = self.must.contains(subject);
        Truth { must, may: self.may.as_ref().map_or(must, |may| may.contains(subject)) }
    }
}

/// The extents of all leaves, and the ends of all runs.
pub(crate) struct Extents {
    leaves: FxHashMap<Leaf, Extent>,
    /// For each run its ends, by subject; one for all where they are the same.
    ends: Vec<Column>,
}

/// The ends of a run.
pub(crate) enum Column {
    /// The same for every subject.
    All(Ends),
    /// By subject.
    Each(Vec<(Ends, Subjects)>),
}

impl Column {
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

impl Extents {
    /// The extents of the leaves of `nodes`.
    pub(crate) fn of(
        world: &World,
        runs: &Runs<'_>,
        nodes: &Nodes,
        counts: &[(rules::GroupId, rules::GroupId)],
    ) -> Self {
        let ends: Vec<Column> = runs.all.par_iter().map(|run| column(world, &run.judgement.ends)).collect();
        let direct = Members::of(world);
        let leaves: Vec<Leaf> = nodes
            .iter()
            .filter_map(|(_, node)| if let Node::Leaf(leaf) = node { Some(leaf) } else { None })
            .collect();
        let subjects = world.users.len() + 1;
        let leaves = leaves
            .into_par_iter()
            .map(|leaf| {
                let extent = match leaf {
                    Leaf::Member(group) => Extent::known(members(group, &direct, counts, subjects)),
                    Leaf::Is(user) if (user.0 as usize) < world.users.len() => {
                        Extent::known(Set::Few(vec![user.0]))
                    }
                    Leaf::Is(_) => Extent::known(Set::All(false)),
                    Leaf::Real => {
                        Extent::known(Set::of_test(subjects, |subject| subject < world.users.len()))
                    }
                    Leaf::Active => Extent::known(active(world, subjects)),
                    Leaf::Given(_) => Extent::same(Truth::UNKNOWN),
                    Leaf::Takes(run, class) => Extent::known(takes(runs, run, class)),
                    Leaf::Ends(run, wanted) => {
                        let column = ends.get(run.0 as usize).unwrap_or(&Column::All(Ends::UNKNOWN));
                        asked(column, wanted, subjects)
                    }
                };
                (leaf, extent)
            })
            .collect();
        Self { leaves, ends }
    }

    /// The extent of `leaf`; unknown for a leaf of another circuit.
    pub(crate) fn leaf(&self, leaf: Leaf) -> Extent {
        self.leaves.get(&leaf).cloned().unwrap_or_else(|| Extent::same(Truth::UNKNOWN))
    }

    /// What is known of `leaf` for `subject`.
    pub(crate) fn truth(&self, leaf: Leaf, subject: usize) -> Truth {
        self.leaves.get(&leaf).map_or(Truth::UNKNOWN, |extent| extent.truth(subject))
    }

    /// The ends of `run`.
    pub(crate) fn ends(&self, run: rules::RunId) -> &Column {
        self.ends.get(run.0 as usize).unwrap_or(&Column::All(Ends::UNKNOWN))
    }
}

pub(crate) fn column(world: &World, ends: &For<'_>) -> Column {
    match ends {
        For::All(ends) => Column::All(*ends),
        For::Ways(ways) => {
            let mut each: Vec<(Ends, Subjects)> = Vec::new();
            for (way, subjects) in &ways.0 {
                match each.iter_mut().find(|(ends, _)| *ends == way.ends()) {
                    Some((_, known)) => known.extend(subjects),
                    None => each.push((way.ends(), subjects.clone())),
                }
            }
            of_each(each)
        }
        For::Each(each) => {
            let users: Vec<_> = world.users.values().collect();
            of_each(Subjects::by(users.len() + 1, |subject| {
                each(users.get(subject).map_or(Subject::Anonymous, |user| Subject::User(user)))
            }))
        }
    }
}

fn of_each(each: Vec<(Ends, Subjects)>) -> Column {
    match each.as_slice() {
        [(ends, _)] => Column::All(*ends),
        _ => Column::Each(each),
    }
}

/// The subjects of one class of a run.
fn takes(runs: &Runs<'_>, run: rules::RunId, class: u32) -> Set {
    match runs.all.get(run.0 as usize).map(|run| &run.judgement.ends) {
        Some(For::Ways(ways)) => match ways.0.get(class as usize) {
            Some((_, subjects)) => Set::Many(subjects.clone()),
            None => Set::All(false),
        },
        _ => Set::All(false),
    }
}

/// Where a run ends in one of the `wanted` ways, and where it can.
fn asked(column: &Column, wanted: rules::Outcomes, subjects: usize) -> Extent {
    let truth =
        |ends: Ends| Truth { must: ends.bits() & !wanted.bits() == 0, may: ends.bits() & wanted.bits() != 0 };
    match column {
        Column::All(ends) => Extent::same(truth(*ends)),
        Column::Each(each) => {
            let (mut must, mut may) = (Subjects::none(subjects), Subjects::none(subjects));
            for (ends, subjects) in each {
                let truth = truth(*ends);
                if truth.must {
                    must.extend(subjects);
                }
                if truth.may {
                    may.extend(subjects);
                }
            }
            let may = (may != must).then_some(Set::Many(may));
            Extent { must: Set::Many(must), may }
        }
    }
}

fn members(
    group: rules::GroupId,
    direct: &Members,
    counts: &[(rules::GroupId, rules::GroupId)],
    subjects: usize,
) -> Set {
    let start = counts.partition_point(|(asked, _)| *asked < group);
    let mut list: Vec<u32> = counts
        .iter()
        .skip(start)
        .take_while(|(asked, _)| *asked == group)
        .flat_map(|(_, below)| direct.of_one(GroupId::from_index(below.0 as usize)))
        .copied()
        .collect();
    list.sort_unstable();
    list.dedup();
    Set::of_list(list, subjects)
}

fn active(world: &World, subjects: usize) -> Set {
    let active: Vec<bool> = world.users.values().map(|user| user.active).collect();
    Set::of_test(subjects, |subject| active.get(subject).copied().unwrap_or(false))
}
