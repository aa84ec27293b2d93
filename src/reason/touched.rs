//! What a change did to verdicts.

use super::{Counted, CountedAccess, Reasoner};
use crate::model::{Id, TargetId, UserId};
use crate::truth::Verdict;

/// What a change touched. Every verdict that is not named here is as it was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Touched {
    /// Targets of which the verdicts of any user may be others now.
    pub targets: Vec<TargetId>,
    /// Verdicts of single users that are others now, for other targets than these.
    pub moved: Vec<Moved>,
}

/// A user whose verdicts of a target are others than before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moved {
    /// The user.
    pub user: UserId,
    /// The target.
    pub target: TargetId,
    /// The verdicts before the change.
    pub before: Verdicts,
    /// The verdicts after it.
    pub after: Verdicts,
}

/// The verdicts of one user and one target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdicts {
    /// What the engine answers.
    pub verdict: Verdict,
    /// What the user gets in the end.
    pub effective: Verdict,
}

impl Touched {
    /// Brings `counts`, which were right before the change, up to date: `reasoner` knows it by now.
    ///
    /// ```
    /// use whomay::model::Change;
    /// use whomay::reason::Settings;
    /// use whomay::{Reasoner, World};
    ///
    /// let world = World::parse("tenant.may", "group ops  user anna  application wiki { 0: group ops }")?;
    /// let (user, group) = (world.find_user("anna")?, world.find_group("ops")?);
    /// let mut reasoner = Reasoner::owning(world, &Settings::default());
    /// let mut counts = reasoner.counts();
    /// assert_eq!(counts[0].verdict.yes, 0);
    /// reasoner.apply(&Change::Join { user, group })?.recount(&reasoner, &mut counts);
    /// assert_eq!(counts[0].verdict.yes, 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn recount(&self, reasoner: &Reasoner<'_>, counts: &mut Vec<CountedAccess>) {
        if counts.len() != reasoner.world().targets.len() {
            *counts = reasoner.counts();
            return;
        }
        for (target, counted) in self.targets.iter().zip(reasoner.counts_of(&self.targets)) {
            if let Some(slot) = counts.get_mut(target.index()) {
                *slot = counted;
            }
        }
        for Moved { target, before, after, .. } in &self.moved {
            let Some(counted) = counts.get_mut(target.index()) else { continue };
            let CountedAccess { verdict, effective } = counted;
            for (counted, before, after) in
                [(verdict, before.verdict, after.verdict), (effective, before.effective, after.effective)]
            {
                let slot = counted.slot(before);
                *slot = slot.saturating_sub(1);
                *counted.slot(after) += 1;
            }
        }
    }
}

impl Counted {
    fn slot(&mut self, verdict: Verdict) -> &mut usize {
        match verdict {
            Verdict::Yes => &mut self.yes,
            Verdict::No => &mut self.no,
            Verdict::Depends => &mut self.depends,
        }
    }
}
