//! See [`EntitlementWithoutAccess`].

use super::{Context, Finding, Lint, Object};
use crate::model::{Details, UserId};
use crate::truth::Verdict;

lint! {
    /// An entitlement that users have who may not use its application.
    ///
    /// # Why it matters
    ///
    /// authentik grants entitlements without looking at the application (dossier §3.4). Whoever is entitled and kept out
    /// today has the entitlement at once when the application is opened to them; and either the one binding or the
    /// other says what nobody means.
    ///
    /// # Example
    ///
    /// ```may
    /// group staff
    /// group leads
    /// user anna in leads
    /// application wiki {
    ///     0: group staff
    ///     entitlement admin { 0: group leads }
    /// }
    /// ```
    ///
    /// # Instead
    ///
    /// ```may
    /// group staff
    /// group leads in staff
    /// user anna in leads
    /// application wiki {
    ///     0: group staff
    ///     entitlement admin { 0: group leads }
    /// }
    /// ```
    EntitlementWithoutAccess, "entitlement-without-access", Note
}

impl Lint for EntitlementWithoutAccess {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        let world = context.world();
        let reasoner = context.reasoner();
        let mut findings = Vec::new();
        for (id, row) in world.targets.iter() {
            let Details::Entitlement { application } = row.details else { continue };
            // Those whom a negated binding entitles are the finding of another lint.
            if context.counted(id).iter().any(|(_, row)| row.negate) {
                continue;
            }
            let (entitled, enters) = (reasoner.access(id), reasoner.access(application));
            let users: Vec<UserId> = world
                .users
                .ids()
                .filter(|user| {
                    entitled.effective(*user) == Verdict::Yes && enters.verdict(*user) == Verdict::No
                })
                .collect();
            if users.is_empty() {
                continue;
            }
            let (has, it) = if users.len() == 1 { ("has", "is") } else { ("have", "are") };
            let message = format!(
                "{} {has} {} and {it} kept out of its application",
                context.users(&users),
                context.target(id)
            );
            findings.push(
                Finding::about(world, Object::Target(id), message)
                    .at(row.origin, "granted without a look at the application")
                    .at(world.targets.row(application).origin, "lets them not in")
                    .help("bind a group whose members may use the application"),
            );
        }
        findings
    }
}
