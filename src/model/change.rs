//! Changes: one edit of a world.

use super::{
    Binding, BindingId, BoundUser, GroupId, Id, Policy, PolicyId, Table, TargetId, User, UserId, World,
};

/// One edit of a [`World`]. It changes nothing but what it names, and what authentik itself takes away with that.
///
/// Ids are positions: where a binding or a policy is added or removed, those behind it get other ones.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// Puts a user into a group.
    Join {
        /// The user.
        user: UserId,
        /// The group.
        group: GroupId,
    },
    /// Takes a user out of a group.
    Leave {
        /// The user.
        user: UserId,
        /// The group, which the user must be in directly.
        group: GroupId,
    },
    /// Changes what is known of a user: attributes, whether they may log in, and so on.
    SetUser {
        /// The user.
        user: UserId,
        /// What is known from now on. The username stays, and so do the groups, whatever is written here.
        row: Box<User>,
    },
    /// Puts a group below another one.
    Nest {
        /// The group whose members become members of the other one.
        child: GroupId,
        /// The other one.
        parent: GroupId,
    },
    /// Takes a group away from below another one.
    Unnest {
        /// The group below.
        child: GroupId,
        /// The group directly above.
        parent: GroupId,
    },
    /// Adds a binding.
    Bind(Box<Binding>),
    /// Removes a binding.
    Unbind(BindingId),
    /// Puts a binding in the place of another one.
    Rebind(BindingId, Box<Binding>),
    /// Adds a policy.
    AddPolicy(Box<Policy>),
    /// Changes what a policy does. The name stays.
    SetPolicy(PolicyId, Box<Policy>),
    /// Removes a policy, and all bindings of it with it (dossier §1.5).
    RemovePolicy(PolicyId),
}

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
    /// Another policy has the name.
    #[error("there is a policy called `{0}` already")]
    SameName(String),
}

/// Which numbers bindings and policies have after a change.
#[derive(Clone, Debug)]
pub(crate) struct Renumbered {
    /// `None` where all are as they were.
    bindings: Option<Vec<Option<BindingId>>>,
    policies: Shift,
}

/// What happened to the numbers of policies.
#[derive(Clone, Copy, Debug)]
enum Shift {
    None,
    Added(PolicyId),
    Removed(PolicyId),
}

impl Renumbered {
    /// The number of a binding that was there before and is as it was.
    pub(crate) fn binding(&self, before: BindingId) -> Option<BindingId> {
        match &self.bindings {
            Some(bindings) => bindings.get(before.index()).copied().flatten(),
            None => Some(before),
        }
    }

    /// The number of a policy that was there before.
    pub(crate) fn policy(&self, before: PolicyId) -> Option<PolicyId> {
        match self.policies {
            Shift::Added(added) if before >= added => Some(PolicyId(before.0 + 1)),
            Shift::Removed(removed) if before == removed => None,
            Shift::Removed(removed) if before > removed => Some(PolicyId(before.0 - 1)),
            _ => Some(before),
        }
    }
}

impl World {
    /// Makes `change`.
    ///
    /// ```
    /// use whomay::World;
    /// use whomay::model::Change;
    ///
    /// let mut world = World::parse("tenant.may", "group staff  user anna")?;
    /// let (user, group) = (world.find_user("anna")?, world.find_group("staff")?);
    /// world.apply(&Change::Join { user, group })?;
    /// assert_eq!(*world.users[user].groups, [group]);
    /// assert!(world.apply(&Change::Join { user, group }).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When the change cannot be made; the world is as it was then.
    pub fn apply(&mut self, change: &Change) -> Result<(), ChangeError> {
        self.change(change).map(drop)
    }

