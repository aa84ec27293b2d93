//! Comments that allow findings where they are: `# whomay: allow(cyclic-groups)`.
//!
//! A comment holds for findings about something that is on its own line, on the line after it (other comments and empty
//! lines between do not count), or that it stands in: the object itself, or the first place that a finding points at. It is written the same way in YAML, in `.may` files and in
//! Python.

use std::path::Path;

use rustc_hash::FxHashMap;

use super::Finding;
use crate::diagnostic::{Source, Sources};
use crate::model::{Origin, SourceId};

/// What begins such a comment, after the `#`; blanks may stand between the two.
const MARK: [&str; 2] = ["whomay:", "allow("];

/// A comment that allows something.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Comment {
    codes: Vec<String>,
    /// Where it stands.
    start: usize,
    /// The line that it is about: its own, or the next one with something on it.
    line: std::ops::Range<usize>,
}

/// All such comments, by the text that they stand in.
#[derive(Clone, Debug, Default)]
pub struct Comments(FxHashMap<SourceId, Vec<Comment>>);

impl Comments {
    /// The comments in `sources`.
    pub fn of(sources: &Sources) -> Self {
        let mut found = FxHashMap::default();
        // Pages of an API have no comments.
        let is_page = |source: &Source| {
            Path::new(&source.name).extension().is_some_and(|ending| ending.eq_ignore_ascii_case("json"))
        };
        for (id, source) in sources.iter().filter(|(_, source)| !is_page(source)) {
            let comments = comments(source.text());
            if !comments.is_empty() {
                found.insert(id, comments);
            }
        }
        Self(found)
    }

    /// Whether a comment allows `finding`.
    pub fn allow(&self, finding: &Finding) -> bool {
        let label = finding.diagnostic.labels.first().map(|label| label.origin);
        label.into_iter().chain([finding.origin]).any(|place| self.allow_at(place, finding.diagnostic.code))
    }

    fn allow_at(&self, place: Origin, code: &str) -> bool {
        // Pages of an API have no comments.
        let Origin::Text { source, start, end } = place else { return false };
        let range = start as usize..end as usize;
        self.0.get(&source).into_iter().flatten().any(|comment| {
            let is_before = comment.line.contains(&range.start);
            let is_inside = range.contains(&comment.start);
            (is_before || is_inside) && comment.codes.iter().any(|allowed| allowed == code)
        })
    }

    /// The codes that are no lint's, each with its place.
    pub fn unknown(&self) -> Vec<(SourceId, usize, String)> {
        let mut unknown: Vec<(SourceId, usize, String)> = Vec::new();
        let mut sources: Vec<&SourceId> = self.0.keys().collect();
        sources.sort_unstable();
        for source in sources {
            for comment in self.0.get(source).into_iter().flatten() {
                let codes = comment.codes.iter().filter(|code| super::find(code).is_none());
                unknown.extend(codes.map(|code| (*source, comment.start, code.clone())));
            }
        }
        unknown
    }
}

/// The comments in `text`.
fn comments(text: &str) -> Vec<Comment> {
    let mut found = Vec::new();
    let [name, verb] = MARK;
    for (mark, _) in text.match_indices(name) {
        let (before, after) = (text.get(..mark).unwrap_or_default(), text.get(mark..).unwrap_or_default());
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let line = before.get(line_start..).unwrap_or_default();
        let Some(sign) = line.trim_end().strip_suffix('#') else { continue };
        if is_quoted(sign, after) {
            continue;
        }
        let rest = after.get(name.len()..).unwrap_or_default().trim_start_matches([' ', '\t']);
        let Some(codes) = rest.strip_prefix(verb).and_then(|rest| rest.split([')', '\n']).next()) else {
            continue;
        };
        let codes = codes.split(',').map(|code| code.trim().to_owned()).filter(|code| !code.is_empty());
        let own = sign.trim().is_empty().then(|| next_line(text, mark));
        let end = text.get(mark..).and_then(|rest| rest.find('\n')).map_or(text.len(), |at| mark + at);
        found.push(Comment {
            codes: codes.collect(),
            start: line_start + sign.len(),
            line: own.unwrap_or(line_start..end),
        });
    }
    found
}

/// Whether what stands between `before` and `after` is in a text with quotes: one that begins before it on the line and
/// ends after it. A name must not allow what is found about it.
fn is_quoted(before: &str, after: &str) -> bool {
    let mut open = None;
    let mut is_escaped = false;
    for c in before.chars() {
        match (open, c) {
            (Some('"'), '\\') if !is_escaped => {
                is_escaped = true;
                continue;
            }
            (None, '"' | '\'') => open = Some(c),
            (Some(quote), c) if quote == c && !is_escaped => open = None,
            _ => {}
        }
        is_escaped = false;
    }
    let rest = after.split('\n').next().unwrap_or_default();
    open.is_some_and(|quote| rest.contains(quote))
}

/// The first line after the one at `byte` that has something else than a comment on it.
fn next_line(text: &str, byte: usize) -> std::ops::Range<usize> {
    let mut start = byte + text.get(byte..).and_then(|rest| rest.find('\n')).map_or(text.len(), |at| at + 1);
    while let Some(rest) = text.get(start..).filter(|rest| !rest.is_empty()) {
        let length = rest.find('\n').map_or(rest.len(), |at| at + 1);
        let line = rest.get(..length).unwrap_or_default().trim();
        if !line.is_empty() && !line.starts_with('#') {
            return start..start + length;
        }
        start += length;
    }
    text.len()..text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_is_about_its_own_line_or_the_next_one() {
        let text =
            "group a # whomay: allow(one, two)\n\n  # whomay: allow(three)\n  # why\n\n  group b\ngroup c";
        let about =
            |comment: &Comment| (comment.codes.join(" "), text[comment.line.clone()].trim().to_owned());
        let found: Vec<_> = comments(text).iter().map(about).collect();
        assert_eq!(
            found,
            [
                ("one two".to_owned(), "group a # whomay: allow(one, two)".to_owned()),
                ("three".to_owned(), "group b".to_owned())
            ]
        );
        assert_eq!(comments("name: whomay: allow(one)"), []);
        assert_eq!(comments("# whomay:allow(one)").len(), 1);
        assert_eq!(comments("# whomay: deny(one)"), []);
        assert_eq!(comments("name: \"a \\\" # whomay: allow(one)\""), []);
        assert_eq!(comments("name: 'a # whomay: allow(one)'"), []);
        assert_eq!(comments("name: it's # whomay: allow(one)").len(), 1);
        assert_eq!(comments("name: \"a\" # whomay: allow(one)").len(), 1);
        assert_eq!(comments("# whomay: allow(").len(), 1);
        assert_eq!(comments("# whomay: allow(é").len(), 1);
    }
}
