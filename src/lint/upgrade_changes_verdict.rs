//! See [`UpgradeChangesVerdict`].

use super::words::many;
use super::{Context, Finding, Lint, Object};
use crate::model::{Edition, Generation, TargetId, UserId, World};
use crate::reason::{Access, Reasoner};
use crate::truth::Verdict;

lint! {
    /// A target that lets other users through as soon as authentik is updated.
    ///
    /// # Why it matters
    ///
    /// What the same bindings mean has changed three times: in 2025.8, in 2025.12.5 and in 2026.2 (dossier §2.2). Mode
    /// all, bindings that bind several things or nothing, deep hierarchies and code about groups are decided in
    /// other ways since. An update then gives or takes access without anybody touching the configuration.
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
    /// ```may
    /// authentik 2025.10
    /// group finance
    /// user anna in finance
    /// application payroll all { 0: group finance }
    /// ```
    UpgradeChangesVerdict, "upgrade-changes-verdict", Warning
}

impl Lint for UpgradeChangesVerdict {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        let world = context.world();
        let newest = Edition::newest();
        // Since 2026.2 a verdict for one user is what it is in the newest release.
        let is_old = matches!(world.edition.generation, Generation::E1 | Generation::E2)
            || world.edition.generation == Generation::E3 && !world.edition.user_groups;
        if !is_old {
            return Vec::new();
        }
        let updated = World { edition: newest.clone(), ..world.clone() };
        let after = Reasoner::with(&updated, context.reasoner().settings());
        let findings = world.targets.ids().zip(context.reasoner().matrix()).zip(after.matrix());
        findings.filter_map(|((target, now), then)| finding(context, target, &now, &then, &newest)).collect()
    }
}

fn finding(
    context: &Context<'_>,
    target: TargetId,
    now: &Access,
    then: &Access,
    newest: &Edition,
) -> Option<Finding> {
    let world = context.world();
    let changed = |from: Verdict, to: Verdict| -> Vec<UserId> {
        world.users.ids().filter(|user| now.effective(*user) == from && then.effective(*user) == to).collect()
    };
    let (gain, lose) = (changed(Verdict::No, Verdict::Yes), changed(Verdict::Yes, Verdict::No));
    if gain.is_empty() && lose.is_empty() {
        return None;
    }
    // Stages do not give access: what passes, runs.
    let mut does = Vec::new();
    if !gain.is_empty() {
        let pass = if gain.len() == 1 { "passes who does" } else { "pass who do" };
        does.push(format!("{} {pass} not today", many(gain.len(), "user")));
    }
    if !lose.is_empty() {
        let pass = if lose.len() == 1 { "passes" } else { "pass" };
        does.push(format!("{} no longer {pass}", many(lose.len(), "user")));
    }
    let row = world.targets.row(target);
    let message = format!("an update to {newest} changes {}: {}", context.target(target), does.join(", "));
    let mut finding = Finding::about(world, Object::Target(target), message)
        .at(row.origin, format!("answers otherwise than in {}", world.edition));
    for (users, what) in [(&gain, "will pass"), (&lose, "will no longer pass")] {
        if !users.is_empty() {
            let who = context.names(users.iter().map(|user| world.users.row(*user).username.as_str()));
            finding = finding.because(format!("{who} {what}"));
        }
    }
    Some(finding.help("write the bindings so that both releases say the same, before the update"))
}
