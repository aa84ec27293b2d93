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

mod answer;
mod ast;
mod classify;
mod code;
mod column;
mod effects;
mod exception;
mod grounds;
mod key;
mod listing;
mod network;
mod ops;
mod parse;
mod partition;
mod pitfalls;
mod problems;
mod reads;
mod regex;
mod run;
mod scope;
mod seen;
mod table;
mod term;
mod time;
mod value;
mod values;
mod walk;
mod wrap;

use std::collections::BTreeSet;

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::way::{Atom, Way};
use super::{For, Judgement, Setting, Study};
use crate::model::{PolicyId, UserId};
use crate::truth::Ends;
pub use ast::Span;
use classify::Classes;
pub(crate) use code::Library;
use code::{Circumstances, Code};
pub(crate) use column::Columns;
pub(crate) use grounds::Grounds;
use key::Key;
pub use listing::Listing;
use ops::Data;
pub use pitfalls::{Effect, Ending, Lookup, Pitfall, PitfallKind, pitfalls};
pub use problems::{Problem, problems, warnings};
pub use reads::{Fact, Read, Understood, understood};
pub(crate) use run::Question;
pub use seen::Seen;
pub use term::Given;
use term::Validity;
use value::Who;

/// How runs of an expression policy end.
pub(super) fn judge(study: &Study<'_>, policy: PolicyId, setting: Setting<'_, '_>) -> Judgement {
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
    let circumstances = circumstances(study, policy, setting, &others);
    let data = Data::new(study.world, &study.ancestry, setting.id);
    let Classes { ways, unclear, reads_target, reads_subject, tests, speakers, alone } =
        classify::classify(&data, &circumstances, &study.columns, code);
    let atoms = ways.iter().flat_map(Way::atoms);
    let validities: BTreeSet<Validity> = atoms.flat_map(|atom| atom.question().validities()).collect();
    let in_one_run = |validity: &Validity| matches!(validity, Validity::Run { .. } | Validity::Once { .. });
    let is_open = !unclear.is_empty();
    Judgement {
        repeatable: !is_open && !validities.iter().any(in_one_run),
        anywhere: !reads_target && !validities.contains(&Validity::Target(setting.id)),
        anyone: !reads_subject && ways.0.len() == 1 && reads::asks_request_alone(code),
        unknown: None,
        unclear: unclear.into_iter().collect(),
        grounds: Grounds::of(tests, speakers, alone, &data),
        ends: For::Ways(ways),
    }
}

/// What decides how the code of a policy ends for one user, with these answers to what nobody can answer.
pub(super) fn seen(
    study: &Study<'_>,
    policy: PolicyId,
    setting: Setting<'_, '_>,
    user: UserId,
    answer: &dyn Fn(&Atom) -> Option<bool>,
) -> Vec<Seen> {
    let Some(Code::Ready(code)) = study.library.code(policy) else { return Vec::new() };
    if setting.disturbed.user {
        return Vec::new();
    }
    let others = |other: PolicyId| super::ends_for_everyone(study, other, setting);
    let data = Data::new(study.world, &study.ancestry, setting.id);
    seen::seen(&data, &circumstances(study, policy, setting, &others), code, Who::User(user), answer)
}

/// Tells users apart by what the code of `asked` looks at first, so that policies which are judged at the same time
/// need not each do so.
pub(super) fn foresee(study: &Study<'_>, asked: &[(PolicyId, Setting<'_, '_>)]) {
    let keys = |(policy, setting): &(PolicyId, Setting<'_, '_>)| {
        let Some(Code::Ready(code)) = study.library.code(*policy) else { return Vec::new() };
        let others = |other: PolicyId| super::ends_for_everyone(study, other, *setting);
        let data = Data::new(study.world, &study.ancestry, setting.id);
        classify::keys(&data, &circumstances(study, *policy, *setting, &others), code)
    };
    let keys: FxHashSet<Key> = asked.par_iter().flat_map_iter(keys).collect();
    if let Some((_, setting)) = asked.first() {
        study.columns.foresee(&Data::new(study.world, &study.ancestry, setting.id), keys);
    }
}

fn circumstances<'c>(
    study: &'c Study<'_>,
    policy: PolicyId,
    setting: Setting<'c, 'c>,
    others: &'c (dyn Fn(PolicyId) -> Ends + Sync),
) -> Circumstances<'c> {
    Circumstances {
        library: &study.library,
        policy,
        kind: setting.target,
        at: setting.at,
        assumptions: setting.assumptions,
        disturbed: setting.disturbed,
        run: setting.run,
        target: setting.id,
        others,
    }
}

/// Code that may end in any way.
fn not_read(span: Span, reason: &str) -> Judgement {
    let unclear = vec![(span, reason.to_owned())];
    Judgement {
        repeatable: false,
        unclear,
        ..Judgement::unknown(Ends::UNKNOWN, format!("{reason} is not looked into"))
    }
}
