//! One gate with all that it rests on, ready to be evaluated: for one subject, or for all of them.
//!
//! A gate is read as two bounds, must and may. That is exact as long as no unknown occurs twice. Where one does, the
//! gate is read once for each way that the unknown can turn out, and the readings are put together: must where all
//! of them must, may where any of them may.

use rules::{GateId, Leaf, Node, Nodes, Outcome, RunId, UnknownId};
use rustc_hash::FxHashMap;

use super::bits::{Bits, WORD};
use super::extents::{Column, Extent, Extents, Set};
use crate::truth::{Ends, Truth};

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

/// Something unknown.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum Variable {
    Run(RunId),
    Given(UnknownId),
}

/// One way that unknowns can turn out.
#[derive(Clone, Default)]
struct Case(Vec<Choice>);

#[derive(Clone, Copy)]
enum Choice {
    Ends(RunId, Outcome),
    Given(UnknownId, bool),
}

/// As many cases are read for one gate.
const MOST_CASES: usize = 1_024;

/// Words that are evaluated at a time, so that what a gate rests on stays in the cache.
const TILE: usize = 256;

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
        let set = |words| Set::Many(Bits::from_words(words));
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
    let mut wanted = vec![root];
    let mut seen: FxHashMap<GateId, usize> = FxHashMap::default();
    let mut order = Vec::new();
    while let Some(gate) = wanted.pop() {
        if seen.insert(gate, 0).is_some() {
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
        seen.insert(*gate, slot);
    }
    let slot = |gate: GateId| seen.get(&gate).copied().unwrap_or(usize::MAX);
    order
        .iter()
        .map(|gate| match nodes.get(*gate) {
            Some(Node::True) | None => Op::True,
            Some(Node::Leaf(leaf)) => Op::Leaf(leaf),
            Some(Node::Not(input)) => Op::Not(slot(input)),
            Some(Node::And(a, b)) => Op::And(slot(a), slot(b)),
            Some(Node::Or(a, b)) => Op::Or(slot(a), slot(b)),
        })
        .collect()
}

fn variable(leaf: Leaf) -> Option<Variable> {
    match leaf {
        Leaf::Ends(run, _) => Some(Variable::Run(run)),
        Leaf::Given(unknown) => Some(Variable::Given(unknown)),
        _ => None,
    }
}

/// Whether `variable` is unknown for somebody.
fn is_unknown(variable: Variable, extents: &Extents) -> bool {
    match variable {
        Variable::Run(run) => extents.ends(run).has_unknown(),
        Variable::Given(_) => true,
    }
}

/// The unknowns that occur more than once on the ways to the root.
fn shared(ops: &[Op], extents: &Extents) -> Vec<Variable> {
    let mut ways = vec![0_u8; ops.len()];
    if let Some(root) = ways.last_mut() {
        *root = 1;
    }
    let mut occurrences: FxHashMap<Variable, u8> = FxHashMap::default();
    for (slot, op) in ops.iter().enumerate().rev() {
        let here = ways.get(slot).copied().unwrap_or_default();
        let mut add = |input: usize| {
            if let Some(ways) = ways.get_mut(input) {
                *ways = ways.saturating_add(here);
            }
        };
        match op {
            Op::True => {}
            Op::Leaf(leaf) => {
                if let Some(variable) = variable(*leaf) {
                    let count = occurrences.entry(variable).or_default();
                    *count = count.saturating_add(here);
                }
            }
            Op::Not(input) => add(*input),
            Op::And(a, b) | Op::Or(a, b) => {
                add(*a);
                add(*b);
            }
        }
    }
    let mut shared: Vec<Variable> =
        occurrences.into_iter().filter(|(_, count)| *count > 1).map(|(variable, _)| variable).collect();
    shared.retain(|variable| is_unknown(*variable, extents));
    shared.sort_unstable();
    shared
}

/// Every way that `variables` can turn out together, as long as there are few enough; and whether there were not.
fn cases(variables: &[Variable], extents: &Extents) -> (Vec<Case>, bool) {
    let mut cases = vec![Case::default()];
    for variable in variables {
        let choices: Vec<Choice> = match variable {
            Variable::Given(unknown) => [true, false].map(|holds| Choice::Given(*unknown, holds)).to_vec(),
            Variable::Run(run) => {
                let possible = match extents.ends(*run) {
                    Column::All(ends) => *ends,
                    Column::Each(each) => each.iter().copied().reduce(Ends::or).unwrap_or(Ends::UNKNOWN),
                };
                let is_possible = |end: &Outcome| possible.bits() & rules::Outcomes::only(*end).bits() != 0;
                Outcome::ALL.into_iter().filter(is_possible).map(|end| Choice::Ends(*run, end)).collect()
            }
        };
        if cases.len() * choices.len() > MOST_CASES {
            return (cases, true);
        }
        cases = cases
            .iter()
            .flat_map(|case| choices.iter().map(|choice| Case([case.0.as_slice(), &[*choice]].concat())))
            .collect();
    }
    (cases, false)
}

