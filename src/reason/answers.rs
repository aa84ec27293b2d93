//! What is there to say about one target and each user?

use rules::{Cause, GateId};

use super::access::Access;
use super::extents::Extent;
use super::plan::Plan;
use super::{Answer, Reasoner};
use crate::model::{Id, TargetId, UserId};
use crate::truth::Verdict;

/// The answers about one target.
pub struct Answers<'r, 'w> {
    pub(super) reasoner: &'r Reasoner<'w>,
    pub(super) target: TargetId,
    pub(super) access: Access,
    pub(super) verdict: Plan,
    pub(super) effective: Plan,
    pub(super) settles: Vec<(rules::Mode, Cause, GateId)>,
    pub(super) rows: Vec<Extent>,
}

impl Answers<'_, '_> {
    /// The answer about `user`.
    pub fn get(&self, user: UserId) -> Answer {
        let (verdict, effective) = (self.access.verdict(user), self.access.effective(user));
        let settled =
            |index: usize, _: GateId| self.rows.get(index).is_some_and(|row| row.truth(user.index()).must);
        let decider = self.reasoner.decider(verdict, self.target, settled, &self.settles);
        let plans = [(verdict, &self.verdict), (effective, &self.effective)];
        let unknowns = plans
            .into_iter()
            .filter(|(verdict, _)| *verdict == Verdict::Depends)
            .flat_map(|(_, plan)| plan.unknowns(user.index(), &self.reasoner.derived.extents));
        Answer { verdict, effective, decider, unknowns: self.reasoner.named(unknowns) }
    }

    /// The target.
    pub fn target(&self) -> TargetId {
        self.target
    }

    /// The verdicts.
    pub fn access(&self) -> &Access {
        &self.access
    }
}
