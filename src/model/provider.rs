//! Providers: what an application logs in through.

use super::Origin;

/// A provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provider {
    /// The primary key, when the input has one.
    pub pk: Option<String>,
    /// The name.
    pub name: String,
    /// Its type, as `app_label.model`; empty when the input does not say.
    pub model: String,
    /// Where the provider was read from.
    pub origin: Origin,
}

impl Provider {
    /// Its type in one word, such as `oauth2`; `None` where the input does not say, or it is none of authentik's.
    pub fn word(&self) -> Option<&str> {
        self.model.strip_prefix("authentik_providers_")?.split('.').next()
    }

    /// Whether it is a provider for remote access (RAC). `None`: the input does not say.
    pub fn is_rac(&self) -> Option<bool> {
        if self.model.is_empty() { None } else { Some(self.model == "authentik_providers_rac.racprovider") }
    }
}
