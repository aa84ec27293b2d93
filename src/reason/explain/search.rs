//! Looks for cases: ways in which what is unknown can turn out.

use rules::{Claim, Outcomes};
use rustc_hash::FxHashMap;

use super::super::plan::Plan;
use super::case::{Case, Choice};
use super::graph::{Graph, Shortest};
use super::{Because, Explainer, Goal, Reason};
use crate::model::{BindingId, Id};

/// So many cases are looked at for one verdict.
const MOST_CASES: usize = 4_096;

/// A search for cases that decide a verdict.
pub(super) struct Search<'s, 'r> {
    explainer: &'s mut Explainer<'r>,
    plan: &'s Plan,
    goal: Goal,
    cases: usize,
}

/// What is known of a case.
enum Looked {
    /// The reason for the verdict that is looked for; none where it is the other one, or too many were looked at.
    Done(Option<usize>),
    /// It is not certain yet.
    Open,
}

/// Something that can turn out in several ways.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Open {
    Given(rules::UnknownId),
    Run(rules::RunId),
}

impl<'s, 'r> Search<'s, 'r> {
    pub(super) fn new(explainer: &'s mut Explainer<'r>, plan: &'s Plan, goal: Goal) -> Self {
        Self { explainer, plan, goal, cases: 0 }
    }

    /// The reason why the verdict is `holds` whatever the unknowns turn out to be.
    pub(super) fn in_every_case(&mut self, holds: bool) -> Option<usize> {
        self.cases = 0;
        self.every(holds, &mut Case::default())
    }

    /// The reason why the verdict is `holds` in some case.
    pub(super) fn in_some_case(&mut self, holds: bool) -> Option<usize> {
        self.cases = 0;
        self.some(holds, &mut Case::default())
    }

    fn every(&mut self, holds: bool, case: &mut Case) -> Option<usize> {
        if let Looked::Done(shown) = self.look(holds, case) {
            return shown;
        }
        let (open, choices) = self.next(case)?;
        let mut from = Vec::new();
        let mut claim = None;
        if let Open::Run(run) = open {
            from.push(self.said(run, case)?);
        }
        for choice in choices {
            case.push(choice);
            let shown = self.every(holds, case);
            case.pop();
            let (shown, assumed) = (shown?, choice.claim());
            if !self.explainer.graph.rests_on(shown, assumed) {
                return Some(shown);
            }
            let assumed = Reason { claim: assumed, because: Because::Assumed, from: Vec::new() };
            from.extend([self.explainer.graph.add(assumed), shown]);
            claim = Some(self.goal.claim(self.explainer.target, holds));
        }
        Some(self.explainer.graph.add(Reason { claim: claim?, because: Because::Cases, from }))
    }

    fn some(&mut self, holds: bool, case: &mut Case) -> Option<usize> {
        if let Looked::Done(shown) = self.look(holds, case) {
            return shown;
        }
        let (_, choices) = self.next(case)?;
        for choice in choices {
            case.push(choice);
            let shown = self.some(holds, case);
            case.pop();
            if shown.is_some() {
                return shown;
            }
        }
        None
    }

    /// Whether the verdict is `holds` in a case, and why.
    fn look(&mut self, holds: bool, case: &Case) -> Looked {
        self.cases += 1;
        let extents = &self.explainer.reasoner.derived.extents;
        let truth = self.plan.under(|leaf| case.truth(leaf), self.explainer.user.index(), extents);
        match truth.is_known() {
            _ if self.cases > MOST_CASES => Looked::Done(None),
            false => Looked::Open,
            true if truth.must != holds => Looked::Done(None),
            // The circuit can know more than the rules do one by one.
            true => self.shown(holds, case).map_or(Looked::Open, |shown| Looked::Done(Some(shown))),
        }
    }

    /// The shortest reason for the verdict in a case, if rules give one.
    fn shown(&mut self, holds: bool, case: &Case) -> Option<usize> {
        let claim = self.goal.claim(self.explainer.target, holds);
        let reasons = self.explainer.reasons(case);
        let runs = &self.explainer.runs;
        let mut leaf = |graph: &mut Graph, claim: Claim| leaf(graph, claim, runs, case);
        let mut shortest = Shortest::new(reasons, &mut leaf);
        shortest.holds(claim).then(|| shortest.add(&mut self.explainer.graph, claim))
    }

