//! What each subject answers to a test, for all of them at once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use rayon::prelude::*;

use super::answer::{self, Answer};
use super::ops::Data;
use super::run::{Reply, Test};
use super::term::Term;
use super::value::Who;
use crate::model::{Id, UserId};

/// Subjects in one word of a set.
const WORD: usize = 64;

/// The subjects who answer in one way, one bit each; the one after the last user is the anonymous one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Subjects(pub(super) Vec<u64>);

impl Subjects {
    /// The first `subjects`.
    pub(super) fn all(subjects: usize) -> Self {
        let mut words = vec![u64::MAX; subjects.div_ceil(WORD)];
        if let (Some(last), rest @ 1..) = (words.last_mut(), subjects % WORD) {
            *last = (1 << rest) - 1;
        }
        Self(words)
    }

    pub(super) fn first(&self) -> Option<usize> {
        let word = self.0.iter().position(|word| *word != 0)?;
        Some(word * WORD + self.0.get(word)?.trailing_zeros() as usize)
    }

    pub(super) fn count(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.0.iter().enumerate().flat_map(|(index, word)| {
            let mut left = *word;
            std::iter::from_fn(move || {
                let bit = (left != 0).then(|| left.trailing_zeros() as usize)?;
                left &= left - 1;
                Some(index * WORD + bit)
            })
        })
    }

    pub(super) fn keep(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(word, other)| *word &= other);
    }

    pub(super) fn remove(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(word, other)| *word &= !other);
    }
}

/// The answers of all subjects to one question.
struct Column {
    truthy: Subjects,
    falsy: Subjects,
    /// Those for whom there is no answer: an exception of a class, or nothing that is certain.
    odd: Vec<(Answer, Subjects)>,
}

/// The answers to all questions that were asked so far, whatever policy asked.
#[derive(Default)]
pub(crate) struct Columns {
    known: Mutex<HashMap<Arc<Term>, Arc<Column>, rustc_hash::FxBuildHasher>>,
}

/// The subject with a number.
pub(super) fn who(data: &Data<'_>, subject: usize) -> Who {
    if subject < data.world.users.len() { Who::User(UserId::from_index(subject)) } else { Who::Anonymous }
}

impl Columns {
    /// Takes away from `subjects` those who answer `test` otherwise.
    pub(super) fn keep(&self, data: &Data<'_>, test: &Test, subjects: &mut Subjects) {
        match &test.reply {
            Reply::Truth(true) => subjects.keep(&self.column(data, &test.term).truthy),
            Reply::Truth(false) => subjects.keep(&self.column(data, &test.term).falsy),
            Reply::Fine => {
                let column = self.column(data, &test.term);
                column.odd.iter().for_each(|(_, odd)| subjects.remove(odd));
            }
            Reply::Raises(class) => self.keep_odd(data, test, &Answer::Raises(class), subjects),
            Reply::Unclear(reason) => self.keep_odd(data, test, &Answer::Unclear(reason.clone()), subjects),
            // Few share a value, and few values are asked for twice.
            Reply::Is(value) => {
                let words = subjects.0.par_iter().enumerate().map(|(index, word)| {
                    (0..WORD).filter(|bit| word >> bit & 1 == 1).fold(0, |kept, bit| {
                        let same = answer::is(data, &test.term, who(data, index * WORD + bit), value);
                        kept | u64::from(same) << bit
                    })
                });
                let words = words.collect();
                subjects.0 = words;
            }
        }
    }

    fn keep_odd(&self, data: &Data<'_>, test: &Test, answer: &Answer, subjects: &mut Subjects) {
        let column = self.column(data, &test.term);
        match column.odd.iter().find(|(other, _)| other == answer) {
            Some((_, odd)) => subjects.keep(odd),
            None => subjects.0.fill(0),
        }
    }

    fn column(&self, data: &Data<'_>, term: &Arc<Term>) -> Arc<Column> {
        if let Ok(known) = self.known.lock()
            && let Some(column) = known.get(term)
        {
            return Arc::clone(column);
        }
        let column = Arc::new(answers(data, term));
        if let Ok(mut known) = self.known.lock() {
            known.insert(Arc::clone(term), Arc::clone(&column));
        }
        column
    }
}

/// The answers of the subjects of one word: those who say yes and no, and the others.
type Word = (u64, u64, Vec<(usize, Answer)>);

/// Asks every subject.
fn answers(data: &Data<'_>, term: &Arc<Term>) -> Column {
    let subjects = data.world.users.len() + 1;
    let asker = answer::asker(data, term);
    let length = subjects.div_ceil(WORD);
    let words: Vec<Word> = (0..length)
        .into_par_iter()
        .with_min_len(64)
        .map(|index| {
            let (mut truthy, mut falsy, mut odd) = (0, 0, Vec::new());
            for bit in 0..WORD.min(subjects - index * WORD) {
                let subject = index * WORD + bit;
                match asker(who(data, subject)) {
                    Answer::Truth(true) => truthy |= 1 << bit,
                    Answer::Truth(false) => falsy |= 1 << bit,
                    answer => odd.push((subject, answer)),
                }
            }
            (truthy, falsy, odd)
        })
        .collect();
    let mut odd: Vec<(Answer, Subjects)> = Vec::new();
    for (subject, answer) in words.iter().flat_map(|(.., odd)| odd) {
        let at = odd.iter().position(|(other, _)| other == answer).unwrap_or_else(|| {
            odd.push((answer.clone(), Subjects(vec![0; length])));
            odd.len() - 1
        });
        if let Some(word) = odd.get_mut(at).and_then(|(_, set)| set.0.get_mut(subject / WORD)) {
            *word |= 1 << (subject % WORD);
        }
    }
    Column {
        truthy: Subjects(words.iter().map(|(truthy, ..)| *truthy).collect()),
        falsy: Subjects(words.iter().map(|(_, falsy, _)| *falsy).collect()),
        odd,
    }
}
