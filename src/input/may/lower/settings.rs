//! The settings of an object, each taken at most once and as the type that it must have.

use std::ops::Range;

use jiff::Timestamp;

use super::super::ast::{Entry, Value, ValueKind, Word};
use super::super::models::Models;
use super::super::problems::Problems;
use super::json;
use crate::diagnostic::Diagnostic;
use crate::model::builder::nearest;
use crate::model::{Attributes, Pool};

/// The settings of one object that were given and are known.
pub(super) struct Settings<'s> {
    given: Vec<(Word<'s>, Value<'s>)>,
}

impl<'s> Settings<'s> {
    /// Those of `block`, which must hold nothing else.
    pub(super) fn only(
        owner: &str,
        known: &[&str],
        block: Vec<Entry<'s>>,
        problems: &mut Problems<'_>,
    ) -> Self {
        let (settings, others) = Self::of(owner, known, block, problems);
        for other in others {
            let what = match other {
                Entry::Binding(_) => "bindings",
                Entry::Part { .. } => "parts of targets",
                Entry::Score { .. } => "scores",
                Entry::Setting(..) | Entry::Broken => continue,
            };
            problems.error(
                place(&other),
                "misplaced",
                format!("{owner} has no {what}"),
                "does not belong here",
            );
        }
        settings
    }

    /// Those of `block`, and everything else that it holds.
    pub(super) fn of(
        owner: &str,
        known: &[&str],
        block: Vec<Entry<'s>>,
        problems: &mut Problems<'_>,
    ) -> (Self, Vec<Entry<'s>>) {
        let mut given: Vec<(Word<'s>, Value<'s>)> = Vec::new();
        let mut others = Vec::new();
        for entry in block {
            let Entry::Setting(word, value) = entry else {
                others.push(entry);
                continue;
            };
            let name = word.text();
            if !known.contains(&name.as_ref()) {
                unknown(owner, &name, word.range(), known, problems);
            } else if let Some((first, _)) = given.iter().find(|(other, _)| other.text() == name) {
                repeated(&name, word.range(), first.range(), problems);
            } else {
                given.push((word, value));
            }
        }
        (Self { given }, others)
    }

