//! Are all bindings of every policy there? authentik counts them where it lists policies.

use rustc_hash::FxHashMap;

use super::super::row::Row;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::model::Origin;
use crate::model::draft::{DraftBinding, Key};

/// How often a policy is in use, by its own row.
pub(super) struct Use {
    policy: String,
    name: String,
    times: i64,
    origin: Origin,
}

impl Use {
    /// What `row` says about the policy with the key `pk`.
    pub(super) fn of(row: &mut Row<'_, '_>, pk: &str, name: &str) -> Option<Self> {
        let times = row.optional("bound_to")?;
        Some(Self { policy: pk.to_owned(), name: name.to_owned(), times, origin: row.origin })
    }
}

/// Compares `uses` with the `bindings` that were read. `prompts`: whether prompt stages may be the other uses.
pub(super) fn check(uses: &[Use], bindings: &[DraftBinding], prompts: bool, diagnostics: &mut Diagnostics) {
    // Rows that were not understood are missing here.
    if diagnostics.has_errors() {
        return;
    }
    let mut found: FxHashMap<&str, i64> = FxHashMap::default();
    for binding in bindings {
        if let Some(Key::Pk(policy)) = binding.policy.as_ref().map(|policy| &policy.key) {
            *found.entry(policy).or_default() += 1;
        }
    }
    for Use { policy, name, times, origin } in uses {
        let found = found.get(policy.as_str()).copied().unwrap_or_default();
        if found == *times || (prompts && found < *times) {
            continue;
        }
        diagnostics.push(
            Diagnostic::error("incomplete-snapshot", format!("not all uses of the policy `{name}` are in the snapshot"))
                .at_field(*origin, "/bound_to", format!("it is bound {times} times; {found} bindings are there"))
                .because("bindings that the caller was not allowed to see are left out, or the tenant changed while it was read")
                .help("fetch the snapshot again, as a superuser"),
        );
    }
}
