//! Edits as changes of a world, and what takes them back.

use super::Remedy;
use crate::model::{Binding, BindingId, Change, User, UserId, World};

/// What became of the bindings that were edited: their numbers are positions, which an edit can change.
#[derive(Default)]
pub(crate) struct Rows(Vec<(BindingId, Binding)>);

impl Rows {
    /// Where a binding is `now` that was numbered so at `first`.
    pub(crate) fn find(&self, now: &World, first: &World, id: BindingId) -> Option<BindingId> {
        let known = self.0.iter().find(|(other, _)| *other == id).map(|(_, row)| row);
        find(now, known.unwrap_or_else(|| first.bindings.row(id)))
    }

    /// The change that an edit is in the world as it is `now`; bindings are named as they were at `first`.
    pub(crate) fn change(
        &mut self,
        now: &World,
        first: &World,
        user: UserId,
        edit: &Remedy,
    ) -> Option<Change> {
        let mut rebind = |id: BindingId, edit: fn(&mut Binding)| {
            let at = self.find(now, first, id)?;
            let mut row = now.bindings.row(at).clone();
            edit(&mut row);
            self.0.retain(|(other, _)| *other != id);
            self.0.push((id, row.clone()));
            Some(Change::Rebind(at, Box::new(row)))
        };
        Some(match edit {
            Remedy::Join(group) => Change::Join { user, group: *group },
            Remedy::Leave(group) => Change::Leave { user, group: *group },
            Remedy::Activate => {
                let row = User { active: true, ..now.users.row(user).clone() };
                Change::SetUser { user, row: Box::new(row) }
            }
            Remedy::Enable(id) => rebind(*id, |row| row.enabled = true)?,
            Remedy::Disable(id) => rebind(*id, |row| row.enabled = false)?,
            Remedy::Negate(id) => rebind(*id, |row| row.negate = !row.negate)?,
            Remedy::FailureResult(id) => rebind(*id, |row| row.failure_result = !row.failure_result)?,
        })
    }
}

/// What takes a change back that was made.
pub(crate) enum Back {
    /// A change.
    Change(Change),
    /// To put a binding in the place of the one that took its place.
    Rebind { old: Box<Binding>, new: Box<Binding> },
}

impl Back {
    /// What takes `change` back, which is about to be made in `world`. `None` for changes that no edit is.
    pub(crate) fn of(world: &World, change: &Change) -> Option<Self> {
        Some(match change {
            Change::Join { user, group } => Self::Change(Change::Leave { user: *user, group: *group }),
            Change::Leave { user, group } => Self::Change(Change::Join { user: *user, group: *group }),
            Change::SetUser { user, .. } => {
                let row = Box::new(world.users.row(*user).clone());
                Self::Change(Change::SetUser { user: *user, row })
            }
            Change::Rebind(id, new) => {
                Self::Rebind { old: Box::new(world.bindings.row(*id).clone()), new: new.clone() }
            }
            _ => return None,
        })
    }

    /// The same as a change of the world as it is `now`.
    pub(crate) fn change(self, now: &World) -> Option<Change> {
        match self {
            Self::Change(change) => Some(change),
            Self::Rebind { old, new } => Some(Change::Rebind(find(now, &new)?, old)),
        }
    }
}

/// The binding that is like `row` in everything.
fn find(world: &World, row: &Binding) -> Option<BindingId> {
    world.bindings_of(row.target).find(|(_, other)| *other == row).map(|(id, _)| id)
}
