//! See [`WideEndpoint`].

use rustc_hash::FxHashMap;

use super::{Context, Finding, Lint, Object};
use crate::model::{Details, ProviderId, TargetId, UserId};
use crate::truth::Verdict;

lint! {
    /// An endpoint for remote access that users reach who may not use its application.
    ///
    /// # Why it matters
    ///
    /// Until 2026.2.5 and 2026.5.4 authentik does not look whether the endpoint belongs to the application that somebody
    /// came through. Whoever may use any application for remote access reaches every endpoint whose own bindings let them
    /// pass, and an endpoint with nothing bound lets everyone pass (authentik advisory GHSA-jpx7-5hcf-w9xp).
    ///
    /// # Example
    ///
    /// ```may
    /// authentik 2026.2.2
    /// group helpdesk
    /// group operations
    /// user anna in helpdesk
    /// provider desktops rac
    /// provider servers rac
    /// application desktops { provider: desktops  0: group helpdesk }
    /// application servers { provider: servers  0: group operations }
    /// endpoint database { provider: servers }
    /// ```
    ///
    /// # Instead
    ///
    /// Update authentik, or bind the endpoint as well.
    ///
    /// ```may
    /// authentik 2026.2.2
    /// group helpdesk
    /// group operations
    /// user anna in helpdesk
    /// provider desktops rac
    /// provider servers rac
    /// application desktops { provider: desktops  0: group helpdesk }
    /// application servers { provider: servers  0: group operations }
    /// endpoint database { provider: servers  0: group operations }
    /// ```
    WideEndpoint, "wide-endpoint", Error
}

impl Lint for WideEndpoint {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        let world = context.world();
        if world.edition.rac_checks_provider {
            return Vec::new();
        }
        let reasoner = context.reasoner();
        let mut application_of: FxHashMap<ProviderId, TargetId> = FxHashMap::default();
        for (id, row) in world.targets.iter() {
            if let Details::Application { provider: Some(provider) } = row.details {
                application_of.entry(provider).or_insert(id);
            }
        }
        let mut findings = Vec::new();
        for (id, row) in world.targets.iter() {
            let Details::RacEndpoint { provider: Some(provider) } = row.details else { continue };
            // Without its application, nobody says who was to reach it.
            let Some(application) = application_of.get(&provider).copied() else { continue };
            let (reached, enters) = (reasoner.access(id), reasoner.access(application));
            let users: Vec<UserId> = world
                .users
                .ids()
                .filter(|user| {
                    reached.effective(*user) == Verdict::Yes && enters.verdict(*user) == Verdict::No
                })
                .collect();
            if users.is_empty() {
                continue;
            }
            let reach = if users.len() == 1 { "reaches" } else { "reach" };
            let message = format!(
                "{} {reach} {} through another application than its own",
                context.users(&users),
                context.target(id)
            );
            findings.push(
                Finding::about(world, Object::Target(id), message)
                    .at(row.origin, "its own bindings let them pass")
                    .at(world.targets.row(application).origin, "the application that it belongs to keeps them out")
                    .because(format!("{} does not look which application they came through", world.edition))
                    .help("update to 2026.2.6, 2026.5.5 or later, or bind to the endpoint what is bound to its application"),
            );
        }
        findings
    }
}
