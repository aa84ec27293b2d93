//! `<` and `<=`.

use std::cmp::Ordering;

use super::super::value::{Val, Value};
use super::equality::is_no_number;
use super::{Applied, Data, cannot, collection, equal, number, raise};

/// `left < right`
pub(in super::super) fn less(data: &Data<'_>, left: &Value, right: &Value) -> Applied<bool> {
    match (left, right) {
        (Value::Set(left), Value::Set(right)) => {
            let (left, right) = (left.borrow(), right.borrow());
            Ok(left.len() < right.len() && collection::is_subset(data, &left, &right)?)
        }
        _ => Ok(order(data, left, right)? == Some(Ordering::Less)),
    }
}

/// `left <= right`
pub(super) fn at_most(data: &Data<'_>, left: &Value, right: &Value) -> Applied<bool> {
    match (left, right) {
        (Value::Set(left), Value::Set(right)) => collection::is_subset(data, &left.borrow(), &right.borrow()),
        _ => Ok(matches!(order(data, left, right)?, Some(Ordering::Less | Ordering::Equal))),
    }
}

/// How two values compare; `None` where neither is smaller, as with what is no number.
fn order(data: &Data<'_>, left: &Value, right: &Value) -> Applied<Option<Ordering>> {
    match (left, right) {
        (
            Value::Bool(_) | Value::Int(_) | Value::Float(_),
            Value::Bool(_) | Value::Int(_) | Value::Float(_),
        ) => Ok(number::compare(left, right)),
        (Value::Str(left), Value::Str(right)) => Ok(Some(left.cmp(right))),
        (Value::List(left), Value::List(right)) => {
            if left.unordered || right.unordered {
                return cannot("the order in which the database gives rows");
            }
            each(data, &left.items.borrow(), &right.items.borrow())
        }
        (Value::Tuple(left), Value::Tuple(right)) => each(data, left, right),
        (Value::Ip(left), Value::Ip(right)) if left.is_ipv4() == right.is_ipv4() => Ok(Some(left.cmp(right))),
        (Value::Moment(left), Value::Moment(right)) => {
            left.compare(*right).map_or_else(|| raise("TypeError"), |o| Ok(Some(o)))
        }
        (Value::Set(_), Value::Set(_)) => cannot("comparing sets inside of others"),
        (Value::Network(_) | Value::View(..), _) | (_, Value::Network(_) | Value::View(..)) => {
            cannot(format!("comparing a {} with a {}", left.class(), right.class()))
        }
        _ if [left, right].iter().all(|value| is_known(value)) => raise("TypeError"),
        _ => cannot(format!("comparing a {} with a {}", left.class(), right.class())),
    }
}

/// Whether a value has a place among others of its class, whichever they are: sets have none, nor has what is no number.
pub(in super::super) fn is_ordered(value: &Value) -> bool {
    match value {
        Value::Set(_) => false,
        Value::List(list) => list.items.borrow().iter().all(|item| is_ordered(item.raw())),
        Value::Tuple(items) => items.iter().all(|item| is_ordered(item.raw())),
        value => !is_no_number(value),
    }
}

/// Whether values of its class have no order with other classes.
fn is_known(value: &Value) -> bool {
    value.is_basic()
        || matches!(
            value,
            Value::Range(..)
                | Value::Groups(_)
                | Value::Ip(_)
                | Value::Moment(_)
                | Value::Class(_)
                | Value::Closure(_)
                | Value::Context
        )
}

/// The first elements that differ decide.
fn each(data: &Data<'_>, left: &[Val], right: &[Val]) -> Applied<Option<Ordering>> {
    for (left, right) in left.iter().zip(right) {
        if is_no_number(left.raw()) && is_no_number(right.raw()) {
            return cannot("whether two values are one object");
        }
        if !equal(data, left.raw(), right.raw())? {
            return order(data, left.raw(), right.raw());
        }
    }
    Ok(Some(left.len().cmp(&right.len())))
}
