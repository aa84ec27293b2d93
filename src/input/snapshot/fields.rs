//! Which members does a JSON object have, of those that are asked for? Nothing else of it is looked at.

use std::fmt;

use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

/// Some members of a JSON object, as they are written.
pub(super) struct Fields<'a> {
    found: Vec<(&'static str, &'a RawValue)>,
    twice: Option<&'static str>,
}

impl<'a> Fields<'a> {
    /// The members of the object `text` that are in `wanted`.
    pub(super) fn of(text: &'a str, wanted: &[&'static str]) -> Result<Self, serde_json::Error> {
        let mut reader = serde_json::Deserializer::from_str(text);
        let fields = Wanted(wanted).deserialize(&mut reader)?;
        reader.end()?;
        Ok(fields)
    }

    /// The member called `name`.
    pub(super) fn get(&self, name: &str) -> Option<&'a RawValue> {
        self.found.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
    }

    /// Whether there is a member called `name`.
    pub(super) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// A member that is there more than once: no telling which one counts.
    pub(super) fn twice(&self) -> Option<&'static str> {
        self.twice
    }

    /// The member called `name`, where it is a text.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        serde_json::from_str(self.get(name)?.get()).ok()
    }

    /// The member called `name`, where it is a whole number.
    pub(super) fn number(&self, name: &str) -> Option<u64> {
        serde_json::from_str(self.get(name)?.get()).ok()
    }
}

/// Those of these names.
pub(super) struct Wanted<'w>(pub(super) &'w [&'static str]);

impl<'de> DeserializeSeed<'de> for Wanted<'_> {
    type Value = Fields<'de>;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Wanted<'_> {
    type Value = Fields<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields = Fields { found: Vec::with_capacity(self.0.len()), twice: None };
        while let Some(name) = map.next_key_seed(Name(self.0))? {
            let Some(name) = name else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            let value = map.next_value()?;
            if fields.has(name) {
                fields.twice = Some(name);
            } else {
                fields.found.push((name, value));
            }
        }
        Ok(fields)
    }
}

/// Compares the name of a member without keeping it.
pub(super) struct Name<'w>(pub(super) &'w [&'static str]);

impl<'de> DeserializeSeed<'de> for Name<'_> {
    type Value = Option<&'static str>;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Name<'_> {
    type Value = Option<&'static str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(self.0.iter().find(|wanted| **wanted == name).copied())
    }
}
