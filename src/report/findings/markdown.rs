//! Markdown: a table of what was found, for summaries of pipelines and comments on changes.

use std::io::{self, Write};

use super::Findings;
use crate::report::markdown::escaped;

pub(super) fn write(findings: &Findings<'_>, output: &mut dyn Write) -> io::Result<()> {
    writeln!(output, "### whomay lint: {}\n", findings.summary())?;
    if !findings.report.findings.is_empty() {
        writeln!(output, "| severity | lint | object | finding | where |\n| --- | --- | --- | --- | --- |")?;
    }
    for finding in &findings.report.findings {
        let diagnostic = &finding.diagnostic;
        let mut text = escaped(&diagnostic.message);
        for more in diagnostic.notes.iter().chain(&diagnostic.help) {
            text += &format!("<br>{}", escaped(more));
        }
        let place = diagnostic
            .labels
            .first()
            .map(|label| format!("{}{}", findings.sources.place(label.origin), label.field));
        writeln!(
            output,
            "| {} | {} | {} | {text} | {} |",
            diagnostic.severity.as_str(),
            escaped(diagnostic.code),
            escaped(&finding.address),
            escaped(&place.unwrap_or_default())
        )?;
    }
    writeln!(output, "\nSemantics: {}", escaped(&findings.ground.sentence()))
}
