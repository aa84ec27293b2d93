//! Sets of subjects, in whatever form takes the least room.

use std::sync::Arc;

use crate::subjects::{Subjects, WORD};

/// A set of subjects. Subjects are numbered as the users are; the one after the last user is the anonymous one.
#[derive(Clone, Debug)]
pub(crate) enum Set {
    /// All of them, or none.
    All(bool),
    /// A few, in ascending order.
    Few(Arc<[u32]>),
    /// All but a few, in ascending order.
    AllBut(Arc<[u32]>),
    /// Many.
    Many(Arc<Subjects>),
    /// All but many.
    Without(Arc<Subjects>),
}

/// A list of more than one in so many subjects takes more room than a bit for each of them.
const SPARSE: usize = 32;

/// Whether `members` of `subjects` are better kept in a list.
pub(crate) fn is_few(members: usize, subjects: usize) -> bool {
    members <= subjects / SPARSE
}

impl Set {
    /// The members of `list`, which ascends.
    pub(crate) fn of_list(list: &[u32], subjects: usize) -> Self {
        if list.is_empty() {
            Self::All(false)
        } else if is_few(list.len(), subjects) {
            Self::Few(list.into())
        } else {
            let mut bits = Subjects::none(subjects);
            list.iter().for_each(|subject| bits.insert(*subject as usize));
            Self::Many(Arc::new(bits))
        }
    }

    /// Those of the first `subjects` that are in `bits`.
    pub(crate) fn of_bits(mut bits: Subjects, subjects: usize) -> Self {
        bits.keep_first(subjects);
        Self::of_shared(&Arc::new(bits), subjects)
    }

    /// Those in `bits`, which has none but the first `subjects`.
    pub(crate) fn of_shared(bits: &Arc<Subjects>, subjects: usize) -> Self {
        let members = bits.count(subjects);
        let list = |bits: &Subjects| bits.iter().filter_map(|subject| u32::try_from(subject).ok()).collect();
        if members == 0 || members == subjects {
            Self::All(members > 0)
        } else if is_few(members, subjects) {
            Self::Few(list(bits))
        } else if is_few(subjects - members, subjects) {
            let mut others = Subjects::all(subjects);
            others.remove(bits);
            Self::AllBut(list(&others))
        } else {
            Self::Many(Arc::clone(bits))
        }
    }

    /// All others.
    pub(crate) fn inverted(&self) -> Self {
        match self {
            Self::All(all) => Self::All(!all),
            Self::Few(few) => Self::AllBut(Arc::clone(few)),
            Self::AllBut(few) => Self::Few(Arc::clone(few)),
            Self::Many(bits) => Self::Without(Arc::clone(bits)),
            Self::Without(bits) => Self::Many(Arc::clone(bits)),
        }
    }

    /// Whether `subject` is one of them.
    pub(crate) fn contains(&self, subject: usize) -> bool {
        match self {
            Self::All(all) => *all,
            Self::Few(few) => is_in(few, subject),
            Self::AllBut(few) => !is_in(few, subject),
            Self::Many(bits) => bits.contains(subject),
            Self::Without(bits) => !bits.contains(subject),
        }
    }

    /// How many of the first `subjects` are members.
    pub(crate) fn count(&self, subjects: usize) -> usize {
        match self {
            Self::All(true) => subjects,
            Self::All(false) => 0,
            Self::Few(few) => below(few, subjects),
            Self::AllBut(few) => subjects - below(few, subjects),
            Self::Many(bits) => bits.count(subjects),
            Self::Without(bits) => subjects - bits.count(subjects),
        }
    }

    /// Adds the members among `subjects` to `to`.
    pub(crate) fn add_to(&self, to: &mut Subjects, subjects: usize) {
        match self {
            Self::All(false) => {}
            Self::Few(few) => few.iter().for_each(|subject| to.insert(*subject as usize)),
            Self::Many(bits) => to.extend(bits),
            Self::All(true) | Self::AllBut(_) | Self::Without(_) => {
                let mut all = Subjects::all(subjects);
                match self {
                    Self::AllBut(few) => few.iter().for_each(|subject| all.take_out(*subject as usize)),
                    Self::Without(bits) => all.remove(bits),
                    _ => {}
                }
                to.extend(&all);
            }
        }
    }

    /// The same set, but for `subject`: a member if `is_member`.
    pub(crate) fn with(self, subject: usize, is_member: bool) -> Self {
        if self.contains(subject) == is_member {
            return self;
        }
        let Ok(number) = u32::try_from(subject) else { return self };
        let (toggled, was) = match &self {
            Self::All(all) => (vec![number], *all),
            Self::Few(few) => (toggled(few, number), false),
            Self::AllBut(few) => (toggled(few, number), true),
            Self::Without(_) => return self.inverted().with(subject, !is_member).inverted(),
            Self::Many(bits) => {
                let mut bits = bits.as_ref().clone();
                if is_member {
                    bits.insert(subject);
                } else {
                    bits.take_out(subject);
                }
                return Self::Many(Arc::new(bits));
            }
        };
        match (toggled.is_empty(), was) {
            (true, was) => Self::All(was),
            (false, true) => Self::AllBut(toggled.into()),
            (false, false) => Self::Few(toggled.into()),
        }
    }
}

fn toggled(few: &[u32], subject: u32) -> Vec<u32> {
    let at = few.partition_point(|other| *other < subject);
    let (before, after) = few.split_at(at);
    match after.split_first() {
        Some((found, after)) if *found == subject => [before, after].concat(),
        _ => [before, &[subject], after].concat(),
    }
}

pub(crate) fn is_in(few: &[u32], subject: usize) -> bool {
    u32::try_from(subject).is_ok_and(|subject| few.binary_search(&subject).is_ok())
}

/// How many of `few` are among the first `subjects`.
pub(crate) fn below(few: &[u32], subjects: usize) -> usize {
    match few.last() {
        Some(last) if *last as usize >= subjects => {
            few.partition_point(|subject| (*subject as usize) < subjects)
        }
        _ => few.len(),
    }
}

/// Those of `few` who belong to the `words` words from word `first` on.
pub(crate) fn within(few: &[u32], first: usize, words: usize) -> &[u32] {
    let start = few.partition_point(|subject| (*subject as usize) < first * WORD);
    let rest = few.get(start..).unwrap_or_default();
    let end = rest.partition_point(|subject| (*subject as usize) < (first + words) * WORD);
    rest.get(..end).unwrap_or_default()
}
