//! See [`DirectGroupsOnly`].

use std::collections::BTreeSet;

use super::{Context, Finding, Lint, Object};
use crate::model::{Ancestry, GroupId};
use crate::policy::{Lookup, PitfallKind};

lint! {
    /// Code that asks for direct members of a group that has others.
    ///
    /// # Why it matters
    ///
    /// Members of a group are members of the groups above it, for bindings and for `ak_is_group_member`. But
    /// `request.user.groups` and `ak_groups` hold only the groups that the user is directly in: somebody who is a
    /// member through a group below is none here, is not let in, or not kept out.
    ///
    /// It is found where that makes a difference for somebody today.
    ///
    /// # Example
    ///
    /// ```may
    /// group staff
    /// group admins in staff
    /// user anna in admins
    /// policy staff-only expression "return request.user.groups.filter(name='staff').exists()"
    /// ```
    ///
    /// # Instead
    ///
    /// ```may
    /// group staff
    /// group admins in staff
    /// user anna in admins
    /// policy staff-only expression "return ak_is_group_member(request.user, name='staff')"
    /// ```
    DirectGroupsOnly, "direct-groups-only", Warning
}

impl Lint for DirectGroupsOnly {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        let world = context.world();
        let ancestry = Ancestry::of(world);
        let mut findings = Vec::new();
        for (policy, row) in world.policies.iter() {
            let mut seen = BTreeSet::new();
            for pitfall in context.pitfalls(policy) {
                let PitfallKind::Group { name, exact, lookup } = &pitfall.kind else { continue };
                let asked = match lookup {
                    Lookup::AkGroups => "ak_groups",
                    // In older releases these are not authentik's groups at all.
                    Lookup::Groups if world.edition.user_groups => "groups",
                    _ => continue,
                };
                let is_meant = |group: &str| {
                    if *exact { group == name } else { group.to_lowercase() == name.to_lowercase() }
                };
                let groups: Vec<GroupId> = world
                    .groups
                    .iter()
                    .filter(|(_, group)| is_meant(&group.name))
                    .map(|(id, _)| id)
                    .collect();
                let below = ancestry.below(&groups);
                let nested: Vec<&str> = world
                    .users
                    .values()
                    .filter(|user| {
                        let is_in = |groups: &[GroupId]| {
                            user.groups.iter().any(|group| groups.binary_search(group).is_ok())
                        };
                        is_in(&below) && !is_in(&groups)
                    })
                    .map(|user| user.username.as_str())
                    .collect();
                if nested.is_empty() || !seen.insert(name) {
                    continue;
                }
                let message = format!(
                    "the code of policy `{}` asks for direct members of `{name}`, and misses {}",
                    row.name,
                    context.names(nested)
                );
                findings.push(
                    Finding::about(world, Object::Policy(policy), message)
                        .key(name.as_str())
                        .at(context.in_code(policy, pitfall.span), "only direct members of this are meant")
                        .because(format!("`{asked}` of a user are the groups that the user is directly in"))
                        .help(format!("write `ak_is_group_member(request.user, name=\"{name}\")`")),
                );
            }
        }
        findings
    }
}
