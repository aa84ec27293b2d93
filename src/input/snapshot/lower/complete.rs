//! Are all uses of every policy there? authentik counts them where it lists policies.

use rustc_hash::{FxHashMap, FxHashSet};

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

/// What prompt stages use policies for.
pub(super) enum Prompts {
    /// The key of a policy for each use.
    Using(Vec<String>),
    /// There are prompt stages, or there may be, and their pages are not there.
    Unread,
}

/// Compares `uses` with the `bindings` that were read, and with the `prompts`.
pub(super) fn check(
    uses: &[Use],
    bindings: &[DraftBinding],
    prompts: &Prompts,
    diagnostics: &mut Diagnostics,
) {
    // Rows that were not understood are missing here.
    if diagnostics.has_errors() {
        return;
    }
    let mut found: FxHashMap<&str, i64> = FxHashMap::default();
    for binding in bindings {
        if let Some(Key::Pk(policy)) = binding.policy.as_ref().map(|policy| &*policy.key) {
            *found.entry(policy).or_default() += 1;
        }
    }
    if let Prompts::Using(policies) = prompts {
        for policy in policies {
            *found.entry(policy).or_default() += 1;
        }
    }
    let mut seen = FxHashSet::default();
    let mut unchecked: Vec<&Use> = Vec::new();
    for row in uses {
        let Use { policy, name, times, origin } = row;
        let found = found.get(policy.as_str()).copied().unwrap_or_default();
        if found == *times {
            continue;
        }
        if matches!(prompts, Prompts::Unread) && found < *times {
            // A policy is on two lists, with the same count on both.
            if seen.insert(policy.as_str()) {
                unchecked.push(row);
            }
            continue;
        }
        diagnostics.push(
            Diagnostic::error("incomplete-snapshot", format!("not all uses of the policy `{name}` are in the snapshot"))
                .at_field(*origin, "/bound_to", format!("it is used {times} times; {found} uses are there"))
                .because("bindings that the caller was not allowed to see are left out, or the tenant changed while it was read")
                .help("fetch the snapshot again, as a superuser"),
        );
    }
    report(&unchecked, diagnostics);
}

/// One word about all policies that prompt stages may use, or that bindings are missing of.
fn report(unchecked: &[&Use], diagnostics: &mut Diagnostics) {
    const NAMED: usize = 5;
    let Some(first) = unchecked.first() else { return };
    let names: Vec<_> = unchecked.iter().take(NAMED).map(|row| format!("`{}`", row.name)).collect();
    let more = match unchecked.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    diagnostics.push(
        Diagnostic::warning(
            "uses-not-checked",
            format!("uses of policies are missing that may be bindings: {}{more}", names.join(", ")),
        )
        .at_field(first.origin, "/bound_to", "more than the bindings that are there")
        .because("prompt stages use policies, too, and the snapshot does not say which ones; a binding that is missing would make answers wrong")
        .help("add the pages of `stages/prompt/stages/`, as `stages_prompt_stages.p1.json`"),
    );
}
