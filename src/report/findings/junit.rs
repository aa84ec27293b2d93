//! `JUnit` XML: every lint that found nothing is a test that passed, every finding one that failed, or passed with its
//! text where it does not fail the run.

use std::io::{self, Write};

use super::Findings;
use crate::lint::{Finding, LINTS};
use crate::report::xml::escaped;

pub(super) fn write(findings: &Findings<'_>, output: &mut dyn Write) -> io::Result<()> {
    let found = &findings.report.findings;
    let fails =
        |finding: &Finding| findings.fails_at.is_some_and(|level| finding.diagnostic.severity >= level);
    let clean: Vec<&str> = LINTS
        .iter()
        .map(|lint| lint.about().code)
        .filter(|code| found.iter().all(|finding| finding.diagnostic.code != *code))
        .collect();
    let failed = found.iter().filter(|finding| fails(finding)).count();
    let tests = clean.len() + found.len();
    writeln!(output, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
    writeln!(output, r#"<testsuites name="whomay lint" tests="{tests}" failures="{failed}">"#)?;
    writeln!(output, r#"  <testsuite name="whomay lint" tests="{tests}" failures="{failed}">"#)?;
    for finding in found {
        let diagnostic = &finding.diagnostic;
        let (code, address) = (escaped(diagnostic.code), escaped(&finding.address));
        writeln!(output, r#"    <testcase classname="{code}" name="{address}">"#)?;
        let mut text = String::new();
        for label in &diagnostic.labels {
            text += &format!("{}{}: {}\n", findings.sources.place(label.origin), label.field, label.message);
        }
        for more in diagnostic.notes.iter().chain(&diagnostic.help) {
            text += &format!("{more}\n");
        }
        let (message, text) = (escaped(&diagnostic.message), escaped(&text));
        let severity = diagnostic.severity.as_str();
        if fails(finding) {
            writeln!(output, r#"      <failure type="{severity}" message="{message}">{text}</failure>"#)?;
        } else {
            writeln!(output, "      <system-out>{severity}: {message}\n{text}</system-out>")?;
        }
        writeln!(output, "    </testcase>")?;
    }
    for code in clean {
        writeln!(output, r#"    <testcase classname="{}" name="nothing found"/>"#, escaped(code))?;
    }
    writeln!(output, "  </testsuite>")?;
    writeln!(output, "</testsuites>")
}
