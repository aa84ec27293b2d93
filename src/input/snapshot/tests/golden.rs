//! Do recordings of a real authentik read as the tenants that they were recorded from?

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::super::endpoint;
use super::super::write::policies::fields;
use super::{Files, placeless, read, world, write};
use crate::model::{
    BoundUser, Details, Mode, Source, SourceFlow, Target, TargetId, TargetKind, UserMatching, World,
};

/// The recordings; none when they are not beside the repository.
fn tenants() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/golden");
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut tenants: Vec<_> = entries.filter(|path| path.join("api").is_dir()).collect();
    tenants.sort();
    tenants
}

fn files(tenant: &Path) -> Files {
    let entries = std::fs::read_dir(tenant.join("api")).unwrap().flatten();
    let mut files: Files = entries
        .map(|entry| {
            let text = std::fs::read_to_string(entry.path()).unwrap();
            (entry.file_name().to_string_lossy().into_owned(), text)
        })
        .collect();
    files.sort();
    files
}

fn json(path: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn rows<'v>(tenant: &'v Value, name: &str) -> impl Iterator<Item = &'v Value> {
    tenant[name].as_array().into_iter().flatten()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}"))
}

#[test]
fn every_recording_reads_without_a_word_and_is_written_back() {
    for tenant in tenants() {
        let files = files(&tenant);
        let (_, diagnostics, _) = read(&files);
        // Some tenants have prompt stages, and the recordings have no pages of them.
        let mut others = diagnostics.iter().filter(|problem| problem.code != "uses-not-checked");
        assert!(others.next().is_none(), "{}: {diagnostics:#?}", tenant.display());
        let before = world(&files);
        let folder = crate::input::read(&[tenant.join("api")], &crate::input::Options::default());
        assert_eq!(folder.world.as_ref().map(placeless), Some(placeless(&before)));
        assert_eq!(placeless(&before), placeless(&world(&write(&before))), "{}", tenant.display());
    }
}

#[test]
fn every_row_of_every_recording_is_in_its_world() {
    for tenant in tenants() {
        let files = files(&tenant);
        let count = |endpoint: &str| {
            let file = format!("{endpoint}.p1.json");
            let (_, text) = files.iter().find(|(name, _)| *name == file).unwrap();
            let page: Value = serde_json::from_str(text).unwrap();
            usize::try_from(page["pagination"]["count"].as_u64().unwrap()).unwrap()
        };
        let world = world(&files);
        assert_eq!(world.users.len(), count("core_users"));
        assert_eq!(world.groups.len(), count("core_groups"));
        assert_eq!(world.policies.len(), count("policies_all"));
        assert_eq!(world.stages.len(), count("stages_all"));
        assert_eq!(world.providers.len(), count("providers_all"));
        assert_eq!(world.bindings.len(), count("policies_bindings"));
        assert_eq!(world.reputation.as_ref().unwrap().len(), count("policies_reputation_scores"));
        let targets = [
            "core_applications",
            "core_application_entitlements",
            "flows_instances",
            "flows_bindings",
            "sources_all",
            "events_rules",
            "rac_endpoints",
            "endpoints_devices",
            "endpoints_device_access_groups",
        ];
        assert_eq!(world.targets.len(), targets.into_iter().map(count).sum::<usize>());
        assert_eq!(world.edition.to_string(), "authentik 2026.5.0");
    }
}

#[test]
fn every_recording_reads_as_the_tenant_that_was_recorded() {
    for folder in tenants() {
        let tenant = json(&folder.join("tenant.json"));
        let ids = json(&folder.join("ids.json"));
        let world = world(&files(&folder));
        let flag = tenant["flags"]["core_default_app_access"].as_bool().unwrap_or(true);
        assert_eq!(world.flags.core_default_app_access, Some(flag));
        people(&world, &tenant, &ids);
        policies(&world, &tenant, &ids);
        let targets = targets(&world, &tenant, &ids);
        bindings(&world, &tenant, &ids, &targets);
    }
}

/// The tenant leaves out what is as it is by default.
fn says(row: &Value, name: &str, value: impl Into<Value>) {
    let value = value.into();
    assert!(row.get(name).is_none_or(|expected| *expected == value), "{name} of {row}: {value}");
}

