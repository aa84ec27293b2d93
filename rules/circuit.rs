//! The circuit: what the rules derive. A gate says for which subjects something holds.
//!
//! Equal gates are one gate, so that a relation over gates is finite and work on shared parts is done once.

use std::cell::RefCell;
use std::hash::{Hash, Hasher};
use std::ops::{BitAnd, BitOr, Not};

use rustc_hash::FxHashMap;

use crate::{GroupId, Outcomes, RunId, UnknownId, UserId};

/// A question about one subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Leaf {
    /// Is the subject in the group, directly or through nesting?
    Member(GroupId),
    /// Is the subject this user?
    Is(UserId),
    /// Does the policy end in one of these ways for the subject?
    Ends(RunId, Outcomes),
    /// Is the subject of this class of the run, by the number of the class?
    Takes(RunId, u32),
    /// Is the subject a saved user, and not an anonymous one?
    Real,
    /// May the subject log in?
    Active,
    /// Does what is unknown hold? The same for every subject.
    Given(UnknownId),
}

/// What a gate is made of. Its inputs have smaller numbers than the gate itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Node {
    /// Holds for everyone.
    True,
    /// A question.
    Leaf(Leaf),
    /// Holds where the other gate does not.
    Not(GateId),
    /// Holds where both hold.
    And(GateId, GateId),
    /// Holds where either holds.
    Or(GateId, GateId),
}

/// The number of a gate: its position among [`Nodes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GateId(pub u32);

/// All gates of a finished circuit, inputs first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Nodes(Vec<Node>);

impl Nodes {
    /// How many gates there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What `gate` is made of.
    pub fn get(&self, gate: GateId) -> Option<Node> {
        self.0.get(gate.0 as usize).copied()
    }

    /// Every gate with its number, inputs first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (GateId, Node)> + '_ {
        self.0.iter().enumerate().map(|(index, node)| (GateId(number(index)), *node))
    }
}

fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

/// A circuit in the making.
#[derive(Debug, Default)]
pub struct Circuit {
    built: RefCell<Built>,
}

#[derive(Debug, Default)]
struct Built {
    nodes: Vec<Node>,
    known: FxHashMap<Node, GateId>,
}

/// A gate of a circuit. `|`, `&` and `!` make new ones.
#[derive(Clone, Copy)]
pub struct Gate<'c> {
    id: GateId,
    circuit: &'c Circuit,
}

impl Circuit {
    /// The gate that holds for everyone.
    pub fn yes(&self) -> Gate<'_> {
        self.gate(Node::True)
    }

    /// The gate that holds for nobody.
    pub fn no(&self) -> Gate<'_> {
        !self.yes()
    }

    /// The gate of a question.
    pub fn leaf(&self, leaf: Leaf) -> Gate<'_> {
        match leaf {
            Leaf::Ends(_, Outcomes::NONE) => self.no(),
            Leaf::Ends(_, Outcomes::ANY) => self.yes(),
            _ => self.gate(Node::Leaf(leaf)),
        }
    }

    /// Takes over all gates of another circuit; gives for each of them the one that it is here.
    pub(crate) fn absorb(&self, nodes: &Nodes) -> Vec<Gate<'_>> {
        let mut gates: Vec<Gate<'_>> = Vec::with_capacity(nodes.len());
        for (_, node) in nodes.iter() {
            let at = |gate: GateId| gates.get(gate.0 as usize).map_or(gate, |gate| gate.id);
            let both = |a: GateId, b: GateId| (at(a).min(at(b)), at(a).max(at(b)));
            let node = match node {
                Node::True | Node::Leaf(_) => node,
                Node::Not(input) => Node::Not(at(input)),
                Node::And(a, b) => {
                    let (a, b) = both(a, b);
                    Node::And(a, b)
                }
                Node::Or(a, b) => {
                    let (a, b) = both(a, b);
                    Node::Or(a, b)
                }
            };
            gates.push(self.gate(node));
        }
        gates
    }

    /// The finished circuit.
    pub fn finish(self) -> Nodes {
        Nodes(self.built.into_inner().nodes)
    }

    fn gate(&self, node: Node) -> Gate<'_> {
        let mut built = self.built.borrow_mut();
        let Built { nodes, known } = &mut *built;
        let id = *known.entry(node).or_insert_with(|| {
            nodes.push(node);
            GateId(number(nodes.len() - 1))
        });
        Gate { id, circuit: self }
    }

    fn node(&self, id: GateId) -> Node {
        self.built.borrow().nodes.get(id.0 as usize).copied().unwrap_or(Node::True)
    }
}

impl Gate<'_> {
    /// Its number.
    pub fn id(self) -> GateId {
        self.id
    }

    fn node(self) -> Node {
        self.circuit.node(self.id)
    }

    fn is_yes(self) -> bool {
        self.node() == Node::True
    }

    fn is_not(self, other: Self) -> bool {
        self.node() == Node::Not(other.id) || other.node() == Node::Not(self.id)
    }
}

