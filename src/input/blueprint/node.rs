//! What a value of a blueprint is, before its tags are evaluated and after.

use std::hash::{BuildHasherDefault, Hash, Hasher};
use std::rc::Rc;

use indexmap::{Equivalent, IndexMap};
use rustc_hash::FxHasher;

use super::tag::Tag;
use crate::model::Origin;

/// A value with its place. Copies are cheap: texts and collections are shared.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) data: Data,
    pub(super) at: Origin,
}

/// What a node holds.
#[derive(Clone, Debug)]
pub(super) enum Data {
    Null,
    Bool(bool),
    Int(i128),
    Float(f64),
    Text(Rc<str>),
    /// A date or a time, as written: nothing that verdicts rest on is one.
    Time(Rc<str>),
    Seq(Rc<Vec<Node>>),
    Map(Rc<Map>),
    Tag(Rc<Tag>),
    /// The key of a row, as `!KeyOf` and `!Find` give it.
    Row(Key),
    /// A row as `!FindObject` gives it.
    Object(usize),
    /// What a tag should have found; a position in the list of what is missing.
    Missing(usize),
    /// A plain `<<`, which means something as a key only.
    Merge,
}

/// One of the two keys that targets have (dossier §5.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) row: usize,
    /// Whether it is the key that bindings are stored with.
    pub(super) pbm: bool,
}

/// A mapping in the order of the file; the keys of the index compare as Python compares them.
pub(super) type Map = IndexMap<MapKey, (Node, Node), BuildHasherDefault<FxHasher>>;

/// A key of a mapping.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum MapKey {
    Null,
    /// Numbers and booleans: to Python `1`, `1.0` and `true` are one key.
    Int(i128),
    Float(u64),
    Text(Rc<str>),
    Time(Rc<str>),
    Row(usize, bool),
}

/// What tells texts from other keys in hashes.
const TEXT: u8 = 3;

impl Hash for MapKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self {
            Self::Null => 0u8.hash(state),
            Self::Int(number) => (1u8, number).hash(state),
            Self::Float(bits) => (2u8, bits).hash(state),
            Self::Text(text) => (TEXT, text).hash(state),
            Self::Time(text) => (4u8, text).hash(state),
            Self::Row(row, pbm) => (5u8, row, pbm).hash(state),
        }
    }
}

impl Node {
    pub(super) fn new(data: Data, at: Origin) -> Self {
        Self { data, at }
    }

    pub(super) fn text(text: &str, at: Origin) -> Self {
        Self::new(Data::Text(text.into()), at)
    }

    pub(super) fn seq(items: Vec<Self>, at: Origin) -> Self {
        Self::new(Data::Seq(Rc::new(items)), at)
    }

    pub(super) fn map(map: Map, at: Origin) -> Self {
        Self::new(Data::Map(Rc::new(map)), at)
    }

    pub(super) fn as_text(&self) -> Option<&Rc<str>> {
        if let Data::Text(text) = &self.data { Some(text) } else { None }
    }

    /// The key that this value is as a key of a mapping, if it can be one.
    pub(super) fn map_key(&self) -> Option<MapKey> {
        Some(match &self.data {
            Data::Null => MapKey::Null,
            Data::Bool(value) => MapKey::Int((*value).into()),
            Data::Int(value) => MapKey::Int(*value),
            Data::Float(value) => float_key(*value),
            Data::Text(text) => MapKey::Text(text.clone()),
            Data::Time(text) => MapKey::Time(text.clone()),
            Data::Row(key) => MapKey::Row(key.row, key.pbm),
            _ => return None,
        })
    }

    /// Python's `bool()`. A missing row counts as `None`: who asks must have looked for it before.
    pub(super) fn truthy(&self) -> bool {
        match &self.data {
            Data::Null | Data::Missing(_) => false,
            Data::Bool(value) => *value,
            Data::Int(value) => *value != 0,
            Data::Float(value) => *value != 0.0,
            Data::Text(text) => !text.is_empty(),
            Data::Seq(items) => !items.is_empty(),
            Data::Map(map) => !map.is_empty(),
            Data::Time(_) | Data::Tag(_) | Data::Row(_) | Data::Object(_) | Data::Merge => true,
        }
    }

    /// Whether a tag found nothing for it, or for anything in it.
    pub(super) fn misses(&self) -> bool {
        match &self.data {
            Data::Missing(_) => true,
            Data::Seq(items) => items.iter().any(Self::misses),
            Data::Map(map) => map.values().any(|(_, value)| value.misses()),
            _ => false,
        }
    }

