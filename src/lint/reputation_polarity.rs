//! See [`ReputationPolarity`].

use super::raising::is_access;
use super::{Context, Finding, Lint, Object};
use crate::model::PolicyKind;

lint! {
    /// A reputation policy that lets those in whose reputation is bad.
    ///
    /// # Why it matters
    ///
    /// A reputation policy passes when the reputation is bad: it is made for stages that ask more of such users, such
    /// as a captcha. Bound to an application as it is, it lets in those who failed to log in often enough, and keeps
    /// out everybody else.
    ///
    /// # Example
    ///
    /// ```may
    /// policy suspicious reputation { threshold: -5 }
    /// application wiki all { 0: policy suspicious }
    /// ```
    ///
    /// # Instead
    ///
    /// ```may
    /// policy suspicious reputation { threshold: -5 }
    /// application wiki all { 0: not policy suspicious }
    /// ```
    ReputationPolarity, "reputation-polarity", Error
}

impl Lint for ReputationPolarity {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        let world = context.world();
        let mut findings = Vec::new();
        for (id, _) in world.targets.iter().filter(|(_, row)| is_access(row.kind())) {
            for (binding, row) in context.counted(id) {
                let Some(policy) = row.policy.filter(|_| !row.negate) else { continue };
                let policy = world.policies.row(policy);
                let PolicyKind::Reputation(reputation) = &policy.kind else { continue };
                // With such a threshold it passes for nearly everybody, which is the finding of another lint.
                if reputation.threshold >= 0 {
                    continue;
                }
                let message = format!(
                    "{} of {} passes for users with a bad reputation, and for no others",
                    context.binding(binding),
                    context.target(id)
                );
                let threshold = reputation.threshold;
                findings.push(
                    Finding::about(world, Object::Binding(binding), message)
                        .key(policy.name.as_str())
                        .at(row.origin, "this is not negated")
                        .because(format!("a reputation policy passes when the score is {threshold} or less"))
                        .help("negate the binding"),
                );
            }
        }
        findings
    }
}
