//! Changes: one edit of a world.

mod check;
mod numbers;
mod objects;
mod part;

use super::{
    Binding, BindingId, Group, GroupId, Id, Policy, PolicyId, Provider, ProviderId, Score, Stage, StageId,
    Target, TargetId, User, UserId, World,
};
pub use check::ChangeError;
use numbers::Now;
pub(crate) use part::Part;

/// One edit of a [`World`]. It changes nothing but what it names, and what authentik itself takes away with that.
///
/// Ids are positions: where an object is added or removed, those behind it get other ones.
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
    /// Adds a user, who is in the groups that are written here.
    AddUser(Box<User>),
    /// Removes a user, and all bindings of them (dossier §1.5).
    RemoveUser(UserId),
    /// Adds a group, below the groups that are written here.
    AddGroup(Box<Group>),
    /// Changes what is known of a group: whether its members are superusers, and its attributes.
    SetGroup {
        /// The group.
        group: GroupId,
        /// What is known from now on. The name stays, and so do the groups above, whatever is written here.
        row: Box<Group>,
    },
    /// Removes a group, and all bindings of it (dossier §1.5). Nobody is in it any more, and no group is below it.
    RemoveGroup(GroupId),
    /// Adds a target.
    AddTarget(Box<Target>),
    /// Changes what is known of a target: its mode, and what its kind has of its own.
    SetTarget {
        /// The target.
        target: TargetId,
        /// What is known from now on. Its kind, what it is called by, and what it is a part of stay.
        row: Box<Target>,
    },
    /// Removes a target, with all that is bound to it. Entitlements go with their application and stage bindings with
    /// their flow; sources that name the flow name none from then on, and neither do devices their device access group.
    RemoveTarget(TargetId),
    /// Adds a stage.
    AddStage(Box<Stage>),
    /// Removes a stage, from all flows too.
    RemoveStage(StageId),
    /// Adds a provider.
    AddProvider(Box<Provider>),
    /// Removes a provider, with its endpoints for remote access. Its application has no provider from then on.
    RemoveProvider(ProviderId),
    /// Sets `core_default_app_access`.
    SetFlag(bool),
    /// Adds reputation scores.
    AddScores(Vec<Score>),
}

/// Which numbers bindings and policies have after a change.
#[derive(Clone, Debug)]
pub(crate) struct Renumbered {
    /// `None` where all are as they were.
    bindings: Option<Vec<Option<BindingId>>>,
    policies: Now<PolicyId>,
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
        self.policies.of(before)
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

    /// The same; says which numbers bindings and policies have afterwards, if the change is not about the objects that
    /// everything else refers to.
    pub(crate) fn change(&mut self, change: &Change) -> Result<Renumbered, ChangeError> {
        self.check(change)?;
        let mut policies = Now::Same;
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
            Change::AddPolicy(row) => policies = Now::Added(self.add_policy(row)),
            Change::SetPolicy(id, row) => {
                if let Some(old) = self.policies.get_mut(*id) {
                    *old = Policy::clone(row);
                }
            }
            Change::RemovePolicy(id) => {
                let of_policy = |(_, row): &(_, &Binding)| row.policy == Some(*id);
                gone.extend(self.bindings.iter().filter(of_policy).map(|(id, _)| id));
                self.policies.retain(|other| other != *id);
                policies = Now::Gone(vec![*id]);
            }
            _ => self.change_objects(change),
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
        self.policies.insert(row.clone(), |other| (&other.name, &other.pk) < (&row.name, &row.pk))
    }

    /// Takes away the bindings that are `gone`, in ascending order, puts in the `new` one, and writes down which numbers the others have.
    fn renumber(&mut self, gone: &[BindingId], new: Option<Binding>, renumbered: &mut Renumbered) {
        if gone.is_empty() && new.is_none() && matches!(renumbered.policies, Now::Same) {
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
