//! See [`ClosedWhenEmpty`].

use rustc_hash::FxHashSet;

use super::{Context, Finding, Lint, Object};
use crate::model::{Details, TargetId, TargetKind};

lint! {
    /// Something that nobody gets, because nothing is bound to it and authentik then says no.
    ///
    /// # Why it matters
    ///
    /// An application with nothing bound is open, but an entitlement, a notification rule or a group of devices with
    /// nothing bound is closed, and so is an application where the tenant's flag `core_default_app_access` is off
    /// (dossier §1.4, authentik issue 12734). A rule without bindings never notifies anybody.
    ///
    /// A device with nothing bound is found only where something was bound once: authentik lists devices that
    /// nobody ever logs in to.
    ///
    /// # Example
    ///
    /// ```may
    /// rule "login failed"
    /// ```
    ///
    /// # Instead
    ///
    /// ```may
    /// policy failed event_matcher { action: "login_failed" }
    /// rule "login failed" { 0: policy failed }
    /// ```
    ClosedWhenEmpty, "closed-when-empty", Warning
}

impl Lint for ClosedWhenEmpty {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        let world = context.world();
        if world.partial {
            return Vec::new();
        }
        let used: FxHashSet<TargetId> = world
            .targets
            .values()
            .filter_map(|row| match row.details {
                Details::Device { access_group, .. } => access_group,
                _ => None,
            })
            .collect();
        let mut findings = Vec::new();
        for (id, row) in world.targets.iter() {
            if !context.reasoner().is_unbound(id) || !context.lets_nobody_through(id) {
                continue;
            }
            let has_rows = world.bindings_of(id).next().is_some();
            let name = context.target(id);
            let follows = match &row.details {
                Details::Application { .. } | Details::Entitlement { .. } => format!("nobody gets {name}"),
                Details::NotificationRule => format!("{name} never notifies anybody"),
                // The devices in it may have bindings of their own, and an empty list may be waiting for devices.
                Details::DeviceAccessGroup if used.contains(&id) => {
                    format!("{name} lets nobody use its devices")
                }
                Details::Device { access_group: None, .. } if has_rows => format!("nobody may use {name}"),
                _ => continue,
            };
            let (because, help) = match row.kind() {
                TargetKind::Application => (
                    "the tenant's flag `core_default_app_access` is off",
                    "bind the group of those who may use it",
                ),
                TargetKind::NotificationRule => (
                    "authentik does not notify where nothing is bound",
                    "bind a policy that matches the events",
                ),
                _ => ("authentik says no where nothing is bound", "bind the group of those who may use it"),
            };
            let what = if has_rows { "nothing that counts is bound to it" } else { "nothing is bound to it" };
            findings.push(
                Finding::about(world, Object::Target(id), format!("{follows}: {what}"))
                    .at(row.origin, what)
                    .because(because)
                    .help(help),
            );
        }
        findings
    }
}
