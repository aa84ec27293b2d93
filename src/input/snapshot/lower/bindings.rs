//! Which bindings are there, and whom do they ask for?

use rustc_hash::FxHashSet;

use super::super::endpoint;
use super::super::folder::Folder;
use super::super::row::{Number, Row};
use super::people::anonymous_pk;
use crate::diagnostic::Diagnostics;
use crate::model::draft::{DraftBinding, DraftBoundUser, DraftUser, TargetReference};

/// The bindings, and the keys of the anonymous user that they mention.
pub(super) fn lower(
    folder: &Folder<'_>,
    users: &[DraftUser],
    diagnostics: &mut Diagnostics,
) -> (Vec<DraftBinding>, FxHashSet<String>) {
    let listed: FxHashSet<&str> = users.iter().filter_map(|user| user.user.pk.as_deref()).collect();
    let mut anonymous = FxHashSet::default();
    let mut bindings =
        folder.read(&endpoint::BINDINGS, diagnostics, |row| binding(row, &listed, &mut anonymous));
    // Bindings of devices are bindings, and are on both lists.
    let known: FxHashSet<String> = bindings.iter().filter_map(|binding| binding.pk.clone()).collect();
    let of_devices = folder.read(&endpoint::DEVICE_BINDINGS, diagnostics, |row| {
        let seen = row.raw("pk").and_then(|pk| serde_json::from_str::<String>(pk.get()).ok());
        let fresh = seen.is_none_or(|pk| !known.contains(&pk));
        fresh.then(|| binding(row, &listed, &mut anonymous))
    });
    bindings.extend(of_devices.into_iter().flatten());
    (bindings, anonymous)
}

fn binding(
    row: &mut Row<'_, '_>,
    listed: &FxHashSet<&str>,
    anonymous: &mut FxHashSet<String>,
) -> DraftBinding {
    let target: String = row.required("target");
    let policy: Option<String> = row.nullable("policy");
    let group: Option<String> = row.nullable("group");
    let user = row.nullable("user").map(|Number(pk)| {
        if !listed.contains(pk.as_str()) && row.raw("user_obj").and_then(anonymous_pk).as_ref() == Some(&pk) {
            anonymous.insert(pk.clone());
            DraftBoundUser::Unlisted(pk)
        } else {
            DraftBoundUser::Listed(row.to(pk))
        }
    });
    let expiring = row.optional("expiring").unwrap_or_default();
    let expires = if expiring { row.time("expires") } else { None };
    DraftBinding {
        pk: Some(row.required("pk")),
        target: TargetReference::Elsewhere(row.to(target)),
        policy: policy.map(|pk| row.to(pk)),
        group: group.map(|pk| row.to(pk)),
        user,
        enabled: row.required("enabled"),
        negate: row.required("negate"),
        failure_result: row.optional("failure_result").unwrap_or_default(),
        order: row.required("order"),
        timeout: row.required("timeout"),
        expires,
        origin: row.origin,
    }
}
