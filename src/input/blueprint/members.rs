//! Memberships: authentik lets both sides write them.

use std::collections::BTreeSet;

use indexmap::{IndexMap, IndexSet};
use rustc_hash::FxHashMap;

use super::models::Family;
use super::node::Node;

/// Who is directly in which group, by the keys of both.
#[derive(Clone, Default)]
pub(super) struct Members {
    /// User -> groups, with the place that says so.
    pub(super) groups_of: IndexMap<String, IndexMap<String, Node>>,
    users_of: FxHashMap<String, IndexSet<String>>,
}

impl Members {
    /// Puts `user` into `groups` and out of all others.
    pub(super) fn set_groups(&mut self, user: &str, groups: Vec<(String, Node)>) {
        for group in self.groups_of.get(user).into_iter().flat_map(|groups| groups.keys()) {
            if let Some(users) = self.users_of.get_mut(group) {
                users.swap_remove(user);
            }
        }
        for (group, _) in &groups {
            self.users_of.entry(group.clone()).or_default().insert(user.to_owned());
        }
        self.groups_of.insert(user.to_owned(), groups.into_iter().collect());
    }

    /// Puts `users` into `group` and all others out of it.
    pub(super) fn set_users(&mut self, group: &str, users: Vec<(String, Node)>) {
        for user in self.users_of.remove(group).unwrap_or_default() {
            if let Some(groups) = self.groups_of.get_mut(&user) {
                groups.shift_remove(group);
            }
        }
        for (user, node) in users {
            self.groups_of.entry(user.clone()).or_default().insert(group.to_owned(), node);
            self.users_of.entry(group.to_owned()).or_default().insert(user);
        }
    }

    /// The other ends of the memberships of a user or a group that are not as `written`.
    pub(super) fn changed(&self, family: Family, key: &str, written: &BTreeSet<String>) -> Vec<String> {
        let now: BTreeSet<String> = if family == Family::User {
            self.groups_of.get(key).into_iter().flat_map(|groups| groups.keys().cloned()).collect()
        } else {
            self.users_of.get(key).into_iter().flatten().cloned().collect()
        };
        now.symmetric_difference(written).cloned().collect()
    }
}
