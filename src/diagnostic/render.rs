//! Diagnostics for people. The only user of ariadne.

use std::borrow::Cow;

use ariadne::{Cache, Config, IndexType, Label as Mark, Report, ReportKind};

use super::{Diagnostic, Diagnostics, Severity, Sources};
use crate::model::{Origin, SourceId};

/// How diagnostics look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Style {
    /// Whether to use colour.
    pub color: bool,
}

/// Texts longer than this are not shown: a quotation from a 200 MB line helps nobody.
const LONGEST_QUOTED_LINE: usize = 500;

/// All of `diagnostics` as text.
pub fn render(diagnostics: &Diagnostics, sources: &Sources, style: Style) -> String {
    let mut texts = Texts { sources, parsed: rustc_hash::FxHashMap::default() };
    let mut output = Vec::new();
    for diagnostic in diagnostics {
        one(diagnostic, &mut texts, style, &mut output);
    }
    shown(&output, style)
}

fn shown(output: &[u8], style: Style) -> String {
    let text = String::from_utf8_lossy(output);
    let text = if style.color { text.into_owned() } else { uncoloured(&text) };
    // The lines end in blanks for marks that are not there.
    text.split_inclusive('\n').map(|line| line.trim_end().to_owned() + "\n").collect()
}

/// Some parts of a report keep their colour whatever they are told.
fn uncoloured(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |plain, part| plain + part.split_once('m').map_or(part, |(_, rest)| rest))
}

/// Text that cannot steer the terminal that it is shown on. Bytes keep their places.
fn harmless(text: &str) -> Cow<'_, str> {
    let steers = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    if !text.contains(steers) {
        return text.into();
    }
    let replaced = text.chars().flat_map(|c| {
        let (shown, count) = if steers(c) { ('?', c.len_utf8()) } else { (c, 1) };
        std::iter::repeat_n(shown, count)
    });
    replaced.collect::<String>().into()
}

fn one(diagnostic: &Diagnostic, texts: &mut Texts<'_>, style: Style, output: &mut Vec<u8>) {
    let kind = ReportKind::Custom(diagnostic.severity.as_str(), color(diagnostic.severity));
    let ranges: Vec<_> = diagnostic
        .labels
        .iter()
        .filter_map(|label| texts.sources.range(label).map(|(id, range)| (label, id, range)))
        .collect();
    let quotable = !ranges.is_empty() && ranges.iter().all(|(_, id, range)| texts.is_quotable(*id, range));
    if !quotable {
        plain(diagnostic, texts.sources, output);
        return;
    }
    let Some((_, source, range)) = ranges.first() else { return };
    let mut report = Report::build(kind, (*source, range.clone()))
        .with_config(Config::default().with_color(style.color).with_index_type(IndexType::Byte))
        .with_code(diagnostic.code)
        .with_message(harmless(&diagnostic.message));
    // Labels of one file are one quotation only if they come in the order of its lines.
    let mut ordered: Vec<_> = ranges.iter().collect();
    ordered.sort_by_key(|(_, id, range)| (id != source, *id, range.end));
    for (label, id, range) in ordered {
        let mark = Mark::new((*id, range.clone())).with_color(color(diagnostic.severity));
        report = report.with_label(if label.message.is_empty() {
            mark
        } else {
            mark.with_message(harmless(&label.message))
        });
    }
    for note in &diagnostic.notes {
        report = report.with_note(harmless(note));
    }
    if let Some(help) = &diagnostic.help {
        report = report.with_help(harmless(help));
    }
    let start = output.len();
    if report.finish().write(&mut *texts, &mut *output).is_err() {
        output.truncate(start);
        plain(diagnostic, texts.sources, output);
    }
}

/// Something to be said about a place in a quotation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// The place: bytes of a text.
    pub origin: Origin,
    /// How much it matters.
    pub severity: Severity,
    /// What is to be said.
    pub text: String,
}

