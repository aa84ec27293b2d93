//! What a `.may` file says, before anything in it is understood.

mod edit;

use std::borrow::Cow;
use std::ops::Range;

use super::text;
use crate::model::{Places, TargetKind};
pub(super) use edit::{Do, Edit, Noun, Spot};

/// A name or a text as it is written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word<'s> {
    pub(super) raw: &'s str,
    pub(super) start: usize,
}

impl<'s> Word<'s> {
    /// What it says.
    pub(super) fn text(self) -> Cow<'s, str> {
        text::decoded(self.raw)
    }

    /// The bytes that it is written in, with its quotes.
    pub(super) fn range(self) -> Range<usize> {
        self.start..self.start + self.raw.len()
    }

    /// The bytes of its content, without quotes.
    pub(super) fn content(self) -> Range<usize> {
        let inner = text::content(self.raw);
        self.start + inner.start..self.start + inner.end
    }

    /// Where each part of what it says is written.
    pub(super) fn places(self) -> Places {
        text::places(self.raw, self.start)
    }

    /// Whether it is written in quotes.
    pub(super) fn is_quoted(self) -> bool {
        self.raw.starts_with('"')
    }
}

/// One item.
#[derive(Debug)]
pub(super) struct Item<'s> {
    /// Where its first word begins.
    pub(super) start: usize,
    pub(super) what: What<'s>,
}

/// What an item declares.
#[derive(Debug)]
pub(super) enum What<'s> {
    Authentik(Word<'s>),
    Flag(Word<'s>, Value<'s>),
    Group {
        name: Word<'s>,
        parents: Vec<Reference<'s>>,
        members: Vec<Reference<'s>>,
        block: Vec<Entry<'s>>,
    },
    User {
        name: Word<'s>,
        groups: Vec<Reference<'s>>,
        block: Vec<Entry<'s>>,
    },
    Policy {
        name: Word<'s>,
        kind: Word<'s>,
        argument: Option<Value<'s>>,
        block: Vec<Entry<'s>>,
    },
    Reputation(Vec<Entry<'s>>),
    Provider {
        name: Word<'s>,
        model: Option<Word<'s>>,
        block: Vec<Entry<'s>>,
    },
    Stage {
        name: Word<'s>,
        model: Option<Word<'s>>,
        block: Vec<Entry<'s>>,
    },
    Target(Target<'s>),
    Assert(Vec<Piece<'s>>),
    /// Was reported.
    Broken,
}

/// A part of an assertion.
#[derive(Clone, Copy, Debug)]
pub(super) enum Piece<'s> {
    Word(Word<'s>),
    Comma(usize),
}

/// A target, or a part of one.
#[derive(Debug)]
pub(super) struct Target<'s> {
    pub(super) kind: TargetKind,
    /// Its own name; for stages of a flow that of the stage, or its primary key.
    pub(super) name: Reference<'s>,
    /// Its place, for stages of a flow.
    pub(super) at: Option<Word<'s>>,
    pub(super) mode: Option<Mode<'s>>,
    pub(super) block: Vec<Entry<'s>>,
}

/// How a target combines its bindings.
#[derive(Debug)]
pub(super) enum Mode<'s> {
    Any,
    All,
    Named(Word<'s>),
}

/// What a block consists of.
#[derive(Debug)]
pub(super) enum Entry<'s> {
    Setting(Word<'s>, Value<'s>),
    Binding(Binding<'s>),
    Score {
        who: Word<'s>,
        ip: Word<'s>,
        score: Word<'s>,
    },
    Part {
        start: usize,
        target: Target<'s>,
    },
    /// Was reported.
    Broken,
}

/// A binding.
#[derive(Debug)]
pub(super) struct Binding<'s> {
    pub(super) order: Word<'s>,
    pub(super) end: usize,
    pub(super) disabled: bool,
    pub(super) negate: bool,
    pub(super) bound: Vec<Bound<'s>>,
    pub(super) options: Vec<(usize, Choice<'s>)>,
}

/// What a binding binds.
#[derive(Debug)]
pub(super) enum Bound<'s> {
    Group(Reference<'s>),
    User(Reference<'s>),
    Unlisted(Word<'s>),
    Policy(Reference<'s>),
}

/// What else a binding says.
#[derive(Debug)]
pub(super) enum Choice<'s> {
    OnError(bool),
    Timeout(Word<'s>),
    Expires(Word<'s>),
    Pk(Word<'s>),
}

/// A reference: a name, or `pk` and a primary key.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reference<'s> {
    pub(super) word: Word<'s>,
    pub(super) is_pk: bool,
}

/// A value with its place.
#[derive(Debug)]
pub(super) struct Value<'s> {
    pub(super) range: Range<usize>,
    pub(super) kind: ValueKind<'s>,
}

/// What a value is.
#[derive(Debug)]
pub(super) enum ValueKind<'s> {
    /// A plain word, a text in quotes, or a block of text.
    Word(Word<'s>),
    Int(&'s str),
    Float(&'s str),
    Bool(bool),
    Null,
    /// `pk` and a primary key.
    Pk(Word<'s>),
    List(Vec<Value<'s>>),
    Map(Vec<(Word<'s>, Value<'s>)>),
    /// Was reported.
    Broken,
}
