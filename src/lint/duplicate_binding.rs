//! See [`DuplicateBinding`].

use rustc_hash::FxHashMap;

use super::{Context, Finding, Lint, Object};

lint! {
    /// A binding that is there twice.
    ///
    /// # Why it matters
    ///
    /// authentik takes the same group or user twice for one target. That comes of blueprints that look their target up
    /// by `!Find`, which make another row every time they are applied (dossier §1.5, F24). The second one decides
    /// nothing; but whoever takes the first one away, to revoke access, revokes nothing.
    ///
    /// # Example
    ///
    /// ```may
    /// group staff
    /// application wiki { 0: group staff  10: group staff }
    /// ```
    ///
    /// # Instead
    ///
    /// ```may
    /// group staff
    /// application wiki { 0: group staff }
    /// ```
    DuplicateBinding, "duplicate-binding", Note
}

impl Lint for DuplicateBinding {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        let world = context.world();
        let mut findings = Vec::new();
        for target in world.targets.ids() {
            let mut known = FxHashMap::default();
            for (id, row) in context.counted(target) {
                // The failure result is about policies only, and two bindings of one policy may differ in it.
                let on_error = row.policy.is_some() && row.failure_result;
                let key = (row.policy, row.group, row.user.as_ref(), row.negate, on_error, row.expires);
                if row.is_empty() {
                    continue;
                }
                let Some(first) = known.get(&key).copied() else {
                    known.insert(key, id);
                    continue;
                };
                let message =
                    format!("{} of {} is there already", context.binding(id), context.target(target));
                findings.push(
                    Finding::about(world, Object::Binding(id), message)
                        .key(context.bound(id))
                        .at(world.bindings.row(first).origin, "bound here")
                        .at(row.origin, "and here again")
                        .help("take one of them away"),
                );
            }
        }
        findings
    }
}
