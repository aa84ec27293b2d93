//! How a value that refers to a row becomes a reference of the draft.

use super::{Lower, name_of};
use crate::diagnostic::Diagnostic;
use crate::input::blueprint::models::{Family, To};
use crate::input::blueprint::node::{Data, Node};
use crate::input::blueprint::store::{Row, is_uuid};
use crate::model::draft::{Key, Reference, TargetReference};
use crate::model::{Origin, TargetKind};

impl Lower<'_> {
    /// What `field` refers to, where verdicts rest on it.
    pub(super) fn reference(&mut self, row: &Row, field: &str, family: Family) -> Option<Reference> {
        let node = row.fields.get(field)?;
        self.to(row, node, field, family)
    }

    /// What a value refers to, where verdicts rest on it.
    pub(super) fn to(&mut self, row: &Row, node: &Node, field: &str, family: Family) -> Option<Reference> {
        let at = if node.at.source().is_some() { node.at } else { row.at };
        match &node.data {
            Data::Null => return None,
            Data::Missing(missing) => {
                self.tell(*missing);
                return None;
            }
            _ => {}
        }
        if let Some(found) = self.store.referred(node, To::Family(family)) {
            return self.row_reference(found, at);
        }
        self.literal(row, node, field, family, at)
    }

    /// A key of a row that is not in the files.
    fn literal(
        &mut self,
        row: &Row,
        node: &Node,
        field: &str,
        family: Family,
        at: Origin,
    ) -> Option<Reference> {
        let pk = match &node.data {
            Data::Int(number) if family.counts() => Some(number.to_string()),
            Data::Text(text) if family.counts() => text.trim().parse::<u64>().ok().map(|pk| pk.to_string()),
            Data::Text(text) if is_uuid(text.trim()) => Some(text.trim().to_owned()),
            Data::Row(key) => {
                let other = self.store.row(key.row);
                let (noun, gone) = other.map_or(("row", false), |row| (row.model.family.noun(), !row.alive));
                let problem = if gone {
                    Diagnostic::error(
                        "deleted-reference",
                        format!("the {noun} that `{field}` refers to was deleted"),
                    )
                } else {
                    Diagnostic::error("wrong-kind", format!("`{field}` refers to a {}", family.noun()))
                };
                self.diagnostics.push(problem.at(at, format!("this is a {noun}")));
                return None;
            }
            _ => None,
        };
        if pk.is_none() {
            let wanted = if family.counts() { "a number" } else { "a UUID" };
            let noun = family.noun();
            self.wrong_type(row, node, field, &format!("the key of a {noun}, which is {wanted}"));
        }
        Some(Reference { key: Key::Pk(pk?).into(), origin: at })
    }

    /// A row of the files: by its key, else by its name, which nothing else must have.
    pub(super) fn row_reference(&mut self, found: usize, at: Origin) -> Option<Reference> {
        let row = self.store.row(found)?;
        if let Some(pk) = &row.pk {
            return Some(Reference { key: Key::Pk(pk.clone()).into(), origin: at });
        }
        // A row without a name was reported where it is.
        let name = name_of(row)?;
        let shared = self.names.get(&(row.model.space.clone(), name.clone())).is_some_and(|count| *count > 1);
        if shared && self.alone.insert(found) {
            let noun = row.model.family.noun();
            self.diagnostics.push(
                Diagnostic::error("ambiguous-name", format!("there are several {noun}s called `{name}`"))
                    .at(super::named_at(row, "name"), "this one has no key that tells it from the others")
                    .at(at, "referred to here"),
            );
        }
        Some(Reference { key: Key::Name(name.to_string()).into(), origin: at })
    }

    /// What `field` refers to, where no verdict rests on it: what is missing may be known by its name.
    pub(super) fn loose(&mut self, row: &Row, field: &str, family: Family) -> Option<Reference> {
        let node = row.fields.get(field)?;
        let Data::Missing(missing) = node.data else { return self.to(row, node, field, family) };
        let name = self.missing.get(missing)?.name.clone()?;
        if let Some(missing) = self.missing.get_mut(missing) {
            missing.told = true;
        }
        let origin = if node.at.source().is_some() { node.at } else { row.at };
        Some(Reference { key: Key::Name(name).into(), origin })
    }

    /// The flow that `field` refers to, where no verdict rests on it: it may be somewhere else, and nobody is told.
    pub(super) fn loose_flow(&mut self, row: &Row, field: &str) -> Option<TargetReference> {
        let node = row.fields.get(field).filter(|node| !matches!(node.data, Data::Null))?;
        if let Data::Missing(missing) = node.data {
            let name = self.missing.get(missing).and_then(|missing| missing.name.clone());
            // Whatever it is called, there is one.
            let key = Key::Name(name.unwrap_or_else(|| field.to_owned())).into();
            let origin = if node.at.source().is_some() { node.at } else { row.at };
            return Some(TargetReference::Elsewhere(Reference { key, origin }));
        }
        self.target_reference(row, field, To::Family(Family::Target(TargetKind::Flow)))
    }

    /// The target that `field` refers to.
    pub(super) fn target_reference(&mut self, row: &Row, field: &str, to: To) -> Option<TargetReference> {
        let Some(node) = row.fields.get(field).filter(|node| !matches!(node.data, Data::Null)) else {
            self.needs(row, field);
            return None;
        };
        if let Data::Missing(missing) = node.data {
            self.tell(missing);
            return None;
        }
        let at = if node.at.source().is_some() { node.at } else { row.at };
        if let Some(position) = self.store.referred(node, to).and_then(|found| self.targets.get(&found)) {
            return Some(TargetReference::Here(*position));
        }
        let family = match to {
            To::Family(family) => family,
            To::AnyTarget => Family::Other,
        };
        if let (To::AnyTarget, Data::Row(key)) = (to, &node.data)
            && let Some(other) = self.store.row(key.row)
            && other.alive
        {
            let noun = other.model.family.noun();
            self.diagnostics.push(
                Diagnostic::error("wrong-kind", format!("nothing can be bound to a {noun}"))
                    .at(at, "this is no target"),
            );
            return None;
        }
        self.literal(row, node, field, family, at).map(TargetReference::Elsewhere)
    }
}
