//! See [`ConflictingBindings`].

use rustc_hash::FxHashMap;

use super::{Context, Finding, Lint, Object};
use crate::model::{BindingId, Generation, Mode, TargetId, TargetKind};

lint! {
    /// A target that is bound to a group or user, and to the opposite as well.
    ///
    /// # Why it matters
    ///
    /// Under Any one of the two always passes, so everyone who has logged in gets in. Under All nobody can be
    /// both, so nobody does; in 2025.8 to 2025.12.4 one match is enough even then (authentik issues 17484, 20430).
    ///
    /// # Example
    ///
    /// ```may
    /// group contractors
    /// application payroll { 0: not group contractors  10: group contractors }
    /// ```
    ///
    /// # Instead
    ///
    /// ```may
    /// group contractors
    /// group finance
    /// application payroll all { 0: not group contractors  10: group finance }
    /// ```
    ConflictingBindings, "conflicting-bindings", Error
}

/// The bindings of `target` that ask for a group or user, each with one that asks for the opposite; once for each
/// group and user.
pub(super) fn conflicts(context: &Context<'_>, target: TargetId) -> Vec<(BindingId, BindingId)> {
    let mut known = FxHashMap::default();
    let mut found = Vec::new();
    for (id, row) in context.counted(target) {
        if !row.asks_only_who() || row.group.is_some() == row.user.is_some() {
            continue;
        }
        let key = |negate: bool| (row.group, row.user.as_ref(), negate);
        if known.insert(key(row.negate), id).is_some() {
            continue;
        }
        if let Some(other) = known.get(&key(!row.negate)).copied() {
            found.push(if row.negate { (other, id) } else { (id, other) });
        }
    }
    found
}

impl Lint for ConflictingBindings {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        let world = context.world();
        let mut findings = Vec::new();
        for (target, row) in world.targets.iter().filter(|(id, _)| context.is_asked(*id)) {
            let pooled = world.edition.generation == Generation::E2;
            let documented = world.edition.generation == Generation::Documented;
            let forced =
                !documented && matches!(row.kind(), TargetKind::Entitlement | TargetKind::NotificationRule);
            let follows = match row.mode {
                Mode::All if !forced && !pooled => "nobody is both",
                Mode::Invalid if !forced => continue,
                _ => "one of the two always passes",
            };
            for (plain, negated) in conflicts(context, target) {
                let message = format!(
                    "{} asks for {} and for the opposite: {follows}",
                    context.target(target),
                    context.bound(plain)
                );
                findings.push(
                    Finding::about(world, Object::Target(target), message)
                        .key(context.bound(plain))
                        .at(world.bindings.row(plain).origin, "asks for it")
                        .at(world.bindings.row(negated).origin, "asks for the opposite")
                        .help("take one of them away"),
                );
            }
        }
        findings
    }
}
