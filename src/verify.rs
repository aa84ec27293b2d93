//! Checks proofs, step by step.
//!
//! A second, plain reading of what authentik does (`meaning.rs`; dossier §2, §3), which shares nothing with the evaluator
//! but the model. How runs of a policy end it cannot say; whoever can is asked ([`Said`]).

mod meaning;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::model::{Ancestry, BindingId, Mode, TargetId, UserId, World};
use crate::proof::{AtomId, By, Claim, Proof, RunId, Shown, Step, Unknown};
use crate::truth::{Ends, Verdict};

/// Whoever knows what policies do.
pub trait Said {
    /// The run of the policy of a binding. Runs with one number end alike for everyone.
    fn run(&self, binding: BindingId) -> Option<RunId>;
    /// How a run can end for `user` where the questions have these answers.
    fn ends(&self, run: RunId, user: UserId, answers: &BTreeMap<AtomId, bool>) -> Option<Ends>;
    /// A question that decides how a run ends for `user`, where these answers leave one open.
    fn asks(&self, run: RunId, user: UserId, answers: &BTreeMap<AtomId, bool>) -> Option<AtomId>;
    /// Whether code may exchange the user that later bindings of `target` ask about.
    fn exchanges(&self, target: TargetId) -> bool;
}

/// Why a proof shows nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// A step, by its position, does not hold.
    #[error("step {0} does not hold: {1}")]
    Step(usize, &'static str),
    /// The steps hold, and show something else than this verdict.
    #[error("the steps do not show the {0}: {1}")]
    Shows(&'static str, &'static str),
}

/// So many answers are tried to find some with which all that is assumed can be so.
const MOST_ANSWERS: usize = 10_000;

/// What a step rests on that is assumed.
type Open = BTreeSet<Claim>;
/// Whether a claim is among what a step rests on, or its opposite.
type Is<'i> = &'i dyn Fn(&dyn Fn(bool) -> Claim) -> Option<bool>;
/// Something that may be known.
type Known = Option<bool>;

struct Checker<'c> {
    world: &'c World,
    ancestry: Ancestry<'c>,
    at: Option<Timestamp>,
    user: UserId,
    said: &'c dyn Said,
}

/// Checks `proof` against `world` at a moment; gives the positions of the steps that rest on what was said of policies.
///
/// # Errors
/// At the first step that does not hold, or when they do not show what the proof says.
pub fn verify(
    world: &World,
    at: Option<Timestamp>,
    proof: &Proof,
    said: &dyn Said,
) -> Result<Vec<usize>, Refused> {
    let checker = Checker { world, ancestry: Ancestry::of(world), at, user: proof.user, said };
    let mut open: Vec<Open> = Vec::with_capacity(proof.steps.len());
    for (number, step) in proof.steps.iter().enumerate() {
        let before = proof.steps.get(..number).unwrap_or_default();
        open.push(checker.step(step, before, &open).map_err(|why| Refused::Step(number, why))?);
    }
    let roots = proof.verdict_shown.steps().chain(proof.effective_shown.steps());
    let used: BTreeSet<usize> =
        proof.steps.iter().flat_map(|step| step.by.from().to_vec()).chain(roots).collect();
    if let Some(step) = (0..proof.steps.len()).find(|step| !used.contains(step)) {
        return Err(Refused::Step(step, "nothing rests on it"));
    }
    let claim = |number: usize| proof.steps.get(number).map(|step| step.claim);
    let rests_on = |number: usize| open.get(number).cloned().unwrap_or_default();
    let check = |verdict, shown, is: fn(TargetId, bool) -> Claim| match (verdict, shown) {
        (Verdict::Yes | Verdict::No, Shown::Decided(step)) => {
            let (claim, meant) = (claim(step), is(proof.target, verdict == Verdict::Yes));
            if claim == Some(meant) && rests_on(step).is_empty() {
                Ok(())
            } else {
                Err("it is shown otherwise, or assumed")
            }
        }
        (Verdict::Depends, Shown::Depends { yes, no }) => {
            let meant =
                [is(proof.target, true), is(proof.target, false)].map(Some) == [claim(yes), claim(no)];
            let possible = [yes, no].iter().all(|step| checker.can_be(&rests_on(*step)));
            if meant && possible {
                Ok(())
            } else {
                Err("what they assume cannot be, or they are about something else")
            }
        }
        _ => Err("there are none for it"),
    };
    check(proof.verdict, proof.verdict_shown, Claim::Verdict)
        .map_err(|why| Refused::Shows("verdict", why))?;
    let effective = check(proof.effective, proof.effective_shown, Claim::Effective);
    effective.map_err(|why| Refused::Shows("effective verdict", why))?;
    Ok((0..)
        .zip(&proof.steps)
        .filter(|(_, step)| matches!(step.by, By::Said(_)))
        .map(|(number, _)| number)
        .collect())
}

