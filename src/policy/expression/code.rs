//! The code of all policies of a world, and where and when it runs.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use jiff::Timestamp;
use rustc_hash::FxHashMap;

use super::ast::{Function, Span, Unread};
use super::effects::{self, Effects};
use super::parse;
use crate::model::{Id, PolicyId, PolicyKind, TargetId, TargetKind, World};
use crate::policy::assumption::Assumptions;
use crate::policy::writes::{self, Writes};
use crate::truth::Ends;

/// What became of the text of a policy.
#[derive(Debug)]
pub(super) enum Code {
    Ready(Function),
    /// It is not Python: every run raises.
    Broken(Vec<(Span, String)>),
    /// It is not looked into, for this reason.
    Unread(Span, String),
}

impl Code {
    pub(super) fn of(text: &str) -> Self {
        match parse::parse(text) {
            Ok(function) => Self::Ready(function),
            Err(Unread::Syntax(errors)) => Self::Broken(errors),
            Err(Unread::Unsupported(span, reason)) => Self::Unread(span, reason),
        }
    }
}

/// The code of every expression policy of a world, read when it is asked for.
#[derive(Debug)]
pub(crate) struct Library<'w> {
    world: &'w World,
    codes: Vec<OnceLock<Code>>,
    effects: Vec<OnceLock<Effects>>,
    by_name: FxHashMap<&'w str, PolicyId>,
}

impl<'w> Library<'w> {
    pub(crate) fn of(world: &'w World) -> Self {
        Self {
            world,
            codes: world.policies.values().map(|_| OnceLock::new()).collect(),
            effects: world.policies.values().map(|_| OnceLock::new()).collect(),
            by_name: world.policies.iter().map(|(id, policy)| (policy.name.as_str(), id)).rev().collect(),
        }
    }

    /// The code of `policy`; `None` for a policy of another type.
    pub(super) fn code(&self, policy: PolicyId) -> Option<&Code> {
        let PolicyKind::Expression(expression) = &self.world.policies.row(policy).kind else { return None };
        let slot = self.codes.get(policy.index())?;
        Some(slot.get_or_init(|| Code::of(&expression.text)))
    }

    /// What a run of `policy` may write, with all policies that it calls.
    pub(crate) fn writes(&self, policy: PolicyId) -> Writes {
        let mut writes = Writes::default();
        let mut seen = BTreeSet::from([policy]);
        let mut queue = vec![policy];
        while let Some(policy) = queue.pop() {
            let Some(effects) = self.effects.get(policy.index()) else { continue };
            let effects = effects.get_or_init(|| self.own_effects(policy));
            writes.extend(&effects.writes);
            for name in &effects.calls {
                match self.named(name) {
                    Some(called) if seen.insert(called) => queue.push(called),
                    // It may exist all the same.
                    None if self.world.partial => writes.extend(&Writes::ALL),
                    _ => {}
                }
            }
        }
        writes
    }

    fn own_effects(&self, policy: PolicyId) -> Effects {
        match self.code(policy) {
            Some(Code::Ready(function)) => effects::of(function),
            Some(Code::Unread(..)) => Effects { writes: Writes::ALL, ..Effects::default() },
            // What is not Python does nothing.
            Some(Code::Broken(_)) => Effects::default(),
            None => {
                let writes = writes::without_code(&self.world.policies.row(policy).kind);
                Effects { writes, ..Effects::default() }
            }
        }
    }

    /// The policy with a name.
    pub(super) fn named(&self, name: &str) -> Option<PolicyId> {
        self.by_name.get(name).copied()
    }
}

/// Where and when code runs.
pub(super) struct Circumstances<'c> {
    pub(super) library: &'c Library<'c>,
    pub(super) policy: PolicyId,
    pub(super) kind: TargetKind,
    pub(super) at: Option<Timestamp>,
    pub(super) assumptions: &'c Assumptions,
    /// What other policies may have written into the request before.
    pub(super) disturbed: &'c Writes,
    /// A number that no other run has.
    pub(super) run: u32,
    /// What the policy is asked for.
    pub(super) target: TargetId,
    /// How a policy of another type ends, for everybody.
    pub(super) others: &'c (dyn Fn(PolicyId) -> Ends + Sync),
}

impl<'c> Circumstances<'c> {
    pub(super) fn code_of(&self, policy: PolicyId) -> Option<&'c Code> {
        self.library.code(policy)
    }

    pub(super) fn writes_of(&self, policy: PolicyId) -> Writes {
        self.library.writes(policy)
    }

    /// How `policy` ends, when that is assumed or no code decides it.
    pub(super) fn ends_of(&self, policy: PolicyId) -> Option<Ends> {
        let row = self.library.world.policies.row(policy);
        if let Some(ends) = self.assumptions.policies.get(&row.name) {
            return Some(*ends);
        }
        match row.kind {
            PolicyKind::Expression(_) => None,
            _ => Some((self.others)(policy)),
        }
    }
}
