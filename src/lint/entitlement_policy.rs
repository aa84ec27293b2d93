//! See [`EntitlementPolicy`].

use super::{Context, Finding, Lint, Object};
use crate::model::{Generation, TargetKind};

lint! {
    /// A policy on an entitlement, which authentik does not ask.
    ///
    /// # Why it matters
    ///
    /// Entitlements are granted by groups and users alone. A binding of a policy grants nothing, and where a group is
    /// bound in the same row, its members are entitled whatever the policy says (dossier §3.4, §2.10 D9).
    ///
    /// # Example
    ///
    /// ```may
    /// group leads
    /// policy office-hours unknown "depends on the time"
    /// application wiki { entitlement admin { 0: policy office-hours + group leads } }
    /// ```
    ///
    /// # Instead
    ///
    /// ```may
    /// group leads
    /// application wiki { entitlement admin { 0: group leads } }
    /// ```
    EntitlementPolicy, "entitlement-policy", Warning
}

impl Lint for EntitlementPolicy {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        let world = context.world();
        if world.edition.generation == Generation::Documented {
            return Vec::new();
        }
        let mut findings = Vec::new();
        for (id, _) in world.targets.iter().filter(|(_, row)| row.kind() == TargetKind::Entitlement) {
            for (binding, row) in context.counted(id) {
                let Some(policy) = row.policy else { continue };
                let follows =
                    if row.asks_who() { "its group or user is enough" } else { "its binding grants nothing" };
                let name = &world.policies.row(policy).name;
                let message = format!("policy `{name}` is not asked for {}: {follows}", context.target(id));
                findings.push(
                    Finding::about(world, Object::Binding(binding), message)
                        .key(context.bound(binding))
                        .at_field(row.origin, "/policy", "is not asked")
                        .because("authentik grants entitlements by groups and users alone")
                        .help("bind a group of those who are to have it"),
                );
            }
        }
        findings
    }
}
