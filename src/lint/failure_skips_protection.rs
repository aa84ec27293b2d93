//! See [`FailureSkipsProtection`].

use std::cell::OnceCell;

use super::{Context, Finding, Lint, Object};
use crate::diagnostic::Severity;
use crate::model::{BindingId, PolicyId, PolicyKind, Release};
use crate::policy::{Fact, Understood};
use crate::reason::Reasoner;
use crate::truth::Ends;

lint! {
    /// A stage that protects a flow and is left out whenever a policy raises an error.
    ///
    /// # Why it matters
    ///
    /// For a stage of a flow "no" means that the stage does not run. An error in a policy counts as "no" unless the
    /// binding says otherwise, so an error takes the question for the password or the second factor away. With
    /// CVE-2024-47070, one malformed header was enough to log in without a password; authentik's own bindings have had
    /// `failure_result: true` ever since (also: authentik issues 6169, 11708).
    ///
    /// A policy that is certain to raise for somebody is an error, and so is any policy in the releases with that hole. One
    /// that may raise is a warning.
    ///
    /// # Example
    ///
    /// ```may
    /// stage mfa authenticator_validate
    /// policy needs-mfa expression "return request.user.attributes['mfa']"
    /// user anna
    /// flow login {
    ///     designation: authentication
    ///     stage mfa at 10 { 0: policy needs-mfa }
    /// }
    /// ```
    ///
    /// # Instead
    ///
    /// ```may
    /// stage mfa authenticator_validate
    /// policy needs-mfa expression "return request.user.attributes['mfa']"
    /// user anna
    /// flow login {
    ///     designation: authentication
    ///     stage mfa at 10 { 0: policy needs-mfa on error pass }
    /// }
    /// ```
    FailureSkipsProtection, "failure-skips-protection", Error
}

impl Lint for FailureSkipsProtection {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        let world = context.world();
        let has_hole = world.edition.release.is_some_and(has_hole);
        // Flows are always asked for by an HTTP request, so what raises without one does not count.
        let in_request = OnceCell::new();
        let may_end = |binding: BindingId| {
            if !context.reasoner().may_end(binding)?.has(Ends::ERROR) {
                return None;
            }
            let reasoner = in_request.get_or_init(|| {
                let mut settings = context.reasoner().settings().clone();
                settings.assumptions.http_request = settings.assumptions.http_request.or(Some(true));
                Reasoner::with(world, &settings)
            });
            reasoner.may_end(binding)
        };
        let mut findings = Vec::new();
        for place in context.flows().into_iter().flat_map(|flow| flow.places) {
            if !place.stage.protects() || !place.is_asked() {
                continue;
            }
            for (id, row) in context.counted(place.id) {
                let Some(policy) = row.policy.filter(|_| !row.failure_result) else { continue };
                let Some((is_sure, why)) = raises(context, id, policy, has_hole, &may_end) else { continue };
                // Where another binding lets it run in any case, nothing is left out.
                if !has_hole && context.lets_everyone_through(place.id) {
                    break;
                }
                let name = &world.policies.row(policy).name;
                let message =
                    format!("{} is left out when policy `{name}` raises an error", context.target(place.id));
                let finding = Finding::about(world, Object::Binding(id), message)
                    .key(context.bound(id))
                    .at_field(
                        row.origin,
                        "/failure_result",
                        "an error counts as no, and then the stage does not run",
                    )
                    .at(world.policies.row(policy).origin, why)
                    .help("set `failure_result: true`, so that the stage runs when in doubt")
                    .wants(row.origin, "failure_result", true);
                findings.push(if is_sure { finding } else { finding.at_most(Severity::Warning) });
            }
        }
        findings
    }
}

/// Whether a malformed header makes every policy raise (CVE-2024-47070).
fn has_hole(release: Release) -> bool {
    let at = |month, patch| Release { year: 2024, month, patch };
    release < at(6, 5) || (at(8, 0)..at(8, 3)).contains(&release)
}

/// Whether a policy can raise what the failure result is for, whether that is sure, and why.
fn raises(
    context: &Context<'_>,
    binding: BindingId,
    policy: PolicyId,
    has_hole: bool,
    may_end: &impl Fn(BindingId) -> Option<Ends>,
) -> Option<(bool, String)> {
    let world = context.world();
    let kind = &world.policies.row(policy).kind;
    // Other types crash, and then the failure result does not count (dossier §2.5).
    if !matches!(
        kind,
        PolicyKind::Expression(_) | PolicyKind::GeoIp(_) | PolicyKind::Unknown(_) | PolicyKind::Other(_)
    ) {
        return None;
    }
    if has_hole && matches!(kind, PolicyKind::Expression(_)) {
        return Some((true, format!("raises on a malformed header in {} (CVE-2024-47070)", world.edition)));
    }
    let run = context.runs(policy).iter().find(|run| run.bindings.contains(&binding))?;
    let users = run.outcomes.error;
    if users > 0 {
        let all = users == world.users.len();
        let who = if all { "everyone".to_owned() } else { super::words::many(users, "user") };
        return Some((true, format!("raises for {who}")));
    }
    let ends = may_end(binding)?;
    // Without users there is only somebody who has not logged in to try it on, which says nothing about others.
    let is_about_user = || match context.understood(policy) {
        Some(Understood::Reads { reads, .. }) => reads.iter().any(|read| is_of_user(&read.fact)),
        _ => false,
    };
    if !ends.has(Ends::ERROR) || world.users.is_empty() && is_about_user() {
        return None;
    }
    if ends == Ends::ERROR {
        return Some((true, "raises for everyone".to_owned()));
    }
    let where_ = run.atoms.iter().map(|atom| atom.text()).find(|text| text.ends_with(" raises"));
    let why = where_.map(|atom| format!("may raise: where `{atom}`"));
    Some((false, why.unwrap_or_else(|| "may raise an error".to_owned())))
}

/// Whether it is something of the user.
fn is_of_user(fact: &Fact) -> bool {
    matches!(
        fact,
        Fact::UserField(_) | Fact::Attribute(_) | Fact::MergedAttribute(_) | Fact::Groups | Fact::Group(_)
    )
}
