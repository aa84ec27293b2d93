//! What of a user decides what a term is, where that can be read off the user without a computation.

use std::sync::Arc;

use serde_json::Value as Json;

use super::answer::{Text, attribute, of_subject};
use super::ops::Data;
use super::partition::{Most, Partition};
use super::term::{Const, Node, Op, Term};
use crate::model::{User, has_signed_zero};

/// Everything that a term looks at. For users with equal keys the term is the same.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Key {
    /// All attributes.
    Attributes,
    /// One of the attributes, or that it is missing.
    Attribute(Arc<str>),
    /// The last `@` of a text and what follows, or that it has none.
    Ending(Text),
}

/// The key of a user.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Found<'w> {
    /// Where they are.
    Attributes(usize),
    Attribute(Option<&'w Json>),
    Ending(Option<&'w str>),
    Anonymous,
}

impl Key {
    /// The key of `term`, if it has one.
    pub(super) fn of(term: &Term) -> Option<Self> {
        let Node::Op(op, terms) = term.node() else { return None };
        if of_subject(term) == Some("attributes") {
            return Some(Self::Attributes);
        }
        if let Some(name) = attribute(op, terms) {
            return Some(Self::Attribute(Arc::clone(name)));
        }
        let (Op::Method(method, names), [of, end]) = (op, terms.as_slice()) else { return None };
        let (Node::Const(Const::Str(end)), Some(text)) = (end.node(), Text::of(of)) else { return None };
        // What is before the last `@` plays no part for an end that begins with the only one that it has.
        let is_ending = method.as_ref() == "endswith"
            && names.is_empty()
            && end.starts_with('@')
            && end.matches('@').count() == 1;
        is_ending.then_some(Self::Ending(text))
    }

    /// What is to be told apart before this key is.
    pub(super) fn whole(&self) -> Option<Self> {
        matches!(self, Self::Attribute(_)).then_some(Self::Attributes)
    }

    /// All subjects by this key; `None` where there are too many different ones. If there is a partition of the whole
    /// of it, only one of each part is looked at.
    pub(super) fn partition(&self, data: &Data<'_>, whole: Option<&Partition>) -> Option<Partition> {
        let users = data.world.users.values().as_slice();
        let found =
            |subject: usize| users.get(subject).map_or(Some(Found::Anonymous), |user| self.read(user));
        if let Some(whole) = whole {
            return whole.coarser(found);
        }
        let most = if *self == Self::Attributes { Most::MANY } else { Most::FEW };
        Partition::by(users.len() + 1, most, found).map(|(parts, _)| parts)
    }

    fn read<'w>(&self, user: &'w User) -> Option<Found<'w>> {
        Some(match self {
            Self::Attributes => Found::Attributes(user.attributes.place()),
            Self::Attribute(name) => match user.attributes.get(name) {
                Some(found) if has_signed_zero(found) => return None,
                found => Found::Attribute(found),
            },
            Self::Ending(text) => {
                let text = text.read(user);
                Found::Ending(text.rfind('@').and_then(|at| text.get(at..)))
            }
        })
    }
}
