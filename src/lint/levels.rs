//! Levels: how bad findings are held to be, and what somebody allowed.

use std::collections::BTreeMap;

use super::Finding;
use crate::diagnostic::Severity;

/// How bad the findings of a lint are held to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// They are not looked for.
    Allow,
    /// They are reported so.
    Report(Severity),
}

impl Level {
    /// The severity, unless they are allowed.
    pub fn severity(self) -> Option<Severity> {
        match self {
            Self::Allow => None,
            Self::Report(severity) => Some(severity),
        }
    }
}

/// Findings of one lint about one object that somebody allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exception {
    /// The code of the lint.
    pub code: String,
    /// The address of the object. That of a target stands for its bindings, too; a `*` at the end for any rest.
    pub object: String,
    /// Why.
    pub reason: String,
}

/// What somebody said about the levels of lints.
#[derive(Clone, Debug, Default)]
pub struct Levels {
    /// By the code of the lint.
    pub of_lint: BTreeMap<String, Level>,
    /// What is allowed object by object.
    pub exceptions: Vec<Exception>,
}

impl Levels {
    /// What somebody said about the lint called `code`.
    pub fn of(&self, code: &str) -> Option<Level> {
        self.of_lint.get(code).copied()
    }

    /// Whether an exception allows `finding`.
    pub fn excepts(&self, finding: &Finding) -> bool {
        self.exceptions.iter().any(|exception| exception.covers(finding))
    }
}

impl Exception {
    /// Whether it allows `finding`.
    pub fn covers(&self, finding: &Finding) -> bool {
        let target = finding.address.split_once('#').map_or(finding.address.as_str(), |(target, _)| target);
        let is_meant = match self.object.strip_suffix('*') {
            Some(start) => finding.address.starts_with(start),
            None => self.object == finding.address || self.object == target,
        };
        is_meant && self.code == finding.diagnostic.code
    }
}
