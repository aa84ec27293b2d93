//! Diagnostics: everything that is wrong with what a person wrote, and the texts that it is wrong in.

mod locate;
mod render;

use std::fmt;
use std::sync::{Arc, OnceLock};

use crate::model::{Origin, SourceId};

pub use render::{Remark, Style, quote, render};

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Probably not what was meant; verdicts are right all the same.
    Warning,
    /// Nothing can be answered before this is mended.
    Error,
}

impl Severity {
    /// `error`, `warning` or `note`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// One problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// What kind of problem it is, in words: `dangling-reference`.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong: lower case, names in backticks, no full stop.
    pub message: String,
    /// Where; the first label is the place that matters most.
    pub labels: Vec<Label>,
    /// What else helps to understand it.
    pub notes: Vec<String>,
    /// What to do about it.
    pub help: Option<String>,
}

/// A place, and what is to be seen there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub origin: Origin,
    /// The path below a row of an API page, such as `/order`; empty for the row itself and for texts.
    pub field: String,
    /// What is to be seen.
    pub message: String,
}

impl Diagnostic {
    fn new(severity: Severity, code: &'static str, message: impl Into<String>) -> Self {
        Self { code, severity, message: message.into(), labels: Vec::new(), notes: Vec::new(), help: None }
    }

