//! See [`DeepNesting`].

use super::{Context, Finding, Lint, Object};
use crate::model::{GroupId, Id};

lint! {
    /// Groups that are nested more deeply than this release of authentik looks.
    ///
    /// # Why it matters
    ///
    /// Until 2025.10 authentik follows the groups above a group through 19 or 20 levels only. Members of a group
    /// further down are no members of the groups at the top, although the hierarchy says so; after an update to 2025.12
    /// they are (dossier §1.2).
    ///
    /// # Example
    ///
    /// ```may
    /// authentik 2025.10
    /// group l0  group l1 in l0  group l2 in l1  group l3 in l2  group l4 in l3  group l5 in l4  group l6 in l5
    /// group l7 in l6  group l8 in l7  group l9 in l8  group l10 in l9  group l11 in l10  group l12 in l11
    /// group l13 in l12  group l14 in l13  group l15 in l14  group l16 in l15  group l17 in l16  group l18 in l17
    /// group l19 in l18  group l20 in l19
    /// ```
    ///
    /// # Instead
    ///
    /// ```may
    /// authentik 2025.10
    /// group l0
    /// group l1 in l0
    /// ```
    DeepNesting, "deep-nesting", Note
}

impl Lint for DeepNesting {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        let world = context.world();
        let Some(limit) = world.edition.group_depth else { return Vec::new() };
        let name = |group: GroupId| world.groups.row(group).name.as_str();
        let findings = deepest(context).into_iter().filter_map(|(top, group, levels)| {
            if levels <= limit {
                return None;
            }
            // There may be a shorter way, which then counts.
            let way = context.groups().way_up(group, top)?;
            let levels = way.len() - 1;
            if levels <= limit as usize {
                return None;
            }
            let message = format!(
                "group `{}` is {levels} levels below `{}`, and {} looks {limit} levels up",
                name(group),
                name(top),
                world.edition
            );
            Some(
                Finding::about(world, Object::Group(top), message)
                    .at(
                        world.groups.row(group).origin,
                        format!("its members are no members of `{}`", name(top)),
                    )
                    .because("from 2025.12 on every level counts, so an update makes them members")
                    .help("take levels out of the hierarchy"),
            )
        });
        findings.collect()
    }
}

/// For each group with nothing above it, the deepest one below, with the number of levels. Cycles are left out.
fn deepest(context: &Context<'_>) -> Vec<(GroupId, GroupId, u32)> {
    let world = context.world();
    let mut waiting: Vec<usize> = world.groups.values().map(|group| group.parents.len()).collect();
    // The longest way up of each group: its end and its length.
    let mut way: Vec<(GroupId, u32)> = world.groups.ids().map(|group| (group, 0)).collect();
    let mut deepest: Vec<Option<(GroupId, u32)>> = vec![None; world.groups.len()];
    let mut ready: Vec<GroupId> =
        world.groups.iter().filter(|(_, group)| group.parents.is_empty()).map(|(id, _)| id).collect();
    while let Some(group) = ready.pop() {
        let Some((top, levels)) = way.get(group.index()).copied() else { continue };
        if let Some(slot) = deepest.get_mut(top.index())
            && slot.is_none_or(|(known, most)| (levels, known) > (most, group))
        {
            *slot = Some((group, levels));
        }
        for child in context.groups().children(group) {
            if let Some(slot) = way.get_mut(child.index())
                && slot.1 <= levels
            {
                *slot = (top, levels + 1);
            }
            if let Some(waiting) = waiting.get_mut(child.index()) {
                *waiting -= 1;
                if *waiting == 0 {
                    ready.push(child);
                }
            }
        }
    }
    let tops = deepest.into_iter().enumerate();
    tops.filter_map(|(top, found)| found.map(|(group, levels)| (GroupId::from_index(top), group, levels)))
        .collect()
}
