//! Ranges: what is in them follows from where they begin and end.

use super::super::value::Value;
use super::number::{Number, whole};
use super::{Applied, cannot, raise};

/// `range(...)`
pub(super) fn range(args: &[&Value]) -> Applied {
    let mut numbers = Vec::new();
    for arg in args {
        match Number::of(arg) {
            Some(Number::Int(number)) => numbers.push(number),
            _ => return raise("TypeError"),
        }
    }
    match numbers.as_slice() {
        [stop] => Ok(Value::Range(0, *stop, 1)),
        [start, stop] => Ok(Value::Range(*start, *stop, 1)),
        [_, _, 0] => raise("ValueError"),
        [from, to, step] => Ok(Value::Range(*from, *to, *step)),
        _ => raise("TypeError"),
    }
}

/// How many numbers there are in a range.
pub(super) fn length(from: i128, to: i128, step: i128) -> i128 {
    let (distance, step) = if step > 0 { (to - from, step) } else { (from - to, -step) };
    if distance > 0 { (distance - 1) / step + 1 } else { 0 }
}

/// The part of a range between two places in it, and every so many.
pub(super) fn part((from, _, step): (i128, i128, i128), (at, end, by): (i128, i128, i128)) -> Applied {
    let place = |at: i128| at.checked_mul(step)?.checked_add(from).filter(|at| is_small(*at));
    match (place(at), place(end), by.checked_mul(step).filter(|step| is_small(*step))) {
        (Some(from), Some(to), Some(step)) => Ok(Value::Range(from, to, step)),
        _ => cannot("a very large number"),
    }
}

fn is_small(number: i128) -> bool {
    i64::try_from(number).is_ok()
}

/// `left == right`: whether the same numbers are in them.
pub(super) fn equal(left: (i128, i128, i128), right: (i128, i128, i128)) -> bool {
    let long = |(from, to, step)| length(from, to, step);
    long(left) == long(right)
        && (long(left) == 0 || left.0 == right.0 && (long(left) == 1 || left.2 == right.2))
}

/// `value in range(from, to, step)`
pub(super) fn contains(from: i128, to: i128, step: i128, value: &Value) -> Applied<bool> {
    let number = match Number::of(value) {
        Some(Number::Int(number)) => number,
        Some(Number::Float(number)) => match whole(number) {
            Some(number) => number,
            None => return Ok(false),
        },
        None if value.is_basic() => return Ok(false),
        None => return cannot("whether a range contains this"),
    };
    let within = if step > 0 { from <= number && number < to } else { number <= from && number > to };
    Ok(within && (number - from) % step == 0)
}
