//! Gates as programs over sets: what is left of a circuit once it is known which sets its leaves are.
//!
//! A program is a list of cells, inputs first. Every cell is one intersection of sets without some others, so a whole
//! chain of rows is one cell: under All the rows' sets, under Any what is left when all of them are taken away from
//! everybody, turned round. A gate that is unknown for somebody has two bounds, which are cells of their own.

mod run;
mod sink;
mod view;

use rules::{GateId, Node, Nodes};

use super::cone::Cone;
use super::extents::Extents;
use super::plan::Case;
use super::set::Set;
pub(crate) use run::Scratch;

/// Where a cell takes subjects from.
#[derive(Clone, Copy)]
enum Source<'e> {
    Set(&'e Set),
    /// The cell with this number, which comes before.
    Cell(usize),
}

/// The intersection of some sets, without some others.
#[derive(Default)]
struct Cell<'e> {
    within: Vec<Source<'e>>,
    without: Vec<Source<'e>>,
}

/// One bound of a gate.
#[derive(Clone, Copy)]
enum Edge<'e> {
    All(bool),
    Of { source: Source<'e>, inverted: bool },
}

/// Both bounds of a gate.
#[derive(Clone, Copy)]
struct Bounds<'e> {
    must: Edge<'e>,
    /// `None` where it is the same as `must`.
    may: Option<Edge<'e>>,
}

/// What some gates are made of. Says nothing about the anonymous subject.
pub(crate) struct Program<'e> {
    cells: Vec<Cell<'e>>,
    roots: Vec<Bounds<'e>>,
}

impl Edge<'_> {
    fn inverted(self) -> Self {
        match self {
            Self::All(all) => Self::All(!all),
            Self::Of { source, inverted } => Self::Of { source, inverted: !inverted },
        }
    }
}

impl Bounds<'_> {
    fn inverted(self) -> Self {
        match self.may {
            None => Self { must: self.must.inverted(), may: None },
            Some(may) => Self { must: may.inverted(), may: Some(self.must.inverted()) },
        }
    }
}

impl<'e> Program<'e> {
    /// The program of `gates`, for the subjects whose unknowns turn out as `case` says.
    pub(crate) fn of(nodes: &Nodes, gates: &[GateId], extents: &'e Extents, case: &Case) -> Self {
        let cone = Cone::of(nodes, gates.iter().copied());
        let uses = uses(nodes, &cone, gates);
        let mut compiler = Compiler { cells: Vec::new(), is_shared: Vec::new() };
        let mut bounds: Vec<Bounds<'e>> = Vec::with_capacity(cone.gates().len());
        for gate in cone.gates() {
            let at = |gate: GateId| bounds.get(cone.slot(gate)).copied().unwrap_or(UNKNOWN);
            let found = match nodes.get(*gate) {
                Some(Node::True) => Bounds { must: Edge::All(true), may: None },
                Some(Node::Leaf(leaf)) => match case.truth(leaf) {
                    Some(truth) => Bounds { must: Edge::All(truth.must), may: None },
                    None => extents.bounds(leaf),
                },
                Some(Node::Not(input)) => at(input).inverted(),
                Some(Node::And(a, b)) => compiler.both(at(a), at(b)),
                Some(Node::Or(a, b)) => compiler.both(at(a).inverted(), at(b).inverted()).inverted(),
                None => UNKNOWN,
            };
            if uses.get(bounds.len()).is_some_and(|uses| *uses > 1) {
                compiler.share(found);
            }
            bounds.push(found);
        }
        let root = |gate: &GateId| bounds.get(cone.slot(*gate)).copied().unwrap_or(UNKNOWN);
        Self { roots: gates.iter().map(root).collect(), cells: compiler.cells }
    }
}

/// What is known of a gate of another circuit.
const UNKNOWN: Bounds<'static> = Bounds { must: Edge::All(false), may: Some(Edge::All(true)) };

