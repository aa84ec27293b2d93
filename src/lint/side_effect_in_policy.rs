//! See [`SideEffectInPolicy`].

use super::{Context, Finding, Lint, Object};
use crate::diagnostic::Severity;
use crate::model::{BindingId, PolicyId, PolicyKind, TargetKind};
use crate::policy::{Effect, PitfallKind};

lint! {
    /// A policy that changes something, bound to a target that is asked for whenever somebody looks at a list.
    ///
    /// # Why it matters
    ///
    /// authentik runs the policies of an application not only when somebody opens it, but for every list of
    /// applications and every look at who has access, and always all of them, even when the answer is known. A password
    /// expiry policy without `deny_only` takes the password away each time that it fails.
    ///
    /// # Example
    ///
    /// ```may
    /// policy fresh-password password_expiry { days: 90 }
    /// application wiki { 0: policy fresh-password }
    /// ```
    ///
    /// # Instead
    ///
    /// ```may
    /// policy fresh-password password_expiry { days: 90  deny_only: true }
    /// application wiki { 0: policy fresh-password }
    /// ```
    SideEffectInPolicy, "side-effect-in-policy", Warning
}

/// Whether targets of `kind` are asked for by lists.
fn is_listed(kind: TargetKind) -> bool {
    matches!(kind, TargetKind::Application | TargetKind::Source | TargetKind::RacEndpoint)
}

impl Lint for SideEffectInPolicy {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        let world = context.world();
        let mut findings = Vec::new();
        for (policy, row) in world.policies.iter() {
            let bound: Vec<BindingId> =
                context.runs(policy).iter().flat_map(|run| run.bindings.clone()).collect();
            let kind = |id: &BindingId| world.targets.row(world.bindings.row(*id).target).kind();
            let listed = bound.iter().copied().find(|id| is_listed(kind(id)));
            let rule = bound.iter().copied().find(|id| kind(id) == TargetKind::NotificationRule);
            match &row.kind {
                PolicyKind::PasswordExpiry(expiry) if !expiry.deny_only => {
                    let Some(binding) = listed.or(rule) else { continue };
                    let finding = finding(context, policy, binding, "takes passwords away that are too old");
                    findings.push(
                        finding
                            .at_field(row.origin, "/deny_only", "`deny_only` is not set")
                            .help("set `deny_only`, or ask it in a flow"),
                    );
                }
                PolicyKind::Expression(_) => {
                    let Some(binding) = listed else { continue };
                    findings.extend(of_code(context, policy, binding));
                }
                _ => {}
            }
        }
        findings
    }
}

fn of_code(context: &Context<'_>, policy: PolicyId, binding: BindingId) -> Option<Finding> {
    let effects = context.pitfalls(policy).iter().filter_map(|pitfall| match pitfall.kind {
        PitfallKind::Effect(effect) => Some((pitfall.span, effect)),
        _ => None,
    });
    let effects: Vec<_> = effects.collect();
    let worst = effects.iter().min_by_key(|(_, effect)| *effect)?.1;
    let does = match worst {
        Effect::Database => "writes into the database",
        Effect::Password => "changes passwords",
        Effect::Membership => "changes who is in which group",
        Effect::Mail => "sends an e-mail",
        Effect::Request | Effect::Post => "sends something to another server",
        Effect::Event => "writes an event",
    };
    let mut finding = finding(context, policy, binding, &format!("{does} when it is asked"));
    for (span, effect) in effects {
        let label =
            if effect == Effect::Post { "this may change something there" } else { "this changes something" };
        finding = finding.at(context.in_code(policy, span), label);
    }
    // A question may be posted, too; and whoever writes an event wants to see who was asked about.
    let is_mild = matches!(worst, Effect::Post | Effect::Event);
    Some(if is_mild { finding.at_most(Severity::Note) } else { finding })
}

fn finding(context: &Context<'_>, policy: PolicyId, binding: BindingId, does: &str) -> Finding {
    let world = context.world();
    let target = world.bindings.row(binding).target;
    let name = &world.policies.row(policy).name;
    let lists = match world.targets.row(target).kind() {
        TargetKind::NotificationRule => "it is asked for every event, about whoever the event is about",
        _ => "it is asked for every list of such targets, too, and when an admin looks up who has access",
    };
    let message = format!("policy `{name}` at {} {does}", context.target(target));
    Finding::about(world, Object::Policy(policy), message)
        .at(world.bindings.row(binding).origin, "it is asked here")
        .because(lists)
}
