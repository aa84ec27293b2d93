//! What an edit says, before anything in it is understood.

use super::{Entry, Mode, Reference, Target, Value, What, Word};
use crate::model::TargetKind;

/// One edit.
#[derive(Debug)]
pub(in super::super) struct Edit<'s> {
    /// Where its first word begins.
    pub(in super::super) start: usize,
    /// Where its last one ends.
    pub(in super::super) end: usize,
    pub(in super::super) what: Do<'s>,
}

/// What is to be done.
#[derive(Debug)]
pub(in super::super) enum Do<'s> {
    Delete(Noun, Spot<'s>),
    Unbind(Spot<'s>),
    Enable(Spot<'s>, bool),
    Negate(Spot<'s>),
    Change(Spot<'s>, Vec<Entry<'s>>),
    Bind(Spot<'s>, Vec<Entry<'s>>),
    Join {
        user: Spot<'s>,
        group: Spot<'s>,
    },
    Leave {
        user: Spot<'s>,
        group: Spot<'s>,
    },
    Nest {
        parent: Spot<'s>,
        child: Spot<'s>,
    },
    Unnest {
        parent: Spot<'s>,
        child: Spot<'s>,
    },
    Set {
        noun: Noun,
        spot: Spot<'s>,
        mode: Option<Mode<'s>>,
        block: Vec<Entry<'s>>,
    },
    Flag(Word<'s>, Value<'s>),
    Add(What<'s>),
    /// Adds a part to a target.
    AddPart(Target<'s>, Spot<'s>),
    /// Gives a policy another definition.
    Replace(What<'s>),
    /// Was reported.
    Broken,
}

/// What kind of object an edit names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Noun {
    /// What the name itself says: `user:eve`, `app:grafana`.
    Told,
    User,
    Group,
    Policy,
    Stage,
    Provider,
    Target(TargetKind),
}

/// An object that an edit names.
#[derive(Clone, Copy, Debug)]
pub(in super::super) enum Spot<'s> {
    /// With its kind, or with more than a name.
    Address(Word<'s>),
    Named(Reference<'s>),
}
