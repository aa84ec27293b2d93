//! Where the code of a policy is shown: in its file, or apart from it where the file shows it on too few lines.

use super::ast::Span;
use crate::diagnostic::Sources;
use crate::model::{Expression, Origin, Policy, SourceId};

/// A text that shows the code of a policy.
#[derive(Clone, Copy, Debug)]
pub struct Listing<'w> {
    expression: &'w Expression,
    source: SourceId,
    in_file: bool,
}

impl<'w> Listing<'w> {
    /// The listing of the code of `policy`, among the texts that it was read from.
    pub fn among(policy: &Policy, expression: &'w Expression, sources: &mut Sources) -> Self {
        match expression.origin.source() {
            Some(source) if is_shown(expression, sources) => Self { expression, source, in_file: true },
            _ => {
                let name = name(policy, expression, sources);
                Self { expression, source: sources.add(name, expression.text.clone()), in_file: false }
            }
        }
    }

    /// The listing of the code of `policy`, with the one text that it needs.
    pub fn alone(policy: &Policy, expression: &'w Expression, sources: &Sources) -> (Self, Sources) {
        let mut own = Sources::default();
        let file = expression.origin.source().and_then(|source| sources.get(source));
        let file = file.filter(|_| is_shown(expression, sources));
        let source = match file {
            Some(file) => own.add(file.name.clone(), file.text()),
            None => own.add(name(policy, expression, sources), expression.text.clone()),
        };
        (Self { expression, source, in_file: file.is_some() }, own)
    }

    /// Where `span` of the code is to be seen.
    pub fn origin(&self, span: Span) -> Origin {
        let place = self.expression.origin_of(span.range()).filter(|_| self.in_file);
        match place {
            Some(Origin::Text { start, end, .. }) => Origin::text(self.source, start as usize..end as usize),
            _ => Origin::text(self.source, span.range()),
        }
    }

    /// Every line of the code, as far as something stands on it.
    pub fn lines(&self) -> impl Iterator<Item = Origin> + '_ {
        let mut at = 0;
        let lines = self.expression.text.split_inclusive('\n').map(move |line| {
            let start = at + line.len() - line.trim_start().len();
            let end = at + line.trim_end().len();
            at += line.len();
            start..end
        });
        let number = |byte: usize| u32::try_from(byte).unwrap_or(u32::MAX);
        lines
            .filter(|line| line.start < line.end)
            .map(move |line| self.origin(Span { start: number(line.start), end: number(line.end) }))
    }
}

/// Whether the file has a line for each line of the code.
fn is_shown(expression: &Expression, sources: &Sources) -> bool {
    let text = expression.text.trim_end();
    let Some(Origin::Text { source, start, end }) = expression.origin_of(0..text.len()) else { return false };
    let file = sources.get(source).and_then(|source| source.text().get(start as usize..end as usize));
    let breaks = |text: &str| text.matches('\n').count();
    file.is_some_and(|file| breaks(file) >= breaks(text))
}

fn name(policy: &Policy, expression: &Expression, sources: &Sources) -> String {
    let place = sources.place(expression.origin);
    match expression.origin {
        Origin::None => format!("policy {}", policy.name),
        Origin::Row { .. } => format!("{place}/expression"),
        Origin::Text { .. } | Origin::File { .. } => format!("{place}, code"),
    }
}
