//! Memberships: authentik lets both sides write them.

use std::collections::BTreeSet;
use std::rc::Rc;

use indexmap::{IndexMap, IndexSet};
use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};

use super::models::Family;
use super::node::Node;

/// A key of a user or a group, by its position among all of them.
type Number = usize;

/// Who is directly in which group, by the keys of both.
#[derive(Clone, Default)]
pub(super) struct Members {
    keys: IndexSet<Rc<str>, FxBuildHasher>,
    /// User -> groups, with the place that says so.
    groups_of: IndexMap<Number, Vec<(Number, Node)>, FxBuildHasher>,
    users_of: FxHashMap<Number, FxHashSet<Number>>,
}

impl Members {
    fn number(&mut self, key: &str) -> Number {
        match self.keys.get_index_of(key) {
            Some(number) => number,
            None => self.keys.insert_full(key.into()).0,
        }
    }

    fn key(&self, number: Number) -> &str {
        self.keys.get_index(number).map_or("", |key| key)
    }

    /// Each user with its groups.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, impl Iterator<Item = (&str, &Node)>)> {
        self.groups_of.iter().map(|(user, groups)| (self.key(*user), self.named(groups)))
    }

    fn named<'m>(&'m self, groups: &'m [(Number, Node)]) -> impl Iterator<Item = (&'m str, &'m Node)> {
        groups.iter().map(|(group, node)| (self.key(*group), node))
    }

    /// The groups of `user`.
    pub(super) fn groups_of(&self, user: &str) -> impl Iterator<Item = (&str, &Node)> {
        let groups = self.keys.get_index_of(user).and_then(|user| self.groups_of.get(&user));
        self.named(groups.map_or(&[], Vec::as_slice))
    }

    /// Puts `user` into `groups` and out of all others.
    pub(super) fn set_groups(&mut self, user: &str, groups: Vec<(String, Node)>) {
        let user = self.number(user);
        for (group, _) in self.groups_of.get(&user).into_iter().flatten() {
            if let Some(users) = self.users_of.get_mut(group) {
                users.remove(&user);
            }
        }
        let groups: IndexMap<Number, Node, FxBuildHasher> =
            groups.into_iter().map(|(group, node)| (self.number(&group), node)).collect();
        for group in groups.keys() {
            self.users_of.entry(*group).or_default().insert(user);
        }
        self.groups_of.insert(user, groups.into_iter().collect());
    }

    /// Puts `users` into `group` and all others out of it.
    pub(super) fn set_users(&mut self, group: &str, users: Vec<(String, Node)>) {
        let group = self.number(group);
        // Each is taken out of a list of its own.
        let before: BTreeSet<Number> = self.users_of.remove(&group).into_iter().flatten().collect();
        for user in before {
            if let Some(groups) = self.groups_of.get_mut(&user) {
                groups.retain(|(other, _)| *other != group);
            }
        }
        for (user, node) in users {
            let user = self.number(&user);
            let groups = self.groups_of.entry(user).or_default();
            match groups.iter_mut().find(|(other, _)| *other == group) {
                Some((_, known)) => *known = node,
                None => groups.push((group, node)),
            }
            self.users_of.entry(group).or_default().insert(user);
        }
    }

    /// The other ends of the memberships of a user or a group that are not as `written`.
    pub(super) fn changed(&self, family: Family, key: &str, written: &BTreeSet<String>) -> Vec<String> {
        let now: BTreeSet<String> = if family == Family::User {
            self.groups_of(key).map(|(group, _)| group.to_owned()).collect()
        } else {
            let users = self.keys.get_index_of(key).and_then(|group| self.users_of.get(&group));
            users.into_iter().flatten().map(|user| self.key(*user).to_owned()).collect()
        };
        now.symmetric_difference(written).cloned().collect()
    }
}
