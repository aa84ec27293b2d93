//! How does a user come to be in a group?

use std::collections::VecDeque;

use rustc_hash::FxHashMap;

use crate::model::{GroupId, Id, UserId, World};

/// A shortest way from a group that `user` is directly in, upwards to `group`; the first in the order of names where
/// there are several. Empty if there is none that the edition follows.
pub(super) fn shortest(world: &World, user: UserId, group: GroupId) -> Vec<GroupId> {
    let mut from: FxHashMap<GroupId, Option<GroupId>> = FxHashMap::default();
    let mut queue: VecDeque<(GroupId, u32)> = VecDeque::new();
    for direct in &world.users.row(user).groups {
        from.insert(*direct, None);
        queue.push_back((*direct, 0));
    }
    while let Some((here, level)) = queue.pop_front() {
        if here == group {
            let mut path = vec![here];
            let mut last = here;
            while let Some(Some(below)) = from.get(&last) {
                path.push(*below);
                last = *below;
            }
            path.reverse();
            return path;
        }
        if world.edition.group_depth.is_some_and(|limit| level >= limit) {
            continue;
        }
        for parent in &world.groups.row(here).parents {
            if !from.contains_key(parent) {
                from.insert(*parent, Some(here));
                queue.push_back((*parent, level + 1));
            }
        }
    }
    Vec::new()
}

/// Everybody who is in `group`, directly or through as much nesting as the edition follows, by username.
pub(super) fn members(world: &World, group: GroupId) -> Vec<UserId> {
    let mut children: FxHashMap<GroupId, Vec<GroupId>> = FxHashMap::default();
    for (child, row) in world.groups.iter() {
        row.parents.iter().for_each(|parent| children.entry(*parent).or_default().push(child));
    }
    let mut counts = vec![false; world.groups.len()];
    let mut put = |group: GroupId| {
        let slot = counts.get_mut(group.index());
        slot.is_some_and(|counts| !std::mem::replace(counts, true))
    };
    let mut queue = VecDeque::new();
    if put(group) {
        queue.push_back((group, 0));
    }
    while let Some((here, level)) = queue.pop_front() {
        if world.edition.group_depth.is_some_and(|limit| level >= limit) {
            continue;
        }
        for child in children.get(&here).into_iter().flatten() {
            if put(*child) {
                queue.push_back((*child, level + 1));
            }
        }
    }
    let is_in = |group: &GroupId| counts.get(group.index()).copied().unwrap_or_default();
    world.users.iter().filter(|(_, user)| user.groups.iter().any(is_in)).map(|(id, _)| id).collect()
}
