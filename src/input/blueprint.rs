//! Blueprints: authentik's YAML with its own tags (dossier §5).
//!
//! A file is read into a tree, taken apart into entries, and applied to
//! rows as authentik applies it to its database. The rows then make a [`Draft`].

mod apply;
mod defaults;
mod document;
mod edit;
mod lower;
mod members;
mod models;
mod node;
mod places;
mod resolve;
mod scalar;
mod spaces;
mod store;
mod tag;
mod yaml;

use crate::diagnostic::Diagnostics;
use crate::model::SourceId;
use crate::model::draft::Draft;
pub(super) use edit::Editable;

/// What blueprints may read from outside of themselves. Nothing, unless somebody says so.
#[derive(Clone, Debug, Default)]
pub struct Outside {
    /// Environment variables for `!Env`; `None`: they may not be read.
    pub environment: Option<std::collections::BTreeMap<String, String>>,
    /// Whether `!File` may read files.
    pub files: bool,
    /// Texts that are as they were at some revision. `!File` reads nothing for them: files are as they are now.
    pub past: std::collections::BTreeSet<SourceId>,
    /// The context of the blueprint instance.
    pub context: serde_json::Map<String, serde_json::Value>,
}

/// A blueprint file.
#[derive(Clone, Copy, Debug)]
pub struct File<'a> {
    /// Which of the texts that were read it is.
    pub source: SourceId,
    /// Its text.
    pub text: &'a str,
    /// Whether somebody named the file itself. Of the files of a folder, authentik passes over those that say so.
    pub named: bool,
}

/// Reads `files`, one after the other, as authentik would apply them.
pub fn parse(files: &[File<'_>], outside: &Outside, diagnostics: &mut Diagnostics) -> Draft {
    parse_by(files, outside, true, diagnostics)
}

fn parse_by(files: &[File<'_>], outside: &Outside, may_wait: bool, diagnostics: &mut Diagnostics) -> Draft {
    let mut tags = 0;
    let mut blueprints = Vec::new();
    for File { source, text, named } in files {
        let Some(read) = yaml::read(*source, text, &mut tags, diagnostics) else { continue };
        blueprints.extend(document::read(&read.root, read.nodes, *named, diagnostics));
    }
    let applied = apply::apply(&mut blueprints, outside, may_wait, diagnostics);
    drop(blueprints);
    lower::lower(applied, files, diagnostics)
}

#[cfg(test)]
mod tests;
