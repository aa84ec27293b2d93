//! One gate with all that it rests on, ready to be evaluated: for one subject, or for all of them.
//!
//! A gate is read as two bounds, must and may. That is exact as long as no unknown occurs twice. Where one does, the
//! gate is read once for each way that the unknown can turn out, and the readings are put together: must where all
//! of them must, may where any of them may.

mod cases;
mod scratch;

use rules::{GateId, Leaf, Node, Nodes, UnknownId};

use super::cone::Cone;
use super::extents::{Extent, Extents, Set};
use crate::subjects::{Subjects, WORD};
use crate::truth::Truth;
pub(crate) use cases::Variable;
use cases::{Case, cases, is_unknown, shared, variable};
use scratch::{Scratch, TILE};

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
        let ops = ops(nodes, root);
        let (cases, coarse) = cases(&shared(&ops, extents), extents);
        Self { ops, cases, coarse }
    }

    /// What is known for `subject`.
    pub(crate) fn truth(&self, subject: usize, extents: &Extents) -> Truth {
        let mut bounds: Option<Truth> = None;
        let mut values = Vec::with_capacity(self.ops.len());
        for case in self.cases.iter().filter(|case| case.is_possible(subject, extents)) {
            self.values(case, subject, extents, &mut values);
            let value = values.last().copied().unwrap_or(Truth::UNKNOWN);
            bounds =
                Some(bounds.map_or(value, |known| Truth {
                    must: known.must & value.must,
                    may: known.may | value.may,
                }));
        }
        bounds.unwrap_or(Truth::UNKNOWN)
    }

    fn values(&self, case: &Case, subject: usize, extents: &Extents, values: &mut Vec<Truth>) {
        values.clear();
        for op in &self.ops {
            let at = |input: &usize| values.get(*input).copied().unwrap_or(Truth::UNKNOWN);
            values.push(match op {
                Op::True => Truth::YES,
                Op::Leaf(leaf) => case.truth(*leaf).unwrap_or_else(|| extents.truth(*leaf, subject)),
                Op::Not(input) => at(input).negated(),
                Op::And(a, b) => at(a).and(at(b)),
                Op::Or(a, b) => at(a).or(at(b)),
            });
        }
    }

    /// What the gate depends on for `subject`: the unknowns that reach it through gates which are unknown themselves.
    pub(crate) fn unknowns(&self, subject: usize, extents: &Extents) -> Vec<Variable> {
        let mut values = Vec::with_capacity(self.ops.len());
        self.values(&Case::default(), subject, extents, &mut values);
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

    /// What is known for every one of `subjects`.
    pub(crate) fn row(&self, subjects: usize, extents: &Extents) -> Extent {
        let length = subjects.div_ceil(WORD);
        let leaves: Vec<Option<Extent>> = self
            .ops
            .iter()
            .map(|op| if let Op::Leaf(leaf) = op { Some(extents.leaf(*leaf)) } else { None })
            .collect();
        if let (Some(Op::Leaf(_)), Some(Some(extent)), [_]) =
            (self.ops.last(), leaves.last(), self.ops.as_slice())
        {
            return extent.clone();
        }
        let known = self.known(&leaves);
        let exact = known.last().copied().unwrap_or(false);
        let (mut must, mut may) = (vec![0; length], vec![0; if exact { 0 } else { length }]);
        let mut scratch = Scratch::new(self.ops.len());
        for first in (0..length).step_by(TILE) {
            let words = TILE.min(length - first);
            let must = must.get_mut(first..first + words).unwrap_or_default();
            let may = may.get_mut(first..first + words).unwrap_or_default();
            if let [_] = self.cases.as_slice() {
                self.tile(&leaves, &known, &Case::default(), first, words, &mut scratch);
                scratch.read_root(must, may);
                continue;
            }
            must.fill(u64::MAX);
            let mut possible = vec![0; words];
            for case in &self.cases {
                case.write_possible(first, &mut possible, extents);
                if possible.iter().all(|word| *word == 0) {
                    continue;
                }
                self.tile(&leaves, &known, case, first, words, &mut scratch);
                scratch.join_root(&possible, must, may);
            }
        }
        let set = |words| Set::Many(Subjects::from_words(words));
        Extent { must: set(must), may: (!exact).then(|| set(may)) }
    }

    /// Which gates are known for every subject: those need one bound only.
    fn known(&self, leaves: &[Option<Extent>]) -> Vec<bool> {
        let mut known: Vec<bool> = Vec::with_capacity(self.ops.len());
        for (op, extent) in self.ops.iter().zip(leaves) {
            let at = |input: &usize| known.get(*input).copied().unwrap_or(false);
            known.push(match op {
                Op::True => true,
                Op::Leaf(_) => extent.as_ref().is_some_and(|extent| extent.may.is_none()),
                Op::Not(input) => at(input),
                Op::And(a, b) | Op::Or(a, b) => at(a) && at(b),
            });
        }
        known
    }

    fn tile(
        &self,
        leaves: &[Option<Extent>],
        known: &[bool],
        case: &Case,
        first: usize,
        words: usize,
        scratch: &mut Scratch,
    ) {
        scratch.words = words;
        for (slot, ((op, extent), known)) in self.ops.iter().zip(leaves).zip(known).enumerate() {
            match op {
                Op::True => scratch.constant(slot, Truth::YES),
                Op::Leaf(leaf) => match (case.truth(*leaf), extent) {
                    (Some(truth), _) => scratch.constant(slot, truth),
                    (None, Some(extent)) => scratch.leaf(slot, extent, first, *known),
                    (None, None) => scratch.constant(slot, Truth::UNKNOWN),
                },
                Op::Not(input) => scratch.not(slot, *input, *known),
                Op::And(a, b) => scratch.combine(slot, *a, *b, |a, b| a & b),
                Op::Or(a, b) => scratch.combine(slot, *a, *b, |a, b| a | b),
            }
        }
    }
}

fn ops(nodes: &Nodes, root: GateId) -> Vec<Op> {
    let cone = Cone::of(nodes, [root]);
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