    /// What it is, in words.
    pub(super) fn noun(&self) -> &'static str {
        match &self.data {
            Data::Null | Data::Missing(_) => "nothing (null)",
            Data::Bool(_) => "a boolean",
            Data::Int(_) | Data::Float(_) => "a number",
            Data::Text(_) | Data::Merge => "a text",
            Data::Time(_) => "a date",
            Data::Seq(_) => "a list",
            Data::Map(_) | Data::Object(_) => "a mapping",
            Data::Tag(_) => "a tag that is not resolved here",
            Data::Row(_) => "the key of a row",
        }
    }

    /// The value as JSON; `None` when it has no JSON form.
    pub(super) fn to_json(&self) -> Option<serde_json::Value> {
        use serde_json::Value;
        Some(match &self.data {
            Data::Null | Data::Missing(_) => Value::Null,
            Data::Bool(value) => (*value).into(),
            Data::Int(value) => match i64::try_from(*value) {
                Ok(small) => small.into(),
                Err(_) => u64::try_from(*value).ok()?.into(),
            },
            Data::Float(value) => serde_json::Number::from_f64(*value)?.into(),
            Data::Text(text) => text.as_ref().into(),
            Data::Seq(items) => Value::Array(items.iter().map(Self::to_json).collect::<Option<_>>()?),
            Data::Map(map) => Value::Object(json_map(map)?),
            _ => return None,
        })
    }

    pub(super) fn from_json(value: &serde_json::Value) -> Self {
        use serde_json::Value;
        let data = match value {
            Value::Null => Data::Null,
            Value::Bool(value) => Data::Bool(*value),
            Value::Number(number) => match number.as_i128() {
                Some(integer) => Data::Int(integer),
                None => Data::Float(number.as_f64().unwrap_or(f64::NAN)),
            },
            Value::String(text) => Data::Text(text.as_str().into()),
            Value::Array(items) => Data::Seq(Rc::new(items.iter().map(Self::from_json).collect())),
            Value::Object(members) => Data::Map(Rc::new(json_members(members))),
        };
        Self::new(data, Origin::None)
    }
}

/// A mapping as JSON. Keys become texts, as Python's `json.dumps` writes them.
pub(super) fn json_map(map: &Map) -> Option<serde_json::Map<String, serde_json::Value>> {
    map.iter()
        .map(|(key, (node, value))| {
            let key = match (key, &node.data) {
                (MapKey::Text(text), _) => text.to_string(),
                (_, Data::Bool(value)) => value.to_string(),
                (MapKey::Null, _) => "null".to_owned(),
                (MapKey::Int(number), _) => number.to_string(),
                _ => return None,
            };
            Some((key, value.to_json()?))
        })
        .collect()
}

/// The members of a JSON object.
pub(super) fn json_members(members: &serde_json::Map<String, serde_json::Value>) -> Map {
    members
        .iter()
        .map(|(name, value)| {
            let name = Node::text(name, Origin::None);
            (MapKey::Text(name.as_text().cloned().unwrap_or_default()), (name, Node::from_json(value)))
        })
        .collect()
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::float_cmp,
    reason = "whole numbers only, checked by the comparison"
)]
#[expect(clippy::cast_precision_loss, reason = "compared after the round trip")]
fn float_key(value: f64) -> MapKey {
    let whole = value as i128;
    if whole as f64 == value && whole != i128::MAX {
        MapKey::Int(whole)
    } else {
        MapKey::Float(value.to_bits())
    }
}

/// `member` of a mapping with text keys.
pub(super) fn member<'m>(map: &'m Map, name: &str) -> Option<&'m Node> {
    map.get(&Name(name)).map(|(_, value)| value)
}

/// A key that is a text, to look for it.
struct Name<'n>(&'n str);

impl Hash for Name<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        TEXT.hash(state);
        self.0.hash(state);
    }
}

impl Equivalent<MapKey> for Name<'_> {
    fn equivalent(&self, key: &MapKey) -> bool {
        matches!(key, MapKey::Text(text) if **text == *self.0)
    }
}

/// deepmerge's `always_merger`: mappings are merged, lists appended, everything else is replaced.
pub(super) fn merge(base: &Node, next: &Node) -> Node {
    match (&base.data, &next.data) {
        (Data::Map(old), Data::Map(new)) => {
            let mut merged = Map::clone(old);
            merge_into(&mut merged, new);
            Node::map(merged, next.at)
        }
        (Data::Seq(old), Data::Seq(new)) => {
            Node::seq(old.iter().chain(new.iter()).cloned().collect(), next.at)
        }
        _ => next.clone(),
    }
}

/// Merges `new` into `old` in the same way.
pub(super) fn merge_into(old: &mut Map, new: &Map) {
    for (key, (name, value)) in new {
        match old.get_mut(key) {
            Some((_, known)) => *known = merge(known, value),
            None => {
                old.insert(key.clone(), (name.clone(), value.clone()));
            }
        }
    }
}