    /// The same; says which numbers there are afterwards.
    pub(crate) fn change(&mut self, change: &Change) -> Result<Renumbered, ChangeError> {
        self.check(change)?;
        let mut policies = Shift::None;
        let mut gone: Vec<BindingId> = Vec::new();
        let mut new: Option<Binding> = None;
        match change {
            Change::Join { user, group } => self.set_groups(*user, |groups| insert(groups, *group)),
            Change::Leave { user, group } => {
                self.set_groups(*user, |groups| groups.retain(|other| other != group));
            }
            Change::SetUser { user, row } => {
                if let Some(old) = self.users.get_mut(*user) {
                    let groups = std::mem::take(&mut old.groups);
                    *old = User { groups, ..User::clone(row) };
                }
            }
            Change::Nest { child, parent } => {
                if let Some(row) = self.groups.get_mut(*child)
                    && let Err(at) = row.parents.binary_search(parent)
                {
                    row.parents.insert(at, *parent);
                    if row.parent_origins.len() >= at {
                        row.parent_origins.insert(at, super::Origin::None);
                    }
                }
            }
            Change::Unnest { child, parent } => {
                if let Some(row) = self.groups.get_mut(*child)
                    && let Ok(at) = row.parents.binary_search(parent)
                {
                    row.parents.remove(at);
                    if at < row.parent_origins.len() {
                        row.parent_origins.remove(at);
                    }
                }
            }
            Change::Bind(row) => new = Some(Binding::clone(row)),
            Change::Unbind(id) => gone.push(*id),
            Change::Rebind(id, row) => {
                gone.push(*id);
                new = Some(Binding::clone(row));
            }
            Change::AddPolicy(row) => policies = Shift::Added(self.add_policy(row)),
            Change::SetPolicy(id, row) => {
                if let Some(old) = self.policies.get_mut(*id) {
                    *old = Policy::clone(row);
                }
            }
            Change::RemovePolicy(id) => {
                let of_policy = |(_, row): &(_, &Binding)| row.policy == Some(*id);
                gone.extend(self.bindings.iter().filter(of_policy).map(|(id, _)| id));
                self.policies = self
                    .policies
                    .iter()
                    .filter(|(other, _)| other != id)
                    .map(|(_, row)| row.clone())
                    .collect();
                policies = Shift::Removed(*id);
            }
        }
        let mut renumbered = Renumbered { bindings: None, policies };
        self.renumber(&gone, new, &mut renumbered);
        Ok(renumbered)
    }

    fn set_groups(&mut self, user: UserId, change: impl FnOnce(&mut Vec<GroupId>)) {
        if let Some(row) = self.users.get_mut(user) {
            let mut groups = std::mem::take(&mut row.groups).into_vec();
            change(&mut groups);
            row.groups = groups.into();
        }
    }

    fn add_policy(&mut self, row: &Policy) -> PolicyId {
        let mut rows: Vec<Policy> = std::mem::take(&mut self.policies).into_iter().collect();
        let at = rows.partition_point(|other| (&other.name, &other.pk) < (&row.name, &row.pk));
        rows.insert(at, row.clone());
        self.policies = rows.into_iter().collect();
        PolicyId::from_index(at)
    }

    /// Takes away the bindings that are `gone`, puts in the `new` one, and writes down which numbers the others have.
    fn renumber(&mut self, gone: &[BindingId], new: Option<Binding>, renumbered: &mut Renumbered) {
        if gone.is_empty() && new.is_none() && matches!(renumbered.policies, Shift::None) {
            return;
        }
        let old = std::mem::take(&mut self.bindings);
        let mut bindings = vec![None; old.len()];
        let mut rows: Vec<(Option<BindingId>, Binding)> = old
            .ids()
            .map(Some)
            .zip(old)
            .filter(|(id, _)| !gone.iter().any(|gone| Some(*gone) == *id))
            .collect();
        for (_, row) in &mut rows {
            row.policy = row.policy.and_then(|policy| renumbered.policy(policy));
        }
        if let Some(new) = new {
            let at = rows.partition_point(|(_, row)| row.by_place(&new).is_le());
            rows.insert(at, (None, new));
        }
        for (index, (before, _)) in rows.iter().enumerate() {
            if let Some(slot) = before.and_then(|before| bindings.get_mut(before.index())) {
                *slot = Some(BindingId::from_index(index));
            }
        }
        renumbered.bindings = Some(bindings);
        self.bindings = rows.into_iter().map(|(_, row)| row).collect();
    }

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
            }
            Change::SetPolicy(id, row) => {
                let old = find(&self.policies, "policy", *id)?;
                if old.name != row.name {
                    return Err(ChangeError::Renamed { from: old.name.clone(), to: row.name.clone() });
                }
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

fn insert(groups: &mut Vec<GroupId>, group: GroupId) {
    if let Err(at) = groups.binary_search(&group) {
        groups.insert(at, group);
    }
}
