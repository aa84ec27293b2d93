//! See [`UnknownNameInCode`].

use super::raising::always_somewhere;
use super::{Context, Finding, Lint, Object};
use crate::diagnostic::Severity;
use crate::model::PolicyId;
use crate::model::builder::nearest;
use crate::policy::{Fact, PitfallKind, Span};

lint! {
    /// Code that names a group, a user or a policy that does not exist.
    ///
    /// # Why it matters
    ///
    /// Names in code are texts: authentik follows no renaming and checks nothing. Nobody is a member of a group that
    /// does not exist, so a test for it is quietly false (and the opposite quietly true); a policy that does not exist
    /// is an error. Upper and lower case count (dossier §4.4).
    ///
    /// Usernames that code lets in are a note only: the user may be gone for good reasons. Until somebody takes it out,
    /// whoever gets the name gets the access.
    ///
    /// # Example
    ///
    /// ```may
    /// group Contractors
    /// policy staff-only expression "return not ak_is_group_member(request.user, name='contractors')"
    /// ```
    ///
    /// # Instead
    ///
    /// ```may
    /// group Contractors
    /// policy staff-only expression "return not ak_is_group_member(request.user, name='Contractors')"
    /// ```
    UnknownNameInCode, "unknown-name-in-code", Warning
}

/// Users that authentik makes itself and leaves out of its lists, or that admins are told to take away.
const SPECIAL: [&str; 2] = ["AnonymousUser", "akadmin"];

impl Lint for UnknownNameInCode {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        let world = context.world();
        // A part of a tenant does not say what else there is.
        if world.partial {
            return Vec::new();
        }
        let groups = || world.groups.values().map(|group| group.name.as_str());
        let users = || world.users.values().map(|user| user.username.as_str());
        let policies = || world.policies.values().map(|policy| policy.name.as_str());
        let mut findings = Vec::new();
        for policy in world.policies.ids() {
            let mut unknown: Vec<Unknown> = Vec::new();
            for pitfall in context.pitfalls(policy) {
                let found = match &pitfall.kind {
                    PitfallKind::Group { name, exact, .. } => {
                        let is_meant =
                            |group: &str| group == name || !exact && group.to_lowercase() == name.to_lowercase();
                        if groups().any(is_meant) {
                            continue;
                        }
                        Unknown { what: "group", name, span: pitfall.span, similar: nearest(name, groups()), allowed: false }
                    }
                    PitfallKind::User { name, looked_up } => {
                        if SPECIAL.contains(&name.as_str()) || users().any(|user| user == name) {
                            continue;
                        }
                        Unknown { what: "user", name, span: pitfall.span, similar: nearest(name, users()), allowed: !looked_up }
                    }
                    _ => continue,
                };
                unknown.push(found);
            }
            if !always_somewhere(context, policy) {
                unknown.extend(context.reads(policy).iter().filter_map(|read| match &read.fact {
                    Fact::Policy(name) if context.policy_named(name).is_none() => Some(Unknown {
                        what: "policy",
                        name,
                        span: read.span,
                        similar: nearest(name, policies()),
                        allowed: false,
                    }),
                    _ => None,
                }));
            }
            // What is named twice is missing once.
            let mut seen = Vec::new();
            unknown.retain(|one| {
                let is_new = !seen.contains(&(one.what, one.name));
                seen.push((one.what, one.name));
                is_new
            });
            findings.extend(unknown.iter().map(|one| one.finding(context, policy)));
        }
        findings
    }
}

struct Unknown<'c> {
    what: &'static str,
    name: &'c str,
    span: Span,
    similar: Option<&'c str>,
    /// A user who is let in by name.
    allowed: bool,
}

impl Unknown<'_> {
    fn finding(&self, context: &Context<'_>, policy: PolicyId) -> Finding {
        let world = context.world();
        let Self { what, name, .. } = self;
        let row = world.policies.row(policy);
        let message = format!("the code of policy `{}` names the {what} `{name}`, which does not exist", row.name);
        let mut finding = Finding::about(world, Object::Policy(policy), message)
            .key(format!("{what} {name}"))
            .at(context.in_code(policy, self.span), format!("there is no such {what}"));
        if let Some(similar) = self.similar {
            finding = finding.help(format!("did you mean `{similar}`?"));
        }
        match *what {
            "group" => finding.because("nobody is a member of it"),
            "policy" => finding.because("a call of it raises, and the failure result of the binding decides"),
            _ if self.allowed => {
                finding.because("whoever gets the name gets the access").at_most(Severity::Note)
            }
            _ => finding.because("`ak_user_by` gives `None`"),
        }
    }
}
