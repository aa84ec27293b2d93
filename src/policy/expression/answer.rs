//! What one subject makes of a term: in general, and by short ways for the questions that are asked most.

mod groups;

use std::borrow::Cow;
use std::sync::Arc;

use super::ast::CompareOp;
use super::ops::{self, Applied, Data, Failure, apply};
use super::term::{Built, Const, Node, Op, Term};
use super::value::{List, Val, Value, Who};
use crate::model::User;
pub(super) use groups::of as groups;

/// What a subject answers to the question whether a term is true.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Truth(bool),
    Raises(&'static str),
    /// What is not certain, for this reason.
    Unclear(Cow<'static, str>),
}

/// The value of `term` for `who`.
pub(super) fn value(data: &Data<'_>, term: &Term, who: Who) -> Applied<Val> {
    match term.node() {
        Node::Const(constant) => Ok(Val::known(constant.value())),
        Node::Subject => Ok(Val::known(Value::User(who))),
        Node::Given(_) => Err(Failure::Cannot("what nobody knows".into())),
        Node::Op(op, terms) => {
            if let Some(found) = attribute_of(data, op, terms, who) {
                return found;
            }
            if let (Op::Compare(CompareOp::In), [left, right]) = (op, terms.as_slice())
                && let Node::Const(list) = right.node()
                && let Some(list) = texts(list)
            {
                let left = value(data, left, who)?;
                if let Value::Str(text) = left.raw() {
                    return Ok(Val::bool(list.contains(&text.as_ref())));
                }
            }
            let args = terms.iter().map(|term| value(data, term, who)).collect::<Applied<Vec<_>>>()?;
            apply(data, op, &args).map(Val::known)
        }
        Node::Build(built, terms) => {
            let items = terms.iter().map(|term| value(data, term, who)).collect::<Applied<Vec<_>>>()?;
            Ok(Val::known(match (built, Value::list(items)) {
                (Built::Unordered, Value::List(list)) => Value::List(List { unordered: true, ..list }),
                (Built::Tuple, Value::List(list)) => Value::tuple(list.items.borrow().clone()),
                (Built::Dict, Value::List(list)) => {
                    let items = list.items.borrow();
                    let pairs = items
                        .chunks(2)
                        .filter_map(|pair| Some((pair.first()?.raw().clone(), pair.get(1)?.clone())));
                    Value::dict(pairs.collect())
                }
                (_, list) => list,
            }))
        }
    }
}

/// The name of the attribute of the subject that `term` is.
pub(super) fn of_subject(term: &Term) -> Option<&str> {
    let Node::Op(Op::Attribute(name), terms) = term.node() else { return None };
    matches!(terms.as_slice(), [subject] if *subject.node() == Node::Subject).then_some(name.as_ref())
}

/// The name of the attribute that `request.user.attributes.get("k")` and `request.user.attributes["k"]` look up: the
/// arguments, that is the name and perhaps a default, are constants.
pub(super) fn attribute<'t>(op: &Op, terms: &'t [Arc<Term>]) -> Option<&'t Arc<str>> {
    let (of, key) = match (op, terms) {
        (Op::Subscript, [of, key]) => (of, key),
        (Op::Method(name, names), [of, key]) if name.as_ref() == "get" && names.is_empty() => (of, key),
        // A default is computed in any case, and may raise.
        (Op::Method(name, names), [of, key, default])
            if name.as_ref() == "get" && names.is_empty() && matches!(default.node(), Node::Const(_)) =>
        {
            (of, key)
        }
        _ => return None,
    };
    match key.node() {
        Node::Const(Const::Str(key)) if of_subject(of)? == "attributes" => Some(key),
        _ => None,
    }
}

/// What `request.user.attributes.get("k")` and `request.user.attributes["k"]` are, without a copy of all other
/// attributes.
fn attribute_of(data: &Data<'_>, op: &Op, terms: &[Arc<Term>], who: Who) -> Option<Applied<Val>> {
    let key = attribute(op, terms)?;
    let Who::User(user) = who else { return None };
    Some(match (data.world.users.row(user).attributes.get(key.as_ref()), op, terms) {
        (Some(found), ..) => ops::of_json(found).map(Val::known),
        (None, Op::Subscript, _) => Err(Failure::Raise("KeyError")),
        (None, _, [_, _, default]) => value(data, default, who),
        (None, ..) => Ok(Val::none()),
    })
}

