//! What do the fields of a row say? Whatever is wrong with any of them is reported, each at its place.

use std::borrow::Cow;
use std::fmt;

use jiff::Timestamp;
use serde::Deserialize;
use serde::de::Visitor;
use serde_json::value::RawValue;

use super::fields::Fields;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::model::Origin;
use crate::model::draft::{Key, Reference};

/// A row of a page, or the one object of a page without rows.
pub(super) struct Row<'a, 'd> {
    /// Where the row is.
    pub(super) origin: Origin,
    fields: Fields<'a>,
    diagnostics: &'d mut Diagnostics,
    sound: bool,
}

/// A kind of value that fields have.
pub(super) trait Kind<'a>: Deserialize<'a> + Default {
    /// What it is called in messages.
    const EXPECTED: &'static str;
}

macro_rules! kinds {
    ($($type:ty: $expected:literal),* $(,)?) => {$(
        impl Kind<'_> for $type {
            const EXPECTED: &'static str = $expected;
        }
    )*};
}

kinds! {
    String: "a text",
    smol_str::SmolStr: "a text",
    bool: "`true` or `false`",
    i64: "a whole number of at most 64 bits",
    Vec<i64>: "a list of whole numbers of at most 64 bits",
    Vec<String>: "a list of texts",
    Number: "a whole number or a text",
    Vec<Pk>: "a list of whole numbers",
    crate::model::Attributes: "an object",
}

/// A primary key that authentik counts: users and providers have such keys. As text it is the same key.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Number(pub(super) String);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NumberVisitor;
        impl Visitor<'_> for NumberVisitor {
            type Value = Number;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }

            fn visit_i64<E>(self, key: i64) -> Result<Number, E> {
                Ok(Number(key.to_string()))
            }

            fn visit_u64<E>(self, key: u64) -> Result<Number, E> {
                Ok(Number(key.to_string()))
            }

            fn visit_str<E>(self, key: &str) -> Result<Number, E> {
                Ok(Number(key.to_owned()))
            }
        }
        deserializer.deserialize_any(NumberVisitor)
    }
}

/// The same in little space, for lists of members.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Pk {
    /// Written as usual.
    Count(u64),
    Text(Box<str>),
}

impl From<&str> for Pk {
    fn from(text: &str) -> Self {
        let is_usual = text == "0" || !text.starts_with(['0', '+']);
        match text.parse() {
            Ok(count) if is_usual => Self::Count(count),
            _ => Self::Text(text.into()),
        }
    }
}

impl fmt::Display for Pk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count(count) => count.fmt(f),
            Self::Text(text) => text.fmt(f),
        }
    }
}

impl<'de> Deserialize<'de> for Pk {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PkVisitor;
        impl Visitor<'_> for PkVisitor {
            type Value = Pk;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }

            fn visit_i64<E>(self, key: i64) -> Result<Pk, E> {
                Ok(key.to_string().as_str().into())
            }

            fn visit_u64<E>(self, key: u64) -> Result<Pk, E> {
                Ok(Pk::Count(key))
            }

            fn visit_str<E>(self, key: &str) -> Result<Pk, E> {
                Ok(key.into())
            }
        }
        deserializer.deserialize_any(PkVisitor)
    }
}

/// A text that is used where it is, if nothing in it is written as an escape.
#[derive(Debug)]
pub(super) struct Text<'a>(pub(super) Cow<'a, str>);

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor;
        impl<'de> Visitor<'de> for TextVisitor {
            type Value = Text<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(TextVisitor)
    }
}

impl<'a> Kind<'a> for Vec<Text<'a>> {
    const EXPECTED: &'static str = "a list of texts";
}

impl<'a, 'd> Row<'a, 'd> {
    /// The row with these fields.
    pub(super) fn new(origin: Origin, fields: Fields<'a>, diagnostics: &'d mut Diagnostics) -> Self {
        let mut row = Self { origin, fields, diagnostics, sound: true };
        if let Some(name) = row.fields.twice() {
            row.report("repeated-field", name, format!("`{name}` is there twice"), "which one counts?");
        }
        row
    }

