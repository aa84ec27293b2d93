//! `.may`: our own language.

mod ast;
mod format;
mod lower;
mod models;
mod print;
mod problems;
mod shape;
mod syntax;
mod text;
mod token;

#[expect(
    unreachable_pub,
    clippy::all,
    clippy::pedantic,
    clippy::allow_attributes,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "generated code"
)]
mod grammar {
    //! The parser that `grammar/may.lalrpop` describes.

    lalrpop_util::lalrpop_mod!(may);
    pub(super) use may::DocumentParser;
}

use crate::diagnostic::Diagnostics;
use crate::model::draft::Draft;
use crate::model::{SourceId, World};

/// Reads one file. What is wrong with it is reported, everything at once; the draft holds the rest.
pub fn parse(source: SourceId, text: &str, diagnostics: &mut Diagnostics) -> Draft {
    let mut lexical = Diagnostics::default();
    let tokens = token::lex(text, &mut problems::Problems::new(source, &mut lexical));
    let items = syntax::parse(source, text, &tokens, lexical, diagnostics);
    lower::lower(items, &mut problems::Problems::new(source, diagnostics))
}

/// Writes `world` as a file that reads as an equal world, apart from origins.
///
/// The release is written unless nobody named one; whoever reads the file then finds it in the input, and not
/// with the caller. Beyond that, two things that no input of authentik holds would change: applications, flows
/// and sources without a slug get their name as one, and objects that neither a name nor a primary key tells
/// from others cannot be referred to (users in such groups can: `group staff with anna`).
pub fn print(world: &World) -> String {
    print::print(world)
}

/// Writes the file `text` in its usual form: four spaces for each level, one blank line at most, items and
/// comments in their order. What is in brackets and on one line stays there. `None` when the file has syntax
/// errors, which are reported.
pub fn format(source: SourceId, text: &str, diagnostics: &mut Diagnostics) -> Option<String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut found = Diagnostics::default();
    let mut lexical = Diagnostics::default();
    let tokens = token::lex(text, &mut problems::Problems::new(source, &mut lexical));
    drop(syntax::parse(source, text, &tokens, lexical, &mut found));
    let is_broken = found.has_errors();
    let shaped =
        shape::shape(text, &tokens, &mut problems::Problems::new(source, &mut Diagnostics::default()));
    diagnostics.append(found);
    (!is_broken).then(|| format::format(text, &shaped.tokens))
}
