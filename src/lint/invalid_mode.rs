//! See [`InvalidMode`].

use super::{Context, Finding, Lint, Object};
use crate::model::{Mode, TargetKind};

lint! {
    /// A target whose policy engine mode is neither `any` nor `all`.
    ///
    /// # Why it matters
    ///
    /// authentik checks the mode where it is saved through the API, not where it reads it: a row that was written in
    /// another way may hold any word, and then nobody is let through as soon as something is bound.
    ///
    /// # Example
    ///
    /// ```may
    /// group staff
    /// application wiki mode invalid { 0: group staff }
    /// ```
    ///
    /// # Instead
    ///
    /// ```may
    /// group staff
    /// application wiki any { 0: group staff }
    /// ```
    InvalidMode, "invalid-mode", Error
}

impl Lint for InvalidMode {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        let world = context.world();
        // Rules are asked with any, and entitlements without a mode, whatever they say.
        let has_mode = |kind| !matches!(kind, TargetKind::NotificationRule | TargetKind::Entitlement);
        let invalid =
            world.targets.iter().filter(|(_, row)| row.mode == Mode::Invalid && has_mode(row.kind()));
        invalid
            .map(|(id, row)| {
                let message = format!("{} has a mode that is neither `any` nor `all`", context.target(id));
                Finding::about(world, Object::Target(id), message)
                    .at_field(
                        row.origin,
                        "/policy_engine_mode",
                        "this lets nobody through once something is bound",
                    )
                    .help("set the mode to `any` or to `all`")
            })
            .collect()
    }
}
