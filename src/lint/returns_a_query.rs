//! See [`ReturnsAQuery`].

use super::{Context, Finding, Lint, Object};
use crate::policy::PitfallKind;

lint! {
    /// Code that returns an object where it should say yes or no: a query, a list of groups, the request.
    ///
    /// # Why it matters
    ///
    /// authentik keeps what code returns. For that, a query is run and all its rows are packed; what cannot be packed,
    /// such as `request.user.groups` or a request, is an error that no option of the binding covers, and more than 64
    /// KiB hang the request for good. And what is no query is always true.
    ///
    /// # Example
    ///
    /// ```may
    /// group staff
    /// policy staff-only expression "return request.user.groups.filter(name='staff')"
    /// ```
    ///
    /// # Instead
    ///
    /// ```may
    /// group staff
    /// policy staff-only expression "return request.user.groups.filter(name='staff').exists()"
    /// ```
    ReturnsAQuery, "returns-a-query", Warning
}

impl Lint for ReturnsAQuery {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        let world = context.world();
        let mut findings = Vec::new();
        for (policy, row) in world.policies.iter() {
            for pitfall in context.pitfalls(policy) {
                let PitfallKind::Returned(what) = pitfall.kind else { continue };
                // Where nobody has seen what becomes of it, only what is always true is certainly wrong.
                let kept = world.edition.keeps_returned == Some(true);
                if !kept && ["a query", "a list of objects"].contains(&what) {
                    continue;
                }
                let because = match what {
                    "a query" | "a list of objects" => {
                        "authentik keeps what code returns: all of it is read, and much of it hangs the request"
                    }
                    _ if kept => "it counts as passed, or is an error where authentik cannot keep it",
                    _ => "it counts as passed, whatever it is",
                };
                let message = format!("the code of policy `{}` returns {what}, not yes or no", row.name);
                let finding = Finding::about(world, Object::Policy(policy), message)
                    .key(what)
                    .at(context.in_code(policy, pitfall.span), format!("this is {what}"))
                    .because(because);
                findings.push(match what {
                    "a query" => finding.help("write `.exists()` after it"),
                    "a list of objects" | "a generator" => {
                        finding.help("write `bool(...)`, `any(...)` or `.exists()`")
                    }
                    _ => finding,
                });
            }
        }
        findings
    }
}
