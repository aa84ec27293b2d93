//! Explain: why does a target let a user through, and why not?
//!
//! The same rules once more, for one saved user of whom all answers are known that can be, and read backwards: they
//! derive what every claim rests on. Of a claim that rests on something unknown neither it nor its opposite is derived.

mod reach;
mod verdict;

use crate::facts::Facts;
use crate::{Claim, GroupId, Outcomes, Rule, RunId, UnknownId, UserId};

/// What is known of one saved user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Who it is.
    pub user: UserId,
    /// The groups that the user is in, directly or through nesting.
    pub groups: Vec<GroupId>,
    /// Whether the user may log in.
    pub active: bool,
    /// How runs of policies can end.
    pub ends: Vec<(RunId, Outcomes)>,
    /// What is known, or assumed, of what is unknown otherwise.
    pub given: Vec<(UnknownId, bool)>,
}

/// A conclusion, the rule that it follows by, and what that rests on among others; `None` for the facts alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reason {
    /// What follows.
    pub conclusion: Claim,
    /// By which rule.
    pub rule: Rule,
    /// From what.
    pub premise: Option<Claim>,
}

/// Why everything holds that follows from `facts` for one user; sorted.
pub fn explain(facts: &Facts, known: &Known) -> Vec<Reason> {
    let engine = verdict::derive(facts, known);
    let mut reasons = reach::derive(facts, known, &engine);
    reasons.extend(engine.because);
    reasons.sort_unstable();
    reasons
}
