//! See [`PolicyResultAsTruth`].

use super::{Context, Finding, Lint, Object};
use crate::policy::PitfallKind;

lint! {
    /// Code that takes what `ak_call_policy` gives for true or false.
    ///
    /// # Why it matters
    ///
    /// `ak_call_policy` gives an object with the result in it, and every object is true: `return ak_call_policy("x")`
    /// passes for everybody, whatever `x` says. The result itself is `.passing`.
    ///
    /// # Example
    ///
    /// ```may
    /// policy nobody always fail
    /// policy gate expression "return ak_call_policy('nobody')"
    /// ```
    ///
    /// # Instead
    ///
    /// ```may
    /// policy nobody always fail
    /// policy gate expression "return ak_call_policy('nobody').passing"
    /// ```
    PolicyResultAsTruth, "policy-result-as-truth", Error
}

impl Lint for PolicyResultAsTruth {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        let world = context.world();
        let mut findings = Vec::new();
        for (policy, row) in world.policies.iter() {
            let places = context.pitfalls(policy).iter().filter(|one| one.kind == PitfallKind::ResultAsTruth);
            let mut finding: Option<Finding> = None;
            for place in places {
                let begun = finding.unwrap_or_else(|| {
                    let message = format!(
                        "the code of policy `{}` takes the result of a policy for true or false",
                        row.name
                    );
                    Finding::about(world, Object::Policy(policy), message)
                        .because("the result of `ak_call_policy` is an object, and every object is true")
                        .help("write `.passing` after the call")
                });
                finding = Some(begun.at(context.in_code(policy, place.span), "this is always true"));
            }
            findings.extend(finding);
        }
        findings
    }
}
