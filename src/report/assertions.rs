//! Assertions that were checked, in one of their formats.

use std::io::{self, Write};

use super::findings::shown;
use super::github::annotate;
use super::plain::visible;
use super::xml::escaped;
use crate::diagnostic::{Diagnostics, Sources, Style, render};
use crate::question::assertion::{Coverage, Outcome};
use crate::question::{Answer, Test};

/// A format for assertions that were checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum TestFormat {
    /// Each assertion of which there is something to be said, with its text.
    #[default]
    Human,
    /// One line for each assertion.
    Plain,
    /// One JSON value.
    Json,
    /// One JSON value for each assertion.
    Jsonl,
    /// Comma-separated values, the assertions only.
    Csv,
    /// Markdown tables.
    Markdown,
    /// `JUnit` XML, for test reports.
    Junit,
    /// Annotations of GitHub Actions.
    Github,
}

/// Writes `test`, whose assertions are in `sources`, to `output`.
///
/// # Errors
/// When `output` fails.
pub fn write_test(
    test: &Test<'_>,
    format: TestFormat,
    sources: &Sources,
    style: Style,
    output: &mut dyn Write,
) -> io::Result<()> {
    match format {
        TestFormat::Human => human(test, sources, style, output),
        TestFormat::Plain => plain(test, output),
        TestFormat::Json => super::json::write(test, output),
        TestFormat::Jsonl => super::jsonl::write(test, output),
        TestFormat::Csv => super::csv::write(&test.sheets(), output),
        TestFormat::Markdown => super::markdown::write(&test.sheets(), output),
        TestFormat::Junit => junit(test, sources, output),
        TestFormat::Github => github(test, sources, output),
    }
}

/// How many bindings are exercised, in words.
fn coverage_in_words(coverage: &Coverage) -> String {
    let (exercised, all) = (coverage.exercised, coverage.bindings);
    format!("coverage: {exercised} of {all} bindings ({:.1} %)", coverage.percent())
}

fn tail(test: &Test<'_>, output: &mut dyn Write) -> io::Result<()> {
    if let Some(coverage) = test.coverage() {
        for idle in &coverage.idle {
            let (address, binding) = (visible(idle.address()), visible(&idle.binding));
            let place = visible(&idle.place);
            writeln!(output, "not exercised: {address}: {binding} at {place}: {}", idle.reason.as_str())?;
        }
        writeln!(output, "{}", coverage_in_words(coverage))?;
    }
    writeln!(output, "{}", test.counts())?;
    if let Some(part) = test.about_part() {
        writeln!(output, "{part}")?;
    }
    writeln!(output, "semantics: {}", test.ground().sentence())
}

fn human(test: &Test<'_>, sources: &Sources, style: Style, output: &mut dyn Write) -> io::Result<()> {
    for ((_, _, diagnostic), reasons) in test.diagnostics().zip(test.reasons()) {
        let diagnostics: Diagnostics = diagnostic.iter().map(shown).collect();
        output.write_all(render(&diagnostics, sources, style).as_bytes())?;
        for line in &reasons {
            writeln!(output, "    {}{}", "  ".repeat(line.depth), visible(&line.text))?;
        }
        if !reasons.is_empty() {
            writeln!(output)?;
        }
    }
    tail(test, output)
}

fn plain(test: &Test<'_>, output: &mut dyn Write) -> io::Result<()> {
    for row in test.briefly() {
        let (place, said) = (visible(&row.place), visible(&row.assertion));
        write!(output, "{:7}  {place}  {said}", row.outcome.as_str())?;
        if let Some(first) = &row.first {
            let more = if row.more > 0 { format!("; {} more", row.more) } else { String::new() };
            write!(output, "  ({}{more})", visible(first))?;
        }
        for note in &row.notes {
            write!(output, "  ({})", visible(note))?;
        }
        writeln!(output)?;
    }
    tail(test, output)
}

/// Every assertion is a test; one that fails is a failure, one that depends an error: nobody knows that it passes.
fn junit(test: &Test<'_>, sources: &Sources, output: &mut dyn Write) -> io::Result<()> {
    let counts = test.counts();
    let all = counts.holds + counts.fails + counts.depends;
    let numbers = format!(r#"tests="{all}" failures="{}" errors="{}""#, counts.fails, counts.depends);
    writeln!(output, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
    writeln!(output, r#"<testsuites name="whomay test" {numbers}>"#)?;
    writeln!(output, r#"  <testsuite name="whomay test" {numbers}>"#)?;
    for (resolved, outcome, diagnostic) in test.diagnostics() {
        let assertion = resolved.assertion();
        let file = assertion.origin.source().and_then(|id| sources.get(id)).map_or("", |file| &file.name);
        let (class, name) = (escaped(file), escaped(&assertion.text));
        write!(output, r#"    <testcase classname="{class}" name="{name}""#)?;
        let Some(diagnostic) = diagnostic else {
            writeln!(output, "/>")?;
            continue;
        };
        writeln!(output, ">")?;
        let labels = diagnostic
            .labels
            .iter()
            .map(|label| format!("{}{}: {}", sources.place(label.origin), label.field, label.message));
        let lines: Vec<String> = labels.chain(diagnostic.notes.iter().cloned()).collect();
        let (message, said) = (escaped(&diagnostic.message), escaped(&lines.join("\n")));
        match outcome {
            Outcome::Holds => writeln!(output, "      <system-out>{said}</system-out>")?,
            Outcome::Fails => {
                writeln!(output, r#"      <failure type="fails" message="{message}">{said}</failure>"#)?;
            }
            Outcome::Depends => {
                writeln!(output, r#"      <error type="depends" message="{message}">{said}</error>"#)?;
            }
        }
        writeln!(output, "    </testcase>")?;
    }
    writeln!(output, "  </testsuite>")?;
    writeln!(output, "</testsuites>")
}

fn github(test: &Test<'_>, sources: &Sources, output: &mut dyn Write) -> io::Result<()> {
    for mut diagnostic in test.problems() {
        // An annotation has no room for labels; the first one says why.
        let why = diagnostic.labels.first().map(|label| label.message.clone());
        diagnostic.notes.splice(0..0, why);
        annotate(&diagnostic, diagnostic.code, sources, output)?;
    }
    if let Some(coverage) = test.coverage() {
        writeln!(output, "{}", coverage_in_words(coverage))?;
    }
    writeln!(output, "{}", test.counts())
}
