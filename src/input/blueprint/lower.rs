//! What the rows are to the rest of the program: users, groups, policies, targets and bindings.

mod binding;
pub(super) mod fields;
mod person;
mod policy;
mod reference;
mod target;

use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::File;
use super::apply::Applied;
use super::models::Family;
use super::resolve::Missing;
use super::store::{Row, Store};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::model::draft::Draft;
use crate::model::{Origin, Pool, Provider, Stage};

/// Makes a draft of all rows.
pub(super) fn lower(applied: Applied, files: &[File<'_>], diagnostics: &mut Diagnostics) -> Draft {
    let Applied { store, mut missing } = applied;
    let mut names: FxHashMap<(Rc<str>, Rc<str>), usize> = FxHashMap::default();
    let mut targets = FxHashMap::default();
    let mut position = 0;
    for (index, row) in store.rows.iter().enumerate().filter(|(_, row)| row.alive) {
        if let Some(name) = name_of(row) {
            *names.entry((row.model.space.clone(), name)).or_default() += 1;
        }
        if matches!(row.model.family, Family::Target(_)) {
            targets.insert(index, position);
            position += 1;
        }
    }
    let draft = Draft { partial: true, ..Draft::default() };
    let mut lower = Lower {
        store: &store,
        files,
        missing: &mut missing,
        diagnostics,
        names,
        targets,
        draft,
        pool: Pool::default(),
        seen: FxHashMap::default(),
        groups: FxHashMap::default(),
        alone: FxHashSet::default(),
    };
    for (index, row) in store.rows.iter().enumerate().filter(|(_, row)| row.alive) {
        match row.model.family {
            Family::User => lower.user(index, row),
            Family::Group => lower.group(index, row),
            Family::Policy => lower.policy(row),
            Family::Stage => lower.stage(row),
            Family::Provider => lower.provider(row),
            Family::Target(kind) => lower.target(row, kind),
            Family::Binding => lower.binding(row),
            Family::MetaApply | Family::Other | Family::Unknown => {}
        }
    }
    lower.strangers();
    let draft = lower.draft;
    report_rest(&missing, diagnostics);
    draft
}

/// One word about everything that was not found and that nothing rests on.
fn report_rest(missing: &[Missing], diagnostics: &mut Diagnostics) {
    let mut rest = missing.iter().filter(|missing| !missing.told);
    let Some(first) = rest.next() else { return };
    let count = 1 + rest.count();
    diagnostics.push(
        Diagnostic::note(
            "unresolved-elsewhere",
            format!("{count} tag(s) lead to rows that are not in the files"),
        )
        .at(first.at, "the first of them")
        .because("no verdict rests on them"),
    );
}

/// The field that a row is called by.
fn name_of(row: &Row) -> Option<Rc<str>> {
    let field = if row.model.family == Family::User { "username" } else { "name" };
    row.fields.get(field)?.as_text().map(|text| text.trim().into())
}

struct Lower<'l> {
    store: &'l Store,
    /// What the rows were read from.
    files: &'l [File<'l>],
    missing: &'l mut Vec<Missing>,
    diagnostics: &'l mut Diagnostics,
    /// How many rows of a space share a name.
    names: FxHashMap<(Rc<str>, Rc<str>), usize>,
    /// Row -> position among the targets of the draft.
    targets: FxHashMap<usize, usize>,
    draft: Draft,
    pool: Pool,
    /// Policy, target and order of bindings: authentik's database holds each combination once.
    seen: FxHashMap<(String, usize, i64), Origin>,
    /// Row -> position among the groups of the draft.
    groups: FxHashMap<usize, usize>,
    /// Rows that were said to have no key and no name of their own.
    alone: FxHashSet<usize>,
}

impl Lower<'_> {
    fn stage(&mut self, row: &Row) {
        let Some(name) = self.name(row, "name") else { return };
        let model = row.model.name.to_string();
        self.draft.stages.push(Stage { pk: row.pk.clone(), name, model, origin: named_at(row, "name") });
    }

    fn provider(&mut self, row: &Row) {
        let Some(name) = self.name(row, "name") else { return };
        let model = row.model.name.to_string();
        self.draft.providers.push(Provider {
            pk: row.pk.clone(),
            name,
            model,
            origin: named_at(row, "name"),
        });
    }
}

/// The place of a row: where its name is written.
fn named_at(row: &Row, field: &str) -> Origin {
    row.fields.get(field).map(|value| value.at).filter(|at| at.source().is_some()).unwrap_or(row.at)
}
