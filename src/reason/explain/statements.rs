//! What a reasoner says of policies, for whoever checks a proof.

use std::collections::BTreeMap;
use std::sync::Arc;

use rules::UnknownId;
use rustc_hash::FxHashMap;

use super::super::{Reasoner, facts};
use super::ends::follow;
use crate::model::{BindingId, Id, TargetId, UserId};
use crate::policy::For;
use crate::policy::way::{Atom, Way};
use crate::proof::{AtomId, RunId, Unknown};
use crate::truth::Ends;
use crate::verify::Said;

/// What a reasoner says of policies.
pub struct Statements<'r> {
    reasoner: &'r Reasoner<'r>,
    atoms: FxHashMap<Arc<Atom>, AtomId>,
}

impl Reasoner<'_> {
    /// What can be said of policies, for whoever checks a proof.
    pub fn statements(&self) -> Statements<'_> {
        let numbered = self.derived.atoms.iter().enumerate();
        let atoms = numbered.map(|(index, (atom, _))| (Arc::clone(atom), AtomId::from_index(index)));
        Statements { reasoner: self, atoms: atoms.collect() }
    }
}

impl Said for Statements<'_> {
    fn run(&self, binding: BindingId) -> Option<RunId> {
        let of_binding = &self.reasoner.derived.runs().of_binding;
        let row = of_binding.binary_search_by_key(&binding, |(id, _)| *id).ok()?;
        of_binding.get(row).map(|(_, run)| RunId(run.0))
    }

    fn ends(&self, run: RunId, user: UserId, answers: &BTreeMap<AtomId, bool>) -> Option<Ends> {
        let id = rules::RunId(run.0);
        let derived = &self.reasoner.derived;
        Some(match &derived.runs().get(id)?.judged.judgement.ends {
            For::Ways(ways) => {
                let answer = |atom: &Arc<Atom>| answers.get(self.atoms.get(atom)?).copied();
                follow(ways.of(user.index())?, &mut |atom| answer(atom)).ends()
            }
            _ => derived.extents.ends(id).get(user.index()),
        })
    }

    fn asks(&self, run: RunId, user: UserId, answers: &BTreeMap<AtomId, bool>) -> Option<AtomId> {
        let For::Ways(ways) = &self.reasoner.derived.runs().get(rules::RunId(run.0))?.judged.judgement.ends
        else {
            return None;
        };
        let answer = |atom: &Arc<Atom>| answers.get(self.atoms.get(atom)?).copied();
        match follow(ways.of(user.index())?, &mut |atom| answer(atom)) {
            Way::If(atom, ..) => self.atoms.get(atom).copied(),
            Way::Ends(_) => None,
        }
    }

    fn exchanges(&self, target: TargetId) -> bool {
        let target = facts::target(target);
        let derived = &self.reasoner.derived;
        let is_exchange =
            |id: UnknownId| matches!(derived.unknowns.get(id.0 as usize), Some(Unknown::Exchange(_)));
        derived.facts.obscured.iter().any(|(other, unknown)| *other == target && is_exchange(*unknown))
    }
}
