//! See [`NegatedFailureResult`].

use super::raising::{is_access, raising, run_of};
use super::{Context, Finding, Fix, Lint, Object};
use crate::model::Generation;

lint! {
    /// A negated binding that lets through whoever its policy raises an error for.
    ///
    /// # Why it matters
    ///
    /// Negation turns the answer of a policy round, but not the failure result: with both set, an error lets the user
    /// through. Who sets them for a rule that keeps somebody out often expects that an error does, too.
    ///
    /// # Example
    ///
    /// ```may
    /// policy blocked expression "return request.user.attributes['blocked']"
    /// user anna { attributes: { blocked: true } }
    /// user eve
    /// application wiki { 0: not policy blocked on error pass }
    /// ```
    ///
    /// # Instead
    ///
    /// ```may
    /// policy blocked expression "return request.user.attributes['blocked']"
    /// user anna { attributes: { blocked: true } }
    /// user eve
    /// application wiki { 0: not policy blocked }
    /// ```
    NegatedFailureResult, "negated-failure-result", Warning
}

impl Lint for NegatedFailureResult {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        let world = context.world();
        // As documented, it is negated.
        if world.edition.generation == Generation::Documented {
            return Vec::new();
        }
        let mut findings = Vec::new();
        for (id, _) in world.targets.iter().filter(|(_, row)| is_access(row.kind())) {
            for (binding, row) in context.counted(id) {
                let Some(policy) = row.policy.filter(|_| row.negate && row.failure_result) else { continue };
                let Some(run) = run_of(context, binding, row) else { continue };
                if super::raising::always(context, run) {
                    continue;
                }
                let Some(raising) = raising(context, policy, run) else { continue };
                let message = format!(
                    "{} of {} lets through whoever its policy raises an error for",
                    context.binding(binding),
                    context.target(id)
                );
                let mut finding = Finding::about(world, Object::Binding(binding), message)
                    .key(world.policies.row(policy).name.as_str())
                    .at_field(row.origin, "/failure_result", "this is not negated");
                if let Some(span) = raising.span {
                    finding = finding.at(context.in_code(policy, span), "this may raise");
                }
                findings.push(
                    finding
                        .because(format!("it raises {}", raising.when))
                        .help("set `failure_result: false`, or handle the error in the code")
                        .fix(Fix::set(context.sources(), row.origin, "failure_result", false)),
                );
            }
        }
        findings
    }
}
