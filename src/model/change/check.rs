//! Which changes can be made?

use super::super::builder::is_same_key;
use super::super::{
    Binding, BoundUser, Details, Group, GroupId, Id, Policy, Table, Target, TargetId, TargetKind, User,
    UserId, World,
};
use super::Change;
use super::objects::place;

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
    /// Objects keep what they are called by, and parts of others their place.
    #[error("`{from}` cannot be renamed to `{to}`")]
    Renamed {
        /// The name.
        from: String,
        /// The other name.
        to: String,
    },
    /// Another object has the key.
    #[error("there is another {noun} with the key `{key}`")]
    SameKey {
        /// What kind of object.
        noun: &'static str,
        /// The key.
        key: String,
    },
    /// Another object has the name.
    #[error("there is another {noun} called `{name}`")]
    SameName {
        /// What kind of object.
        noun: &'static str,
        /// The name.
        name: String,
    },
}

impl ChangeError {
    /// The same as the code of a diagnostic.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Missing { .. } => "unknown-name",
            Self::InGroup { .. } | Self::Below { .. } => "already",
            Self::NotInGroup { .. } | Self::NotBelow { .. } => "not-there",
            Self::Renamed { .. } => "cannot-rename",
            Self::SameKey { .. } => "duplicate-key",
            Self::SameName { .. } => "duplicate-name",
        }
    }
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
            Change::AddPolicy(row) => self.check_new_policy(row)?,
            Change::SetPolicy(id, row) => {
                let old = find(&self.policies, "policy", *id)?;
                if old.name != row.name {
                    return Err(ChangeError::Renamed { from: old.name.clone(), to: row.name.clone() });
                }
                let others = self.policies.iter().filter(|(other, _)| other != id);
                unique("policy", row.pk.as_deref(), others, |row| row.pk.as_deref())?;
            }
            Change::RemovePolicy(id) => find(&self.policies, "policy", *id).map(drop)?,
            Change::AddUser(row) => self.check_new_user(row)?,
            Change::RemoveUser(user) => self.user(*user).map(drop)?,
            Change::AddGroup(row) => self.check_new_group(row)?,
            Change::SetGroup { group, row } => self.check_group(*group, row)?,
            Change::RemoveGroup(group) => self.group_name(*group).map(drop)?,
            Change::AddTarget(row) => self.check_new_target(row)?,
            Change::SetTarget { target, row } => self.check_target(*target, row)?,
            Change::RemoveTarget(target) => find(&self.targets, "target", *target).map(drop)?,
            Change::AddStage(row) => {
                if self.stages.values().any(|other| other.name == row.name) {
                    return Err(ChangeError::SameName { noun: "stage", name: row.name.clone() });
                }
                unique("stage", row.pk.as_deref(), self.stages.iter(), |row| row.pk.as_deref())?;
            }
            Change::RemoveStage(stage) => find(&self.stages, "stage", *stage).map(drop)?,
            Change::AddProvider(row) => {
                if self.providers.values().any(|other| other.name == row.name) {
                    return Err(ChangeError::SameName { noun: "provider", name: row.name.clone() });
                }
                unique("provider", row.pk.as_deref(), self.providers.iter(), |row| row.pk.as_deref())?;
            }
            Change::RemoveProvider(provider) => find(&self.providers, "provider", *provider).map(drop)?,
            Change::SetFlag(_) | Change::AddScores(_) => {}
        }
        Ok(())
    }

    fn check_new_policy(&self, row: &Policy) -> Result<(), ChangeError> {
        if self.policies.values().any(|other| other.name == row.name) {
            return Err(ChangeError::SameName { noun: "policy", name: row.name.clone() });
        }
        unique("policy", row.pk.as_deref(), self.policies.iter(), |row| row.pk.as_deref())
    }

    fn check_new_user(&self, row: &User) -> Result<(), ChangeError> {
        if self.users.values().as_slice().binary_search_by(|other| other.username.cmp(&row.username)).is_ok()
        {
            return Err(ChangeError::SameName { noun: "user", name: row.username.to_string() });
        }
        row.groups.iter().try_for_each(|group| self.group_name(*group).map(drop))?;
        unique("user", row.pk.as_deref(), self.users.iter(), |row| row.pk.as_deref())
    }

    fn check_new_group(&self, row: &Group) -> Result<(), ChangeError> {
        // Until 2025.10 two groups could share a name below different parents.
        if self.edition.group_depth.is_none() && self.groups.values().any(|other| other.name == row.name) {
            return Err(ChangeError::SameName { noun: "group", name: row.name.clone() });
        }
        row.parents.iter().try_for_each(|parent| self.group_name(*parent).map(drop))?;
        unique("group", row.pk.as_deref(), self.groups.iter(), |row| row.pk.as_deref())
    }

    fn check_group(&self, group: GroupId, row: &Group) -> Result<(), ChangeError> {
        let old = find(&self.groups, "group", group)?;
        if old.name != row.name {
            return Err(ChangeError::Renamed { from: old.name.clone(), to: row.name.clone() });
        }
        let others = self.groups.iter().filter(|(other, _)| *other != group);
        unique("group", row.pk.as_deref(), others, |row| row.pk.as_deref())
    }

    fn check_new_target(&self, row: &Target) -> Result<(), ChangeError> {
        self.check_links(row)?;
        let is_same = |other: &&Target| {
            let (kind, owner, order, stage, own, _) = place(other);
            (kind, owner, order, stage, own) == {
                let (kind, owner, order, stage, own, _) = place(row);
                (kind, owner, order, stage, own)
            }
        };
        if row.kind() != TargetKind::RacEndpoint && self.targets.values().any(|other| is_same(&other)) {
            let name = row.slug.clone().unwrap_or_else(|| row.name.clone());
            return Err(ChangeError::SameName { noun: row.kind().noun(), name });
        }
        unique("target", row.pk.as_deref(), self.targets.iter(), |row| row.pk.as_deref())
    }

    fn check_target(&self, target: TargetId, row: &Target) -> Result<(), ChangeError> {
        let old = find(&self.targets, "target", target)?;
        self.check_links(row)?;
        let same_key = Target { pk: old.pk.clone(), ..row.clone() };
        if place(old) != place(&same_key) || old.slug != row.slug {
            let to = row.slug.clone().unwrap_or_else(|| row.name.clone());
            return Err(ChangeError::Renamed { from: self.target_name(target), to });
        }
        let others = self.targets.iter().filter(|(other, _)| *other != target);
        unique("target", row.pk.as_deref(), others, |row| row.pk.as_deref())
    }

    /// Whether everything is there that a target refers to.
    fn check_links(&self, row: &Target) -> Result<(), ChangeError> {
        let target = |id: TargetId| find(&self.targets, "target", id).map(drop);
        match &row.details {
            Details::Application { provider: Some(provider) }
            | Details::RacEndpoint { provider: Some(provider) } => {
                find(&self.providers, "provider", *provider).map(drop)
            }
            Details::Entitlement { application } => target(*application),
            Details::StageBinding { flow, stage, .. } => {
                find(&self.stages, "stage", *stage)?;
                target(*flow)
            }
            Details::Device { access_group: Some(group), .. } => target(*group),
            Details::Source(source) => {
                source.flows().into_iter().filter_map(|(_, flow)| flow?.listed()).try_for_each(target)
            }
            _ => Ok(()),
        }
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
    match pk.filter(|pk| others.any(|(_, row)| key(row).is_some_and(|other| is_same_key(other, pk)))) {
        Some(pk) => Err(ChangeError::SameKey { noun, key: pk.to_owned() }),
        None => Ok(()),
    }
}
