//! See [`FlowWithoutLogin`].

use super::{Context, Finding, Lint, Object};

lint! {
    /// A flow to log in with that logs nobody in, or one to enroll with that makes no account.
    ///
    /// # Why it matters
    ///
    /// Only a stage of type `user_login` logs anybody in. Without it, people go through the whole flow, are asked for
    /// everything, and are where they began (dossier §3.6). An enrollment without `user_write` keeps nothing of what
    /// was entered.
    ///
    /// Enrollment flows that make accounts and log nobody in are left out: somebody may have to look at the accounts
    /// first. So are flows that redirect to another one.
    ///
    /// # Example
    ///
    /// ```may
    /// stage who identification
    /// stage password password
    /// flow login {
    ///     designation: authentication
    ///     stage who at 10
    ///     stage password at 20
    /// }
    /// ```
    ///
    /// # Instead
    ///
    /// ```may
    /// stage who identification
    /// stage password password
    /// stage enter user_login
    /// flow login {
    ///     designation: authentication
    ///     stage who at 10
    ///     stage password at 20
    ///     stage enter at 30
    /// }
    /// ```
    FlowWithoutLogin, "flow-without-login", Warning
}

impl Lint for FlowWithoutLogin {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        let world = context.world();
        if world.partial {
            return Vec::new();
        }
        let mut findings = Vec::new();
        for flow in context.flows() {
            // Stages of a type that nobody knows may do anything, and another flow may do the rest. A flow that always
            // denies is closed on purpose.
            let closed = flow.places.iter().any(|place| place.stage.is("deny"));
            if flow.places.is_empty() || !flow.is_known() || flow.has("redirect") || flow.has("user_login") {
                continue;
            }
            let (does, help) = match flow.designation {
                "authentication" if !closed => {
                    ("logs nobody in", "add a stage of type `user_login` at its end")
                }
                "enrollment" if !closed && !flow.has("user_write") => (
                    "makes no account",
                    "add a stage of type `user_write`, and one of type `user_login` after it",
                ),
                _ => continue,
            };
            findings.push(
                Finding::about(world, Object::Target(flow.id), format!("{} {does}", context.target(flow.id)))
                    .at(
                        world.targets.row(flow.id).origin,
                        format!("a flow for {} that {does}", flow.designation),
                    )
                    .help(help),
            );
        }
        findings
    }
}
