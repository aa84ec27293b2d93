//! Who are the users and the groups, and do their pages agree about memberships?

use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::value::RawValue;

use super::super::endpoint;
use super::super::fields::Fields;
use super::super::folder::Folder;
use super::super::row::{Number, Row};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::model::draft::{DraftGroup, DraftUser, Key, Reference};
use crate::model::{Group, Origin, User, UserKind};

/// The username of the row that stands for nobody; authentik leaves it out of every list of users.
pub(in super::super) const ANONYMOUS: &str = "AnonymousUser";

pub(super) fn users(folder: &Folder<'_>, diagnostics: &mut Diagnostics) -> Vec<DraftUser> {
    folder.read(&endpoint::USERS, diagnostics, user)
}

fn user(row: &mut Row<'_, '_>) -> DraftUser {
    let kind: Option<String> = row.optional("type");
    let known = kind.as_deref().map_or(Some(UserKind::Internal), UserKind::parse);
    if known.is_none() {
        let name = kind.unwrap_or_default();
        row.invalid("type", &format!("`{name}` is not a type of user that is known here"));
    }
    let Number(pk) = row.required("pk");
    let user = User {
        pk: Some(pk.into()),
        username: row.required("username"),
        name: row.required("name"),
        email: row.required("email"),
        kind: known.unwrap_or_default(),
        active: row.required("is_active"),
        path: row.required("path"),
        attributes: row.required("attributes"),
        password_changed: row.time("password_change_date"),
        groups: Box::default(),
        origin: row.origin,
    };
    DraftUser { user, groups: row.references("groups") }
}

/// A group, with what its row says about members.
struct Members<'a> {
    group: DraftGroup,
    /// The list, if there is one: some callers leave it out.
    listed: Option<Vec<Number>>,
    objects: Option<&'a RawValue>,
}

/// The groups. `anonymous` are the keys that are known to be authentik's own anonymous user's.
pub(super) fn groups(
    folder: &Folder<'_>,
    users: &[DraftUser],
    anonymous: &FxHashSet<String>,
    diagnostics: &mut Diagnostics,
) -> Vec<DraftGroup> {
    let groups = folder.read(&endpoint::GROUPS, diagnostics, group);
    agree(users, &groups, diagnostics);
    let known = by_pk(users);
    groups
        .into_iter()
        .map(|Members { mut group, listed, objects }| {
            let origin = group.group.origin;
            // Members that are listed name the group themselves. Who is left is reported as missing, later.
            let mut missing: Vec<_> = listed.unwrap_or_default();
            missing.retain(|Number(pk)| !known.contains_key(pk.as_str()) && !anonymous.contains(pk));
            if !missing.is_empty() {
                let nobody: Vec<String> = objects.map(nobody).unwrap_or_default();
                missing.retain(|Number(pk)| !nobody.contains(pk));
            }
            group.users =
                missing.into_iter().map(|Number(pk)| Reference { key: Key::Pk(pk).into(), origin }).collect();
            group
        })
        .collect()
}

fn group<'a>(row: &mut Row<'a, '_>) -> Members<'a> {
    // One parent until 2025.10, any number of them since.
    let mut parents = Vec::new();
    if row.has("parents") {
        parents = row.references("parents");
    } else if let Some(parent) = row.nullable::<String>("parent") {
        parents.push(row.to(parent));
    }
    let group = Group {
        pk: Some(row.required("pk")),
        name: row.required("name"),
        parents: Vec::new(),
        parent_origins: Vec::new(),
        superuser: row.required("is_superuser"),
        attributes: row.required("attributes"),
        origin: row.origin,
    };
    Members {
        group: DraftGroup { group, parents, shaped: Vec::new(), users: Vec::new() },
        listed: row.optional("users"),
        objects: row.raw("users_obj"),
    }
}

/// The keys that belong to the anonymous user.
fn nobody(objects: &RawValue) -> Vec<String> {
    let objects: Vec<&RawValue> = serde_json::from_str(objects.get()).unwrap_or_default();
    objects.into_iter().filter_map(anonymous_pk).collect()
}

/// The key of a user object, if it is the anonymous user's.
pub(super) fn anonymous_pk(object: &RawValue) -> Option<String> {
    let fields = Fields::of(object.get(), &["pk", "username"]).ok()?;
    let pk: Number = serde_json::from_str(fields.get("pk")?.get()).ok()?;
    (fields.text("username")? == ANONYMOUS).then_some(pk.0)
}

fn by_pk(users: &[DraftUser]) -> FxHashMap<&str, u32> {
    users.iter().filter_map(|user| user.user.pk.as_deref()).zip(0..).collect()
}

/// Every membership is on two pages: the user's and the group's. Where they differ, the tenant changed while
/// it was read, or rows are missing.
fn agree(users: &[DraftUser], groups: &[Members<'_>], diagnostics: &mut Diagnostics) {
    let by_user = by_pk(users);
    let by_group: FxHashMap<&str, u32> = groups
        .iter()
        .zip(0..)
        .filter(|(group, _)| group.listed.is_some())
        .filter_map(|(group, position)| Some((group.group.group.pk.as_deref()?, position)))
        .collect();
    let mut by_users: Vec<(u32, u32)> = Vec::new();
    for (user, position) in users.iter().zip(0..) {
        by_users.extend(user.groups.iter().filter_map(|group| match &*group.key {
            Key::Pk(pk) => by_group.get(pk.as_str()).map(|group| (*group, position)),
            Key::Name(_) => None,
        }));
    }
    let mut by_groups: Vec<(u32, u32)> = Vec::new();
    for (group, position) in groups.iter().zip(0..) {
        let members = group.listed.iter().flatten();
        by_groups.extend(members.filter_map(|Number(pk)| Some((position, *by_user.get(pk.as_str())?))));
    }
    for pairs in [&mut by_users, &mut by_groups] {
        pairs.sort_unstable();
        pairs.dedup();
    }
    if by_users == by_groups {
        return;
    }
    let on_group_only = difference(&by_groups, &by_users);
    let on_user_only = difference(&by_users, &by_groups);
    for (pairs, says, silent) in
        [(on_group_only, "core_groups", "core_users"), (on_user_only, "core_users", "core_groups")]
    {
        for rows in pairs.chunk_by(|a, b| a.0 == b.0) {
            let Some((group, user)) = rows.first() else { continue };
            let (Some(group), Some(user)) = (groups.get(*group as usize), users.get(*user as usize)) else {
                continue;
            };
            diagnostics.push(disagreement(&group.group, &user.user, rows.len() - 1, (says, silent)));
        }
    }
}

fn difference(all: &[(u32, u32)], without: &[(u32, u32)]) -> Vec<(u32, u32)> {
    all.iter().filter(|pair| without.binary_search(pair).is_err()).copied().collect()
}

fn disagreement(group: &DraftGroup, user: &User, others: usize, (says, silent): (&str, &str)) -> Diagnostic {
    let (name, member, origin): (_, _, Origin) = (&group.group.name, &user.username, group.group.origin);
    let others = if others == 0 { String::new() } else { format!(", and {others} more") };
    Diagnostic::error(
        "inconsistent-snapshot",
        format!("by `{says}`, `{member}` is in `{name}`; by `{silent}` it is not{others}"),
    )
    .at_field(origin, "/users", "the members by the group")
    .at_field(user.origin, "/groups", "the groups by the user")
    .because("the tenant changed while it was read, or pages of several snapshots were mixed")
    .help("fetch the snapshot again")
}
