//! What authentik does not take from an entry of a target (dossier §1.4).

use super::super::document::{Entry, place};
use super::super::lower::fields::boolean;
use super::super::node::{Map, MapKey, member};
use super::super::resolve::Failed;
use super::Apply;
use crate::diagnostic::Diagnostic;
use crate::model::TargetKind;

impl Apply<'_> {
    /// The serializer wants a stage binding to be evaluated at some time, and judges by what the entry itself says
    /// (dossier §3.6). The export of a row that is there may hold anything that a database can.
    pub(super) fn check_stage_binding(&mut self, entry: &Entry, attrs: &Map) -> Result<(), Failed> {
        let says = |field: &str, default: bool| member(attrs, field).map_or(Some(default), boolean);
        if says("evaluate_on_plan", false) != Some(false) || says("re_evaluate_policies", true) != Some(false)
        {
            return Ok(());
        }
        self.fail(
            Diagnostic::error(
                "never-evaluated",
                "a stage binding is evaluated on plan, or again before it runs, or both",
            )
            .at(place(entry), "authentik refuses this entry")
            .because("`evaluate_on_plan` and `re_evaluate_policies` are both false"),
        )
    }

    /// The serializers of some kinds do not have the mode, and drop what they do not have.
    pub(super) fn check_target(&mut self, kind: TargetKind, attrs: &mut Map) {
        const MODE: &str = "policy_engine_mode";
        if kind.exposes_mode() {
            return;
        }
        if let Some((node, _)) = attrs.shift_remove(&MapKey::Text(MODE.into())) {
            self.shared.diagnostics.push(
                Diagnostic::warning("unknown-field", format!("a blueprint cannot set `{MODE}` here"))
                    .at(node.at, "authentik ignores it")
                    .because("only applications, flows, stage bindings and sources have it in the API; all others are created with `any`"),
            );
        }
    }
}
