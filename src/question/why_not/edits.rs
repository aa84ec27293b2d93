//! Edits as `whomay what-if` takes them.

use crate::input::may::Written;
use crate::model::{Binding, BindingId, Origin, UserId, World};
use crate::reason::{Remedy, Rows};

/// Edits in words, and the world with them; each in the world that those before it leave.
pub(super) fn in_words(world: &World, user: UserId, edits: &[Remedy]) -> Option<(Vec<String>, World)> {
    let mut edited = world.clone();
    let mut rows = Rows::default();
    let mut words = Vec::new();
    for edit in edits {
        words.push(one_in_words(&edited, world, &rows, user, edit)?);
        let change = rows.change(&edited, world, user, edit)?;
        edited.apply(&change).ok()?;
    }
    // A name can be that of something else where it is read again.
    let read = world.edited(&words.join("\n"));
    if !read.is_ok_and(|read| is_same(&read, &edited)) {
        words = words.into_iter().map(|words| format!("by hand: {words}")).collect();
    }
    Some((words, edited))
}

/// Whether both worlds are the same in all that edits of bindings and of users change.
fn is_same(one: &World, other: &World) -> bool {
    let plain = |row: &Binding| Binding { origin: Origin::None, ..row.clone() };
    let same_users = one.users.len() == other.users.len()
        && one
            .users
            .values()
            .zip(other.users.values())
            .all(|(one, other)| (&one.groups, one.active) == (&other.groups, other.active));
    same_users
        && one.bindings.len() == other.bindings.len()
        && one.bindings.values().zip(other.bindings.values()).all(|(one, other)| plain(one) == plain(other))
}

/// An edit in the language of edits.
fn one_in_words(now: &World, first: &World, rows: &Rows, user: UserId, edit: &Remedy) -> Option<String> {
    let written = Written::of(now);
    let name = Written::name(&now.users.row(user).username);
    let at = |id: &BindingId| Some(address(now, rows.find(now, first, *id)?));
    Some(match edit {
        Remedy::Join(id) => format!("add user:{name} to {}", written.group(*id)),
        Remedy::Leave(id) => format!("remove user:{name} from {}", written.group(*id)),
        Remedy::Activate => format!("set user:{name} {{ active: true }}"),
        Remedy::Enable(id) => format!("enable binding {}", at(id)?),
        Remedy::Disable(id) => format!("disable binding {}", at(id)?),
        Remedy::Negate(id) => format!("negate binding {}", at(id)?),
        Remedy::FailureResult(id) => {
            let row = now.bindings.row(rows.find(now, first, *id)?);
            let row = Binding { failure_result: !row.failure_result, ..row.clone() };
            format!("change binding {} {{ {} }}", at(id)?, written.binding(&row))
        }
    })
}

/// `app:grafana#10`, or `app:grafana#10.2` for the second of those with this order.
fn address(world: &World, id: BindingId) -> String {
    let row = world.bindings.row(id);
    let alike = || world.bindings_of(row.target).filter(|(_, other)| other.order == row.order);
    let which = alike().position(|(other, _)| other == id).unwrap_or_default() + 1;
    let which = if alike().count() > 1 { format!(".{which}") } else { String::new() };
    let target = world.target_address(row.target);
    let target = match target.split_once(':') {
        Some((kind, name)) => {
            let parts: Vec<String> = name.split('/').map(Written::name).collect();
            format!("{kind}:{}", parts.join("/"))
        }
        None => Written::name(&target),
    };
    format!("{target}#{}{which}", row.order)
}
