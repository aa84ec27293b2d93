//! Which parents of a group count in which release.

use super::super::draft::{Reference, ShapedParents};
use super::super::{Edition, EditionFrom, Parents};
use crate::diagnostic::{Diagnostic, Diagnostics};

/// What the release knows of the hierarchy of groups.
pub(super) struct Hierarchy<'a> {
    pub(super) edition: &'a Edition,
    pub(super) from: EditionFrom,
}

impl Hierarchy<'_> {
    /// The parents of a group that count. A release drops the field that it does not know, without a word
    /// (dossier §5.5).
    pub(super) fn counting(
        &self,
        shaped: Vec<ShapedParents>,
        diagnostics: &mut Diagnostics,
    ) -> Vec<Reference> {
        let counts = |field: &ShapedParents| match self.edition.parents {
            Parents::One => !field.many,
            Parents::Many => field.many,
            Parents::Either => true,
        };
        // Who writes both fields has thought of every release.
        let written = shaped.iter().any(counts);
        let mut counting = Vec::new();
        for field in shaped {
            if counts(&field) {
                counting.extend(field.parents);
            } else if !field.parents.is_empty() {
                self.dropped(&field, written, diagnostics);
            }
        }
        counting
    }

    fn dropped(&self, shaped: &ShapedParents, written: bool, diagnostics: &mut Diagnostics) {
        let (field, releases) =
            if shaped.many { ("parents", "from 2025.12 on") } else { ("parent", "until 2025.10") };
        if self.from == EditionFrom::Newest && !written {
            diagnostics.push(
                Diagnostic::error(
                    "which-release",
                    format!("a group has `{field}` {releases} only, and nobody said which release it is"),
                )
                .at(shaped.origin, "other releases drop this, and the hierarchy with it")
                .help("name the release, as with `--authentik 2025.10`"),
            );
        } else {
            diagnostics.push(
                Diagnostic::warning("removed-field", format!("{} drops `{field}` of a group", self.edition))
                    .at(shaped.origin, "the group gets no parent by this")
                    .because(format!("a group has `{field}` {releases}")),
            );
        }
    }
}
