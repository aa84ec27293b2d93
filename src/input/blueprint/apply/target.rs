//! What authentik does not take from an entry of a target (dossier §1.4).

use super::super::node::{Map, MapKey};
use super::Apply;
use crate::diagnostic::Diagnostic;
use crate::model::TargetKind;

impl Apply<'_> {
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
