//! Which runs of policies there are, and which of them end alike.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use crate::model::{BindingId, PolicyId, TargetId, TargetKind, World};
use crate::policy::{self, Judgement, Setting};
use crate::reason::Settings;

/// Runs of one policy that end alike, for every subject.
pub(crate) struct Run<'w> {
    /// The policy.
    pub(crate) policy: PolicyId,
    /// How the runs end.
    pub(crate) judgement: Judgement<'w>,
}

/// Every run, and the run of every enabled binding that asks a policy.
pub(crate) struct Runs<'w> {
    pub(crate) all: Vec<Run<'w>>,
    pub(crate) of_binding: Vec<(BindingId, rules::RunId)>,
}

impl<'w> Runs<'w> {
    /// The runs of `world`.
    ///
    /// A policy that keeps nothing between two runs ends alike wherever the setting is the same; of any other, no
    /// two runs are known to.
    pub(crate) fn of(world: &'w World, settings: &Settings) -> Self {
        let changers = changers(world);
        // All policies of a flow share its plan, whichever stage they are bound to.
        let in_flow = |kind| matches!(kind, TargetKind::Flow | TargetKind::StageBinding);
        let flow_changes = changers.keys().any(|target| in_flow(world.targets.row(*target).kind()));
        let mut known: FxHashMap<(PolicyId, TargetKind, bool), rules::RunId> = FxHashMap::default();
        let mut runs = Self { all: Vec::new(), of_binding: Vec::new() };
        for (id, binding) in world.bindings.iter().filter(|(_, binding)| binding.enabled) {
            let Some(policy) = binding.policy else { continue };
            let target = world.targets.row(binding.target).kind();
            let request_may_change = (in_flow(target) && flow_changes)
                || changers.get(&binding.target).is_some_and(|changers| {
                    changers.iter().any(|(other, order)| *other != id && *order <= binding.order)
                });
            let setting = Setting {
                target,
                at: settings.at,
                edition: &world.edition,
                scores: world.reputation.as_deref(),
                request_may_change,
            };
            let key = (policy, target, request_may_change);
            let run = known.get(&key).copied().unwrap_or_else(|| {
                let judgement = policy::judge(world.policies.row(policy), setting);
                let run = rules::RunId(u32::try_from(runs.all.len()).unwrap_or(u32::MAX));
                if judgement.repeatable {
                    known.insert(key, run);
                }
                runs.all.push(Run { policy, judgement });
                run
            });
            runs.of_binding.push((id, run));
        }
        runs
    }
}

impl Runs<'_> {
    /// Why each policy is unknown: everything that is not known of any of its runs.
    pub(crate) fn reasons(&self) -> FxHashMap<PolicyId, String> {
        let mut reasons: FxHashMap<PolicyId, BTreeSet<&str>> = FxHashMap::default();
        for run in &self.all {
            reasons.entry(run.policy).or_default().extend(run.judgement.unknown.as_deref());
        }
        let joined = |reasons: BTreeSet<&str>| reasons.into_iter().collect::<Vec<_>>().join("; ");
        reasons.into_iter().map(|(policy, reasons)| (policy, joined(reasons))).collect()
    }
}

/// The enabled bindings of each target whose policy may change what later ones read, with their order. Bindings of
/// equal order run in an order that nobody knows (dossier §2.6).
fn changers(world: &World) -> FxHashMap<TargetId, Vec<(BindingId, i64)>> {
    let may_change: Vec<bool> = world.policies.values().map(policy::may_change_request).collect();
    let mut changers: FxHashMap<TargetId, Vec<(BindingId, i64)>> = FxHashMap::default();
    for (id, binding) in world.bindings.iter().filter(|(_, binding)| binding.enabled) {
        let writes = binding.policy.and_then(|policy| may_change.get(policy.0 as usize)).copied();
        if writes == Some(true) {
            changers.entry(binding.target).or_default().push((id, binding.order));
        }
    }
    changers
}
