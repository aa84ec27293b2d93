//! What a blueprint waits for, where that is plain to see: until it is there, there is no use in trying again.
//!
//! Of a chain of files in reverse order, each attempt applies one more; to try all others each time takes too long.

use std::rc::Rc;

use super::super::document::{Blueprint, Entry};
use super::super::models::{self, Family, Model};
use super::super::node::{Data, Map, MapKey, Node};
use super::super::resolve::matching;
use super::super::tag::{Tag, TagKind};
use super::Apply;
use crate::model::Origin;

/// A row that a `!Find` looks for.
pub(super) struct Wait {
    model: Model,
    asked: [(Rc<str>, Node); 1],
}

/// Fields that hold what is written in them, and nothing that is looked up.
const NAMES: [&str; 3] = ["name", "slug", "username"];

impl Apply<'_> {
    /// Whether a blueprint that failed before would fail in the same way.
    pub(super) fn still_waits(&mut self, position: usize) -> bool {
        let Some(wait) = self.waits.get(&position) else { return false };
        matching(&mut self.shared.store, &wait.model, &wait.asked).is_ok_and(|rows| rows.is_empty())
    }

    /// Notes what a blueprint waits for that was just tried in vain; `from` is the first thing that it missed.
    pub(super) fn note_wait(&mut self, position: usize, from: usize) {
        self.waits.remove(&position);
        if self.shared.diagnostics.has_errors() {
            return;
        }
        let Some(blueprint) = self.blueprints.get(position).filter(|blueprint| is_plain(blueprint)) else {
            return;
        };
        let missed: Vec<Origin> = self.shared.missing.iter().skip(from).map(|missing| missing.at).collect();
        let found = blueprint.entries.iter().find_map(|entry| {
            let family = family(entry)?;
            entry.attrs.iter().find_map(|(key, (_, value))| match key {
                MapKey::Text(field) if family.rests_on(field) => wanted(value, &missed),
                _ => None,
            })
        });
        if let Some(wait) = found {
            self.waits.insert(position, wait);
        }
    }
}

fn family(entry: &Entry) -> Option<Family> {
    models::model(entry.model.as_text()?).map(|model| model.family)
}

/// Whether the rows that the blueprint makes have the same names whenever it is applied, and all its entries count.
fn is_plain(blueprint: &Blueprint) -> bool {
    blueprint.entries.iter().all(|entry| {
        entry.conditions.is_empty()
            && entry.state.as_text().is_some_and(|state| &**state == "present")
            && family(entry).is_some_and(|family| family != Family::MetaApply)
            && [&entry.identifiers, &entry.attrs].into_iter().all(|fields| has_plain_names(fields))
    })
}

fn has_plain_names(fields: &Map) -> bool {
    fields.iter().all(|(key, (_, value))| match &value.data {
        Data::Text(_) => true,
        _ => !matches!(key, MapKey::Text(name) if NAMES.contains(&&**name)) && is_simple(value),
    })
}

/// Whether nothing in a value is computed but by looking up rows.
fn is_simple(value: &Node) -> bool {
    match &value.data {
        Data::Tag(tag) => {
            matches!(tag.kind, TagKind::KeyOf | TagKind::Find) && tag.args.iter().all(is_constant)
        }
        Data::Seq(items) => items.iter().all(is_simple),
        Data::Map(map) => map.values().all(|(_, value)| is_simple(value)),
        _ => true,
    }
}

fn is_constant(value: &Node) -> bool {
    match &value.data {
        Data::Tag(_) => false,
        Data::Seq(items) => items.iter().all(is_constant),
        Data::Map(map) => map.values().all(|(_, value)| is_constant(value)),
        _ => true,
    }
}

/// The first `!Find` in `value` that looked in vain for a row by its name alone.
fn wanted(value: &Node, missed: &[Origin]) -> Option<Wait> {
    match &value.data {
        Data::Tag(tag) if missed.contains(&value.at) => by_name(tag),
        Data::Seq(items) => items.iter().find_map(|item| wanted(item, missed)),
        _ => None,
    }
}

fn by_name(tag: &Tag) -> Option<Wait> {
    let (TagKind::Find, [model, Node { data: Data::Seq(pair), .. }]) = (tag.kind, tag.args.as_slice()) else {
        return None;
    };
    let [field, value, ..] = pair.as_slice() else { return None };
    let field = field.as_text().filter(|field| NAMES.contains(&&***field))?;
    value.as_text()?;
    Some(Wait { model: models::model(model.as_text()?)?, asked: [(field.clone(), value.clone())] })
}
