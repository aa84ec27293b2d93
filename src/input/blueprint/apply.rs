//! What the entries of all files make of the rows, in authentik's order (dossier §5.3, §5.6).

mod binding;
mod conflict;
mod meta;
mod order;
mod target;
mod wait;

pub(super) use order::apply;

use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::document::{Blueprint, Entry, STATES, place};
use super::models::{self, Family, MATTER, Model};
use super::node::{Data, Key, Map, MapKey, Node, json_members, member, merge_into};
use super::resolve::{Failed, Ids, Missing, Resolver, Shared};
use super::store::Store;
use crate::diagnostic::Diagnostic;
use crate::model::builder::nearest;
use crate::model::{Origin, TargetKind};
use wait::Wait;

/// How far a blueprint is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Progress {
    Waiting,
    Running,
    Done,
}

/// All rows, and what was looked for in vain.
pub(super) struct Applied {
    pub(super) store: Store,
    pub(super) missing: Vec<Missing>,
}

struct Apply<'a> {
    shared: Shared<'a>,
    blueprints: &'a mut [Blueprint],
    progress: Vec<Progress>,
    by_name: FxHashMap<Rc<str>, usize>,
    defaults: Map,
    /// Models that are not known here: how many entries, and the first one.
    unknown: indexmap::IndexMap<Rc<str>, (usize, Origin)>,
    /// What those that were tried in vain wait for.
    waits: FxHashMap<usize, Wait>,
    /// Whether that is made use of.
    may_wait: bool,
    depth: usize,
    /// Whether a lookup led nowhere that verdicts rest on.
    unresolved: bool,
    /// The blueprints that are being applied, the innermost last.
    running: Vec<usize>,
    /// Pairs of a blueprint and one that it applies, directly or not.
    related: FxHashSet<(usize, usize)>,
}

/// What an entry says once its tags are resolved.
struct Resolved {
    model: Model,
    state: Rc<str>,
    /// Whether `must_created` was written out: then a row must not be there yet.
    must_be_new: bool,
    identifiers: Vec<(Rc<str>, Node)>,
    attrs: Map,
}

impl<'a> Apply<'a> {
    fn blueprint(&mut self, position: usize) {
        let is_alone = self.blueprints.len() == 1;
        let Some(blueprint) = self.blueprints.get_mut(position) else { return };
        // What is never tried again is let go of entry by entry.
        let entries =
            if is_alone { std::mem::take(&mut blueprint.entries) } else { blueprint.entries.clone() };
        let own = blueprint.context.clone();
        self.set(position, Progress::Running);
        self.related.extend(self.running.iter().map(|outer| (*outer, position)));
        self.running.push(position);
        let mut context = self.defaults.clone();
        merge_into(&mut context, &own);
        merge_into(&mut context, &json_members(&self.shared.outside.context));
        let mut ids = Ids::default();
        let mut keys = FxHashMap::default();
        let mut take = |entry: &Entry| {
            let made = self.entry(entry, &context, &ids, &mut keys);
            let Some(id) = &entry.id else { return };
            // Of several entries with one `id`, the first that was applied counts.
            match made {
                Ok(Some(row)) if !matches!(ids.get(id), Some(Some(_))) => {
                    ids.insert(id.clone(), Some(row));
                }
                Err(Failed) => {
                    ids.entry(id.clone()).or_insert(None);
                }
                Ok(_) => {}
            }
        };
        match Rc::try_unwrap(entries) {
            Ok(entries) => entries.into_iter().for_each(|entry| take(&entry)),
            Err(entries) => entries.iter().for_each(take),
        }
        self.running.pop();
        self.set(position, Progress::Done);
    }

    fn set(&mut self, position: usize, progress: Progress) {
        if let Some(slot) = self.progress.get_mut(position) {
            *slot = progress;
        }
    }