impl Extents {
    /// The bounds of `leaf`, for saved users.
    fn bounds(&self, leaf: rules::Leaf) -> Bounds<'_> {
        let edge = |set| match set {
            &Set::All(all) => Edge::All(all),
            set => Edge::Of { source: Source::Set(set), inverted: false },
        };
        match (leaf, self.leaf(leaf)) {
            (rules::Leaf::Real, _) => Bounds { must: Edge::All(true), may: None },
            (_, Some(extent)) => Bounds { must: edge(&extent.must), may: extent.may.as_ref().map(edge) },
            (_, None) => UNKNOWN,
        }
    }
}

/// How often the result of each gate of `cone` is taken, through gates that only turn it round too.
fn uses(nodes: &Nodes, cone: &Cone, gates: &[GateId]) -> Vec<usize> {
    let mut uses = vec![0_usize; cone.gates().len()];
    let add = |uses: &mut Vec<usize>, gate: GateId, times: usize| {
        if let Some(uses) = uses.get_mut(cone.slot(gate)) {
            *uses += times;
        }
    };
    gates.iter().for_each(|gate| add(&mut uses, *gate, 1));
    for (slot, gate) in cone.gates().iter().enumerate().rev() {
        match nodes.get(*gate) {
            Some(Node::Not(input)) => {
                let here = uses.get(slot).copied().unwrap_or_default();
                add(&mut uses, input, here);
            }
            Some(Node::And(a, b) | Node::Or(a, b)) => {
                add(&mut uses, a, 1);
                add(&mut uses, b, 1);
            }
            _ => {}
        }
    }
    uses
}

struct Compiler<'e> {
    cells: Vec<Cell<'e>>,
    /// Which cells are taken more than once. All others become parts of the cells that take them.
    is_shared: Vec<bool>,
}

impl<'e> Compiler<'e> {
    fn share(&mut self, bounds: Bounds<'e>) {
        for edge in [Some(bounds.must), bounds.may].into_iter().flatten() {
            if let Edge::Of { source: Source::Cell(number), .. } = edge
                && let Some(is_shared) = self.is_shared.get_mut(number)
            {
                *is_shared = true;
            }
        }
    }

    /// What both gates have in common.
    fn both(&mut self, a: Bounds<'e>, b: Bounds<'e>) -> Bounds<'e> {
        if a.may.is_none() && b.may.is_none() {
            return Bounds { must: self.meet(a.must, b.must), may: None };
        }
        // Both bounds take the gate that has but one.
        [a, b].into_iter().filter(|bounds| bounds.may.is_none()).for_each(|known| self.share(known));
        let must = self.meet(a.must, b.must);
        let may = self.meet(a.may.unwrap_or(a.must), b.may.unwrap_or(b.must));
        Bounds { must, may: Some(may) }
    }

    fn meet(&mut self, a: Edge<'e>, b: Edge<'e>) -> Edge<'e> {
        let (one, other) = match (a, b) {
            (Edge::All(false), _) | (_, Edge::All(false)) => return Edge::All(false),
            (Edge::All(true), edge) | (edge, Edge::All(true)) => return edge,
            _ => (self.taken(a), self.taken(b)),
        };
        let size = |cell: &Cell<'e>| cell.within.len() + cell.without.len();
        let (mut cell, small) = if size(&one) < size(&other) { (other, one) } else { (one, other) };
        cell.within.extend(small.within);
        cell.without.extend(small.without);
        self.cells.push(cell);
        self.is_shared.push(false);
        Edge::Of { source: Source::Cell(self.cells.len() - 1), inverted: false }
    }

    /// A cell that holds what `edge` does.
    fn taken(&mut self, edge: Edge<'e>) -> Cell<'e> {
        let mut cell = Cell::default();
        match edge {
            Edge::All(_) => {}
            Edge::Of { source: Source::Cell(number), inverted: false }
                if self.is_shared.get(number) == Some(&false) =>
            {
                if let Some(found) = self.cells.get_mut(number) {
                    cell = std::mem::take(found);
                }
            }
            Edge::Of { source, inverted: false } => cell.within.push(source),
            Edge::Of { source, inverted: true } => cell.without.push(source),
        }
        cell
    }
}
