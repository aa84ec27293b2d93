//! See [`IgnoredMode`].

use super::{Context, Finding, Lint, Object};
use crate::model::{Generation, Mode, TargetKind};

lint! {
    /// A notification rule or an entitlement with mode all, which authentik does not look at.
    ///
    /// # Why it matters
    ///
    /// Notification rules are always asked with mode any, and entitlements are granted by any one binding, whatever mode
    /// is written (dossier §3.4, §3.9). So one binding is enough where all were meant to be needed.
    ///
    /// # Example
    ///
    /// ```may
    /// group staff
    /// group leads
    /// application wiki { 0: group staff  entitlement admin all { 0: group staff  10: group leads } }
    /// ```
    ///
    /// # Instead
    ///
    /// ```may
    /// group staff
    /// group leads
    /// application wiki { 0: group staff  entitlement admin { 0: group leads } }
    /// ```
    IgnoredMode, "ignored-mode", Warning
}

impl Lint for IgnoredMode {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        let world = context.world();
        // As documented, every mode counts.
        if world.edition.generation == Generation::Documented {
            return Vec::new();
        }
        let mut findings = Vec::new();
        for (id, row) in world.targets.iter().filter(|(_, row)| row.mode == Mode::All) {
            let does = match row.kind() {
                TargetKind::Entitlement => "grants an entitlement by any one of its bindings",
                TargetKind::NotificationRule => "asks notification rules with mode any",
                _ => continue,
            };
            // With one binding both modes mean the same.
            if context.counted(id).into_iter().filter(|(_, row)| !row.is_empty()).count() < 2 {
                continue;
            }
            findings.push(
                Finding::about(
                    world,
                    Object::Target(id),
                    format!("the mode of {} is ignored: one passing binding is enough", context.target(id)),
                )
                .at_field(row.origin, "/policy_engine_mode", "mode all does not count here")
                .because(format!("authentik {does}"))
                .help("bind one group or policy that stands for all of them"),
            );
        }
        findings
    }
}
