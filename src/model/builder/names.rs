//! Which object a reference means.

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::hash_map::Entry;

use rustc_hash::FxHashMap;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::model::draft::{Key, Reference};
use crate::model::{Id, Origin};

/// The objects of one kind by primary key and by name.
pub(super) struct Names<'n, I> {
    /// What the objects are called in messages: `group`.
    noun: &'static str,
    by_pk: FxHashMap<Cow<'n, str>, I>,
    /// The first object of each name.
    by_name: FxHashMap<Cow<'n, str>, I>,
    /// All objects of the names that several have.
    shared: FxHashMap<Cow<'n, str>, Vec<I>>,
    /// How many more names are compared with all others.
    suggestions: Cell<u32>,
}

/// Above this many names, looking for a similar one costs more than it helps.
const MOST_NAMES_TO_COMPARE: usize = 50_000;

/// So many names that are not known get a "did you mean" for each kind of object.
const SUGGESTIONS: u32 = 20;

impl<'n, I: Id> Names<'n, I> {
    pub(super) fn new(noun: &'static str) -> Self {
        Self {
            noun,
            by_pk: FxHashMap::default(),
            by_name: FxHashMap::default(),
            shared: FxHashMap::default(),
            suggestions: Cell::new(SUGGESTIONS),
        }
    }

    /// Adds an object; gives the object that has its primary key already, if there is one.
    pub(super) fn add(
        &mut self,
        id: I,
        pk: Option<impl Into<Cow<'n, str>>>,
        name: impl Into<Cow<'n, str>>,
    ) -> Option<I> {
        match self.by_name.entry(name.into()) {
            Entry::Vacant(free) => {
                free.insert(id);
            }
            Entry::Occupied(known) => {
                let first = *known.get();
                self.shared.entry(known.key().clone()).or_insert_with(|| vec![first]).push(id);
            }
        }
        pk.and_then(|pk| self.add_pk(id, pk))
    }

    /// Makes room for so many objects.
    pub(super) fn reserve(&mut self, pks: usize, names: usize) {
        self.by_pk.reserve(pks);
        self.by_name.reserve(names);
    }

    /// Adds one more primary key of an object.
    pub(super) fn add_pk(&mut self, id: I, pk: impl Into<Cow<'n, str>>) -> Option<I> {
        match self.by_pk.entry(normal(pk.into())) {
            Entry::Occupied(known) => Some(*known.get()).filter(|known| *known != id),
            Entry::Vacant(free) => {
                free.insert(id);
                None
            }
        }
    }

    /// The object of `key`, without a word if there is none.
    pub(super) fn find(&self, key: &Key) -> Option<I> {
        match key {
            Key::Pk(pk) => self.by_pk.get(&*normal(pk.into())).copied(),
            Key::Name(name) if self.shared.contains_key(name.as_str()) => None,
            Key::Name(name) => match self.by_name.get(name.as_str()) {
                Some(one) => Some(*one),
                None => self.by_pk.get(&*normal(name.into())).copied(),
            },
        }
    }

    /// Whether `key` means any object, or several.
    pub(super) fn knows(&self, key: &Key) -> bool {
        self.find(key).is_some() || matches!(key, Key::Name(name) if self.by_name.contains_key(name.as_str()))
    }

    /// The object that `reference` means; what is wrong with it is reported.
    pub(super) fn resolve(&self, reference: &Reference, diagnostics: &mut Diagnostics) -> Option<I> {
        let found = self.find(&reference.key);
        if found.is_none() {
            diagnostics.push(self.problem(reference));
        }
        found
    }

    fn problem(&self, reference: &Reference) -> Diagnostic {
        let noun = self.noun;
        match &*reference.key {
            Key::Pk(pk) => {
                Diagnostic::error("dangling-reference", format!("there is no {noun} with the key `{pk}`"))
                    .at(reference.origin, format!("this {noun} is not in the input"))
                    .because("what is missing could change verdicts, so none are given")
                    .help(format!("add the {noun}, or read all files of the tenant together"))
            }
            Key::Name(name) if self.shared.contains_key(name.as_str()) => Diagnostic::error(
                "ambiguous-name",
                format!("there are several {} called `{name}`", several(noun)),
            )
            .at(reference.origin, "which one?")
            .help(format!("write the {noun}'s primary key in place of its name")),
            Key::Name(name) => {
                let diagnostic =
                    Diagnostic::error("unknown-name", format!("there is no {noun} called `{name}`"))
                        .at(reference.origin, format!("no such {noun}"));
                match self.similar(name) {
                    Some(similar) => diagnostic.help(format!("did you mean `{similar}`?")),
                    None => diagnostic,
                }
            }
        }
    }

    fn similar(&self, name: &str) -> Option<String> {
        let left = self.suggestions.get();
        if left == 0 || self.by_name.len() > MOST_NAMES_TO_COMPARE {
            return None;
        }
        self.suggestions.set(left - 1);
        let mut known: Vec<&str> = self.by_name.keys().map(|name| &**name).collect();
        known.sort_unstable();
        nearest(name, known.into_iter()).map(str::to_owned)
    }

    /// Gives every object another id.
    pub(super) fn rename(&mut self, rename: impl Fn(&mut I) + Copy) {
        self.by_pk.values_mut().for_each(rename);
        self.by_name.values_mut().for_each(rename);
        self.shared.values_mut().flatten().for_each(rename);
    }

    /// Reports names that several objects share although authentik keeps them unique.
    pub(super) fn unique(&self, origin: impl Fn(I) -> Origin, diagnostics: &mut Diagnostics) {
        let mut shared: Vec<_> = self.shared.iter().collect();
        shared.sort_unstable();
        for (name, ids) in shared {
            let nouns = several(self.noun);
            let mut diagnostic =
                Diagnostic::error("duplicate-name", format!("there are several {nouns} called `{name}`"));
            for (position, id) in ids.iter().rev().enumerate() {
                diagnostic =
                    diagnostic.at(origin(*id), if position == 0 { "again here" } else { "first here" });
            }
            diagnostics.push(diagnostic);
        }
    }
}

/// What several objects are called: `policies`.
pub(super) fn several(noun: &str) -> String {
    noun.strip_suffix('y').map_or_else(|| format!("{noun}s"), |stem| format!("{stem}ies"))
}

/// The most similar of `known`, if any is similar at all.
pub fn nearest<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let lower = name.to_lowercase();
    known
        .map(|candidate| (strsim::damerau_levenshtein(&lower, &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| {
            let longer = candidate.chars().count().max(lower.chars().count());
            // Names that share nothing are not similar, however short they are.
            *distance <= (longer / 3).max(1) && *distance < longer
        })
        .min()
        .map(|(_, candidate)| candidate)
}

/// Whether two primary keys are the same.
pub(crate) fn is_same_key(one: &str, other: &str) -> bool {
    one == other || (one.len() >= 32 && normal(one.into()) == normal(other.into()))
}

/// The form in which primary keys are compared: UUIDs are the same in either case, with hyphens or without.
fn normal(pk: Cow<'_, str>) -> Cow<'_, str> {
    let digits = || pk.bytes().filter(|byte| *byte != b'-');
    let is_uuid = pk.len() >= 32 && digits().count() == 32 && digits().all(|byte| byte.is_ascii_hexdigit());
    if is_uuid { pk.replace('-', "").to_ascii_lowercase().into() } else { pk }
}
