//! What a run of a policy may leave behind for the policies that run after it: all policies of a target share one
//! request (dossier §2.6), and those of a flow its plan.

use std::collections::BTreeSet;

use crate::model::PolicyKind;

/// What is written into the request.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Writes {
    /// Into its context.
    pub context: Keys,
    /// Into anything else: its user, or what code looks up.
    pub user: bool,
}

/// Keys of the context.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Keys {
    /// These.
    Some(BTreeSet<String>),
    /// Nobody knows which.
    All,
}

impl Default for Keys {
    fn default() -> Self {
        Self::Some(BTreeSet::new())
    }
}

/// What a policy without code may write: only of types that nobody knows, anything may be expected.
pub(super) fn without_code(kind: &PolicyKind) -> Writes {
    match kind {
        PolicyKind::Other(_) => Writes::ALL,
        _ => Writes::default(),
    }
}

impl Writes {
    /// Anything.
    pub const ALL: Self = Self { context: Keys::All, user: true };

    /// One key of the context.
    pub fn key(key: &str) -> Self {
        Self { context: Keys::Some([key.to_owned()].into()), user: false }
    }

    /// Whether nothing is written.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// Whether `key` of the context may be written.
    pub fn writes(&self, key: &str) -> bool {
        match &self.context {
            Keys::Some(keys) => keys.contains(key),
            Keys::All => true,
        }
    }

    /// The keys that are known.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        let keys = if let Keys::Some(keys) = &self.context { Some(keys) } else { None };
        keys.into_iter().flatten().map(String::as_str)
    }

    /// Adds what `other` writes.
    pub fn extend(&mut self, other: &Self) {
        self.user |= other.user;
        match (&mut self.context, &other.context) {
            (Keys::Some(keys), Keys::Some(more)) => keys.extend(more.iter().cloned()),
            (context, Keys::All) => *context = Keys::All,
            (Keys::All, Keys::Some(_)) => {}
        }
    }
}
