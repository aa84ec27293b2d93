//! Which brackets belong together, and what a token means where it stands.
//!
//! The grammar sees only balanced brackets, item words outside of them and other words inside. That is what
//! makes its recovery sure: a broken item ends where the next one begins, a broken entry at the next entry.

use std::collections::VecDeque;
use std::ops::Range;

use super::problems::Problems;
use super::token::{Form, Spanned, Token};
use super::tokens::Tokens;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::model::{Origin, SourceId};

/// How deep brackets may be nested. Lowering and dropping are recursive; JSON readers stop at 128.
const DEEPEST: usize = 200;

/// A token as the grammar takes it.
pub(super) type Located<'s> = (usize, Token<'s>, usize);

/// Brackets do not match, although it was assumed that they do.
pub(super) struct Unbalanced;

/// Prepares the tokens of a text for the grammar.
pub(super) struct Shaper<'s> {
    source: SourceId,
    text: &'s str,
    form: Form,
    tokens: Tokens<'s>,
    /// The next tokens, without comments.
    ahead: VecDeque<Spanned<'s>>,
    /// The brackets that are open, while all of them are assumed to match.
    assumed: Option<Vec<Token<'s>>>,
    is_unbalanced: bool,
    open: Vec<(Token<'s>, Range<usize>)>,
    too_deep: bool,
    /// What was prepared and not handed out.
    out: Vec<Located<'s>>,
    in_assertion: bool,
    /// The last two tokens that were prepared.
    last: [Option<Token<'s>>; 2],
    passed_over: Vec<Range<usize>>,
    lexical: Diagnostics,
    problems: Diagnostics,
}

/// Whether `place` is in one of `ranges`.
fn is_inside(place: Option<Origin>, ranges: &[Range<usize>]) -> bool {
    match place {
        Some(Origin::Text { start, .. }) => ranges.iter().any(|range| range.contains(&(start as usize))),
        _ => false,
    }
}

fn partner(token: Token<'_>) -> Token<'_> {
    match token {
        Token::OpenBlock => Token::CloseBlock,
        Token::OpenList => Token::CloseList,
        Token::CloseBlock => Token::OpenBlock,
        _ => Token::OpenList,
    }
}

impl<'s> Shaper<'s> {
    /// Brackets that do not match are an error of [`chunk`](Self::chunk) if they are `assumed` to match.
    pub(super) fn new(source: SourceId, text: &'s str, assumed: bool, form: Form) -> Self {
        Self {
            source,
            text,
            form,
            tokens: Tokens::of(text, form, assumed),
            ahead: VecDeque::new(),
            assumed: assumed.then(Vec::new),
            is_unbalanced: false,
            open: Vec::new(),
            too_deep: false,
            out: Vec::new(),
            in_assertion: false,
            last: [None, None],
            passed_over: Vec::new(),
            lexical: Diagnostics::default(),
            problems: Diagnostics::default(),
        }
    }

    /// What the text consists of.
    pub(super) fn form(&self) -> Form {
        self.form
    }

    /// At least `most` tokens, up to one that an item begins with, which is the first of the next ones; all there are
    /// left at the end. Puts them into `chunk`, and gives the token after them.
    pub(super) fn chunk(
        &mut self,
        most: usize,
        chunk: &mut Vec<Located<'s>>,
    ) -> Result<Option<Located<'s>>, Unbalanced> {
        chunk.clear();
        let mut next = None;
        while next.is_none() && self.step() {
            if self.is_unbalanced {
                return Err(Unbalanced);
            }
            let is_end = self.open.is_empty()
                && self.out.len() > most
                && self.out.last().is_some_and(|(_, token, _)| token.begins(self.form));
            if is_end {
                next = self.out.pop();
            }
        }
        if next.is_none() {
            if self.assumed.as_ref().is_some_and(|open| !open.is_empty()) {
                return Err(Unbalanced);
            }
            self.close_all(self.text.len());
        }
        std::mem::swap(chunk, &mut self.out);
        self.out.extend(next);
        Ok(next)
    }

    /// What is wrong with the brackets, then with the tokens that are read.
    pub(super) fn into_problems(self) -> Diagnostics {
        let Self { mut problems, lexical, passed_over, .. } = self;
        let place = |problem: &Diagnostic| problem.labels.first().map(|label| label.origin);
        problems
            .append(lexical.into_iter().filter(|problem| !is_inside(place(problem), &passed_over)).collect());
        problems
    }

    fn peek(&mut self, at: usize) -> Option<&Spanned<'s>> {
        while self.ahead.len() <= at {
            let mut problems = Problems::new(self.source, &mut self.lexical);
            let token = self.tokens.next(&mut problems)?;
            if !matches!(token.0, Token::Comment(_)) {
                self.ahead.push_back(token);
            }
        }
        self.ahead.get(at)
    }

    /// Goes on to the next token.
    fn advance(&mut self) {
        let Some((token, _)) = self.ahead.pop_front() else { return };
        let Some(open) = &mut self.assumed else { return };
        match token {
            Token::OpenBlock | Token::OpenList => open.push(token),
            Token::CloseBlock | Token::CloseList => self.is_unbalanced |= open.pop() != Some(partner(token)),
            _ => {}
        }
    }

    fn emit(&mut self, token: Token<'s>, range: &Range<usize>) {
        let [before, _] = self.last;
        self.last = [Some(token), before];
        self.out.push((range.start, token, range.end));
    }

    fn error(&mut self, range: Range<usize>, code: &'static str, message: impl Into<String>, label: &str) {
        Problems::new(self.source, &mut self.problems).error(range, code, message, label);
    }

    /// Takes one token (or several that belong together); says whether there was one.
    fn step(&mut self) -> bool {
        let Some((token, range)) = self.peek(0).cloned() else { return false };
        let is_assumed = self.assumed.is_some();
        if self.in_assertion {
            let is_item = token.begins_item() && !self.is_glued(&range) && !self.is_no_user(token);
            if !is_item && !token.is_bracket() {
                self.assertion(token, &range);
                return true;
            }
            self.set_assertion(false);
        }
        if let Some((merged, end)) = self.merged(token, &range) {
            // No entry of a block can stand in a list.
            while !is_assumed && self.open.last().is_some_and(|(open, _)| *open == Token::OpenList) {
                self.close_last(range.start);
            }
            self.emit(merged, &(range.start..end));
            self.advance();
            self.advance();
            return true;
        }
        // Where brackets do not match, a line that begins with an item word is the best sign of where an
        // item was meant to end.
        if !is_assumed && !self.open.is_empty() && token.begins(self.form) && self.starts_line(&range) {
            self.close_all(range.start);
        }
        match token {
            Token::OpenBlock | Token::OpenList if self.open.len() >= DEEPEST => {
                return self.pass_over_deep(&range);
            }
            Token::OpenBlock | Token::OpenList => {
                self.open.push((token, range.clone()));
                self.emit(token, &range);
            }
            Token::CloseBlock | Token::CloseList => self.close(token, &range),
            _ if self.open.is_empty() && token.is_reserved_item() && self.form == Form::Document => {
                return self.pass_over_reserved(&range);
            }
            // What is read ahead of an item is no part of the assertion before it.
            Token::Sign(sign) => {
                let mut problems = Problems::new(self.source, &mut self.lexical);
                let message = format!("`{sign}` has no meaning here");
                problems.error(range.clone(), "bad-character", message, "not expected here");
            }
            Token::Assert if self.open.is_empty() => {
                self.set_assertion(true);
                self.emit(token, &range);
            }
            Token::Reputation if self.names_a_type() => self.emit(Token::Word("reputation"), &range),
            _ if self.open.is_empty() => self.emit(token, &range),
            Token::Group => self.emit(Token::BoundGroup, &range),
            Token::User => self.emit(Token::BoundUser, &range),
            Token::Policy => self.emit(Token::BoundPolicy, &range),
            Token::Stage => self.emit(Token::StageHere, &range),
            _ => self.emit(token, &range),
        }
        self.advance();
        true
    }

    fn set_assertion(&mut self, is_one: bool) {
        self.in_assertion = is_one;
        self.tokens.in_assertion = is_one;
    }

    /// Takes one word of an assertion: whatever stands together, without blanks.
    fn assertion(&mut self, token: Token<'s>, range: &Range<usize>) {
        self.advance();
        let mut end = range.end;
        if token.is_part_of_name() {
            while let Some((next, place)) = self.peek(0).cloned()
                && place.start == end
                && next.is_part_of_name()
            {
                end = place.end;
                self.advance();
            }
        }
        let token = match self.text.get(range.start..end) {
            Some(text) if token.is_part_of_name() => Token::Word(text),
            _ => token,
        };
        self.emit(token, &(range.start..end));
    }

    /// Whether the next token is written right after the one at `range`, as in `flow:sign-in`.
    fn is_glued(&mut self, range: &Range<usize>) -> bool {
        let end = range.end;
        self.peek(1).is_some_and(|(next, place)| place.start == end && next.is_part_of_name())
    }

    /// Whether `token` is the `user` of `no user can ...`.
    fn is_no_user(&mut self, token: Token<'s>) -> bool {
        token == Token::User
            && self.last.first() == Some(&Some(Token::Word("no")))
            && matches!(self.peek(1), Some((Token::Word("can" | "may" | "cannot"), _)))
    }

    /// What a token and the one after it mean together, and where they end.
    fn merged(&mut self, token: Token<'s>, range: &Range<usize>) -> Option<(Token<'s>, usize)> {
        let (after, place) = self.peek(1).cloned()?;
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
        matches!(self.last, [Some(Token::Word(_) | Token::Text(_)), Some(Token::Policy)])
    }

    fn starts_line(&self, range: &Range<usize>) -> bool {
        self.text.get(..range.start).is_some_and(|before| before.is_empty() || before.ends_with('\n'))
    }

    fn close(&mut self, token: Token<'s>, range: &Range<usize>) {
        let wanted = partner(token);
        let Some(at) = self.open.iter().rposition(|(open, _)| *open == wanted) else {
            self.error(range.clone(), "stray-bracket", "this bracket closes nothing", "nothing is open here");
            return;
        };
        while self.open.len() > at + 1 {
            self.close_last(range.start);
        }
        self.open.pop();
        self.emit(token, range);
    }

    fn close_last(&mut self, place: usize) {
        let Some((token, range)) = self.open.pop() else { return };
        self.emit(partner(token), &(place..place));
        // Below brackets that nobody can count there is nothing to learn from every single one.
        if !self.too_deep {
            let sign = if token == Token::OpenBlock { "{" } else { "[" };
            self.error(range, "unclosed-bracket", format!("`{sign}` is never closed"), "opened here");
        }
    }

    fn close_all(&mut self, place: usize) {
        while !self.open.is_empty() {
            self.close_last(place);
        }
    }

    /// Puts `null` in place of a value that is nested too deeply.
    fn pass_over_deep(&mut self, range: &Range<usize>) -> bool {
        self.too_deep = true;
        self.error(
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
            self.advance();
            if depth == 0 {
                break;
            }
        }
        true
    }

    fn pass_over_reserved(&mut self, range: &Range<usize>) -> bool {
        let word = self.text.get(range.clone()).unwrap_or_default();
        let message = format!("`{word}` is not supported yet");
        self.error(range.clone(), "not-supported", message, "a later version may read this");
        self.advance();
        let mut end = self.text.len();
        while let Some((token, place)) = self.peek(0).cloned() {
            if token.begins_item() && self.starts_line(&place) {
                end = place.start;
                break;
            }
            self.advance();
        }
        self.passed_over.push(range.start..end);
        true
    }
}
