//! Proofs: why a verdict is what it is, step by step, in a form that can be checked without whoever made it.
//!
//! A proof is about one saved user and one target. Every [`Step`] claims something and says why: because it
//! follows from the configuration and from earlier steps by what the claim means (dossier §2, §3), because whoever knows
//! policies says so, or because it is assumed. What is assumed of something unknown must be
//! given up again by looking at every way in which that can turn out ([`By::Cases`]); a verdict that depends is shown
//! by two steps that each rest on such assumptions, one for yes and one for no.
//!
//! [`verify`](crate::verify) checks proofs; [`Reasoner::proof`](crate::Reasoner::proof) makes them.

mod form;
mod read;

use crate::model::{BindingId, PolicyId, ProviderId, TargetId, UserId};
use crate::truth::{Ends, Verdict};
pub use form::Names;
pub use read::Unreadable;

/// A question about the request that decides in the code of policies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AtomId(pub u32);

impl AtomId {
    pub(crate) fn from_index(index: usize) -> Self {
        Self(u32::try_from(index).unwrap_or(u32::MAX))
    }
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

/// Runs of a policy that end alike for everyone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RunId(pub u32);

/// What a step claims of the user. Where it has a `bool`, it claims that something holds, or that it does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Claim {
    /// What is unknown holds: the answer is yes, the mode is All, the provider is one for remote access, the device is
    /// in sight, the target lets the user through.
    Given(Unknown, bool),
    /// Runs of a policy end in one of these ways.
    Ends(RunId, Ends),
    /// The policy of the binding counts as passing, negation and failure result included (dossier §2.5).
    Policy(BindingId, bool),
    /// The group or user of the binding matches, negation included (dossier §2.3).
    Match(BindingId, bool),
    /// The engine lets the user through (dossier §2).
    Verdict(TargetId, bool),
    /// The user gets what the target stands for in the end (dossier §3).
    Effective(TargetId, bool),
}

/// Why a step holds. Other steps are named by their position, and come before.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum By {
    /// It is assumed.
    Assumed,
    /// Whoever knows the policy says so, once the questions are answered as these steps do.
    Said(Vec<usize>),
    /// It follows from these steps and the configuration.
    Follows(Vec<usize>),
    /// It holds in every way in which something can turn out. For each way two steps: the one that assumes it, and the
    /// one that shows the claim then. Before those for the ends of a policy, a step that says which ends there can be.
    Cases(Vec<usize>),
}

/// A step of a proof.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Step {
    /// What it claims.
    pub claim: Claim,
    /// Why.
    pub by: By,
}

/// What is shown of a verdict, and the positions of the steps that show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// It is yes, or no, whatever the unknowns turn out to be.
    Decided(usize),
    /// It is yes in one case and no in another one.
    Depends {
        /// The step that shows a yes.
        yes: usize,
        /// The step that shows a no.
        no: usize,
    },
    /// Nothing: too much is unknown to try it all.
    Nothing,
}

/// A proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// Whom it is about.
    pub user: UserId,
    /// What it is about.
    pub target: TargetId,
    /// What authentik's engine answers.
    pub verdict: Verdict,
    /// Why.
    pub verdict_shown: Shown,
    /// What the user gets in the end.
    pub effective: Verdict,
    /// Why.
    pub effective_shown: Shown,
    /// The steps, premises first.
    pub steps: Vec<Step>,
}

impl By {
    /// The steps that it rests on.
    pub fn from(&self) -> &[usize] {
        match self {
            Self::Assumed => &[],
            Self::Said(from) | Self::Follows(from) | Self::Cases(from) => from,
        }
    }
}

impl Shown {
    /// The steps that show it.
    pub fn steps(self) -> impl Iterator<Item = usize> {
        let (one, other) = match self {
            Self::Decided(step) => (Some(step), None),
            Self::Depends { yes, no } => (Some(yes), Some(no)),
            Self::Nothing => (None, None),
        };
        one.into_iter().chain(other)
    }
}
