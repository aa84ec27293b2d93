//! What each subject answers to a test, for all of them at once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use super::answer::{self, Answer};
use super::ops::Data;
use super::run::{Reply, Test};
use super::term::Term;
use super::value::Who;
use crate::model::{Id, UserId};
use crate::subjects::Subjects;

/// The answers of all subjects to one question.
type Column = Vec<(Answer, Subjects)>;

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
        let answer = match &test.reply {
            Reply::Truth(truth) => Answer::Truth(*truth),
            Reply::Raises(class) => Answer::Raises(class),
            Reply::Unclear(reason) => Answer::Unclear(reason.clone()),
            Reply::Fine => {
                let column = self.column(data, &test.term);
                let odd = column.iter().filter(|(answer, _)| !matches!(answer, Answer::Truth(_)));
                odd.for_each(|(_, odd)| subjects.remove(odd));
                return;
            }
            // Few share a value, and few values are asked for twice.
            Reply::Is(value) => {
                *subjects =
                    subjects.filter(|subject| answer::is(data, &test.term, who(data, subject), value));
                return;
            }
        };
        match self.column(data, &test.term).iter().find(|(other, _)| *other == answer) {
            Some((_, who)) => subjects.keep(who),
            None => *subjects = Subjects::none(data.world.users.len() + 1),
        }
    }

    fn column(&self, data: &Data<'_>, term: &Arc<Term>) -> Arc<Column> {
        if let Ok(known) = self.known.lock()
            && let Some(column) = known.get(term)
        {
            return Arc::clone(column);
        }
        let asker = answer::asker(data, term);
        let column = Subjects::by(data.world.users.len() + 1, |subject| asker(who(data, subject)));
        let column = Arc::new(column);
        if let Ok(mut known) = self.known.lock() {
            known.insert(Arc::clone(term), Arc::clone(&column));
        }
        column
    }
}
