//! Whether a value is too large to be handed on: authentik writes a result into a pipe that nobody reads yet, and
//! waits for ever when it does not fit (dossier §2.5).

use super::super::value::{Val, Value};
use super::{Applied, Data, cannot};

/// Half of what fits, so that what is written around the value fits, too.
const MOST: usize = 32_000;

pub(super) fn is_large(data: &Data<'_>, value: &Value) -> bool {
    size(data, value) > MOST
}

/// Whether authentik can write a value into its cache and into a pipe.
pub(super) fn is_kept(value: &Value) -> Applied<bool> {
    let all =
        |items: &[Val]| items.iter().try_fold(true, |all, item| is_kept(item.raw()).map(|kept| all && kept));
    match value {
        Value::None
        | Value::Bool(_)
        | Value::Int(_)
        | Value::Float(_)
        | Value::Str(_)
        | Value::PolicyResult(_)
        | Value::Ip(_)
        | Value::Network(_)
        | Value::Moment(_)
        | Value::User(_)
        | Value::Group(_) => Ok(true),
        Value::Groups(groups) => Ok(!groups.manager),
        Value::Closure(_) | Value::Generator(_) | Value::View(..) | Value::Matched | Value::Module(_) => {
            Ok(false)
        }
        Value::List(list) => all(&list.items.borrow()),
        Value::Tuple(items) => all(items),
        Value::Set(items) => {
            items.borrow().iter().try_fold(true, |all, item| is_kept(item).map(|kept| all && kept))
        }
        Value::Dict(dict) => dict
            .borrow()
            .iter()
            .try_fold(true, |all, (key, value)| Ok(all && is_kept(key)? && is_kept(value.raw())?)),
        _ => cannot("whether authentik can keep what the code returns"),
    }
}

fn size(data: &Data<'_>, value: &Value) -> usize {
    match value {
        Value::Str(text) => text.len(),
        Value::List(list) => list.items.borrow().iter().map(|item| 8 + size(data, item.raw())).sum(),
        Value::Tuple(items) => items.iter().map(|item| 8 + size(data, item.raw())).sum(),
        Value::Set(items) => items.borrow().iter().map(|item| 8 + size(data, item)).sum(),
        Value::Dict(dict) | Value::View(_, dict) => {
            dict.borrow().iter().map(|(key, value)| 8 + size(data, key) + size(data, value.raw())).sum()
        }
        Value::User(super::super::value::Who::User(user)) => {
            let row = data.world.users.row(*user);
            1_000 + serde_json::to_string(&row.attributes).map_or(MOST, |text| text.len())
        }
        Value::Group(group) => {
            let row = data.world.groups.row(*group);
            1_000 + serde_json::to_string(&row.attributes).map_or(MOST, |text| text.len())
        }
        Value::Groups(groups) => groups.ids.iter().map(|group| size(data, &Value::Group(*group))).sum(),
        _ => 64,
    }
}
