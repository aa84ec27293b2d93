//! What can be said about references when a part of the input could not be read.

use std::path::Path;

use rustc_hash::FxHashMap;

use crate::diagnostic::{Diagnostic, Diagnostics, Sources};
use crate::model::Origin;

/// Those of `problems`, found by the builder, that are there whatever the unread parts say.
///
/// What a broken item defines looks missing. But a name that is written nowhere except where it is referred to can be
/// defined by no item, broken or not.
pub(super) fn sure(problems: Diagnostics, sources: &Sources) -> Diagnostics {
    // How often each name is referred to, less how often it is written.
    let mut elsewhere: FxHashMap<&str, usize> = FxHashMap::default();
    for name in problems.iter().filter_map(|problem| missing(problem, sources)) {
        *elsewhere.entry(name).or_default() += 1;
    }
    if !elsewhere.is_empty() {
        let is_in_names = |c: char| c.is_alphanumeric() || "_.@-".contains(c);
        for word in sources.iter().flat_map(|(_, source)| source.text().split(|c| !is_in_names(c))) {
            if let Some(count) = elsewhere.get_mut(word) {
                *count = count.wrapping_sub(1);
            }
        }
    }
    let is_sure = |problem: &Diagnostic| {
        ["duplicate-name", "duplicate-key", "unknown-release", "mixed-releases"].contains(&problem.code)
            || missing(problem, sources).is_some_and(|name| elsewhere.get(name) == Some(&0))
    };
    problems.into_iter().filter(is_sure).collect()
}

/// The name that a reference in a text does not find, as it is written.
fn missing<'s>(problem: &Diagnostic, sources: &'s Sources) -> Option<&'s str> {
    let label = problem.labels.first().filter(|_| problem.code == "unknown-name")?;
    let Origin::Text { .. } = label.origin else { return None };
    let (source, range) = sources.range(label)?;
    let text = sources.get(source)?;
    // In a blueprint the text is a tag, which names things in ways of its own.
    let is_may = Path::new(&text.name).extension().is_some_and(|ending| ending.eq_ignore_ascii_case("may"));
    is_may.then(|| text.text().get(range)).flatten()
}
