//! For people: each finding with the text that it is about.

use std::io::{self, Write};

use super::Findings;
use crate::diagnostic::{Diagnostic, Diagnostics, Style, render};
use crate::report::plain::visible;

pub(super) fn write(findings: &Findings<'_>, style: Style, output: &mut dyn Write) -> io::Result<()> {
    let mended = |finding: &crate::lint::Finding| -> Diagnostic {
        let mut diagnostic = shown(&finding.diagnostic);
        if let Some(fix) = &finding.fix {
            let help = diagnostic.help.take().unwrap_or_else(|| fix.title.clone());
            diagnostic = diagnostic.help(format!("{help}; `--fix` can {}", fix.title));
        }
        diagnostic
    };
    let diagnostics: Diagnostics = findings.report.findings.iter().map(mended).collect();
    output.write_all(render(&diagnostics, findings.sources, style).as_bytes())?;
    writeln!(output, "{}", findings.summary())?;
    writeln!(output, "semantics: {}", findings.ground.sentence())
}

/// What is shown of a diagnostic: a name may hold anything, also what begins a line that a pipeline takes for a command.
pub(in crate::report) fn shown(diagnostic: &Diagnostic) -> Diagnostic {
    let mut diagnostic = diagnostic.clone();
    diagnostic.message = visible(&diagnostic.message);
    diagnostic.labels.iter_mut().for_each(|label| label.message = visible(&label.message));
    diagnostic.notes.iter_mut().for_each(|note| *note = visible(note));
    diagnostic.help = diagnostic.help.as_deref().map(visible);
    diagnostic
}