/// Whether the value of `term` for `who` is `wanted`, also in its type.
pub(super) fn is(data: &Data<'_>, term: &Term, who: Who, wanted: &Const) -> bool {
    value(data, term, who).is_ok_and(|value| Const::of(value.raw()).as_ref() == Some(wanted))
}

/// Asks a subject.
pub(super) type Asker<'a> = Box<dyn Fn(Who) -> Answer + Send + Sync + 'a>;

/// Whether `term` is true for `who`.
pub(super) fn general(data: &Data<'_>, term: &Term, who: Who) -> Answer {
    answered(value(data, term, who).map(|value| ops::truth(value.raw())))
}

/// Whether the attributes of a user are true: without a copy of them.
pub(super) fn of_attributes(user: &User) -> Answer {
    answered(ops::json_truth(user.attributes.iter()))
}

fn answered(truth: Applied<bool>) -> Answer {
    match truth {
        Ok(truth) => Answer::Truth(truth),
        Err(Failure::Raise(class)) => Answer::Raises(class),
        Err(Failure::Cannot(reason)) => Answer::Unclear(reason),
    }
}

/// How to ask for the truth of `term`.
pub(super) fn asker<'a>(data: &'a Data<'a>, term: &'a Arc<Term>) -> Asker<'a> {
    let general = move |who: Who| general(data, term, who);
    match by_text(term) {
        Some(short) => Box::new(move |who| match who {
            Who::User(user) => short(data.world.users.row(user)),
            Who::Anonymous => general(who),
        }),
        None => Box::new(general),
    }
}

type Short<'a> = Option<Box<dyn Fn(&User) -> Answer + Send + Sync + 'a>>;

/// A text that every user has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Text {
    Username,
    Email,
    Name,
    Path,
    Type,
}

impl Text {
    /// The text that `term` is.
    pub(super) fn of(term: &Term) -> Option<Self> {
        Some(match of_subject(term)? {
            "username" => Self::Username,
            "email" => Self::Email,
            "name" => Self::Name,
            "path" => Self::Path,
            "type" => Self::Type,
            _ => return None,
        })
    }

    /// What `user` has.
    pub(super) fn read(self, user: &User) -> &str {
        match self {
            Self::Username => &user.username,
            Self::Email => &user.email,
            Self::Name => &user.name,
            Self::Path => &user.path,
            Self::Type => user.kind.as_str(),
        }
    }
}

/// Whether `term` is a text that every user has.
pub(super) fn is_text(term: &Term) -> bool {
    Text::of(term).is_some()
}

fn texts(constant: &Const) -> Option<Vec<&str>> {
    let (Const::List(items) | Const::Tuple(items) | Const::Set(items)) = constant else { return None };
    items.iter().map(|item| if let Const::Str(text) = item { Some(text.as_ref()) } else { None }).collect()
}

/// Texts that every user has, and comparisons of them with constant texts.
fn by_text(term: &Term) -> Short<'_> {
    if let Some(text) = Text::of(term) {
        return Some(Box::new(move |user| Answer::Truth(!text.read(user).is_empty())));
    }
    let Node::Op(op, terms) = term.node() else { return None };
    let [left, right] = terms.as_slice() else { return None };
    let text = Text::of(left)?;
    let Node::Const(constant) = right.node() else { return None };
    if let (Op::Compare(op @ (CompareOp::In | CompareOp::NotIn)), Some(list)) = (op, texts(constant)) {
        let list: rustc_hash::FxHashSet<&str> = list.into_iter().collect();
        let wanted = *op == CompareOp::In;
        return Some(Box::new(move |user| Answer::Truth(list.contains(text.read(user)) == wanted)));
    }
    let Const::Str(constant) = constant else { return None };
    let constant: &str = constant;
    match op {
        Op::Compare(CompareOp::Eq) => Some(Box::new(move |user| Answer::Truth(text.read(user) == constant))),
        Op::Compare(CompareOp::NotEq) => {
            Some(Box::new(move |user| Answer::Truth(text.read(user) != constant)))
        }
        Op::Method(name, names) if names.is_empty() => match name.as_ref() {
            "startswith" => Some(Box::new(move |user| Answer::Truth(text.read(user).starts_with(constant)))),
            "endswith" => Some(Box::new(move |user| Answer::Truth(text.read(user).ends_with(constant)))),
            _ => None,
        },
        _ => None,
    }
}
