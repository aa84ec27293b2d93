//! See [`UselessPolicy`].

use super::raising::rests_on_assumptions;
use super::{Context, Finding, Lint, Object};
use crate::model::{BindingId, PolicyId, PolicyKind, TargetKind};
use crate::policy::{Fact, PitfallKind};
use crate::reason::PolicyRun;
use crate::truth::Ends;

lint! {
    /// A policy at a target where it can say only one thing, because what it asks for is not there.
    ///
    /// # Why it matters
    ///
    /// An event matcher fails wherever there is no event, a password policy wherever nobody entered a password, and
    /// `ak_is_sso_flow` is false outside of flows. authentik lets every policy be bound to every target, and says
    /// nothing (authentik issue 17483).
    ///
    /// # Example
    ///
    /// ```may
    /// policy logins event_matcher { action: "login" }
    /// application wiki { 0: policy logins }
    /// ```
    ///
    /// # Instead
    ///
    /// ```may
    /// policy logins event_matcher { action: "login" }
    /// rule tell-admins { 0: policy logins }
    /// ```
    UselessPolicy, "useless-policy", Warning
}

impl Lint for UselessPolicy {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        let world = context.world();
        let mut findings = Vec::new();
        for policy in world.policies.ids() {
            for run in context.runs(policy) {
                let Some(why) = useless(context, policy, run) else { continue };
                findings
                    .extend(run.bindings.iter().map(|binding| finding(context, policy, *binding, run, &why)));
            }
        }
        findings
    }
}

/// What is not there, if a run can end in one way only.
fn useless(context: &Context<'_>, policy: PolicyId, run: &PolicyRun) -> Option<String> {
    if rests_on_assumptions(context, policy) {
        return None;
    }
    let prompts = matches!(run.kind, TargetKind::Flow | TargetKind::StageBinding);
    let of_events = run.kind == TargetKind::NotificationRule;
    let constant = [Some(Ends::PASS), Some(Ends::FAIL)].contains(&run.anyone);
    let why = match &context.world().policies.row(policy).kind {
        PolicyKind::EventMatcher(_) if constant && !of_events => {
            "there are events at notification rules only"
        }
        PolicyKind::Password(_) | PolicyKind::UniquePassword(_) if constant && !prompts => {
            "nobody enters a password here; it belongs into the validation of a prompt stage"
        }
        PolicyKind::Reputation(reputation)
            if of_events && reputation.check_ip && !reputation.check_username =>
        {
            "events come without a request, so the scores of 255.255.255.255 count"
        }
        PolicyKind::Expression(_) if constant => return of_code(context, policy),
        _ => return None,
    };
    Some(why.to_owned())
}

/// What code asks of the request, where all that it asks has one answer.
fn of_code(context: &Context<'_>, policy: PolicyId) -> Option<String> {
    let mut asked = Vec::new();
    for read in context.reads(policy) {
        match &read.fact {
            Fact::Request(part) if part == "sso_flow" => asked.push("`ak_is_sso_flow`".to_owned()),
            // Code that looks at its target is meant to be told apart by it.
            Fact::Request(part) if part == "obj" => return None,
            Fact::Context(key) if key.is_empty() => return None,
            Fact::Context(key) => asked.push(format!("`{key}` of the context")),
            _ => {}
        }
    }
    let does = |kind: &PitfallKind| matches!(kind, PitfallKind::Effect(_));
    let is_used = context.pitfalls(policy).iter().any(|pitfall| does(&pitfall.kind))
        || !crate::policy::writes(context.study(), policy).is_none();
    if asked.is_empty() || is_used {
        return None;
    }
    Some(format!("it asks for {}, and there is only one answer to that here", asked.join(" and ")))
}

fn finding(
    context: &Context<'_>,
    policy: PolicyId,
    binding: BindingId,
    run: &PolicyRun,
    why: &str,
) -> Finding {
    let world = context.world();
    let row = world.bindings.row(binding);
    let name = &world.policies.row(policy).name;
    let does = match run.anyone {
        Some(Ends::PASS) => "always passes",
        Some(Ends::FAIL) => "never passes",
        _ => "says nothing about who asks",
    };
    let message = format!("policy `{name}` {does} at {}", context.target(row.target));
    Finding::about(world, Object::Binding(binding), message)
        .key(name.as_str())
        .at(row.origin, "it has nothing to decide here")
        .because(why)
}
