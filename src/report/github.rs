//! Annotations of GitHub Actions: commands on standard output that the runner turns into marks on the changed lines.

use std::io::{self, Write};

use crate::diagnostic::{Diagnostic, Severity, Sources};

/// Writes `diagnostic` as an annotation called `title`.
pub(super) fn annotate(
    diagnostic: &Diagnostic,
    title: &str,
    sources: &Sources,
    output: &mut dyn Write,
) -> io::Result<()> {
    let command = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let mut properties = Vec::new();
    if let Some(region) = diagnostic.labels.first().and_then(|label| sources.region(label)) {
        properties.push(format!("file={}", property(region.file)));
        if let Some(((line, column), (end_line, end_column))) = region.span {
            properties.push(format!("line={line},endLine={end_line}"));
            // The runner takes columns for marks within one line only.
            if line == end_line {
                properties.push(format!("col={column},endColumn={end_column}"));
            }
        }
    }
    properties.push(format!("title={}", property(title)));
    let mut text = diagnostic.message.clone();
    for more in diagnostic.notes.iter().chain(&diagnostic.help) {
        text += &format!("\n{more}");
    }
    writeln!(output, "::{command} {}::{}", properties.join(","), data(&text))
}

/// Text after the second pair of colons.
fn data(text: &str) -> String {
    let text: String =
        text.chars().map(|c| if c.is_control() && c != '\n' { '\u{fffd}' } else { c }).collect();
    text.replace('%', "%25").replace('\n', "%0A")
}

/// Text before it.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
