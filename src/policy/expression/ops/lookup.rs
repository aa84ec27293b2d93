//! Django's field lookups: `name="x"`, `name__in=[...]`, `attributes__team="x"` (dossier §4.5).

use super::super::ast::Name;
use super::super::value::Value;
use super::{Applied, Data, cannot, json};
use crate::model::{Attributes, Group, GroupId, User};

/// A field of a row.
enum Field<'a> {
    Text(&'a str),
    Flag(bool),
    Attributes(&'a Attributes),
}

/// Whether a group is found by all filters.
pub(in super::super) fn group(
    data: &Data<'_>,
    group: GroupId,
    args: &[&Value],
    names: &[Name],
) -> Applied<bool> {
    let row = data.world.groups.row(group);
    all(args, names, |field| group_field(row, field))
}

/// Says where a filter is not looked into, whatever it is asked of.
pub(super) fn check_group_filters(args: &[&Value], names: &[Name]) -> Applied<()> {
    let nothing = Group {
        pk: None,
        name: String::new(),
        parents: Vec::new(),
        parent_origins: Vec::new(),
        superuser: false,
        attributes: Attributes::new(),
        origin: crate::model::Origin::None,
    };
    all(args, names, |field| group_field(&nothing, field)).map(|_| ())
}

/// Whether a user is found by all filters.
pub(super) fn user(row: &User, args: &[&Value], names: &[Name]) -> Applied<bool> {
    all(args, names, |field| match field {
        "username" => Some(Field::Text(&row.username)),
        "email" => Some(Field::Text(&row.email)),
        "name" => Some(Field::Text(&row.name)),
        "path" => Some(Field::Text(&row.path)),
        "type" => Some(Field::Text(row.kind.as_str())),
        "is_active" => Some(Field::Flag(row.active)),
        "attributes" => Some(Field::Attributes(&row.attributes)),
        _ => None,
    })
}

fn group_field<'a>(row: &'a Group, field: &str) -> Option<Field<'a>> {
    match field {
        "name" => Some(Field::Text(&row.name)),
        "is_superuser" => Some(Field::Flag(row.superuser)),
        "attributes" => Some(Field::Attributes(&row.attributes)),
        _ => None,
    }
}

fn split(name: &str) -> (&str, Vec<&str>) {
    let mut parts = name.split("__");
    (parts.next().unwrap_or(name), parts.collect())
}

/// Every filter is asked, so that a filter that is not looked into is noticed wherever it stands.
fn all<'a>(args: &[&Value], names: &[Name], field: impl Fn(&str) -> Option<Field<'a>>) -> Applied<bool> {
    let mut found = true;
    for (value, name) in args.iter().zip(names) {
        let (base, path) = split(name);
        let matches = match (field(base), path.as_slice()) {
            (Some(Field::Text(text)), []) => self::text(text, "exact", value)?,
            (Some(Field::Text(text)), [lookup]) => self::text(text, lookup, value)?,
            (Some(Field::Flag(flag)), []) => match value {
                Value::Bool(value) => flag == *value,
                _ => return cannot(format!("a search by `{name}` with a {}", value.class())),
            },
            (Some(Field::Attributes(attributes)), [first, rest @ ..]) => {
                attribute(attributes, first, rest, value)?
            }
            _ => return cannot(format!("a search by `{name}`")),
        };
        found &= matches;
    }
    Ok(found)
}

