//! The text that authentik compiles: the body of a policy inside a function, every line of it indented (dossier §4.1).

use super::ast::Span;

/// What is put before each line.
const INDENT: &str = "    ";
const HEAD: &str = "def handler():\n";
/// The call follows on a line of its own, so a text that ends in a backslash takes it in.
const TAIL: &str = "\nresult = handler()";

/// A wrapped text, and how to get back from it.
pub(super) struct Wrapped {
    pub(super) text: String,
    /// Where the content of each line begins, in the wrapped text and in the original one.
    lines: Vec<(usize, usize)>,
    length: usize,
}

/// Whether Python's `str.splitlines` ends a line at `c`.
fn ends_line(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\x0b' | '\x0c' | '\x1c' | '\x1d' | '\x1e' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Whether Python's `str.isspace` holds for `c`.
pub(super) fn is_space(c: char) -> bool {
    matches!(c,
        '\t'..='\r' | '\x1c'..=' ' | '\u{85}' | '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}'
        | '\u{2028}' | '\u{2029}' | '\u{202f}' | '\u{205f}' | '\u{3000}')
}

/// The lines of `text` as Python's `str.splitlines(keepends=True)` gives them.
fn lines(text: &str) -> Vec<&str> {
    let mut lines = Vec::new();
    let mut start = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if !ends_line(c) {
            continue;
        }
        let mut end = at + c.len_utf8();
        if c == '\r' && chars.peek().is_some_and(|(_, next)| *next == '\n') {
            chars.next();
            end += 1;
        }
        lines.extend(text.get(start..end));
        start = end;
    }
    lines.extend(text.get(start..).filter(|rest| !rest.is_empty()));
    lines
}

impl Wrapped {
    pub(super) fn of(text: &str) -> Self {
        let mut wrapped = Self { text: HEAD.to_owned(), lines: Vec::new(), length: text.len() };
        let mut start = 0;
        for line in lines(text) {
            if !line.chars().all(is_space) {
                wrapped.text.push_str(INDENT);
            }
            wrapped.lines.push((wrapped.text.len(), start));
            start += line.len();
            // Python reads every end of a line as a line feed, inside of texts, too.
            match line.strip_suffix("\r\n").or_else(|| line.strip_suffix('\r')) {
                Some(content) => wrapped.text.extend([content, "\n"]),
                None => wrapped.text.push_str(line),
            }
        }
        wrapped.text.push_str(TAIL);
        wrapped
    }

    /// The byte of the original text that stands at `at` of the wrapped one.
    fn original(&self, at: usize) -> u32 {
        let before = self.lines.partition_point(|(start, _)| *start <= at);
        let line = before.checked_sub(1).and_then(|last| self.lines.get(last)).copied();
        let next = self.lines.get(before).map_or(self.length, |(_, start)| *start);
        // What stands inside an inserted piece stands at the beginning of the next line.
        let original = line.map_or(0, |(start, original)| (original + (at - start)).min(next));
        u32::try_from(original).unwrap_or(u32::MAX)
    }

    /// The range of the original text.
    pub(super) fn span(&self, start: usize, end: usize) -> Span {
        let start = self.original(start);
        Span { start, end: self.original(end).max(start) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_with_something_on_it_is_indented() {
        let wrapped = Wrapped::of("if x:\n\n  return 1\r\nreturn 2");
        let expected = "def handler():\n    if x:\n\n      return 1\n    return 2\nresult = handler()";
        assert_eq!(wrapped.text, expected);
    }

    #[test]
    fn places_are_found_again() {
        let text = "if x:\n\n  return 1\r\nréturn 2";
        let wrapped = Wrapped::of(text);
        for word in ["x", "return", "1", "réturn", "2"] {
            let at = wrapped.text.find(word).unwrap();
            let span = wrapped.span(at, at + word.len());
            assert_eq!(text.get(span.range()), Some(word), "{word}");
        }
        assert_eq!(wrapped.span(0, wrapped.text.len()).range(), 0..text.len());
    }
}
