//! See [`EvaluatedBeforeLogin`].

use super::{Context, Finding, Lint, Object};
use crate::diagnostic::Severity;
use crate::model::{Binding, PolicyId, PolicyKind};
use crate::policy::{Fact, Understood};
use crate::reason::Subject;
use crate::truth::Verdict;

lint! {
    /// A stage whose bindings ask who the user is at a moment when nobody can know.
    ///
    /// # Why it matters
    ///
    /// With `evaluate_on_plan` the bindings of a stage are asked when the flow begins, before anybody has logged in.
    /// authentik does not wait: it answers for its anonymous user, who is in no group. A stage for a group never
    /// runs then, a negated one neither. Where that is the second factor, everybody logs in without it (dossier §3.12,
    /// authentik issue 11708); that is an error. Elsewhere it is a warning.
    ///
    /// # Example
    ///
    /// ```may
    /// group staff
    /// stage who identification
    /// stage mfa authenticator_validate
    /// stage enter user_login
    /// flow login {
    ///     designation: authentication
    ///     stage who at 10
    ///     stage mfa at 20 { evaluate_on_plan: true  re_evaluate_policies: false  0: group staff }
    ///     stage enter at 30
    /// }
    /// ```
    ///
    /// # Instead
    ///
    /// ```may
    /// group staff
    /// stage who identification
    /// stage mfa authenticator_validate
    /// stage enter user_login
    /// flow login {
    ///     designation: authentication
    ///     stage who at 10
    ///     stage mfa at 20 { evaluate_on_plan: false  re_evaluate_policies: true  0: group staff }
    ///     stage enter at 30
    /// }
    /// ```
    EvaluatedBeforeLogin, "evaluated-before-login", Error
}

impl Lint for EvaluatedBeforeLogin {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        let world = context.world();
        let mut findings = Vec::new();
        for flow in context.flows().into_iter().filter(super::flows::Flow::begins_with_nobody) {
            let asked_who = flow.places.iter().find(|place| place.stage.is("identification"));
            for place in flow.places.iter().filter(|place| place.on_plan) {
                let counted = context.counted(place.id);
                let Some((id, row)) = counted.iter().find(|(_, row)| asks_for_user(context, row)) else {
                    continue;
                };
                let (follows, is_worst) = match context.reasoner().verdict(Subject::Anonymous, place.id) {
                    Verdict::No => ("it is left out for everyone who logs in", place.stage.protects()),
                    // What is in the plan is asked again when its turn has come, if that is switched on.
                    _ if place.at_turn => continue,
                    Verdict::Yes => ("it runs for everyone who logs in", false),
                    Verdict::Depends => ("who logs in plays no part", place.stage.protects()),
                };
                let help = match asked_who {
                    Some(first) if place.order <= first.order => {
                        "put it after the stage that asks who it is, and set `evaluate_on_plan: false` and `re_evaluate_policies: true`"
                    }
                    _ => "set `evaluate_on_plan: false` and `re_evaluate_policies: true`",
                };
                let message = format!(
                    "{} is decided before anybody has logged in: {follows}",
                    context.target(place.id)
                );
                let finding = Finding::about(world, Object::Target(place.id), message)
                    .at_field(world.targets.row(place.id).origin, "/evaluate_on_plan", "asked when the flow begins")
                    .at(row.origin, format!("{} asks who the user is", context.binding(*id)))
                    .because("until somebody has logged in, authentik answers for its anonymous user, who is in no group")
                    .help(help);
                findings.push(if is_worst { finding } else { finding.at_most(Severity::Warning) });
            }
        }
        findings
    }
}

/// Whether a binding asks who the user is.
fn asks_for_user(context: &Context<'_>, row: &Binding) -> bool {
    row.asks_only_who() || row.policy.is_some_and(|policy| reads_user(context, policy))
}

fn reads_user(context: &Context<'_>, policy: PolicyId) -> bool {
    match &context.world().policies.row(policy).kind {
        PolicyKind::PasswordExpiry(_) => true,
        PolicyKind::Reputation(reputation) => reputation.check_username,
        PolicyKind::Expression(_) => match context.understood(policy) {
            Some(Understood::Reads { reads, .. }) => reads.iter().any(|read| match &read.fact {
                Fact::UserField(_)
                | Fact::Attribute(_)
                | Fact::MergedAttribute(_)
                | Fact::Groups
                | Fact::Group(_) => true,
                Fact::Context(key) => key == "pending_user",
                _ => false,
            }),
            _ => false,
        },
        _ => false,
    }
}
