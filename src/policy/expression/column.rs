//! What each subject answers to a test, for all of them at once.

use std::hash::Hash;
use std::sync::{Arc, Mutex, OnceLock};

use rustc_hash::FxHashMap;

use super::answer::{self, Answer};
use super::key::Key;
use super::ops::Data;
use super::partition::Partition;
use super::run::{Reply, Test};
use super::term::Term;
use super::value::Who;
use super::values::{self, Values};
use crate::model::{Id, Members, UserId};
use crate::subjects::Subjects;

/// The answers of all subjects to one question.
type Column = Vec<(Answer, Subjects)>;

/// What is known so far.
type Memory<K, T> = Mutex<FxHashMap<K, T>>;

/// The answers to all questions that were asked so far, whatever policy asked.
#[derive(Default)]
pub(crate) struct Columns {
    answers: Memory<Arc<Term>, Arc<Column>>,
    /// `None` for terms that have too many values.
    values: Memory<Arc<Term>, Option<Arc<Values>>>,
    /// All subjects by the keys of terms. `None` for keys that there are too many of.
    partitions: Memory<Key, Option<Arc<Partition>>>,
    members: OnceLock<Members>,
}

/// Terms are looked into so deep for a part that has few values.
const DEEPEST: usize = 8;

fn remembered<K: Clone + Eq + Hash, T: Clone>(
    memory: &Memory<K, T>,
    key: &K,
    compute: impl FnOnce() -> T,
) -> T {
    if let Ok(known) = memory.lock()
        && let Some(found) = known.get(key)
    {
        return found.clone();
    }
    let found = compute();
    if let Ok(mut known) = memory.lock() {
        known.insert(key.clone(), found.clone());
    }
    found
}

/// The subject with a number.
pub(super) fn who(data: &Data<'_>, subject: usize) -> Who {
    if subject < data.world.users.len() { Who::User(UserId::from_index(subject)) } else { Who::Anonymous }
}

/// Whether `who` answers `test` as whoever it was asked of first.
pub(super) fn holds(data: &Data<'_>, test: &Test, who: Who) -> bool {
    if let Reply::Is(wanted) = &test.reply {
        return answer::is(data, &test.term, who, wanted);
    }
    match (&test.reply, answer::asker(data, &test.term)(who)) {
        (Reply::Truth(wanted), Answer::Truth(truth)) => *wanted == truth,
        (Reply::Fine, Answer::Truth(_)) => true,
        (Reply::Raises(wanted), Answer::Raises(class)) => *wanted == class,
        (Reply::Unclear(wanted), Answer::Unclear(reason)) => *wanted == reason,
        _ => false,
    }
}

impl Columns {
    /// Takes away from `subjects` those who answer `test` otherwise.
    pub(super) fn keep(&self, data: &Data<'_>, test: &Test, subjects: &mut Subjects) {
        let answer = match &test.reply {
            Reply::Truth(truth) => Answer::Truth(*truth),
            Reply::Raises(class) => Answer::Raises(class),
            Reply::Unclear(reason) => Answer::Unclear(reason.clone()),
            Reply::Fine if answer::is_text(&test.term) => {
                // Every saved user has it.
                if !matches!(answer::asker(data, &test.term)(Who::Anonymous), Answer::Truth(_)) {
                    subjects.take_out(data.world.users.len());
                }
                return;
            }
            Reply::Fine => {
                let column = self.column(data, &test.term);
                let odd = column.iter().filter(|(answer, _)| !matches!(answer, Answer::Truth(_)));
                odd.for_each(|(_, odd)| subjects.remove(odd));
                return;
            }
            Reply::Is(value) => {
                match self.values(data, &test.term, DEEPEST) {
                    Some(values) => subjects.keep(&values.subjects(value)),
                    // Few share a value, and few values are asked for twice.
                    None => {
                        *subjects = subjects
                            .filter(|subject| answer::is(data, &test.term, who(data, subject), value));
                    }
                }
                return;
            }
        };
        match self.column(data, &test.term).iter().find(|(other, _)| *other == answer) {
            Some((_, who)) => subjects.keep(who),
            None => *subjects = Subjects::none(data.world.users.len() + 1),
        }
    }

    fn column(&self, data: &Data<'_>, term: &Arc<Term>) -> Arc<Column> {
        remembered(&self.answers, term, || Arc::new(self.answers(data, term)))
    }

    /// Asks every subject, or whatever stands for many of them.
    fn answers(&self, data: &Data<'_>, term: &Arc<Term>) -> Column {
        let subjects = data.world.users.len() + 1;
        if let Some(groups) = answer::groups(data, term) {
            let members = self.members.get_or_init(|| Members::of(data.world));
            let mut yes = members.of_any(&groups, subjects);
            let mut no = Subjects::all(subjects);
            // Somebody anonymous has groups of another kind.
            let anonymous = answer::asker(data, term)(Who::Anonymous);
            let alone = Subjects::one(subjects - 1, subjects);
            no.remove(&yes);
            no.remove(&alone);
            return match anonymous {
                Answer::Truth(truth) => {
                    if truth { &mut yes } else { &mut no }.extend(&alone);
                    vec![(Answer::Truth(true), yes), (Answer::Truth(false), no)]
                }
                odd => vec![(Answer::Truth(true), yes), (Answer::Truth(false), no), (odd, alone)],
            };
        }
        if let Some(answers) = self.of_attributes(data, term) {
            return answers;
        }
        if let Some(values) = self.through_part(data, term, DEEPEST) {
            return values.answers();
        }
        let asker = answer::asker(data, term);
        Subjects::by(subjects, |subject| asker(who(data, subject)))
    }

    /// Whether everybody has attributes, where that is asked: no dictionary is made for it.
    fn of_attributes(&self, data: &Data<'_>, term: &Term) -> Option<Column> {
        if answer::of_subject(term) != Some("attributes") {
            return None;
        }
        let partition = self.partition(data, &Key::Attributes)?;
        let of = |subject: u32| match data.world.users.get(UserId(subject)) {
            Some(user) => answer::of_attributes(user),
            None => answer::general(data, term, Who::Anonymous),
        };
        let answers = partition.parts().filter_map(|part| part.first().map(|first| of(*first)));
        Some(values::by_answer(answers.collect(), &partition))
    }

    /// Makes ready what `keys` tell apart, for all policies that will ask.
    pub(super) fn foresee(&self, data: &Data<'_>, keys: impl IntoIterator<Item = Key>) {
        keys.into_iter().for_each(|key| drop(self.partition(data, &key)));
    }

    /// The values of `term`, where they are few.
    fn values(&self, data: &Data<'_>, term: &Arc<Term>, depth: usize) -> Option<Arc<Values>> {
        remembered(&self.values, term, || {
            self.through_part(data, term, depth).or_else(|| Values::of(data, term)).map(Arc::new)
        })
    }

    fn partition(&self, data: &Data<'_>, key: &Key) -> Option<Arc<Partition>> {
        remembered(&self.partitions, key, || {
            let whole = key.whole().and_then(|whole| self.partition(data, &whole));
            key.partition(data, whole.as_deref()).map(Arc::new)
        })
    }

    /// The values of `term`, where what it rests on is known to have few.
    fn through_part(&self, data: &Data<'_>, term: &Arc<Term>, depth: usize) -> Option<Values> {
        if let Some(key) = Key::of(term) {
            return Values::of_parts(data, term, &self.partition(data, &key)?);
        }
        let part = values::part(term).filter(|_| depth > 0)?;
        self.values(data, part, depth - 1)?.map(data, term, part)
    }
}
