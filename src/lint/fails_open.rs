//! See [`FailsOpen`].

use super::raising::{always, is_access, raising, run_of};
use super::{Context, Finding, Fix, Lint, Object};
use crate::diagnostic::Severity;

lint! {
    /// A binding that lets through whoever its policy raises an error for.
    ///
    /// # Why it matters
    ///
    /// With the failure result set, every error in the code opens the door: an attribute that some users do not have,
    /// an address that no database knows, a server that does not answer. Some of these can be brought about from
    /// outside (the other way round, an error that made a stage be left out was CVE-2024-47070).
    ///
    /// It is an error if the policy raises for somebody today, and a warning if it may. Negated bindings are the
    /// finding of `negated-failure-result`, and policies that raise for everybody that of `always-raises`.
    ///
    /// # Example
    ///
    /// ```may
    /// policy cleared expression "return request.user.attributes['clearance'] >= 2"
    /// user anna { attributes: { clearance: 3 } }
    /// user eve
    /// application vault { 0: policy cleared on error pass }
    /// ```
    ///
    /// # Instead
    ///
    /// ```may
    /// policy cleared expression "return request.user.attributes.get('clearance', 0) >= 2"
    /// user anna { attributes: { clearance: 3 } }
    /// user eve
    /// application vault { 0: policy cleared }
    /// ```
    FailsOpen, "fails-open", Error
}

impl Lint for FailsOpen {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        let world = context.world();
        let mut findings = Vec::new();
        for (id, _) in world.targets.iter().filter(|(_, row)| is_access(row.kind())) {
            for (binding, row) in context.counted(id) {
                let Some(policy) = row.policy.filter(|_| !row.negate && row.failure_result) else { continue };
                let Some(run) = run_of(context, binding, row).filter(|run| !always(context, run)) else {
                    continue;
                };
                let Some(raising) = raising(context, policy, run) else { continue };
                let message = format!(
                    "{} of {} lets through whoever its policy raises an error for",
                    context.binding(binding),
                    context.target(id)
                );
                let mut finding = Finding::about(world, Object::Binding(binding), message)
                    .key(world.policies.row(policy).name.as_str())
                    .at_field(row.origin, "/failure_result", "an error counts as passed");
                if let Some(span) = raising.span {
                    finding = finding.at(context.in_code(policy, span), "this may raise");
                }
                finding = finding
                    .because(format!("it raises {}", raising.when))
                    .help("set `failure_result: false`, or handle the error in the code")
                    .fix(Fix::set(context.sources(), row.origin, "failure_result", false));
                findings.push(if raising.users > 0 { finding } else { finding.at_most(Severity::Warning) });
            }
        }
        findings
    }
}
