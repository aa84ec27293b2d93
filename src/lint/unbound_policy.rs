//! See [`UnboundPolicy`].

use super::{Context, Finding, Lint, Object};
use crate::model::{PolicyId, PolicyKind};

lint! {
    /// A policy that nothing asks: it is bound nowhere, and no code calls it.
    ///
    /// # Why it matters
    ///
    /// It looks like a lock and is none. Perhaps its binding went away with a target, or was never made.
    ///
    /// A prompt stage may use a policy to check what is entered, which is not read here: password policies and code
    /// that looks at `prompt_data` are left out. In a blueprint, what others bind is not seen, so nothing is said.
    ///
    /// # Example
    ///
    /// ```may
    /// group staff
    /// policy staff-only expression "return ak_is_group_member(request.user, name='staff')"
    /// application wiki { 0: group staff }
    /// ```
    ///
    /// # Instead
    ///
    /// ```may
    /// group staff
    /// policy staff-only expression "return ak_is_group_member(request.user, name='staff')"
    /// application wiki { 0: policy staff-only }
    /// ```
    UnboundPolicy, "unbound-policy", Note
}

impl Lint for UnboundPolicy {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        let world = context.world();
        if world.partial {
            return Vec::new();
        }
        let mut bound = vec![false; world.policies.len()];
        for policy in world.bindings.values().filter_map(|row| row.policy) {
            if let Some(slot) = bound.get_mut(policy.0 as usize) {
                *slot = true;
            }
        }
        let codes: Vec<(PolicyId, &str)> = world
            .policies
            .iter()
            .filter_map(|(id, row)| match &row.kind {
                PolicyKind::Expression(code) => Some((id, code.text.as_str())),
                _ => None,
            })
            .collect();
        let calls = codes.iter().filter(|(_, text)| text.contains("ak_call_policy")).collect::<Vec<_>>();
        let picks = picks(&calls);
        let mut findings = Vec::new();
        for (policy, row) in world.policies.iter().filter(|(id, _)| bound.get(id.0 as usize) == Some(&false))
        {
            // The name of a policy may come from anywhere in code that calls one.
            let is_named =
                |(id, text): &&&(PolicyId, &str)| *id != policy && text.contains(row.name.as_str());
            if may_validate(context, policy) || calls.iter().any(|code| is_named(&code)) || picks {
                continue;
            }
            let message = format!("policy `{}` is bound nowhere, and no code calls it", row.name);
            findings.push(
                Finding::about(world, Object::Policy(policy), message)
                    .at(row.origin, "nothing asks this")
                    .because(
                        "a prompt stage may still use it to check what is entered, which is not read here",
                    )
                    .help("bind it, or take it away"),
            );
        }
        findings
    }
}

/// Whether a policy is likely to check what is entered into a prompt.
fn may_validate(context: &Context<'_>, policy: PolicyId) -> bool {
    match &context.world().policies.row(policy).kind {
        PolicyKind::Password(_)
        | PolicyKind::UniquePassword(_)
        | PolicyKind::Other(_)
        | PolicyKind::Unknown(_) => true,
        // Code that is not looked into may look at anything.
        PolicyKind::Expression(code) => code.text.contains("prompt_data"),
        _ => false,
    }
}

/// Whether some code calls policies whose names are not written in it.
fn picks(calls: &[&(PolicyId, &str)]) -> bool {
    let is_written = |rest: &str| {
        let argument = rest.trim_start().strip_prefix('(').map(str::trim_start);
        argument.is_some_and(|argument| argument.starts_with(['"', '\'']))
    };
    calls.iter().any(|(_, text)| text.split("ak_call_policy").skip(1).any(|rest| !is_written(rest)))
}