/// Whether one of them holds. Looks at all of them.
fn any(parts: impl IntoIterator<Item = Known>) -> Known {
    let parts: Vec<Known> = parts.into_iter().collect();
    if parts.contains(&Some(true)) { Some(true) } else { (!parts.contains(&None)).then_some(false) }
}

/// Whether all of them hold.
fn all(parts: impl IntoIterator<Item = Known>) -> Known {
    any(parts.into_iter().map(|part| part.map(|holds| !holds))).map(|holds| !holds)
}

fn answers<'c>(claims: impl IntoIterator<Item = &'c Claim>) -> BTreeMap<AtomId, bool> {
    let answer = |claim: &Claim| match claim {
        Claim::Given(Unknown::Request(atom), holds) => Some((*atom, *holds)),
        _ => None,
    };
    claims.into_iter().filter_map(answer).collect()
}

/// Whether a claim holds in every way in which something can turn out.
fn cases(claim: Claim, from: &[Claim], open: &[Open]) -> Result<Open, &'static str> {
    let (said, pairs) = from.split_at(from.len() % 2);
    let mut rests_on: Open = open.iter().take(said.len()).flatten().copied().collect();
    let mut cases = Vec::new();
    for (pair, open) in pairs.chunks(2).zip(open.get(said.len()..).unwrap_or_default().chunks(2)) {
        let ([case, shown], [_, open]) = (pair, open) else { continue };
        if *shown != claim {
            return Err("one of the cases shows something else");
        }
        rests_on.extend(open.iter().filter(|open| *open != case));
        cases.push(*case);
    }
    let end_of = |run: RunId| {
        move |case: &Claim| match case {
            Claim::Ends(other, end) if *other == run && end.is_known() => Some(*end),
            _ => None,
        }
    };
    let is_complete = match (said, cases.as_slice()) {
        ([], [Claim::Given(one, true), Claim::Given(other, false)]) => one == other,
        ([Claim::Ends(run, ends)], cases) => {
            let covered: Option<Vec<Ends>> = cases.iter().map(end_of(*run)).collect();
            covered.and_then(|ends| ends.into_iter().reduce(Ends::or)) == Some(*ends)
        }
        _ => false,
    };
    if is_complete { Ok(rests_on) } else { Err("the cases are not all that there can be") }
}

