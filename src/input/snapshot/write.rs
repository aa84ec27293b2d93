//! How would authentik's API show this world?

mod keys;
pub(super) mod policies;
mod targets;

use serde_json::{Value, json};

use super::endpoint;
use crate::model::{Binding, BoundUser, EditionFrom, Id, UserId, World};
use keys::Keys;

/// Rows on one page: the most that authentik gives since 2025.12.
const PAGE: usize = 100;

/// A row, with its fields in the order that they are written in.
pub(super) type Row = Vec<(&'static str, Value)>;

/// The pages of an API snapshot of `world`: file names with their texts, an `index.json` first. Reading them
/// gives the same world, whose origins are then in these pages.
///
/// What has no primary key (a `.may` file names no keys) gets one that is made of its kind and its name, or, for
/// users and providers, the next number that is free: the same world gives the same keys each time, and none
/// that is taken. Where authentik's API hides something that the world knows, a field of authentik's own
/// database carries it (`policy_engine_mode`); types of policies that authentik does not have are called
/// `whomay.always` and `whomay.unknown`.
pub fn write(world: &World) -> Vec<(String, String)> {
    let keys = Keys::of(world);
    let mut files = vec![("index.json".to_owned(), String::new())];
    // What nobody stated is left for the reader to state.
    if world.edition_from != EditionFrom::Newest {
        let release = match world.edition.release {
            Some(release) => release.to_string(),
            None => "documented".to_owned(),
        };
        files.push(single(endpoint::VERSION.name, &vec![("version_current", json!(release))]));
    }
    if let Some(flag) = world.flags.core_default_app_access {
        let flags = json!({ "core_default_app_access": flag });
        files.push(single(endpoint::SETTINGS.name, &vec![("flags", flags)]));
    }
    files.extend(pages(endpoint::USERS.name, &users(world, &keys)));
    files.extend(pages(endpoint::GROUPS.name, &groups(world, &keys)));
    files.extend(pages(endpoint::POLICIES.name, &policies::rows(world, &keys)));
    for (endpoint, rows) in targets::rows(world, &keys) {
        files.extend(pages(endpoint.name, &rows));
    }
    files.extend(pages(endpoint::STAGES.name, &stages(world, &keys)));
    files.extend(pages(endpoint::PROVIDERS.name, &providers(world, &keys)));
    files.extend(pages(endpoint::BINDINGS.name, &bindings(world, &keys)));
    if world.reputation.is_some() {
        files.extend(pages(endpoint::SCORES.name, &scores(world, &keys)));
    }
    let index = index(&files);
    if let Some((_, text)) = files.first_mut() {
        *text = index;
    }
    files
}

/// The JSON object with these fields, on one line.
fn object(row: &Row) -> String {
    let fields: Vec<_> = row.iter().map(|(name, value)| format!("{}:{value}", json!(name))).collect();
    format!("{{{}}}", fields.join(","))
}

fn single(endpoint: &str, row: &Row) -> (String, String) {
    (format!("{endpoint}.p1.json"), object(row) + "\n")
}

/// The pages of an endpoint: one without rows, if there are none.
fn pages(endpoint: &str, rows: &[Row]) -> Vec<(String, String)> {
    let total = rows.len().div_ceil(PAGE).max(1);
    let count = rows.len();
    (1..=total)
        .map(|number| {
            let start = (number - 1) * PAGE;
            let rows: Vec<_> =
                rows.iter().skip(start).take(PAGE).map(|row| format!("\n{}", object(row))).collect();
            let pagination = vec![
                ("next", json!(if number < total { number + 1 } else { 0 })),
                ("previous", json!(number - 1)),
                ("count", json!(count)),
                ("current", json!(number)),
                ("total_pages", json!(total)),
                ("start_index", json!(if rows.is_empty() { 0 } else { start + 1 })),
                ("end_index", json!(start + rows.len())),
            ];
            let text =
                format!("{{\"pagination\":{},\"results\":[{}]}}\n", object(&pagination), rows.join(","));
            (format!("{endpoint}.p{number}.json"), text)
        })
        .collect()
}

fn index(files: &[(String, String)]) -> String {
    let entries: Vec<_> = files
        .iter()
        .skip(1)
        .map(|(file, _)| format!("\n{}", object(&vec![("file", json!(file)), ("status", json!(200))])))
        .collect();
    format!("[{}]\n", entries.join(","))
}

/// The texts of `ids`' keys, as `key` gives them.
fn list<I: Id>(ids: &[I], key: impl Fn(I) -> Value) -> Value {
    ids.iter().map(|id| key(*id)).collect()
}

fn users(world: &World, keys: &Keys) -> Vec<Row> {
    let user = |(id, user): (_, &crate::model::User)| {
        vec![
            ("pk", keys.user(id)),
            ("username", json!(user.username.as_str())),
            ("name", json!(user.name.as_str())),
            ("is_active", json!(user.active)),
            ("groups", list(&user.groups, |group| keys.group(group))),
            ("email", json!(user.email.as_str())),
            ("attributes", user.attributes.to_json()),
            ("path", json!(user.path.as_str())),
            ("type", json!(user.kind.as_str())),
            ("password_change_date", json!(user.password_changed.map(|time| time.to_string()))),
        ]
    };
    world.users.iter().map(user).collect()
}

fn groups(world: &World, keys: &Keys) -> Vec<Row> {
    let mut members: Vec<Vec<UserId>> = vec![Vec::new(); world.groups.len()];
    for (id, user) in world.users.iter() {
        for group in &user.groups {
            if let Some(members) = members.get_mut(group.index()) {
                members.push(id);
            }
        }
    }
    let group = |((id, group), members): ((_, &crate::model::Group), &Vec<UserId>)| {
        vec![
            ("pk", keys.group(id)),
            ("name", json!(group.name)),
            ("is_superuser", json!(group.superuser)),
            ("parents", list(&group.parents, |parent| keys.group(parent))),
            ("users", list(members, |user| keys.user(user))),
            ("attributes", group.attributes.to_json()),
        ]
    };
    world.groups.iter().zip(&members).map(group).collect()
}

fn stages(world: &World, keys: &Keys) -> Vec<Row> {
    let row = |(id, stage): (_, &crate::model::Stage)| {
        vec![("pk", keys.stage(id)), ("name", json!(stage.name)), ("meta_model_name", json!(stage.model))]
    };
    world.stages.iter().map(row).collect()
}

fn providers(world: &World, keys: &Keys) -> Vec<Row> {
    let row = |(id, provider): (_, &crate::model::Provider)| {
        vec![
            ("pk", keys.provider(id)),
            ("name", json!(provider.name)),
            ("meta_model_name", json!(provider.model)),
        ]
    };
    world.providers.iter().map(row).collect()
}

fn bindings(world: &World, keys: &Keys) -> Vec<Row> {
    world.bindings.iter().map(|(id, binding)| self::binding(world, keys, keys.binding(id), binding)).collect()
}

fn binding(world: &World, keys: &Keys, pk: Value, binding: &Binding) -> Row {
    let policy = binding.policy.map(|id| (keys.policy(id), &world.policies.row(id).name));
    let group = binding.group.map(|id| (keys.group(id), &world.groups.row(id).name));
    let user = binding.user.as_ref().map(|user| match user {
        BoundUser::Listed(id) => (keys.user(*id), world.users.row(*id).username.to_string()),
        BoundUser::Unlisted(pk) => (keys::number(pk), super::lower::ANONYMOUS.to_owned()),
    });
    let named = |(pk, name): &(Value, &String)| json!({ "pk": pk, "name": name });
    vec![
        ("pk", pk),
        ("policy", json!(policy.as_ref().map(|(pk, _)| pk))),
        ("group", json!(group.as_ref().map(|(pk, _)| pk))),
        ("user", json!(user.as_ref().map(|(pk, _)| pk))),
        ("policy_obj", json!(policy.as_ref().map(named))),
        ("group_obj", json!(group.as_ref().map(named))),
        ("user_obj", json!(user.as_ref().map(|(pk, name)| json!({ "pk": pk, "username": name })))),
        ("target", keys.target(binding.target)),
        ("negate", json!(binding.negate)),
        ("enabled", json!(binding.enabled)),
        ("order", json!(binding.order)),
        ("timeout", json!(binding.timeout)),
        ("expiring", json!(binding.expires.is_some())),
        ("expires", json!(binding.expires.map(|expires| expires.to_string()))),
        ("failure_result", json!(binding.failure_result)),
    ]
}

fn scores(world: &World, keys: &Keys) -> Vec<Row> {
    let rows = world.reputation.iter().flatten().zip(keys.scores());
    rows.map(|(score, pk)| {
        vec![
            ("pk", json!(pk)),
            ("identifier", json!(score.identifier)),
            ("ip", json!(score.ip)),
            ("score", json!(score.score)),
        ]
    })
    .collect()
}
