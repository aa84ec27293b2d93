//! What users and groups have, as code sees it (dossier §4.2).

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::super::ast::Name;
use super::super::time::Moment;
use super::super::value::{Groups, Val, Value, Who};
use super::{Applied, cannot, json, raise, truth};
use crate::model::{Ancestry, GroupId, TargetId, UserId, World};

/// What operations can look up.
pub(in super::super) struct Data<'w> {
    pub(in super::super) world: &'w World,
    pub(in super::super) ancestry: &'w Ancestry<'w>,
    /// What the policy is asked for.
    pub(in super::super) target: TargetId,
    /// What was looked up beyond the subject.
    pub(in super::super) looked: Looked,
}

/// What code looked up beyond its subject and the groups that there are.
#[derive(Debug, Default)]
pub(in super::super) struct Looked {
    /// Other users, whom it chose among all.
    pub(in super::super) users: AtomicBool,
    /// Other policies.
    pub(in super::super) policies: AtomicBool,
}

/// What an anonymous user does not have, though every other has it.
const SAVED_USERS_ONLY: [&str; 11] = [
    "email",
    "name",
    "type",
    "path",
    "uuid",
    "attributes",
    "uid",
    "password_change_date",
    "ak_groups",
    "all_groups",
    "group_attributes",
];

impl<'w> Data<'w> {
    pub(in super::super) fn new(world: &'w World, ancestry: &'w Ancestry<'w>, target: TargetId) -> Self {
        Self { world, ancestry, target, looked: Looked::default() }
    }
}

impl Data<'_> {
    /// An attribute of a user.
    pub(super) fn user_attribute(&self, who: Who, name: &str) -> Applied {
        match who {
            Who::User(id) => self.saved(id, name),
            Who::Anonymous => match name {
                "username" => Ok(Value::Str("".into())),
                "pk" | "id" => Ok(Value::None),
                "is_active" | "is_staff" | "is_superuser" | "is_authenticated" => Ok(Value::Bool(false)),
                "is_anonymous" => Ok(Value::Bool(true)),
                "groups" => match manager(Vec::new()) {
                    Value::Groups(groups) => Ok(Value::Groups(Groups { of_nobody: true, ..groups })),
                    other => Ok(other),
                },
                _ if SAVED_USERS_ONLY.contains(&name) => raise("AttributeError"),
                _ => cannot(format!("`.{name}` of a user")),
            },
        }
    }

    fn saved(&self, id: UserId, name: &str) -> Applied {
        let user = self.world.users.row(id);
        let text = |text: &str| Ok(Value::Str(text.into()));
        match name {
            "username" => text(&user.username),
            "email" => text(&user.email),
            "name" => text(&user.name),
            "path" => text(&user.path),
            "type" => text(user.kind.as_str()),
            "is_active" => Ok(Value::Bool(user.active)),
            "is_authenticated" => Ok(Value::Bool(true)),
            "is_anonymous" => Ok(Value::Bool(false)),
            "is_superuser" | "is_staff" => {
                let mut groups = self.ancestry.groups_of(id).into_iter();
                Ok(Value::Bool(groups.any(|group| self.world.groups.row(group).superuser)))
            }
            "pk" | "id" => match user.pk.as_deref().and_then(|pk| pk.parse().ok()) {
                Some(pk) => Ok(Value::Int(pk)),
                None => cannot("the primary key of a user, which is not in the input"),
            },
            "attributes" => json::dict(user.attributes.iter()),
            "ak_groups" => Ok(manager(user.groups.to_vec())),
            "groups" if self.world.edition.user_groups => Ok(manager(user.groups.to_vec())),
            "groups" => Ok(manager(Vec::new())),
            "password_change_date" => match user.password_changed {
                Some(at) => Ok(Value::Moment(Moment::of(at, true))),
                None => cannot("when a password was changed, which is not in the input"),
            },
            _ => cannot(format!("`.{name}` of a user")),
        }
    }

    /// A method of a user.
    pub(super) fn user_method(&self, who: Who, name: &str, args: &[&Value], names: &[Name]) -> Applied {
        match (who, name) {
            (Who::Anonymous, _) if SAVED_USERS_ONLY.contains(&name) => raise("AttributeError"),
            (Who::User(id), "all_groups") => {
                super::none(args, names)?;
                Ok(query(self.ancestry.groups_of(id)))
            }
            (Who::User(id), "group_attributes") => match args {
                [] => json::merged(self, id),
                [request] if !truth(request) => json::merged(self, id),
                _ => cannot("the attributes of the brand, which are not in the input"),
            },
            _ => cannot(format!("`.{name}()` of a user")),
        }
    }

    /// An attribute of a group.
    pub(super) fn group_attribute(&self, group: GroupId, name: &str) -> Applied {
        let row = self.world.groups.row(group);
        match name {
            "name" => Ok(Value::Str(row.name.as_str().into())),
            "is_superuser" => Ok(Value::Bool(row.superuser)),
            "attributes" => json::dict(row.attributes.iter()),
            _ => cannot(format!("`.{name}` of a group")),
        }
    }

    /// What each row of `groups` is.
    pub(in super::super) fn rows(&self, groups: &Groups) -> Applied<Vec<Val>> {
        let row = |group: &GroupId| match &groups.field {
            None => Ok(Value::Group(*group)),
            Some(field) => self.group_attribute(*group, field),
        };
        groups.ids.iter().map(|group| row(group).map(Val::known)).collect()
    }
}

fn manager(ids: Vec<GroupId>) -> Value {
    Value::Groups(Groups {
        ids: Arc::from(ids),
        manager: true,
        of_nobody: false,
        arranged: false,
        field: None,
    })
}

pub(super) fn query(ids: Vec<GroupId>) -> Value {
    Value::Groups(Groups {
        ids: Arc::from(ids),
        manager: false,
        of_nobody: false,
        arranged: false,
        field: None,
    })
}
