//! What follows from a world: the circuit that the rules derive, and for whom each of its leaves holds.

use std::sync::Arc;

use rules::{Cause, Facts, GateId, Nodes, Relations};
use rustc_hash::FxHashMap;

use super::basis::Basis;
use super::extents::Extents;
use super::facts::{self, Prepared};
use super::plan::Plan;
use super::runs::{Kept, Runs};
use super::{Settings, Unknown};
use crate::model::{Id, PolicyId, TargetId, World};
use crate::policy::way::Atom;

/// Everything that follows from a world under some settings.
pub(crate) struct Derived {
    pub(crate) facts: Facts,
    pub(crate) nodes: Nodes,
    relations: Relations,
    /// What [`rules::UnknownId`]s stand for.
    pub(crate) unknowns: Vec<Unknown>,
    /// What of the request is asked, each with the policy that asks it first.
    pub(crate) atoms: Vec<(Arc<Atom>, PolicyId)>,
    /// Why policies are unknown.
    pub(crate) reasons: FxHashMap<PolicyId, String>,
    pub(crate) extents: Extents,
    verdict: Vec<GateId>,
    effective: Vec<GateId>,
    pub(crate) unbound: Vec<bool>,
}

impl Derived {
    /// What follows from `world`. Runs that are `kept`, and sets that were made `before` of the same users, are not
    /// worked out again.
    pub(crate) fn of(world: &World, settings: &Settings, kept: &Kept, before: Option<&Basis>) -> Self {
        let Prepared { facts, runs, unknowns, atoms } = facts::prepare(world, settings, kept);
        let reasons = runs.reasons();
        let counts = rules::memberships(&facts);
        // What the rules derive and what their leaves are made of do not rest on each other.
        let ((nodes, relations), basis) = rayon::join(
            || rules::derive(&facts),
            || Arc::new(Basis::of(world, runs, &facts, counts, before)),
        );
        let extents = Extents::of(basis, &nodes);
        let by_target = |relation: &[(rules::TargetId, GateId)]| {
            let mut gates = vec![GateId(u32::MAX); world.targets.len()];
            for (target, gate) in relation {
                if let Some(slot) = gates.get_mut(target.0 as usize) {
                    *slot = *gate;
                }
            }
            gates
        };
        let mut unbound = vec![false; world.targets.len()];
        for target in &relations.unbound {
            if let Some(slot) = unbound.get_mut(target.0 as usize) {
                *slot = true;
            }
        }
        let (verdict, effective) = (by_target(&relations.verdict), by_target(&relations.effective));
        Self { facts, nodes, relations, unknowns, atoms, reasons, extents, verdict, effective, unbound }
    }

    /// The runs of policies.
    pub(crate) fn runs(&self) -> &Runs {
        self.extents.basis().runs()
    }

    /// `gate`, ready to be evaluated for one subject.
    pub(crate) fn plan(&self, gate: GateId) -> Plan {
        Plan::of(&self.nodes, gate, &self.extents)
    }

    /// Whom the engine lets through.
    pub(crate) fn verdict_gate(&self, target: TargetId) -> GateId {
        self.verdict.get(target.index()).copied().unwrap_or(GateId(u32::MAX))
    }

    /// Who gets what `target` stands for in the end.
    pub(crate) fn effective_gate(&self, target: TargetId) -> GateId {
        self.effective.get(target.index()).copied().unwrap_or(GateId(u32::MAX))
    }

    /// What settles the verdict of `target`, in order.
    pub(crate) fn settles(&self, target: TargetId) -> Vec<(rules::Mode, Cause, GateId)> {
        let all = &self.relations.settles;
        let target = facts::target(target);
        let start = all.partition_point(|(row, ..)| *row < target);
        let rows = all.iter().skip(start).take_while(|(row, ..)| *row == target);
        rows.map(|(_, mode, _, cause, gate)| (*mode, *cause, *gate)).collect()
    }
}
