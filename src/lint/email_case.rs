//! See [`EmailCase`].

use super::{Context, Finding, Lint, Object};
use crate::policy::PitfallKind;

lint! {
    /// Code that compares an e-mail address letter by letter: that of the user, or one that was entered.
    ///
    /// # Why it matters
    ///
    /// Domains are the same in upper and lower case, and authentik keeps an address as it was entered or as a source
    /// sent it: `Anna@Example.org` does not end with `@example.org`. Users are kept out who should get in, or get in
    /// where such addresses should be kept out.
    ///
    /// # Example
    ///
    /// ```may
    /// policy staff-only expression "return request.user.email.endswith('@example.org')"
    /// ```
    ///
    /// # Instead
    ///
    /// ```may
    /// policy staff-only expression "return request.user.email.lower().endswith('@example.org')"
    /// ```
    EmailCase, "email-case", Note
}

impl Lint for EmailCase {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        let world = context.world();
        let mut findings = Vec::new();
        for (policy, row) in world.policies.iter() {
            for pitfall in context.pitfalls(policy) {
                let PitfallKind::EmailCase(text) = &pitfall.kind else { continue };
                let message =
                    format!("the code of policy `{}` compares e-mail addresses letter by letter", row.name);
                let finding = Finding::about(world, Object::Policy(policy), message)
                    .key(text.as_str())
                    .at(context.in_code(policy, pitfall.span), "upper and lower case differ here");
                findings.push(if text.chars().any(char::is_uppercase) {
                    finding.help("write `.lower()` after the address, and the text in lower case")
                } else {
                    finding.help("write `.lower()` after the address")
                });
            }
        }
        findings
    }
}
