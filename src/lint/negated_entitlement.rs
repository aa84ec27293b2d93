//! See [`NegatedEntitlement`].

use super::{Context, Finding, Lint, Object};
use crate::diagnostic::Severity;
use crate::model::{Generation, TargetKind};

lint! {
    /// An entitlement that everybody has who is not in some group.
    ///
    /// # Why it matters
    ///
    /// Any one binding grants an entitlement, and a negated one matches everyone whom it does not name, whether or not they
    /// may use the application (dossier §3.4). Beside other bindings it makes those pointless; alone it may be meant,
    /// which is a note.
    ///
    /// # Example
    ///
    /// ```may
    /// group staff
    /// group contractors
    /// application wiki { entitlement editor { 0: group staff  10: not group contractors } }
    /// ```
    ///
    /// # Instead
    ///
    /// ```may
    /// group staff
    /// group contractors
    /// application wiki { entitlement editor { 0: group staff } }
    /// ```
    NegatedEntitlement, "negated-entitlement", Warning
}

impl Lint for NegatedEntitlement {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        let world = context.world();
        if world.edition.generation == Generation::Documented {
            return Vec::new();
        }
        let mut findings = Vec::new();
        for (id, _) in world.targets.iter().filter(|(_, row)| row.kind() == TargetKind::Entitlement) {
            let counted = context.counted(id);
            let is_alone = counted.iter().filter(|(_, row)| row.asks_who()).count() == 1;
            for (binding, row) in counted.iter().filter(|(_, row)| row.negate && row.asks_who()) {
                let bound = context.bound(*binding);
                let out = bound.strip_prefix("not ").unwrap_or(&bound);
                let message = format!("everybody but {out} has {}", context.target(id));
                let finding = Finding::about(world, Object::Binding(*binding), message)
                    .key(bound.clone())
                    .at(row.origin, "grants it to everyone else")
                    .because(
                        "any one binding grants an entitlement, and access to the application is not needed",
                    )
                    .help("bind the group of those who are to have it");
                findings.push(if is_alone { finding.at_most(Severity::Note) } else { finding });
            }
        }
        findings
    }
}
