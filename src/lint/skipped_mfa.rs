//! See [`SkippedMfa`].

use super::{Context, Finding, Lint, Object};
use crate::model::{UserId, UserKind};
use crate::truth::Verdict;

lint! {
    /// People who log in by a flow with a second factor and are not asked for it.
    ///
    /// # Why it matters
    ///
    /// A stage whose bindings say no is left out. For the stage that asks for the second factor this means a login with
    /// a password alone, and nothing in the flow tells who is concerned (authentik issue 6169). Exceptions are sometimes
    /// meant; this says for whom they are.
    ///
    /// Inactive users and service accounts are not counted: they do not log in by flows.
    ///
    /// # Example
    ///
    /// ```may
    /// group staff
    /// user anna in staff
    /// user ben
    /// stage who identification
    /// stage mfa authenticator_validate
    /// flow login {
    ///     designation: authentication
    ///     stage who at 10
    ///     stage mfa at 20 { 0: group staff }
    /// }
    /// ```
    ///
    /// # Instead
    ///
    /// ```may
    /// group staff
    /// user anna in staff
    /// user ben
    /// stage who identification
    /// stage mfa authenticator_validate
    /// flow login {
    ///     designation: authentication
    ///     stage who at 10
    ///     stage mfa at 20
    /// }
    /// ```
    SkippedMfa, "skipped-mfa", Warning
}

impl Lint for SkippedMfa {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        let world = context.world();
        let logs_in = |user: &UserId| {
            let row = world.users.row(*user);
            row.active && matches!(row.kind, UserKind::Internal | UserKind::External)
        };
        let mut findings = Vec::new();
        for flow in context.flows().into_iter().filter(|flow| flow.designation == "authentication") {
            let places: Vec<_> =
                flow.places.iter().filter(|place| place.stage.is("authenticator_validate")).collect();
            // Without such a question nothing is skipped; what is decided before the login is another finding.
            if places.is_empty() || places.iter().any(|place| !place.at_turn) {
                continue;
            }
            let each: Vec<_> =
                places.iter().map(|place| context.trials().access(place.id.0 as usize)).collect();
            let skip = |user: &UserId| each.iter().all(|access| access.verdict(*user) == Verdict::No);
            let people: Vec<UserId> = world.users.ids().filter(logs_in).collect();
            let skipped: Vec<UserId> = people.iter().copied().filter(skip).collect();
            if skipped.is_empty() {
                continue;
            }
            let of = if skipped.len() == people.len() {
                "nobody is asked for a second factor".to_owned()
            } else {
                let is = if skipped.len() == 1 { "is" } else { "are" };
                format!("{} of {} {is} not asked for a second factor", skipped.len(), people.len())
            };
            let names = context.names(skipped.iter().map(|user| world.users.row(*user).username.as_str()));
            let finding = Finding::about(
                world,
                Object::Target(flow.id),
                format!("{of} in {}", context.target(flow.id)),
            );
            let shown = places.iter().take(3).fold(finding, |finding, place| {
                finding.at(world.targets.row(place.id).origin, "left out for them")
            });
            findings.push(
                shown.because(format!("the bindings of the stage say no to {names}")).help(
                    "bind those who are to be excepted with \"not\", or allow the finding with a reason",
                ),
            );
        }
        findings
    }
}
