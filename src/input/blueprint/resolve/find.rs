//! Which row `!Find` and `!FindObject` find, and what the identifiers of an entry match.

use std::rc::Rc;

use super::{Failed, Resolver};
use crate::diagnostic::Diagnostic;
use crate::input::blueprint::defaults::default;
use crate::input::blueprint::models::{self, Family, Model, To};
use crate::input::blueprint::node::{Data, Key, Node};
use crate::input::blueprint::store::Store;
use crate::model::Origin;

impl Resolver<'_, '_> {
    pub(super) fn find(
        &mut self,
        model: &Node,
        conditions: &[Node],
        at: Origin,
        object: bool,
    ) -> Result<Node, Failed> {
        let model = self.argument(model)?;
        let Some(model) = model.as_text().and_then(|text| models::model(text)) else {
            return self.wrong(at, "the model of a `!Find` is a text such as `authentik_core.group`");
        };
        let mut asked: Vec<(Rc<str>, Node)> = Vec::new();
        for condition in conditions {
            let Data::Seq(pair) = &condition.data else { continue };
            let [field, value, ..] = pair.as_slice() else { continue };
            let field = self.argument(field)?;
            let value = self.argument(value)?;
            if let Data::Missing(_) = value.data {
                return Ok(Node { at, ..value });
            }
            let Some(field) = field.as_text().cloned() else {
                return self.wrong(at, "the field of a `!Find` is a text");
            };
            asked.push((field, value));
        }
        let name = asked.iter().find_map(|(field, value)| {
            let names = matches!(&**field, "name" | "slug" | "username" | "managed");
            value.as_text().filter(|_| names).map(ToString::to_string)
        });
        let rows = match matching(&mut self.shared.store, &model, &asked) {
            Ok(rows) => rows,
            Err(field) => {
                let problem = Diagnostic::error(
                    "unresolved-find",
                    format!("this program cannot look for rows by `{field}`"),
                )
                .at(at, "looked for here");
                return Ok(self.missing(at, Some(problem), name));
            }
        };
        match rows.as_slice() {
            [row] if object => Ok(Node::new(Data::Object(*row), at)),
            [row] => Ok(Node::new(Data::Row(Key { row: *row, pbm: false }), at)),
            [] => {
                let problem = self.nothing(&model, name.as_deref(), at);
                Ok(self.missing(at, Some(problem), name))
            }
            rows => {
                let problem = Diagnostic::error(
                    "ambiguous-find",
                    format!("`!Find` matches {} rows of `{}`", rows.len(), model.name),
                )
                .at(at, "which one?")
                .because("authentik takes the first one in an order that the files do not say")
                .help("add conditions until one row is left");
                Ok(self.missing(at, Some(problem), None))
            }
        }
    }

    fn nothing(&self, model: &Model, name: Option<&str>, at: Origin) -> Diagnostic {
        let problem =
            Diagnostic::error("unresolved-find", "`!Find` matches nothing in the files that were read")
                .at(at, format!("no such row of `{}`", model.name));
        let name = name.filter(|_| self.suggests());
        if name.is_none() {
            return problem.help("read the blueprint that creates it, too");
        }
        let known = self.shared.store.all(&model.space).take(10_000).filter_map(|(_, row)| {
            ["name", "slug", "username"].iter().find_map(|field| row.fields.get(*field)?.as_text().cloned())
        });
        let mut known: Vec<Rc<str>> = known.collect();
        known.sort_unstable();
        let similar =
            name.and_then(|name| crate::model::builder::nearest(name, known.iter().map(|known| &**known)));
        match similar {
            Some(similar) => problem
                .help(format!("did you mean `{similar}`? else read the blueprint that creates it, too")),
            None => problem.help("read the blueprint that creates it, too"),
        }
    }
}

/// The rows that meet all conditions, in the order of creation; or the field that cannot be looked at.
pub(in super::super) fn matching(
    store: &mut Store,
    model: &Model,
    asked: &[(Rc<str>, Node)],
) -> Result<Vec<usize>, String> {
    let mut rows: Option<Vec<usize>> = None;
    // The first plain condition narrows the search by an index; what has a default is the same in most rows.
    let (usual, telling): (Vec<_>, Vec<_>) =
        asked.iter().partition(|(field, _)| default(model, field).is_some());
    for (field, value) in telling.into_iter().chain(usual) {
        let field = plain_field(model.family, field);
        if field == "pk" {
            let Some(pk) = store.asked(value) else { return Ok(Vec::new()) };
            let found = store.by_pk(&model.space, &pk).filter(|row| {
                store.row(*row).is_some_and(|row| model.sees(&row.model) || model.extends(&row.model))
            });
            rows = Some(found.into_iter().collect());
            break;
        }
        if rows.is_none()
            && !field.contains("__")
            && !matches!(value.data, Data::Null | Data::Missing(_) | Data::Map(_) | Data::Seq(_))
            && let Some(value) = store.asked(value)
        {
            rows = Some(store.with(model, field, &value));
        }
    }
    let rows = rows.unwrap_or_else(|| {
        let all = store.all(&model.space);
        all.filter(|(_, row)| model.sees(&row.model) || model.extends(&row.model))
            .map(|(row, _)| row)
            .collect()
    });
    let mut left = Vec::new();
    for row in rows {
        let mut fits = true;
        for (field, value) in asked {
            fits = fits && meets(store, row, field, value)?;
        }
        if fits {
            left.push(row);
        }
    }
    Ok(left)
}

