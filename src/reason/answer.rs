//! What can be asked, and what an answer says.

use jiff::Timestamp;

use crate::model::{BindingId, UserId};
use crate::policy::assumption::Assumptions;
use crate::proof::Unknown;
use crate::truth::Verdict;

/// What the caller says about the circumstances.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The moment to answer for. Without it, what time decides is unknown.
    pub at: Option<Timestamp>,
    /// What is assumed of the request.
    pub assumptions: Assumptions,
}

/// Who is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// A saved user.
    User(UserId),
    /// Somebody who has not logged in.
    Anonymous,
}

/// What decides a verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Decider {
    /// This binding settles it, whatever else is bound; the first one in order that does.
    Binding(BindingId),
    /// The rows that bind groups and users settle it together.
    Together,
    /// All bindings have a part in it: none settles it alone.
    Bindings,
    /// Nothing that counts is bound.
    NothingBound,
    /// The target's mode is no mode: nobody passes.
    Mode,
    /// Nothing: the verdict depends.
    Nobody,
}

/// The answer to: may this user access this target?
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// What authentik's policy engine answers.
    pub verdict: Verdict,
    /// What the user gets in the end (dossier §3).
    pub effective: Verdict,
    /// What decides the verdict.
    pub decider: Decider,
    /// What verdict and effective access depend on; empty unless one of them depends.
    pub unknowns: Vec<Unknown>,
}
