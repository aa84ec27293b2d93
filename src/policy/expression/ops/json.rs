//! Attributes of users and groups: JSON as Python has it, and how several are merged.

use serde_json::Value as Json;

use super::super::value::{Val, Value};
use super::{Applied, Data, cannot};
use crate::model::{GroupId, UserId};

/// A JSON object as a dictionary.
pub(super) fn dict<'a>(members: impl Iterator<Item = (&'a str, &'a Json)>) -> Applied {
    let pairs = in_order(members)
        .into_iter()
        .map(|(key, value)| Ok((Value::Str(key.into()), Val::known(of(value)?))));
    Ok(Value::dict(pairs.collect::<Applied<_>>()?))
}

/// The members of a JSON object.
fn members(object: &serde_json::Map<String, Json>) -> impl Iterator<Item = (&str, &Json)> {
    object.iter().map(|(key, value)| (key.as_str(), value))
}

/// A JSON value as Python reads it.
pub(in super::super) fn of(value: &Json) -> Applied {
    Ok(match value {
        Json::Null => Value::None,
        Json::Bool(value) => Value::Bool(*value),
        Json::Number(value) => number(value)?,
        Json::String(text) => Value::Str(text.as_str().into()),
        Json::Array(items) => {
            Value::list(items.iter().map(|item| of(item).map(Val::known)).collect::<Applied<_>>()?)
        }
        Json::Object(items) => dict(members(items))?,
    })
}

fn number(number: &serde_json::Number) -> Applied {
    Ok(match (number.as_i64(), number.as_u64(), number.as_f64()) {
        (Some(value), ..) => Value::Int(i128::from(value)),
        (_, Some(value), _) => Value::Int(i128::from(value)),
        // A number without a fraction that is too large for these is a whole one for Python.
        (.., Some(value)) if value.abs() < 1e15 || value.fract() != 0.0 => Value::Float(value),
        _ => return cannot("a very large number"),
    })
}

/// Whether a dictionary of these members would be true, without making one.
pub(in super::super) fn truth<'a>(found: impl Iterator<Item = (&'a str, &'a Json)>) -> Applied<bool> {
    let found = in_order(found);
    found.iter().try_for_each(|(_, value)| check(value))?;
    Ok(!found.is_empty())
}

/// What [`of`] says where it makes nothing of a value.
fn check(value: &Json) -> Applied<()> {
    match value {
        Json::Null | Json::Bool(_) | Json::String(_) => Ok(()),
        Json::Number(value) => number(value).map(drop),
        Json::Array(items) => items.iter().try_for_each(check),
        Json::Object(items) => truth(members(items)).map(drop),
    }
}

/// The attributes of a user under those of all its groups: later ones win, dictionaries are merged, lists put one
/// after the other (dossier §4.2). Groups go by name, in an order that the database's language decides: where that
/// may make a difference, the result is not known.
pub(super) fn merged(data: &Data<'_>, user: UserId) -> Applied {
    let mut groups = data.ancestry.groups_of(user);
    let name = |group: &GroupId| data.world.groups.row(*group).name.as_str();
    groups.retain(|group| !data.world.groups.row(*group).attributes.is_empty());
    groups.sort_by(|left, right| name(left).cmp(name(right)));
    // Every language puts small letters and digits in the same order.
    let is_plain =
        |group: &GroupId| name(group).bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    let distinct = groups.windows(2).all(|pair| pair.first().map(name) != pair.last().map(name));
    if (!distinct || !groups.iter().all(is_plain)) && conflict(data, &groups) {
        return cannot(
            "attributes of groups that may contradict each other, in an order that the database decides",
        );
    }
    let mut merged: Vec<(Value, Val)> = Vec::new();
    for group in &groups {
        merge(&mut merged, data.world.groups.row(*group).attributes.iter())?;
    }
    merge(&mut merged, data.world.users.row(user).attributes.iter())?;
    Ok(Value::dict(merged))
}

/// Whether two of the groups have attributes of the same name that are not the same simple value.
fn conflict(data: &Data<'_>, groups: &[GroupId]) -> bool {
    let attributes = groups.iter().flat_map(|group| data.world.groups.row(*group).attributes.iter());
    let mut seen: std::collections::BTreeMap<&str, &Json> = std::collections::BTreeMap::new();
    for (key, value) in attributes {
        match seen.insert(key, value) {
            Some(other) if other != value || value.is_array() || value.is_object() => return true,
            _ => {}
        }
    }
    false
}

/// The database keeps the keys of an object by length, then by their bytes.
fn in_order<'a>(members: impl Iterator<Item = (&'a str, &'a Json)>) -> Vec<(&'a str, &'a Json)> {
    let mut pairs: Vec<_> = members.collect();
    pairs.sort_by_key(|(key, _)| (key.len(), key.as_bytes()));
    pairs
}

fn merge<'a>(into: &mut Vec<(Value, Val)>, from: impl Iterator<Item = (&'a str, &'a Json)>) -> Applied<()> {
    for (key, value) in in_order(from) {
        let slot = into.iter_mut().find(|(other, _)| matches!(other, Value::Str(other) if **other == *key));
        let Some((_, slot)) = slot else {
            into.push((Value::Str(key.into()), Val::known(of(value)?)));
            continue;
        };
        match (slot.raw(), value) {
            (Value::Dict(inner), Json::Object(value)) => merge(&mut inner.borrow_mut(), members(value))?,
            (Value::List(items), Json::Array(more)) => {
                let more = more.iter().map(|item| of(item).map(Val::known)).collect::<Applied<Vec<_>>>()?;
                items.items.borrow_mut().extend(more);
            }
            _ => *slot = Val::known(of(value)?),
        }
    }
    Ok(())
}
