//! What rows say about users, groups and who is in which.

use super::{Lower, named_at};
use crate::diagnostic::Diagnostic;
use crate::input::blueprint::models::Family;
use crate::input::blueprint::node::{Data, Key as RowKey, Node};
use crate::input::blueprint::store::Row;
use crate::model::draft::{DraftGroup, DraftUser, Key, Reference, ShapedParents};
use crate::model::{Group, User, UserKind};

impl Lower<'_> {
    pub(super) fn user(&mut self, index: usize, row: &Row) {
        let groups = self.groups_of(index, row);
        let name = self.text(row, "name", "").into();
        let email = self.text(row, "email", "").into();
        let kinds = UserKind::ALL.map(UserKind::as_str);
        let kind = self.word(row, "type", UserKind::default().as_str(), &kinds);
        let active = self.bool(row, "is_active", true);
        let path = self.text(row, "path", "users").into();
        let attributes = self.attributes(row);
        let Some(username) = self.name(row, "username") else { return };
        let user = User {
            pk: row.pk.as_deref().map(Into::into),
            username: username.into(),
            name,
            email,
            kind: UserKind::parse(&kind).unwrap_or_default(),
            active,
            path,
            attributes,
            password_changed: None,
            groups: Box::default(),
            origin: named_at(row, "username"),
        };
        self.draft.users.push(DraftUser { user, groups });
    }

    fn groups_of(&mut self, index: usize, row: &Row) -> Vec<Reference> {
        // A list that is none was kept as a field.
        self.list(row, "groups");
        let store = self.store;
        let Some(key) = store.row_key(RowKey { row: index, pbm: false }) else { return Vec::new() };
        store
            .members
            .groups_of(&key)
            .filter_map(|(group, node)| self.end("authentik_core.group", Family::Group, group, node))
            .collect()
    }

    /// One end of a membership.
    fn end(&mut self, space: &str, family: Family, key: &str, node: &Node) -> Option<Reference> {
        if let Some(found) = self.store.by_pk(space, key) {
            return self.row_reference(found, node.at);
        }
        if let Data::Missing(missing) = node.data {
            self.tell(missing);
            return None;
        }
        let numeric = key.bytes().all(|byte| byte.is_ascii_digit());
        if key.starts_with(['#', '?']) || (family.counts() != numeric) {
            let noun = family.noun();
            self.diagnostics.push(
                Diagnostic::error(
                    "wrong-type",
                    format!(
                        "a membership is between the keys of users and groups, and this is no key of a {noun}"
                    ),
                )
                .at(node.at, format!("this is {}", node.noun())),
            );
            return None;
        }
        Some(Reference { key: Key::Pk(key.to_owned()).into(), origin: node.at })
    }

    pub(super) fn group(&mut self, index: usize, row: &Row) {
        self.list(row, "users");
        let shaped = self.parents(row);
        let superuser = self.bool(row, "is_superuser", false);
        let attributes = self.attributes(row);
        let Some(name) = self.name(row, "name") else { return };
        let group = Group {
            pk: row.pk.clone(),
            name,
            parents: Vec::new(),
            parent_origins: Vec::new(),
            superuser,
            attributes,
            origin: named_at(row, "name"),
        };
        self.groups.insert(index, self.draft.groups.len());
        self.draft.groups.push(DraftGroup { group, parents: Vec::new(), shaped, users: Vec::new() });
    }

    /// Both fields that name parents; the release says which one counts.
    fn parents(&mut self, row: &Row) -> Vec<ShapedParents> {
        let mut shaped = Vec::new();
        if row.fields.contains_key("parents") {
            let mut parents = Vec::new();
            for parent in self.list(row, "parents") {
                if matches!(parent.data, Data::Null) {
                    self.wrong_type(row, parent, "parents", "a list of keys");
                }
                parents.extend(self.to(row, parent, "parents", Family::Group));
            }
            shaped.push(ShapedParents { many: true, parents, origin: Self::field_at(row, "parents") });
        }
        if row.fields.contains_key("parent") {
            let parents = self.reference(row, "parent", Family::Group).into_iter().collect();
            shaped.push(ShapedParents { many: false, parents, origin: Self::field_at(row, "parent") });
        }
        shaped
    }

    /// Members that no row of the files is: the builder says what that means.
    pub(super) fn strangers(&mut self) {
        let store = self.store;
        for (user, groups) in store.members.iter() {
            if store.by_pk("authentik_core.user", user).is_some() {
                continue;
            }
            for (group, node) in groups {
                let Some(reference) = self.end("authentik_core.user", Family::User, user, node) else {
                    continue;
                };
                let group = store.by_pk("authentik_core.group", group).and_then(|row| self.groups.get(&row));
                if let Some(draft) = group.and_then(|position| self.draft.groups.get_mut(*position)) {
                    draft.users.push(reference);
                }
            }
        }
    }
}
