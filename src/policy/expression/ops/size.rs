//! Whether a value is too large to be handed on: authentik writes a result into a pipe that nobody reads yet, and
//! waits for ever when it does not fit (dossier §2.5).

use super::super::value::Value;
use super::Data;

/// Half of what fits, so that what is written around the value fits, too.
const MOST: usize = 32_000;

pub(super) fn is_large(data: &Data<'_>, value: &Value) -> bool {
    size(data, value) > MOST
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
