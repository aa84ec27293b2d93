//! One JSON value, with everything that is known of each finding.

use std::io::{self, Write};

use serde::Serialize;

use super::Findings;
use crate::diagnostic::{Label, Severity, Sources};
use crate::lint::{Edit, Finding};
use crate::question::Ground;

#[derive(Serialize)]
struct Answer<'a> {
    schema: &'static str,
    ground: &'a Ground,
    counts: Counts,
    findings: Vec<Row<'a>>,
}

#[derive(Serialize)]
struct Counts {
    error: usize,
    warning: usize,
    note: usize,
    allowed: usize,
    baseline: usize,
}

#[derive(Serialize)]
struct Row<'a> {
    code: &'a str,
    severity: &'a str,
    object: &'a str,
    fingerprint: String,
    message: &'a str,
    places: Vec<Spot<'a>>,
    notes: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<Fix<'a>>,
}

#[derive(Serialize)]
struct Spot<'a> {
    place: String,
    file: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    start: Option<Point>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<Point>,
    message: &'a str,
}

#[derive(Serialize)]
struct Point {
    line: usize,
    column: usize,
}

#[derive(Serialize)]
struct Fix<'a> {
    title: &'a str,
    edits: Vec<Change<'a>>,
}

#[derive(Serialize)]
struct Change<'a> {
    file: &'a str,
    start_byte: usize,
    end_byte: usize,
    text: &'a str,
}

pub(super) fn write(findings: &Findings<'_>, output: &mut dyn Write) -> io::Result<()> {
    let report = findings.report;
    let answer = Answer {
        schema: "whomay.lint/1",
        ground: &findings.ground,
        counts: Counts {
            error: report.count(Severity::Error),
            warning: report.count(Severity::Warning),
            note: report.count(Severity::Note),
            allowed: report.allowed,
            baseline: report.known,
        },
        findings: report.findings.iter().map(|finding| row(finding, findings.sources)).collect(),
    };
    serde_json::to_writer(&mut *output, &answer)?;
    writeln!(output)
}

fn row<'a>(finding: &'a Finding, sources: &'a Sources) -> Row<'a> {
    let diagnostic = &finding.diagnostic;
    Row {
        code: diagnostic.code,
        severity: diagnostic.severity.as_str(),
        object: &finding.address,
        fingerprint: finding.fingerprint(),
        message: &diagnostic.message,
        places: diagnostic.labels.iter().filter_map(|label| spot(label, sources)).collect(),
        notes: &diagnostic.notes,
        help: diagnostic.help.as_deref(),
        fix: finding.fix.as_ref().map(|fix| Fix {
            title: &fix.title,
            edits: fix.edits.iter().filter_map(|edit| change(edit, sources)).collect(),
        }),
    }
}

fn spot<'a>(label: &'a Label, sources: &'a Sources) -> Option<Spot<'a>> {
    let region = sources.region(label)?;
    let point = |(line, column)| Point { line, column };
    Some(Spot {
        place: format!("{}{}", sources.place(label.origin), label.field),
        file: region.file,
        start: region.span.map(|(start, _)| point(start)),
        end: region.span.map(|(_, end)| point(end)),
        message: &label.message,
    })
}

fn change<'a>(edit: &'a Edit, sources: &'a Sources) -> Option<Change<'a>> {
    let file = &sources.get(edit.source)?.name;
    Some(Change { file, start_byte: edit.range.start, end_byte: edit.range.end, text: &edit.text })
}
