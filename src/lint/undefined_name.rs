//! See [`UndefinedName`].

use super::raising::always_somewhere;
use super::{Context, Finding, Lint, Object};
use crate::model::PolicyKind;
use crate::policy::Fact;

lint! {
    /// A name in the code of a policy that nothing defines.
    ///
    /// # Why it matters
    ///
    /// Where it is reached, the run raises a `NameError`, and the failure result of the binding decides. Published
    /// snippets use `user`, `geoip`, `prompt_data` or `application`: these exist in property mappings, or as keys of
    /// the context, but not as names in policies.
    ///
    /// Where every run reaches it, the finding is that of `always-raises`.
    ///
    /// # Example
    ///
    /// ```may
    /// policy staff-only expression """
    /// if request.user.username.startswith("svc-"):
    ///     return False
    /// return user.email.lower().endswith("@example.org")
    /// """
    /// user svc-backup
    /// user anna
    /// application wiki { 0: policy staff-only }
    /// ```
    ///
    /// # Instead
    ///
    /// ```may
    /// policy staff-only expression """
    /// if request.user.username.startswith("svc-"):
    ///     return False
    /// return request.user.email.lower().endswith("@example.org")
    /// """
    /// user svc-backup
    /// user anna
    /// application wiki { 0: policy staff-only }
    /// ```
    UndefinedName, "undefined-name", Warning
}

/// Names that are keys of the context (dossier §3.12).
const KEYS: [&str; 14] = [
    "application",
    "asn",
    "auth_method",
    "auth_method_args",
    "device",
    "event",
    "flow_plan",
    "geoip",
    "invitation",
    "is_restored",
    "is_sso",
    "pending_user",
    "prompt_data",
    "source",
];

/// Whether code knows that a name may be missing.
fn is_expected(kind: &PolicyKind) -> bool {
    matches!(kind, PolicyKind::Expression(code) if code.text.contains("NameError"))
}

impl Lint for UndefinedName {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        let world = context.world();
        let mut findings = Vec::new();
        for (policy, row) in world.policies.iter() {
            for read in context.reads(policy) {
                let Fact::Undefined(name) = &read.fact else { continue };
                if always_somewhere(context, policy) || is_expected(&row.kind) {
                    continue;
                }
                let message =
                    format!("the code of policy `{}` uses `{name}`, which nothing defines", row.name);
                let finding = Finding::about(world, Object::Policy(policy), message)
                    .key(name.as_str())
                    .at(context.in_code(policy, read.span), "nothing defines this")
                    .because("a run that comes here raises, and the failure result of the binding decides");
                findings.push(match name.as_str() {
                    "user" => finding.help("write `request.user`"),
                    "obj" | "debug" => finding.help(format!("write `request.{name}`")),
                    key if KEYS.contains(&key) => finding
                        .help(format!("write `context.get(\"{key}\")`; it is not there at every target")),
                    "datetime" | "timedelta" => {
                        finding.help(format!("write `from datetime import {name}` first"))
                    }
                    "json" | "math" | "re" | "time" => finding.help(format!("write `import {name}` first")),
                    _ => finding,
                });
            }
        }
        findings
    }
}
