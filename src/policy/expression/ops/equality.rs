//! `==` and `is`.

use std::rc::Rc;

use super::super::value::{Val, Value, View};
use super::{Applied, Data, cannot};

/// `left == right`
pub(in super::super) fn equal(data: &Data<'_>, left: &Value, right: &Value) -> Applied<bool> {
    Ok(match (left, right) {
        (Value::None, Value::None) => true,
        (
            Value::Bool(_) | Value::Int(_) | Value::Float(_),
            Value::Bool(_) | Value::Int(_) | Value::Float(_),
        ) => super::number::compare(left, right) == Some(std::cmp::Ordering::Equal),
        (Value::Str(left), Value::Str(right)) => left == right,
        (Value::List(left), Value::List(right)) => {
            let (one, other) = (left.items.borrow(), right.items.borrow());
            if (left.unordered || right.unordered) && one.len() == other.len() && one.len() > 1 {
                return cannot("the order in which the database gives rows");
            }
            all_equal(data, &one, &other)?
        }
        (Value::Tuple(left), Value::Tuple(right)) => all_equal(data, left, right)?,
        (Value::Set(left), Value::Set(right)) => {
            let (left, right) = (left.borrow(), right.borrow());
            left.len() == right.len() && super::collection::is_subset(data, &left, &right)?
        }
        (Value::Dict(left), Value::Dict(right)) => {
            let (left, right) = (left.borrow(), right.borrow());
            if left.len() != right.len() {
                return Ok(false);
            }
            for (key, value) in left.iter() {
                match super::collection::find(data, &right, key)? {
                    Some(other) if is_no_number(value.raw()) && is_no_number(other.raw()) => {
                        return cannot("whether two values are one object");
                    }
                    Some(other) if equal(data, value.raw(), other.raw())? => {}
                    _ => return Ok(false),
                }
            }
            true
        }
        (Value::Range(from, to, step), Value::Range(start, end, by)) => {
            super::range::equal((*from, *to, *step), (*start, *end, *by))
        }
        (Value::User(left), Value::User(right)) => left == right,
        (Value::Group(left), Value::Group(right)) => left == right,
        (Value::Ip(left), Value::Ip(right)) => left == right,
        (Value::Network(left), Value::Network(right)) => left == right,
        (Value::Moment(left), Value::Moment(right)) => {
            left.compare(*right) == Some(std::cmp::Ordering::Equal)
        }
        (Value::Class(left), Value::Class(right)) | (Value::Builtin(left), Value::Builtin(right)) => {
            left == right
        }
        (Value::PolicyResult(_), Value::PolicyResult(_)) => return cannot("comparing results of policies"),
        (Value::Closure(left), Value::Closure(right)) => Rc::ptr_eq(left, right),
        (Value::Groups(_), Value::Groups(_)) => return cannot("whether two values are one object"),
        // One dictionary may be looked at more than once.
        (Value::View(View::Values, left), Value::View(View::Values, right)) if Rc::ptr_eq(left, right) => {
            return cannot("whether two values are one object");
        }
        (Value::View(View::Values, _), _) | (_, Value::View(View::Values, _)) => false,
        (Value::View(..), Value::View(..) | Value::Set(_)) | (Value::Set(_), Value::View(..)) => {
            return cannot("comparing parts of dictionaries");
        }
        (Value::Target, Value::Target)
        | (Value::Request, Value::Request)
        | (Value::Context, Value::Context) => true,
        (Value::Context, Value::Dict(_)) | (Value::Dict(_), Value::Context) => {
            return cannot("comparing the whole context");
        }
        _ if is_plain(left) && is_plain(right) => false,
        _ => return cannot(format!("comparing a {} with a {}", left.class(), right.class())),
    })
}

/// Whether values of its class equal none of any other plain class.
fn is_plain(value: &Value) -> bool {
    value.is_basic()
        || matches!(
            value,
            Value::View(..)
                | Value::Range(..)
                | Value::Groups(_)
                | Value::Ip(_)
                | Value::Network(_)
                | Value::Moment(_)
                | Value::Class(_)
                | Value::Closure(_)
                | Value::Context
        )
}

/// Whether a value equals itself only where it is the same object, as what is no number does.
pub(super) fn is_no_number(value: &Value) -> bool {
    matches!(value, Value::Float(value) if value.is_nan())
}

fn all_equal(data: &Data<'_>, left: &[Val], right: &[Val]) -> Applied<bool> {
    if left.len() != right.len() {
        return Ok(false);
    }
    for (left, right) in left.iter().zip(right) {
        if is_no_number(left.raw()) && is_no_number(right.raw()) {
            return cannot("whether two values are one object");
        }
        if !equal(data, left.raw(), right.raw())? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// `left is right`, for what there is only one of.
pub(super) fn same(left: &Value, right: &Value) -> Applied<bool> {
    let only_one = |value: &Value| matches!(value, Value::None | Value::Bool(_) | Value::Class(_));
    match (left, right) {
        (Value::None, Value::None) => Ok(true),
        (Value::Bool(left), Value::Bool(right)) => Ok(left == right),
        (Value::Class(left), Value::Class(right)) => Ok(left == right),
        _ if only_one(left) || only_one(right) => Ok(false),
        _ if left.class() != right.class() => Ok(false),
        _ => cannot("whether two values are one object"),
    }
}
