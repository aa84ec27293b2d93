//! Findings of lints in one of their formats. One file each.

mod github;
mod human;
mod json;
mod junit;
mod markdown;
mod plain;
mod sarif;

pub(super) use human::shown;

use std::io::{self, Write};

use crate::diagnostic::{Severity, Sources, Style};
use crate::lint::Report;
use crate::question::Ground;

/// A format for findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum FindingFormat {
    /// Each finding with the text that it is about.
    #[default]
    Human,
    /// One line for each finding.
    Plain,
    /// One JSON value.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// `JUnit` XML, for test reports.
    Junit,
    /// Annotations of GitHub Actions.
    Github,
    /// Markdown, for summaries and comments.
    Markdown,
}

/// Findings with what they stand on.
pub struct Findings<'a> {
    /// What was found.
    pub report: &'a Report,
    /// The texts that it points at.
    pub sources: &'a Sources,
    /// What it stands on.
    pub ground: Ground,
    /// Findings at or above this fail.
    pub fails_at: Option<Severity>,
}

impl Findings<'_> {
    /// How many there are of each severity, in words: `2 errors, 1 note`.
    fn counts(&self) -> String {
        let count = |severity: Severity| match self.report.count(severity) {
            0 => None,
            1 => Some(format!("1 {}", severity.as_str())),
            many => Some(format!("{many} {}s", severity.as_str())),
        };
        let counts: Vec<String> =
            [Severity::Error, Severity::Warning, Severity::Note].into_iter().filter_map(count).collect();
        if counts.is_empty() { "nothing found".to_owned() } else { counts.join(", ") }
    }

    /// The same with what is not shown: `2 errors (3 allowed, 1 known)`.
    fn summary(&self) -> String {
        let hidden = [(self.report.allowed, "allowed"), (self.report.known, "in the baseline")];
        let hidden: Vec<String> = hidden
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, why)| format!("{count} {why}"))
            .collect();
        match hidden.as_slice() {
            [] => self.counts(),
            _ => format!("{} ({})", self.counts(), hidden.join(", ")),
        }
    }
}

/// Writes `findings` to `output`.
///
/// # Errors
/// When `output` fails.
pub fn write_findings(
    findings: &Findings<'_>,
    format: FindingFormat,
    style: Style,
    output: &mut dyn Write,
) -> io::Result<()> {
    match format {
        FindingFormat::Human => human::write(findings, style, output),
        FindingFormat::Plain => plain::write(findings, output),
        FindingFormat::Json => json::write(findings, output),
        FindingFormat::Sarif => sarif::write(findings, output),
        FindingFormat::Junit => junit::write(findings, output),
        FindingFormat::Github => github::write(findings, output),
        FindingFormat::Markdown => markdown::write(findings, output),
    }
}
