//! Edits as `whomay what-if` takes them.

use crate::input::may::Written;
use crate::model::{Binding, BindingId, UserId, World};
use crate::reason::Remedy;

/// An edit in the language of edits.
pub(super) fn in_words(world: &World, user: UserId, edit: &Remedy) -> String {
    let written = Written::of(world);
    let name = Written::name(&world.users.row(user).username);
    match edit {
        Remedy::Join(id) => format!("add user:{name} to {}", written.group(*id)),
        Remedy::Leave(id) => format!("remove user:{name} from {}", written.group(*id)),
        Remedy::Activate => format!("set user:{name} {{ active: true }}"),
        Remedy::Enable(id) => format!("enable binding {}", address(world, *id)),
        Remedy::Disable(id) => format!("disable binding {}", address(world, *id)),
        Remedy::Negate(id) => format!("negate binding {}", address(world, *id)),
        Remedy::FailureResult(id) => {
            let row = world.bindings.row(*id);
            let row = Binding { failure_result: !row.failure_result, ..row.clone() };
            format!("change binding {} {{ {} }}", address(world, *id), written.binding(&row))
        }
    }
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
