//! Whether what a row says rests on the order of the files, which authentik does not fix (dossier §5.6).

use std::rc::Rc;

use super::super::models::Family;
use super::super::node::{Key, Node};
use super::super::store::Written;
use super::{Apply, place_of};
use crate::diagnostic::Diagnostic;
use crate::model::Origin;

impl Apply<'_> {
    /// Whether one of the two blueprints applies the other: then their order is fixed.
    fn ordered(&self, one: usize, other: usize) -> bool {
        one == other || self.related.contains(&(one, other)) || self.related.contains(&(other, one))
    }

    /// Notes that the blueprint at hand writes a field of a row.
    pub(super) fn note(&mut self, row: usize, field: &Rc<str>, value: &Node) {
        let Some(by) = self.running.last().copied().filter(|_| self.blueprints.len() > 1) else { return };
        let store = &self.shared.store;
        let Some(found) = store.row(row).filter(|row| row.model.family.matters()) else { return };
        let at = place_of(value, found.at);
        let conflict = found
            .written
            .get(field)
            .filter(|old| !self.ordered(old.by, by))
            .filter(|old| !store.same(found.model.family, field, &old.value, value))
            .map(|old| (old.at, at));
        if let Some(found) = self.shared.store.rows.get_mut(row) {
            found.conflict = conflict.or(found.conflict);
            found.written.insert(field.clone(), Written { by, value: value.clone(), at });
        }
    }

    /// Notes that the blueprint at hand deletes a row.
    pub(super) fn note_deleted(&mut self, row: usize, at: Origin) {
        let Some(by) = self.running.last().copied() else { return };
        let Some(found) = self.shared.store.row(row) else { return };
        let conflict = found.written.values().find(|old| !self.ordered(old.by, by)).map(|old| (old.at, at));
        if let Some(found) = self.shared.store.rows.get_mut(row) {
            found.conflict = conflict.or(found.conflict);
        }
    }

    /// One word about each row that files do not agree on.
    pub(super) fn report_conflicts(&mut self) {
        if self.blueprints.len() < 2 {
            return;
        }
        let mut problems = Vec::new();
        for (position, row) in self.shared.store.rows.iter().enumerate() {
            if let Some((first, last)) = row.conflict.or_else(|| self.crossed(position)) {
                let noun = row.model.family.noun();
                problems.push(
                    Diagnostic::warning(
                        "conflicting-blueprints",
                        format!("two files do not agree on a {noun}"),
                    )
                    .at(last, "the last file counts here")
                    .at(first, "this one says something else")
                    .because("authentik applies files in no fixed order")
                    .help("leave it to one of the files"),
                );
            }
        }
        for problem in problems {
            self.shared.diagnostics.push(problem);
        }
    }

    /// Memberships are written on either side. Where a list is no longer what was written, the other side was
    /// written later.
    fn crossed(&self, position: usize) -> Option<(Origin, Origin)> {
        let store = &self.shared.store;
        let row = store.alive(position)?;
        let (own, other, space) = match row.model.family {
            Family::User => ("groups", "users", "authentik_core.group"),
            Family::Group => ("users", "groups", "authentik_core.user"),
            _ => return None,
        };
        let written = row.written.get(own)?;
        let key = store.row_key(Key { row: position, pbm: false })?;
        store.members.changed(row.model.family, &key, &store.keys(&written.value)).into_iter().find_map(
            |end| {
                let end = store.row(store.by_pk(space, &end)?)?.written.get(other)?;
                (!self.ordered(written.by, end.by)).then_some((written.at, end.at))
            },
        )
    }
}
