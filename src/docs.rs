//! Long documents, as chapters.

#[doc = include_str!("docs/semantics.md")]
pub mod semantics {}

#[doc = include_str!("docs/lints.md")]
pub mod lints {}

#[doc = include_str!("docs/design.md")]
pub mod design {}

#[doc = include_str!("docs/evaluation.md")]
pub mod evaluation {}

#[doc = include_str!("docs/limits.md")]
pub mod limits {}

#[doc = include_str!("../CHANGELOG.md")]
pub mod changelog {}
