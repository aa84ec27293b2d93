//! What is to be said about the code of a policy, each thing at its place.

use serde::Serialize;

use super::PolicyCode;
use crate::diagnostic::{Remark, Severity, Sources, Style, line_and_column, quote};
use crate::model::{Expression, Origin, Policy};
use crate::policy::{Listing, Span, Understood};
use crate::reason::PolicyFacts;

/// Something to be said about code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CodeMark {
    /// What kind of thing: `user_field`, `group` and so on for what the code asks for; `depends` for a question that
    /// nobody can answer, `unclear` for what is not certain; `broken` and `not_read` for code that is not run.
    pub kind: &'static str,
    /// What exactly; empty where the kind says all.
    pub name: String,
    /// The same in words.
    pub text: String,
    /// Where; null where it is about the code as a whole.
    pub at: Option<MarkPlace>,
}

/// A place in code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MarkPlace {
    /// The first byte of it in the code.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// The line of the code, from 1.
    pub line: usize,
    /// The character of that line, from 1.
    pub column: usize,
    /// The same place in the input: `tenant.may:3:7`.
    pub place: String,
}

/// Code with marks, ready to be shown.
#[derive(Clone, Debug)]
pub(super) struct Quotation {
    title: String,
    sources: Sources,
    remarks: Vec<Remark>,
    lines: Vec<Origin>,
}

impl Quotation {
    pub(super) fn render(&self, style: Style) -> Option<String> {
        quote("policy", &self.title, &self.remarks, &self.lines, &self.sources, style)
    }
}

/// A mark that has no place yet.
struct Found {
    span: Span,
    kind: &'static str,
    name: String,
    text: String,
}

/// The marks of the code of `policy`.
pub(super) fn of(
    policy: &Policy,
    expression: &Expression,
    facts: &PolicyFacts,
    sources: &Sources,
) -> (PolicyCode, Quotation) {
    let (listing, own) = Listing::alone(policy, expression, sources);
    let mut found = Vec::new();
    // Whether what is returned counts as a yes is asked where nothing stands any more.
    let returned = match facts.understood {
        Some(Understood::Reads { returns: Some(span), .. }) => span,
        _ => Span::default(),
    };
    let state = understood(facts.understood.as_ref(), &mut found);
    for run in &facts.runs {
        for atom in &run.atoms {
            let (name, range) = (atom.text(), atom.span());
            let number = |byte: usize| u32::try_from(byte).unwrap_or(u32::MAX);
            let span = Span { start: number(range.start), end: number(range.end) };
            let span = if span == Span::default() { returned } else { span };
            found.push(Found {
                span,
                kind: "depends",
                text: format!("depends on {name}: {}", atom.reason()),
                name,
            });
        }
        // What is not read was said already.
        for (span, reason) in run.unclear.iter().filter(|_| state == "read") {
            found.push(Found {
                span: *span,
                kind: "unclear",
                name: reason.clone(),
                text: format!("unclear: {reason}"),
            });
        }
    }
    found.sort_by(|one, other| (one.span, &one.text).cmp(&(other.span, &other.text)));
    found.dedup_by(|one, other| one.span == other.span && one.text == other.text);
    let text = &expression.text;
    let mark = |found: Found| {
        let Found { span, kind, name, text: words } = found;
        let at = (span.end > 0 || kind == "broken").then(|| {
            let (line, column) = line_and_column(text, span.start as usize);
            // In the file itself, also where the code is not shown there.
            let place = match expression.origin_of(span.range()) {
                Some(origin) => sources.place(origin),
                None => own.place(listing.origin(span)),
            };
            let place = place.to_string();
            MarkPlace { start: span.start, end: span.end, line, column, place }
        });
        let origin = at.is_some().then(|| listing.origin(span));
        (CodeMark { kind, name, text: words, at }, origin)
    };
    let (marks, origins): (Vec<CodeMark>, Vec<Option<Origin>>) = found.into_iter().map(mark).unzip();
    let remarks = marks.iter().zip(origins).filter_map(|(mark, origin)| {
        let severity = match mark.kind {
            "broken" | "undefined" => Severity::Error,
            "depends" | "unclear" | "not_read" | "unsupported" => Severity::Warning,
            _ => Severity::Note,
        };
        Some(Remark { origin: origin?, severity, text: mark.text.clone() })
    });
    let remarks = remarks.collect();
    let lines = listing.lines().collect();
    let quotation = Quotation { title: policy.name.clone(), remarks, lines, sources: own };
    (PolicyCode { text: text.clone(), state, marks }, quotation)
}

/// `message`, as it stands behind a colon.
fn lower(message: &str) -> String {
    let mut message = message.to_owned();
    if let Some(letter) = message.get_mut(..1) {
        letter.make_ascii_lowercase();
    }
    message
}

fn understood(understood: Option<&Understood>, found: &mut Vec<Found>) -> &'static str {
    match understood {
        Some(Understood::Reads { reads, .. }) => {
            found.extend(reads.iter().map(|read| Found {
                span: read.span,
                kind: read.fact.kind(),
                name: read.fact.name().to_owned(),
                text: read.fact.describe(),
            }));
            "read"
        }
        Some(Understood::Broken(errors)) => {
            // What comes after the first error is often said only because of it.
            let first = errors.iter().min();
            found.extend(first.map(|(span, message)| Found {
                span: *span,
                kind: "broken",
                name: message.clone(),
                text: format!("not Python: {}", lower(message)),
            }));
            "broken"
        }
        Some(Understood::NotRead(span, reason)) => {
            let text = format!("is not looked into: {reason}");
            found.push(Found { span: *span, kind: "not_read", name: reason.clone(), text });
            "not_read"
        }
        None => "not_read",
    }
}
