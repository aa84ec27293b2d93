//! Which groups are above and below others, through nesting (dossier §1.2).

use std::collections::VecDeque;

use super::{Group, GroupId, Id, UserId, World};

/// The nesting of the groups of a world, as deep as the edition looks.
///
/// The rules derive the same from facts (M1 to M3), for the groups that bindings ask for; code asks for any.
#[derive(Debug)]
pub struct Ancestry<'w> {
    world: &'w World,
    children: Vec<Vec<GroupId>>,
}

impl<'w> Ancestry<'w> {
    /// The nesting of `world`.
    pub fn of(world: &'w World) -> Self {
        let mut children = vec![Vec::new(); world.groups.len()];
        for (id, group) in world.groups.iter() {
            for parent in &group.parents {
                if let Some(list) = children.get_mut(parent.index()) {
                    list.push(id);
                }
            }
        }
        Self { world, children }
    }

    /// The groups that `user` is a member of, directly or through nesting, in ascending order.
    pub fn groups_of(&self, user: UserId) -> Vec<GroupId> {
        self.above(&self.world.users.row(user).groups)
    }

    /// The groups that direct members of one of `groups` are members of, in ascending order.
    pub fn above(&self, groups: &[GroupId]) -> Vec<GroupId> {
        self.reach(groups, |group| self.world.groups.get(group).map(Group::parents))
    }

    /// The groups whose direct members are members of one of `groups`, in ascending order.
    pub fn below(&self, groups: &[GroupId]) -> Vec<GroupId> {
        self.reach(groups, |group| self.children.get(group.index()).map(Vec::as_slice))
    }

    /// Everything that `next` leads to from `start`, through as many levels as count.
    fn reach<'a>(&self, start: &[GroupId], next: impl Fn(GroupId) -> Option<&'a [GroupId]>) -> Vec<GroupId> {
        let limit = self.world.edition.group_depth.unwrap_or(u32::MAX);
        let mut found = Vec::with_capacity(start.len());
        let mut seen = rustc_hash::FxHashSet::default();
        let mut queue: VecDeque<(GroupId, u32)> = start.iter().map(|group| (*group, 0)).collect();
        while let Some((group, level)) = queue.pop_front() {
            if !seen.insert(group) {
                continue;
            }
            found.push(group);
            if level < limit {
                queue.extend(next(group).unwrap_or_default().iter().map(|group| (*group, level + 1)));
            }
        }
        found.sort_unstable();
        found
    }
}
