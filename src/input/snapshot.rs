//! API snapshots: a folder of pages as `GET /api/v3/` gives them (dossier §7).

use crate::diagnostic::Diagnostics;
use crate::model::SourceId;
use crate::model::draft::Draft;

/// Reads `pages`: file names such as `core_users.p1.json`, with their texts.
pub fn parse(_pages: &[(&str, SourceId, &str)], _diagnostics: &mut Diagnostics) -> Draft {
    Draft::default()
}

/// Writes a world.
pub fn write(_world: &crate::model::World) -> Vec<(String, String)> {
    Vec::new()
}
