//! Managers and queries of groups, as Django has them.

use std::sync::Arc;

use super::super::ast::Name;
use super::super::value::{Groups, Value};
use super::{Applied, Data, cannot, lookup, none, raise};
use crate::model::GroupId;

/// A method of a manager or query.
pub(super) fn method(
    data: &Data<'_>,
    groups: &Groups,
    name: &str,
    args: &[&Value],
    names: &[Name],
) -> Applied {
    let query = |ids: Arc<[GroupId]>| Value::Groups(Groups { ids, manager: false, ..groups.clone() });
    match name {
        "all" | "distinct" => none(args, names).map(|()| query(Arc::clone(&groups.ids))),
        "none" => none(args, names).map(|()| query(Arc::from([]))),
        "filter" | "exclude" => {
            if args.len() != names.len() {
                return cannot("a filter that is no name with a value");
            }
            let mut ids = Vec::new();
            for group in groups.ids.iter() {
                if lookup::group(data, *group, args, names)? == (name == "filter") {
                    ids.push(*group);
                }
            }
            // Django checks a filter whether or not there is anything to look at.
            lookup::check_group_filters(args, names)?;
            if groups.of_nobody && names.iter().any(|name| name.as_ref() != "name") {
                return cannot("a search in the groups that Django has");
            }
            Ok(query(ids.into()))
        }
        "exists" => none(args, names).map(|()| Value::Bool(!groups.ids.is_empty())),
        "count" => {
            none(args, names).map(|()| Value::Int(i128::try_from(groups.ids.len()).unwrap_or_default()))
        }
        "first" | "last" => {
            none(args, names)?;
            first(data, groups, name == "last")
        }
        "order_by" if names.is_empty() => match args {
            [Value::Str(field)] if ["name", "-name", "pk", "-pk"].contains(&field.as_ref()) => {
                Ok(Value::Groups(Groups { manager: false, arranged: true, ..groups.clone() }))
            }
            _ => cannot("`.order_by()` of this kind"),
        },
        "values_list" => values(groups, args, names),
        "get" => {
            let Value::Groups(found) = method(data, groups, "filter", args, names)? else {
                return cannot("`.get()` of this");
            };
            match found.ids.as_ref() {
                [group] => Ok(Value::Group(*group)),
                [] => raise("ObjectDoesNotExist"),
                _ => raise("MultipleObjectsReturned"),
            }
        }
        _ => cannot(format!("`.{name}()` of groups")),
    }
}

fn values(groups: &Groups, args: &[&Value], names: &[Name]) -> Applied {
    let flat = names.iter().map(AsRef::as_ref).eq(["flat"]);
    match args {
        [Value::Str(field), Value::Bool(true)]
            if flat && ["name", "is_superuser"].contains(&field.as_ref()) && groups.field.is_none() =>
        {
            Ok(Value::Groups(Groups { manager: false, field: Some(Arc::clone(field)), ..groups.clone() }))
        }
        _ => cannot("`.values_list()` of this kind"),
    }
}

/// Without an order, Django orders by primary key.
fn first(data: &Data<'_>, groups: &Groups, last: bool) -> Applied {
    if groups.field.is_some() || groups.arranged && groups.ids.len() > 1 {
        return cannot("the first of some values");
    }
    match groups.ids.as_ref() {
        [] => Ok(Value::None),
        [group] => Ok(Value::Group(*group)),
        many => {
            let mut keys = Vec::new();
            for group in many {
                match data.world.groups.row(*group).pk.as_deref() {
                    Some(pk) if pk.len() == 36 => keys.push((pk.to_ascii_lowercase(), *group)),
                    _ => return cannot("the first of several groups, whose keys are not in the input"),
                }
            }
            keys.sort_unstable();
            let found = if last { keys.last() } else { keys.first() };
            found.map_or_else(|| cannot("the first of no groups"), |(_, group)| Ok(Value::Group(*group)))
        }
    }
}
