//! The code of all policies of a world, and where and when it runs.

use std::sync::OnceLock;

use jiff::Timestamp;

use super::ast::{Function, Span, Unread};
use super::term::Scope;
use super::{effects, parse};
use crate::model::{Id, PolicyId, PolicyKind, TargetKind, World};
use crate::policy::assumption::Assumptions;
use crate::policy::writes::Writes;
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
}

impl<'w> Library<'w> {
    pub(crate) fn of(world: &'w World) -> Self {
        Self { world, codes: world.policies.values().map(|_| OnceLock::new()).collect() }
    }

    /// The code of `policy`; `None` for a policy of another type.
    pub(super) fn code(&self, policy: PolicyId) -> Option<&Code> {
        let PolicyKind::Expression(expression) = &self.world.policies.row(policy).kind else { return None };
        let slot = self.codes.get(policy.index())?;
        Some(slot.get_or_init(|| Code::of(&expression.text)))
    }

    /// What a run of `policy` may write.
    pub(super) fn writes(&self, policy: PolicyId) -> Writes {
        self.writes_within(policy, &mut Vec::new())
    }

    fn writes_within(&self, policy: PolicyId, calling: &mut Vec<PolicyId>) -> Writes {
        if calling.contains(&policy) {
            return Writes::default();
        }
        match self.code(policy) {
            None | Some(Code::Broken(_)) => Writes::default(),
            Some(Code::Unread(..)) => Writes::ALL,
            Some(Code::Ready(function)) => {
                let inner = std::cell::RefCell::new(calling);
                inner.borrow_mut().push(policy);
                let writes = effects::of(function, &|name| {
                    let found = self.world.policies.values().position(|policy| policy.name == name);
                    found.map_or_else(Writes::default, |index| {
                        let mut calling = inner.borrow().clone();
                        self.writes_within(PolicyId::from_index(index), &mut calling)
                    })
                });
                inner.borrow_mut().pop();
                writes
            }
        }
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
    /// What is the same in this run only.
    pub(super) scope: Scope,
    /// What is the same in all runs for one target.
    pub(super) target_scope: Scope,
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
