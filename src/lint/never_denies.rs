//! See [`NeverDenies`].

use super::{Context, Finding, Lint, Object};
use crate::model::BoundUser;

lint! {
    /// A deny stage that never runs, whoever comes.
    ///
    /// # Why it matters
    ///
    /// For a stage, bindings that say no mean that it is left out. A deny stage whose bindings say no to every user that
    /// there could be keeps nobody out, although the flow looks as if it did (dossier §3.6, F61).
    ///
    /// # Example
    ///
    /// Nobody is in the group and not in it.
    ///
    /// ```may
    /// group staff
    /// stage who identification
    /// stage out deny
    /// stage enter user_login
    /// flow login {
    ///     designation: authentication
    ///     stage who at 10
    ///     stage out at 20 all { 0: group staff  10: not group staff }
    ///     stage enter at 30
    /// }
    /// ```
    ///
    /// # Instead
    ///
    /// ```may
    /// group staff
    /// stage who identification
    /// stage out deny
    /// stage enter user_login
    /// flow login {
    ///     designation: authentication
    ///     stage who at 10
    ///     stage out at 20 { 0: not group staff }
    ///     stage enter at 30
    /// }
    /// ```
    NeverDenies, "never-denies", Error
}

impl Lint for NeverDenies {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        let world = context.world();
        let mut findings = Vec::new();
        for place in context.flows().into_iter().flat_map(|flow| flow.places) {
            if !place.stage.is("deny") || !place.is_asked() {
                continue;
            }
            let counted = context.counted(place.id);
            // A user that the input leaves out is somebody all the same.
            let names_another =
                counted.iter().any(|(_, row)| matches!(row.user, Some(BoundUser::Unlisted(_))));
            if names_another || !context.lets_nobody_through(place.id) {
                continue;
            }
            let finding = Finding::about(
                world,
                Object::Target(place.id),
                format!("{} never runs", context.target(place.id)),
            )
            .at(world.targets.row(place.id).origin, "keeps nobody out");
            let shown = counted
                .iter()
                .take(3)
                .fold(finding, |finding, (id, row)| finding.at(row.origin, context.binding(*id)));
            findings.push(
                shown
                    .because("what is bound to it says no to every user that there could be, and then a stage is left out")
                    .help("bind what is true of those who must stay out"),
            );
        }
        findings
    }
}
