//! Small changes of a text that was read, which keep everything else as it is: comments, order, layout.

use std::ops::Range;
use std::path::Path;

use super::{blueprint, may};
use crate::diagnostic::Sources;
use crate::model::{Origin, SourceId};

/// The change that gives `field` of the object at `origin` the value `value`: which bytes of which text go, and what
/// comes instead. `None` where that is not simple: the value is computed, shared with something else, or not in a text.
pub fn set(
    sources: &Sources,
    origin: Origin,
    field: &str,
    value: bool,
) -> Option<(SourceId, Range<usize>, String)> {
    let Origin::Text { source, start, end } = origin else { return None };
    let file = sources.get(source)?;
    let place = start as usize..end as usize;
    let ending = Path::new(&file.name).extension()?.to_str()?;
    let (range, text) = match ending.to_ascii_lowercase().as_str() {
        "may" => may::set(&file.text, place, field, value),
        "yaml" | "yml" => blueprint::set(source, &file.text, place.start, field, value),
        _ => None,
    }?;
    Some((source, range, text))
}
