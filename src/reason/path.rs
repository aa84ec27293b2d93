//! How does a user come to be in a group?

use std::collections::VecDeque;

use rustc_hash::FxHashMap;

use crate::model::{GroupId, UserId, World};

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
