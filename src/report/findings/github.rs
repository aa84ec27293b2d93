//! Annotations of GitHub Actions, one for each finding.

use std::io::{self, Write};

use super::Findings;
use crate::report::github::annotate;

pub(super) fn write(findings: &Findings<'_>, output: &mut dyn Write) -> io::Result<()> {
    for finding in &findings.report.findings {
        let title = format!("{} ({})", finding.diagnostic.code, finding.address);
        annotate(&finding.diagnostic, &title, findings.sources, output)?;
    }
    writeln!(output, "{}", findings.summary())
}
