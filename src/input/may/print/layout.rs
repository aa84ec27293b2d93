//! Names, values and blocks, on one line where they fit.

use std::fmt::Display;

use serde_json::Value;

use super::super::text::quoted;
use super::super::token::{is_bare, is_int};
use crate::model::Attributes;

/// What fits on a line besides the word that it belongs to.
const WIDTH: usize = 88;

/// A name, in quotes where it needs them.
pub(super) fn name(name: &str) -> String {
    if is_bare(name) { name.to_owned() } else { quoted(name) }
}

/// A primary key: whole numbers as they are, everything else in quotes.
pub(super) fn key(pk: &str) -> String {
    if is_int(pk) { pk.to_owned() } else { quoted(pk) }
}

/// Adds the setting `name`.
pub(super) fn set(settings: &mut Vec<String>, name: &str, value: impl Display) {
    settings.push(format!("{name}: {value}"));
}

/// The setting `attributes`, unless there are none.
pub(super) fn attributes(attributes: &Attributes) -> Option<String> {
    (!attributes.is_empty()).then(|| format!("attributes: {}", map(attributes.iter())))
}

/// `entries` in a block after a blank; nothing if there are none.
pub(super) fn block(entries: &[String]) -> String {
    if entries.is_empty() {
        String::new()
    } else if fits(entries) {
        format!(" {{ {} }}", entries.join(", "))
    } else {
        format!(" {}", open(entries))
    }
}

/// `entries` in a block, each on a line of its own.
pub(super) fn open(entries: &[String]) -> String {
    if entries.is_empty() { "{}".to_owned() } else { lines("{", entries, "", "}") }
}

/// `elements` as a list.
pub(super) fn list(elements: &[String]) -> String {
    if fits(elements) { format!("[{}]", elements.join(", ")) } else { lines("[", elements, ",", "]") }
}

fn map<'a>(members: impl Iterator<Item = (&'a str, &'a Value)>) -> String {
    let members: Vec<String> =
        members.map(|(key, member)| format!("{}: {}", name(key), value(member))).collect();
    if members.is_empty() {
        "{}".to_owned()
    } else if fits(&members) {
        format!("{{ {} }}", members.join(", "))
    } else {
        lines("{", &members, ",", "}")
    }
}

fn value(value: &Value) -> String {
    match value {
        Value::String(text) => quoted(text),
        Value::Array(elements) => list(&elements.iter().map(self::value).collect::<Vec<_>>()),
        Value::Object(members) => map(members.iter().map(|(key, member)| (key.as_str(), member))),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

fn fits(parts: &[String]) -> bool {
    parts.iter().map(|part| part.len() + 2).sum::<usize>() <= WIDTH
        && !parts.iter().any(|part| part.contains('\n'))
}

fn lines(open: &str, parts: &[String], end: &str, close: &str) -> String {
    let mut text = open.to_owned();
    for part in parts {
        // No part holds a text of several lines, so every line break is one of layout.
        text.push_str("\n    ");
        text.push_str(&part.replace('\n', "\n    "));
        text.push_str(end);
    }
    text.push('\n');
    text.push_str(close);
    text
}
