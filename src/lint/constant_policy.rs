//! See [`ConstantPolicy`].

use super::raising::rests_on_assumptions;
use super::{Context, Finding, Lint, Object};
use crate::diagnostic::Severity;
use crate::model::PolicyKind;
use crate::policy::{Fact, PitfallKind, Understood};
use crate::truth::Ends;

lint! {
    /// A policy that is bound and always passes, or never does, whoever asks and whatever the request is.
    ///
    /// # Why it matters
    ///
    /// Its bindings look like locks and decide nothing, or lock out everybody. Often the end of a test was forgotten,
    /// or a value was returned that is not what it looks like: `return "False"` passes, as every text does that is not
    /// empty.
    ///
    /// Policies whose names say that they are constant are left out, and so is code that does something, such as a
    /// message to the user. Code that is no more than `return True` is a note, and so is a dummy policy.
    ///
    /// # Example
    ///
    /// ```may
    /// policy office-hours expression "return 'False'"
    /// application wiki { 0: policy office-hours }
    /// ```
    ///
    /// # Instead
    ///
    /// ```may
    /// group staff
    /// application wiki { 0: group staff }
    /// ```
    ConstantPolicy, "constant-policy", Warning
}

/// Words in the names of policies that are constant on purpose.
const WORDS: [&str; 22] = [
    "allow",
    "all",
    "always",
    "anyone",
    "block",
    "close",
    "closed",
    "deny",
    "disable",
    "disabled",
    "dummy",
    "everybody",
    "everyone",
    "fail",
    "false",
    "never",
    "nobody",
    "none",
    "open",
    "pass",
    "reject",
    "true",
];

impl Lint for ConstantPolicy {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        let world = context.world();
        let mut findings = Vec::new();
        for (policy, row) in world.policies.iter() {
            let runs: Vec<_> = context.runs(policy).iter().filter(|run| !run.bindings.is_empty()).collect();
            let Some(ends) = runs.first().and_then(|run| run.anyone) else { continue };
            let is_constant = [Ends::PASS, Ends::FAIL].contains(&ends)
                && runs.iter().all(|run| run.anyone == Some(ends) && run.raises.is_empty());
            let lower = row.name.to_lowercase();
            let mut words = lower.split(|c: char| !c.is_alphanumeric());
            if !is_constant
                || rests_on_assumptions(context, policy)
                || words.any(|word| WORDS.contains(&word))
            {
                continue;
            }
            let plain = match &row.kind {
                PolicyKind::Dummy(_) => true,
                PolicyKind::Expression(code) => {
                    let Some(Understood::Reads { reads, .. }) = context.understood(policy) else { continue };
                    // What is asked of the request may be constant at these targets only.
                    let asks = |fact: &Fact| matches!(fact, Fact::Context(_) | Fact::Request(_));
                    let does = context
                        .pitfalls(policy)
                        .iter()
                        .any(|pitfall| matches!(pitfall.kind, PitfallKind::Speaks | PitfallKind::Effect(_)));
                    let writes = !crate::policy::writes(context.study(), policy).is_none();
                    if does || writes || reads.iter().any(|read| asks(&read.fact)) {
                        continue;
                    }
                    ["return True", "return False"].contains(&code.text.trim())
                }
                // The constants of `.may` say themselves what they are; other types are settings gone wrong.
                _ => continue,
            };
            let does = if ends == Ends::PASS { "always passes" } else { "never passes" };
            let mut finding =
                Finding::about(world, Object::Policy(policy), format!("policy `{}` {does}", row.name))
                    .at(row.origin, "ends alike for everybody")
                    .because("so it is for every user that there could be, whatever the request is");
            if plain {
                finding = finding.at_most(Severity::Note);
            }
            findings.push(finding);
        }
        findings
    }
}