    /// Whether nothing was wrong with the fields that were asked for.
    pub(super) fn is_sound(&self) -> bool {
        self.sound
    }

    /// The field as it is written; absent when `null`.
    pub(super) fn raw(&self, name: &str) -> Option<&'a RawValue> {
        self.fields.get(name).filter(|raw| raw.get() != "null")
    }

    /// Whether the field is there at all.
    pub(super) fn has(&self, name: &str) -> bool {
        self.fields.has(name)
    }

    /// A field that must have a value.
    pub(super) fn required<T: Kind<'a>>(&mut self, name: &'static str) -> T {
        match self.fields.get(name) {
            Some(raw) => self.value(name, raw).unwrap_or_default(),
            None => self.missing(name).unwrap_or_default(),
        }
    }

    /// A field that must be there and may be `null`.
    pub(super) fn nullable<T: Kind<'a>>(&mut self, name: &'static str) -> Option<T> {
        if self.has(name) { self.optional(name) } else { self.missing(name) }
    }

    /// A field that some releases do not have.
    pub(super) fn optional<T: Kind<'a>>(&mut self, name: &'static str) -> Option<T> {
        let raw = self.raw(name)?;
        self.value(name, raw)
    }

    /// A point in time that some releases do not have.
    pub(super) fn time(&mut self, name: &'static str) -> Option<Timestamp> {
        let text: String = self.optional(name)?;
        let time = text.parse().ok();
        if time.is_none() {
            self.invalid(name, &format!("`{text}` is not a point in time"));
        }
        time
    }

    /// References to objects whose keys are texts.
    pub(super) fn references(&mut self, name: &'static str) -> Vec<Reference> {
        let keys: Vec<String> = self.required(name);
        keys.into_iter().map(|key| self.to(key)).collect()
    }

    /// A reference from this row to the object with the key `key`.
    pub(super) fn to(&self, key: String) -> Reference {
        Reference { key: Key::Pk(key).into(), origin: self.origin }
    }

    /// Reports that the field cannot have the value that it has.
    pub(super) fn invalid(&mut self, name: &str, message: &str) {
        self.report("invalid-value", name, message.to_owned(), "here");
    }

    /// Reports what is wrong with the row as a whole.
    pub(super) fn refuse(&mut self, diagnostic: Diagnostic) {
        self.sound = false;
        self.diagnostics.push(diagnostic);
    }

    fn missing<T>(&mut self, name: &str) -> Option<T> {
        let diagnostic = Diagnostic::error("missing-field", format!("the row has no `{name}`"))
            .at(self.origin, format!("`{name}` is missing"))
            .help("give the pages as the API returns them, with all fields");
        self.refuse(diagnostic);
        None
    }

    fn value<T: Kind<'a>>(&mut self, name: &str, raw: &'a RawValue) -> Option<T> {
        match serde_json::from_str(raw.get()) {
            Ok(value) => Some(value),
            // The page itself was well-formed: nested too deep, or half a character.
            Err(error) if !error.is_data() => {
                self.report("unreadable-value", name, format!("`{name}` cannot be read: {error}"), "here");
                None
            }
            Err(_) => {
                let found = kind_of(raw.get());
                let message = format!("`{name}` must be {}", T::EXPECTED);
                self.report("wrong-type", name, message, &format!("this is {found}"));
                None
            }
        }
    }

    fn report(&mut self, code: &'static str, name: &str, message: String, label: &str) {
        let diagnostic =
            Diagnostic::error(code, message).at_field(self.origin, &format!("/{name}"), label.to_owned());
        self.refuse(diagnostic);
    }
}

/// What a JSON value is called in messages.
pub(super) fn kind_of(json: &str) -> &'static str {
    match json.as_bytes().first() {
        Some(b'"') => "a text",
        Some(b'[') => "a list",
        Some(b'{') => "an object",
        Some(b't' | b'f') => "a truth value",
        Some(b'n') => "`null`",
        Some(_) if json.contains(['.', 'e', 'E']) => "a fraction",
        Some(_) => "a number",
        None => "nothing",
    }
}
