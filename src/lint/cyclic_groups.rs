//! See [`CyclicGroups`].

use super::{Context, Finding, Lint, Object};
use crate::model::{GroupId, Id};

lint! {
    /// Groups that are above each other, or a group that is above itself.
    ///
    /// # Why it matters
    ///
    /// Members of a group are members of all groups above it, so in a cycle every member of any group is a member of
    /// all of them: who is put into the lowest group has the rights of the highest one. Older releases hang on such a
    /// cycle (authentik issues 3116, 5338); newer ones do what it says.
    ///
    /// # Example
    ///
    /// ```may
    /// group admins in guests
    /// group guests in admins
    /// ```
    ///
    /// # Instead
    ///
    /// ```may
    /// group admins in guests
    /// group guests
    /// ```
    CyclicGroups, "cyclic-groups", Error
}

impl Lint for CyclicGroups {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        let world = context.world();
        let name = |group: GroupId| world.groups.row(group).name.as_str();
        let findings = context.groups().knots().into_iter().filter_map(|knot| {
            let cycle: Vec<GroupId> = knot.cycle.into_iter().map(GroupId::from_index).collect();
            let first = *cycle.first()?;
            let message = if let [alone] = cycle.as_slice() {
                format!("group `{}` is its own parent", name(*alone))
            } else {
                let way: Vec<String> =
                    cycle.iter().chain([&first]).map(|group| format!("`{}`", name(*group))).collect();
                format!("groups are above each other: {}", way.join(" > "))
            };
            let mut finding = Finding::about(world, Object::Group(first), message);
            for (group, above) in cycle.iter().zip(cycle.iter().cycle().skip(1)) {
                let words = format!("`{}` is a parent of `{}`", name(*above), name(*group));
                let place = world.groups.row(*group).parent_origin(*above);
                finding = finding.at_field(place, "/parents", words);
            }
            if knot.members.len() > cycle.len() {
                let groups = knot.members.iter().map(|group| name(GroupId::from_index(*group)));
                finding = finding.because(format!(
                    "{} groups are above each other in all: {}",
                    knot.members.len(),
                    context.names(groups)
                ));
            }
            Some(
                finding
                    .because("every member of one of them is a member of all of them")
                    .help("take out the parent that was not meant"),
            )
        });
        findings.collect()
    }
}