    /// Takes the value of `name`, unless it was broken.
    fn take(&mut self, name: &str) -> Option<Value<'s>> {
        let at = self.given.iter().position(|(word, _)| word.text() == name)?;
        Some(self.given.swap_remove(at).1).filter(|value| !matches!(value.kind, ValueKind::Broken))
    }

    pub(super) fn is_given(&self, name: &str) -> bool {
        self.given.iter().any(|(word, _)| word.text() == name)
    }

    /// Takes `name` as whatever `read` makes of it.
    fn read<T>(
        &mut self,
        name: &str,
        expected: &str,
        problems: &mut Problems<'_>,
        read: impl FnOnce(&Value<'s>) -> Option<T>,
    ) -> Option<T> {
        let value = self.take(name)?;
        let found = read(&value);
        if found.is_none() {
            wrong_type(name, expected, &value, problems);
        }
        found
    }

    pub(super) fn bool(&mut self, name: &str, default: bool, problems: &mut Problems<'_>) -> bool {
        let read = |value: &Value<'_>| if let ValueKind::Bool(on) = value.kind { Some(on) } else { None };
        self.read(name, "`true` or `false`", problems, read).unwrap_or(default)
    }

    pub(super) fn text(&mut self, name: &str, default: &str, problems: &mut Problems<'_>) -> String {
        self.read(name, "a text", problems, as_text).unwrap_or_else(|| default.to_owned())
    }

    /// A text that may be absent or `null`.
    pub(super) fn optional_text(&mut self, name: &str, problems: &mut Problems<'_>) -> Option<String> {
        self.read(name, "a text", problems, |value| match value.kind {
            ValueKind::Null => Some(None),
            _ => as_text(value).map(Some),
        })?
    }

    /// A word out of a list that the caller knows, with its place.
    pub(super) fn word(&mut self, name: &str, problems: &mut Problems<'_>) -> Option<(String, Range<usize>)> {
        self.read(name, "a word", problems, |value| Some((as_text(value)?, value.range.clone())))
    }

    /// One of the `known` words.
    pub(super) fn choice<T>(
        &mut self,
        name: &str,
        known: &[&str],
        parse: impl Fn(&str) -> Option<T>,
        problems: &mut Problems<'_>,
    ) -> Option<T> {
        let (word, place) = self.word(name, problems)?;
        let found = parse(&word);
        if found.is_none() {
            unknown_value(&name.replace('_', " "), &word, place, known, problems);
        }
        found
    }

    /// A model, by its short word or in quotes; empty if it is not given.
    pub(super) fn model(
        &mut self,
        name: &str,
        noun: &str,
        known: Models,
        problems: &mut Problems<'_>,
    ) -> String {
        let read = |value: &Value<'s>| if let ValueKind::Word(word) = value.kind { Some(word) } else { None };
        let word = self.read(name, "a word", problems, read);
        word.map_or_else(String::new, |word| known.read(word, noun, problems))
    }

    pub(super) fn int(&mut self, name: &str, default: i64, problems: &mut Problems<'_>) -> i64 {
        let value = self.read(name, "a whole number", problems, as_int);
        value.and_then(|word| int(word, problems)).unwrap_or(default)
    }

    /// A list of whatever `read` makes of each element.
    fn list<T>(
        &mut self,
        name: &str,
        expected: &str,
        problems: &mut Problems<'_>,
        mut read: impl FnMut(&Value<'s>, &mut Problems<'_>) -> Option<T>,
    ) -> Vec<T> {
        let Some(value) = self.take(name) else { return Vec::new() };
        let ValueKind::List(elements) = &value.kind else {
            wrong_type(name, &format!("a list of {expected}"), &value, problems);
            return Vec::new();
        };
        elements.iter().filter_map(|element| read(element, problems)).collect()
    }

    pub(super) fn texts(&mut self, name: &str, problems: &mut Problems<'_>) -> Vec<String> {
        self.list(name, "texts", problems, |element, problems| {
            let text = as_text(element);
            if text.is_none() {
                wrong_type(name, "texts", element, problems);
            }
            text
        })
    }

    pub(super) fn ints(&mut self, name: &str, problems: &mut Problems<'_>) -> Vec<i64> {
        self.list(name, "whole numbers", problems, |element, problems| {
            let word = as_int(element);
            if word.is_none() {
                wrong_type(name, "whole numbers", element, problems);
            }
            int(word?, problems)
        })
    }

    /// The primary key: a number or a text, kept as a text.
    pub(super) fn pk(&mut self, problems: &mut Problems<'_>) -> Option<String> {
        self.read("pk", "a text or a whole number", problems, |value| match value.kind {
            ValueKind::Int(raw) => Some(raw.to_owned()),
            _ => as_text(value),
        })
    }

    /// A reference, with the place of its name.
    pub(super) fn reference(
        &mut self,
        name: &str,
        problems: &mut Problems<'_>,
    ) -> Option<super::super::ast::Reference<'s>> {
        use super::super::ast::Reference;
        self.read(name, "a name", problems, |value| match value.kind {
            ValueKind::Word(word) => Some(Some(Reference { word, is_pk: false })),
            ValueKind::Pk(word) => Some(Some(Reference { word, is_pk: true })),
            ValueKind::Null => Some(None),
            _ => None,
        })?
    }

    pub(super) fn timestamp(&mut self, name: &str, problems: &mut Problems<'_>) -> Option<Timestamp> {
        let (text, place) = self
            .read(name, "a point in time", problems, |value| Some((as_text(value)?, value.range.clone())))?;
        moment(&text, place, problems)
    }

    pub(super) fn attributes(&mut self, pool: &mut Pool, problems: &mut Problems<'_>) -> Attributes {
        let Some(value) = self.take("attributes") else { return Attributes::new() };
        if let ValueKind::Map(members) = &value.kind {
            let members = json::map(members, problems).into_iter();
            let attributes = members.map(|(name, value)| (pool.key(&name), value)).collect();
            return pool.share(attributes);
        }
        wrong_type("attributes", "a map such as `{ key: \"value\" }`", &value, problems);
        Attributes::new()
    }
}

fn as_text(value: &Value<'_>) -> Option<String> {
    if let ValueKind::Word(word) = value.kind { Some(word.text().into_owned()) } else { None }
}

fn as_int<'s>(value: &Value<'s>) -> Option<Word<'s>> {
    if let ValueKind::Int(raw) = value.kind { Some(Word { raw, start: value.range.start }) } else { None }
}

