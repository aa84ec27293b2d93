//! Who are the users and the groups, and do their pages agree about memberships?

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::value::RawValue;

use super::super::fields::Fields;
use super::super::row::{Number, Pk, Row, Text};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::model::draft::{DraftGroup, DraftUser, Key, Keys, Reference};
use crate::model::{Group, Origin, Pool, User, UserKind};

/// The username of the row that stands for nobody; authentik leaves it out of every list of users.
pub(in super::super) const ANONYMOUS: &str = "AnonymousUser";

/// A user, whose groups are as they are written.
pub(in super::super) struct Member<'a> {
    user: User,
    groups: Vec<Text<'a>>,
}

impl Member<'_> {
    /// The same; what it says is shared with others that say it.
    pub(in super::super) fn sharing(self, keys: &mut Keys, pool: &mut Pool) -> DraftUser {
        let Self { mut user, groups } = self;
        user.attributes = pool.share(user.attributes);
        let group = |text: &Text<'_>| Reference { key: keys.pk(&text.0), origin: user.origin };
        let groups = groups.iter().map(group).collect();
        DraftUser { user, groups }
    }
}

pub(in super::super) fn user<'a>(row: &mut Row<'a, '_>) -> Member<'a> {
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
    Member { user, groups: row.required("groups") }
}

/// A group, with what its row says about members.
pub(in super::super) struct Members {
    group: DraftGroup,
    /// The list, if there is one: some callers leave it out.
    listed: Option<Vec<Pk>>,
    /// Those of them who are authentik's own anonymous user.
    nobody: Vec<String>,
}

impl Members {
    /// The same; what it says is shared with others that say it.
    pub(in super::super) fn sharing(mut self, pool: &mut Pool) -> Self {
        let group = &mut self.group.group;
        group.attributes = pool.share(std::mem::take(&mut group.attributes));
        self
    }
}

/// The groups. `anonymous` are the keys that are known to be authentik's own anonymous
/// user's.
pub(super) fn groups(
    groups: Vec<Members>,
    users: &[DraftUser],
    anonymous: &FxHashSet<String>,
    diagnostics: &mut Diagnostics,
) -> Vec<DraftGroup> {
    let known = by_pk(users);
    agree(users, &known, &groups, diagnostics);
    groups
        .into_iter()
        .map(|Members { mut group, listed, nobody }| {
            let origin = group.group.origin;
            // Members that are listed name the group themselves. Who is left is reported as missing, later.
            let unlisted = listed.unwrap_or_default().into_iter().filter(|pk| !known.contains_key(pk));
            let missing = unlisted
                .map(|pk| pk.to_string())
                .filter(|pk| !anonymous.contains(pk) && !nobody.contains(pk));
            group.users = missing.map(|pk| Reference { key: Key::Pk(pk).into(), origin }).collect();
            group
        })
        .collect()
}

pub(in super::super) fn group(row: &mut Row<'_, '_>) -> Members {
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
        nobody: row.raw("users_obj").map(nobody).unwrap_or_default(),
    }
}

/// The keys that belong to the anonymous user.
fn nobody(objects: &RawValue) -> Vec<String> {
    // There may be many objects, and an escape may be anything.
    if !objects.get().contains(ANONYMOUS) && !objects.get().contains('\\') {
        return Vec::new();
    }
    let objects: Vec<&RawValue> = serde_json::from_str(objects.get()).unwrap_or_default();
    objects.into_iter().filter_map(anonymous_pk).collect()
}

/// The key of a user object, if it is the anonymous user's.
pub(super) fn anonymous_pk(object: &RawValue) -> Option<String> {
    let fields = Fields::of(object.get(), &["pk", "username"]).ok()?;
    let pk: Number = serde_json::from_str(fields.get("pk")?.get()).ok()?;
    (fields.text("username")? == ANONYMOUS).then_some(pk.0)
}

fn by_pk(users: &[DraftUser]) -> FxHashMap<Pk, u32> {
    users.iter().filter_map(|user| user.user.pk.as_deref()).map(Pk::from).zip(0..).collect()
}

/// Every membership is on two pages: the user's and the group's. Where they differ, the tenant changed while
/// it was read, or rows are missing.
fn agree(
    users: &[DraftUser],
    by_user: &FxHashMap<Pk, u32>,
    groups: &[Members],
    diagnostics: &mut Diagnostics,
) {
    let by_group: FxHashMap<&str, u32> = groups
        .iter()
        .zip(0..)
        .filter(|(group, _)| group.listed.is_some())
        .filter_map(|(group, position)| Some((group.group.group.pk.as_deref()?, position)))
        .collect();
    // Many references share one key; what it means is looked up once.
    let mut known: FxHashMap<*const Key, Option<u32>> = FxHashMap::default();
    let mut by_users: Vec<(u32, u32)> = Vec::with_capacity(users.iter().map(|user| user.groups.len()).sum());
    for (user, position) in users.iter().zip(0..) {
        by_users.extend(user.groups.iter().filter_map(|group| {
            let found = known.entry(Arc::as_ptr(&group.key)).or_insert_with(|| match &*group.key {
                Key::Pk(pk) => by_group.get(pk.as_str()).copied(),
                Key::Name(_) => None,
            });
            found.map(|group| (group, position))
        }));
    }
    let mut by_groups: Vec<(u32, u32)> = Vec::with_capacity(by_users.len());
    for (group, position) in groups.iter().zip(0..) {
        let members = group.listed.iter().flatten();
        by_groups.extend(members.filter_map(|pk| Some((position, *by_user.get(pk)?))));
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
