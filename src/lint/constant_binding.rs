//! See [`ConstantBinding`].

use super::{Context, Finding, Lint, Object};
use crate::model::{Mode, TargetKind};

lint! {
    /// A binding that says the same of everybody, so that it changes nothing: one that never passes under `any`, or one
    /// that always passes under `all`.
    ///
    /// # Why it matters
    ///
    /// It reads like a condition and is none. Usually a policy was switched off in its code, or it asks for something
    /// that is never there where it is bound, and the binding was forgotten.
    ///
    /// Where such a binding decides everything, that is the finding of `vacuous-bindings` or `contradictory-bindings`.
    ///
    /// # Example
    ///
    /// ```may
    /// group staff
    /// policy freeze expression "return True"
    /// application wiki all { 0: group staff  10: policy freeze }
    /// ```
    ///
    /// # Instead
    ///
    /// ```may
    /// group staff
    /// application wiki all { 0: group staff }
    /// ```
    ConstantBinding, "constant-binding", Warning
}

impl Lint for ConstantBinding {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        let world = context.world();
        let mut findings = Vec::new();
        for (id, row) in world.targets.iter() {
            let changes_nothing = match row.mode {
                Mode::Any => false,
                Mode::All => true,
                Mode::Invalid | Mode::Unexposed => continue,
            };
            // Entitlements have no mode, and their policies are not asked.
            if row.kind() == TargetKind::Entitlement || !context.matters(id) {
                continue;
            }
            for (binding, row) in context.counted(id) {
                let binds_nothing = row.policy.is_none() && row.group.is_none() && row.user.is_none();
                if binds_nothing || context.trials().is_constant(binding) != Some(changes_nothing) {
                    continue;
                }
                let (does, mode) = if changes_nothing { ("always passes", "all") } else { ("never passes", "any") };
                let message = format!("{} of {} {does}", context.binding(binding), context.target(id));
                findings.push(
                    Finding::about(world, Object::Binding(binding), message)
                        .key(context.bound(binding))
                        .at(row.origin, format!("under `{mode}`, this changes nothing"))
                        .because(context.for_whom(id))
                        .help("take it away, or disable it while it is not needed"),
                );
            }
        }
        findings
    }
}
