//! See [`NobodyPasses`].

use super::{Context, Finding, Lint, Object};
use crate::model::{Id, TargetKind};
use crate::truth::Verdict;

lint! {
    /// An application or endpoint that none of today's active users may use.
    ///
    /// # Why it matters
    ///
    /// Nobody notices a door that nobody can open until somebody needs it, and then it is opened in a hurry. Often a
    /// group lost its last member, or the wrong group is bound.
    ///
    /// Only the users that there are count; where nobody could ever pass, that is the finding of
    /// `contradictory-bindings`.
    ///
    /// # Example
    ///
    /// ```may
    /// group finance
    /// group accounting
    /// user anna in accounting
    /// application payroll { 0: group finance }
    /// ```
    ///
    /// # Instead
    ///
    /// ```may
    /// group finance
    /// group accounting
    /// user anna in accounting
    /// application payroll { 0: group accounting }
    /// ```
    NobodyPasses, "nobody-passes", Warning
}

impl Lint for NobodyPasses {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        let world = context.world();
        // Users that are not described may pass.
        if world.partial || world.users.values().all(|user| !user.active) {
            return Vec::new();
        }
        let mut findings = Vec::new();
        for (id, row) in world.targets.iter() {
            if !matches!(row.kind(), TargetKind::Application | TargetKind::RacEndpoint) {
                continue;
            }
            let counted = context.counted(id);
            if counted.is_empty() || !context.matters(id) {
                continue;
            }
            let access = context.trials().access(id.index());
            let passes =
                world.users.iter().any(|(user, row)| row.active && access.verdict(user) != Verdict::No);
            if passes {
                continue;
            }
            let message = format!("none of the active users may use {}", context.target(id));
            let mut finding =
                Finding::about(world, Object::Target(id), message).at(row.origin, "nobody passes here");
            for (binding, row) in counted.iter().take(3) {
                let who = context.trials().alone(*binding).map_or(0, |access| {
                    world
                        .users
                        .iter()
                        .filter(|(user, row)| row.active && access.verdict(*user) == Verdict::Yes)
                        .count()
                });
                let words = match who {
                    0 => format!("{} passes for no active user", context.binding(*binding)),
                    1 => format!("{} passes for 1 active user", context.binding(*binding)),
                    many => format!("{} passes for {many} active users", context.binding(*binding)),
                };
                finding = finding.at(row.origin, words);
            }
            // Who could pass shows what is missing.
            let witness = context.found(&context.trials().somebody_new_let_in(id.index()));
            if let Some(witness) = witness {
                finding = finding.because(format!("{witness} would pass"));
            }
            findings.push(finding);
        }
        findings
    }
}
