//! Who may access what in authentik, and why.

#![forbid(unsafe_code)]

pub mod diagnostic;
pub mod input;
pub mod model;
pub mod policy;
pub mod truth;

pub use input::{ReadError, Reading};
pub use model::World;
