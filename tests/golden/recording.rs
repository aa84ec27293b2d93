//! What authentik said: a recording of its engine, and of the functions around it.

use std::net::IpAddr;
use std::path::Path;

use jiff::Timestamp;
use serde_json::Value;

/// One recorded tenant.
pub(crate) struct Recording {
    pub(crate) release: String,
    pub(crate) at: Timestamp,
    pub(crate) app_access_without_bindings: bool,
    /// The address that requests came from.
    pub(crate) client_ip: IpAddr,
    pub(crate) said: Vec<Said>,
}

/// One recorded answer.
pub(crate) struct Said {
    pub(crate) user: String,
    /// The key of the target.
    pub(crate) target: String,
    /// Whether it is what the user gets in the end, and not what the engine says.
    pub(crate) in_the_end: bool,
    /// Whether there was an HTTP request, where that is recorded.
    pub(crate) http: Option<bool>,
    pub(crate) passing: bool,
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

impl Recording {
    pub(crate) fn read(folder: &Path) -> Self {
        let verdicts = std::fs::read_to_string(folder.join("verdicts.json")).unwrap();
        let verdicts: Value = serde_json::from_str(&verdicts).unwrap();
        let app_access = verdicts["app_access_without_bindings"].as_bool().unwrap();
        let targets: Vec<Target> = verdicts["targets"].as_array().unwrap().iter().map(Target::of).collect();
        let mut said = engine(&verdicts, &targets, app_access);
        said.extend(entitlements(&verdicts, &targets));
        said.extend(devices(&verdicts, &targets));
        said.extend(rules(&verdicts, &targets));
        said.extend(check_access(&verdicts, &targets));
        Self {
            release: text(&verdicts["authentik"]["version"]),
            at: verdicts["recorded_at"].as_str().unwrap().parse().unwrap(),
            app_access_without_bindings: app_access,
            client_ip: verdicts["client_ip"].as_str().unwrap().parse().unwrap(),
            said,
        }
    }
}

struct Target {
    kind: String,
    name: String,
    pk: String,
}

impl Target {
    fn of(value: &Value) -> Self {
        Self { kind: text(&value["kind"]), name: text(&value["ref"]), pk: text(&value["pk"]) }
    }
}

fn named<'t>(targets: &'t [Target], kind: &str, name: &str) -> Option<&'t Target> {
    targets.iter().find(|target| target.kind == kind && target.name == name)
}

/// The engine itself, with and without a request. It was asked with "nothing bound passes"; what its callers ask with
/// is put in place of that.
fn engine(verdicts: &Value, targets: &[Target], app_access: bool) -> Vec<Said> {
    let mut said = Vec::new();
    for row in verdicts["engine"].as_array().unwrap() {
        let user = text(&row["user"]);
        let target = &targets[usize::try_from(row["target"].as_u64().unwrap()).unwrap()];
        let nothing_bound = row["static"].is_null() && row["steps"].as_array().is_none_or(Vec::is_empty);
        let passing = match target.kind.as_str() {
            // Its caller forces another mode and brings an event: recorded apart.
            "notification_rule" => continue,
            "application" if nothing_bound => app_access,
            "entitlement" | "device" | "device_access_group" if nothing_bound => false,
            _ => row["passing"].as_bool().unwrap(),
        };
        let http = Some(row["ctx"] == "http");
        said.push(Said { user, target: target.pk.clone(), in_the_end: false, http, passing });
    }
    said
}

fn entitlements(verdicts: &Value, targets: &[Target]) -> Vec<Said> {
    let mut said = Vec::new();
    for (user, applications) in verdicts["app_entitlements"].as_object().unwrap() {
        for target in targets.iter().filter(|target| target.kind == "entitlement") {
            let (application, name) = target.name.split_once('/').unwrap();
            let Some(granted) = applications[application].as_array() else { continue };
            let passing = granted.iter().any(|granted| granted == name);
            said.push(Said {
                user: user.clone(),
                target: target.pk.clone(),
                in_the_end: true,
                http: None,
                passing,
            });
        }
    }
    said
}

fn devices(verdicts: &Value, targets: &[Target]) -> Vec<Said> {
    let mut said = Vec::new();
    for (device, users) in verdicts["devices"].as_object().unwrap() {
        let target = named(targets, "device", device).unwrap();
        for (user, passing) in users.as_object().unwrap() {
            let passing = passing.as_bool().unwrap();
            said.push(Said {
                user: user.clone(),
                target: target.pk.clone(),
                in_the_end: true,
                http: None,
                passing,
            });
        }
    }
    said
}

fn rules(verdicts: &Value, targets: &[Target]) -> Vec<Said> {
    let mut said = Vec::new();
    for row in verdicts["notification_rules"].as_array().unwrap() {
        let target = named(targets, "notification_rule", row["rule"].as_str().unwrap()).unwrap();
        let passing = row["verdict"]["passing"].as_bool().or_else(|| row["passing"].as_bool()).unwrap();
        said.push(Said {
            user: text(&row["user"]),
            target: target.pk.clone(),
            in_the_end: false,
            http: None,
            passing,
        });
    }
    said
}

fn check_access(verdicts: &Value, targets: &[Target]) -> Vec<Said> {
    let mut said = Vec::new();
    for (user, applications) in verdicts["http"]["check_access"].as_object().unwrap() {
        for (slug, answer) in applications.as_object().unwrap() {
            let (Some(target), Some(passing)) =
                (named(targets, "application", slug), answer["passing"].as_bool())
            else {
                continue;
            };
            let (user, target) = (user.clone(), target.pk.clone());
            said.push(Said { user, target, in_the_end: false, http: Some(true), passing });
        }
    }
    said
}
