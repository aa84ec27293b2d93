//! See [`AllBindingsDisabled`].

use super::{Context, Finding, Lint, Object};

lint! {
    /// A target that everyone may use because all of its bindings are disabled.
    ///
    /// # Why it matters
    ///
    /// A disabled binding does not keep anybody out: authentik leaves it out before it looks whether anything is bound,
    /// and a target with nothing bound is open. Whoever disables the last binding "for a moment" opens the target to
    /// every account.
    ///
    /// # Example
    ///
    /// ```may
    /// group finance
    /// application payroll { 0: disabled group finance }
    /// ```
    ///
    /// # Instead
    ///
    /// ```may
    /// group finance
    /// application payroll { 0: group finance }
    /// ```
    AllBindingsDisabled, "all-bindings-disabled", Error
}

impl Lint for AllBindingsDisabled {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        let world = context.world();
        let mut findings = Vec::new();
        for (id, row) in world.targets.iter() {
            let mut bindings = world.bindings_of(id).peekable();
            let all_disabled =
                bindings.peek().is_some() && bindings.clone().all(|(_, binding)| !binding.enabled);
            if !all_disabled || !context.is_asked(id) || !context.lets_everyone_through(id) {
                continue;
            }
            let message = format!("{}: all of its bindings are disabled", context.is_open(id));
            let mut finding =
                Finding::about(world, Object::Target(id), message).at(row.origin, "nothing counts here");
            for (binding, row) in bindings.take(3) {
                finding = finding.at_field(
                    row.origin,
                    "/enabled",
                    format!("{} is disabled", context.binding(binding)),
                );
            }
            findings.push(
                finding
                    .because("authentik leaves disabled bindings out, and then nothing is bound")
                    .help("enable a binding, or bind something that fails for those who must stay out"),
            );
        }
        findings
    }
}
