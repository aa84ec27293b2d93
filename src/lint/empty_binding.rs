//! See [`EmptyBinding`].

use super::words::many;
use super::{Context, Finding, Lint, Object};
use crate::diagnostic::Severity;
use crate::model::{BindingId, Generation};

lint! {
    /// A binding that counts and binds nothing: no policy, no group, no user.
    ///
    /// # Why it matters
    ///
    /// Such rows are left over when what they bound is taken out of the database. From 2025.8 on authentik ignores
    /// them, and where only such rows are left the target is open: that is an error. Until 2025.6 each of them
    /// fails, and lets everyone through when it is negated (dossier §2.3, §2.4).
    ///
    /// # Example
    ///
    /// ```may
    /// application payroll { 0: nothing }
    /// ```
    ///
    /// # Instead
    ///
    /// ```may
    /// group finance
    /// application payroll { 0: group finance }
    /// ```
    EmptyBinding, "empty-binding", Error
}

impl Lint for EmptyBinding {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        let world = context.world();
        let counts = world.edition.generation == Generation::E1;
        let mut findings = Vec::new();
        for (id, row) in world.targets.iter() {
            let counted = context.counted(id);
            let empty: Vec<BindingId> =
                counted.iter().filter(|(_, row)| row.is_empty()).map(|(binding, _)| *binding).collect();
            let Some(first) = empty.first() else { continue };
            let opened = empty.len() == counted.len() && context.lets_everyone_through(id);
            let message = if opened {
                format!("{}: its bindings bind nothing", context.is_open(id))
            } else if empty.len() == 1 {
                format!(
                    "binding {} of {} binds nothing",
                    world.bindings.row(*first).order,
                    context.target(id)
                )
            } else {
                format!("{} of {} bind nothing", many(empty.len(), "binding"), context.target(id))
            };
            let mut finding = Finding::about(world, Object::Target(id), message).at(row.origin, "bound here");
            for binding in empty.iter().take(3) {
                let row = world.bindings.row(*binding);
                let words = match (counts, row.negate) {
                    (false, _) => "is ignored",
                    (true, false) => "lets nobody through",
                    (true, true) => "lets everyone through",
                };
                finding = finding.at(row.origin, words);
            }
            if counts {
                finding = finding.because(
                    "from 2025.8 on authentik ignores such bindings, so an update changes what this does",
                );
            }
            let help = "bind what was meant, or take the binding away";
            findings.push(if opened {
                finding.help(help)
            } else {
                finding.help(help).at_most(Severity::Warning)
            });
        }
        findings
    }
}