    /// Applies one entry; gives the row that `!KeyOf` leads to.
    fn entry(
        &mut self,
        entry: &Entry,
        context: &Map,
        ids: &Ids,
        keys: &mut FxHashMap<String, usize>,
    ) -> Result<Option<usize>, Failed> {
        let Some(resolved) = self.resolve(entry, context, ids)? else { return Ok(None) };
        let Resolved { model, state, must_be_new, identifiers, mut attrs } = resolved;
        if model.family == Family::MetaApply {
            self.meta(entry, &attrs);
            return Ok(None);
        }
        if model.family == Family::Unknown {
            let seen = self.unknown.entry(model.name.clone()).or_insert((0, place(entry)));
            seen.0 += 1;
        }
        let absent = &*state == "absent";
        let identifiers: Vec<_> =
            identifiers.into_iter().map(|(name, value)| (name, self.replaced(value, keys))).collect();
        if identifiers.is_empty() {
            if absent {
                return Ok(None);
            }
            return self.fail(
                Diagnostic::error(
                    "no-identifiers",
                    "an entry needs `identifiers` that say which row it is about",
                )
                .at(place(entry), "this entry has none"),
            );
        }
        let found =
            self.resolver(entry, context, ids, model.family.matters()).identified(&model, &identifiers)?;
        if absent {
            if let Some(row) = found {
                self.note_deleted(row, place(entry));
                self.shared.store.delete(row);
            }
            return Ok(None);
        }
        let written_pk = identifiers.iter().find(|(name, _)| &**name == "pk").map(|(_, value)| value.clone());
        if let Some(row) = found {
            if must_be_new {
                let first = self.shared.store.row(row).map_or(Origin::None, |row| row.at);
                return self.fail(
                    Diagnostic::error("must-be-created", "this row must not be there yet, and it is")
                        .at(place_of(&entry.state, place(entry)), "`must_created`")
                        .at(first, "created here"),
                );
            }
            self.remember(written_pk.as_ref(), row, keys);
            if &*state == "created" {
                return Ok(Some(row));
            }
        }
        for (_, value) in attrs.values_mut() {
            let old = std::mem::replace(value, Node::new(Data::Null, Origin::None));
            *value = self.replaced(old, keys);
        }
        merge_into(&mut attrs, &identifiers_map(&identifiers));
        match model.family {
            Family::Binding => self.check_binding(entry, &attrs, found.is_none(), written_pk.is_some())?,
            Family::Target(kind) => {
                if kind == TargetKind::StageBinding && written_pk.is_none() {
                    self.check_stage_binding(entry, &attrs)?;
                }
                self.check_target(kind, &mut attrs);
            }
            _ => {}
        }
        let row = match found {
            Some(row) => row,
            None => self.create(&model, written_pk.as_ref(), entry)?,
        };
        // One row of two models, the second of which says more about it.
        if let Some(known) = self.shared.store.rows.get_mut(row).filter(|known| model.extends(&known.model)) {
            known.model = model.clone();
        }
        self.remember(written_pk.as_ref(), row, keys);
        self.write(row, &model, &attrs);
        Ok(Some(row))
    }

    fn fail<T>(&mut self, problem: Diagnostic) -> Result<T, Failed> {
        self.shared.diagnostics.push(problem);
        Err(Failed)
    }

