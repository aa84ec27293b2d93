//! The values of terms that few different ones occur of, such as departments: what is made of them is computed once
//! for each value instead of once for each user.

use std::borrow::Cow;
use std::sync::Arc;

use super::answer::{self, Answer};
use super::column::who;
use super::ops::{self, Applied, Data, Failure, apply};
use super::partition::{Most, Partition};
use super::term::{Const, Node, Term};
use super::value::Val;
use crate::subjects::Subjects;

/// What a term is for one subject.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Held {
    Is(Const),
    Raises(&'static str),
    /// It is not certain, for this reason.
    Unclear(Cow<'static, str>),
}

/// What a term is for every subject.
#[derive(Debug)]
pub(super) struct Values {
    subjects: Arc<Partition>,
    /// For each part.
    held: Vec<Held>,
}

impl Held {
    /// `None` for a value that is no constant.
    fn of(value: Applied<Val>) -> Option<Self> {
        Some(match value {
            Ok(value) => Self::Is(Const::of(value.raw())?),
            Err(Failure::Raise(class)) => Self::Raises(class),
            Err(Failure::Cannot(reason)) => Self::Unclear(reason),
        })
    }

    fn answer(&self) -> Answer {
        match self {
            Self::Is(constant) => Answer::Truth(ops::truth(&constant.value())),
            Self::Raises(class) => Answer::Raises(class),
            Self::Unclear(reason) => Answer::Unclear(reason.clone()),
        }
    }
}

impl Values {
    /// The values of `term` for all subjects; `None` where they are too many.
    pub(super) fn of(data: &Data<'_>, term: &Term) -> Option<Self> {
        let held = |subject: usize| Held::of(answer::value(data, term, who(data, subject)));
        let (subjects, held) = Partition::by(data.world.users.len() + 1, Most::FEW, held)?;
        Some(Self { subjects: Arc::new(subjects), held })
    }

    /// The values of `term`, which is the same for all subjects of a part; `None` where one is no constant.
    pub(super) fn of_parts(data: &Data<'_>, term: &Term, subjects: &Arc<Partition>) -> Option<Self> {
        let of_part = |part: &[u32]| {
            let anyone = *part.first()? as usize;
            Held::of(answer::value(data, term, who(data, anyone)))
        };
        let held = subjects.parts().map(of_part).collect::<Option<_>>()?;
        Some(Self { subjects: Arc::clone(subjects), held })
    }

    /// What `term` makes of the values of the one part of it that differs from user to user.
    pub(super) fn map(&self, data: &Data<'_>, term: &Term, part: &Term) -> Option<Self> {
        let Node::Op(op, terms) = term.node() else { return None };
        let made = |held: &Held| {
            let Held::Is(constant) = held else { return Some(held.clone()) };
            let args = terms.iter().map(|term| match term.node() {
                Node::Const(constant) => Some(Val::known(constant.value())),
                _ if **term == *part => Some(Val::known(constant.value())),
                _ => None,
            });
            let args: Vec<Val> = args.collect::<Option<_>>()?;
            Held::of(apply(data, op, &args).map(Val::known))
        };
        let held = self.held.iter().map(made).collect::<Option<_>>()?;
        Some(Self { subjects: Arc::clone(&self.subjects), held })
    }

    /// All subjects by what they answer to the question whether the term is true.
    pub(super) fn answers(&self) -> Vec<(Answer, Subjects)> {
        by_answer(self.held.iter().map(Held::answer).collect(), &self.subjects)
    }

    /// The subjects for whom the term is `wanted`, also in its type.
    pub(super) fn subjects(&self, wanted: &Const) -> Subjects {
        let mut found = Subjects::none(self.subjects.subjects());
        let parts = self.held.iter().zip(self.subjects.parts());
        let wanted = parts.filter(|(held, _)| matches!(held, Held::Is(constant) if constant == wanted));
        wanted.flat_map(|(_, part)| part).for_each(|subject| found.insert(*subject as usize));
        found
    }
}

/// All subjects by what each part of them answers.
pub(super) fn by_answer(answers: Vec<Answer>, subjects: &Partition) -> Vec<(Answer, Subjects)> {
    let mut found: Vec<(Answer, Vec<&[u32]>)> = Vec::new();
    for (answer, part) in answers.into_iter().zip(subjects.parts()) {
        match found.iter_mut().find(|(other, _)| *other == answer) {
            Some((_, parts)) => parts.push(part),
            None => found.push((answer, vec![part])),
        }
    }
    // Most subjects are not looked at: they are those who are left.
    let size = |parts: &[&[u32]]| parts.iter().map(|part| part.len()).sum::<usize>();
    let most = (0..found.len()).max_by_key(|index| found.get(*index).map_or(0, |(_, parts)| size(parts)));
    let mut left = Subjects::all(subjects.subjects());
    let mut sets: Vec<(Answer, Subjects)> = Vec::with_capacity(found.len());
    for (index, (answer, parts)) in found.into_iter().enumerate() {
        let mut set = Subjects::none(subjects.subjects());
        if Some(index) != most {
            parts.into_iter().flatten().for_each(|subject| set.insert(*subject as usize));
            left.remove(&set);
        }
        sets.push((answer, set));
    }
    if let Some((_, set)) = most.and_then(|most| sets.get_mut(most)) {
        *set = left;
    }
    sets
}

/// The one part of `term` that differs from user to user, if there is but one.
pub(super) fn part(term: &Term) -> Option<&Arc<Term>> {
    let Node::Op(_, terms) = term.node() else { return None };
    let mut differs = terms.iter().filter(|term| !matches!(term.node(), Node::Const(_)));
    match (differs.next(), differs.next()) {
        (Some(part), None) if matches!(part.node(), Node::Op(..)) => Some(part),
        _ => None,
    }
}