/// A quotation of all `lines`, with `remarks`. `None` where the text is not made to be looked at.
pub fn quote(
    kind: &str,
    title: &str,
    remarks: &[Remark],
    lines: &[Origin],
    sources: &Sources,
    style: Style,
) -> Option<String> {
    let mut texts = Texts { sources, parsed: rustc_hash::FxHashMap::default() };
    let range = |origin: Origin| match origin {
        Origin::Text { source, start, end } => Some((source, start as usize..end as usize)),
        _ => None,
    };
    let places: Vec<_> = remarks.iter().filter_map(|remark| Some((remark, range(remark.origin)?))).collect();
    let lines: Vec<_> = lines.iter().filter_map(|line| range(*line)).collect();
    let all = || places.iter().map(|(_, place)| place).chain(&lines);
    if !all().all(|(id, range)| texts.is_quotable(*id, range)) {
        return None;
    }
    let first = all().min_by_key(|(_, range)| range.start)?.clone();
    let mut report = Report::build(ReportKind::Custom(kind, ariadne::Color::Cyan), first)
        .with_config(Config::default().with_color(style.color).with_index_type(IndexType::Byte))
        .with_message(harmless(title));
    let marks = places.iter().map(|(remark, place)| {
        let mark = Mark::new(place.clone()).with_color(color(remark.severity));
        (place.1.end, mark.with_message(harmless(&remark.text)))
    });
    // A line is quoted when something points at it.
    let is_marked = |line: &std::ops::Range<usize>| {
        places.iter().any(|(_, (_, place))| place.start <= line.end && line.start <= place.end)
    };
    let others = lines.iter().filter(|(_, line)| !is_marked(line));
    let others = others.map(|(id, line)| (line.end, Mark::new((*id, line.clone()))));
    // They are one quotation only if they come in the order of the lines.
    let mut labels: Vec<_> = marks.chain(others).collect();
    labels.sort_by_key(|(end, _)| *end);
    report = report.with_labels(labels.into_iter().map(|(_, label)| label));
    let mut output = Vec::new();
    report.finish().write(&mut texts, &mut output).ok()?;
    Some(shown(&output, style))
}

/// The same without a quotation.
fn plain(diagnostic: &Diagnostic, sources: &Sources, output: &mut Vec<u8>) {
    let mut text =
        format!("[{}] {}: {}\n", diagnostic.code, diagnostic.severity.as_str(), diagnostic.message);
    for label in &diagnostic.labels {
        text += &format!("  at {}{}", sources.place(label.origin), label.field);
        text += &if label.message.is_empty() { "\n".to_owned() } else { format!(": {}\n", label.message) };
    }
    for note in &diagnostic.notes {
        text += &format!("  note: {note}\n");
    }
    if let Some(help) = &diagnostic.help {
        text += &format!("  help: {help}\n");
    }
    output.extend(harmless(&text).as_bytes());
}

fn color(severity: Severity) -> ariadne::Color {
    match severity {
        Severity::Note => ariadne::Color::Cyan,
        Severity::Warning => ariadne::Color::Yellow,
        Severity::Error => ariadne::Color::Red,
    }
}

struct Texts<'s> {
    sources: &'s Sources,
    parsed: rustc_hash::FxHashMap<SourceId, ariadne::Source<Cow<'s, str>>>,
}

impl Texts<'_> {
    /// Whether the lines around `range` are short enough to quote, and the range falls on characters.
    fn is_quotable(&self, id: SourceId, range: &std::ops::Range<usize>) -> bool {
        let Some(source) = self.sources.get(id) else { return false };
        let text = source.text();
        let Some((before, after)) =
            text.get(..range.start).zip(text.get(range.end..)).filter(|_| range.start <= range.end)
        else {
            return false;
        };
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let end = range.end + after.find('\n').unwrap_or(after.len());
        text.get(start..end).is_some_and(|lines| lines.lines().all(|line| line.len() <= LONGEST_QUOTED_LINE))
    }
}

impl<'s> Cache<SourceId> for &mut Texts<'s> {
    type Storage = Cow<'s, str>;

    fn fetch(&mut self, id: &SourceId) -> Result<&ariadne::Source<Cow<'s, str>>, impl std::fmt::Debug> {
        let text = self.sources.get(*id).map(super::Source::text).ok_or("no such file")?;
        Ok::<_, &str>(self.parsed.entry(*id).or_insert_with(|| ariadne::Source::from(harmless(text))))
    }

    fn display<'a>(&self, id: &'a SourceId) -> Option<impl std::fmt::Display + 'a> {
        self.sources.get(*id).map(|source| source.name.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Origin;

    #[test]
    fn what_is_quoted_cannot_steer_the_terminal() {
        let mut sources = Sources::default();
        let source = sources.add("a.may", "group \u{1b}[31mred\u{9b}x\n");
        let problem = Diagnostic::error("unknown-name", "no `\u{1b}]0;title\u{7}`")
            .at(Origin::text(source, 6..14), "here");
        let shown = render(&[problem].into_iter().collect(), &sources, Style::default());
        assert!(!shown.contains(|c: char| c.is_control() && c != '\n'), "{shown:?}");
        assert!(shown.contains("a.may:1:7"), "{shown}");
        assert!(shown.contains("?[31mred"), "{shown}");
    }

    #[test]
    fn the_place_is_pointed_at() {
        let mut sources = Sources::default();
        let source = sources.add("a.may", "group staff\r\ngröup x\r\n");
        let problem =
            Diagnostic::warning("odd", "odd").at(Origin::text(source, 13..19), "this").help("mend it");
        insta::assert_snapshot!(render(&[problem].into_iter().collect(), &sources, Style::default()));
    }
}
