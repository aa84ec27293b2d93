//! Which runs of policies there are, and which of them end alike.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use crate::model::TargetKind;
use crate::model::{BindingId, Details, Id, PolicyId, TargetId, World};
use crate::policy::writes::Writes;
use crate::policy::{self, Judgement, Setting, Study};
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

/// What runs must have in common to end alike: the policy, what it is asked for, and what others wrote before.
type Alike = (PolicyId, TargetKind, Option<TargetId>, Writes);

impl<'w> Runs<'w> {
    /// The runs of `world`.
    ///
    /// A policy that keeps nothing between two runs ends alike wherever the setting is the same; of any other, no
    /// two runs are known to.
    pub(crate) fn of(world: &'w World, settings: &Settings, study: &Study<'w>) -> Self {
        let writers = Writers::of(world, study);
        let mut known: FxHashMap<Alike, rules::RunId> = FxHashMap::default();
        let mut runs = Self { all: Vec::new(), of_binding: Vec::new() };
        let of_events = settings.assumptions.without_request();
        for (id, binding) in world.bindings.iter().filter(|(_, binding)| binding.enabled) {
            let Some(policy) = binding.policy else { continue };
            let kind = world.targets.row(binding.target).kind();
            let disturbed = writers.before(id);
            let anywhere = (policy, kind, None, disturbed.clone());
            let here = (policy, kind, Some(binding.target), disturbed.clone());
            let found = known.get(&anywhere).or_else(|| known.get(&here)).copied();
            let run = found.unwrap_or_else(|| {
                let number = u32::try_from(runs.all.len()).unwrap_or(u32::MAX);
                let setting = Setting {
                    target: kind,
                    id: binding.target,
                    at: settings.at,
                    edition: &world.edition,
                    scores: world.reputation.as_deref(),
                    disturbed,
                    assumptions: match kind {
                        TargetKind::NotificationRule => &of_events,
                        _ => &settings.assumptions,
                    },
                    run: number,
                };
                let judgement = policy::judge(study, policy, setting);
                let run = rules::RunId(number);
                match (judgement.repeatable, judgement.anywhere) {
                    (true, true) => known.insert(anywhere, run),
                    (true, false) => known.insert(here, run),
                    _ => None,
                };
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
            let unclear = run.judgement.unclear.iter().map(|(_, reason)| reason.as_str());
            let unknown = run.judgement.unknown.as_deref().filter(|_| run.judgement.unclear.is_empty());
            reasons.entry(run.policy).or_default().extend(unclear.chain(unknown));
        }
        let joined = |reasons: BTreeSet<&str>| reasons.into_iter().collect::<Vec<_>>().join("; ");
        reasons.into_iter().map(|(policy, reasons)| (policy, joined(reasons))).collect()
    }
}

/// What may have been written into the request before each binding asks its policy.
pub(crate) struct Writers {
    before: Vec<Writes>,
    nothing: Writes,
}

impl Writers {
    /// The policies of a target share one request; bindings of equal order run in an order that nobody knows (dossier
    /// §2.6). All policies of a flow share its plan, whichever stage they are bound to.
    pub(crate) fn of(world: &World, study: &Study<'_>) -> Self {
        let flow = |target: TargetId| match &world.targets.row(target).details {
            Details::Flow { .. } => Some(target),
            Details::StageBinding { flow, .. } => Some(*flow),
            _ => None,
        };
        let of_policy: Vec<Writes> =
            world.policies.ids().map(|policy| policy::writes(study, policy)).collect();
        let writes = |policy: Option<PolicyId>| policy.and_then(|policy| of_policy.get(policy.index()));
        let mut of_target: FxHashMap<TargetId, Vec<(BindingId, i64, &Writes)>> = FxHashMap::default();
        let mut of_flow: FxHashMap<TargetId, Writes> = FxHashMap::default();
        for (id, binding) in world.bindings.iter().filter(|(_, binding)| binding.enabled) {
            let Some(writes) = writes(binding.policy).filter(|writes| !writes.is_none()) else { continue };
            of_target.entry(binding.target).or_default().push((id, binding.order, writes));
            // What is written into the context of a request stays there; only what goes further goes into the plan.
            if let Some(flow) = flow(binding.target).filter(|_| writes.user) {
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
            if let Some(writes) = flow(binding.target).and_then(|flow| of_flow.get(&flow)) {
                before.extend(writes);
            }
            before
        });
        Self { before: before.collect(), nothing: Writes::default() }
    }

    pub(crate) fn before(&self, binding: BindingId) -> &Writes {
        self.before.get(binding.index()).unwrap_or(&self.nothing)
    }
}
