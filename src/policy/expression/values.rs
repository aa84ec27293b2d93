//! The values of terms that few different ones occur of, such as departments: what is made of them is computed once
//! for each value instead of once for each user.

use std::borrow::Cow;
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::answer::{self, Answer};
use super::column::who;
use super::ops::{self, Applied, Data, Failure, apply};
use super::term::{Const, Node, Term};
use super::value::Val;
use crate::subjects::Subjects;

/// More different values are too many.
const MOST: usize = 4_096;
/// So many subjects are looked at first: whoever has many different values among them has too many among all.
const FIRST: usize = 4_096;
const MOST_AMONG_FIRST: usize = 256;

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
    held: Vec<Held>,
    /// Which of them, by subject.
    of: Vec<u16>,
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

/// Gives numbers to values, as long as they are few.
#[derive(Default)]
struct Numbers {
    held: Vec<Held>,
    numbers: FxHashMap<Held, u16>,
}

impl Numbers {
    fn number(&mut self, held: Held, most: usize) -> Option<u16> {
        if let Some(number) = self.numbers.get(&held) {
            return Some(*number);
        }
        if self.held.len() >= most {
            return None;
        }
        let number = u16::try_from(self.held.len()).ok()?;
        self.numbers.insert(held.clone(), number);
        self.held.push(held);
        Some(number)
    }
}

impl Values {
    /// The values of `term` for all subjects; `None` where they are too many.
    pub(super) fn of(data: &Data<'_>, term: &Term) -> Option<Self> {
        let subjects = data.world.users.len() + 1;
        let held = |subject: usize| Held::of(answer::value(data, term, who(data, subject)));
        let mut first = Numbers::default();
        for subject in 0..subjects.min(FIRST) {
            first.number(held(subject)?, MOST_AMONG_FIRST)?;
        }
        let chunks: Vec<(Numbers, Vec<u16>)> = (0..subjects.div_ceil(FIRST))
            .into_par_iter()
            .map(|chunk| {
                let mut numbers = Numbers::default();
                let chunk = chunk * FIRST..subjects.min((chunk + 1) * FIRST);
                let of = chunk
                    .map(|subject| numbers.number(held(subject)?, MOST))
                    .collect::<Option<Vec<u16>>>()?;
                Some((numbers, of))
            })
            .collect::<Option<_>>()?;
        let mut all = Numbers::default();
        let mut of = Vec::with_capacity(subjects);
        for (numbers, chunk) in chunks {
            let renumbered = numbers.held.into_iter().map(|held| all.number(held, MOST));
            let renumbered: Vec<u16> = renumbered.collect::<Option<_>>()?;
            of.extend(chunk.iter().filter_map(|number| renumbered.get(usize::from(*number))));
        }
        Some(Self { held: all.held, of })
    }

    /// What `term` makes of the values of the one part of it that differs from user to user.
    pub(super) fn map(&self, data: &Data<'_>, term: &Term, part: &Term) -> Option<Self> {
        let Node::Op(op, terms) = term.node() else { return None };
        let mut numbers = Numbers::default();
        let mut renumbered = Vec::with_capacity(self.held.len());
        for held in &self.held {
            let made = match held {
                Held::Is(constant) => {
                    let args = terms.iter().map(|term| match term.node() {
                        Node::Const(constant) => Some(Val::known(constant.value())),
                        _ if **term == *part => Some(Val::known(constant.value())),
                        _ => None,
                    });
                    let args: Vec<Val> = args.collect::<Option<_>>()?;
                    Held::of(apply(data, op, &args).map(Val::known))?
                }
                other => other.clone(),
            };
            renumbered.push(numbers.number(made, MOST)?);
        }
        let of = self.of.iter().filter_map(|number| renumbered.get(usize::from(*number)).copied()).collect();
        Some(Self { held: numbers.held, of })
    }

    /// All subjects by what they answer to the question whether the term is true.
    pub(super) fn answers(&self) -> Vec<(Answer, Subjects)> {
        let mut answers: Vec<Answer> = Vec::new();
        let mut numbers = Vec::with_capacity(self.held.len());
        for held in &self.held {
            let answer = held.answer();
            numbers.push(answers.iter().position(|other| *other == answer).unwrap_or_else(|| {
                answers.push(answer);
                answers.len() - 1
            }));
        }
        let number = |subject: usize| self.of.get(subject).and_then(|held| numbers.get(usize::from(*held)));
        let sets = Subjects::by(self.of.len(), |subject| number(subject).copied().unwrap_or_default());
        sets.into_iter().filter_map(|(number, set)| Some((answers.get(number)?.clone(), set))).collect()
    }

    /// The subjects for whom the term is `wanted`, also in its type.
    pub(super) fn subjects(&self, wanted: &Const) -> Subjects {
        let found =
            self.held.iter().position(|held| matches!(held, Held::Is(constant) if constant == wanted));
        let number = found.and_then(|found| u16::try_from(found).ok());
        Subjects::of_test(self.of.len(), |subject| {
            self.of.get(subject).copied() == number && number.is_some()
        })
    }
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
