//! What does a user get of several targets together?

use super::plan::Plan;
use super::{Compared, Reasoner};
use crate::model::{Id, TargetId, UserId};
use crate::truth::Verdict;

/// Several targets, ready to be asked about users.
pub struct Together<'r, 'w> {
    reasoner: &'r Reasoner<'w>,
    plan: Plan,
}

impl<'w> Reasoner<'w> {
    /// Whether users get all of `targets`.
    ///
    /// ```
    /// use whomay::reason::Compared;
    /// use whomay::{Reasoner, Verdict, World};
    ///
    /// let world = World::parse("tenant.may", "
    ///     user anna
    ///     policy day unknown \"the clock\"
    ///     application shift any { 0: policy day }
    ///     application night any { 0: not policy day on error fail }
    /// ")?;
    /// let reasoner = Reasoner::new(&world);
    /// let (anna, targets) = (world.find_user("anna")?, [world.find_target("shift")?, world.find_target("night")?]);
    /// assert_eq!(reasoner.together(&targets, Compared::Effective).verdict(anna), Verdict::No);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn together(&self, targets: &[TargetId], compared: Compared) -> Together<'_, 'w> {
        let gate = |target: &TargetId| match compared {
            Compared::Verdicts => self.verdict_gate(*target),
            Compared::Effective => self.effective_gate(*target),
        };
        let gates: Vec<_> = targets.iter().map(gate).collect();
        Together { reasoner: self, plan: Plan::of_all(&self.derived.nodes, &gates, &self.derived.extents) }
    }
}

impl Together<'_, '_> {
    /// Whether `user` gets all of them: exact also where they depend on the same unknowns.
    pub fn verdict(&self, user: UserId) -> Verdict {
        Verdict::of(self.plan.truth(user.index(), &self.reasoner.derived.extents))
    }
}
