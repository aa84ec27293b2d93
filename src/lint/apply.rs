//! Mends findings: their fixes, applied to the texts that they are about.

use std::collections::BTreeMap;

use super::{Edit, Finding};
use crate::diagnostic::Sources;
use crate::model::SourceId;

/// Texts after fixes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mended {
    /// Each text that changes, as it is then.
    pub texts: BTreeMap<SourceId, String>,
    /// The findings that are mended, by their positions.
    pub findings: Vec<usize>,
}

/// Applies the fixes of `findings`, in order. One that would change what another one changed is left for another time.
pub fn apply(findings: &[Finding], sources: &Sources) -> Mended {
    let mut taken: BTreeMap<SourceId, Vec<&Edit>> = BTreeMap::new();
    let mut mended = Mended::default();
    for (position, finding) in findings.iter().enumerate() {
        let Some(fix) = &finding.fix else { continue };
        let touches = |edit: &Edit| {
            let others = taken.get(&edit.source).into_iter().flatten();
            others
                .into_iter()
                .any(|other| edit.range.start <= other.range.end && other.range.start <= edit.range.end)
        };
        if fix.edits.iter().any(touches) {
            continue;
        }
        for edit in &fix.edits {
            taken.entry(edit.source).or_default().push(edit);
        }
        mended.findings.push(position);
    }
    for (source, mut edits) in taken {
        let Some(mut text) = sources.get(source).map(|source| source.text().to_owned()) else { continue };
        // From the end, so that places before stay where they are.
        edits.sort_by_key(|edit| std::cmp::Reverse(edit.range.start));
        for edit in edits {
            if text.get(edit.range.clone()).is_some() {
                text.replace_range(edit.range.clone(), &edit.text);
            }
        }
        mended.texts.insert(source, text);
    }
    mended
}
