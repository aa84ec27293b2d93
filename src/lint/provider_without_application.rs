//! See [`ProviderWithoutApplication`].

use rustc_hash::FxHashSet;

use super::{Context, Finding, Lint, Object};
use crate::model::{Details, ProviderId};

/// Types of provider that do nothing without an application of their own.
const NEED: [&str; 6] = ["oauth2", "proxy", "rac", "radius", "saml", "ws_federation"];

lint! {
    /// A provider that no application uses.
    ///
    /// # Why it matters
    ///
    /// Nobody can log in through it: authentik looks for the application first, and refuses where there is none
    /// (dossier §3.1). What is bound to an application that was meant to use it does not protect what it was meant to.
    ///
    /// Providers that an application may have beside its own one, such as those for SCIM and LDAP, are left out.
    ///
    /// # Example
    ///
    /// ```may
    /// provider wiki oauth2
    /// ```
    ///
    /// # Instead
    ///
    /// ```may
    /// provider wiki oauth2
    /// application wiki { provider: wiki }
    /// ```
    ProviderWithoutApplication, "provider-without-application", Note
}

impl Lint for ProviderWithoutApplication {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        let world = context.world();
        if world.partial {
            return Vec::new();
        }
        let used: FxHashSet<ProviderId> = world
            .targets
            .values()
            .filter_map(
                |row| if let Details::Application { provider } = row.details { provider } else { None },
            )
            .collect();
        let unused = world
            .providers
            .iter()
            .filter(|(id, row)| !used.contains(id) && row.word().is_some_and(|word| NEED.contains(&word)));
        unused
            .map(|(id, row)| {
                Finding::about(
                    world,
                    Object::Provider(id),
                    format!("no application uses the provider `{}`", row.name),
                )
                .at(row.origin, "nobody can log in through it")
                .help("give it an application, or take it away")
            })
            .collect()
    }
}