impl Case {
    /// What the case says about `leaf`.
    fn truth(&self, leaf: Leaf) -> Option<Truth> {
        self.0.iter().find_map(|choice| match (choice, leaf) {
            (Choice::Ends(run, end), Leaf::Ends(asked, wanted)) if *run == asked => {
                Some(Truth::known(wanted.contains(*end)))
            }
            (Choice::Given(unknown, holds), Leaf::Given(asked)) if *unknown == asked => {
                Some(Truth::known(*holds))
            }
            _ => None,
        })
    }

    /// Whether it can turn out so for `subject`.
    fn is_possible(&self, subject: usize, extents: &Extents) -> bool {
        self.0.iter().all(|choice| match choice {
            Choice::Ends(run, end) => {
                extents.ends(*run).get(subject).bits() & rules::Outcomes::only(*end).bits() != 0
            }
            Choice::Given(..) => true,
        })
    }

    /// For which subjects from word `first` on it can turn out so.
    fn write_possible(&self, first: usize, words: &mut [u64], extents: &Extents) {
        for (index, word) in words.iter_mut().enumerate() {
            *word = (0..WORD)
                .filter(|bit| self.is_possible((first + index) * WORD + bit, extents))
                .fold(0, |word, bit| word | 1 << bit);
        }
    }
}

/// Both bounds of every gate of a plan, for one tile. Where a gate is known, its second bound is left out.
struct Scratch {
    must: Vec<Vec<u64>>,
    may: Vec<Vec<u64>>,
    /// Whether the second bound of a gate is there.
    open: Vec<bool>,
    words: usize,
}

impl Scratch {
    fn new(gates: usize) -> Self {
        Self {
            must: vec![vec![0; TILE]; gates],
            may: vec![Vec::new(); gates],
            open: vec![false; gates],
            words: TILE,
        }
    }

    fn slot(&mut self, slot: usize, open: bool) -> (&mut [u64], Option<&mut [u64]>) {
        if let Some(flag) = self.open.get_mut(slot) {
            *flag = open;
        }
        let words = self.words;
        let may = self.may.get_mut(slot).filter(|_| open).map(|may| {
            may.resize(TILE, 0);
            may.get_mut(..words).unwrap_or_default()
        });
        let must = self.must.get_mut(slot).and_then(|must| must.get_mut(..words)).unwrap_or_default();
        (must, may)
    }

    fn constant(&mut self, slot: usize, truth: Truth) {
        let (must, may) = self.slot(slot, !truth.is_known());
        must.fill(if truth.must { u64::MAX } else { 0 });
        if let Some(may) = may {
            may.fill(if truth.may { u64::MAX } else { 0 });
        }
    }

    fn leaf(&mut self, slot: usize, extent: &Extent, first: usize, known: bool) {
        let (must, may) = self.slot(slot, !known);
        extent.must.write(first, must);
        if let Some(may) = may {
            extent.may.as_ref().unwrap_or(&extent.must).write(first, may);
        }
    }

    fn is_open(&self, slot: usize) -> bool {
        self.open.get(slot).copied().unwrap_or(false)
    }

    fn bounds(&self, slot: usize) -> (&[u64], &[u64]) {
        let must = self.must.get(slot).map(Vec::as_slice).unwrap_or_default();
        let may =
            if self.is_open(slot) { self.may.get(slot).map(Vec::as_slice).unwrap_or_default() } else { must };
        (must, may)
    }

    fn not(&mut self, slot: usize, input: usize, known: bool) {
        let open = !known && self.is_open(input);
        let (must, may) = self.bounds(input);
        let must_not: Vec<u64> = may.iter().take(self.words).map(|word| !word).collect();
        let may_not: Vec<u64> =
            if open { must.iter().take(self.words).map(|word| !word).collect() } else { Vec::new() };
        self.put(slot, &must_not, &may_not, open);
    }

    fn combine(&mut self, slot: usize, a: usize, b: usize, with: impl Fn(u64, u64) -> u64) {
        let open = self.is_open(a) || self.is_open(b);
        let ((a_must, a_may), (b_must, b_may)) = (self.bounds(a), self.bounds(b));
        let join = |a: &[u64], b: &[u64]| -> Vec<u64> {
            a.iter().zip(b).take(self.words).map(|(a, b)| with(*a, *b)).collect()
        };
        let must = join(a_must, b_must);
        let may = if open { join(a_may, b_may) } else { Vec::new() };
        self.put(slot, &must, &may, open);
    }

    fn put(&mut self, slot: usize, must: &[u64], may: &[u64], open: bool) {
        let (to_must, to_may) = self.slot(slot, open);
        to_must.copy_from_slice(must);
        if let Some(to_may) = to_may {
            to_may.copy_from_slice(may);
        }
    }

    fn read_root(&self, must: &mut [u64], may: &mut [u64]) {
        let (from_must, from_may) = self.bounds(self.must.len().saturating_sub(1));
        must.iter_mut().zip(from_must).for_each(|(to, from)| *to = *from);
        may.iter_mut().zip(from_may).for_each(|(to, from)| *to = *from);
    }

    fn join_root(&self, possible: &[u64], must: &mut [u64], may: &mut [u64]) {
        let (from_must, from_may) = self.bounds(self.must.len().saturating_sub(1));
        for ((to, from), possible) in must.iter_mut().zip(from_must).zip(possible) {
            *to &= from | !possible;
        }
        for ((to, from), possible) in may.iter_mut().zip(from_may).zip(possible) {
            *to |= from & possible;
        }
    }
}
