//! Which brackets belong together, and what a token means where it stands.
//!
//! The grammar sees only balanced brackets, item words outside of them and other words inside. That is what
//! makes its recovery sure: a broken item ends where the next one begins, a broken entry at the next entry.

use std::ops::Range;

use super::problems::Problems;
use super::token::{Spanned, Token};
use crate::diagnostic::Diagnostic;

/// How deep brackets may be nested. Lowering and dropping are recursive; JSON readers stop at 128.
const DEEPEST: usize = 200;

/// A token as the grammar takes it.
pub(super) type Located<'s> = (usize, Token<'s>, usize);

/// The tokens as the grammar wants them, and the ranges that were passed over as not supported.
pub(super) struct Shaped<'s> {
    pub(super) tokens: Vec<Located<'s>>,
    pub(super) passed_over: Vec<Range<usize>>,
}

/// Prepares `tokens`, those of `text`, for the grammar.
pub(super) fn shape<'s>(text: &'s str, tokens: &[Spanned<'s>], problems: &mut Problems<'_>) -> Shaped<'s> {
    let tokens: Vec<Spanned<'s>> =
        tokens.iter().filter(|(token, _)| !matches!(token, Token::Comment(_))).cloned().collect();
    let mut shaper = Shaper {
        text,
        balanced: is_balanced(&tokens),
        tokens,
        next: 0,
        open: Vec::new(),
        too_deep: false,
        out: Shaped { tokens: Vec::new(), passed_over: Vec::new() },
    };
    while shaper.step(problems) {}
    shaper.close_all(text.len(), problems);
    shaper.out
}

