//! See [`InheritedSuperuser`].

use std::collections::VecDeque;

use super::words::many;
use super::{Context, Finding, Lint, Object};
use crate::diagnostic::Severity;
use crate::model::{GroupId, Id};

lint! {
    /// A group whose members are superusers, because it lies below a group of superusers.
    ///
    /// # Why it matters
    ///
    /// Members of a group are members of all groups above it, and a superuser is who is a member of any group with the
    /// flag. Nothing shows that at the group itself: its own flag is off. Whoever may add members to such a group makes
    /// superusers (authentik advisory GHSA-h6c5-mpvq-j4jc).
    ///
    /// # Example
    ///
    /// ```may
    /// group admins { superuser: true }
    /// group helpdesk in admins
    /// user anna in helpdesk
    /// ```
    ///
    /// # Instead
    ///
    /// ```may
    /// group admins { superuser: true }
    /// group helpdesk
    /// user anna in helpdesk
    /// ```
    InheritedSuperuser, "inherited-superuser", Error
}

impl Lint for InheritedSuperuser {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        let world = context.world();
        let is_super = |group: GroupId| world.groups.row(group).superuser;
        let below = world.groups.iter().filter(|(_, row)| !row.superuser);
        let tops: Vec<(GroupId, GroupId)> = below
            .filter_map(|(id, row)| Some((id, row.parents.iter().copied().find(|parent| is_super(*parent))?)))
            .collect();
        if tops.is_empty() {
            return Vec::new();
        }
        let top_of = nearest(context, &tops);
        let mut users = vec![0_usize; world.groups.len()];
        for user in world.users.values().filter(|user| !user.groups.iter().any(|group| is_super(*group))) {
            let tops = user.groups.iter().filter_map(|group| *top_of.get(group.index())?);
            let mut tops: Vec<GroupId> = tops.collect();
            tops.sort_unstable();
            tops.dedup();
            for top in tops {
                if let Some(count) = users.get_mut(top.index()) {
                    *count += 1;
                }
            }
        }
        let findings = tops.into_iter().map(|(group, above)| {
            let name = |group: GroupId| world.groups.row(group).name.as_str();
            let users = users.get(group.index()).copied().unwrap_or_default();
            let mut message =
                format!("group `{}` is below `{}`, a group of superusers", name(group), name(above));
            if users > 0 {
                let are = if users == 1 { "is a superuser" } else { "are superusers" };
                message += &format!(": {} {are} through it", many(users, "user"));
            }
            let words = format!("`{}` is above it", name(above));
            let finding = Finding::about(world, Object::Group(group), message)
                .at_field(world.groups.row(group).origin, "/parents", words)
                .at_field(world.groups.row(above).origin, "/is_superuser", "its members are superusers")
                .because("members of a group are members of all groups above it, in this as in everything")
                .help("take it out of the group of superusers, or give it the flag itself if that is meant");
            // Who is in it is not to be seen in a part of a tenant.
            if users == 0 && !world.partial { finding.at_most(Severity::Note) } else { finding }
        });
        findings.collect()
    }
}

/// For each group below one of `tops`, the nearest of them; as far as the edition looks.
fn nearest(context: &Context<'_>, tops: &[(GroupId, GroupId)]) -> Vec<Option<GroupId>> {
    let world = context.world();
    let limit = world.edition.group_depth.unwrap_or(u32::MAX);
    let mut top_of: Vec<Option<GroupId>> = vec![None; world.groups.len()];
    let mut queue: VecDeque<(GroupId, GroupId, u32)> = tops.iter().map(|(top, _)| (*top, *top, 1)).collect();
    while let Some((group, top, level)) = queue.pop_front() {
        let Some(slot) = top_of.get_mut(group.index()).filter(|slot| slot.is_none()) else { continue };
        *slot = Some(top);
        if level < limit {
            let children = context.groups().children(group).into_iter();
            let plain = children.filter(|child| !world.groups.row(*child).superuser);
            queue.extend(plain.map(|child| (child, top, level + 1)));
        }
    }
    top_of
}
