//! Whether an entry says what a binding must say (dossier §1.5).

use super::super::document::{Entry, place};
use super::super::models::{self, Family};
use super::super::node::{Data, Map, MapKey, Node, member};
use super::super::resolve::Failed;
use super::Apply;
use crate::diagnostic::Diagnostic;
use crate::model::TargetKind;
use crate::model::builder::nearest;

impl Apply<'_> {
    /// authentik's serializer looks at what the entry itself says (dossier §1.5).
    pub(super) fn check_binding(
        &mut self,
        entry: &Entry,
        attrs: &Map,
        new: bool,
        by_pk: bool,
    ) -> Result<(), Failed> {
        const FIELDS: [&str; 14] = [
            "pk",
            "policy",
            "group",
            "user",
            "target",
            "negate",
            "enabled",
            "order",
            "timeout",
            "failure_result",
            "is_primary",
            "connector",
            "expiring",
            "expires",
        ];
        for (name, (node, _)) in attrs {
            let MapKey::Text(name) = name else { continue };
            if FIELDS.contains(&&**name) {
                continue;
            }
            let at = node.at;
            let mut problem =
                Diagnostic::warning("unknown-field", format!("a binding has no field `{name}`"))
                    .at(at, "authentik ignores it");
            if let Some(near) = nearest(name, FIELDS.into_iter()) {
                problem = problem.help(format!("did you mean `{near}`?"));
            }
            self.shared.diagnostics.push(problem);
        }
        // The export of a row that is there may hold anything that a database can.
        if by_pk {
            return Ok(());
        }
        let target = member(attrs, "target").and_then(|target| {
            self.shared
                .store
                .referred(target, models::To::AnyTarget)
                .and_then(|row| self.shared.store.row(row))
        });
        let entitlement =
            target.is_some_and(|target| target.model.family == Family::Target(TargetKind::Entitlement));
        let kinds: &[&str] = if entitlement { &["group", "user"] } else { &["group", "policy", "user"] };
        let given: Vec<&Node> = kinds.iter().filter_map(|kind| member(attrs, kind)).collect();
        // What leads nowhere is reported with all else that is wrong with the row, once it is lowered.
        if given.iter().any(|node| matches!(node.data, Data::Missing(_))) {
            return Ok(());
        }
        let count = given.iter().filter(|node| node.truthy()).count();
        if count == 1 {
            return Ok(());
        }
        let names = kinds.join("`, `");
        let message = if count == 0 {
            format!("a binding needs one of `{names}`")
        } else {
            format!("a binding takes only one of `{names}`")
        };
        let mut problem =
            Diagnostic::error("binding-kinds", message).at(place(entry), "authentik refuses this entry");
        if !new {
            problem = problem.because("an entry that changes a binding must say what it binds, too");
        }
        self.fail(problem)
    }
}
