//! One line for each finding: place, severity, message, code; for terminals of any kind, editors and `grep`.

use std::io::{self, Write};

use super::Findings;
use crate::report::plain::visible;

pub(super) fn write(findings: &Findings<'_>, output: &mut dyn Write) -> io::Result<()> {
    for finding in &findings.report.findings {
        let diagnostic = &finding.diagnostic;
        let place = diagnostic
            .labels
            .first()
            .map(|label| format!("{}{}", findings.sources.place(label.origin), label.field));
        let line = format!(
            "{}: {}: {} [{}]",
            place.unwrap_or_else(|| finding.address.clone()),
            diagnostic.severity.as_str(),
            diagnostic.message,
            diagnostic.code
        );
        writeln!(output, "{}", visible(&line))?;
    }
    writeln!(output, "{}", findings.summary())
}
