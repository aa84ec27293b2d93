//! The part of a world that some of its targets need, for one user: small, where the world is large.

use super::super::{Ancestry, Binding, BindingId, BoundUser, Details, GroupId, Id, TargetId, UserId, World};
use super::Now;
use super::objects::Everywhere;

/// A part of a world. What is in it has other numbers than in the whole.
pub(crate) struct Part {
    /// The part.
    pub(crate) world: World,
    /// The number of the user in it.
    pub(crate) user: UserId,
    /// The bindings of the whole world, by their numbers in the part.
    bindings: Vec<BindingId>,
    now: Everywhere,
}

impl World {
    /// The part with `user` alone, with `targets` and their bindings, with the targets that those belong to, and with all
    /// groups above those of the user, of the bindings, and above `groups`. Of policies, providers and stages it has all.
    pub(crate) fn part(&self, user: UserId, targets: &[TargetId], groups: &[GroupId]) -> Part {
        let is_asked = |(_, row): &(BindingId, &Binding)| targets.contains(&row.target);
        let owner = |target: &TargetId| match &self.targets.row(*target).details {
            Details::Entitlement { application } => Some(*application),
            Details::StageBinding { flow, .. } => Some(*flow),
            Details::Device { access_group, .. } => *access_group,
            _ => None,
        };
        let (bindings, rows): (Vec<BindingId>, Vec<Binding>) = self
            .bindings
            .iter()
            .filter(is_asked)
            .map(|(id, row)| {
                (id, Binding { user: row.user.as_ref().map(|who| alone(who, user)), ..row.clone() })
            })
            .unzip();
        let mut needed = groups.to_vec();
        needed.extend(&self.users.row(user).groups);
        needed.extend(rows.iter().filter_map(|row| row.group));
        let needed = Ancestry::of(self).above(&needed);
        let mut kept = targets.to_vec();
        kept.extend(targets.iter().filter_map(owner));
        let now = Everywhere {
            targets: Now::Gone(self.targets.ids().filter(|id| !kept.contains(id)).collect()),
            groups: Now::Gone(self.groups.ids().filter(|id| needed.binary_search(id).is_err()).collect()),
            ..Everywhere::default()
        };
        let mut world = Self {
            edition: self.edition.clone(),
            edition_from: self.edition_from,
            flags: self.flags,
            partial: self.partial,
            users: [self.users.row(user).clone()].into_iter().collect(),
            groups: self.groups.clone(),
            policies: self.policies.clone(),
            stages: self.stages.clone(),
            providers: self.providers.clone(),
            targets: self.targets.clone(),
            bindings: rows.into_iter().collect(),
            reputation: self.reputation.clone(),
        };
        world.put(&now);
        Part { world, user: UserId::from_index(0), bindings, now }
    }
}

impl Part {
    /// The number of a target of the whole world; `None` where it is no part of this one.
    pub(crate) fn target(&self, of_whole: TargetId) -> Option<TargetId> {
        self.now.targets.of(of_whole)
    }

    /// The number of a group of the whole world; `None` where it is no part of this one.
    pub(crate) fn group(&self, of_whole: GroupId) -> Option<GroupId> {
        self.now.groups.of(of_whole)
    }

    /// The number of a binding of the whole world; `None` where it is no part of this one.
    pub(crate) fn binding(&self, of_whole: BindingId) -> Option<BindingId> {
        self.bindings.binary_search(&of_whole).ok().map(BindingId::from_index)
    }
}

/// The user of a binding where only `user` is there.
fn alone(bound: &BoundUser, user: UserId) -> BoundUser {
    match bound {
        BoundUser::Listed(other) if *other == user => BoundUser::Listed(UserId::from_index(0)),
        BoundUser::Listed(other) => BoundUser::Unlisted(format!("listed {}", other.index())),
        BoundUser::Unlisted(key) => BoundUser::Unlisted(key.clone()),
    }
}
