//! Values that do not change and can go from thread to thread.

use std::net::IpAddr;
use std::sync::Arc;

use super::super::network::Network;
use super::super::time::Moment;
use super::super::value::{Groups, List, Val, Value, Who};
use super::{Node, Term};
use crate::model::GroupId;

/// A value that is the same for every subject.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(in super::super) enum Const {
    None,
    Bool(bool),
    Int(i128),
    /// The bits of a number.
    Float(u64),
    Str(Arc<str>),
    List(Vec<Const>),
    /// A list in an order that nobody knows.
    Unordered(Vec<Const>),
    Tuple(Vec<Const>),
    Set(Vec<Const>),
    Dict(Vec<(Const, Const)>),
    Range(i128, i128, i128),
    User(Who),
    Group(GroupId),
    Groups(Groups),
    Ip(IpAddr),
    Network(Network),
    Moment(Moment),
    Matched,
    PolicyResult(bool),
    Class(&'static str),
    Builtin(&'static str),
}

impl Const {
    /// The value as a constant; `None` for what changes, or is code.
    pub(in super::super) fn of(value: &Value) -> Option<Self> {
        let all = |items: &[Val]| items.iter().map(|item| Self::of(item.raw())).collect::<Option<Vec<_>>>();
        Some(match value {
            Value::None => Self::None,
            Value::Bool(value) => Self::Bool(*value),
            Value::Int(value) => Self::Int(*value),
            Value::Float(value) => Self::Float(value.to_bits()),
            Value::Str(value) => Self::Str(Arc::clone(value)),
            Value::List(list) if list.unordered => Self::Unordered(all(&list.items.borrow())?),
            Value::List(list) => Self::List(all(&list.items.borrow())?),
            Value::Tuple(items) => Self::Tuple(all(items)?),
            Value::Set(items) => Self::Set(items.borrow().iter().map(Self::of).collect::<Option<_>>()?),
            Value::Dict(dict) => {
                let dict = dict.borrow();
                let pairs = dict.iter().map(|(key, value)| Some((Self::of(key)?, Self::of(value.raw())?)));
                Self::Dict(pairs.collect::<Option<_>>()?)
            }
            Value::Range(from, to, step) => Self::Range(*from, *to, *step),
            Value::User(who) => Self::User(*who),
            Value::Group(group) => Self::Group(*group),
            Value::Groups(groups) => Self::Groups(groups.clone()),
            Value::Ip(address) => Self::Ip(*address),
            Value::Network(network) => Self::Network(*network),
            Value::Moment(moment) => Self::Moment(*moment),
            Value::Matched => Self::Matched,
            Value::PolicyResult(passing) => Self::PolicyResult(*passing),
            Value::Class(name) => Self::Class(name),
            Value::Builtin(name) => Self::Builtin(name),
            Value::View(..)
            | Value::Pattern(_)
            | Value::Exception(_)
            | Value::Module(_)
            | Value::Closure(_)
            | Value::Generator(_)
            | Value::Lazy(_)
            | Value::Request
            | Value::Context
            | Value::Logger
            // Answers to terms are kept for all targets.
            | Value::Target
            | Value::Unknown(_) => return None,
        })
    }

    /// The constant as a value that code cannot change without somebody else seeing it: a list, set or dictionary comes
    /// from a term, so it is not the code's own.
    pub(in super::super) fn held(&self) -> Val {
        let all = |items: &[Self]| items.iter().map(Self::held).collect::<Vec<_>>();
        let value = match self {
            Self::List(items) => Value::list(all(items)),
            Self::Unordered(items) => {
                let Value::List(list) = Value::list(all(items)) else { return Val::none() };
                Value::List(List { unordered: true, ..list })
            }
            Self::Dict(pairs) => {
                Value::dict(pairs.iter().map(|(key, value)| (key.value(), value.held())).collect())
            }
            Self::Set(_) => self.value(),
            Self::Tuple(items) => return Val::known(Value::tuple(all(items))),
            _ => return Val::known(self.value()),
        };
        Val::of(value, Term::new(Node::Const(self.clone())))
    }

    /// The constant as a value.
    pub(in super::super) fn value(&self) -> Value {
        let all = |items: &[Self]| items.iter().map(|item| Val::known(item.value())).collect::<Vec<_>>();
        match self {
            Self::None => Value::None,
            Self::Bool(value) => Value::Bool(*value),
            Self::Int(value) => Value::Int(*value),
            Self::Float(bits) => Value::Float(f64::from_bits(*bits)),
            Self::Str(value) => Value::Str(Arc::clone(value)),
            Self::List(items) => Value::list(all(items)),
            Self::Unordered(items) => {
                let Value::List(list) = Value::list(all(items)) else { return Value::None };
                Value::List(List { unordered: true, ..list })
            }
            Self::Tuple(items) => Value::tuple(all(items)),
            Self::Set(items) => Value::set(items.iter().map(Self::value).collect()),
            Self::Dict(pairs) => Value::dict(
                pairs.iter().map(|(key, value)| (key.value(), Val::known(value.value()))).collect(),
            ),
            Self::Range(from, to, step) => Value::Range(*from, *to, *step),
            Self::User(who) => Value::User(*who),
            Self::Group(group) => Value::Group(*group),
            Self::Groups(groups) => Value::Groups(groups.clone()),
            Self::Ip(address) => Value::Ip(*address),
            Self::Network(network) => Value::Network(*network),
            Self::Moment(moment) => Value::Moment(*moment),
            Self::Matched => Value::Matched,
            Self::PolicyResult(passing) => Value::PolicyResult(*passing),
            Self::Class(name) => Value::Class(name),
            Self::Builtin(name) => Value::Builtin(name),
        }
    }
}
