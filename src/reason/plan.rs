//! One gate with all that it rests on, ready to be evaluated for one subject.
//!
//! A gate is read as two bounds, must and may. That is exact as long as no unknown occurs twice. Where one does, the
//! gate is read once for each way that the unknown can turn out, and the readings are put together: must where all
//! of them must, may where any of them may.

mod cases;

use rules::{GateId, Leaf, Node, Nodes, UnknownId};

use super::cone::Cone;
use super::extents::Extents;
use crate::truth::Truth;
pub(crate) use cases::{Case, Variable};
use cases::{cases, is_unknown, shared, variable};

/// A gate and all that it rests on, inputs first; the gate is the last one.
pub(crate) struct Plan {
    ops: Vec<Op>,
    cases: Vec<Case>,
    /// Whether there were more cases than are worth reading: verdicts may then depend although they need not.
    pub(crate) coarse: bool,
}

#[derive(Clone, Copy)]
enum Op {
    True,
    Leaf(Leaf),
    Not(usize),
    And(usize, usize),
    Or(usize, usize),
}

impl Plan {
    /// The plan of `root`.
    pub(crate) fn of(nodes: &Nodes, root: GateId, extents: &Extents) -> Self {
        let ops = ops(nodes, &Cone::of(nodes, [root]));
        let (cases, coarse) = cases(&shared(&ops, extents), extents);
        Self { ops, cases, coarse }
    }

    /// Every way in which the unknowns that it asks about more than once can turn out.
    pub(crate) fn cases(&self) -> &[Case] {
        &self.cases
    }

    /// What is known for `subject`.
    pub(crate) fn truth(&self, subject: usize, extents: &Extents) -> Truth {
        let mut bounds: Option<Truth> = None;
        let mut values = Vec::with_capacity(self.ops.len());
        for case in self.cases.iter().filter(|case| case.is_possible(subject, extents)) {
            self.values(|leaf| case.truth(leaf), subject, extents, &mut values);
            let value = values.last().copied().unwrap_or(Truth::UNKNOWN);
            bounds =
                Some(bounds.map_or(value, |known| Truth {
                    must: known.must & value.must,
                    may: known.may | value.may,
                }));
        }
        bounds.unwrap_or(Truth::UNKNOWN)
    }

    /// What is known for `subject` where leaves are as `assumed`, without a look at unknowns that occur more than once.
    pub(crate) fn under(
        &self,
        assumed: impl Fn(Leaf) -> Option<Truth>,
        subject: usize,
        extents: &Extents,
    ) -> Truth {
        let mut values = Vec::with_capacity(self.ops.len());
        self.values(assumed, subject, extents, &mut values);
        values.last().copied().unwrap_or(Truth::UNKNOWN)
    }

    fn values(
        &self,
        assumed: impl Fn(Leaf) -> Option<Truth>,
        subject: usize,
        extents: &Extents,
        values: &mut Vec<Truth>,
    ) {
        values.clear();
        for op in &self.ops {
            let at = |input: &usize| values.get(*input).copied().unwrap_or(Truth::UNKNOWN);
            values.push(match op {
                Op::True => Truth::YES,
                Op::Leaf(leaf) => assumed(*leaf).unwrap_or_else(|| extents.truth(*leaf, subject)),
                Op::Not(input) => at(input).negated(),
                Op::And(a, b) => at(a).and(at(b)),
                Op::Or(a, b) => at(a).or(at(b)),
            });
        }
    }

    /// What the gate depends on for `subject`: the unknowns that reach it through gates which are unknown themselves.
    pub(crate) fn unknowns(&self, subject: usize, extents: &Extents) -> Vec<Variable> {
        let mut values = Vec::with_capacity(self.ops.len());
        self.values(|_| None, subject, extents, &mut values);
        let mut reached = vec![false; self.ops.len()];
        if let Some(root) = reached.last_mut() {
            *root = true;
        }
        let mut found = Vec::new();
        for (index, op) in self.ops.iter().enumerate().rev() {
            let unknown = values.get(index).is_some_and(|value| !value.is_known());
            if !unknown || !reached.get(index).copied().unwrap_or(false) {
                continue;
            }
            let mut reach = |input: usize| {
                if let Some(slot) = reached.get_mut(input) {
                    *slot = true;
                }
            };
            match op {
                Op::True => {}
                Op::Leaf(leaf) => found.extend(variable(*leaf)),
                Op::Not(input) => reach(*input),
                Op::And(a, b) | Op::Or(a, b) => {
                    reach(*a);
                    reach(*b);
                }
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Every unknown that the gate rests on and that is unknown for somebody.
    pub(crate) fn variables(&self, extents: &Extents) -> Vec<Variable> {
        let leaves =
            self.ops.iter().filter_map(|op| if let Op::Leaf(leaf) = op { variable(*leaf) } else { None });
        leaves.filter(|variable| is_unknown(*variable, extents)).collect()
    }
}

fn ops(nodes: &Nodes, cone: &Cone) -> Vec<Op> {
    let slot = |gate: GateId| cone.slot(gate);
    cone.gates()
        .iter()
        .map(|gate| match nodes.get(*gate) {
            Some(Node::True) => Op::True,
            // A gate that is not there says nothing.
            None => Op::Leaf(Leaf::Given(UnknownId(u32::MAX))),
            Some(Node::Leaf(leaf)) => Op::Leaf(leaf),
            Some(Node::Not(input)) => Op::Not(slot(input)),
            Some(Node::And(a, b)) => Op::And(slot(a), slot(b)),
            Some(Node::Or(a, b)) => Op::Or(slot(a), slot(b)),
        })
        .collect()
}
