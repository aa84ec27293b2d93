#![doc = include_str!("../README.md")]
//!
//! ## Chapters
//!
//! [semantics](docs::semantics), [the `.may` language](input::may), [lints](docs::lints), [design](docs::design),
//! [evaluation](docs::evaluation), [limits](docs::limits), [changelog](docs::changelog)

pub mod bitmap;
#[cfg(feature = "cli")]
pub mod cli;
pub mod diagnostic;
pub mod docs;
pub mod graph;
pub mod input;
pub mod lint;
pub mod model;
pub mod policy;
pub mod progress;
pub mod proof;
pub mod question;
pub mod reason;
#[cfg(feature = "cli")]
pub mod report;
mod subjects;
pub mod truth;
pub mod verify;
pub mod workload;

pub use input::{ReadError, Reading};
pub use model::World;
pub use reason::{Reasoner, Subject};
pub use truth::Verdict;
