//! Verdicts that are other ones than before, as `diff` and `upgrade` list them.

use std::io;

use serde::ser::SerializeSeq;
use serde::{Serialize, Serializer};

use super::{Context, Sheet, Sides, TargetName, UserName};
use crate::model::{Both, TargetId, UserId};
use crate::truth::{Move, Verdict};

/// One verdict that is another one.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MovedVerdict<Because> {
    /// The target.
    pub target: TargetName,
    /// The user.
    pub user: UserName,
    /// How it is another one.
    pub moved: Move,
    /// What it was.
    pub before: Verdict,
    /// What it is.
    pub after: Verdict,
    /// Why: of a [`Diff`](super::Diff) what is different that it rests on, of an [`Upgrade`](super::Upgrade) what
    /// explains it, as in [`ExplainedMoves`](super::ExplainedMoves).
    pub because: Because,
}

/// An answer with verdicts that are other ones.
pub(super) trait Moved {
    /// What one is another one for.
    type Because: Serialize;

    /// What was, and what is now.
    fn sides(&self) -> Sides<'_>;

    /// How many are other ones.
    fn count(&self) -> usize;

    /// Gives each of them to `each`: by target, then by username.
    fn each_move<E>(
        &self,
        each: impl FnMut(Both<TargetId>, Both<UserId>, Move, Self::Because) -> Result<(), E>,
    ) -> Result<(), E>;

    /// What one is another one for, in one line.
    fn in_words(because: &Self::Because) -> String;
}

/// Gives each of them with its names to `each`.
pub(super) fn verdicts<M: Moved, E>(
    answer: &M,
    mut each: impl FnMut(MovedVerdict<M::Because>) -> Result<(), E>,
) -> Result<(), E> {
    let sides = answer.sides();
    answer.each_move(|target, user, moved, because| {
        let names = (sides.either(target, Context::target), sides.either(user, Context::user));
        let (Some(target), Some(user)) = names else { return Ok(()) };
        let [before, after] = moved.verdicts();
        each(MovedVerdict { target, user, moved, before, after, because })
    })
}

/// All of them as a list. They are never all in memory.
pub(super) struct Rows<'m, M>(pub(super) &'m M);

impl<M: Moved> Serialize for Rows<'_, M> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut rows = serializer.serialize_seq(None)?;
        verdicts(self.0, |row| rows.serialize_element(&row))?;
        rows.end()
    }
}

/// All of them as a sheet.
pub(super) fn affected<M: Moved>(answer: &M) -> Sheet<'_> {
    let columns = ["moved", "user", "target", "before", "now", "because of"];
    Sheet::new("who is affected", &columns).main().made(answer.count(), |take| {
        let sides = answer.sides();
        answer.each_move(|target, user, moved, because| -> io::Result<()> {
            let [before, after] = moved.verdicts();
            take(&[
                moved.as_str().to_owned(),
                sides.user_name(user),
                sides.target_name(target),
                before.to_string(),
                after.to_string(),
                M::in_words(&because),
            ])
        })
    })
}
