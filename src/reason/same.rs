//! Which gates of one circuit are the same as gates of another one?

use std::sync::Arc;

use rules::{GateId, Leaf, Node, RunId, UnknownId};
use rustc_hash::FxHashMap;

use super::Unknown;
use super::derived::Derived;
use super::runs::Judged;
use crate::policy::way::Atom;

/// Something unknown, whatever its number; and how many like it came before.
type What<'d> = (Result<&'d Atom, Unknown>, usize);

/// Tells gates of a new circuit by those of an old one that hold for the same subjects.
pub(super) struct Same<'d> {
    new: &'d Derived,
    gates: FxHashMap<Node, GateId>,
    runs: FxHashMap<*const Judged, RunId>,
    unknowns: FxHashMap<What<'d>, UnknownId>,
}

fn whats(derived: &Derived) -> impl Iterator<Item = (What<'_>, UnknownId)> {
    let mut seen: FxHashMap<Result<&Atom, Unknown>, usize> = FxHashMap::default();
    (0_u32..).map(UnknownId).zip(&derived.unknowns).map(move |(id, unknown)| {
        let what = match unknown {
            Unknown::Request(atom) => derived.atoms.get(atom.0 as usize).map(|(atom, _)| atom.as_ref()),
            _ => None,
        };
        let what = what.ok_or(*unknown);
        let before = seen.entry(what).or_default();
        *before += 1;
        ((what, *before), id)
    })
}

impl<'d> Same<'d> {
    pub(super) fn of(old: &'d Derived, new: &'d Derived) -> Self {
        let runs = (0_u32..).map(RunId).zip(&old.runs().all);
        Self {
            new,
            gates: old.nodes.iter().map(|(gate, node)| (node, gate)).collect(),
            runs: runs.map(|(id, run)| (Arc::as_ptr(&run.judged), id)).collect(),
            unknowns: whats(old).collect(),
        }
    }

    /// Whether what is the same is numbered in the same order. Where too much is unknown to try everything, the first
    /// is tried.
    pub(super) fn is_in_order(&self) -> bool {
        let unknowns = whats(self.new).filter_map(|(what, _)| self.unknowns.get(&what));
        let runs = self.new.runs().all.iter().filter_map(|run| self.runs.get(&Arc::as_ptr(&run.judged)));
        unknowns.is_sorted() && runs.is_sorted()
    }

    /// For every gate of the new circuit the same one of the old one, if there is one. Leaves of which `is_changed`
    /// holds are the same as none.
    pub(super) fn gates(&self, is_changed: impl Fn(Leaf) -> bool) -> Vec<Option<GateId>> {
        let unknowns: Vec<Option<UnknownId>> =
            whats(self.new).map(|(what, _)| self.unknowns.get(&what).copied()).collect();
        let mut found: Vec<Option<GateId>> = Vec::with_capacity(self.new.nodes.len());
        for (_, node) in self.new.nodes.iter() {
            let at = |gate: GateId| found.get(gate.0 as usize).copied().flatten();
            let both = |a: GateId, b: GateId| at(a).zip(at(b)).map(|(a, b)| (a.min(b), a.max(b)));
            let same = match node {
                Node::True => Some(node),
                Node::Leaf(leaf) if is_changed(leaf) => None,
                Node::Leaf(leaf) => self.leaf(leaf, &unknowns).map(Node::Leaf),
                Node::Not(input) => at(input).map(Node::Not),
                Node::And(a, b) => both(a, b).map(|(a, b)| Node::And(a, b)),
                Node::Or(a, b) => both(a, b).map(|(a, b)| Node::Or(a, b)),
            };
            found.push(same.and_then(|node| self.gates.get(&node)).copied());
        }
        found
    }

    fn leaf(&self, leaf: Leaf, unknowns: &[Option<UnknownId>]) -> Option<Leaf> {
        let run = |run: RunId| {
            let run = self.new.runs().get(run)?;
            self.runs.get(&Arc::as_ptr(&run.judged)).copied()
        };
        Some(match leaf {
            Leaf::Member(_) | Leaf::Is(_) | Leaf::Real | Leaf::Active => leaf,
            Leaf::Ends(asked, outcomes) => Leaf::Ends(run(asked)?, outcomes),
            Leaf::Takes(asked, class) => Leaf::Takes(run(asked)?, class),
            Leaf::Given(unknown) => Leaf::Given(unknowns.get(unknown.0 as usize).copied().flatten()?),
        })
    }
}
