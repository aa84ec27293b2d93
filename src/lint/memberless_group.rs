//! See [`MemberlessGroup`].

use std::collections::BTreeMap;

use super::words::many;
use super::{Context, Finding, Lint, Object};
use crate::model::{BindingId, GroupId, Id};

lint! {
    /// A binding that asks for a group in which nobody is.
    ///
    /// # Why it matters
    ///
    /// The binding lets nobody through. Often the group was replaced by another one, or is filled by a source that no
    /// longer works; whoever reads the list of bindings takes it for one that counts.
    ///
    /// Members of groups below count, and inactive ones. Groups that are asked for with "not" are left out: an empty
    /// list of those who must stay out is a good one.
    ///
    /// # Example
    ///
    /// ```may
    /// group staff
    /// group old-staff
    /// user anna in staff
    /// application wiki { 0: group old-staff }
    /// ```
    ///
    /// # Instead
    ///
    /// ```may
    /// group staff
    /// user anna in staff
    /// application wiki { 0: group staff }
    /// ```
    MemberlessGroup, "memberless-group", Note
}

impl Lint for MemberlessGroup {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        let world = context.world();
        // A configuration without users describes structure only.
        if world.partial || world.users.is_empty() {
            return Vec::new();
        }
        let filled =
            context.groups().above(world.users.values().flat_map(|user| user.groups.iter().copied()));
        let mut asked: BTreeMap<GroupId, Vec<BindingId>> = BTreeMap::new();
        for (id, row) in world.bindings.iter().filter(|(_, row)| context.counts(row) && !row.negate) {
            if let Some(group) = row.group.filter(|group| filled.get(group.index()) == Some(&false)) {
                asked.entry(group).or_default().push(id);
            }
        }
        let findings = asked.into_iter().map(|(group, bindings)| {
            let row = world.groups.row(group);
            let ask = if bindings.len() == 1 { "asks" } else { "ask" };
            let message = format!(
                "nobody is in group `{}`, and {} {ask} for it",
                row.name,
                many(bindings.len(), "binding")
            );
            let finding =
                Finding::about(world, Object::Group(group), message).at(row.origin, "nobody is in it");
            let asked = bindings.iter().take(3).fold(finding, |finding, binding| {
                let row = world.bindings.row(*binding);
                let words =
                    format!("{} of {} asks for it", context.binding(*binding), context.target(row.target));
                finding.at(row.origin, words)
            });
            asked.help("bind the group that is meant, or take the binding away")
        });
        findings.collect()
    }
}
