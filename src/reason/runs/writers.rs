//! What may have been written into the request before each binding asks its policy.

use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::model::{BindingId, Id, PolicyId, TargetId, World};
use crate::policy::writes::Writes;
use crate::policy::{self, Study};
use crate::reason::rests::plan_of;

/// What may have been written before, by binding.
pub(super) struct Writers {
    before: Vec<Writes>,
    nothing: Writes,
}

/// What each policy may write.
pub(super) fn of_policies(world: &World, study: &Study<'_>) -> Arc<[Writes]> {
    let policies: Vec<PolicyId> = world.policies.ids().collect();
    policies.par_iter().map(|policy| policy::writes(study, *policy)).collect()
}

impl Writers {
    /// The policies of a target share one request; bindings of equal order run in an order that nobody knows (dossier
    /// §2.6). All policies of a flow share its plan, whichever stage they are bound to.
    pub(super) fn of(world: &World, of_policy: &[Writes]) -> Self {
        let writes = |policy: Option<PolicyId>| policy.and_then(|policy| of_policy.get(policy.index()));
        let mut of_target: FxHashMap<TargetId, Vec<(BindingId, i64, &Writes)>> = FxHashMap::default();
        let mut of_flow: FxHashMap<TargetId, Writes> = FxHashMap::default();
        for (id, binding) in world.bindings.iter().filter(|(_, binding)| binding.enabled) {
            let Some(writes) = writes(binding.policy).filter(|writes| !writes.is_none()) else { continue };
            of_target.entry(binding.target).or_default().push((id, binding.order, writes));
            // What is written into the context of a request stays there; only what goes further goes into the plan.
            if let Some(flow) = plan_of(world, binding.target).filter(|_| writes.user) {
                of_flow.entry(flow).or_default().extend(writes);
            }
        }
        let before = world.bindings.iter().map(|(id, binding)| {
            let mut before = Writes::default();
            for (other, order, writes) in of_target.get(&binding.target).into_iter().flatten() {
                if *other != id && *order <= binding.order {
                    before.extend(writes);
                }
            }
            if let Some(writes) = plan_of(world, binding.target).and_then(|flow| of_flow.get(&flow)) {
                before.extend(writes);
            }
            before
        });
        Self { before: before.collect(), nothing: Writes::default() }
    }

    pub(super) fn before(&self, binding: BindingId) -> &Writes {
        self.before.get(binding.index()).unwrap_or(&self.nothing)
    }
}
