//! See [`ReputationSettings`].

use super::{Context, Finding, Lint, Object};
use crate::diagnostic::Severity;
use crate::model::{PolicyKind, TargetKind};

lint! {
    /// A reputation policy whose settings make it say the same of nearly everybody.
    ///
    /// # Why it matters
    ///
    /// It passes when the scores add up to the threshold or less. With a threshold of 0 or more, that is everybody who
    /// never did anything wrong. With both checks off, the scores of the whole tenant are added, of all users and all
    /// addresses, and everybody gets the same answer.
    ///
    /// # Example
    ///
    /// ```may
    /// policy suspicious reputation { check_ip: false  check_username: false }
    /// ```
    ///
    /// # Instead
    ///
    /// ```may
    /// policy suspicious reputation { check_ip: true  check_username: false  threshold: -5 }
    /// ```
    ReputationSettings, "reputation-settings", Warning
}

impl Lint for ReputationSettings {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        let world = context.world();
        let mut findings = Vec::new();
        for (policy, row) in world.policies.iter() {
            let PolicyKind::Reputation(reputation) = &row.kind else { continue };
            let finding =
                |key: &str, message: String| Finding::about(world, Object::Policy(policy), message).key(key);
            if !reputation.check_ip && !reputation.check_username {
                let message = format!("reputation policy `{}` checks neither address nor username", row.name);
                findings.push(finding("neither", message).at(row.origin, "neither is checked").because(
                    "the scores of all users and addresses are added, so everybody gets the same answer",
                ));
                continue;
            }
            let plain = world
                .bindings
                .values()
                .filter(|row| row.policy == Some(policy) && row.enabled && !row.negate);
            let kinds: Vec<TargetKind> = plain.map(|row| world.targets.row(row.target).kind()).collect();
            if reputation.threshold >= 0 && !kinds.is_empty() {
                let message = format!(
                    "reputation policy `{}` passes for everybody with a clean record: its threshold is {}",
                    row.name, reputation.threshold
                );
                let finding = finding("threshold", message)
                    .at_field(row.origin, "/threshold", "not below 0")
                    .because("a clean record is a score of 0, and the policy passes up to its threshold")
                    .help("set a threshold below 0");
                // A captcha for all but those who logged in before may be meant.
                let is_stage = kinds.iter().all(|kind| *kind == TargetKind::StageBinding);
                findings.push(if is_stage { finding.at_most(Severity::Note) } else { finding });
            }
        }
        findings
    }
}
