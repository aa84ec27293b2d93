//! See [`EmptyFlow`].

use super::{Context, Finding, Lint, Object};

lint! {
    /// A flow to log in, enroll, recover or leave with that has no stages.
    ///
    /// # Why it matters
    ///
    /// authentik takes a flow without stages for one that is done: whoever begins it is sent on at once, and nothing has
    /// happened (dossier §3.5). Flows for authorization, invalidation and configuration are left out; authentik's own
    /// ones have no stages.
    ///
    /// # Example
    ///
    /// ```may
    /// flow login { designation: authentication }
    /// ```
    ///
    /// # Instead
    ///
    /// ```may
    /// stage who identification
    /// stage enter user_login
    /// flow login {
    ///     designation: authentication
    ///     stage who at 10
    ///     stage enter at 20
    /// }
    /// ```
    EmptyFlow, "empty-flow", Warning
}

impl Lint for EmptyFlow {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        let world = context.world();
        if world.partial {
            return Vec::new();
        }
        let needs = ["authentication", "enrollment", "recovery", "unenrollment"];
        let empty = context
            .flows()
            .into_iter()
            .filter(|flow| flow.places.is_empty() && needs.contains(&flow.designation));
        empty
            .map(|flow| {
                let message = format!("{} has no stages, so it does nothing", context.target(flow.id));
                Finding::about(world, Object::Target(flow.id), message)
                    .at(world.targets.row(flow.id).origin, format!("a flow for {}", flow.designation))
                    .help("give it stages, or take it away")
            })
            .collect()
    }
}
