//! See [`UnknownNameInCode`].

use super::raising::always_somewhere;
use super::{Context, Finding, Lint, Object};
use crate::diagnostic::Severity;
use crate::model::builder::nearest;
use crate::model::{PolicyId, World};
use crate::policy::{Fact, PitfallKind, Span};

lint! {
    /// Code that names a group, a user or a policy that does not exist.
    ///
    /// # Why it matters
    ///
    /// Names in code are texts: authentik follows no renaming and checks nothing. Nobody is a member of a group that
    /// does not exist, so a test for it is quietly false (and the opposite quietly true); a policy that does not exist
    /// is an error. Upper and lower case count.
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

/// Among so many users, no similar name is looked for.
const MANY: usize = 10_000;

/// Users that authentik makes itself and leaves out of its lists, or that admins are told to take away.
const SPECIAL: [&str; 2] = ["AnonymousUser", "akadmin"];

impl Lint for UnknownNameInCode {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        let world = context.world();
        // A part of a tenant does not say what else there is.
        if world.partial {
            return Vec::new();
        }
        let mut findings = Vec::new();
        for policy in world.policies.ids() {
            let named = context.pitfalls(policy).iter().filter_map(|pitfall| match &pitfall.kind {
                PitfallKind::Group { name, exact, .. } => group(world, name, *exact, pitfall.span),
                PitfallKind::User { name, looked_up } => user(world, name, *looked_up, pitfall.span),
                _ => None,
            });
            let mut unknown: Vec<Unknown> = named.collect();
            if !always_somewhere(context, policy) {
                unknown.extend(context.reads(policy).iter().filter_map(|read| match &read.fact {
                    Fact::Policy(name) => called(context, name, read.span),
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

fn group<'c>(world: &'c World, name: &'c str, exact: bool, span: Span) -> Option<Unknown<'c>> {
    let names = || world.groups.values().map(|group| group.name.as_str());
    let is_meant = |group: &str| group == name || !exact && group.to_lowercase() == name.to_lowercase();
    let similar = || nearest(name, names());
    (!name.is_empty() && !names().any(is_meant)).then(|| Unknown {
        what: "group",
        name,
        span,
        similar: similar(),
        allowed: false,
    })
}

fn user<'c>(world: &'c World, name: &'c str, looked_up: bool, span: Span) -> Option<Unknown<'c>> {
    let names = || world.users.values().map(|user| user.username.as_str());
    if name.is_empty() || SPECIAL.contains(&name) || names().any(|user| user == name) {
        return None;
    }
    let similar = if world.users.len() < MANY { nearest(name, names()) } else { None };
    Some(Unknown { what: "user", name, span, similar, allowed: !looked_up })
}

fn called<'c>(context: &'c Context<'_>, name: &'c str, span: Span) -> Option<Unknown<'c>> {
    let names = || context.world().policies.values().map(|policy| policy.name.as_str());
    let similar = || nearest(name, names());
    let is_unknown = context.policy_named(name).is_none();
    is_unknown.then(|| Unknown { what: "policy", name, span, similar: similar(), allowed: false })
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
        let message =
            format!("the code of policy `{}` names the {what} `{name}`, which does not exist", row.name);
        let mut finding = Finding::about(world, Object::Policy(policy), message)
            .key(format!("{what} {name}"))
            .at(context.in_code(policy, self.span), format!("there is no such {what}"));
        if let Some(similar) = self.similar {
            finding = finding.help(format!("did you mean `{similar}`?"));
        }
        match *what {
            "group" => finding.because("a test for it is never met"),
            "policy" => finding.because("a call of it raises, and the failure result of the binding decides"),
            _ if self.allowed => {
                finding.because("whoever gets the name gets the access").at_most(Severity::Note)
            }
            _ => finding.because("`ak_user_by` gives `None`"),
        }
    }
}
