//! See [`MixedBinding`].

use super::{Context, Finding, Lint, Object};
use crate::diagnostic::Severity;
use crate::model::{Binding, Generation, Mode, TargetKind};

lint! {
    /// A binding that binds several things at once: a policy and a group, say, or a group and a user.
    ///
    /// # Why it matters
    ///
    /// authentik's API refuses such bindings, but an update that gives only the new one of them is accepted, and blueprints
    /// update in this way. Who made the binding expects that both must match. What happens depends on the release: a
    /// member of the group may get in although the policy says no, or be kept out because one row too many
    /// matches (dossier §1.5, §2.3).
    ///
    /// # Example
    ///
    /// ```may
    /// group staff
    /// policy office-hours unknown "depends on the time"
    /// application wiki { 0: policy office-hours + group staff }
    /// ```
    ///
    /// # Instead
    ///
    /// ```may
    /// group staff
    /// policy office-hours unknown "depends on the time"
    /// application wiki all { 0: policy office-hours  10: group staff }
    /// ```
    MixedBinding, "mixed-binding", Error
}

impl Lint for MixedBinding {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        let world = context.world();
        let mut findings = Vec::new();
        for (id, row) in world.bindings.iter().filter(|(_, row)| context.counts(row)) {
            let target = world.targets.row(row.target);
            let documented = world.edition.generation == Generation::Documented;
            let mode = match target.kind() {
                TargetKind::NotificationRule if !documented => Mode::Any,
                TargetKind::Entitlement => Mode::Any,
                _ => target.mode,
            };
            // What nobody asks, and what lets nobody through, are the findings of other lints.
            if !context.is_asked(row.target) || mode == Mode::Invalid {
                continue;
            }
            // That entitlements do not ask policies is the finding of another lint.
            let asks_policy = row.policy.is_some() && target.kind() != TargetKind::Entitlement;
            let asks_two = row.group.is_some() && row.user.is_some();
            if !(asks_policy && row.asks_who() || asks_two) {
                continue;
            }
            let (is_worst, does) = if asks_policy {
                with_policy(world.edition.generation, mode, row.negate)
            } else {
                group_and_user(world.edition.generation, mode, row)
            };
            let message = format!(
                "{} of {} binds several things: {does}",
                context.binding(id),
                context.target(row.target)
            );
            let finding = Finding::about(world, Object::Binding(id), message)
                .key(context.bound(id))
                .at(row.origin, "all of them in one binding")
                .help("make a binding of its own for each; mode all where all of them must match");
            findings.push(if is_worst { finding } else { finding.at_most(Severity::Warning) });
        }
        findings
    }
}

/// What happens where a policy and a group or user are bound, and whether that opens a door.
fn with_policy(generation: Generation, mode: Mode, negate: bool) -> (bool, &'static str) {
    match (generation, mode, negate) {
        (Generation::E1, ..) => (false, "only the policy is asked"),
        (Generation::E2, Mode::All, _) => {
            (false, "its group or user is enough for all other groups and users")
        }
        (_, Mode::All, _) => (false, "who matches its group or user may be kept out by that"),
        (_, _, false) => (true, "who matches its group or user passes whatever the policy says"),
        (_, _, true) => (true, "who does not match its group or user passes whatever the policy says"),
    }
}

/// What happens where a group and a user are bound.
fn group_and_user(generation: Generation, mode: Mode, row: &Binding) -> (bool, &'static str) {
    match (generation, row.negate) {
        (Generation::E1, _) => (false, "only the group is asked for"),
        // Others may keep out whom this one lets pass.
        (_, true) if mode == Mode::All => {
            (false, "whoever is not both of them matches, which is nearly everyone")
        }
        (_, true) => (true, "whoever is not both of them passes, which is nearly everyone"),
        (_, false) => (false, "the group is enough, and so is the user"),
    }
}
