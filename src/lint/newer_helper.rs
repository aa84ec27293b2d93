//! See [`NewerHelper`].

use super::{Context, Finding, Lint, Object};
use crate::diagnostic::Severity;
use crate::model::{PolicyId, PolicyKind, Release, TargetKind};
use crate::policy::{Fact, PitfallKind, Span};

lint! {
    /// Code that uses what a newer release of authentik gives to code, and this one does not.
    ///
    /// # Why it matters
    ///
    /// A function that is not there is a `NameError`: the run raises, and the failure result of the binding decides.
    /// `request.user.groups` is worse: until 2025.12 it exists, means Django's own groups, and is always empty, so the
    /// test is quietly false.
    ///
    /// # Example
    ///
    /// ```may
    /// authentik 2025.10
    /// group staff
    /// policy staff-only expression "return request.user.groups.filter(name='staff').exists()"
    /// ```
    ///
    /// # Instead
    ///
    /// ```may
    /// authentik 2025.10
    /// group staff
    /// policy staff-only expression "return ak_is_group_member(request.user, name='staff')"
    /// ```
    NewerHelper, "newer-helper", Warning
}

const fn release(year: u16, month: u8) -> Release {
    Release { year, month, patch: 0 }
}

/// Since when there are functions that were added later (dossier §4.2).
const SINCE: [(&str, Release); 3] = [
    ("ak_create_jwt", release(2025, 2)),
    ("ak_create_jwt_raw", release(2025, 12)),
    ("ak_send_email", release(2025, 10)),
];

/// The release that `helper` came with, if the one that is asked about is older.
pub(super) fn since(context: &Context<'_>, helper: &str) -> Option<String> {
    let (_, since) = SINCE.iter().find(|(name, _)| *name == helper)?;
    is_before(context, *since).then(|| format!("{}.{}", since.year, since.month))
}

fn is_before(context: &Context<'_>, since: Release) -> bool {
    context.world().edition.release.is_some_and(|release| release < since)
}

impl Lint for NewerHelper {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        let world = context.world();
        let mut findings = Vec::new();
        for policy in world.policies.ids() {
            let mut seen = Vec::new();
            for pitfall in context.pitfalls(policy) {
                let (name, since) = match pitfall.kind {
                    // What is certain to be reached is the finding of another lint.
                    PitfallKind::Helper(name) if !super::raising::always_somewhere(context, policy) => {
                        let Some(since) = since(context, name) else { continue };
                        (name, since)
                    }
                    PitfallKind::UserGroups if !world.edition.user_groups && !tries_both(context, policy) => {
                        ("request.user.groups", "2026.2".to_owned())
                    }
                    _ => continue,
                };
                if !seen.contains(&name) {
                    seen.push(name);
                    findings.push(finding(context, policy, pitfall.span, name, &since));
                }
            }
            findings.extend(of_events(context, policy));
        }
        findings
    }
}

/// Whether code also knows the name that the groups had before.
fn tries_both(context: &Context<'_>, policy: PolicyId) -> bool {
    let kind = &context.world().policies.row(policy).kind;
    matches!(kind, PolicyKind::Expression(code) if code.text.contains("ak_groups"))
}

fn finding(context: &Context<'_>, policy: PolicyId, span: Span, name: &str, since: &str) -> Finding {
    let world = context.world();
    let row = world.policies.row(policy);
    let is_groups = name == "request.user.groups";
    let there = if is_groups { "works" } else { "is there" };
    let message =
        format!("the code of policy `{}` uses `{name}`, which {there} from authentik {since} on", row.name);
    let finding = Finding::about(world, Object::Policy(policy), message)
        .key(name)
        .at(context.in_code(policy, span), format!("not in {}", world.edition));
    if is_groups {
        finding.because("until then these are Django's own groups, which nobody is in").help(
            "write `ak_is_group_member(request.user, name=...)`, or `ak_groups` for direct members only",
        )
    } else {
        finding.because("a run that comes here raises, and the failure result of the binding decides")
    }
}

/// The address of the client, which events have only in newer releases.
fn of_events(context: &Context<'_>, policy: PolicyId) -> Option<Finding> {
    let world = context.world();
    let of_rules = |run: &&crate::reason::PolicyRun| {
        run.kind == TargetKind::NotificationRule && !run.bindings.is_empty()
    };
    let is_bound = || context.runs(policy).iter().any(|run| of_rules(&run));
    let is_address = |fact: &Fact| matches!(fact, Fact::Request(part) if part == "client_ip");
    let read = context.reads(policy).iter().find(|read| is_address(&read.fact))?;
    let missing = is_before(context, release(2025, 8)) && is_bound();
    let certain = missing && super::raising::always_somewhere(context, policy);
    let message = format!(
        "the code of policy `{}` uses `ak_client_ip` for events, which have it from authentik 2025.8 on",
        world.policies.row(policy).name
    );
    (missing && !certain).then(|| {
        Finding::about(world, Object::Policy(policy), message)
            .key("ak_client_ip")
            .at(context.in_code(policy, read.span), format!("not in {}", world.edition))
            .at_most(Severity::Warning)
    })
}
