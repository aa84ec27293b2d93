//! See [`OpenConfigurationFlow`].

use super::flows::Flow;
use super::{Context, Finding, Lint, Object};

/// Stages that write something or log somebody in.
const WRITE: [&str; 3] = ["user_write", "user_delete", "user_login"];

/// Stages that ask for a proof of who it is.
const PROVE: [&str; 7] =
    ["authenticator_validate", "deny", "email", "endpoint", "mtls", "password", "source"];

lint! {
    /// A flow that changes accounts, and that anybody may begin without having logged in.
    ///
    /// # Why it matters
    ///
    /// A flow with authentication `none` and nothing bound can be begun by everybody who knows its address. Where it
    /// writes accounts for their users' settings, a stranger makes one (CVE-2022-46145); where it sets a password
    /// or logs in, a stranger takes one over (CVE-2023-46249). For recovery, what matters is that something proves who it
    /// is, such as a mail, before anything is written.
    ///
    /// # Example
    ///
    /// ```may
    /// stage form prompt
    /// stage write user_write
    /// flow settings {
    ///     designation: stage_configuration
    ///     stage form at 10
    ///     stage write at 20
    /// }
    /// ```
    ///
    /// # Instead
    ///
    /// ```may
    /// stage form prompt
    /// stage write user_write
    /// flow settings {
    ///     designation: stage_configuration
    ///     authentication: require_authenticated
    ///     stage form at 10
    ///     stage write at 20
    /// }
    /// ```
    OpenConfigurationFlow, "open-configuration-flow", Error
}

impl Lint for OpenConfigurationFlow {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        let world = context.world();
        if world.partial {
            return Vec::new();
        }
        let mut findings = Vec::new();
        for flow in context.flows().into_iter().filter(Flow::is_open_before_login) {
            let writes = flow.places.iter().find(|place| WRITE.iter().any(|word| place.stage.is(word)));
            let Some(place) = writes else { continue };
            // Whatever is bound on the way may keep strangers out.
            let is_guarded = |target| context.counted(target).iter().any(|(_, row)| !row.is_empty());
            let before = || flow.places.iter().filter(|other| other.order <= place.order);
            if is_guarded(flow.id) || before().any(|place| is_guarded(place.id)) {
                continue;
            }
            let proves = before()
                .any(|place| place.stage.model.is_empty() || PROVE.iter().any(|word| place.stage.is(word)));
            let help = match flow.designation {
                "stage_configuration" if !proves => "set `authentication: require_authenticated`",
                // Without a stage that asks who it is, it is for links that an admin makes.
                "recovery" if !proves && before().any(|place| place.stage.is("identification")) => {
                    "add a stage that sends a mail before anything is written"
                }
                _ => continue,
            };
            let message = format!(
                "anybody may begin {} without having logged in, and it changes accounts",
                context.target(flow.id)
            );
            findings.push(
                Finding::about(world, Object::Target(flow.id), message)
                    .at_field(
                        world.targets.row(flow.id).origin,
                        "/authentication",
                        "nobody has to be logged in",
                    )
                    .at(
                        world.targets.row(place.id).origin,
                        format!("{} is reached without a proof", context.target(place.id)),
                    )
                    .help(help),
            );
        }
        findings
    }
}
