//! Who may access what in authentik, and why.

#![forbid(unsafe_code)]

pub mod diagnostic;
pub mod input;
pub mod model;
pub mod policy;
pub mod reason;
pub mod truth;

pub use input::{ReadError, Reading};
pub use model::World;
pub use reason::{Reasoner, Subject};
pub use truth::Verdict;