/// Other names of the same column.
fn plain_field(family: Family, field: &str) -> &str {
    match (family, field) {
        (_, "pk" | "id")
        | (Family::Group, "group_uuid")
        | (Family::Policy, "policy_uuid")
        | (Family::Stage, "stage_uuid")
        | (Family::Binding, "policy_binding_uuid")
        | (Family::Target(_), "flow_uuid" | "fsb_uuid" | "device_uuid") => "pk",
        (Family::Target(_), "pbm_uuid") if !family.has_own_key() => "pk",
        _ => match field.strip_suffix("_id") {
            Some(short) if family.relation(short).is_some() => short,
            _ => field,
        },
    }
}

fn meets(store: &Store, row: usize, field: &str, value: &Node) -> Result<bool, String> {
    let Some(found) = store.row(row) else { return Ok(false) };
    let family = found.model.family;
    let field = plain_field(family, field);
    if field == "pk" {
        let key = store.row_key(Key { row, pbm: false });
        return Ok(key.is_some() && key == store.asked(value));
    }
    let Some((first, rest)) = field.split_once("__") else { return Ok(store.is(found, field, value)) };
    if let Some(relation) = family.relation(first) {
        let next = found.fields.get(first).and_then(|value| store.referred(value, relation.to));
        if !matches!(relation.to, To::Family(_)) {
            return Err(field.to_owned());
        }
        return match next {
            Some(next) if !matches!(rest, "exact" | "in" | "isnull") => meets(store, next, rest, value),
            _ => Err(field.to_owned()),
        };
    }
    match (rest, &value.data) {
        ("exact", _) => Ok(store.is(found, first, value)),
        ("iexact", Data::Text(text)) => {
            let known = found.holds(first).and_then(|held| held.as_text().cloned());
            Ok(known.is_some_and(|known| known.to_lowercase() == text.to_lowercase()))
        }
        ("in", Data::Seq(values)) => Ok(values.iter().any(|value| store.is(found, first, value))),
        _ => Err(field.to_owned()),
    }
}

impl Resolver<'_, '_> {
    /// The row that the identifiers of an entry match: the primary key, or all others (dossier §5.3).
    pub(in super::super) fn identified(
        &mut self,
        model: &Model,
        identifiers: &[(Rc<str>, Node)],
    ) -> Result<Option<usize>, Failed> {
        let (keys, others): (Vec<_>, Vec<_>) =
            identifiers.iter().cloned().partition(|(field, _)| &**field == "pk");
        let mut rows = Vec::new();
        for part in [keys, others] {
            if part.is_empty() {
                continue;
            }
            match matching(&mut self.shared.store, model, &part) {
                Ok(found) => rows.extend(found),
                Err(field) if model.family.matters() => {
                    let at =
                        part.iter().find(|(name, _)| **name == *field).map_or(self.at, |(_, value)| value.at);
                    return self.wrong(at, format!("this program cannot look for rows by `{field}`"));
                }
                Err(_) => {}
            }
        }
        rows.sort_unstable();
        rows.dedup();
        if rows.len() < 2 || !model.family.matters() {
            return Ok(rows.first().copied());
        }
        self.first_by_key(model, &rows)
    }

    /// authentik takes the lowest primary key.
    fn first_by_key(&mut self, model: &Model, rows: &[usize]) -> Result<Option<usize>, Failed> {
        let store = &self.shared.store;
        let pks: Option<Vec<(String, usize)>> =
            rows.iter().map(|row| Some((store.row(*row)?.pk.clone()?, *row))).collect();
        match pks {
            Some(mut pks) => {
                pks.sort_by_cached_key(|(pk, _)| {
                    (pk.parse::<u64>().unwrap_or_default(), super::super::store::normal(pk))
                });
                Ok(pks.first().map(|(_, row)| *row))
            }
            None if model.family.counts()
                && rows.iter().all(|row| store.row(*row).is_some_and(|r| r.pk.is_none())) =>
            {
                Ok(rows.first().copied())
            }
            None => self.fail(
                Diagnostic::error(
                    "ambiguous-identifiers",
                    format!("the identifiers match {} rows of `{}`", rows.len(), model.name),
                )
                .at(self.at, "which one?")
                .because("authentik takes the one with the lowest key, and keys are drawn at random")
                .help("add identifiers until one row is left"),
            ),
        }
    }
}
