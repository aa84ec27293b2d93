//! The rows that the entries made, as authentik's database would hold them.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::rc::Rc;

use indexmap::{IndexMap, IndexSet};
use rustc_hash::{FxBuildHasher, FxHashMap};

use super::defaults::{self, default};
use super::members::Members;
use super::models::{Family, Model, OnDelete, Relation, To};
use super::node::{Data, Key, Node};
use super::spaces::{relations_to, spaces_of};
use crate::model::Origin;

/// A row.
#[derive(Clone)]
pub(super) struct Row {
    pub(super) model: Model,
    /// The primary key, when an entry gave it.
    pub(super) pk: Option<String>,
    pub(super) fields: IndexMap<Rc<str>, Node, FxBuildHasher>,
    pub(super) at: Origin,
    pub(super) alive: bool,
    /// Who wrote each field last, where there are several files.
    pub(super) written: FxHashMap<Rc<str>, Written>,
    /// Two places that do not agree on the row, the one that counts last.
    pub(super) conflict: Option<(Origin, Origin)>,
}

/// What a blueprint wrote into a field.
#[derive(Clone)]
pub(super) struct Written {
    /// The position of the blueprint.
    pub(super) by: usize,
    pub(super) value: Node,
    pub(super) at: Origin,
}

impl Row {
    /// What a field holds, whether an entry wrote it or not.
    pub(super) fn holds(&self, field: &str) -> Option<Cow<'_, Node>> {
        match self.fields.get(field) {
            Some(written) => Some(Cow::Borrowed(written)),
            None => default(&self.model, field).map(|default| Cow::Owned(default.node())),
        }
    }
}

/// The rows of a space by the value of one field.
type Index = FxHashMap<String, Rows>;

/// Rows that have a value in common. Most values that are asked for are those of one row.
#[derive(Clone, Default)]
struct Rows {
    first: Option<usize>,
    others: Option<Box<IndexSet<usize, FxBuildHasher>>>,
}

impl Rows {
    fn insert(&mut self, row: usize) {
        if self.first.is_none() && self.others.is_none() {
            self.first = Some(row);
        } else if self.first != Some(row) {
            self.others.get_or_insert_default().insert(row);
        }
    }

    fn remove(&mut self, row: usize) {
        if self.first == Some(row) {
            self.first = None;
        } else if let Some(others) = &mut self.others {
            others.swap_remove(&row);
        }
    }

    fn iter(&self) -> impl Iterator<Item = usize> {
        self.first.into_iter().chain(self.others.iter().flat_map(|rows| rows.iter().copied()))
    }
}

/// All rows, with memberships as one relation: authentik lets both sides write it.
#[derive(Clone, Default)]
pub(super) struct Store {
    pub(super) rows: Vec<Row>,
    spaces: FxHashMap<Rc<str>, Vec<usize>>,
    by_pk: FxHashMap<(Rc<str>, String), usize>,
    /// Field by field: what was asked for once is kept up to date from then on.
    indexes: FxHashMap<(Rc<str>, Rc<str>), Index>,
    pub(super) members: Members,
}

impl Store {
    pub(super) fn row(&self, row: usize) -> Option<&Row> {
        self.rows.get(row)
    }

    /// The row, unless it was deleted.
    pub(super) fn alive(&self, row: usize) -> Option<&Row> {
        self.rows.get(row).filter(|row| row.alive)
    }

    /// Adds a row.
    pub(super) fn create(&mut self, model: Model, pk: Option<String>, at: Origin) -> usize {
        let row = self.rows.len();
        self.spaces.entry(model.space.clone()).or_default().push(row);
        if let Some(pk) = &pk {
            self.by_pk.insert((model.space.clone(), normal(pk)), row);
        }
        for (field, default) in defaults::of(&model) {
            let key = (model.space.clone(), Rc::<str>::from(*field));
            if self.indexes.contains_key(&key)
                && let Some(value) = self.asked(&default.node())
                && let Some(index) = self.indexes.get_mut(&key)
            {
                index.entry(value).or_default().insert(row);
            }
        }
        self.rows.push(Row {
            model,
            pk,
            fields: IndexMap::default(),
            at,
            alive: true,
            written: FxHashMap::default(),
            conflict: None,
        });
        row
    }

    /// Writes a field.
    pub(super) fn set(&mut self, row: usize, field: &Rc<str>, value: Node) {
        let Some(found) = self.rows.get(row) else { return };
        let key = (found.model.space.clone(), field.clone());
        if self.indexes.contains_key(&key) {
            let old = found.holds(field).and_then(|old| self.stored(found.model.family, field, &old));
            let new = self.stored(found.model.family, field, &value);
            if let Some(index) = self.indexes.get_mut(&key) {
                if let Some(rows) = old.and_then(|old| index.get_mut(&old)) {
                    rows.remove(row);
                }
                if let Some(new) = new {
                    index.entry(new).or_default().insert(row);
                }
            }
        }
        if let Some(found) = self.rows.get_mut(row) {
            found.fields.insert(field.clone(), value);
        }
    }

