//! Exports of a real authentik say the same as the description that the tenant was made of.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::struct_field_names,
    reason = "a test stops at the first surprise"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;
use whomay::World;
use whomay::diagnostic::{Severity, Style, render};
use whomay::input::{Options, parse};
use whomay::model::{BoundUser, Details, Mode, PolicyKind, TargetKind};

fn folders() -> Vec<PathBuf> {
    let golden = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/golden");
    let Ok(entries) = std::fs::read_dir(golden) else { return Vec::new() };
    let mut folders: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    folders.retain(|folder| folder.join("blueprint.yaml").is_file());
    folders.sort();
    folders
}

fn json(path: PathBuf) -> Value {
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn list<'v>(value: &'v Value, name: &str) -> impl Iterator<Item = &'v Value> {
    value.get(name).and_then(Value::as_array).into_iter().flatten()
}

fn text(value: &Value, name: &str) -> String {
    value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn texts(value: &Value, name: &str) -> BTreeSet<String> {
    list(value, name).filter_map(Value::as_str).map(str::to_owned).collect()
}

fn flag(value: &Value, name: &str, default: bool) -> bool {
    value[name].as_bool().unwrap_or(default)
}

fn number(value: &Value, name: &str, default: i64) -> i64 {
    value[name].as_i64().unwrap_or(default)
}

/// One tenant: what was read, and what it was made of.
struct Tenant {
    name: String,
    world: World,
    tenant: Value,
    ids: Value,
    /// Primary key -> `kind reference`.
    targets: BTreeMap<String, String>,
}

impl Tenant {
    fn read(folder: &Path) -> Self {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        let yaml = std::fs::read_to_string(folder.join("blueprint.yaml")).unwrap();
        let reading = parse("blueprint.yaml", &yaml, &Options::default());
        let said = render(&reading.diagnostics, &reading.sources, Style::default());
        let clean = reading.diagnostics.iter().all(|problem| problem.severity != Severity::Error);
        assert!(clean, "{name}: {said}");
        let ids = json(folder.join("ids.json"));
        let targets = list(&ids, "targets")
            .map(|target| (text(target, "pk"), format!("{} {}", text(target, "kind"), text(target, "ref"))))
            .collect();
        Self { name, world: reading.world.unwrap(), tenant: json(folder.join("tenant.json")), ids, targets }
    }

    /// Whether authentik's own default blueprints were applied, too.
    fn has_defaults(&self) -> bool {
        self.name == "tenant-default"
    }

    fn people(&self) {
        let Self { name, world, tenant, ids, .. } = self;
        let users: BTreeMap<_, _> = world.users.values().map(|user| (user.username.as_str(), user)).collect();
        for expected in list(tenant, "users") {
            let user = users[text(expected, "username").as_str()];
            assert_eq!(user.active, flag(expected, "is_active", true), "{name}");
            assert_eq!(user.kind.as_str(), expected["type"].as_str().unwrap_or("internal"), "{name}");
            if expected.get("email").is_some() {
                assert_eq!(user.email, text(expected, "email"), "{name}");
            }
            assert_eq!(user.path, expected["path"].as_str().unwrap_or("users"), "{name}");
            let groups: BTreeSet<String> =
                user.groups.iter().map(|group| world.groups.row(*group).name.clone()).collect();
            let described = texts(expected, "groups");
            let fits = if self.has_defaults() { groups.is_superset(&described) } else { groups == described };
            assert!(fits, "{name} {}: {groups:?}", user.username);
            let attributes = expected["attributes"].as_object().cloned().unwrap_or_default();
            assert_eq!(user.attributes, attributes.into(), "{name}");
            let pk = ids["users"][user.username.as_str()].as_i64().map(|pk| pk.to_string());
            assert_eq!(user.pk.as_deref(), pk.as_deref(), "{name}");
        }
        for expected in list(tenant, "groups") {
            let wanted = text(expected, "name");
            let group = world.groups.values().find(|group| group.name == wanted).unwrap();
            if !self.has_defaults() {
                assert_eq!(group.superuser, flag(expected, "is_superuser", false), "{name} {wanted}");
            }
            let parents: BTreeSet<String> =
                group.parents.iter().map(|group| world.groups.row(*group).name.clone()).collect();
            assert_eq!(parents, texts(expected, "parents"), "{name} {wanted}");
        }
    }

    fn policies(&self) {
        let Self { name, world, tenant, .. } = self;
        for expected in list(tenant, "policies") {
            let wanted = text(expected, "name");
            let policy = world.policies.values().find(|policy| policy.name == wanted).unwrap();
            assert_eq!(policy.kind.as_str(), text(expected, "kind"), "{name}");
            if let PolicyKind::Expression(expression) = &policy.kind {
                assert_eq!(expression.text.trim(), text(expected, "expression").trim(), "{name}");
            }
        }
        assert!(world.policies.len() >= list(tenant, "policies").count());
    }

    fn targets(&self) {
        let Self { name, world, tenant, targets, .. } = self;
        for (kind, list_name) in [
            (TargetKind::Application, "applications"),
            (TargetKind::Entitlement, "entitlements"),
            (TargetKind::Flow, "flows"),
            (TargetKind::StageBinding, "stage_bindings"),
            (TargetKind::NotificationRule, "notification_rules"),
            (TargetKind::RacEndpoint, "rac_endpoints"),
            (TargetKind::DeviceAccessGroup, "device_access_groups"),
        ] {
            let known = world.targets.values().filter(|target| target.kind() == kind).count();
            let described = list(tenant, list_name).count();
            let fits = if self.has_defaults() { known >= described } else { known == described };
            assert!(fits, "{name} {list_name}: {known}, not {described}");
        }
        for kind in ["applications", "flows", "stage_bindings"] {
            let single = kind.trim_end_matches('s');
            for expected in list(tenant, kind) {
                let reference = text(expected, if kind == "stage_bindings" { "id" } else { "slug" });
                let key = format!("{single} {reference}");
                let is_it = |pk: &String| targets.get(pk) == Some(&key);
                let target = world.targets.values().find(|target| target.pk.as_ref().is_some_and(is_it));
                let target = target.unwrap_or_else(|| panic!("{name} {key}"));
                let all = expected["policy_engine_mode"] == "all";
                assert_eq!(target.mode, if all { Mode::All } else { Mode::Any }, "{name} {key}");
                if let Details::StageBinding { order, evaluate_on_plan, re_evaluate_policies, .. } =
                    target.details
                {
                    let read = (order, evaluate_on_plan, re_evaluate_policies);
                    let described = (
                        number(expected, "order", 0),
                        flag(expected, "evaluate_on_plan", false),
                        flag(expected, "re_evaluate_policies", true),
                    );
                    assert_eq!(read, described, "{name} {key}");
                }
            }
        }
    }

    fn bindings(&self) {
        let Self { name, world, tenant, ids, targets } = self;
        let bindings: BTreeMap<_, _> =
            world.bindings.values().map(|binding| (binding.pk.clone().unwrap(), binding)).collect();
        let mut count = 0;
        for expected in list(tenant, "bindings") {
            // authentik exports neither devices nor its built-in source.
            let target = &expected["target"];
            if target["kind"] == "device" || target["ref"] == "authentik-built-in" {
                continue;
            }
            count += 1;
            let pk = ids["bindings"][text(expected, "id")].as_str().unwrap();
            let Some(binding) = bindings.get(pk) else { panic!("{name}: no binding {expected}") };
            let wanted =
                format!("{} {}", text(&expected["target"], "kind"), text(&expected["target"], "ref"));
            let pk = world.targets.row(binding.target).pk.clone().unwrap();
            assert_eq!(targets.get(&pk), Some(&wanted), "{name} {expected}");
            let bound = (
                binding.policy.map(|id| world.policies.row(id).name.clone()),
                binding.group.map(|id| world.groups.row(id).name.clone()),
                binding.user.as_ref().map(|user| match user {
                    BoundUser::Listed(id) => world.users.row(*id).username.to_string(),
                    BoundUser::Unlisted(_) => "AnonymousUser".to_owned(),
                }),
            );
            let said = |name: &str| expected.get(name).and_then(Value::as_str).map(str::to_owned);
            assert_eq!(bound, (said("policy"), said("group"), said("user")), "{name} {expected}");
            let read =
                (binding.enabled, binding.negate, binding.failure_result, binding.order, binding.timeout);
            let described = (
                flag(expected, "enabled", true),
                flag(expected, "negate", false),
                flag(expected, "failure_result", false),
                number(expected, "order", 0),
                number(expected, "timeout", 30),
            );
            assert_eq!(read, described, "{name} {expected}");
        }
        if !self.has_defaults() {
            assert_eq!(world.bindings.len(), count, "{name}");
        }
    }
}

#[test]
fn every_export_says_what_its_tenant_is() {
    for folder in folders() {
        let tenant = Tenant::read(&folder);
        tenant.people();
        tenant.policies();
        tenant.targets();
        tenant.bindings();
    }
}
