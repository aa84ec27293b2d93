//! Checks proofs, step by step.
//!
//! A second, plain reading of what authentik does (dossier §2, §3), which shares nothing with the evaluator but the
//! model. How runs of a policy end it cannot say; whoever can is asked ([`Said`]).

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::model::{
    Binding, BindingId, BoundUser, Details, Generation, GroupId, Mode, TargetId, TargetKind, UserId, World,
};
use crate::proof::{AtomId, By, Claim, Proof, RunId, Shown, Step, Unknown};
use crate::truth::{Ends, Verdict};

/// Whoever knows what policies do.
pub trait Said {
    /// The run of the policy of a binding. Runs with one number end alike for everyone.
    fn run(&self, binding: BindingId) -> Option<RunId>;
    /// How a run can end for `user` where the questions have these answers.
    fn ends(&self, run: RunId, user: UserId, answers: &BTreeMap<AtomId, bool>) -> Option<Ends>;
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

/// What a step rests on that is assumed.
type Open = BTreeSet<Claim>;
/// Whether a claim is among what a step rests on, or its opposite.
type Is<'i> = &'i dyn Fn(&dyn Fn(bool) -> Claim) -> Option<bool>;
/// Something that may be known.
type Known = Option<bool>;

struct Checker<'c> {
    world: &'c World,
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
    let checker = Checker { world, at, user: proof.user, said };
    let mut open: Vec<Open> = Vec::with_capacity(proof.steps.len());
    for (number, step) in proof.steps.iter().enumerate() {
        let before = proof.steps.get(..number).unwrap_or_default();
        open.push(checker.step(step, before, &open).map_err(|why| Refused::Step(number, why))?);
    }
    let shown = proof.verdict_shown.steps().chain(proof.effective_shown.steps());
    let used: BTreeSet<usize> =
        proof.steps.iter().flat_map(|step| step.by.from().to_vec()).chain(shown).collect();
    if let Some(step) = (0..proof.steps.len()).find(|step| !used.contains(step)) {
        return Err(Refused::Step(step, "nothing rests on it"));
    }
    let claim = |number: usize| proof.steps.get(number).map(|step| step.claim);
    let rests_on = |number: usize| open.get(number).cloned().unwrap_or_default();
    let shows = |verdict, shown, is: fn(TargetId, bool) -> Claim| match (verdict, shown) {
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
    shows(proof.verdict, proof.verdict_shown, Claim::Verdict)
        .map_err(|why| Refused::Shows("verdict", why))?;
    let effective = shows(proof.effective, proof.effective_shown, Claim::Effective);
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
                return self.cases(claim, &from, &numbers.iter().map(of).collect::<Vec<_>>());
            }
            _ => return Err("that can be neither assumed nor said"),
        }
        Ok(numbers.iter().flat_map(of).collect())
    }

    /// Whether the configuration leaves open what is assumed.
    fn is_unknown(&self, claim: Claim) -> bool {
        match claim {
            Claim::Ends(_, ends) => ends.is_known(),
            Claim::Given(Unknown::Request(_), _) => true,
            Claim::Given(Unknown::Mode(target), _) => self.mode(target) == Mode::Unexposed,
            Claim::Given(Unknown::Provider(provider), _) => {
                self.world.providers.row(provider).is_rac().is_none()
            }
            Claim::Given(Unknown::Expiry(device), _) => self.at.is_none() && self.expiry(device).is_some(),
            Claim::Given(what @ (Unknown::Bindings(of) | Unknown::Exchange(of)), _) => {
                self.obscured(of) == Some(what)
            }
            _ => false,
        }
    }

    /// Whether all that is assumed can be so at once.
    fn can_be(&self, open: &Open) -> bool {
        open.iter().all(|claim| match claim {
            Claim::Given(unknown, holds) => !open.contains(&Claim::Given(*unknown, !holds)),
            Claim::Ends(run, end) => {
                let is_other =
                    |other: &Claim| matches!(other, Claim::Ends(same, _) if same == run && other != claim);
                let possible = self.said.ends(*run, self.user, &answers(open));
                !open.iter().any(is_other) && possible.is_some_and(|ends| ends.bits() & end.bits() != 0)
            }
            _ => false,
        })
    }

    /// Whether a claim holds in every way in which something can turn out.
    fn cases(&self, claim: Claim, from: &[Claim], open: &[Open]) -> Result<Open, &'static str> {
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
        let is_needed = |claim: &Claim| looked_at.borrow().contains(claim);
        if from.iter().all(is_needed) {
            Ok(())
        } else {
            Err("it rests on something that says nothing about it")
        }
    }

    /// Whether the group or user of a binding matches (dossier §2.3); of both the first alone, if `first`.
    fn matches(&self, row: &Binding, first: bool) -> Known {
        let group = row.group.map(|group| self.groups().contains(&group));
        let user = row.user.as_ref().map(|user| *user == BoundUser::Listed(self.user));
        let parts =
            [group, user.filter(|_| !(first && group.is_some()))].map(|is| is.map(|is| is != row.negate));
        if parts == [None, None] { None } else { Some(parts.contains(&Some(true))) }
    }

    /// Every group that the user is in (dossier §1.2).
    fn groups(&self) -> BTreeSet<GroupId> {
        let mut found = BTreeSet::new();
        let mut level = self.world.users.row(self.user).groups.to_vec();
        let levels = self.world.edition.group_depth.map_or(usize::MAX, |depth| depth as usize + 1);
        for _ in 0..levels {
            level.retain(|group| found.insert(*group));
            level = level.iter().flat_map(|group| self.world.groups.row(*group).parents.to_vec()).collect();
            if level.is_empty() {
                break;
            }
        }
        found
    }

    /// Whether every way in which a policy can end counts as a pass of its binding, or none does (dossier §2.5).
    fn counts(&self, row: &Binding, ends: Ends) -> Known {
        let documented = self.world.edition.generation == Generation::Documented;
        let error = row.failure_result != (documented && row.negate);
        let mut hoped = if row.negate { Ends::FAIL } else { Ends::PASS }.bits();
        hoped |= if error { Ends::ERROR.bits() } else { 0 };
        hoped |= if error && documented { Ends::CRASH.bits() } else { 0 };
        if ends.bits() & !hoped == 0 { Some(true) } else { (ends.bits() & hoped == 0).then_some(false) }
    }

    /// What the engine answers (dossier §2).
    fn verdict(&self, target: TargetId, is: Is<'_>) -> Known {
        let generation = self.world.edition.generation;
        if let Some(unknown) = self.obscured(target) {
            return is(&|holds| Claim::Given(unknown, holds));
        }
        let rows = self.rows(target);
        if !rows.iter().any(|(_, row)| generation == Generation::E1 || !row.is_empty()) {
            return Some(generation == Generation::Documented || self.opens_when_unbound(target));
        }
        let policy = |id: BindingId| is(&|holds| Claim::Policy(id, holds));
        let matches = |id: BindingId| is(&|holds| Claim::Match(id, holds));
        let parts = |id: BindingId, row: &Binding| {
            let asks = [row.policy.map(|_| policy(id)), row.asks_who().then(|| matches(id))];
            asks.into_iter().flatten().collect::<Vec<_>>()
        };
        let on_its_own = |(id, row): &(BindingId, &Binding)| match row.policy {
            Some(_) => policy(*id),
            None if row.is_empty() => Some(row.negate),
            None if row.group.is_some() && row.user.is_some() => self.matches(row, true),
            None => matches(*id),
        };
        let under_any = || match generation {
            Generation::E1 => any(rows.iter().map(on_its_own)),
            _ => any(rows.iter().flat_map(|(id, row)| parts(*id, row))),
        };
        let under_all = || {
            let asked = |row: &Binding| row.policy.is_some();
            let who = || {
                rows.iter().filter(|(_, row)| row.asks_who()).map(|(id, _)| matches(*id)).collect::<Vec<_>>()
            };
            let alone = rows.iter().filter(|(_, row)| row.asks_only_who()).count();
            let together = match generation {
                Generation::E1 => return all(rows.iter().map(on_its_own)),
                Generation::E2 if alone == 0 => Some(true),
                Generation::E2 => any(who()),
                _ if !rows.iter().any(|(_, row)| asked(row) && row.asks_who()) => all(who()),
                _ => who()
                    .into_iter()
                    .collect::<Option<Vec<_>>>()
                    .map(|who| who.iter().filter(|hit| **hit).count() == alone),
            };
            all(rows.iter().filter(|(_, row)| asked(row)).map(|(id, _)| policy(*id)).chain([together]))
        };
        match self.mode(target) {
            Mode::Any => under_any(),
            Mode::All => under_all(),
            Mode::Invalid => Some(false),
            Mode::Unexposed => match is(&|holds| Claim::Given(Unknown::Mode(target), holds)) {
                Some(true) => under_all(),
                Some(false) => under_any(),
                None => under_any().filter(|any| under_all() == Some(*any)),
            },
        }
    }

    /// What the user gets in the end (dossier §3).
    fn effective(&self, target: TargetId, is: Is<'_>) -> Known {
        let verdict = |target| is(&|holds| Claim::Verdict(target, holds));
        let row = self.world.targets.row(target);
        let is_rac = |provider| match self.world.providers.row(provider).is_rac() {
            None => is(&|holds| Claim::Given(Unknown::Provider(provider), holds)),
            known => known,
        };
        let enters = |asked: Option<_>| {
            let mut of = self.world.targets.iter().filter_map(|(id, row)| match row.details {
                Details::Application { provider: Some(provider) }
                    if asked.is_none_or(|asked| asked == provider) =>
                {
                    Some((id, provider))
                }
                _ => None,
            });
            match asked {
                Some(_) => of.next().map_or(Some(false), |(id, _)| verdict(id)),
                None => any(of
                    .filter(|(_, provider)| self.world.providers.row(*provider).is_rac() != Some(false))
                    .map(|(id, provider)| all([verdict(id), is_rac(provider)]))),
            }
        };
        let reach = match &row.details {
            Details::Entitlement { .. } if self.world.edition.generation != Generation::Documented => {
                match self.obscured(target) {
                    Some(unknown) => is(&|holds| Claim::Given(unknown, holds)),
                    None => any(self
                        .rows(target)
                        .iter()
                        .filter(|(_, row)| row.asks_who())
                        .map(|(id, _)| is(&|holds| Claim::Match(*id, holds)))),
                }
            }
            Details::StageBinding { evaluate_on_plan: false, re_evaluate_policies: false, .. } => Some(true),
            Details::Device { access_group: Some(group), .. } => any([verdict(*group), verdict(target)]),
            Details::RacEndpoint { .. } if !self.world.edition.rac_checks_provider => {
                all([verdict(target), enters(None)])
            }
            Details::RacEndpoint { provider: None } => Some(false),
            Details::RacEndpoint { provider } => all([verdict(target), enters(*provider)]),
            _ => verdict(target),
        };
        let seen = self.expiry(target).map(|expires| match self.at {
            Some(at) => Some(expires >= at),
            None => is(&|holds| Claim::Given(Unknown::Expiry(target), holds)),
        });
        // What happens to whoever cannot log in is not access of theirs (dossier §3.2).
        let free =
            matches!(row.kind(), TargetKind::Flow | TargetKind::StageBinding | TargetKind::NotificationRule);
        all([Some(reach), seen, Some(Some(free || self.world.users.row(self.user).active))]
            .into_iter()
            .flatten())
    }

    /// The bindings of a target that count now.
    fn rows(&self, target: TargetId) -> Vec<(BindingId, &Binding)> {
        let expired =
            |row: &Binding| matches!((row.expires, self.at), (Some(expires), Some(at)) if expires < at);
        self.world.bindings_of(target).filter(|(_, row)| row.enabled && !expired(row)).collect()
    }

    /// What counts where nothing is bound (dossier §1.4, §3.1).
    fn opens_when_unbound(&self, target: TargetId) -> bool {
        match self.world.targets.row(target).kind() {
            TargetKind::Application if self.world.edition.app_access_flag => {
                self.world.flags.core_default_app_access.unwrap_or(true)
            }
            TargetKind::Application | TargetKind::Source | TargetKind::Flow => true,
            TargetKind::StageBinding | TargetKind::RacEndpoint => true,
            _ => false,
        }
    }

    /// The mode that the engine is asked with; notification rules are asked with Any (dossier §3.9).
    fn mode(&self, target: TargetId) -> Mode {
        let row = self.world.targets.row(target);
        let is_forced = row.kind() == TargetKind::NotificationRule;
        if is_forced && self.world.edition.generation != Generation::Documented {
            Mode::Any
        } else {
            row.mode
        }
    }

    /// What stands for a verdict of which it is not known what it rests on (dossier §1.4, §2.4).
    fn obscured(&self, target: TargetId) -> Option<Unknown> {
        let open = |row: &Binding| row.enabled && row.expires.is_some() && self.at.is_none();
        let is_open = self.world.bindings_of(target).any(|(_, row)| open(row));
        if self.said.exchanges(target) {
            Some(Unknown::Exchange(target))
        } else {
            is_open.then_some(Unknown::Bindings(target))
        }
    }

    fn expiry(&self, target: TargetId) -> Option<Timestamp> {
        match self.world.targets.row(target).details {
            Details::Device { expires, .. } => expires,
            _ => None,
        }
    }
}
