//! Small changes of texts that were read, which keep everything else as it is: comments, order, layout.

use std::ops::Range;
use std::path::Path;

use rustc_hash::FxHashMap;

use super::blueprint::Editable;
use super::may;
use crate::diagnostic::Sources;
use crate::model::{Origin, SourceId};

/// Finds such changes. Each blueprint is looked into once.
pub struct Editor<'s> {
    sources: &'s Sources,
    blueprints: FxHashMap<SourceId, Option<Editable<'s>>>,
}

impl<'s> Editor<'s> {
    /// Finds changes of `sources`.
    pub fn new(sources: &'s Sources) -> Self {
        Self { sources, blueprints: FxHashMap::default() }
    }

    /// The change that gives `field` of the object at `origin` the value `value`: which bytes of which text go, and
    /// what comes instead. `None` where that is not simple: the value is computed, shared with something else, or not
    /// in a text.
    pub fn set(
        &mut self,
        origin: Origin,
        field: &str,
        value: bool,
    ) -> Option<(SourceId, Range<usize>, String)> {
        let Origin::Text { source, start, end } = origin else { return None };
        let file = self.sources.get(source)?;
        let place = start as usize..end as usize;
        let ending = Path::new(&file.name).extension()?.to_str()?;
        let (range, text) = match ending.to_ascii_lowercase().as_str() {
            "may" => may::set(file.text(), place, field, value),
            "yaml" | "yml" => {
                let blueprint =
                    self.blueprints.entry(source).or_insert_with(|| Editable::of(source, file.text()));
                blueprint.as_ref()?.set(place.start, field, value)
            }
            _ => None,
        }?;
        Some((source, range, text))
    }
}
