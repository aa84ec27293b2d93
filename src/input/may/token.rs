//! Which words, texts and signs a `.may` file consists of.
//!
//! Lexing never fails: a bad token inside of the grammar would end the parser without recovery, so what
//! cannot be a token is reported and left out, or stands in for what was probably meant.

use std::ops::Range;

use logos::{Lexer, Logos};

use super::text;
use super::verb::Verb;

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
