//! See [`StageAfterDeny`].

use super::{Context, Finding, Lint, Object};

lint! {
    /// Stages that come after one that denies everybody, and are never reached.
    ///
    /// # Why it matters
    ///
    /// A deny stage ends the flow. Without a binding that leaves it out for somebody it ends it for everyone, and the
    /// stages after it never run: nobody can log in, or enroll, by this flow. Often the binding was taken away together with
    /// the group or policy that it bound (dossier §1.5: deleting what is bound deletes the binding).
    ///
    /// # Example
    ///
    /// ```may
    /// stage who identification
    /// stage out deny
    /// stage enter user_login
    /// flow login {
    ///     designation: authentication
    ///     stage who at 10
    ///     stage out at 20
    ///     stage enter at 30
    /// }
    /// ```
    ///
    /// # Instead
    ///
    /// ```may
    /// group blocked
    /// stage who identification
    /// stage out deny
    /// stage enter user_login
    /// flow login {
    ///     designation: authentication
    ///     stage who at 10
    ///     stage out at 20 { 0: group blocked }
    ///     stage enter at 30
    /// }
    /// ```
    StageAfterDeny, "stage-after-deny", Warning
}

impl Lint for StageAfterDeny {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        let world = context.world();
        let mut findings = Vec::new();
        for flow in context.flows() {
            let always = |place: &&super::flows::Place<'_>| {
                place.stage.is("deny") && (!place.is_asked() || context.lets_everyone_through(place.id))
            };
            let Some(deny) = flow.places.iter().find(always) else { continue };
            // A binding of the deny stage may be made elsewhere.
            if world.partial && context.counted(deny.id).is_empty() && deny.is_asked() {
                continue;
            }
            let after: Vec<_> = flow.places.iter().filter(|place| place.order > deny.order).collect();
            let Some(first) = after.first() else { continue };
            let names = context.names(after.iter().map(|place| place.stage.name.as_str()));
            let is = if after.len() == 1 { "is" } else { "are" };
            let message = format!("{names} of {} {is} never reached", context.target(flow.id));
            findings.push(
                Finding::about(world, Object::Target(flow.id), message)
                    .at(
                        world.targets.row(deny.id).origin,
                        format!("{} denies everyone", context.target(deny.id)),
                    )
                    .at(world.targets.row(first.id).origin, "comes after it")
                    .help("bind the deny stage to those who must stay out, or take away what comes after it"),
            );
        }
        findings
    }
}
