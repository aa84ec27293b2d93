//! Expression: Python code.
//!
//! The code is read ([`parse`]), then run ([`run`]) for one subject after the other, with Python's own order of
//! evaluation and its exceptions; but not for every one of them ([`classify`]). What the configuration does not say
//! becomes a question with two answers, and every answer is tried. What is not certain ends in every way, with the
//! reason. No code of the configuration is ever executed by anything but this.

#![expect(
    clippy::match_same_arms,
    clippy::too_many_lines,
    clippy::unused_self,
    clippy::only_used_in_recursion,
    clippy::self_only_used_in_recursion,
    clippy::needless_pass_by_value,
    reason = "tables of cases are read case by case, and whatever belongs to a run is asked of the run"
)]

mod ast;
mod classify;
mod code;
mod column;
mod effects;
mod exception;
mod fast;
mod listing;
mod network;
mod ops;
mod parse;
mod problems;
mod reads;
mod regex;
mod run;
mod scope;
mod table;
mod term;
mod time;
mod value;
mod wrap;

use super::way::Way;
use super::writes::Writes;
use super::{For, Judgement, Setting, Study};
use crate::model::PolicyId;
use crate::truth::Ends;
pub use ast::Span;
use classify::Classes;
pub(crate) use code::Library;
use code::{Circumstances, Code};
pub(crate) use column::Columns;
pub use listing::Listing;
use ops::Data;
pub use problems::{Problem, problems, warnings};
pub use reads::{Fact, Read, Understood, understood};
pub(crate) use run::Question;
use term::Scope;
pub use term::{Given, Scope as GivenScope};

/// How runs of an expression policy end.
pub(super) fn judge<'w>(study: &Study<'_>, policy: PolicyId, setting: Setting<'_, '_>) -> Judgement<'w> {
    let code = match study.library.code(policy) {
        Some(Code::Ready(code)) => code,
        // Whoever saves a policy is told, but other ways to write one are not checked (dossier §4.1).
        Some(Code::Broken(_)) => return Judgement::same(Ends::ERROR),
        Some(Code::Unread(span, reason)) => return not_read(*span, reason),
        None => return not_read(Span::default(), "a policy without code"),
    };
    if setting.disturbed.user {
        return not_read(Span::default(), "another policy may change what this one reads");
    }
    let others = |other: PolicyId| super::ends_for_everyone(study, other, setting);
    let circumstances = Circumstances {
        library: &study.library,
        policy,
        kind: setting.target,
        at: setting.at,
        assumptions: setting.assumptions,
        disturbed: setting.disturbed,
        scope: Scope(setting.run.saturating_mul(1_000).saturating_add(1)),
        target_scope: Scope((1 << 31) | setting.id.0),
        others: &others,
    };
    let data = Data { world: study.world, ancestry: &study.ancestry, target: setting.id };
    let Classes { ways, unclear, reads_target } =
        classify::classify(&data, &circumstances, &study.columns, code);
    let scopes: Vec<Scope> = ways
        .ways
        .iter()
        .flat_map(Way::atoms)
        .flat_map(|atom| atom.givens())
        .filter_map(|given| given.scope())
        .collect();
    let is_open = !unclear.is_empty();
    Judgement {
        ends: For::Ways(ways),
        repeatable: !is_open && scopes.iter().all(|scope| *scope == circumstances.target_scope),
        anywhere: !reads_target && scopes.iter().all(|scope| *scope != circumstances.target_scope),
        unknown: None,
        unclear: unclear.into_iter().collect(),
    }
}

/// Code that may end in any way.
fn not_read<'w>(span: Span, reason: &str) -> Judgement<'w> {
    let unclear = vec![(span, reason.to_owned())];
    Judgement {
        repeatable: false,
        unclear,
        ..Judgement::unknown(Ends::UNKNOWN, format!("{reason} is not looked into"))
    }
}

/// What runs of an expression policy may write into the request.
pub(super) fn writes(study: &Study<'_>, policy: PolicyId) -> Writes {
    study.library.writes(policy)
}
