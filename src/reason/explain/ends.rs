//! How runs of policies end for one user, with some answers to what they ask.

use std::sync::Arc;

use rules::{Facts, Outcome, Outcomes, UnknownId};
use rustc_hash::FxHashMap;

use super::super::Reasoner;
use super::case::Case;
use crate::model::{Id, UserId};
use crate::policy::For;
use crate::policy::way::{Atom, Way};
use crate::proof::Unknown;
use crate::truth::Ends;

/// How a run ends for one user.
pub(super) enum Run<'r> {
    Ends(Outcomes),
    /// By the answers to questions, each with its number among the unknowns.
    Way(&'r Way, Arc<FxHashMap<Arc<Atom>, UnknownId>>),
}

/// The runs that the bindings of `facts` ask, once for each binding.
pub(super) fn of<'r>(
    reasoner: &'r Reasoner<'_>,
    facts: &Facts,
    user: UserId,
) -> Vec<(rules::RunId, Run<'r>)> {
    let derived = &reasoner.derived;
    let asked = (0_u32..).map(UnknownId).zip(&derived.unknowns).filter_map(|(id, unknown)| match unknown {
        Unknown::Request(atom) => Some((Arc::clone(&derived.atoms.get(atom.0 as usize)?.0), id)),
        _ => None,
    });
    let asked: Arc<FxHashMap<Arc<Atom>, UnknownId>> = Arc::new(asked.collect());
    let run = |id: rules::RunId| match derived.runs().get(id).map(|run| &run.judged.judgement.ends) {
        Some(For::Ways(ways)) => match ways.of(user.index()) {
            Some(way) => Run::Way(way, Arc::clone(&asked)),
            None => Run::Ends(Outcomes::ANY),
        },
        _ => Run::Ends(outcomes(derived.extents.ends(id).get(user.index()))),
    };
    facts.binds_policy.iter().map(|(_, id)| (*id, run(*id))).collect()
}

pub(super) fn outcomes(ends: Ends) -> Outcomes {
    Outcome::ALL.into_iter().filter(|end| Outcomes::only(*end).bits() & ends.bits() != 0).collect()
}

impl Run<'_> {
    /// How the run can end in a case, and which answers of the case that rests on.
    pub(super) fn ends(&self, id: rules::RunId, case: &Case) -> (Outcomes, Vec<UnknownId>) {
        let (all, answered) = self.before(case);
        let chosen = case.end(id).map(Outcomes::only);
        (chosen.filter(|chosen| chosen.is_subset(all)).unwrap_or(all), answered)
    }

    /// The same, whatever end the case chooses.
    pub(super) fn before(&self, case: &Case) -> (Outcomes, Vec<UnknownId>) {
        let (way, asked) = match self {
            Self::Ends(ends) => return (*ends, Vec::new()),
            Self::Way(way, asked) => (*way, asked),
        };
        let mut answered = Vec::new();
        let left = follow(way, &mut |atom| {
            let unknown = asked.get(atom)?;
            let answer = case.given(*unknown)?;
            answered.push(*unknown);
            Some(answer)
        });
        (outcomes(left.ends()), answered)
    }

    /// What it asks that the case does not answer, what it asks first before the rest.
    pub(super) fn open(&self, case: &Case) -> Vec<UnknownId> {
        let Self::Way(way, asked) = self else { return Vec::new() };
        let answer = |atom: &Arc<Atom>| case.given(*asked.get(atom)?);
        let left = follow(way, &mut |atom| answer(atom));
        let open = left.atoms().into_iter().filter(|atom| answer(atom).is_none());
        open.filter_map(|atom| asked.get(atom).copied()).collect()
    }
}

/// Goes along a way as far as its questions are answered.
pub(super) fn follow<'w>(way: &'w Way, answer: &mut dyn FnMut(&Arc<Atom>) -> Option<bool>) -> &'w Way {
    let mut way = way;
    while let Way::If(atom, yes, no) = way {
        match answer(atom) {
            Some(true) => way = yes,
            Some(false) => way = no,
            None => break,
        }
    }
    way
}
