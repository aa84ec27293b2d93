//! API snapshots: a folder of pages as `GET /api/v3/` gives them (dossier §7).
//!
//! Files are called after their endpoint, with `/` as `_`, and numbered: `core_users.p1.json`. An `index.json`
//! may list them with the URL and the status of each. Lists of the API silently leave out what the caller may
//! not see, and a binding that is missing looks like an open door: whatever does not add up is an error.

mod endpoint;
mod fields;
mod folder;
mod index;
mod lower;
mod page;
mod row;
mod write;

use crate::diagnostic::Diagnostics;
use crate::model::SourceId;
use crate::model::draft::Draft;

pub use write::write;

/// Reads `pages`: file names such as `core_users.p1.json`, with their texts.
pub fn parse(pages: &[(&str, SourceId, &str)], diagnostics: &mut Diagnostics) -> Draft {
    let folder = folder::Folder::open(pages, diagnostics);
    lower::lower(&folder, diagnostics)
}

#[cfg(test)]
mod tests;