fn text(text: &str, lookup: &str, value: &Value) -> Applied<bool> {
    if let ("in", Value::List(_) | Value::Tuple(_) | Value::Set(_)) = (lookup, value) {
        let items: Vec<Value> = match value {
            Value::List(list) => list.items.borrow().iter().map(|item| item.raw().clone()).collect(),
            Value::Tuple(items) => items.iter().map(|item| item.raw().clone()).collect(),
            Value::Set(items) => items.borrow().clone(),
            _ => Vec::new(),
        };
        let mut found = false;
        for item in items {
            match item {
                Value::Str(item) => found |= item.as_ref() == text,
                _ => return cannot("a search in a list of other than texts"),
            }
        }
        return Ok(found);
    }
    if let ("isnull", Value::Bool(null)) = (lookup, value) {
        return Ok(!null);
    }
    let Value::Str(value) = value else { return cannot(format!("a search with a {}", value.class())) };
    let value = value.as_ref();
    // The database compares without regard to case by its own language.
    let folded = || {
        let ascii = text.is_ascii() && value.is_ascii();
        if ascii {
            Ok((text.to_ascii_uppercase(), value.to_ascii_uppercase()))
        } else {
            cannot("a search without regard to case")
        }
    };
    if value.contains('\0') {
        return cannot("a search for a null character");
    }
    match lookup {
        "exact" => Ok(text == value),
        "contains" => Ok(text.contains(value)),
        "startswith" => Ok(text.starts_with(value)),
        "endswith" => Ok(text.ends_with(value)),
        "iexact" => folded().map(|(text, value)| text == value),
        "icontains" => folded().map(|(text, value)| text.contains(&value)),
        "istartswith" => folded().map(|(text, value)| text.starts_with(&value)),
        "iendswith" => folded().map(|(text, value)| text.ends_with(&value)),
        "regex" => pattern(text, value),
        "iregex" => folded().and_then(|(text, value)| pattern(&text, &value)),
        _ => cannot(format!("a search by `__{lookup}`")),
    }
}

/// The database has its own kind of regular expressions: only what means the same in every kind is looked into.
fn pattern(text: &str, pattern: &str) -> Applied<bool> {
    let start = pattern.strip_prefix('^');
    let rest = start.unwrap_or(pattern);
    let end = rest.strip_suffix('$');
    let literal = end.unwrap_or(rest);
    let plain = |c: char| c.is_ascii_alphanumeric() || "@ _-:/,".contains(c);
    if literal.is_empty() || !literal.chars().all(plain) || !text.chars().all(|c| !c.is_control()) {
        return cannot("a regular expression of the database");
    }
    Ok(match (start, end) {
        (Some(_), Some(_)) => text == literal,
        (Some(_), None) => text.starts_with(literal),
        (None, Some(_)) => text.ends_with(literal),
        (None, None) => text.contains(literal),
    })
}

/// A value inside the attributes.
fn attribute(attributes: &Attributes, first: &str, rest: &[&str], value: &Value) -> Applied<bool> {
    const LOOKUPS: [&str; 18] = [
        "exact",
        "iexact",
        "in",
        "contains",
        "icontains",
        "startswith",
        "istartswith",
        "endswith",
        "iendswith",
        "regex",
        "iregex",
        "isnull",
        "gt",
        "gte",
        "lt",
        "lte",
        "has_key",
        "contained_by",
    ];
    let is_path =
        |part: &&str| !LOOKUPS.contains(part) && !part.starts_with("has_") && part.parse::<i64>().is_err();
    if !is_path(&first) || !rest.iter().all(is_path) {
        return cannot("a search of this kind in attributes");
    }
    let mut found = attributes.get(first);
    for part in rest {
        found = found.and_then(|inner| inner.get(part));
    }
    let found = match found {
        None => return Ok(false),
        Some(found) => json::of(found)?,
    };
    match (&found, value) {
        (Value::Str(found), Value::Str(value)) => Ok(found == value),
        (Value::Bool(found), Value::Bool(value)) => Ok(found == value),
        (Value::Int(found), Value::Int(value)) => Ok(found == value),
        (_, Value::Str(_) | Value::Bool(_)) => Ok(false),
        (Value::Str(_) | Value::Bool(_) | Value::None | Value::List(_) | Value::Dict(_), Value::Int(_)) => {
            Ok(false)
        }
        _ => cannot(format!("a search for a {} in attributes", value.class())),
    }
}
