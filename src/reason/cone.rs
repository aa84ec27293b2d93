//! The gates that some gates rest on.

use rules::{GateId, Node, Nodes};
use rustc_hash::FxHashMap;

/// Gates with all that they rest on, inputs first, each at a slot of its own.
pub(super) struct Cone {
    order: Vec<GateId>,
    slots: FxHashMap<GateId, usize>,
}

impl Cone {
    /// All that `roots` rest on, themselves included.
    pub(super) fn of(nodes: &Nodes, roots: impl IntoIterator<Item = GateId>) -> Self {
        let mut wanted: Vec<GateId> = roots.into_iter().collect();
        let mut slots: FxHashMap<GateId, usize> = FxHashMap::default();
        let mut order = Vec::new();
        while let Some(gate) = wanted.pop() {
            if slots.insert(gate, 0).is_some() {
                continue;
            }
            order.push(gate);
            match nodes.get(gate) {
                Some(Node::Not(input)) => wanted.push(input),
                Some(Node::And(a, b) | Node::Or(a, b)) => wanted.extend([a, b]),
                _ => {}
            }
        }
        // Inputs have smaller numbers than the gates that they go into.
        order.sort_unstable();
        for (slot, gate) in order.iter().enumerate() {
            slots.insert(*gate, slot);
        }
        Self { order, slots }
    }

    /// Every gate, in the order of the slots.
    pub(super) fn gates(&self) -> &[GateId] {
        &self.order
    }

    /// The slot of `gate`.
    pub(super) fn slot(&self, gate: GateId) -> usize {
        self.slots.get(&gate).copied().unwrap_or(usize::MAX)
    }
}
