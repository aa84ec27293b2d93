//! Questions: what can be asked about a world. One file each.

pub mod assertion;
mod audit;
mod can;
mod describe;
mod diff;
mod matrix;
mod moved;
mod policy;
mod sheet;
mod upgrade;
mod verified;
mod what;
mod who;
mod why;
mod why_not;

use serde::Serialize;

use crate::diagnostic::{Sources, Style};
use crate::model::{EditionFrom, World};
use crate::policy::assumption::Assumption;
use crate::reason::Reasoner;

pub use assertion::Test;
pub use audit::{Audit, InactiveUser, OpenTarget, TargetCounts, UnknownCount};
pub use can::Can;
pub use describe::{DecidedBy, NamedUnknown, TargetName, UserName};
pub use diff::{CausedMoves, ChangedObject, Diff, Sides};
pub use matrix::{Cell, Matrix};
pub use moved::MovedVerdict;
pub use policy::{
    CodeMark, Dependence, MarkPlace, MayWrite, OnePolicy, Policies, PolicyBinding, PolicyCode, PolicyName,
    PolicyRow, PolicySetting,
};
pub use sheet::{Align, Column, Sheet};
pub use upgrade::{ChangedAspect, ExplainedMoves, Upgrade};
pub use verified::Verified;
pub use what::{What, WhatRow};
pub use who::{Who, WhoRow};
pub use why::{Why, WhyBinding, WhyLine};
pub use why_not::{Fix, FixMove, Fixes, Obstacle, WhyNot};

/// What questions are asked of.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The reasoner of the world.
    pub reasoner: &'a Reasoner<'a>,
    /// The texts that the world was read from.
    pub sources: &'a Sources,
}

impl<'a> Context<'a> {
    /// The world.
    pub fn world(&self) -> &'a World {
        self.reasoner.world()
    }
}

/// An answer that reports can show.
pub trait Answer {
    /// What the answer stands on.
    fn ground(&self) -> Ground;
    /// What goes before the tables on a terminal, and in plain text: ready to be shown.
    fn preface(&self, _style: Style) -> Option<String> {
        None
    }

    /// The answer as tables for people, in the order of reading; one of them holds the rows of the answer.
    fn sheets(&self) -> Vec<Sheet<'_>>;

    /// Writes the whole answer as one JSON value.
    ///
    /// # Errors
    /// When `output` fails.
    fn json(&self, output: &mut dyn std::io::Write) -> std::io::Result<()>;

    /// The rows of the answer as JSON values, one after the other.
    ///
    /// # Errors
    /// When a row cannot be written as JSON, or `line` fails.
    fn lines(&self, line: &mut dyn FnMut(String) -> std::io::Result<()>) -> std::io::Result<()>;
}

/// What every answer says about the ground that it stands on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Ground {
    /// The semantics: `authentik 2026.5.0`.
    pub edition: String,
    /// Who said so: `input`, `caller` or `newest` (nobody).
    pub edition_from: &'static str,
    /// `core_default_app_access`, where the edition has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub core_default_app_access: Option<bool>,
    /// Whether that flag is authentik's default because nobody said.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub flag_assumed: bool,
    /// The moment, where one was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// What was assumed of the request, by key.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub assumptions: Vec<Assumption>,
}

impl Ground {
    /// The ground of the answers of `reasoner`.
    pub fn of(reasoner: &Reasoner<'_>) -> Self {
        let world = reasoner.world();
        let has_flag = world.edition.app_access_flag;
        let flag = world.flags.core_default_app_access;
        Self {
            edition: world.edition.to_string(),
            edition_from: match world.edition_from {
                EditionFrom::Input => "input",
                EditionFrom::Caller => "caller",
                EditionFrom::Newest => "newest",
            },
            core_default_app_access: has_flag.then(|| flag.unwrap_or(true)),
            flag_assumed: has_flag && flag.is_none(),
            at: reasoner.settings().at.map(|at| at.to_string()),
            assumptions: reasoner.settings().assumptions.list(),
        }
    }

    /// The same in one line.
    pub fn sentence(&self) -> String {
        let from = match self.edition_from {
            "input" => "as the input says",
            "caller" => "as asked for",
            _ => "the newest release known here, because nobody said",
        };
        let mut sentence = format!("{} ({from})", self.edition);
        if let Some(flag) = self.core_default_app_access {
            let assumed = if self.flag_assumed { " (authentik's default, because nobody said)" } else { "" };
            sentence += &format!("; core_default_app_access={flag}{assumed}");
        }
        if let Some(at) = &self.at {
            sentence += &format!("; at {at}");
        }
        if let Some(assuming) = self.assuming() {
            sentence += &format!("; {assuming}");
        }
        sentence
    }

    /// What was assumed, if anything was: `assuming client_ip=10.1.2.3, sso=false`.
    pub fn assuming(&self) -> Option<String> {
        let list: Vec<String> = self.assumptions.iter().map(ToString::to_string).collect();
        (!list.is_empty()).then(|| format!("assuming {}", list.join(", ")))
    }
}

/// The lines of rows that serialize themselves.
fn lines<T: Serialize>(
    rows: &[T],
    line: &mut dyn FnMut(String) -> std::io::Result<()>,
) -> std::io::Result<()> {
    rows.iter().try_for_each(|row| line(serde_json::to_string(row)?))
}
