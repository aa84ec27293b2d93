//! What is said of assertions to people.

use rayon::prelude::*;

use super::super::why::why_lines;
use super::super::{NamedUnknown, WhyLine};
use super::check::{Breach, Outcome, Who};
use super::resolve::ResolvedClaim;
use super::{Counterexample, Got, One, PolicyEnd, Test};
use crate::diagnostic::Diagnostic;
use crate::model::{Origin, World};
use crate::reason::{Perhaps, Unknown};

/// So many counterexamples are shown to people.
pub(super) const SHOWN: usize = 3;

impl Test<'_> {
    /// What the outcome depends on.
    pub(super) fn unknowns(&self, one: &One) -> Vec<Unknown> {
        if one.found.outcome() != Outcome::Depends {
            return Vec::new();
        }
        let reasoner = self.context_of(one).reasoner;
        let of = |breach: &Breach| match &breach.who {
            Who::Created(perhaps) => perhaps.unknowns.clone(),
            Who::Listed(user) => breach
                .targets
                .iter()
                .flat_map(|target| reasoner.answer(*user, *target).unknowns)
                .collect::<Vec<_>>(),
        };
        let mut unknowns: Vec<Unknown> = one.found.perhaps.par_iter().flat_map_iter(of).collect();
        unknowns.par_sort_unstable();
        unknowns.dedup();
        unknowns
    }

    /// The same with their reasons.
    pub(super) fn named_unknowns(&self, one: &One) -> Vec<NamedUnknown> {
        let mut named = self.context_of(one).unknowns(&self.unknowns(one));
        // A policy can be known for everybody who is there.
        for unknown in named.iter_mut().filter(|unknown| unknown.reason.is_empty()) {
            "it asks about a user who is not there yet".clone_into(&mut unknown.reason);
        }
        named
    }

    pub(super) fn notes(one: &One) -> Vec<String> {
        let given_up = one.found.given_up.then(|| {
            "whether somebody could be created who breaks it would take too long to find out".to_owned()
        });
        let is_unlisted = |breach: &Breach| match &breach.who {
            Who::Created(perhaps) => perhaps.unknowns.is_empty(),
            Who::Listed(_) => false,
        };
        let unlisted = one
            .found
            .perhaps
            .iter()
            .any(is_unlisted)
            .then(|| "it rests on a user who is bound, and whom the input does not list".to_owned());
        one.found.notes.iter().cloned().chain(given_up).chain(unlisted).collect()
    }

    pub(super) fn counterexample(&self, one: &One, breach: &Breach) -> Counterexample {
        let context = self.context_of(one);
        let world = context.world();
        match &breach.who {
            Who::Listed(user) => {
                let explained: Vec<_> = breach
                    .targets
                    .iter()
                    .map(|target| context.explain(*user, *target, self.compared))
                    .collect();
                let sentences: Vec<&str> = explained.iter().map(|one| one.sentence.as_str()).collect();
                Counterexample {
                    sentence: sentences.join("; "),
                    user: Some(context.user(*user)),
                    created_in: None,
                    gets: explained.into_iter().map(|one| one.got).collect(),
                    policies: Vec::new(),
                    reasons: Vec::new(),
                }
            }
            Who::Created(perhaps) => Counterexample {
                user: None,
                created_in: Some(
                    perhaps.groups.iter().map(|group| world.groups.row(*group).name.clone()).collect(),
                ),
                gets: breach
                    .targets
                    .iter()
                    .map(|target| Got {
                        target: context.target(*target),
                        verdict: None,
                        effective: None,
                        decided_by: None,
                    })
                    .collect(),
                policies: perhaps
                    .ends
                    .iter()
                    .map(|(policy, ends)| PolicyEnd {
                        policy: world.policies.row(*policy).name.clone(),
                        ends: ends.to_string(),
                    })
                    .collect(),
                sentence: created(one, breach, perhaps, world),
                reasons: Vec::new(),
            },
        }
    }

    /// Why somebody who exists gets what they get, down to the facts.
    pub(super) fn reasons_of(&self, one: &One, breach: &Breach) -> Vec<WhyLine> {
        let Who::Listed(user) = &breach.who else { return Vec::new() };
        let context = self.context_of(one);
        breach.targets.iter().flat_map(|target| why_lines(context, *user, *target)).collect()
    }

    /// What is to be said of one assertion; nothing where it just holds.
    pub(super) fn diagnostic(&self, one: &One) -> Option<Diagnostic> {
        let assertion = &one.resolved.assertion;
        let (found, text) = (&one.found, &assertion.text);
        let diagnostic = match found.outcome() {
            Outcome::Holds if found.notes.is_empty() => return None,
            Outcome::Holds => {
                let holds = Diagnostic::note("assertion-holds", format!("`{text}` holds"));
                holds.at(assertion.origin, found.notes.join("; "))
            }
            Outcome::Fails => {
                let fails = Diagnostic::error("assertion-fails", format!("`{text}` does not hold"));
                let fails = self.shown(one, &found.certain, fails);
                found.notes.iter().fold(fails, |fails, note| fails.because(note.clone()))
            }
            Outcome::Depends => {
                let depends =
                    Diagnostic::warning("assertion-depends", format!("whether `{text}` holds is not known"));
                let depends = self.shown(one, &found.perhaps, depends);
                let depends = self.named_unknowns(one).into_iter().fold(depends, |depends, unknown| {
                    let NamedUnknown { kind, name, reason } = unknown;
                    depends.because(format!("depends on {kind} `{name}`: {reason}"))
                });
                Self::notes(one).into_iter().fold(depends, Diagnostic::because)
            }
        };
        Some(diagnostic)
    }

    /// Adds the first of `breaches` as labels and notes.
    fn shown(&self, one: &One, breaches: &[Breach], diagnostic: Diagnostic) -> Diagnostic {
        let origin = one.resolved.assertion.origin;
        let mut sentences =
            breaches.iter().take(SHOWN).map(|breach| self.counterexample(one, breach).sentence);
        let mut diagnostic = diagnostic.at(origin, sentences.next().unwrap_or_default());
        if let Some(breach) = breaches.first() {
            let mut seen: Vec<Origin> = Vec::new();
            for binding in self.deciding(one, breach) {
                if !seen.contains(&binding) {
                    diagnostic = diagnostic.at(binding, "this binding decides");
                    seen.push(binding);
                }
            }
        }
        let diagnostic = sentences.fold(diagnostic, Diagnostic::because);
        match breaches.len().saturating_sub(SHOWN) {
            0 => diagnostic,
            more => diagnostic.because(format!("{more} more")),
        }
    }

    /// Where the bindings are that decide about somebody who exists.
    fn deciding(&self, one: &One, breach: &Breach) -> Vec<Origin> {
        let Who::Listed(user) = &breach.who else { return Vec::new() };
        let context = self.context_of(one);
        let explained = breach.targets.iter().map(|target| context.explain(*user, *target, self.compared));
        explained.filter_map(|explained| explained.binding).collect()
    }
}

/// Somebody who could be created, in words.
fn created(one: &One, breach: &Breach, perhaps: &Perhaps, world: &World) -> String {
    let groups: Vec<String> =
        perhaps.groups.iter().map(|group| format!("`{}`", world.groups.row(*group).name)).collect();
    let groups = if groups.is_empty() {
        "no group".to_owned()
    } else {
        format!("{} and no other group", groups.join(", "))
    };
    let could = if matches!(one.resolved.claim, ResolvedClaim::Can(..)) { "could not" } else { "could" };
    let targets: Vec<String> =
        breach.targets.iter().map(|target| format!("`{}`", world.target_address(*target))).collect();
    let mut sentence = format!("somebody created in {groups} {could} access {}", targets.join(" and "));
    let ends: Vec<String> = perhaps
        .ends
        .iter()
        .map(|(policy, ends)| format!("policy `{}` ends in {ends}", world.policies.row(*policy).name))
        .collect();
    if !ends.is_empty() {
        sentence += &format!(" where {}", ends.join(" and "));
    }
    sentence
}