    /// How a run can end in a case, before an end is chosen.
    fn said(&mut self, run: rules::RunId, case: &Case) -> Option<usize> {
        let runs = &self.explainer.runs;
        let (_, found) = runs.iter().find(|(id, _)| *id == run)?;
        let (ends, answered) = found.before(case);
        Some(said(&mut self.explainer.graph, run, ends, &answered, case))
    }

    /// What to decide next, and how it can turn out: what most bindings ask.
    fn next(&self, case: &Case) -> Option<(Open, Vec<Choice>)> {
        let mut order: Vec<Open> = Vec::new();
        let mut counts: FxHashMap<Open, usize> = FxHashMap::default();
        let mut count = |open: Open| {
            *counts.entry(open).or_insert_with(|| {
                order.push(open);
                0
            }) += 1;
        };
        let mut choices: FxHashMap<rules::RunId, Outcomes> = FxHashMap::default();
        for (id, run) in &self.explainer.runs {
            let asked = run.open(case);
            let (ends, _) = run.ends(*id, case);
            if asked.is_empty() && ends.iter().count() > 1 {
                choices.insert(*id, ends);
                count(Open::Run(*id));
            }
            asked.into_iter().for_each(|unknown| count(Open::Given(unknown)));
        }
        let facts = &self.explainer.facts;
        let presence = |presence: &rules::Presence| match presence {
            rules::Presence::Unknown(unknown) => Some(*unknown),
            _ => None,
        };
        let others = facts.open_mode.iter().chain(&facts.obscured).map(|(_, unknown)| *unknown);
        let sights = facts.reach.visible.iter().filter_map(|(_, visible)| presence(visible));
        let entrances = facts.reach.remote_access.iter().filter_map(|(_, _, present)| presence(present));
        let is_open = |unknown: &rules::UnknownId| case.given(*unknown).is_none();
        others.chain(sights).chain(entrances).filter(is_open).for_each(|unknown| count(Open::Given(unknown)));
        // The first of those that are asked most often.
        let most = order.iter().rev().copied().max_by_key(|open| counts.get(open).copied())?;
        let choices = match most {
            Open::Given(unknown) => [true, false].map(|holds| Choice::Given(unknown, holds)).to_vec(),
            Open::Run(run) => {
                let ends = choices.get(&run).copied().unwrap_or_default();
                ends.iter().map(|end| Choice::Ends(run, end)).collect()
            }
        };
        Some((most, choices))
    }
}

/// The reasons for claims that hold whatever the unknowns turn out to be.
pub(super) fn certain(
    graph: &mut Graph,
    runs: &[(rules::RunId, super::Run<'_>)],
    reasons: Vec<rules::Reason>,
    claims: Vec<(BindingId, Claim)>,
) -> Vec<(BindingId, usize)> {
    let mut leaf = |graph: &mut Graph, claim: Claim| leaf(graph, claim, runs, &Case::default());
    let mut shortest = Shortest::new(reasons, &mut leaf);
    claims.into_iter().map(|(binding, claim)| (binding, shortest.add(graph, claim))).collect()
}

/// The reason for what no rule concludes.
fn leaf(graph: &mut Graph, claim: Claim, runs: &[(rules::RunId, super::Run<'_>)], case: &Case) -> usize {
    let is_chosen = |id, ends| case.end(id).map(Outcomes::only) == Some(ends);
    match claim {
        Claim::Ends(id, ends) if !is_chosen(id, ends) => {
            let found = runs.iter().find(|(run, _)| *run == id);
            let answered = found.map(|(_, run)| run.before(case).1).unwrap_or_default();
            said(graph, id, ends, &answered, case)
        }
        Claim::Ends(..) | Claim::Given(..) => {
            graph.add(Reason { claim, because: Because::Assumed, from: Vec::new() })
        }
        _ => graph.add(Reason { claim, because: Because::Fact, from: Vec::new() }),
    }
}

fn said(
    graph: &mut Graph,
    run: rules::RunId,
    ends: Outcomes,
    answered: &[rules::UnknownId],
    case: &Case,
) -> usize {
    let answer = |unknown: &rules::UnknownId| Some(Claim::Given(*unknown, case.given(*unknown)?));
    let answers: Vec<Claim> = answered.iter().filter_map(answer).collect();
    let assumed = |claim| Reason { claim, because: Because::Assumed, from: Vec::new() };
    let from = answers.into_iter().map(|claim| graph.add(assumed(claim))).collect();
    graph.add(Reason { claim: Claim::Ends(run, ends), because: Because::Said, from })
}
