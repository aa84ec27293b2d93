//! `value[key]`, `value[a:b]` and `in`.

use super::super::value::{Val, Value, View};
use super::equality::is_no_number;
use super::number::Number;
use super::{Applied, Data, cannot, collection, equal, raise, range};

/// `of[key]`
pub(super) fn subscript(data: &Data<'_>, of: &Value, key: &Value) -> Applied {
    match of {
        Value::Dict(dict) => match collection::find(data, &dict.borrow(), key)? {
            Some(value) => Ok(value.raw().clone()),
            None => raise("KeyError"),
        },
        Value::List(list) => {
            let items = list.items.borrow();
            let at = position(key, items.len())?;
            if list.unordered && items.len() > 1 {
                return cannot("the order in which the database gives rows");
            }
            at.and_then(|at| items.get(at)).map_or_else(|| raise("IndexError"), |item| Ok(item.raw().clone()))
        }
        Value::Tuple(items) => {
            let at = position(key, items.len())?;
            at.and_then(|at| items.get(at)).map_or_else(|| raise("IndexError"), |item| Ok(item.raw().clone()))
        }
        Value::Str(text) => {
            let length = text.chars().count();
            let at = position(key, length)?;
            let found = at.and_then(|at| text.chars().nth(at));
            found.map_or_else(|| raise("IndexError"), |c| Ok(Value::Str(c.to_string().into())))
        }
        Value::Range(from, to, step) => {
            let length = usize::try_from(range::length(*from, *to, *step)).unwrap_or(usize::MAX);
            match position(key, length)?.map(i128::try_from) {
                Some(Ok(at)) => Ok(Value::Int(from + at * step)),
                _ => raise("IndexError"),
            }
        }
        Value::None | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Set(_) | Value::User(_) => {
            raise("TypeError")
        }
        Value::Groups(groups) if groups.manager => raise("TypeError"),
        _ => cannot(format!("an element of a {}", of.class())),
    }
}

/// The position that an index means; `None` where there is nothing.
pub(in super::super) fn position(key: &Value, length: usize) -> Applied<Option<usize>> {
    let Some(Number::Int(index)) = Number::of(key) else { return raise("TypeError") };
    if i64::try_from(index).is_err() {
        return cannot("a very large number");
    }
    let length = i128::try_from(length).unwrap_or(i128::MAX);
    let index = if index < 0 { index + length } else { index };
    Ok(usize::try_from(index).ok().filter(|_| index < length))
}

/// `of[lower:upper:step]`
pub(super) fn slice(of: &Value, bounds: [&Value; 3]) -> Applied {
    let mut numbers = [None; 3];
    for (bound, number) in bounds.iter().zip(&mut numbers) {
        *number = match (bound, Number::of(bound)) {
            (Value::None, _) => None,
            (_, Some(Number::Int(number))) => Some(number),
            _ => return raise("TypeError"),
        };
    }
    match of {
        Value::Str(text) => {
            let chars: Vec<char> = text.chars().collect();
            let picked = picks(numbers, chars.len())?;
            Ok(Value::Str(picked.iter().filter_map(|at| chars.get(*at)).collect::<String>().into()))
        }
        Value::List(list) => {
            let items = list.items.borrow();
            if list.unordered && items.len() > 1 {
                return cannot("the order in which the database gives rows");
            }
            let picked = picks(numbers, items.len())?;
            Ok(Value::list(picked.iter().filter_map(|at| items.get(*at)).cloned().collect()))
        }
        Value::Tuple(items) => {
            let picked = picks(numbers, items.len())?;
            Ok(Value::tuple(picked.iter().filter_map(|at| items.get(*at)).cloned().collect::<Vec<Val>>()))
        }
        Value::Range(from, to, step) => {
            range::part((*from, *to, *step), places(numbers, range::length(*from, *to, *step))?)
        }
        Value::None | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Set(_) => raise("TypeError"),
        _ => cannot(format!("a part of a {}", of.class())),
    }
}

/// The positions that a slice picks.
fn picks(numbers: [Option<i128>; 3], length: usize) -> Applied<Vec<usize>> {
    let (mut at, end, step) = places(numbers, i128::try_from(length).unwrap_or(i128::MAX))?;
    let mut picked = Vec::new();
    while if step > 0 { at < end } else { at > end } {
        picked.extend(usize::try_from(at));
        at = at.saturating_add(step);
    }
    Ok(picked)
}

/// Where a slice begins, where it ends, and its step.
fn places([lower, upper, step]: [Option<i128>; 3], length: i128) -> Applied<(i128, i128, i128)> {
    let step = step.unwrap_or(1);
    if step == 0 {
        return raise("ValueError");
    }
    let (least, most) = if step > 0 { (0, length) } else { (-1, length - 1) };
    let bound = |bound: Option<i128>, default: i128| {
        bound.map_or(default, |bound| {
            if bound < 0 { bound.saturating_add(length) } else { bound }.clamp(least, most)
        })
    };
    Ok(if step > 0 {
        (bound(lower, 0), bound(upper, length), step)
    } else {
        (bound(lower, length - 1), bound(upper, -1), step)
    })
}

/// `value in of`
pub(super) fn contains(data: &Data<'_>, of: &Value, value: &Value) -> Applied<bool> {
    match of {
        Value::List(list) => any(data, &list.items.borrow(), value),
        Value::Tuple(items) => any(data, items, value),
        Value::Set(items) => {
            collection::check_key(value)?;
            any_value(data, &items.borrow(), value)
        }
        Value::Dict(dict) | Value::View(View::Keys, dict) => {
            collection::find(data, &dict.borrow(), value).map(|found| found.is_some())
        }
        Value::View(View::Values, dict) => {
            let values: Vec<Val> = dict.borrow().iter().map(|(_, value)| value.clone()).collect();
            any(data, &values, value)
        }
        Value::Str(text) => match value {
            Value::Str(value) => Ok(text.contains(value.as_ref())),
            _ => raise("TypeError"),
        },
        Value::Range(from, to, step) => range::contains(*from, *to, *step, value),
        Value::Network(network) => match value {
            Value::Ip(address) => Ok(network.contains(*address)),
            Value::Network(_) => Ok(false),
            Value::None | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Str(_) => {
                raise("AttributeError")
            }
            _ => cannot("whether a network contains this"),
        },
        Value::Groups(groups) if groups.manager => raise("TypeError"),
        Value::Groups(groups) => any(data, &data.rows(groups)?, value),
        Value::None | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::User(_) | Value::Group(_) => {
            raise("TypeError")
        }
        _ => cannot(format!("whether a {} contains something", of.class())),
    }
}

fn any(data: &Data<'_>, items: &[Val], value: &Value) -> Applied<bool> {
    for item in items {
        if is_no_number(item.raw()) && is_no_number(value) {
            return cannot("whether two values are one object");
        }
        if equal(data, item.raw(), value)? {
            return Ok(true);
        }
    }
    Ok(false)
}

pub(super) fn any_value(data: &Data<'_>, items: &[Value], value: &Value) -> Applied<bool> {
    for item in items {
        if is_no_number(item) && is_no_number(value) {
            return cannot("whether two values are one object");
        }
        if equal(data, item, value)? {
            return Ok(true);
        }
    }
    Ok(false)
}
