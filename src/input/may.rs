//! `.may`: our own language.

mod ast;
mod problems;
mod shape;
mod syntax;
mod text;
mod token;

mod grammar {
    //! The parser that `grammar/may.lalrpop` describes.

    lalrpop_util::lalrpop_mod!(may);
    pub(super) use may::DocumentParser;
}

use crate::diagnostic::Diagnostics;
use crate::model::SourceId;
use crate::model::draft::Draft;

/// Reads one file.
pub fn parse(source: SourceId, text: &str, diagnostics: &mut Diagnostics) -> Draft {
    let mut lexical = Diagnostics::default();
    let tokens = token::lex(text, &mut problems::Problems::new(source, &mut lexical));
    let items = syntax::parse(source, text, &tokens, lexical, diagnostics);
    drop(items);
    Draft::default()
}
