//! What is answered about assertions.

use std::fmt;

use serde::Serialize;

use super::super::{DecidedBy, NamedUnknown, TargetName, UserName, WhyLine};
use super::Outcome;
use crate::policy::assumption::Assumption;
use crate::truth::Verdict;

/// How one assertion turned out.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Tested {
    /// What was asserted, as it is written.
    pub assertion: String,
    /// Where.
    pub place: String,
    /// How it turned out.
    pub outcome: Outcome,
    /// What was assumed for it in addition.
    pub under: Vec<Assumption>,
    /// By whom it is broken.
    pub counterexamples: Vec<Counterexample>,
    /// By whom it may be broken.
    pub undecided: Vec<Counterexample>,
    /// What it depends on.
    pub unknowns: Vec<NamedUnknown>,
    /// What is to be known of it: that it speaks of nobody, or that a search was given up.
    pub notes: Vec<String>,
}

/// How one assertion turned out, in short.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Brief {
    /// What was asserted, as it is written.
    pub assertion: String,
    /// Where.
    pub place: String,
    /// How it turned out.
    pub outcome: Outcome,
    /// The first who breaks it, in a sentence; the first who may where nobody does for certain.
    pub first: Option<String>,
    /// How many others do.
    pub more: usize,
    /// What is to be known of it.
    pub notes: Vec<String>,
}

/// Somebody by whom an assertion is broken, or may be.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Counterexample {
    /// The user; nobody where it is somebody who could be created.
    pub user: Option<UserName>,
    /// The groups in which somebody would have to be created, and in no others.
    pub created_in: Option<Vec<String>>,
    /// What the user gets of the targets.
    pub gets: Vec<Got>,
    /// How policies end for somebody who could be created, where the assertion is broken.
    pub policies: Vec<PolicyEnd>,
    /// All of it in a sentence.
    pub sentence: String,
    /// Why the user gets what, down to the facts; of the first counterexamples alone.
    pub reasons: Vec<WhyLine>,
}

/// What somebody gets of a target. Nothing but the target is known of those who could be created.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Got {
    /// The target.
    pub target: TargetName,
    /// What authentik's engine answers.
    pub verdict: Option<Verdict>,
    /// What the user gets in the end.
    pub effective: Option<Verdict>,
    /// What decides.
    pub decided_by: Option<DecidedBy>,
}

/// How a policy ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PolicyEnd {
    /// The policy.
    pub policy: String,
    /// `pass`, `fail`, `error` or `crash`.
    pub ends: String,
}

/// How many assertions turned out how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct OutcomeCounts {
    /// They hold.
    pub holds: usize,
    /// They fail.
    pub fails: usize,
    /// They depend.
    pub depends: usize,
}

impl fmt::Display for OutcomeCounts {
    /// `5 assertions: 3 hold, 1 fails, 1 depends`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = self.holds + self.fails + self.depends;
        write!(f, "{all} {}", if all == 1 { "assertion" } else { "assertions" })?;
        let parts = [
            (self.holds, "holds", "hold"),
            (self.fails, "fails", "fail"),
            (self.depends, "depends", "depend"),
        ];
        let found = parts.into_iter().filter(|(count, ..)| *count > 0);
        for (place, (count, one, many)) in found.enumerate() {
            let before = if place == 0 { ": " } else { ", " };
            write!(f, "{before}{count} {}", if count == 1 { one } else { many })?;
        }
        Ok(())
    }
}