/// The number that `word` writes.
pub(super) fn int(word: Word<'_>, problems: &mut Problems<'_>) -> Option<i64> {
    let number = word.raw.parse().ok();
    if number.is_none() {
        problems.error(
            word.range(),
            "out-of-range",
            format!("`{}` is out of range", word.raw),
            format!("must be from {} to {}", i64::MIN, i64::MAX),
        );
    }
    number
}

/// The bytes that an entry is recognised by.
pub(super) fn place(entry: &Entry<'_>) -> Range<usize> {
    match entry {
        Entry::Setting(word, _) => word.range(),
        Entry::Binding(binding) => binding.order.start..binding.end,
        Entry::Score { who, score, .. } => who.start..score.range().end,
        Entry::Part { start, target } => *start..target.name.word.range().end,
        Entry::Broken => 0..0,
    }
}

fn unknown(owner: &str, name: &str, place: Range<usize>, known: &[&str], problems: &mut Problems<'_>) {
    let message = format!("{owner} has no setting `{name}`");
    let diagnostic =
        Diagnostic::error("unknown-setting", message).at(problems.origin(place), "no such setting");
    let diagnostic = match nearest(name, known.iter().copied()) {
        Some(similar) => diagnostic.help(format!("did you mean `{similar}`?")),
        None => diagnostic.help(format!("{owner} has {}", listed(known))),
    };
    problems.push(diagnostic);
}

/// Reports a name that is given for the second time.
pub(super) fn repeated(name: &str, again: Range<usize>, first: Range<usize>, problems: &mut Problems<'_>) {
    let diagnostic = Diagnostic::error("repeated", format!("`{name}` is given twice"))
        .at(problems.origin(again), "again here")
        .at(problems.origin(first), "first here");
    problems.push(diagnostic);
}

/// Reports a value that is not what `name` takes.
pub(super) fn wrong_type(name: &str, expected: &str, value: &Value<'_>, problems: &mut Problems<'_>) {
    // What could not be read was reported already.
    if matches!(value.kind, ValueKind::Broken) {
        return;
    }
    let message = format!("`{name}` takes {expected}, not {}", described(value));
    let diagnostic = Diagnostic::error("wrong-type", message)
        .at(problems.origin(value.range.clone()), format!("must be {expected}"));
    problems.push(diagnostic);
}

fn described(value: &Value<'_>) -> String {
    match &value.kind {
        ValueKind::Word(word) if word.is_quoted() => "a text".to_owned(),
        ValueKind::Word(word) => format!("`{}`", word.raw),
        ValueKind::Int(raw) | ValueKind::Float(raw) => format!("the number `{raw}`"),
        ValueKind::Bool(on) => format!("`{on}`"),
        ValueKind::Null | ValueKind::Broken => "`null`".to_owned(),
        ValueKind::Pk(_) => "a primary key".to_owned(),
        ValueKind::List(_) => "a list".to_owned(),
        ValueKind::Map(_) => "a map".to_owned(),
    }
}

/// Reports a word that is none of `known`.
pub(super) fn unknown_value(
    noun: &str,
    word: &str,
    place: Range<usize>,
    known: &[&str],
    problems: &mut Problems<'_>,
) {
    let diagnostic = Diagnostic::error("unknown-value", format!("there is no {noun} called `{word}`"))
        .at(problems.origin(place), format!("no such {noun}"));
    let diagnostic = match nearest(word, known.iter().copied()) {
        Some(similar) => diagnostic.help(format!("did you mean `{similar}`?")),
        None => diagnostic.help(format!("there is {}", listed(known))),
    };
    problems.push(diagnostic);
}

fn listed(words: &[&str]) -> String {
    let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match words.split_last() {
        None => "none".to_owned(),
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
    }
}

/// The point in time that `text` names.
pub(super) fn moment(
    text: &str,
    place: std::ops::Range<usize>,
    problems: &mut Problems<'_>,
) -> Option<Timestamp> {
    let timestamp = text.parse().ok();
    if timestamp.is_none() {
        let diagnostic = Diagnostic::error("bad-time", format!("`{text}` is not a point in time"))
            .at(problems.origin(place), "not understood")
            .help("write it as `\"2026-01-31T12:00:00Z\"`");
        problems.push(diagnostic);
    }
    timestamp
}
