//! The direct members of every group.

use super::{GroupId, Id, World};
use crate::subjects::Subjects;

/// The users who are directly in each group.
#[derive(Debug)]
pub(crate) struct Members(Vec<Vec<u32>>);

impl Members {
    pub(crate) fn of(world: &World) -> Self {
        let mut members = vec![Vec::new(); world.groups.len()];
        for (id, user) in world.users.iter() {
            for group in &user.groups {
                if let Some(members) = members.get_mut(group.index()) {
                    members.push(id.0);
                }
            }
        }
        Self(members)
    }

    /// The numbers of those who are directly in `group`, in ascending order.
    pub(crate) fn of_one(&self, group: GroupId) -> &[u32] {
        self.0.get(group.index()).map_or(&[], Vec::as_slice)
    }

    /// Those of `subjects` who are directly in one of `groups`.
    pub(crate) fn of_any(&self, groups: &[GroupId], subjects: usize) -> Subjects {
        let mut found = Subjects::none(subjects);
        let members = groups.iter().flat_map(|group| self.of_one(*group));
        members.for_each(|user| found.insert(*user as usize));
        found
    }
}
