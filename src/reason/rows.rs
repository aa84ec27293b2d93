//! What is known of gates, for all subjects at once.
//!
//! A gate is read as two bounds, must and may. That is exact as long as no unknown occurs twice. Where one does, the
//! gate is read once for each way that the unknown can turn out, and the readings are put together: must where all
//! of them must, may where any of them may.

use rules::{GateId, Nodes};

use super::extents::{Extent, Extents};
use super::plan::{Case, Plan};
use super::program::{Program, Scratch};
use super::set::Set;
use crate::subjects::Subjects;

/// A circuit whose leaves are known, and memory to read its gates in.
pub(crate) struct Rows<'e> {
    nodes: &'e Nodes,
    extents: &'e Extents,
    users: usize,
    scratch: Scratch,
}

impl<'e> Rows<'e> {
    pub(crate) fn new(nodes: &'e Nodes, extents: &'e Extents, users: usize) -> Self {
        Self { nodes, extents, users, scratch: Scratch::new(users) }
    }

    /// What is known of `gate`.
    pub(crate) fn extent(&mut self, gate: GateId) -> Extent {
        let plan = Plan::of(self.nodes, gate, self.extents);
        let found = match plan.cases() {
            [case] => self.of_case(gate, case),
            cases => self.joined(gate, cases),
        };
        found.with(self.users, plan.truth(self.users, self.extents))
    }

    /// Writes the users for whom `gate` must hold, and for whom it may, over what is in `to`, which has room for them.
    pub(crate) fn write(&mut self, gate: GateId, to: &mut [Subjects; 2]) {
        if let [case] = Plan::of(self.nodes, gate, self.extents).cases() {
            Program::of(self.nodes, &[gate], self.extents, case).write(&mut self.scratch, to);
            return;
        }
        let extent = self.extent(gate);
        let may = extent.may.as_ref().unwrap_or(&extent.must);
        for (set, to) in [&extent.must, may].into_iter().zip(to) {
            to.fill(false);
            set.add_to(to, self.users);
            to.keep_first(self.users);
        }
    }

    /// For how many users each of `gates` must hold, and for how many it may.
    pub(crate) fn counts<const N: usize>(&mut self, gates: [GateId; N]) -> [(usize, usize); N] {
        let case = Case::default();
        if gates.iter().all(|gate| Plan::of(self.nodes, *gate, self.extents).cases().len() == 1) {
            let counts = Program::of(self.nodes, &gates, self.extents, &case).counts(&mut self.scratch);
            return counts.try_into().unwrap_or([(0, 0); N]);
        }
        gates.map(|gate| {
            let extent = self.extent(gate);
            let must = extent.must.count(self.users);
            (must, extent.may.map_or(must, |may| may.count(self.users)))
        })
    }

    fn of_case(&mut self, gate: GateId, case: &Case) -> Extent {
        let found = Program::of(self.nodes, &[gate], self.extents, case).extents(&mut self.scratch);
        found.into_iter().next().unwrap_or(Extent { must: Set::All(false), may: Some(Set::All(true)) })
    }

    fn joined(&mut self, gate: GateId, cases: &[Case]) -> Extent {
        // There is room for the anonymous subject, of whom nothing is said here.
        let subjects = self.users + 1;
        let (mut must, mut may) = (Subjects::all(subjects), Subjects::none(subjects));
        for case in cases {
            let possible = case.possible(subjects, self.extents);
            if possible.first().is_none() {
                continue;
            }
            let extent = self.of_case(gate, case);
            let bits = |set: &Set| {
                let mut bits = Subjects::none(subjects);
                set.add_to(&mut bits, subjects);
                bits
            };
            let here = bits(&extent.must);
            let mut ruled_out = possible.clone();
            ruled_out.remove(&here);
            must.remove(&ruled_out);
            let mut admitted = extent.may.as_ref().map_or(here, bits);
            admitted.keep(&possible);
            may.extend(&admitted);
        }
        must.keep_first(self.users);
        may.keep_first(self.users);
        let is_known = must == may;
        let set = |bits| Set::of_bits(bits, self.users);
        Extent { may: (!is_known).then(|| set(may)), must: set(must) }
    }
}

#[cfg(test)]
mod tests;
