//! Attributes of users and groups.

use std::fmt;
use std::sync::Arc;

use indexmap::IndexSet;
use rustc_hash::{FxBuildHasher, FxHashSet};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde::ser::{Serialize, Serializer};
use serde_json::{Map, Value};

type Entry = (Arc<str>, Value);

/// Free-form attributes, as authentik keeps them on users and groups. They never change, and copies are shared: of a
/// million users, many have the same.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Attributes(Option<Arc<[Entry]>>);

impl Attributes {
    /// No attributes.
    pub fn new() -> Self {
        Self::default()
    }

    fn entries(&self) -> &[Entry] {
        self.0.as_deref().unwrap_or_default()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.entries().len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries().is_empty()
    }

    /// The value of `key`.
    pub fn get(&self, key: &str) -> Option<&Value> {
        let entries = self.entries();
        let at = entries.binary_search_by(|(known, _)| (**known).cmp(key)).ok()?;
        entries.get(at).map(|(_, value)| value)
    }

    /// Each of them, by key.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Value)> + Clone {
        self.entries().iter().map(|(key, value)| (&**key, value))
    }

    /// Whether `other` is in the same place: then both are equal. After reading, what is equal is in the same place,
    /// but for zeros with a sign.
    pub fn is_shared_with(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Some(one), Some(other)) => Arc::ptr_eq(one, other),
            (one, other) => one.is_none() && other.is_none(),
        }
    }

    /// Where they are: whoever [is shared with](Self::is_shared_with) another is in the same place.
    pub(crate) fn place(&self) -> usize {
        self.0.as_ref().map_or(0, |entries| Arc::as_ptr(entries).cast::<Entry>().addr())
    }

    /// As a JSON object.
    pub fn to_json(&self) -> Value {
        self.iter().map(|(key, value)| (key, value.clone())).collect()
    }
}

impl fmt::Debug for Attributes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

/// Of several values of one key, the last one counts.
impl<K: Into<Arc<str>>> FromIterator<(K, Value)> for Attributes {
    fn from_iter<I: IntoIterator<Item = (K, Value)>>(entries: I) -> Self {
        let mut entries: Vec<Entry> = entries.into_iter().map(|(key, value)| (key.into(), value)).collect();
        if !entries.is_sorted_by(|(a, _), (b, _)| a < b) {
            entries.sort_by(|(a, _), (b, _)| a.cmp(b));
            entries.reverse();
            entries.dedup_by(|(a, _), (b, _)| a == b);
            entries.reverse();
        }
        Self((!entries.is_empty()).then(|| entries.into()))
    }
}

impl From<Map<String, Value>> for Attributes {
    fn from(map: Map<String, Value>) -> Self {
        map.into_iter().collect()
    }
}

impl Serialize for Attributes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de> Deserialize<'de> for Attributes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Object)
    }
}

struct Object;

impl<'de> Visitor<'de> for Object {
    type Value = Attributes;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Attributes, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry::<String, Value>()? {
            entries.push(entry);
        }
        Ok(entries.into_iter().collect())
    }
}

/// Attributes that are kept once, however many rows have them.
#[derive(Default)]
pub(crate) struct Pool {
    keys: FxHashSet<Arc<str>>,
    sets: IndexSet<Attributes, FxBuildHasher>,
}

impl Pool {
    /// `key`, shared.
    pub(crate) fn key(&mut self, key: &str) -> Arc<str> {
        if let Some(known) = self.keys.get(key) {
            return Arc::clone(known);
        }
        let key: Arc<str> = key.into();
        self.keys.insert(Arc::clone(&key));
        key
    }

    /// `attributes`, shared with all that are equal.
    pub(crate) fn share(&mut self, mut attributes: Attributes) -> Attributes {
        // They are equal to zeros without a sign, and are written in another way.
        if attributes.is_empty() || attributes.entries().iter().any(|(_, value)| has_signed_zero(value)) {
            return attributes;
        }
        if let Some(known) = self.sets.get(&attributes) {
            return known.clone();
        }
        if let Some(own) = attributes.0.as_mut().and_then(Arc::get_mut) {
            own.iter_mut().for_each(|(key, _)| *key = self.key(key));
        }
        self.sets.insert(attributes.clone());
        attributes
    }
}

/// Whether there is a zero in it that is equal to another one and written in another way.
pub(crate) fn has_signed_zero(value: &Value) -> bool {
    match value {
        Value::Number(number) => {
            number.as_f64().is_some_and(|number| number == 0.0 && number.is_sign_negative())
        }
        Value::Array(items) => items.iter().any(has_signed_zero),
        Value::Object(members) => members.values().any(has_signed_zero),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Attributes {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn attributes_are_what_a_map_would_be() {
        for text in ["{}", r#"{"b":1,"a":[2.5,null],"c":{"x":"y"}}"#, r#"{"a":1,"b":2,"a":3,"a":4}"#] {
            let map: Map<String, Value> = serde_json::from_str(text).unwrap();
            let attributes = read(text);
            assert_eq!(attributes, Attributes::from(map.clone()));
            assert_eq!(attributes.to_json(), Value::Object(map.clone()));
            assert_eq!(serde_json::to_string(&attributes).unwrap(), serde_json::to_string(&map).unwrap());
            assert_eq!((attributes.len(), attributes.is_empty()), (map.len(), map.is_empty()));
            for key in ["a", "b", "c", ""] {
                assert_eq!(attributes.get(key), map.get(key), "{text} {key}");
            }
        }
    }

    #[test]
    fn what_is_equal_is_shared_and_what_reads_otherwise_is_not() {
        let mut pool = Pool::default();
        let texts = [r#"{"a":1,"b":0.0}"#, r#"{"a":1,"b":-0.0}"#, r#"{"a":1}"#, r#"{"a":1.0}"#, "{}"];
        for one in texts {
            for other in texts {
                let (left, right) = (pool.share(read(one)), pool.share(read(other)));
                assert_eq!(left.to_json().to_string(), read(one).to_json().to_string());
                let is_zero = one.contains("-0.0");
                assert_eq!(left.is_shared_with(&right), one == other && !is_zero, "{one} {other}");
            }
        }
    }
}
