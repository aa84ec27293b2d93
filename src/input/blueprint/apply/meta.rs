//! How one blueprint has another one applied first (dossier §5.6).

use super::super::document::{Entry, place};
use super::super::node::{Data, Map, Node, member};
use super::{Apply, Progress};
use crate::diagnostic::Diagnostic;

/// Blueprints that may be applied from inside of one another.
const DEEPEST: usize = 50;

impl Apply<'_> {
    /// Applies another blueprint first.
    pub(super) fn meta(&mut self, entry: &Entry, attrs: &Map) {
        let wanted = match member(attrs, "identifiers").map(|node| &node.data) {
            Some(Data::Map(map)) => member(map, "name").or_else(|| member(map, "path")).cloned(),
            _ => None,
        };
        let Some(wanted) = wanted.as_ref().and_then(Node::as_text).cloned() else {
            self.shared.diagnostics.push(
                Diagnostic::error(
                    "blueprint-shape",
                    "the `identifiers` of another blueprint hold its `name` or `path`",
                )
                .at(place(entry), "this entry has neither"),
            );
            return;
        };
        let Some(position) = self.by_name.get(&wanted).copied() else {
            let required = member(attrs, "required").is_none_or(Node::truthy);
            if required {
                self.shared.diagnostics.push(
                    Diagnostic::warning(
                        "meta-not-found",
                        format!("the blueprint `{wanted}` is not among the files"),
                    )
                    .at(place(entry), "authentik applies it first")
                    .because("what it creates is not in any answer")
                    .help("read it together with this file"),
                );
            }
            return;
        };
        // authentik would go round for ever.
        if self.progress.get(position) == Some(&Progress::Running) {
            return;
        }
        if self.depth >= DEEPEST {
            self.shared.diagnostics.push(
                Diagnostic::error("too-deep", format!("more than {DEEPEST} blueprints apply one another"))
                    .at(place(entry), "given up here"),
            );
            return;
        }
        self.depth += 1;
        self.blueprint(position);
        self.depth -= 1;
    }
}
