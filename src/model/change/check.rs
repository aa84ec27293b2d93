//! Which changes can be made?

use super::super::{Binding, BoundUser, GroupId, Id, Table, TargetId, User, UserId, World};
use super::Change;

/// Why a change cannot be made. Nothing is changed then.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChangeError {
    /// The change names an object that is not there.
    #[error("there is no {noun} with number {number}")]
    Missing {
        /// What kind of object.
        noun: &'static str,
        /// Its number.
        number: u32,
    },
    /// The user is in the group already.
    #[error("`{user}` is directly in `{group}` already")]
    InGroup {
        /// The user.
        user: String,
        /// The group.
        group: String,
    },
    /// The user is not in the group, or not directly.
    #[error("`{user}` is not directly in `{group}`")]
    NotInGroup {
        /// The user.
        user: String,
        /// The group.
        group: String,
    },
    /// The group is below the other one already.
    #[error("`{child}` is directly below `{parent}` already")]
    Below {
        /// The group below.
        child: String,
        /// The group above.
        parent: String,
    },
    /// The group is not below the other one, or not directly.
    #[error("`{child}` is not directly below `{parent}`")]
    NotBelow {
        /// The group below.
        child: String,
        /// The group above.
        parent: String,
    },
    /// Users and policies keep their names.
    #[error("`{from}` cannot be renamed to `{to}`")]
    Renamed {
        /// The name.
        from: String,
        /// The other name.
        to: String,
    },
    /// Another object has the key.
    #[error("there is a {noun} with the key `{key}` already")]
    SameKey {
        /// What kind of object.
        noun: &'static str,
        /// The key.
        key: String,
    },
    /// Another policy has the name.
    #[error("there is a policy called `{0}` already")]
    SameName(String),
}

impl World {
    /// Says what is wrong with `change`.
    pub(crate) fn check(&self, change: &Change) -> Result<(), ChangeError> {
        match change {
            Change::Join { user, group } => {
                let (row, name) = (self.user(*user)?, self.group_name(*group)?);
                if row.groups.binary_search(group).is_ok() {
                    return Err(ChangeError::InGroup { user: row.username.to_string(), group: name });
                }
            }
            Change::Leave { user, group } => {
                let (row, name) = (self.user(*user)?, self.group_name(*group)?);
                if row.groups.binary_search(group).is_err() {
                    return Err(ChangeError::NotInGroup { user: row.username.to_string(), group: name });
                }
            }
            Change::SetUser { user, row } => {
                let old = self.user(*user)?;
                if old.username != row.username {
                    return Err(ChangeError::Renamed {
                        from: old.username.to_string(),
                        to: row.username.to_string(),
                    });
                }
                // There are many users, and few changes of keys.
                let others = self.users.iter().filter(|(other, _)| other != user && row.pk != old.pk);
                unique("user", row.pk.as_deref(), others, |row| row.pk.as_deref())?;
            }
            Change::Nest { child, parent } | Change::Unnest { child, parent } => {
                let (child_name, parent_name) = (self.group_name(*child)?, self.group_name(*parent)?);
                let is_below =
                    self.groups.get(*child).is_some_and(|row| row.parents.binary_search(parent).is_ok());
                match change {
                    Change::Nest { .. } if is_below => {
                        return Err(ChangeError::Below { child: child_name, parent: parent_name });
                    }
                    Change::Unnest { .. } if !is_below => {
                        return Err(ChangeError::NotBelow { child: child_name, parent: parent_name });
                    }
                    _ => {}
                }
            }
            Change::Bind(row) => self.check_binding(row)?,
            Change::Unbind(id) => find(&self.bindings, "binding", *id).map(drop)?,
            Change::Rebind(id, row) => {
                find(&self.bindings, "binding", *id)?;
                self.check_binding(row)?;
            }
            Change::AddPolicy(row) => {
                if self.policies.values().any(|other| other.name == row.name) {
                    return Err(ChangeError::SameName(row.name.clone()));
                }
                unique("policy", row.pk.as_deref(), self.policies.iter(), |row| row.pk.as_deref())?;
            }
            Change::SetPolicy(id, row) => {
                let old = find(&self.policies, "policy", *id)?;
                if old.name != row.name {
                    return Err(ChangeError::Renamed { from: old.name.clone(), to: row.name.clone() });
                }
                let others = self.policies.iter().filter(|(other, _)| other != id);
                unique("policy", row.pk.as_deref(), others, |row| row.pk.as_deref())?;
            }
            Change::RemovePolicy(id) => find(&self.policies, "policy", *id).map(drop)?,
        }
        Ok(())
    }

    fn check_binding(&self, row: &Binding) -> Result<(), ChangeError> {
        find::<TargetId, _>(&self.targets, "target", row.target)?;
        row.policy.map(|id| find(&self.policies, "policy", id)).transpose()?;
        row.group.map(|id| find(&self.groups, "group", id)).transpose()?;
        if let Some(BoundUser::Listed(user)) = row.user {
            self.user(user)?;
        }
        Ok(())
    }

    fn user(&self, user: UserId) -> Result<&User, ChangeError> {
        find(&self.users, "user", user)
    }

    fn group_name(&self, group: GroupId) -> Result<String, ChangeError> {
        find(&self.groups, "group", group).map(|row| row.name.clone())
    }
}

fn find<'t, I: Id, T>(table: &'t Table<I, T>, noun: &'static str, id: I) -> Result<&'t T, ChangeError> {
    let number = u32::try_from(id.index()).unwrap_or(u32::MAX);
    table.get(id).ok_or(ChangeError::Missing { noun, number })
}

/// Says where one of `others` has the key `pk`.
fn unique<'t, I, T: 't>(
    noun: &'static str,
    pk: Option<&str>,
    mut others: impl Iterator<Item = (I, &'t T)>,
    key: impl Fn(&'t T) -> Option<&'t str>,
) -> Result<(), ChangeError> {
    match pk.filter(|pk| others.any(|(_, row)| key(row) == Some(pk))) {
        Some(pk) => Err(ChangeError::SameKey { noun, key: pk.to_owned() }),
        None => Ok(()),
    }
}