impl Checker<'_> {
    /// Checks a step; gives what it rests on that is assumed.
    fn step(&self, step: &Step, steps: &[Step], open: &[Open]) -> Result<Open, &'static str> {
        let numbers = step.by.from();
        let from: Option<Vec<Claim>> = numbers.iter().map(|number| Some(steps.get(*number)?.claim)).collect();
        let from = from.ok_or("it rests on a step that does not come before")?;
        let of = |number: &usize| open.get(*number).cloned().unwrap_or_default();
        match (&step.by, step.claim) {
            (By::Assumed, claim) if self.is_unknown(claim) => return Ok(Open::from([claim])),
            (By::Said(_), Claim::Ends(run, ends)) if answers(&from).len() == from.len() => {
                if self.said.ends(run, self.user, &answers(&from)) != Some(ends) {
                    return Err("the policy ends otherwise");
                }
            }
            (By::Follows(_), claim) => self.follows(claim, &from)?,
            (By::Cases(_), claim) => {
                return cases(claim, &from, &numbers.iter().map(of).collect::<Vec<_>>());
            }
            _ => return Err("that can be neither assumed nor said"),
        }
        Ok(numbers.iter().flat_map(of).collect())
    }

    /// Whether the configuration leaves open what is assumed.
    fn is_unknown(&self, claim: Claim) -> bool {
        match claim {
            Claim::Ends(run, ends) => {
                let all = self.said.ends(run, self.user, &BTreeMap::new());
                ends.is_known() && all.is_some_and(|all| !all.is_known())
            }
            Claim::Given(Unknown::Request(_), _) => true,
            Claim::Given(Unknown::Mode(target), _) => self.world.asked_mode(target) == Mode::Unexposed,
            Claim::Given(Unknown::Provider(provider), _) => {
                self.world.providers.row(provider).is_rac().is_none()
            }
            Claim::Given(Unknown::Expiry(device), _) => {
                self.at.is_none() && self.world.targets.row(device).expires().is_some()
            }
            Claim::Given(what @ (Unknown::Bindings(of) | Unknown::Exchange(of)), _) => {
                self.obscured(of) == Some(what)
            }
            _ => false,
        }
    }

    /// Whether all that is assumed can be so at once.
    fn can_be(&self, open: &Open) -> bool {
        let is_contradicted = |claim: &Claim| match claim {
            Claim::Given(unknown, holds) => open.contains(&Claim::Given(*unknown, !holds)),
            Claim::Ends(run, _) => open
                .iter()
                .any(|other| matches!(other, Claim::Ends(same, _) if same == run && other != claim)),
            _ => true,
        };
        let runs = open
            .iter()
            .filter_map(|claim| if let Claim::Ends(run, end) = claim { Some((*run, *end)) } else { None });
        !open.iter().any(is_contradicted)
            && self.fits(&runs.collect::<Vec<_>>(), &answers(open), &mut { MOST_ANSWERS })
    }

    /// Whether there are answers with which all runs can end so; they may share questions.
    fn fits(&self, runs: &[(RunId, Ends)], answers: &BTreeMap<AtomId, bool>, left: &mut usize) -> bool {
        *left = left.saturating_sub(1);
        let can_end = |(run, end): &(RunId, Ends)| {
            self.said.ends(*run, self.user, answers).is_some_and(|ends| ends.has(*end))
        };
        if *left == 0 || !runs.iter().all(can_end) {
            return false;
        }
        match runs.iter().find_map(|(run, _)| self.said.asks(*run, self.user, answers)) {
            None => true,
            Some(atom) => [true, false].into_iter().any(|answer| {
                let answers = answers.iter().map(|(atom, answer)| (*atom, *answer)).chain([(atom, answer)]);
                self.fits(runs, &answers.collect(), left)
            }),
        }
    }

    /// Whether a claim follows from others by what it means, and each of them says something about it.
    fn follows(&self, claim: Claim, from: &[Claim]) -> Result<(), &'static str> {
        let looked_at = RefCell::new(BTreeSet::new());
        let is = |claim: &dyn Fn(bool) -> Claim| {
            let found = [true, false].into_iter().find(|holds| from.contains(&claim(*holds)));
            looked_at.borrow_mut().extend(found.map(claim));
            found
        };
        let (said, means) = match claim {
            Claim::Match(binding, holds) => (holds, self.matches(self.world.bindings.row(binding), false)),
            Claim::Policy(binding, holds) => {
                let run = self.said.run(binding).ok_or("the binding asks no policy")?;
                let end = from.iter().find(|claim| matches!(claim, Claim::Ends(other, _) if *other == run));
                looked_at.borrow_mut().extend(end);
                let Some(Claim::Ends(_, ends)) = end else { return Err("how the policy ends is not said") };
                (holds, self.counts(self.world.bindings.row(binding), *ends))
            }
            Claim::Verdict(target, holds) => (holds, self.verdict(target, &is)),
            Claim::Effective(target, holds) => (holds, self.effective(target, &is)),
            Claim::Given(..) | Claim::Ends(..) => return Err("that follows from nothing"),
        };
        if means != Some(said) {
            return Err("it does not follow from what it rests on");
        }
        // Each is needed once.
        let is_needed = looked_at.borrow().len() == from.len()
            && from.iter().all(|claim| looked_at.borrow().contains(claim));
        if is_needed { Ok(()) } else { Err("it rests on something that says nothing about it") }
    }
}