fn people(world: &World, tenant: &Value, ids: &Value) {
    let names = |groups: &[crate::model::GroupId]| -> BTreeSet<String> {
        groups.iter().map(|id| world.groups[*id].name.clone()).collect()
    };
    let expected = |list: &Value| -> BTreeSet<String> {
        list.as_array().into_iter().flatten().map(|it| text(it).to_owned()).collect()
    };
    for row in rows(tenant, "groups") {
        let group = world.groups.values().find(|group| group.name == text(&row["name"])).unwrap();
        assert_eq!(group.pk.as_deref(), ids["groups"][&group.name].as_str());
        says(row, "is_superuser", group.superuser);
        says(row, "attributes", group.attributes.to_json());
        assert_eq!(names(&group.parents), expected(&row["parents"]));
    }
    for row in rows(tenant, "users") {
        let user = world.users.values().find(|user| user.username == text(&row["username"])).unwrap();
        assert_eq!(user.pk.clone().unwrap(), ids["users"][user.username.as_str()].to_string());
        says(row, "name", user.name.as_str());
        says(row, "email", user.email.as_str());
        says(row, "type", user.kind.as_str());
        says(row, "path", user.path.as_str());
        says(row, "is_active", user.active);
        says(row, "attributes", user.attributes.to_json());
        // authentik puts its first administrator into its own group, whatever the tenant says.
        let (found, expected) = (names(&user.groups), expected(&row["groups"]));
        assert!(
            found.is_superset(&expected) && (found == expected || user.username == text(&tenant["admin"]))
        );
        assert!(user.password_changed.is_some());
    }
    let scores = world.reputation.as_ref().unwrap();
    for row in rows(tenant, "reputation") {
        let same = scores.iter().filter(|score| {
            (score.identifier.as_str(), score.ip.as_str(), score.score)
                == (text(&row["identifier"]), text(&row["ip"]), row["score"].as_i64().unwrap())
        });
        assert_eq!(same.count(), 1, "{row}");
    }
}

fn policies(world: &World, tenant: &Value, ids: &Value) {
    for row in rows(tenant, "policies") {
        let policy = world.policies.values().find(|policy| policy.name == text(&row["name"])).unwrap();
        assert_eq!(policy.pk.as_deref(), ids["policies"][&policy.name].as_str());
        assert_eq!(policy.kind.as_str(), text(&row["kind"]));
        for (name, value) in fields(&policy.kind).1 {
            let same = match row.get(name) {
                None => true,
                // authentik sorts countries.
                Some(Value::Array(expected)) => {
                    let value = value.as_array().unwrap();
                    value.len() == expected.len() && value.iter().all(|item| expected.contains(item))
                }
                Some(expected) => *expected == value,
            };
            assert!(same, "{name} of {row}: {value}");
        }
    }
}

fn targets(world: &World, tenant: &Value, ids: &Value) -> BTreeMap<(String, String), TargetId> {
    let find = |pk: &Value| world.targets.iter().find(|(_, it)| it.pk.as_deref() == pk.as_str()).unwrap().0;
    let known: BTreeMap<_, _> = rows(ids, "targets")
        .map(|row| ((text(&row["kind"]).to_owned(), text(&row["ref"]).to_owned()), find(&row["pk"])))
        .collect();
    for (list, kind, key) in [
        ("applications", TargetKind::Application, "slug"),
        ("entitlements", TargetKind::Entitlement, "name"),
        ("flows", TargetKind::Flow, "slug"),
        ("stage_bindings", TargetKind::StageBinding, "id"),
        ("sources", TargetKind::Source, "slug"),
        ("notification_rules", TargetKind::NotificationRule, "name"),
        ("devices", TargetKind::Device, "name"),
        ("device_access_groups", TargetKind::DeviceAccessGroup, "name"),
        ("rac_endpoints", TargetKind::RacEndpoint, "name"),
    ] {
        for row in rows(tenant, list) {
            let own = text(&row[key]).to_owned();
            let reference = if kind == TargetKind::Entitlement {
                format!("{}/{own}", text(&row["app"]))
            } else {
                own.clone()
            };
            let Some(id) = known.get(&(kind.as_str().to_owned(), reference)) else {
                panic!("no key for {row}");
            };
            let target = &world.targets[*id];
            assert_eq!(target.kind(), kind);
            if kind != TargetKind::StageBinding {
                assert_eq!(target.slug.as_ref().unwrap_or(&target.name), &own);
            }
            let mode = match row["policy_engine_mode"].as_str() {
                _ if !kind.exposes_mode() => Mode::Unexposed,
                Some("all") => Mode::All,
                Some("any") | None => Mode::Any,
                Some(_) => Mode::Invalid,
            };
            assert_eq!(target.mode, mode, "{row}");
            details(world, target, row);
        }
    }
    known
}

