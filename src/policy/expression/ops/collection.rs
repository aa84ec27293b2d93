//! Methods of lists, tuples, sets and dictionaries that change nothing.

use super::super::ast::{BinaryOp, Name};
use super::super::term::Const;
use super::super::value::{List, Val, Value, View};
use super::equality::is_no_number;
use super::{Applied, Data, attribute, cannot, equal, none, one, raise, sequence};

/// Raises where Python cannot keep `key`.
pub(in super::super) fn check_key(key: &Value) -> Applied<()> {
    // What is no number is found again only where it is the same object.
    if is_no_number(key) {
        return cannot("whether two values are one object");
    }
    match key.is_hashable() {
        Some(true) => Ok(()),
        Some(false) => raise("TypeError"),
        None => cannot("whether a value can be a key"),
    }
}

/// The value of `key`.
pub(in super::super) fn find<'d>(
    data: &Data<'_>,
    dict: &'d [(Value, Val)],
    key: &Value,
) -> Applied<Option<&'d Val>> {
    check_key(key)?;
    for (other, value) in dict {
        if equal(data, other, key)? {
            return Ok(Some(value));
        }
    }
    Ok(None)
}

/// Whether every element of `left` is in `right`.
pub(super) fn is_subset(data: &Data<'_>, left: &[Value], right: &[Value]) -> Applied<bool> {
    for item in left {
        if !sequence::any_value(data, right, item)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The set of `items`, without those that occur twice.
pub(in super::super) fn set_of<'v>(
    data: &Data<'_>,
    items: impl IntoIterator<Item = &'v Value>,
) -> Applied<Vec<Value>> {
    let mut set: Vec<Value> = Vec::new();
    for item in items {
        check_key(item)?;
        if !sequence::any_value(data, &set, item)? {
            set.push(item.clone());
        }
    }
    Ok(set)
}

/// `left & right` and the other operators of sets.
pub(super) fn combine(data: &Data<'_>, op: BinaryOp, left: &[Value], right: &[Value]) -> Applied {
    let within = |item: &Value, set: &[Value]| sequence::any_value(data, set, item);
    // Of two that are equal, such as 1 and `True`, Python keeps the one or the other.
    for item in left {
        for other in right {
            if equal(data, item, other)? && Const::of(item) != Const::of(other) {
                return cannot("which of two equal values is kept");
            }
        }
    }
    let mut items = Vec::new();
    for item in left {
        let keep = match op {
            BinaryOp::And => within(item, right)?,
            BinaryOp::Or => true,
            _ => !within(item, right)?,
        };
        if keep {
            items.push(item.clone());
        }
    }
    if matches!(op, BinaryOp::Or | BinaryOp::Xor) {
        for item in right {
            if !within(item, left)? {
                items.push(item.clone());
            }
        }
    }
    Ok(Value::set(items))
}

/// `left | right` of dictionaries.
pub(super) fn merge(data: &Data<'_>, left: &[(Value, Val)], right: &[(Value, Val)]) -> Applied {
    let mut merged: Vec<(Value, Val)> = left.to_vec();
    for (key, value) in right {
        insert(data, &mut merged, key, value.clone())?;
    }
    Ok(Value::dict(merged))
}

/// Sets the value of `key`.
pub(in super::super) fn insert(
    data: &Data<'_>,
    dict: &mut Vec<(Value, Val)>,
    key: &Value,
    value: Val,
) -> Applied<()> {
    check_key(key)?;
    for (other, slot) in dict.iter_mut() {
        if equal(data, other, key)? {
            *slot = value;
            return Ok(());
        }
    }
    dict.push((key.clone(), value));
    Ok(())
}

/// The elements of something that is there already, and whether their order is one that nobody knows.
pub(in super::super) fn iterate(data: &Data<'_>, value: &Value) -> Applied<(Vec<Val>, bool)> {
    let items = match value {
        Value::List(list) => list.items.borrow().clone(),
        Value::Tuple(items) => items.to_vec(),
        Value::Set(items) => items.borrow().iter().cloned().map(Val::known).collect(),
        Value::Dict(dict) | Value::View(View::Keys, dict) => {
            dict.borrow().iter().map(|(key, _)| Val::known(key.clone())).collect()
        }
        Value::View(View::Values, dict) => dict.borrow().iter().map(|(_, value)| value.clone()).collect(),
        Value::View(View::Items, dict) => {
            let pair = |(key, value): &(Value, Val)| {
                Val::known(Value::tuple(vec![Val::known(key.clone()), value.clone()]))
            };
            dict.borrow().iter().map(pair).collect()
        }
        Value::Str(text) => text.chars().map(|c| Val::str(&c.to_string())).collect(),
        Value::Range(from, to, step) => range(*from, *to, *step)?,
        Value::Groups(groups) if !groups.manager => data.rows(groups)?,
        Value::None | Value::Bool(_) | Value::Int(_) | Value::Float(_) => return raise("TypeError"),
        Value::User(_) | Value::Group(_) | Value::Groups(_) | Value::Closure(_) | Value::Ip(_) => {
            return raise("TypeError");
        }
        _ => return cannot(format!("the elements of a {}", value.class())),
    };
    Ok((items, is_unordered(value)))
}

fn range(from: i128, to: i128, step: i128) -> Applied<Vec<Val>> {
    let mut items = Vec::new();
    let mut at = from;
    while if step > 0 { at < to } else { at > to } {
        if items.len() > 10_000 {
            return cannot("a very long range");
        }
        items.push(Val::known(Value::Int(at)));
        let Some(next) = at.checked_add(step) else { break };
        at = next;
    }
    Ok(items)
}

fn is_unordered(value: &Value) -> bool {
    match value {
        Value::List(list) => list.unordered,
        // Texts get another hash in every process.
        Value::Groups(_) | Value::Set(_) => true,
        _ => false,
    }
}

pub(super) fn method(data: &Data<'_>, of: &Value, name: &str, args: &[&Value], names: &[Name]) -> Applied {
    if attribute::is_missing(of, name) {
        return raise("AttributeError");
    }
    match (of, name) {
        (Value::Dict(dict), "get") => {
            let (key, default) = match (args, names) {
                ([key], []) => (key, None),
                ([key, default], []) => (key, Some(default)),
                _ => return raise("TypeError"),
            };
            let found = find(data, &dict.borrow(), key)?.map(|value| value.raw().clone());
            Ok(found.or_else(|| default.map(|default| (*default).clone())).unwrap_or(Value::None))
        }
        (Value::Dict(dict), "keys") => none(args, names).map(|()| Value::View(View::Keys, dict.clone())),
        (Value::Dict(dict), "values") => none(args, names).map(|()| Value::View(View::Values, dict.clone())),
        (Value::Dict(dict), "items") => none(args, names).map(|()| Value::View(View::Items, dict.clone())),
        (Value::Dict(dict), "copy") => none(args, names).map(|()| Value::dict(dict.borrow().clone())),
        (Value::List(list), "copy") => {
            none(args, names)?;
            let Value::List(copy) = Value::list(list.items.borrow().clone()) else { return cannot("a copy") };
            Ok(Value::List(List { unordered: list.unordered, ..copy }))
        }
        (Value::List(_) | Value::Tuple(_), "count" | "index") if args.len() <= 1 => {
            let wanted = one(args, names)?;
            let (items, unordered) = iterate(data, of)?;
            let mut count = 0;
            for (at, item) in items.iter().enumerate() {
                if is_no_number(item.raw()) && is_no_number(wanted) {
                    return cannot("whether two values are one object");
                }
                if equal(data, item.raw(), wanted)? {
                    if name == "index" {
                        if unordered && items.len() > 1 {
                            return cannot("the order in which the database gives rows");
                        }
                        return Ok(Value::Int(i128::try_from(at).unwrap_or_default()));
                    }
                    count += 1;
                }
            }
            if name == "index" { raise("ValueError") } else { Ok(Value::Int(count)) }
        }
        (Value::Set(items), "copy") => none(args, names).map(|()| Value::set(items.borrow().clone())),
        (Value::Set(items), _) => set_method(data, &items.borrow(), name, args, names),
        _ => cannot(format!("`.{name}()` of a {}", of.class())),
    }
}

fn set_method(data: &Data<'_>, left: &[Value], name: &str, args: &[&Value], names: &[Name]) -> Applied {
    if !names.is_empty() {
        return raise("TypeError");
    }
    let op = match name {
        "intersection" => Some(BinaryOp::And),
        "union" => Some(BinaryOp::Or),
        "difference" => Some(BinaryOp::Sub),
        _ => None,
    };
    if let Some(op) = op {
        let mut result = left.to_vec();
        for other in args {
            let (items, _) = iterate(data, other)?;
            let other = set_of(data, items.iter().map(Val::raw))?;
            if let Value::Set(items) = combine(data, op, &result, &other)? {
                result.clone_from(&items.borrow());
            }
        }
        return Ok(Value::set(result));
    }
    let other = match name {
        "issubset" | "issuperset" | "isdisjoint" | "symmetric_difference" => {
            let (items, _) = iterate(data, one(args, names)?)?;
            set_of(data, items.iter().map(Val::raw))?
        }
        _ => return cannot(format!("`.{name}()` of a set")),
    };
    match name {
        "issubset" => is_subset(data, left, &other).map(Value::Bool),
        "issuperset" => is_subset(data, &other, left).map(Value::Bool),
        "symmetric_difference" => combine(data, BinaryOp::Xor, left, &other),
        _ => {
            for item in left {
                if sequence::any_value(data, &other, item)? {
                    return Ok(Value::Bool(false));
                }
            }
            Ok(Value::Bool(true))
        }
    }
}
