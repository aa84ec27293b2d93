//! For which users does each leaf hold?

use std::sync::Arc;

use rayon::prelude::*;
use rules::{Leaf, Node, Nodes};
use rustc_hash::FxHashMap;

use super::basis::Basis;
use super::column::Column;
use super::set::Set;
use crate::policy::For;
use crate::subjects::Subjects;
use crate::truth::{Ends, Truth};

/// The subjects for whom something holds, and for whom it may.
#[derive(Clone, Debug)]
pub(crate) struct Extent {
    pub(crate) must: Set,
    /// `None` where it is the same as `must`.
    pub(crate) may: Option<Set>,
}

impl Extent {
    pub(crate) fn same(truth: Truth) -> Self {
        Self { must: Set::All(truth.must), may: (!truth.is_known()).then_some(Set::All(truth.may)) }
    }

    /// What is known for `subject`.
    pub(crate) fn truth(&self, subject: usize) -> Truth {
        let must = self.must.contains(subject);
        Truth { must, may: self.may.as_ref().map_or(must, |may| may.contains(subject)) }
    }

    /// The same, but for what is known of `subject`.
    pub(crate) fn with(self, subject: usize, truth: Truth) -> Self {
        if self.truth(subject) == truth {
            return self;
        }
        let may = self.may.or_else(|| (!truth.is_known()).then(|| self.must.clone()));
        Self { must: self.must.with(subject, truth.must), may: may.map(|may| may.with(subject, truth.may)) }
    }
}

/// The extents of all leaves of a circuit.
pub(crate) struct Extents {
    basis: Arc<Basis>,
    leaves: FxHashMap<Leaf, Extent>,
}

impl Extents {
    /// The extents of the leaves of `nodes`.
    pub(crate) fn of(basis: Arc<Basis>, nodes: &Nodes) -> Self {
        let leaves =
            nodes.iter().filter_map(|(_, node)| if let Node::Leaf(leaf) = node { Some(leaf) } else { None });
        let leaves: Vec<Leaf> = leaves.collect();
        let leaves = leaves.into_par_iter().map(|leaf| (leaf, of_leaf(&basis, leaf))).collect();
        Self { basis, leaves }
    }

    /// These extents.
    #[cfg(test)]
    pub(crate) fn from_leaves(leaves: impl IntoIterator<Item = (Leaf, Extent)>, subjects: usize) -> Self {
        Self { basis: Arc::new(Basis::empty(subjects)), leaves: leaves.into_iter().collect() }
    }

    /// What they are made of.
    pub(crate) fn basis(&self) -> &Arc<Basis> {
        &self.basis
    }

    /// The same, to be changed. The leaves that rest on it are changed by [`Self::refresh`].
    pub(crate) fn basis_mut(&mut self) -> &mut Basis {
        Arc::make_mut(&mut self.basis)
    }

    /// Makes `leaf` anew.
    pub(crate) fn refresh(&mut self, leaf: Leaf) {
        if let Some(extent) = self.leaves.get_mut(&leaf) {
            *extent = of_leaf(&self.basis, leaf);
        }
    }

    /// The extent of `leaf`; `None` for a leaf of another circuit.
    pub(crate) fn leaf(&self, leaf: Leaf) -> Option<&Extent> {
        self.leaves.get(&leaf)
    }

    /// What is known of `leaf` for `subject`.
    pub(crate) fn truth(&self, leaf: Leaf, subject: usize) -> Truth {
        self.leaves.get(&leaf).map_or(Truth::UNKNOWN, |extent| extent.truth(subject))
    }

    /// The ends of `run`.
    pub(crate) fn ends(&self, run: rules::RunId) -> &Column {
        self.basis.ends(run)
    }
}

fn of_leaf(basis: &Basis, leaf: Leaf) -> Extent {
    let subjects = basis.subjects();
    let set = match leaf {
        Leaf::Member(group) => basis.members(group).cloned().unwrap_or(Set::All(false)),
        Leaf::Is(user) if (user.0 as usize) < subjects - 1 => Set::Few([user.0].into()),
        Leaf::Is(_) => Set::All(false),
        Leaf::Real => Set::All(true).with(subjects - 1, false),
        Leaf::Active => basis.active().clone(),
        Leaf::Given(_) => return Extent::same(Truth::UNKNOWN),
        Leaf::Takes(run, class) => takes(basis, run, class),
        Leaf::Ends(run, wanted) => return asked(basis.ends(run), wanted, subjects),
    };
    Extent { must: set, may: None }
}

/// The subjects of one class of a run.
fn takes(basis: &Basis, run: rules::RunId, class: u32) -> Set {
    match basis.runs().get(run).map(|run| &run.judged.judgement.ends) {
        Some(For::Ways(ways)) => match ways.0.get(class as usize) {
            Some((_, found)) => Set::of_shared(found, basis.subjects()),
            None => Set::All(false),
        },
        _ => Set::All(false),
    }
}

/// Where a run ends in one of the `wanted` ways, and where it can.
fn asked(column: &Column, wanted: rules::Outcomes, subjects: usize) -> Extent {
    let truth =
        |ends: Ends| Truth { must: ends.bits() & !wanted.bits() == 0, may: ends.bits() & wanted.bits() != 0 };
    match column {
        Column::All(ends) => Extent::same(truth(*ends)),
        Column::Each(each) => {
            let joined = |test: fn(Truth) -> bool| {
                let (inside, outside): (Vec<_>, Vec<_>) =
                    each.iter().partition(|(ends, _)| test(truth(*ends)));
                match (inside.as_slice(), outside.as_slice()) {
                    ([], _) => Set::All(false),
                    ([(_, set)], _) => set.clone(),
                    // Every subject has ends, so what is left is what the others leave.
                    (_, []) => Set::All(true),
                    (_, [(_, set)]) => set.inverted(),
                    (sets, _) => {
                        let mut all = Subjects::none(subjects);
                        sets.iter().for_each(|(_, set)| set.add_to(&mut all, subjects));
                        Set::of_bits(all, subjects)
                    }
                }
            };
            let is_open = each.iter().any(|(ends, _)| !truth(*ends).is_known());
            Extent { must: joined(|truth| truth.must), may: is_open.then(|| joined(|truth| truth.may)) }
        }
    }
}
