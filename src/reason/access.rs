//! What are the verdicts of one target for all users?

use super::extents::Extent;
use crate::model::{Id, UserId};
use crate::truth::Verdict;

/// How many users get which verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Counted {
    /// They pass.
    pub yes: usize,
    /// They do not.
    pub no: usize,
    /// It depends.
    pub depends: usize,
}

/// The verdicts of one target, counted over all users.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct CountedAccess {
    /// What the engine answers.
    pub verdict: Counted,
    /// What the users get in the end.
    pub effective: Counted,
}

/// The verdicts of one target for all users.
#[derive(Clone, Debug)]
pub struct Access {
    pub(super) users: usize,
    pub(super) verdict: Extent,
    pub(super) effective: Option<Extent>,
}

impl Access {
    /// The verdicts of a target for `users`.
    pub(crate) fn of(users: usize, verdict: Extent, effective: Option<Extent>) -> Self {
        Self { users, verdict, effective }
    }

    /// Of how many users it tells.
    pub(crate) fn users(&self) -> usize {
        self.users
    }

    /// The sets behind the verdicts, and those behind what users get in the end where they can be others.
    pub(crate) fn extents(&self) -> (&Extent, Option<&Extent>) {
        (&self.verdict, self.effective.as_ref())
    }

    /// What the engine answers for `user`.
    pub fn verdict(&self, user: UserId) -> Verdict {
        Verdict::of(self.verdict.truth(user.index()))
    }

    /// What `user` gets in the end.
    pub fn effective(&self, user: UserId) -> Verdict {
        Verdict::of(self.effective.as_ref().unwrap_or(&self.verdict).truth(user.index()))
    }

    /// What the engine answers for somebody who has not logged in.
    pub fn anonymous(&self) -> Verdict {
        Verdict::of(self.verdict.truth(self.users))
    }

    /// For how many users the engine answers `verdict`.
    pub fn count(&self, verdict: Verdict) -> usize {
        Self::count_in(&self.verdict, verdict, self.users)
    }

    /// How many users end up with `verdict`.
    pub fn count_effective(&self, verdict: Verdict) -> usize {
        Self::count_in(self.effective.as_ref().unwrap_or(&self.verdict), verdict, self.users)
    }

    fn count_in(extent: &Extent, verdict: Verdict, users: usize) -> usize {
        let must = extent.must.count(users);
        let may = extent.may.as_ref().map_or(must, |may| may.count(users));
        match verdict {
            Verdict::Yes => must,
            Verdict::No => users - may,
            Verdict::Depends => may - must,
        }
    }
}
