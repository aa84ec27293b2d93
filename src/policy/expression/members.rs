//! The direct members of every group.

use crate::model::{GroupId, Id, World};
use crate::subjects::Subjects;

/// The users who are directly in each group, by the number of the group.
pub(super) struct Members(Vec<Vec<u32>>);

impl Members {
    pub(super) fn of(world: &World) -> Self {
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

    /// Those of `subjects` who are directly in one of `groups`.
    pub(super) fn of_any(&self, groups: &[GroupId], subjects: usize) -> Subjects {
        let mut found = Subjects::none(subjects);
        let members = groups.iter().filter_map(|group| self.0.get(group.index())).flatten();
        members.for_each(|user| found.insert(*user as usize));
        found
    }
}