    fn resolver<'r>(
        &'r mut self,
        entry: &Entry,
        context: &'r Map,
        ids: &'r Ids,
        matters: bool,
    ) -> Resolver<'r, 'a> {
        // authentik looks at the text of `model`; a tag there loses the special case.
        let literal = entry.model.as_text().map(|text| text.to_ascii_lowercase());
        let for_binding = literal.as_deref() == Some("authentik_policies.policybinding");
        Resolver::new(&mut self.shared, context, ids, place(entry), for_binding, matters)
    }

    /// `None`: a condition is not met.
    fn resolve(&mut self, entry: &Entry, context: &Map, ids: &Ids) -> Result<Option<Resolved>, Failed> {
        let name = self.resolver(entry, context, ids, true).resolve(&entry.model)?;
        let model = name.as_text().and_then(|text| models::model(text));
        let Some(model) = model else {
            return self.fail(
                Diagnostic::error("wrong-model", "a `model` is a text such as `authentik_core.group`")
                    .at(place(entry), "this is no model"),
            );
        };
        if model.family == Family::Unknown
            && let Some(near) = nearest(&model.name, MATTER.into_iter())
            && strsim::damerau_levenshtein(near, &model.name) <= 2
        {
            return self.fail(
                Diagnostic::error("wrong-model", format!("there is no model `{}`", model.name))
                    .at(place(entry), "authentik refuses the whole blueprint")
                    .help(format!("did you mean `{near}`?")),
            );
        }
        let matters = model.family.matters() || model.family == Family::MetaApply;
        let mut resolver = self.resolver(entry, context, ids, matters);
        let mut met = true;
        for condition in &entry.conditions {
            let condition = resolver.resolve(condition)?;
            met &= resolver.truth(&condition)?;
        }
        if !met {
            return Ok(None);
        }
        let state = resolver.resolve(&entry.state);
        let identifiers = resolver.resolve_map(&entry.identifiers);
        let attrs = resolver.resolve_map(&entry.attrs);
        let state = state?;
        let Some(text) = state.as_text().filter(|text| STATES.contains(&&***text)).cloned() else {
            return self.fail(
                Diagnostic::error(
                    "blueprint-shape",
                    format!("a `state` is one of `{}`", STATES.join("`, `")),
                )
                .at(place_of(&state, place(entry)), format!("this is {}", state.noun())),
            );
        };
        // What is to go need not be valid.
        let attrs = if &*text == "absent" { attrs.unwrap_or_default() } else { attrs? };
        let must_be_new = entry.state.as_text().is_some_and(|text| &**text == "must_created");
        let identifiers = identifiers?.into_iter().filter_map(|(name, (_, value))| match name {
            MapKey::Text(name) => Some((name, one_key(value))),
            _ => None,
        });
        Ok(Some(Resolved { model, state: text, must_be_new, identifiers: identifiers.collect(), attrs }))
    }

    /// Keys of the file that stand for rows with other keys (dossier §5.3).
    fn replaced(&self, value: Node, keys: &FxHashMap<String, usize>) -> Node {
        if keys.is_empty() {
            return value;
        }
        let one = |value: &Node| match &value.data {
            Data::Text(_) | Data::Int(_) => {
                self.shared.store.asked(value).and_then(|key| keys.get(&key)).map_or_else(
                    || value.clone(),
                    |row| Node::new(Data::Row(Key { row: *row, pbm: false }), value.at),
                )
            }
            _ => value.clone(),
        };
        match &value.data {
            Data::Seq(items) => Node::seq(items.iter().map(one).collect(), value.at),
            Data::Map(map) => {
                let replaced =
                    map.iter().map(|(key, (name, value))| (key.clone(), (name.clone(), one(value))));
                Node::map(replaced.collect(), value.at)
            }
            _ => one(&value),
        }
    }

    fn remember(&self, pk: Option<&Node>, row: usize, keys: &mut FxHashMap<String, usize>) {
        let Some(key) = pk.and_then(|pk| self.shared.store.asked(pk)) else { return };
        if self.shared.store.row_key(Key { row, pbm: false }).as_ref() != Some(&key) {
            keys.insert(key, row);
        }
    }

    fn create(&mut self, model: &Model, pk: Option<&Node>, entry: &Entry) -> Result<usize, Failed> {
        let pk = match pk.map(|pk| (&pk.data, pk.at)) {
            None | Some((Data::Null, _)) => None,
            Some((Data::Text(text), _)) => Some(text.to_string()),
            Some((Data::Int(number), _)) => Some(number.to_string()),
            Some((_, at)) => {
                return self.fail(
                    Diagnostic::error("wrong-type", "a primary key is a text or a number")
                        .at(at, "this is neither"),
                );
            }
        };
        Ok(self.shared.store.create(model.clone(), pk, place(entry)))
    }

    fn write(&mut self, row: usize, model: &Model, attrs: &Map) {
        if let Some(new) = self.shared.store.rows.get_mut(row).filter(|row| row.fields.is_empty()) {
            new.fields.reserve_exact(attrs.len());
        }
        for (name, (_, value)) in attrs {
            let MapKey::Text(name) = name else { continue };
            if &**name != "pk" {
                self.note(row, name, value);
            }
            self.unresolved |= model.family.rests_on(name) && value.misses();
            let membership =
                matches!((model.family, &**name), (Family::User, "groups") | (Family::Group, "users"));
            if membership && let Data::Seq(items) = &value.data {
                self.members(row, model.family, items);
            } else if &**name != "pk" {
                self.shared.store.set(row, name, value.clone());
            }
        }
    }

    /// A list of members replaces the one that was there.
    fn members(&mut self, row: usize, family: Family, items: &[Node]) {
        let store = &mut self.shared.store;
        let Some(own) = store.row_key(Key { row, pbm: false }) else { return };
        // What is no key at all is kept under a name that no row has, so that it is reported in the end.
        let keyed: Vec<(String, Node)> = items
            .iter()
            .enumerate()
            .map(|(index, item)| {
                (store.asked(item).unwrap_or_else(|| format!("?{row}.{index}")), item.clone())
            })
            .collect();
        if family == Family::User {
            store.members.set_groups(&own, keyed);
        } else {
            store.members.set_users(&own, keyed);
        }
    }
}

/// The place of a value, or that of its entry.
fn place_of(node: &Node, entry: Origin) -> Origin {
    if node.at.source().is_some() { node.at } else { entry }
}

/// A mapping with a `pk` stands for that key.
fn one_key(value: Node) -> Node {
    match &value.data {
        Data::Map(map) => member(map, "pk").cloned().unwrap_or(value),
        Data::Object(row) => Node::new(Data::Row(Key { row: *row, pbm: false }), value.at),
        _ => value,
    }
}

fn identifiers_map(identifiers: &[(Rc<str>, Node)]) -> Map {
    identifiers
        .iter()
        .map(|(name, value)| (MapKey::Text(name.clone()), (Node::text(name, value.at), value.clone())))
        .collect()
}
