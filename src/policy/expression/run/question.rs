//! What a run asks: about the subject, and about what nobody knows.

use std::borrow::Cow;
use std::sync::Arc;

use super::super::term::{Const, Given, Term, Validity};

/// Something asked about the subject, and what the answer was.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(in super::super) struct Test {
    pub(in super::super) term: Arc<Term>,
    pub(in super::super) reply: Reply,
}

/// The answer to what the code asks about a term.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(in super::super) enum Reply {
    /// It has a value, which Python takes for true or not.
    Truth(bool),
    /// It has a value.
    Fine,
    /// It has this value.
    Is(Const),
    /// Computing it raises an exception of this class.
    Raises(&'static str),
    /// What computing it gives is not certain, for this reason.
    Unclear(Cow<'static, str>),
}

/// A yes-or-no question about what is not known.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Question {
    pub(in super::super) term: Arc<Term>,
    pub(in super::super) about: About,
    /// How far the answer is the same, if less far than for its parts: what can be changed is asked anew after writes.
    pub(in super::super) validity: Validity,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in super::super) enum About {
    /// Does Python take it for true?
    Truth,
    /// Does computing it raise an exception?
    Raises,
}

impl Question {
    /// The question as a person reads it.
    pub(crate) fn describe(&self) -> String {
        match self.about {
            About::Truth => self.term.to_string(),
            About::Raises => format!("{} raises", self.term),
        }
    }

    /// What of the request it is about.
    pub(crate) fn givens(&self) -> Vec<&Given> {
        self.term.givens()
    }

    /// How far the answer is the same.
    pub(in super::super) fn validities(&self) -> impl Iterator<Item = Validity> {
        self.givens().into_iter().map(Given::validity).chain([self.validity])
    }
}