fn is_balanced(tokens: &[Spanned<'_>]) -> bool {
    let mut open = Vec::new();
    for (token, _) in tokens {
        match token {
            Token::OpenBlock | Token::OpenList => open.push(*token),
            Token::CloseBlock | Token::CloseList if open.pop() != Some(partner(*token)) => return false,
            _ => {}
        }
    }
    open.is_empty()
}

fn partner(token: Token<'_>) -> Token<'_> {
    match token {
        Token::OpenBlock => Token::CloseBlock,
        Token::OpenList => Token::CloseList,
        Token::CloseBlock => Token::OpenBlock,
        _ => Token::OpenList,
    }
}

struct Shaper<'s> {
    text: &'s str,
    balanced: bool,
    tokens: Vec<Spanned<'s>>,
    next: usize,
    open: Vec<(Token<'s>, Range<usize>)>,
    too_deep: bool,
    out: Shaped<'s>,
}

impl<'s> Shaper<'s> {
    fn peek(&self, ahead: usize) -> Option<&Spanned<'s>> {
        self.tokens.get(self.next + ahead)
    }

    fn emit(&mut self, token: Token<'s>, range: &Range<usize>) {
        self.out.tokens.push((range.start, token, range.end));
    }

    /// Takes one token (or several that belong together); says whether there was one.
    fn step(&mut self, problems: &mut Problems<'_>) -> bool {
        let Some((token, range)) = self.peek(0).cloned() else { return false };
        if let Some((merged, end)) = self.merged(token, &range) {
            // No entry of a block can stand in a list.
            while !self.balanced && self.open.last().is_some_and(|(open, _)| *open == Token::OpenList) {
                self.close_last(range.start, problems);
            }
            self.emit(merged, &(range.start..end));
            self.next += 2;
            return true;
        }
        // Where brackets do not match, a line that begins with an item word is the best sign of where an
        // item was meant to end.
        if !self.balanced && !self.open.is_empty() && token.begins_item() && self.starts_line(&range) {
            self.close_all(range.start, problems);
        }
        match token {
            Token::OpenBlock | Token::OpenList if self.open.len() >= DEEPEST => {
                return self.pass_over_deep(&range, problems);
            }
            Token::OpenBlock | Token::OpenList => {
                self.open.push((token, range.clone()));
                self.emit(token, &range);
            }
            Token::CloseBlock | Token::CloseList => self.close(token, &range, problems),
            _ if self.open.is_empty() && token.is_reserved_item() => {
                return self.pass_over_reserved(&range, problems);
            }
            Token::Reputation if self.names_a_type() => self.emit(Token::Word("reputation"), &range),
            _ if self.open.is_empty() => self.emit(token, &range),
            Token::Group => self.emit(Token::BoundGroup, &range),
            Token::User => self.emit(Token::BoundUser, &range),
            Token::Policy => self.emit(Token::BoundPolicy, &range),
            Token::Stage => self.emit(Token::StageHere, &range),
            _ => self.emit(token, &range),
        }
        self.next += 1;
        true
    }

    /// What a token and the one after it mean together, and where they end.
    fn merged(&self, token: Token<'s>, range: &Range<usize>) -> Option<(Token<'s>, usize)> {
        let (after, place) = self.peek(1)?;
        let merged = match (token, after) {
            (Token::Word(raw) | Token::Text(raw), Token::Colon) => Token::Key(raw),
            (Token::Int(raw), Token::Colon) => Token::Order(raw),
            (Token::Word(raw) | Token::Text(raw), Token::From) if !self.open.is_empty() => Token::Who(raw),
            (word, Token::Colon) if word.is_reserved() => Token::Key(self.text.get(range.clone())?),
            _ => return None,
        };
        let between = self.text.get(range.end..place.start)?;
        between.chars().all(|c| c == ' ' || c == '\t').then_some((merged, place.end))
    }

    /// Whether the word that is `reputation` is the type of a policy.
    fn names_a_type(&self) -> bool {
        let mut before = self.out.tokens.iter().rev().map(|(_, token, _)| token);
        matches!(before.next(), Some(Token::Word(_) | Token::Text(_)))
            && matches!(before.next(), Some(Token::Policy))
    }

    fn starts_line(&self, range: &Range<usize>) -> bool {
        self.text.get(..range.start).is_some_and(|before| before.is_empty() || before.ends_with('\n'))
    }

    fn close(&mut self, token: Token<'s>, range: &Range<usize>, problems: &mut Problems<'_>) {
        let wanted = partner(token);
        let Some(at) = self.open.iter().rposition(|(open, _)| *open == wanted) else {
            problems.error(
                range.clone(),
                "stray-bracket",
                "this bracket closes nothing",
                "nothing is open here",
            );
            return;
        };
        while self.open.len() > at + 1 {
            self.close_last(range.start, problems);
        }
        self.open.pop();
        self.emit(token, range);
    }

    fn close_last(&mut self, place: usize, problems: &mut Problems<'_>) {
        let Some((token, range)) = self.open.pop() else { return };
        self.emit(partner(token), &(place..place));
        // Below brackets that nobody can count there is nothing to learn from every single one.
        if !self.too_deep {
            let sign = if token == Token::OpenBlock { "{" } else { "[" };
            problems.error(range, "unclosed-bracket", format!("`{sign}` is never closed"), "opened here");
        }
    }

    fn close_all(&mut self, place: usize, problems: &mut Problems<'_>) {
        while !self.open.is_empty() {
            self.close_last(place, problems);
        }
    }

    /// Puts `null` in place of a value that is nested too deeply.
    fn pass_over_deep(&mut self, range: &Range<usize>, problems: &mut Problems<'_>) -> bool {
        self.too_deep = true;
        problems.error(
            range.clone(),
            "too-deep",
            format!("brackets are nested more than {DEEPEST} deep"),
            "this one is too deep",
        );
        self.emit(Token::Null, range);
        let mut depth = 0usize;
        while let Some((token, _)) = self.peek(0) {
            match token {
                Token::OpenBlock | Token::OpenList => depth += 1,
                Token::CloseBlock | Token::CloseList => depth -= 1,
                _ => {}
            }
            self.next += 1;
            if depth == 0 {
                break;
            }
        }
        true
    }

    fn pass_over_reserved(&mut self, range: &Range<usize>, problems: &mut Problems<'_>) -> bool {
        let word = self.text.get(range.clone()).unwrap_or_default();
        problems.push(
            Diagnostic::error("not-supported", format!("`{word}` is not supported yet"))
                .at(problems.origin(range.clone()), "a later version may read this"),
        );
        self.next += 1;
        let mut end = self.text.len();
        while let Some((token, place)) = self.peek(0) {
            if token.begins_item() && self.starts_line(place) {
                end = place.start;
                break;
            }
            self.next += 1;
        }
        self.out.passed_over.push(range.start..end);
        true
    }
}
