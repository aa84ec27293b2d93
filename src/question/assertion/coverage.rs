//! Which bindings do the assertions exercise?
//!
//! A binding is exercised if some assertion would turn out otherwise were it not there: tests that nobody would notice
//! missing a binding do not test it.

use serde::Serialize;

use super::super::{Context, TargetName};
use super::check::{Outcome, check};
use super::resolve::Resolved;
use super::{One, Test, prospects};
use crate::model::{BindingId, Change, TargetId};
use crate::reason::{Compared, Reasoner, Settings};

/// Which of the enabled bindings the assertions exercise.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Coverage {
    /// How many bindings are enabled.
    pub bindings: usize,
    /// Without so many of them some assertion would turn out otherwise.
    pub exercised: usize,
    /// All others, by target and order.
    pub idle: Vec<Idle>,
}

/// A binding that no assertion exercises.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Idle {
    /// The target.
    pub target: TargetName,
    /// The binding in words: `group staff (order 0)`.
    pub binding: String,
    /// Where it was read from.
    pub place: String,
    /// Why nothing exercises it.
    pub reason: Reason,
    #[serde(skip)]
    pub(super) address: String,
}

/// Why no assertion exercises a binding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// No assertion speaks of what it is bound to.
    NotAsserted,
    /// Without it every assertion turns out as with it.
    NoDifference,
}

impl Reason {
    /// The same in words.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotAsserted => "no assertion is about its target",
            Self::NoDifference => "without it every assertion turns out the same",
        }
    }
}

impl Coverage {
    /// The share of bindings that are exercised, in percent; all of none is all.
    #[expect(clippy::cast_precision_loss, reason = "no configuration has so many bindings")]
    pub fn percent(&self) -> f64 {
        if self.bindings == 0 { 100.0 } else { self.exercised as f64 * 100.0 / self.bindings as f64 }
    }
}

impl Idle {
    /// The target as it is written on the command line.
    pub fn address(&self) -> &str {
        &self.address
    }
}

impl Test<'_> {
    pub(super) fn covered(&self) -> Coverage {
        let world = self.context.world();
        let enabled = world.bindings.iter().filter(|(_, row)| row.enabled).map(|(id, _)| id);
        let enabled: Vec<BindingId> = enabled.collect();
        let mut open: Vec<(BindingId, Reason)> =
            enabled.iter().map(|id| (*id, Reason::NotAsserted)).collect();
        for number in std::iter::once(None).chain((0..self.reasoners.len()).map(Some)) {
            let these: Vec<(&One, Vec<TargetId>)> = self
                .tested
                .iter()
                .filter(|one| one.reasoner == number)
                .map(|one| (one, self.reach(one)))
                .collect();
            let Some((first, _)) = these.first() else { continue };
            let settings = self.context_of(first).reasoner.settings().clone();
            self.exercise(&these, &settings, &mut open);
        }
        let idle: Vec<Idle> = open.into_iter().map(|(id, reason)| self.idle(id, reason)).collect();
        Coverage { bindings: enabled.len(), exercised: enabled.len() - idle.len(), idle }
    }

    /// Takes out of `open` what the assertions `these` exercise.
    fn exercise(
        &self,
        these: &[(&One, Vec<TargetId>)],
        settings: &Settings,
        open: &mut Vec<(BindingId, Reason)>,
    ) {
        let mut reasoner: Option<Reasoner<'static>> = None;
        let world = self.context.world();
        open.retain_mut(|(binding, reason)| {
            let row = world.bindings.row(*binding);
            let about: Vec<(&Resolved, Outcome)> = these
                .iter()
                .filter(|(_, reach)| reach.contains(&row.target))
                .map(|(one, _)| (&one.resolved, one.found.outcome()))
                .collect();
            if about.is_empty() {
                return true;
            }
            *reason = Reason::NoDifference;
            let reasoner = reasoner.get_or_insert_with(|| Reasoner::owning(world.clone(), settings));
            if reasoner.apply(&Change::Unbind(*binding)).is_err() {
                return true;
            }
            let is_idle = !is_otherwise(&about, reasoner, self.compared);
            // The binding comes back to where it was: the order of bindings rests on nothing else.
            if reasoner.apply(&Change::Bind(Box::new(row.clone()))).is_err()
                || reasoner.world().bindings != world.bindings
            {
                *reasoner = Reasoner::owning(world.clone(), settings);
            }
            is_idle
        });
    }

    /// The targets whose bindings can have a part in what an assertion is about.
    fn reach(&self, one: &One) -> Vec<TargetId> {
        let reasoner = self.context_of(one).reasoner;
        one.resolved.claim.targets().iter().flat_map(|target| reasoner.may_rest_on(*target)).collect()
    }

    fn idle(&self, id: BindingId, reason: Reason) -> Idle {
        let context: Context<'_> = self.context;
        let row = context.world().bindings.row(id);
        Idle {
            target: context.target(row.target),
            binding: context.binding_in_words(id),
            place: context.sources.place(row.origin).to_string(),
            reason,
            address: context.world().target_address(row.target),
        }
    }
}

/// Whether one of `assertions` turns out otherwise than it did.
fn is_otherwise(assertions: &[(&Resolved, Outcome)], reasoner: &Reasoner<'_>, compared: Compared) -> bool {
    let prospects = prospects(reasoner, assertions.iter().map(|(resolved, _)| *resolved));
    assertions.iter().any(|(resolved, outcome)| {
        check(resolved, reasoner, prospects.as_ref(), compared).outcome() != *outcome
    })
}
