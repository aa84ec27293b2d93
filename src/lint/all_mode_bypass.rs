//! See [`AllModeBypass`].

use super::{Context, Finding, Lint, Object};
use crate::diagnostic::Severity;
use crate::model::{BindingId, Generation, Mode, TargetKind, UserId};
use crate::reason::Search;
use crate::truth::Verdict;

lint! {
    /// A target with mode all that lets users in who match one of its groups and users only.
    ///
    /// # Why it matters
    ///
    /// From 2025.8 to 2025.12.4, mode all is no such thing for bindings of groups and users: one match of all of them is
    /// enough (authentik issues 17484, 17692, 20430). Whoever is in one of the groups gets in; bindings that keep somebody
    /// out keep out nobody who is in one of the groups.
    ///
    /// # Example
    ///
    /// ```may
    /// authentik 2025.10
    /// group finance
    /// group leads
    /// user anna in finance
    /// application payroll all { 0: group finance  10: group leads }
    /// ```
    ///
    /// # Instead
    ///
    /// Update authentik, or ask for all of them in one policy.
    ///
    /// ```may
    /// authentik 2025.12.5
    /// group finance
    /// group leads
    /// user anna in finance
    /// application payroll all { 0: group finance  10: group leads }
    /// ```
    AllModeBypass, "all-mode-bypass", Error
}

impl Lint for AllModeBypass {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        let world = context.world();
        if world.edition.generation != Generation::E2 {
            return Vec::new();
        }
        let trials = context.trials();
        let mut findings = Vec::new();
        for (target, row) in world.targets.iter().filter(|(_, row)| row.mode == Mode::All) {
            // The mode of these is never looked at, in no release, which is the finding of another lint.
            if matches!(row.kind(), TargetKind::Entitlement | TargetKind::NotificationRule)
                || !context.is_asked(target)
            {
                continue;
            }
            let bindings: Vec<BindingId> = context
                .counted(target)
                .iter()
                .filter(|(_, row)| row.asks_only_who())
                .map(|(id, _)| *id)
                .collect();
            if bindings.len() < 2 {
                continue;
            }
            let access = trials.access(target.0 as usize);
            let each: Vec<_> = bindings.iter().filter_map(|binding| trials.alone(*binding)).collect();
            let fails_one = |user: &UserId| each.iter().any(|alone| alone.verdict(*user) == Verdict::No);
            let users: Vec<UserId> = world
                .users
                .ids()
                .filter(|user| access.verdict(*user) == Verdict::Yes && fails_one(user))
                .collect();
            let message = if users.is_empty() {
                let could = bindings.iter().find_map(|binding| {
                    let formulas = [trials.verdict(target.0 as usize), trials.says(*binding)?];
                    let found = trials.search(&formulas, row.kind(), |of| match of {
                        [verdict, says] => verdict.and(says.negated()),
                        _ => crate::truth::Truth::UNKNOWN,
                    });
                    if found == Search::Nobody { None } else { context.found(&found) }
                });
                let Some(could) = could else { continue };
                format!(
                    "{} would let {could} through, who does not match every binding",
                    context.target(target)
                )
            } else {
                let (who, match_) = (context.users(&users), if users.len() == 1 { "does" } else { "do" });
                format!("{} lets {who} through, who {match_} not match every binding", context.target(target))
            };
            let mut finding = Finding::about(world, Object::Target(target), message).at_field(
                row.origin,
                "/policy_engine_mode",
                "one of the bindings of groups and users is enough",
            );
            for binding in bindings.iter().take(3) {
                finding = finding.at(
                    world.bindings.row(*binding).origin,
                    format!("{} is one of them", context.binding(*binding)),
                );
            }
            let finding = finding
                .because("authentik 2025.8 to 2025.12.4 does not do what mode all says for groups and users")
                .help("update authentik to 2025.12.5 or later, or ask for all of them in one policy");
            findings.push(if users.is_empty() { finding.at_most(Severity::Warning) } else { finding });
        }
        findings
    }
}
