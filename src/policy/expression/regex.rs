//! Regular expressions as Python's `re` has them, for texts.
//!
//! What is accepted gives what CPython 3.12 to 3.14 gives; all else is refused with a reason. The pattern is read by our
//! own parser, which follows CPython's, and handed to an engine that takes linear time. What was asked of CPython is
//! recorded in `tests/regex`, and the tests ask it again.

mod alphabet;
mod bracket;
mod build;
mod class;
mod escape;
mod find;
mod flags;
mod letters;
mod node;
mod parse;
mod repeat;
mod replace;
mod set;
#[cfg(test)]
mod tests;
mod token;

use std::ops::Range;
use std::sync::Arc;

use regex_automata::Anchored;

use alphabet::{Alphabet, Word};
use build::Built;
use find::Groups;
use replace::Part;

/// Why a pattern, or an answer, is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    /// Python refuses it: `re.error`.
    #[error("Python refuses the regular expression: {0}")]
    Invalid(String),
    /// Python may take it, but what it would say is not certain here.
    #[error("{0}")]
    Unsupported(String),
}

fn invalid<T>(reason: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal::Invalid(reason.into()))
}

fn unsupported<T>(reason: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal::Unsupported(reason.into()))
}

/// The flags that `re.compile` can be given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "as many as Python has")]
pub(crate) struct Flags {
    /// `re.I`: case does not matter.
    pub(crate) ignore_case: bool,
    /// `re.M`: `^` and `$` are at each line.
    pub(crate) multi_line: bool,
    /// `re.S`: `.` takes line ends, too.
    pub(crate) dot_all: bool,
    /// `re.A`: letters, digits, spaces and cases are those of ASCII only.
    pub(crate) ascii: bool,
    /// `re.X`: white space and comments in the pattern mean nothing.
    pub(crate) verbose: bool,
}

/// A pattern that has been accepted.
#[derive(Clone, Debug)]
pub(crate) struct Pattern(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    alphabet: Alphabet,
    built: Built,
    groups: usize,
    names: Vec<(String, usize)>,
}

/// A match.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    groups: Groups,
    /// Of how many of the groups, from the first, it is sure that Python says the same.
    sure: usize,
}

impl Pattern {
    /// `re.compile`.
    pub(crate) fn parse(pattern: &str, flags: Flags) -> Result<Self, Refusal> {
        let parsed = parse::parse(pattern, flags)?;
        let alphabet = Alphabet::new(&parsed)?;
        let built = build::build(&parsed.node, &alphabet)?;
        Ok(Self(Arc::new(Inner { alphabet, built, groups: parsed.groups, names: parsed.names })))
    }

    /// `re.search`: the first match anywhere.
    pub(crate) fn search(&self, text: &str) -> Result<Option<Found>, Refusal> {
        let word = self.0.alphabet.read(text)?;
        Ok(find::first(&self.0.built.first, &word, 0, Anchored::No).map(|groups| self.found(groups, &word)))
    }

    /// Whether `re.search` finds a match.
    pub(crate) fn is_found(&self, text: &str) -> Result<bool, Refusal> {
        let word = self.0.alphabet.read(text)?;
        Ok(find::any(&self.0.built.first, &word))
    }

    /// `re.match`: a match at the start of the text.
    pub(crate) fn match_start(&self, text: &str) -> Result<Option<Found>, Refusal> {
        let word = self.0.alphabet.read(text)?;
        Ok(find::first(&self.0.built.first, &word, 0, Anchored::Yes).map(|groups| self.found(groups, &word)))
    }

    /// `re.fullmatch`: a match that is all of the text.
    pub(crate) fn full_match(&self, text: &str) -> Result<Option<Found>, Refusal> {
        let word = self.0.alphabet.read(text)?;
        let groups = find::first(&self.0.built.full, &word, 0, Anchored::Yes);
        Ok(groups.map(|groups| self.found(groups, &word).and_whole()))
    }

    /// `re.finditer`: all matches that do not overlap.
    pub(crate) fn find_all(&self, text: &str) -> Result<Vec<Found>, Refusal> {
        if !self.0.built.sure {
            return unsure();
        }
        let word = self.0.alphabet.read(text)?;
        let found = find::all(&self.0.built, &word)?;
        Ok(found.into_iter().map(|groups| self.found(groups, &word)).collect())
    }

    /// `re.sub`: the text with `replacement`, a template, in the place of each match.
    pub(crate) fn replace(&self, text: &str, replacement: &str) -> Result<String, Refusal> {
        let template = replace::template(replacement, self)?;
        let mut replaced = String::new();
        let mut rest = 0;
        for found in self.find_all(text)? {
            let whole = found.group(0)?.unwrap_or_default();
            replaced.push_str(text.get(rest..whole.start).unwrap_or_default());
            rest = whole.end;
            for part in &template {
                match part {
                    Part::Literal(literal) => replaced.push(*literal),
                    Part::Group(number) => {
                        let taken = found.group(*number)?.and_then(|range| text.get(range));
                        replaced.push_str(taken.unwrap_or_default());
                    }
                }
            }
        }
        replaced.push_str(text.get(rest..).unwrap_or_default());
        Ok(replaced)
    }

    /// How many groups there are.
    pub(crate) fn groups(&self) -> usize {
        self.0.groups
    }

    /// The number of a group with a name.
    pub(crate) fn group_index(&self, name: &str) -> Option<usize> {
        self.0.names.iter().find(|(known, _)| known == name).map(|(_, number)| *number)
    }

    fn found(&self, groups: Groups, word: &Word) -> Found {
        let sure = if self.0.built.sure { groups.len() } else { 0 };
        Found { groups: find::in_text(groups, word), sure }
    }
}

impl Found {
    /// Where a group is, in bytes: 0 is all of the match. Nothing if it took no part in the match.
    pub(crate) fn group(&self, number: usize) -> Result<Option<Range<usize>>, Refusal> {
        match self.groups.get(number) {
            None => unsupported(format!("the group {number}, which a regular expression does not have")),
            Some(_) if number >= self.sure => unsure(),
            Some(group) => Ok(group.clone()),
        }
    }

    /// This, known to be all of the text, so that at least its end is sure.
    fn and_whole(self) -> Self {
        Self { sure: self.sure.max(1), ..self }
    }
}

/// The answer where CPython and the engine may not take the same of what both can match.
fn unsure<T>() -> Result<T, Refusal> {
    unsupported("what is taken by repeating a part of a regular expression that may take nothing")
}
