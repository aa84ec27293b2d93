//! Changes: one edit of a world.

mod check;

use super::{Binding, BindingId, GroupId, Id, Policy, PolicyId, User, UserId, World};
pub use check::ChangeError;

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

    /// Takes away the bindings that are `gone`, in ascending order, puts in the `new` one, and writes down which numbers the others have.
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
            .filter(|(id, _)| id.is_some_and(|id| gone.binary_search(&id).is_err()))
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
}

fn insert(groups: &mut Vec<GroupId>, group: GroupId) {
    if let Err(at) = groups.binary_search(&group) {
        groups.insert(at, group);
    }
}
