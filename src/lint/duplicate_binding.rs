//! See [`DuplicateBinding`].

use rustc_hash::FxHashMap;

use super::{Context, Finding, Lint, Object};
use crate::model::{BindingId, TargetId};

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

/// The bindings of `target` that are there already, each with the first one of its like.
pub(super) fn repeated(context: &Context<'_>, target: TargetId) -> Vec<(BindingId, BindingId)> {
    let mut known = FxHashMap::default();
    let mut found = Vec::new();
    for (id, row) in context.counted(target).into_iter().filter(|(_, row)| !row.is_empty()) {
        // The failure result is about policies only, and two bindings of one policy may differ in it.
        let on_error = row.policy.is_some() && row.failure_result;
        let key = (row.policy, row.group, row.user.as_ref(), row.negate, on_error, row.expires);
        match known.get(&key) {
            Some(first) => found.push((id, *first)),
            None => _ = known.insert(key, id),
        }
    }
    found
}

impl Lint for DuplicateBinding {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        let world = context.world();
        let mut findings = Vec::new();
        for target in world.targets.ids() {
            for (id, first) in repeated(context, target) {
                let message =
                    format!("{} of {} is there already", context.binding(id), context.target(target));
                findings.push(
                    Finding::about(world, Object::Binding(id), message)
                        .key(context.bound(id))
                        .at(world.bindings.row(first).origin, "bound here")
                        .at(world.bindings.row(id).origin, "and here again")
                        .help("take one of them away"),
                );
            }
        }
        findings
    }
}
