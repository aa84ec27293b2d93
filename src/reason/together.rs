//! What does a user get of several targets together?

use super::plan::Plan;
use super::{Compared, Reasoner};
use crate::model::{Id, TargetId, UserId};
use crate::truth::Verdict;

impl Reasoner<'_> {
    /// Whether `user` gets all of `targets`: exact also where they depend on the same unknowns.
    ///
    /// ```
    /// use whomay::reason::Compared;
    /// use whomay::{Reasoner, Verdict, World};
    ///
    /// let world = World::parse("tenant.may", "
    ///     user anna
    ///     policy day unknown \"the clock\"
    ///     application shift any { 0: policy day }
    ///     application night any { 0: not policy day on error pass }
    /// ")?;
    /// let reasoner = Reasoner::new(&world);
    /// let (anna, targets) = (world.find_user("anna")?, [world.find_target("shift")?, world.find_target("night")?]);
    /// assert_eq!(reasoner.together(anna, &targets, Compared::Effective), Verdict::No);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn together(&self, user: UserId, targets: &[TargetId], compared: Compared) -> Verdict {
        let gate = |target: &TargetId| match compared {
            Compared::Verdicts => self.verdict_gate(*target),
            Compared::Effective => self.effective_gate(*target),
        };
        let gates: Vec<_> = targets.iter().map(gate).collect();
        let plan = Plan::of_all(&self.derived.nodes, &gates, &self.derived.extents);
        Verdict::of(plan.truth(user.index(), &self.derived.extents))
    }
}
