//! Edits as `whomay what-if` takes them.

use crate::input::may::Written;
use crate::model::{Binding, BindingId, Origin, UserId, World};
use crate::reason::{Back, Remedy, Rows};

/// Worlds to make edits in: as changes, and as they are read.
pub(super) struct Wording<'w> {
    world: &'w World,
    user: UserId,
    made: World,
    read: World,
}

impl<'w> Wording<'w> {
    /// For edits about `user`.
    pub(super) fn of(world: &'w World, user: UserId) -> Self {
        Self { world, user, made: world.clone(), read: world.clone() }
    }

    /// Edits in words, each in the world that those before it leave.
    pub(super) fn of_edits(&mut self, edits: &[Remedy]) -> Option<Vec<String>> {
        let mut words = Vec::new();
        let undo = make(self.world, &mut self.made, self.user, edits, &mut words);
        // A name can be that of something else where it is read again.
        let is_read = self.read.edit(&words.join("\n")) && is_same(&self.read, &self.made);
        let is_all = undo.len() == edits.len();
        for back in undo.into_iter().rev() {
            let change = back.change(&self.made)?;
            self.made.apply(&change).ok()?;
            if is_read {
                self.read.apply(&change).ok()?;
            }
        }
        if !is_read {
            self.read = self.world.clone();
            words = words.into_iter().map(|words| format!("by hand: {words}")).collect();
        }
        is_all.then_some(words)
    }
}

/// The world with edits about `user`.
pub(super) fn edited(world: &World, user: UserId, edits: &[Remedy]) -> World {
    let mut edited = world.clone();
    make(world, &mut edited, user, edits, &mut Vec::new());
    edited
}

/// Makes edits `now`, of which bindings are named as they were at `first`, and says what they are. Gives what takes them
/// back, as far as they could be made.
fn make(
    first: &World,
    now: &mut World,
    user: UserId,
    edits: &[Remedy],
    words: &mut Vec<String>,
) -> Vec<Back> {
    let mut rows = Rows::default();
    let mut undo = Vec::new();
    for edit in edits {
        let said = one_in_words(now, first, &rows, user, edit);
        let Some((said, change)) = said.zip(rows.change(now, first, user, edit)) else { break };
        let Some(back) = Back::of(now, &change).filter(|_| now.apply(&change).is_ok()) else { break };
        words.push(said);
        undo.push(back);
    }
    undo
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
