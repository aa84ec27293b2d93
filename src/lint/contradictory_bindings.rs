//! See [`ContradictoryBindings`].

use super::conflicting_bindings::conflicts;
use super::{Context, Finding, Lint, Object};
use crate::diagnostic::Severity;
use crate::model::{BindingId, Details, Id, Mode, TargetKind};

lint! {
    /// A target that lets nobody through, whoever there could be, because of what is bound to it.
    ///
    /// # Why it matters
    ///
    /// Under `all`, two different users, or a group and not the group above it, can never hold together: the target is
    /// dead, and whoever needs it will be let in by somebody who takes the wrong binding away in a hurry. A stage that
    /// never runs is worse where it protects: a second factor that nobody is ever asked for.
    ///
    /// That nobody passes is worked out for every user that there could be, in any groups. Where it only happens to be
    /// so today, that is the finding of `nobody-passes`.
    ///
    /// # Example
    ///
    /// ```may
    /// group staff
    /// group contractors in staff
    /// application wiki all { 0: group contractors  10: not group staff }
    /// ```
    ///
    /// # Instead
    ///
    /// ```may
    /// group staff
    /// group contractors in staff
    /// application wiki all { 0: group staff  10: not group contractors }
    /// ```
    ContradictoryBindings, "contradictory-bindings", Error
}

impl Lint for ContradictoryBindings {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        let world = context.world();
        let trials = context.trials();
        let mut findings = Vec::new();
        for (id, row) in world.targets.iter() {
            let counted = context.counted(id);
            // Entitlements are not granted by what the engine says.
            let asks_engine = match row.details {
                // The access group of a device may let somebody through.
                Details::Entitlement { .. } | Details::Device { access_group: Some(_), .. } => false,
                _ => row.mode != Mode::Invalid && context.is_asked(id),
            };
            if counted.is_empty()
                || !asks_engine
                || trials.is_unbound(id.index())
                || !context.lets_nobody_through(id)
                // A binding and its opposite are the finding of another lint.
                || !conflicts(context, id).is_empty()
            {
                continue;
            }
            let message = match row.kind() {
                TargetKind::StageBinding => format!("{} never runs", context.target(id)),
                TargetKind::NotificationRule => format!("{} never notifies", context.target(id)),
                _ => format!("{} lets nobody through", context.target(id)),
            };
            let mut finding = Finding::about(world, Object::Target(id), message);
            if row.kind() == TargetKind::StageBinding || row.kind() == TargetKind::NotificationRule {
                finding = finding.at_most(Severity::Warning);
            }
            let rows: Vec<BindingId> = counted.iter().map(|(binding, _)| *binding).collect();
            let never: Vec<BindingId> =
                rows.iter().copied().filter(|binding| trials.is_constant(*binding) == Some(false)).collect();
            if let Some((one, other)) = never.is_empty().then(|| pair(context, &rows)).flatten() {
                finding = finding.at(world.bindings.row(one).origin, context.binding(one)).at(
                    world.bindings.row(other).origin,
                    format!("never together with {}", context.binding(other)),
                );
            } else if never.is_empty() {
                for binding in rows.iter().take(4) {
                    finding = finding.at(world.bindings.row(*binding).origin, context.binding(*binding));
                }
            } else {
                for binding in never.iter().take(3) {
                    let words = format!("{} lets nobody through", context.binding(*binding));
                    finding = finding.at(world.bindings.row(*binding).origin, words);
                }
            }
            findings.push(finding.because(context.for_whom(id)));
        }
        findings
    }
}

/// Two of `rows` that nobody passes both of.
fn pair(context: &Context<'_>, rows: &[BindingId]) -> Option<(BindingId, BindingId)> {
    /// With so many rows, each is not compared with each.
    const MOST: usize = 64;
    let rows = rows.get(..MOST.min(rows.len()))?;
    rows.iter().enumerate().find_map(|(index, one)| {
        let others = rows.iter().skip(index + 1);
        others
            .copied()
            .find(|other| context.trials().exclude_each_other([*one, *other]))
            .map(|other| (*one, other))
    })
}