    /// The row of a space that has this primary key.
    pub(super) fn by_pk(&self, space: &str, pk: &str) -> Option<usize> {
        if let Some(position) = pk.strip_prefix('#') {
            let row = position.parse().ok()?;
            return self.alive(row).filter(|found| *found.model.space == *space).map(|_| row);
        }
        let row = *self.by_pk.get(&(Rc::from(space), normal(pk)))?;
        self.alive(row).map(|_| row)
    }

    /// The row that a value refers to.
    pub(super) fn referred(&self, value: &Node, to: To) -> Option<usize> {
        match &value.data {
            Data::Row(Key { row, .. }) => {
                let family = self.alive(*row)?.model.family;
                let fits = match to {
                    To::Family(wanted) => family == wanted,
                    To::AnyTarget => matches!(family, Family::Target(_)),
                };
                fits.then_some(*row)
            }
            Data::Text(_) | Data::Int(_) => {
                let pk = plain_key(value)?;
                spaces_of(to).iter().find_map(|space| self.by_pk(space, &pk))
            }
            _ => None,
        }
    }

    /// The form in which the key of a row is compared.
    pub(super) fn row_key(&self, key: Key) -> Option<String> {
        let row = self.row(key.row)?;
        if key.pbm && row.model.family.has_own_key() {
            return Some(format!("pbm#{}", key.row));
        }
        Some(row.pk.as_deref().map_or_else(|| format!("#{}", key.row), normal))
    }

    /// The form in which a value that somebody asks for is compared; `None`: it is null, or a collection.
    pub(super) fn asked(&self, value: &Node) -> Option<String> {
        match &value.data {
            Data::Row(key) => self.row_key(*key),
            _ => plain_key(value),
        }
    }

    /// The same for a value in a row. A binding is stored with the second key of its target (dossier §5.3).
    fn stored(&self, family: Family, field: &str, value: &Node) -> Option<String> {
        if let Some(relation) = family.relation(field)
            && let Some(row) = self.referred(value, relation.to)
        {
            return self.row_key(Key { row, pbm: relation.to == To::AnyTarget });
        }
        self.asked(value)
    }

    /// Every row of a space.
    pub(super) fn all(&self, space: &str) -> impl Iterator<Item = (usize, &Row)> {
        let rows = self.spaces.get(space).map(Vec::as_slice).unwrap_or_default();
        rows.iter().filter_map(|row| self.alive(*row).map(|found| (*row, found)))
    }

    /// The rows of `model` whose `field` is `value`, in the order of creation.
    pub(super) fn with(&mut self, model: &Model, field: &str, value: &str) -> Vec<usize> {
        let mut rows = self.indexed(&model.space, field, value);
        rows.retain(|row| self.alive(*row).is_some_and(|found| model.sees(&found.model)));
        rows.sort_unstable();
        rows
    }

    /// The rows of a space that the index of `field` has under `value`.
    fn indexed(&mut self, space: &Rc<str>, field: &str, value: &str) -> Vec<usize> {
        let key = (space.clone(), Rc::<str>::from(field));
        if !self.indexes.contains_key(&key) {
            let mut index = Index::default();
            for (row, found) in self.all(space) {
                let stored =
                    found.holds(field).and_then(|held| self.stored(found.model.family, field, &held));
                if let Some(stored) = stored {
                    index.entry(stored).or_default().insert(row);
                }
            }
            self.indexes.insert(key.clone(), index);
        }
        let rows = self.indexes.get(&key).and_then(|index| index.get(value));
        rows.map(|rows| rows.iter().collect()).unwrap_or_default()
    }

    /// Whether `field` of `row` is `value`, as a query of Django's compares them.
    pub(super) fn is(&self, row: &Row, field: &str, value: &Node) -> bool {
        let known = row.holds(field);
        match &value.data {
            Data::Null | Data::Missing(_) => {
                known.is_none_or(|known| matches!(known.data, Data::Null | Data::Missing(_)))
            }
            Data::Map(asked) => known.is_some_and(|known| match &known.data {
                Data::Map(known) => asked.iter().all(|(key, (_, asked))| {
                    known.get(key).is_some_and(|(_, known)| known.to_json() == asked.to_json())
                }),
                _ => false,
            }),
            Data::Seq(_) => known.is_some_and(|known| known.to_json() == value.to_json()),
            _ => known.is_some_and(|known| {
                self.stored(row.model.family, field, &known)
                    .is_some_and(|known| Some(known) == self.asked(value))
            }),
        }
    }

    /// The keys of a list of references.
    pub(super) fn keys(&self, list: &Node) -> BTreeSet<String> {
        let Data::Seq(items) = &list.data else { return BTreeSet::new() };
        items.iter().filter_map(|item| self.asked(item)).collect()
    }