impl Gate<'_> {
    fn both(self, other: Self) -> (GateId, GateId) {
        (self.id.min(other.id), self.id.max(other.id))
    }

    /// Two questions about the end of one run are one question.
    fn same_run(self, other: Self) -> Option<(RunId, Outcomes, Outcomes)> {
        match (self.node(), other.node()) {
            (Node::Leaf(Leaf::Ends(run, left)), Node::Leaf(Leaf::Ends(other, right))) if run == other => {
                Some((run, left, right))
            }
            _ => None,
        }
    }

    /// `then` where this gate holds, `otherwise` elsewhere: with as few gates as possible, for a question that is the
    /// same wherever it is asked.
    #[must_use]
    pub fn decide(self, then: Self, otherwise: Self) -> Self {
        let no = |gate: Self| (!gate).is_yes();
        if then == otherwise {
            then
        } else if then.is_yes() {
            self | otherwise
        } else if no(then) {
            !self & otherwise
        } else if otherwise.is_yes() {
            !self | then
        } else if no(otherwise) {
            self & then
        } else {
            (self & then) | (!self & otherwise)
        }
    }

    /// `then` where this gate holds, `otherwise` elsewhere. Exact also where this gate is unknown: what both
    /// branches agree on holds either way.
    #[must_use]
    pub fn choose(self, then: Self, otherwise: Self) -> Self {
        (self & then) | (!self & otherwise) | (then & otherwise)
    }
}

impl PartialEq for Gate<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Gate<'_> {}

impl Hash for Gate<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.id.hash(state);
    }
}

impl std::fmt::Debug for Gate<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{:?}", self.id.0, self.node())
    }
}

impl Not for Gate<'_> {
    type Output = Self;

    fn not(self) -> Self {
        match self.node() {
            Node::Not(inner) => Gate { id: inner, circuit: self.circuit },
            Node::Leaf(Leaf::Ends(run, outcomes)) => {
                self.circuit.leaf(Leaf::Ends(run, outcomes.complement()))
            }
            _ => self.circuit.gate(Node::Not(self.id)),
        }
    }
}

impl BitAnd for Gate<'_> {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        if self == other || other.is_yes() {
            return self;
        }
        if self.is_yes() {
            return other;
        }
        if self.is_not(other) || (!self).is_yes() || (!other).is_yes() {
            return self.circuit.no();
        }
        if let Some((run, left, right)) = self.same_run(other) {
            return self.circuit.leaf(Leaf::Ends(run, left.intersection(right)));
        }
        let (a, b) = self.both(other);
        self.circuit.gate(Node::And(a, b))
    }
}

impl BitOr for Gate<'_> {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        if self == other || self.is_yes() {
            return self;
        }
        if other.is_yes() {
            return other;
        }
        if self.is_not(other) {
            return self.circuit.yes();
        }
        if (!self).is_yes() {
            return other;
        }
        if (!other).is_yes() {
            return self;
        }
        if let Some((run, left, right)) = self.same_run(other) {
            return self.circuit.leaf(Leaf::Ends(run, left.union(right)));
        }
        let (a, b) = self.both(other);
        self.circuit.gate(Node::Or(a, b))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Outcome;

    #[test]
    fn equal_gates_are_one_gate() {
        let circuit = Circuit::default();
        let a = circuit.leaf(Leaf::Member(GroupId(1)));
        let b = circuit.leaf(Leaf::Member(GroupId(2)));
        assert_eq!(a | b, b | a);
        assert_eq!(!!a, a);
        assert_eq!(a & !a, circuit.no());
        assert_eq!(a | !a, circuit.yes());
        assert_eq!(a | circuit.no(), a);
        assert_eq!(a & circuit.yes(), a);
        assert_eq!(a & circuit.no(), circuit.no());
    }

    #[test]
    fn the_ends_of_one_run_are_one_question() {
        let circuit = Circuit::default();
        let ends = |outcome| circuit.leaf(Leaf::Ends(RunId(0), Outcomes::only(outcome)));
        let (t, f) = (ends(Outcome::True), ends(Outcome::False));
        assert_eq!(t & f, circuit.no());
        assert_eq!(t | f | ends(Outcome::Error) | ends(Outcome::Crash), circuit.yes());
        assert_eq!(!t, f | ends(Outcome::Error) | ends(Outcome::Crash));
    }

    #[test]
    fn inputs_come_before_their_gate() {
        let circuit = Circuit::default();
        let a = circuit.leaf(Leaf::Real);
        let b = circuit.leaf(Leaf::Active);
        let _ = circuit.leaf(Leaf::Is(UserId(3))).choose(a, !b);
        for (gate, node) in circuit.finish().iter() {
            let before = match node {
                Node::True | Node::Leaf(_) => true,
                Node::Not(x) => x < gate,
                Node::And(x, y) | Node::Or(x, y) => x < gate && y < gate,
            };
            assert!(before, "{gate:?} {node:?}");
        }
    }
}
