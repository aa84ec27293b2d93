//! See [`StageOrderTie`].

use super::{Context, Finding, Lint, Object};

lint! {
    /// Two stages of a flow at the same place.
    ///
    /// # Why it matters
    ///
    /// authentik sorts the stages of a flow by their order and by nothing else, so the database decides which of the two
    /// comes first (dossier §3.5). It is the same for a long time, and another one after a restore: the login before the
    /// second factor, say.
    ///
    /// # Example
    ///
    /// ```may
    /// stage mfa authenticator_validate
    /// stage enter user_login
    /// flow login {
    ///     designation: authentication
    ///     stage mfa at 20
    ///     stage enter at 20
    /// }
    /// ```
    ///
    /// # Instead
    ///
    /// ```may
    /// stage mfa authenticator_validate
    /// stage enter user_login
    /// flow login {
    ///     designation: authentication
    ///     stage mfa at 20
    ///     stage enter at 30
    /// }
    /// ```
    StageOrderTie, "stage-order-tie", Warning
}

impl Lint for StageOrderTie {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        let world = context.world();
        let mut findings = Vec::new();
        for flow in context.flows() {
            for tied in flow.places.chunk_by(|one, other| one.order == other.order) {
                // The same stage twice can only come in one order.
                let [first, rest @ ..] = tied else { continue };
                if rest.iter().all(|place| place.stage == first.stage) {
                    continue;
                }
                let names = context.names(tied.iter().map(|place| place.stage.name.as_str()));
                let message = format!(
                    "nothing says which comes first at {} of {}: {names}",
                    first.order,
                    context.target(flow.id)
                );
                let finding =
                    Finding::about(world, Object::Target(flow.id), message).key(first.order.to_string());
                let shown = tied.iter().take(3).fold(finding, |finding, place| {
                    finding.at_field(
                        world.targets.row(place.id).origin,
                        "/order",
                        format!("at {}", place.order),
                    )
                });
                findings.push(shown.help("give each stage a place of its own"));
            }
        }
        findings
    }
}
