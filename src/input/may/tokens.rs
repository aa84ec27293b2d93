//! The tokens of a text, one after the other.

use std::ops::Range;

use logos::{Logos, SpannedIter};

use super::problems::Problems;
use super::text;
use super::token::{Form, Spanned, Token};
use super::verb::{self, Verb};
use crate::diagnostic::Diagnostic;

/// The tokens of a text, one after the other: there may be millions of them.
pub(super) struct Tokens<'s> {
    text: &'s str,
    lexer: SpannedIter<'s, Token<'s>>,
    form: Form,
    /// Whether brackets are assumed to match.
    assumed: bool,
    /// How many brackets are open.
    depth: usize,
    /// Whether what is read is an assertion, where signs have a meaning.
    pub(super) in_assertion: bool,
    /// What cannot be a token, as far as it was read.
    bad: Option<Range<usize>>,
}

impl<'s> Tokens<'s> {
    /// Brackets may be `assumed` to match.
    pub(super) fn of(text: &'s str, form: Form, assumed: bool) -> Self {
        Self {
            text,
            lexer: Token::lexer(text).spanned(),
            form,
            assumed,
            depth: 0,
            in_assertion: false,
            bad: None,
        }
    }

    /// The next token, comments too.
    pub(super) fn next(&mut self, problems: &mut Problems<'_>) -> Option<Spanned<'s>> {
        while let Some((token, range)) = self.address().or_else(|| self.lexer.next()) {
            let token = match token {
                Ok(Token::Foreign(word)) if !word.contains(char::is_alphanumeric) => None,
                Ok(Token::Sign(_)) if !self.in_assertion => None,
                Ok(token) => Some(token),
                Err(()) => None,
            };
            match (token, &mut self.bad) {
                (Some(token), _) => return Some((self.placed(mend(token, &range, problems), &range), range)),
                (None, Some(before)) if before.end == range.start => before.end = range.end,
                (None, _) => {
                    report_bad(self.text, self.bad.take(), problems);
                    self.bad = Some(range);
                }
            }
        }
        report_bad(self.text, self.bad.take(), problems);
        None
    }

    fn is_outside(&self) -> bool {
        self.form == Form::Edits && self.depth == 0
    }

    /// The address of an edit, if one comes next.
    fn address(&mut self) -> Option<(Result<Token<'s>, ()>, Range<usize>)> {
        if !self.is_outside() {
            return None;
        }
        let rest = self.lexer.remainder();
        let blank = rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n', '\u{c}']).len();
        let length = verb::address(rest.get(blank..)?)?;
        self.lexer.bump(blank + length);
        let end = self.lexer.span().end;
        Some((Ok(Token::Address(rest.get(blank..blank + length)?)), end - length..end))
    }

    /// What a token is where it stands.
    fn placed(&mut self, token: Token<'s>, range: &Range<usize>) -> Token<'s> {
        match token {
            Token::OpenBlock | Token::OpenList => self.depth += 1,
            Token::CloseBlock | Token::CloseList => self.depth = self.depth.saturating_sub(1),
            Token::Word(word) if self.form == Form::Edits && word.len() == range.len() => {
                let verb = Verb::parse(word).filter(|verb| self.depth == 0 || self.begins_edit(*verb, range));
                if let Some(verb) = verb {
                    self.depth = 0;
                    return Token::Verb(verb);
                }
            }
            _ => {}
        }
        token
    }

    /// Whether a word inside of brackets that do not match is where the next edit begins.
    fn begins_edit(&self, verb: Verb, range: &Range<usize>) -> bool {
        let before = self.text.get(..range.start).unwrap_or_default();
        let is_first = before.is_empty() || before.ends_with('\n');
        let is_key = self.lexer.remainder().trim_start_matches([' ', '\t']).starts_with(':');
        !self.assumed && verb.begins_edit() && is_first && !is_key
    }
}

fn report_bad(text: &str, bad: Option<Range<usize>>, problems: &mut Problems<'_>) {
    let Some(range) = bad else { return };
    let shown = text.get(range.clone()).unwrap_or_default();
    let shown: String = shown.chars().take(20).flat_map(char::escape_debug).collect();
    problems.error(range, "bad-character", format!("`{shown}` has no meaning here"), "not expected here");
}

/// Reports what is wrong with a token on its own, and gives what it was probably meant to be.
fn mend<'s>(token: Token<'s>, range: &Range<usize>, problems: &mut Problems<'_>) -> Token<'s> {
    match token {
        Token::Foreign(word) => {
            let bare = word.trim_matches(['“', '”', '„', '‘', '’', '«', '»']);
            problems.push(
                Diagnostic::error("needs-quotes", format!("`{word}` must be in quotes"))
                    .at(problems.origin(range.clone()), "not a plain word")
                    .help(format!("write `{}`", text::quoted(bare))),
            );
            Token::Word(word)
        }
        Token::Unclosed(raw) => {
            problems.error(
                range.clone(),
                "unclosed-text",
                "a text is not closed",
                "the closing `\"` is missing",
            );
            Token::Text(raw.trim_end())
        }
        Token::Text(raw) => {
            for (escape, message) in text::bad_escapes(raw) {
                let place = range.start + escape.start..range.start + escape.end;
                problems.error(place, "bad-escape", message, "here");
            }
            token
        }
        Token::Block(raw) if !text::is_closed_block(raw) => {
            let place = range.start..range.start + text::FENCE.len();
            problems.error(place, "unclosed-text", "a text is not closed", "the closing `\"\"\"` is missing");
            token
        }
        _ => token,
    }
}
