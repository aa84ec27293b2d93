//! Proofs from reasons: what only words tell apart is one step.

use rules::Claim;
use rustc_hash::FxHashMap;

use super::super::Reasoner;
use super::{Because, Reason, Reasons, binding_id, target};
use crate::model::{TargetId, UserId};
use crate::proof::{self, By, Proof, RunId, Shown, Step};

impl Reasoner<'_> {
    /// Proves why `user` may access `target`, or not; [`verify`](crate::verify::verify) checks it.
    ///
    /// ```
    /// use whomay::verify::verify;
    /// use whomay::{Reasoner, World};
    ///
    /// let world = World::parse("tenant.may", "group staff  user anna in staff  application wiki { 0: group staff }")?;
    /// let (anna, wiki) = (world.find_user("anna")?, world.find_target("app:wiki")?);
    /// let reasoner = Reasoner::new(&world);
    /// let mut proof = reasoner.proof(anna, wiki);
    /// assert!(verify(&world, None, &proof, &reasoner.statements()).is_ok());
    /// proof.steps.remove(0);
    /// assert!(verify(&world, None, &proof, &reasoner.statements()).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn proof(&self, user: UserId, target: TargetId) -> Proof {
        self.reasons(user, target).proof()
    }
}

/// A proof in the making.
struct Proving<'r> {
    reasons: &'r Reasons,
    steps: Vec<Step>,
    known: FxHashMap<Step, usize>,
    /// The steps that reasons became.
    done: FxHashMap<usize, usize>,
}

impl Reasons {
    /// The same as a proof.
    pub fn proof(&self) -> Proof {
        let mut proving = Proving {
            reasons: self,
            steps: Vec::new(),
            known: FxHashMap::default(),
            done: FxHashMap::default(),
        };
        let mut shown = |shown: Shown| match shown {
            Shown::Decided(reason) => Shown::Decided(proving.step(reason)),
            Shown::Depends { yes, no } => Shown::Depends { yes: proving.step(yes), no: proving.step(no) },
            Shown::Nothing => Shown::Nothing,
        };
        let (verdict_shown, effective_shown) = (shown(self.verdict_shown), shown(self.effective_shown));
        Proof {
            user: self.user,
            target: self.target,
            verdict: self.verdict,
            verdict_shown,
            effective: self.effective,
            effective_shown,
            steps: proving.steps,
        }
    }

    /// The claim of a step, if it is one that steps make.
    fn claim(&self, claim: Claim) -> Option<proof::Claim> {
        Some(match claim {
            Claim::Given(unknown, holds) => proof::Claim::Given(self.unknown(unknown)?, holds),
            Claim::Ends(run, ends) => proof::Claim::Ends(RunId(run.0), super::ends(ends)),
            Claim::Policy(id, holds) => proof::Claim::Policy(binding_id(id), holds),
            Claim::Match(id, holds) => proof::Claim::Match(binding_id(id), holds),
            Claim::Verdict(id, holds) => proof::Claim::Verdict(target(id), holds),
            Claim::Effective(id, holds) => proof::Claim::Effective(target(id), holds),
            _ => return None,
        })
    }
}

impl Proving<'_> {
    /// The step that a reason becomes.
    fn step(&mut self, reason: usize) -> usize {
        if let Some(done) = self.done.get(&reason) {
            return *done;
        }
        let mut claimed = Vec::new();
        self.steps_below(reason, &mut claimed);
        let step = claimed.first().copied().unwrap_or_default();
        self.done.insert(reason, step);
        step
    }

    /// The steps that a reason becomes: itself, or what it rests on.
    fn steps_below(&mut self, number: usize, into: &mut Vec<usize>) {
        if let Some(done) = self.done.get(&number) {
            into.push(*done);
            return;
        }
        let Some(Reason { claim, because, from }) = self.reasons.all.get(number).cloned() else { return };
        let claim = self.reasons.claim(claim);
        let mut below = Vec::new();
        from.iter().for_each(|reason| self.steps_below(*reason, &mut below));
        let Some(claim) = claim else {
            into.extend(below);
            return;
        };
        let by = match because {
            Because::Assumed => By::Assumed,
            Because::Said => By::Said(below),
            Because::Cases => By::Cases(below),
            Because::Rule(_) | Because::Fact => {
                let mut once = Vec::new();
                below.into_iter().for_each(|step| {
                    if !once.contains(&step) {
                        once.push(step);
                    }
                });
                By::Follows(once)
            }
        };
        let step = Step { claim, by };
        let added = self.known.get(&step).copied().unwrap_or_else(|| {
            self.steps.push(step.clone());
            self.known.insert(step, self.steps.len() - 1);
            self.steps.len() - 1
        });
        self.done.insert(number, added);
        into.push(added);
    }
}
