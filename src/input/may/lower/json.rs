//! Attributes as JSON.

use std::borrow::Cow;
use std::collections::hash_map::Entry;
use std::ops::Range;

use rustc_hash::FxHashMap;
use serde_json::Number;

use super::super::ast::{Value, ValueKind, Word};
use super::super::problems::Problems;
use super::settings::repeated;
use crate::diagnostic::Diagnostic;

/// The members of a map, each once.
pub(super) fn map<'s>(
    members: &[(Word<'s>, Value<'_>)],
    problems: &mut Problems<'_>,
) -> Vec<(Cow<'s, str>, serde_json::Value)> {
    let mut places: FxHashMap<Cow<'s, str>, Range<usize>> = FxHashMap::default();
    let mut found = Vec::with_capacity(members.len());
    for (word, value) in members.iter().filter(|(_, value)| !matches!(value.kind, ValueKind::Broken)) {
        let json = json(value, problems);
        match places.entry(word.text()) {
            Entry::Occupied(first) => repeated(first.key(), word.range(), first.get().clone(), problems),
            Entry::Vacant(free) => {
                found.push((free.key().clone(), json));
                free.insert(word.range());
            }
        }
    }
    found
}

/// The value as JSON. Recursion is bounded: brackets were counted before.
fn json(value: &Value<'_>, problems: &mut Problems<'_>) -> serde_json::Value {
    use serde_json::Value as Json;
    match &value.kind {
        ValueKind::Word(word) if word.is_quoted() => Json::String(word.text().into_owned()),
        ValueKind::Word(_) | ValueKind::Pk(_) => {
            let diagnostic = Diagnostic::error("wrong-type", "a text in attributes must be in quotes")
                .at(problems.origin(value.range.clone()), "the quotes are missing");
            problems.push(diagnostic);
            Json::Null
        }
        ValueKind::Int(raw) | ValueKind::Float(raw) => {
            let number = number(raw);
            if number.is_none() {
                let message = format!("`{raw}` is out of range");
                problems.error(value.range.clone(), "out-of-range", message, "too large a number");
            }
            number.map_or(Json::Null, Json::Number)
        }
        ValueKind::Bool(on) => Json::Bool(*on),
        ValueKind::Null | ValueKind::Broken => Json::Null,
        ValueKind::List(elements) => {
            Json::Array(elements.iter().map(|value| json(value, problems)).collect())
        }
        ValueKind::Map(members) => {
            map(members, problems).into_iter().map(|(name, value)| (name.into_owned(), value)).collect()
        }
    }
}

/// A whole number where it is written like one; `serde_json` itself would round the last digit of others.
fn number(raw: &str) -> Option<Number> {
    if raw.contains(['.', 'e', 'E']) {
        return raw.parse().ok().and_then(Number::from_f64);
    }
    raw.parse::<i64>().map(Number::from).or_else(|_| raw.parse::<u64>().map(Number::from)).ok()
}
