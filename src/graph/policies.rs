//! Policies and the policies that their code calls.

use super::{Knot, Links};
use crate::model::{Id, PolicyId, World};

/// Which policy calls which.
#[derive(Clone, Debug)]
pub struct Calls(Links);

impl Calls {
    /// The calls among the policies of `world`, where `called` says which ones the code of a policy calls.
    pub fn of(world: &World, called: impl Fn(PolicyId) -> Vec<PolicyId>) -> Self {
        let links = world.policies.ids().flat_map(|policy| {
            called(policy).into_iter().map(move |called| (policy.index(), called.index()))
        });
        Self(Links::of(world.policies.len(), links.collect::<Vec<_>>()))
    }

    /// Policies that call each other.
    pub fn knots(&self) -> Vec<Knot> {
        self.0.knots()
    }

    /// Which policies one of `policies` calls, directly or not, themselves included.
    pub fn reached(&self, policies: impl IntoIterator<Item = PolicyId>) -> Vec<bool> {
        self.0.reached(policies.into_iter().map(Id::index))
    }
}
