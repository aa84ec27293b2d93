//! What can be asked, and what an answer says.

use jiff::Timestamp;

use crate::model::{BindingId, PolicyId, ProviderId, TargetId, UserId};
use crate::policy::assumption::Assumptions;
use crate::truth::Verdict;

/// What the caller says about the circumstances.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The moment to answer for. Without it, what time decides is unknown.
    pub at: Option<Timestamp>,
    /// What is assumed of the request.
    pub assumptions: Assumptions,
}

/// A question about the request that decides in the code of policies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AtomId(pub u32);

impl AtomId {
    pub(super) fn from_index(index: usize) -> Self {
        Self(u32::try_from(index).unwrap_or(u32::MAX))
    }
}

/// Who is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// A saved user.
    User(UserId),
    /// Somebody who has not logged in.
    Anonymous,
}

/// Something that verdicts depend on and the configuration does not say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unknown {
    /// How a policy ends.
    Policy(PolicyId),
    /// Something of the request that the code of policies asks for.
    Request(AtomId),
    /// The mode of a target, which authentik's API does not show.
    Mode(TargetId),
    /// What kind of provider it is, which is not in the input.
    Provider(ProviderId),
    /// Whether a device has gone out of sight, which needs the moment.
    Expiry(TargetId),
    /// What is bound to a target: a binding of it expires, and nobody says what moment it is.
    Bindings(TargetId),
    /// Whom later bindings of a target ask about, when code may exchange the user of the request.
    Exchange(TargetId),
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
