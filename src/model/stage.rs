//! Stages: what a flow does at one of its places.

use super::Origin;

/// A stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// The primary key, when the input has one.
    pub pk: Option<String>,
    /// The name: unique.
    pub name: String,
    /// Its type, as `app_label.model`; empty when the input does not say.
    pub model: String,
    /// Where the stage was read from.
    pub origin: Origin,
}
