//! `.may`: our own language.

use crate::diagnostic::Diagnostics;
use crate::model::SourceId;
use crate::model::draft::Draft;

/// Reads one file.
pub fn parse(_source: SourceId, _text: &str, _diagnostics: &mut Diagnostics) -> Draft {
    Draft::default()
}

/// Writes a world.
pub fn print(_world: &crate::model::World) -> String {
    String::new()
}

/// Formats.
pub fn format(_source: SourceId, _text: &str, _diagnostics: &mut Diagnostics) -> Option<String> {
    None
}
