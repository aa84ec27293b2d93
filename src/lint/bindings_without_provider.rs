//! See [`BindingsWithoutProvider`].

use super::words::many;
use super::{Context, Finding, Lint, Object};
use crate::model::{Details, ProviderId, TargetId, World};

/// Types of provider that an application may have beside its own, which the input does not say.
const BESIDE: [&str; 5] = ["google_workspace", "ldap", "microsoft_entra", "scim", "ssf"];

lint! {
    /// Applications without a provider that have bindings: those hide a tile and protect nothing.
    ///
    /// # Why it matters
    ///
    /// An application without a provider is a bookmark. Its bindings decide who sees it; whoever knows the address gets
    /// there without authentik, and `/application/launch/` sends every user on without asking (dossier §2.10, §3.1). Where
    /// that is all that is wanted, nothing is wrong; so this is one note for all of them.
    ///
    /// # Example
    ///
    /// ```may
    /// group finance
    /// application payroll { 0: group finance }
    /// ```
    ///
    /// # Instead
    ///
    /// ```may
    /// group finance
    /// provider payroll proxy
    /// application payroll { provider: payroll  0: group finance }
    /// ```
    BindingsWithoutProvider, "bindings-without-provider", Note
}

impl Lint for BindingsWithoutProvider {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        let world = context.world();
        // The provider may be given to the application elsewhere.
        if world.partial || has_spare_provider(world) {
            return Vec::new();
        }
        let is_bound = |id: &TargetId| context.counted(*id).iter().any(|(_, row)| !row.is_empty());
        let tiles: Vec<TargetId> = world
            .targets
            .iter()
            .filter(|(_, row)| matches!(row.details, Details::Application { provider: None }))
            .map(|(id, _)| id)
            .filter(is_bound)
            .collect();
        if tiles.is_empty() {
            return Vec::new();
        }
        let names: Vec<String> = tiles.iter().map(|id| world.target_name(*id)).collect();
        let applications = many(tiles.len(), "application");
        let message = format!(
            "bindings of {applications} without a provider hide tiles and protect nothing: {}",
            context.names(names.iter().map(String::as_str))
        );
        let finding = Finding::about(world, Object::World, message);
        let shown = tiles.iter().take(3).fold(finding, |finding, id| {
            finding.at_field(
                world.targets.row(*id).origin,
                "/provider",
                format!("{} has no provider", context.target(*id)),
            )
        });
        vec![
            shown
                .because("authentik is not asked when somebody opens the address behind the tile")
                .help("give the application a provider, or protect it in another way"),
        ]
    }
}

/// Whether there is a provider that may belong to an application in a way that the input does not say.
fn has_spare_provider(world: &World) -> bool {
    let used: rustc_hash::FxHashSet<ProviderId> = world
        .targets
        .values()
        .filter_map(|row| if let Details::Application { provider } = row.details { provider } else { None })
        .collect();
    world
        .providers
        .iter()
        .any(|(id, row)| !used.contains(&id) && row.word().is_none_or(|word| BESIDE.contains(&word)))
}