fn details(world: &World, target: &Target, row: &Value) {
    let name = |id: Option<TargetId>| id.map(|id| world.target_name(id));
    match &target.details {
        Details::Application { provider } => {
            let provider = provider.map(|id| world.providers[id].name.as_str());
            assert_eq!(provider, row["provider"]["name"].as_str());
        }
        Details::Entitlement { application } => {
            assert_eq!(name(Some(*application)).as_deref(), row["app"].as_str());
        }
        Details::Flow { designation, authentication } => {
            assert_eq!(designation, text(&row["designation"]));
            assert_eq!(authentication, text(&row["authentication"]));
        }
        Details::StageBinding { flow, stage, order, evaluate_on_plan, re_evaluate_policies } => {
            assert_eq!(name(Some(*flow)).as_deref(), row["flow"].as_str());
            assert_eq!(world.stages[*stage].name, text(&row["stage"]));
            assert_eq!(Some(*order), row["order"].as_i64());
            assert_eq!(*evaluate_on_plan, row["evaluate_on_plan"].as_bool().unwrap_or(false));
            assert_eq!(*re_evaluate_policies, row["re_evaluate_policies"].as_bool().unwrap_or(true));
        }
        Details::RacEndpoint { provider } => {
            let provider = &world.providers[provider.unwrap()];
            assert_eq!(provider.name, text(&row["provider"]));
            assert_eq!(provider.is_rac(), Some(true));
        }
        Details::Device { access_group, expires } => {
            assert_eq!(name(*access_group).as_deref(), row["access_group"].as_str());
            assert_eq!(*expires, None);
        }
        Details::Source(Source { user_matching, authentication_flow, enrollment_flow, .. }) => {
            let flow = |flow: &Option<SourceFlow>| name(flow.as_ref().map(|flow| flow.listed().unwrap()));
            assert_eq!(flow(authentication_flow).as_deref(), row["authentication_flow"].as_str());
            assert_eq!(flow(enrollment_flow).as_deref(), row["enrollment_flow"].as_str());
            assert_eq!(*user_matching, Some(UserMatching::Identifier));
            assert_eq!(target.source_type(), row["kind"].as_str());
        }
        Details::NotificationRule | Details::DeviceAccessGroup => {}
    }
}

fn bindings(world: &World, tenant: &Value, ids: &Value, targets: &BTreeMap<(String, String), TargetId>) {
    for row in rows(tenant, "bindings") {
        let pk = ids["bindings"][text(&row["id"])].as_str();
        let binding = world.bindings.values().find(|binding| binding.pk.as_deref() == pk).unwrap();
        let target = (text(&row["target"]["kind"]).to_owned(), text(&row["target"]["ref"]).to_owned());
        assert_eq!(binding.target, targets[&target]);
        let policy = binding.policy.map(|id| world.policies[id].name.as_str());
        let group = binding.group.map(|id| world.groups[id].name.as_str());
        let user = binding.user.as_ref().map(|user| match user {
            BoundUser::Listed(id) => world.users[*id].username.as_str(),
            BoundUser::Unlisted(_) => "AnonymousUser",
        });
        assert_eq!(
            (policy, group, user),
            (row["policy"].as_str(), row["group"].as_str(), row["user"].as_str())
        );
        says(row, "enabled", binding.enabled);
        says(row, "negate", binding.negate);
        says(row, "failure_result", binding.failure_result);
        says(row, "order", binding.order);
        says(row, "timeout", binding.timeout);
    }
}

#[test]
fn pages_under_the_wrong_name_are_recognised_in_every_pair() {
    let Some(tenant) =
        tenants().into_iter().find(|path| path.ends_with("tenant-01") || path.ends_with("tenant-31"))
    else {
        return;
    };
    let mut files = files(&tenant);
    files.retain(|(name, _)| name != "index.json");
    let first = |name: &str| files.iter().position(|(file, _)| *file == format!("{name}.p1.json"));
    for this in endpoint::all() {
        for other in endpoint::all() {
            let (Some(place), Some(from)) = (first(this.name), first(other.name)) else { continue };
            let empty = files[from].1.contains("\"results\": []") || files[from].1.contains("\"results\":[]");
            // A list of one type is a part of the list of all.
            let part = this.name == "policies_all" && other.noun == "policy";
            let bindings = this.noun == "binding" && other.noun == "binding";
            if this.name == other.name || empty || part || bindings {
                continue;
            }
            let mut swapped = files.clone();
            swapped[place].1.clone_from(&files[from].1);
            let (_, diagnostics, _) = read(&swapped);
            assert!(diagnostics.has_errors(), "{} as {}", other.name, this.name);
        }
    }
}