    /// Whether two values of a field come to the same.
    pub(super) fn same(&self, family: Family, field: &str, one: &Node, other: &Node) -> bool {
        match (&one.data, &other.data) {
            (Data::Null | Data::Missing(_), Data::Null | Data::Missing(_)) => true,
            (Data::Time(one), Data::Time(other)) => one == other,
            (Data::Seq(items), Data::Seq(others)) => {
                let plain = |items: &[Node]| items.iter().all(|item| self.asked(item).is_some());
                if plain(items) && plain(others) {
                    self.keys(one) == self.keys(other)
                } else {
                    one.to_json().is_some_and(|json| other.to_json() == Some(json))
                }
            }
            (Data::Map(_), Data::Map(_)) => one.to_json().is_some_and(|json| other.to_json() == Some(json)),
            _ => {
                let stored = self.stored(family, field, one);
                stored.is_some() && stored == self.stored(family, field, other)
            }
        }
    }

    /// Deletes a row, and what authentik deletes with it.
    pub(super) fn delete(&mut self, row: usize) {
        let mut doomed = vec![row];
        while let Some(row) = doomed.pop() {
            let Some(family) = self.alive(row).map(|row| row.model.family) else { continue };
            let Some(key) = self.row_key(Key { row, pbm: false }) else { continue };
            let referring = self.referring(row, &key, family);
            if let Some(found) = self.rows.get_mut(row) {
                found.alive = false;
            }
            match family {
                Family::User => self.members.set_groups(&key, Vec::new()),
                Family::Group => {
                    self.members.set_users(&key, Vec::new());
                    self.orphan(&key);
                }
                _ => {}
            }
            for (other, relation) in referring {
                match relation.on_delete {
                    OnDelete::Cascade => doomed.push(other),
                    OnDelete::SetNull => {
                        let at = self.row(other).and_then(|other| other.fields.get(relation.field));
                        let null = Node::new(Data::Null, at.map_or(Origin::None, |node| node.at));
                        self.set(other, &relation.field.into(), null);
                    }
                }
            }
        }
    }

    /// The rows that refer to `row`, each with the field that does.
    fn referring(&mut self, row: usize, key: &str, family: Family) -> Vec<(usize, &'static Relation)> {
        let second = self.row_key(Key { row, pbm: true }).filter(|second| second != key);
        let mut referring = Vec::new();
        for (space, relation) in relations_to(family) {
            let space = Rc::from(space);
            for key in [Some(key), second.as_deref()].into_iter().flatten() {
                for other in self.indexed(&space, relation.field, key) {
                    let value = self.alive(other).and_then(|other| other.fields.get(relation.field));
                    if value.is_some_and(|value| Self::refers(value, row, key, family, relation.to)) {
                        referring.push((other, relation));
                    }
                }
            }
        }
        referring
    }

    /// Takes a group out of the parents of all others.
    fn orphan(&mut self, key: &str) {
        let mut left = Vec::new();
        for (row, found) in self.all("authentik_core.group") {
            if let Some(Node { data: Data::Seq(parents), at }) = found.fields.get("parents")
                && parents.iter().any(|parent| self.asked(parent).as_deref() == Some(key))
            {
                let others = parents.iter().filter(|parent| self.asked(parent).as_deref() != Some(key));
                left.push((row, Node::seq(others.cloned().collect(), *at)));
            }
        }
        for (row, parents) in left {
            self.set(row, &"parents".into(), parents);
        }
    }

    fn refers(value: &Node, row: usize, key: &str, family: Family, to: To) -> bool {
        match &value.data {
            Data::Row(key) => key.row == row,
            Data::Text(_) | Data::Int(_) => {
                let fits = match (to, family) {
                    (To::Family(wanted), family) => wanted == family,
                    (To::AnyTarget, Family::Target(_)) => true,
                    (To::AnyTarget, _) => false,
                };
                fits && plain_key(value).as_deref() == Some(key)
            }
            _ => false,
        }
    }
}

/// The form in which a plain value is compared. To a database `10` and `"10"` are the same.
fn plain_key(value: &Node) -> Option<String> {
    match &value.data {
        Data::Text(text) => Some(normal(text)),
        Data::Int(number) => Some(number.to_string()),
        Data::Bool(value) => Some(if *value { "True" } else { "False" }.to_owned()),
        Data::Float(number) => Some(number.to_string()),
        _ => None,
    }
}

/// UUIDs are the same in either case, with hyphens or without.
pub(super) fn normal(pk: &str) -> String {
    if is_uuid(pk) {
        pk.chars().filter(|c| *c != '-').collect::<String>().to_ascii_lowercase()
    } else {
        pk.to_owned()
    }
}

pub(super) fn is_uuid(text: &str) -> bool {
    let digits = text.bytes().filter(|byte| *byte != b'-');
    text.len() <= 36
        && digits.clone().count() == 32
        && digits.into_iter().all(|byte| byte.is_ascii_hexdigit())
}
