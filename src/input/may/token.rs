//! Which words, texts and signs a `.may` file consists of.
//!
//! Lexing never fails: a bad token inside of the grammar would end the parser without recovery, so what
//! cannot be a token is reported and left out, or stands in for what was probably meant.

use std::ops::Range;

use logos::{Lexer, Logos, SpannedIter};

use super::problems::Problems;
use super::text;
use super::verb::{self, Verb};
use crate::diagnostic::Diagnostic;

/// One token. Those from [`Key`](Self::Key) on are never read from the text as they are: [`super::shape`]
/// makes them of others, so that the grammar can tell by one token what begins.
#[derive(Logos, Clone, Copy, Debug, PartialEq, Eq)]
#[logos(skip r"[ \t\r\n\f]+")]
pub(super) enum Token<'s> {
    #[token("authentik")]
    Authentik,
    #[token("flag")]
    Flag,
    #[token("group")]
    Group,
    #[token("user")]
    User,
    #[token("policy")]
    Policy,
    #[token("reputation")]
    Reputation,
    #[token("provider")]
    Provider,
    #[token("stage")]
    Stage,
    #[token("application")]
    Application,
    #[token("flow")]
    Flow,
    #[token("source")]
    Source,
    #[token("rule")]
    Rule,
    #[token("endpoint")]
    Endpoint,
    #[token("device")]
    Device,
    #[token("devices")]
    Devices,
    #[token("assert")]
    Assert,
    #[token("derive")]
    Derive,
    #[token("query")]
    Query,

    #[token("entitlement")]
    Entitlement,
    #[token("in")]
    In,
    #[token("with")]
    With,
    #[token("at")]
    At,
    #[token("any")]
    Any,
    #[token("all")]
    All,
    #[token("mode")]
    Mode,
    #[token("disabled")]
    Disabled,
    #[token("not")]
    Not,
    #[token("nothing")]
    Nothing,
    #[token("unlisted")]
    Unlisted,
    #[token("on")]
    On,
    #[token("error")]
    Error,
    #[token("pass")]
    Pass,
    #[token("fail")]
    Fail,
    #[token("timeout")]
    Timeout,
    #[token("expires")]
    Expires,
    #[token("pk")]
    Pk,
    #[token("from")]
    From,
    #[token("true")]
    True,
    #[token("false")]
    False,
    #[token("null")]
    Null,

    #[token("{")]
    OpenBlock,
    #[token("}")]
    CloseBlock,
    #[token("[")]
    OpenList,
    #[token("]")]
    CloseList,
    #[token(",")]
    Comma,
    #[token(":")]
    Colon,
    #[token("+")]
    Plus,

    #[regex(r"[A-Za-z0-9_][A-Za-z0-9_.@-]*", priority = 3)]
    Word(&'s str),
    #[regex(r"-?[0-9]+", priority = 40)]
    Int(&'s str),
    #[regex(r"-?[0-9]+\.[0-9]+([eE][+-]?[0-9]+)?|-?[0-9]+[eE][+-]?[0-9]+", priority = 39)]
    Float(&'s str),
    #[regex(r#""([^"\\\n]|\\.)*""#)]
    Text(&'s str),
    #[token(r#"""""#, block)]
    Block(&'s str),
    #[regex(r"#[^\n]*", allow_greedy = true)]
    Comment(&'s str),
    /// What names in assertions may hold: `entitlement:grafana/admin`, `client_ip=10.1.2.3`.
    #[regex(r"[/=]")]
    Sign(&'s str),

    /// Words that must be quoted, or no words at all.
    #[regex(r"[A-Za-z0-9_.@\-\u{80}-\u{10ffff}]+", priority = 1)]
    Foreign(&'s str),
    #[regex(r#""([^"\\\n]|\\.)*\\?"#, priority = 2)]
    Unclosed(&'s str),

    /// A name with its colon: a setting begins.
    Key(&'s str),
    /// A number with its colon: a binding begins.
    Order(&'s str),
    /// A name with its `from`: a score begins.
    Who(&'s str),
    /// `group` inside of a block.
    BoundGroup,
    /// `user` inside of a block.
    BoundUser,
    /// `policy` inside of a block.
    BoundPolicy,
    /// `stage` inside of a block.
    StageHere,
    /// A reserved word of edits.
    Verb(Verb),
    /// What an edit is about: `app:grafana`, `app:grafana#10`.
    Address(&'s str),
}

/// What a text consists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Items.
    Document,
    /// Edits.
    Edits,
}

/// A token with its bytes.
pub(super) type Spanned<'s> = (Token<'s>, Range<usize>);

/// Takes everything up to the next `"""`, or all there is.
fn block<'s>(lexer: &mut Lexer<'s, Token<'s>>) -> &'s str {
    let rest = lexer.remainder();
    lexer.bump(rest.find(text::FENCE).map_or(rest.len(), |at| at + text::FENCE.len()));
    lexer.slice()
}

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

impl Token<'_> {
    /// Whether an item can begin with it, or an edit.
    pub(super) fn begins(self, form: Form) -> bool {
        match form {
            Form::Document => self.begins_item(),
            Form::Edits => matches!(self, Self::Verb(verb) if verb.begins_edit()),
        }
    }

    /// Whether an item can begin with it.
    pub(super) fn begins_item(self) -> bool {
        matches!(
            self,
            Self::Authentik
                | Self::Flag
                | Self::Group
                | Self::User
                | Self::Policy
                | Self::Reputation
                | Self::Provider
                | Self::Stage
                | Self::Application
                | Self::Flow
                | Self::Source
                | Self::Rule
                | Self::Endpoint
                | Self::Device
                | Self::Devices
                | Self::Assert
        ) || self.is_reserved_item()
    }

    /// Whether an item begins with it that later versions may know.
    pub(super) fn is_reserved_item(self) -> bool {
        matches!(self, Self::Derive | Self::Query)
    }

    /// Whether it opens or closes something.
    pub(super) fn is_bracket(self) -> bool {
        matches!(self, Self::OpenBlock | Self::CloseBlock | Self::OpenList | Self::CloseList)
    }

    /// Whether names in assertions can consist of it and what it touches.
    pub(super) fn is_part_of_name(self) -> bool {
        let is_part = matches!(
            self,
            Self::Word(_) | Self::Int(_) | Self::Float(_) | Self::Sign(_) | Self::Colon | Self::Plus
        );
        is_part || self.is_reserved()
    }

    /// Whether it is a reserved word, which is a name only in quotes.
    pub(super) fn is_reserved(self) -> bool {
        self.begins_item()
            || matches!(
                self,
                Self::Entitlement
                    | Self::In
                    | Self::With
                    | Self::At
                    | Self::Any
                    | Self::All
                    | Self::Mode
                    | Self::Disabled
                    | Self::Not
                    | Self::Nothing
                    | Self::Unlisted
                    | Self::On
                    | Self::Error
                    | Self::Pass
                    | Self::Fail
                    | Self::Timeout
                    | Self::Expires
                    | Self::Pk
                    | Self::From
                    | Self::True
                    | Self::False
                    | Self::Null
                    | Self::BoundGroup
                    | Self::BoundUser
                    | Self::BoundPolicy
                    | Self::StageHere
                    | Self::Verb(_)
            )
    }
}

/// Whether `name` can be written without quotes.
pub(super) fn is_bare(name: &str) -> bool {
    let mut lexer = Token::lexer(name);
    matches!(lexer.next(), Some(Ok(Token::Word(word))) if word.len() == name.len())
}

/// Whether `name` is a reserved word.
pub(super) fn is_reserved(name: &str) -> bool {
    let mut lexer = Token::lexer(name);
    matches!(lexer.next(), Some(Ok(token)) if token.is_reserved() && lexer.span().len() == name.len())
}

/// Whether `name` is written like a whole number.
pub(super) fn is_int(name: &str) -> bool {
    let mut lexer = Token::lexer(name);
    matches!(lexer.next(), Some(Ok(Token::Int(word))) if word.len() == name.len())
}
