//! See [`ExpiredBinding`].

use super::words::many;
use super::{Context, Finding, Lint, Object};
use crate::diagnostic::Severity;
use crate::model::BindingId;

lint! {
    /// A binding that has expired.
    ///
    /// # Why it matters
    ///
    /// authentik leaves out bindings that have expired, as it leaves out disabled ones: where the last one expires,
    /// nothing is bound any more, and an application with nothing bound is open to everyone. That is found as an error.
    /// Elsewhere the finding is a note: what is still listed no longer counts.
    ///
    /// Whether a binding has expired depends on the moment, so this needs `--at`.
    ///
    /// # Example
    ///
    /// Since that moment the application is open. Without `--at` this says nothing.
    ///
    /// ```may
    /// # at 2026-06-01T00:00:00Z
    /// user anna
    /// application wiki { 0: user anna expires "2026-01-01T00:00:00Z" }
    /// ```
    ///
    /// # Instead
    ///
    /// ```may
    /// group staff
    /// user anna
    /// application wiki { 0: group staff  10: user anna expires "2030-01-01T00:00:00Z" }
    /// ```
    ExpiredBinding, "expired-binding", Error
}

impl Lint for ExpiredBinding {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        let world = context.world();
        let Some(at) = context.reasoner().settings().at else { return Vec::new() };
        let mut findings = Vec::new();
        for (id, row) in world.targets.iter() {
            let expired: Vec<BindingId> = world
                .bindings_of(id)
                .filter(|(_, row)| row.enabled && row.expires.is_some_and(|expires| expires < at))
                .map(|(binding, _)| binding)
                .collect();
            let (which, have) = match expired.as_slice() {
                [] => continue,
                [one] => (context.binding(*one), "has"),
                all => (many(all.len(), "binding"), "have"),
            };
            let opened = context.counted(id).is_empty() && context.lets_everyone_through(id);
            let message = if opened {
                format!("{}: {which} {have} expired", context.is_open(id))
            } else {
                format!("{which} of {} {have} expired", context.target(id))
            };
            let mut finding = Finding::about(world, Object::Target(id), message).at(row.origin, "bound here");
            for binding in expired.iter().take(3) {
                let words = format!("{} has expired", context.binding(*binding));
                finding = finding.at_field(world.bindings.row(*binding).origin, "/expires", words);
            }
            findings.push(if opened {
                finding
                    .because("authentik leaves out what has expired, and then nothing is bound")
                    .help("bind something that does not expire")
            } else {
                finding.help("take it away, or give it more time").at_most(Severity::Note)
            });
        }
        findings
    }
}
