//! See [`IgnoredStageBindings`].

use super::words::many;
use super::{Context, Finding, Lint, Object};
use crate::diagnostic::Severity;

lint! {
    /// A stage whose bindings nobody ever asks, so that it always runs.
    ///
    /// # Why it matters
    ///
    /// With both `evaluate_on_plan` and `re_evaluate_policies` off, authentik never looks at the bindings of the stage.
    /// Its API demands one of the two, but an update that names only one of them gets past that (dossier §3.6). For
    /// a deny stage it means that nobody gets through the flow, which is an error; elsewhere it is a warning.
    ///
    /// # Example
    ///
    /// ```may
    /// group blocked
    /// stage out deny
    /// flow login {
    ///     designation: authentication
    ///     stage out at 10 { evaluate_on_plan: false  re_evaluate_policies: false  0: group blocked }
    /// }
    /// ```
    ///
    /// # Instead
    ///
    /// ```may
    /// group blocked
    /// stage out deny
    /// flow login {
    ///     designation: authentication
    ///     stage out at 10 { evaluate_on_plan: false  re_evaluate_policies: true  0: group blocked }
    /// }
    /// ```
    IgnoredStageBindings, "ignored-stage-bindings", Error
}

impl Lint for IgnoredStageBindings {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        let world = context.world();
        let mut findings = Vec::new();
        for place in
            context.flows().into_iter().flat_map(|flow| flow.places).filter(|place| !place.is_asked())
        {
            let counted = context.counted(place.id);
            let Some((first, row)) = counted.iter().find(|(_, row)| !row.is_empty()) else { continue };
            // What always says yes changes nothing.
            if context.lets_everyone_through(place.id) {
                continue;
            }
            let is_deny = place.stage.is("deny");
            let follows = if is_deny { "always denies" } else { "always runs" };
            let message = format!(
                "{} {follows}: its {} never asked",
                context.target(place.id),
                if counted.len() == 1 {
                    "binding is".to_owned()
                } else {
                    format!("{} are", many(counted.len(), "binding"))
                }
            );
            let finding = Finding::about(world, Object::Target(place.id), message)
                .at(
                    world.targets.row(place.id).origin,
                    "`evaluate_on_plan` and `re_evaluate_policies` are both off",
                )
                .at(row.origin, format!("{} is never asked", context.binding(*first)))
                .help("set `re_evaluate_policies: true`");
            findings.push(if is_deny { finding } else { finding.at_most(Severity::Warning) });
        }
        findings
    }
}
