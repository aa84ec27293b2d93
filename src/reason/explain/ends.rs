//! How runs of policies end for one user, with some answers to what they ask.

use std::collections::BTreeMap;
use std::sync::Arc;

use rules::{Claim, Facts, Outcome, Outcomes, UnknownId};
use rustc_hash::FxHashMap;

use super::super::Reasoner;
use super::case::Case;
use super::{Because, Reasons};
use crate::model::{BindingId, Id, TargetId, UserId};
use crate::policy::way::{Atom, Way};
use crate::policy::{For, Seen, Study};
use crate::proof::{AtomId, RunId, Unknown};
use crate::truth::Ends;
use crate::verify::Said;

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
fn follow<'w>(way: &'w Way, answer: &mut dyn FnMut(&Arc<Atom>) -> Option<bool>) -> &'w Way {
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
        let target = super::super::facts::target(target);
        let derived = &self.reasoner.derived;
        let is_exchange =
            |id: UnknownId| matches!(derived.unknowns.get(id.0 as usize), Some(Unknown::Exchange(_)));
        derived.facts.obscured.iter().any(|(other, unknown)| *other == target && is_exchange(*unknown))
    }
}

impl Reasons {
    /// What decides how policies end, reason by reason: the values that code looked at, and what it made of them.
    pub fn seen(&self, reasoner: &Reasoner<'_>) -> BTreeMap<usize, Vec<Seen>> {
        let (world, derived) = (reasoner.world(), &reasoner.derived);
        let study = Study::of(world);
        let said = self.all.iter().enumerate().filter_map(|(number, reason)| match reason.claim {
            Claim::Ends(run, _) if reason.because == Because::Said => Some((number, run, &reason.from)),
            _ => None,
        });
        let seen = |(number, run, from): (usize, rules::RunId, &Vec<usize>)| {
            let given = from.iter().filter_map(|answer| match self.all.get(*answer)?.claim {
                Claim::Given(unknown, holds) => match self.unknown(unknown)? {
                    Unknown::Request(atom) => Some((&derived.atoms.get(atom.0 as usize)?.0, holds)),
                    _ => None,
                },
                _ => None,
            });
            let answers: Vec<(&Arc<Atom>, bool)> = given.collect();
            let answer =
                |atom: &Atom| answers.iter().find(|(other, _)| ***other == *atom).map(|(_, holds)| *holds);
            let seen = derived.runs().seen(run, world, &reasoner.settings, &study, self.user, &answer);
            (number, seen)
        };
        said.map(seen).collect()
    }
}
