//! See [`DefaultAccessFlag`].

use super::words::many;
use super::{Context, Finding, Lint, Object};
use crate::model::{TargetId, TargetKind};

lint! {
    /// Applications whose verdicts rest on a flag of the tenant that the input does not hold.
    ///
    /// # Why it matters
    ///
    /// From 2026.5 on the tenant's flag `core_default_app_access` decides who gets into an application with nothing bound:
    /// everyone, or nobody. Where the input does not say which, whomay takes authentik's default, which is everyone
    /// (dossier §3.1). This is one note for all applications.
    ///
    /// # Example
    ///
    /// ```may
    /// authentik 2026.5
    /// application wiki
    /// ```
    ///
    /// # Instead
    ///
    /// ```may
    /// authentik 2026.5
    /// flag core_default_app_access true
    /// application wiki
    /// ```
    DefaultAccessFlag, "default-access-flag", Note
}

impl Lint for DefaultAccessFlag {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        let world = context.world();
        let is_open_question = world.edition.app_access_flag && world.flags.core_default_app_access.is_none();
        // Blueprints cannot say it, and bindings that are made elsewhere may make it matter less.
        if world.partial || !is_open_question {
            return Vec::new();
        }
        let applications: Vec<TargetId> = world
            .targets
            .iter()
            .filter(|(id, row)| row.kind() == TargetKind::Application && context.reasoner().is_unbound(*id))
            .map(|(id, _)| id)
            .collect();
        if applications.is_empty() {
            return Vec::new();
        }
        let names: Vec<String> = applications.iter().map(|id| world.target_name(*id)).collect();
        let message = format!(
            "access to {} rests on the flag `core_default_app_access`, which the input does not hold: {}",
            many(applications.len(), "application"),
            context.names(names.iter().map(String::as_str))
        );
        vec![
            Finding::about(world, Object::World, message)
                .because("authentik's default is taken: everyone gets in where nothing is bound")
                .help("say what the tenant has, or bind something"),
        ]
    }
}