    /// Something that must be mended.
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, message)
    }

    /// Something that is probably not what was meant.
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, message)
    }

    /// Something worth knowing.
    pub fn note(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Note, code, message)
    }

    /// Points at `origin`. An origin that is not in any file is left out.
    #[must_use]
    pub fn at(self, origin: Origin, message: impl Into<String>) -> Self {
        self.at_field(origin, "", message)
    }

    /// Points at `field` (a JSON pointer such as `/order`) of the row at `origin`, or at `origin` where that is a text.
    #[must_use]
    pub fn at_field(mut self, origin: Origin, field: &str, message: impl Into<String>) -> Self {
        if origin.source().is_some() {
            // A text has places for its parts.
            let field = if matches!(origin, Origin::Row { .. }) { field } else { "" };
            self.labels.push(Label { origin, field: field.to_owned(), message: message.into() });
        }
        self
    }

    /// Adds what helps to understand it.
    #[must_use]
    pub fn because(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Says what to do about it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// All problems that were found, in the order of discovery.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// Adds one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.0.push(diagnostic);
    }

    /// Adds all of `others`.
    pub fn append(&mut self, others: Self) {
        self.0.extend(others.0);
    }

    /// Whether anything must be mended.
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each of them.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.0.iter()
    }

    /// Puts them in the order of files and places in them, errors and warnings mixed, and drops repetitions.
    pub fn sort(&mut self) {
        self.0.sort_by_cached_key(|diagnostic| {
            (diagnostic.labels.first().map(|label| label.origin), diagnostic.code, diagnostic.message.clone())
        });
        self.0.dedup();
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl FromIterator<Diagnostic> for Diagnostics {
    fn from_iter<I: IntoIterator<Item = Diagnostic>>(diagnostics: I) -> Self {
        Self(diagnostics.into_iter().collect())
    }
}

impl<'a> IntoIterator for &'a Diagnostics {
    type Item = &'a Diagnostic;
    type IntoIter = std::slice::Iter<'a, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// How a text is read once more.
pub(crate) type Again = Arc<dyn Fn() -> Option<String> + Send + Sync>;

/// One text that was read.
#[derive(Clone)]
pub struct Source {
    /// The path as it was given, or a made-up name.
    pub name: String,
    /// The text, while anybody looks at it.
    text: OnceLock<String>,
    /// How it is read once more, if it need not stay in memory.
    again: Option<Again>,
    /// Where its lines begin; found when somebody asks.
    lines: OnceLock<Vec<usize>>,
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Source {
    /// The text. It may be read once more from its file; if that is not as it was any more, there is no text.
    pub fn text(&self) -> &str {
        self.text.get_or_init(|| self.again.as_ref().and_then(|again| again()).unwrap_or_default())
    }

    /// Line and column of a byte, both from 1; columns count characters.
    fn line_and_column(&self, byte: usize) -> (usize, usize) {
        let text = self.text();
        let starts = self.lines.get_or_init(|| {
            std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect()
        });
        let line = starts.partition_point(|start| *start <= byte).max(1);
        let start = starts.get(line - 1).copied().unwrap_or_default();
        let before = text.get(start..byte).unwrap_or_default();
        (line, before.chars().count() + 1)
    }
}

/// Every text that was read.
#[derive(Clone, Debug, Default)]
pub struct Sources(Vec<Source>);

impl Sources {
    /// Adds a text.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> SourceId {
        self.push(Source { name: name.into(), text: text.into().into(), again: None, lines: OnceLock::new() })
    }

    /// Adds a text that is read when somebody asks for it.
    pub(crate) fn add_file(&mut self, name: String, again: Again) -> SourceId {
        self.push(Source { name, text: OnceLock::new(), again: Some(again), lines: OnceLock::new() })
    }

    /// Says what the text of `id` is; `for_now` if it can be read once more.
    pub(crate) fn put(&mut self, id: SourceId, text: String, for_now: bool) {
        if let Some(source) = self.0.get_mut(id.0 as usize) {
            source.text = text.into();
            source.again = source.again.take().filter(|_| for_now);
        }
    }

    fn push(&mut self, source: Source) -> SourceId {
        self.0.push(source);
        SourceId(u32::try_from(self.0.len() - 1).unwrap_or(u32::MAX))
    }

    /// Lets go of the texts that can be read once more: they are larger than what was read from them.
    pub(crate) fn forget(&mut self) {
        for source in self.0.iter_mut().filter(|source| source.again.is_some()) {
            (source.text, source.lines) = Default::default();
        }
    }

    /// The text of `id`.
    pub fn get(&self, id: SourceId) -> Option<&Source> {
        self.0.get(id.0 as usize)
    }

    /// All of them.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (SourceId, &Source)> {
        (0..).map(SourceId).zip(&self.0)
    }

    /// The place of `origin` in words: `tenant.may:3:7`, `core_users.p1.json#/results/4`.
    pub fn place(&self, origin: Origin) -> Place<'_> {
        Place { sources: self, origin }
    }

    /// Where a label points in words and numbers; `None` if it points at no text.
    pub fn region(&self, label: &Label) -> Option<Region<'_>> {
        let (id, range) = self.range(label)?;
        let source = self.get(id)?;
        let is_whole = matches!(label.origin, Origin::File { .. });
        // Blank space at the end is nothing to be looked at.
        let text = source.text().get(range.clone()).unwrap_or_default();
        let end = range.start + text.trim_end().len();
        let span = if is_whole { None } else { self.span(id, range.start..end) };
        Some(Region { file: &source.name, span })
    }

    /// Line and column of the first byte of `range` and of the one after it.
    pub fn span(
        &self,
        id: SourceId,
        range: std::ops::Range<usize>,
    ) -> Option<((usize, usize), (usize, usize))> {
        let source = self.get(id)?;
        Some((source.line_and_column(range.start), source.line_and_column(range.end)))
    }

    /// The bytes that a label points at.
    pub fn range(&self, label: &Label) -> Option<(SourceId, std::ops::Range<usize>)> {
        let id = label.origin.source()?;
        let text = self.get(id)?.text();
        let range = match label.origin {
            Origin::Text { start, end, .. } => start as usize..end as usize,
            Origin::Row { index, .. } => {
                let pointer = format!("/results/{index}{}", label.field);
                locate::find(text, &pointer)
                    .or_else(|| locate::find(text, &format!("/results/{index}")))
                    .unwrap_or(0..0)
            }
            Origin::File { .. } | Origin::None => 0..0,
        };
        let end = range.end.min(text.len());
        Some((id, range.start.min(end)..end))
    }
}

/// A part of a text; see [`Sources::region`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Region<'a> {
    /// The name of the text.
    pub file: &'a str,
    /// Line and column of its start and of its end, all from 1; `None` for a whole text.
    pub span: Option<((usize, usize), (usize, usize))>,
}

/// A place in words; see [`Sources::place`].
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    sources: &'a Sources,
    origin: Origin,
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(source) = self.origin.source().and_then(|id| self.sources.get(id)) else {
            return f.write_str("(not from a file)");
        };
        match self.origin {
            Origin::Text { start, .. } => {
                let (line, column) = source.line_and_column(start as usize);
                write!(f, "{}:{line}:{column}", source.name)
            }
            Origin::Row { index, .. } => write!(f, "{}#/results/{index}", source.name),
            Origin::File { .. } | Origin::None => f.write_str(&source.name),
        }
    }
}

/// Line and column of a byte, both from 1; columns count characters.
pub fn line_and_column(text: &str, byte: usize) -> (usize, usize) {
    let before = text.get(..byte).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (line, column)
}
