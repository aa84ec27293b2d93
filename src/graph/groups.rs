//! Groups and the groups above them.

use super::{Knot, Links};
use crate::model::{GroupId, Id, World};

/// The nesting of the groups of a world, from each group to those directly above it.
#[derive(Clone, Debug)]
pub struct Groups {
    up: Links,
    down: Links,
}

impl Groups {
    /// The nesting of `world`.
    pub fn of(world: &World) -> Self {
        let links = world
            .groups
            .iter()
            .flat_map(|(id, group)| group.parents.iter().map(move |parent| (id.index(), parent.index())));
        let up = Links::of(world.groups.len(), links);
        let down = up.reversed();
        Self { up, down }
    }

    /// Groups that are above each other.
    pub fn knots(&self) -> Vec<Knot> {
        self.up.knots()
    }

    /// Which groups are `group` or above it.
    pub fn above(&self, groups: impl IntoIterator<Item = GroupId>) -> Vec<bool> {
        self.up.reached(groups.into_iter().map(Id::index))
    }

    /// Which groups are one of `groups` or below one.
    pub fn below(&self, groups: impl IntoIterator<Item = GroupId>) -> Vec<bool> {
        self.down.reached(groups.into_iter().map(Id::index))
    }

    /// A shortest way up from `group` to `above`, both included.
    pub fn way_up(&self, group: GroupId, above: GroupId) -> Option<Vec<GroupId>> {
        let way = self.up.way(group.index(), above.index())?;
        Some(way.into_iter().map(GroupId::from_index).collect())
    }

    /// The groups directly below `group`, in ascending order.
    pub fn children(&self, group: GroupId) -> Vec<GroupId> {
        self.down.next(group.index()).into_iter().map(GroupId::from_index).collect()
    }
}
