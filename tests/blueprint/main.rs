//! Blueprints mean to us what they mean to authentik.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod layers;
mod rows;
mod sources;
mod tags;
mod wrong;

use std::collections::{BTreeMap, BTreeSet};

use whomay::diagnostic::{Diagnostics, Severity, Sources};
use whomay::input::blueprint::{self, Outside};
use whomay::input::{Options, Reading, parse};
use whomay::model::draft::{Draft, DraftBinding, Key, TargetReference};
use whomay::model::{Details, Edition, Mode, PolicyKind, World};

fn read(yaml: &str) -> Reading {
    parse("test.yaml", yaml, &Options::default())
}

fn errors(reading: &Reading) -> Vec<&'static str> {
    let errors = reading.diagnostics.iter().filter(|problem| problem.severity == Severity::Error);
    errors.map(|problem| problem.code).collect()
}

fn codes(yaml: &str) -> BTreeSet<&'static str> {
    read(yaml).diagnostics.iter().map(|problem| problem.code).collect()
}

fn world(yaml: &str) -> World {
    let reading = read(yaml);
    assert!(errors(&reading).is_empty(), "{:#?}\n{yaml}", reading.diagnostics);
    reading.world.unwrap()
}

/// Reads several files as one configuration.
fn files(texts: &[&str], outside: &Outside) -> (Draft, Diagnostics) {
    let mut sources = Sources::default();
    let files: Vec<_> = texts
        .iter()
        .map(|text| blueprint::File { source: sources.add("f.yaml", *text), text, named: true })
        .collect();
    let mut diagnostics = Diagnostics::default();
    let draft = blueprint::parse(&files, outside, &mut diagnostics);
    (draft, diagnostics)
}

/// What `tag` comes to, read off the attributes of a user. `before` are entries that come first.
fn value_with(before: &str, context: &str, tag: &str) -> Result<serde_json::Value, Vec<&'static str>> {
    let yaml = format!(
        "context: {{{context}}}\nentries:\n{before}\n- model: authentik_core.user\n  identifiers: {{username: u}}\n  attrs:\n    attributes:\n      x: {tag}\n"
    );
    let reading = read(&yaml);
    let failed = errors(&reading);
    if !failed.is_empty() {
        return Err(failed);
    }
    Ok(reading
        .world
        .unwrap()
        .users
        .values()
        .find(|user| user.username == "u")
        .unwrap()
        .attributes
        .get("x")
        .unwrap()
        .clone())
}

fn value(tag: &str) -> String {
    match value_with("", "key: [1, two], map: {a: 1, b: 2}, nay: false", tag) {
        Ok(value) => value.to_string(),
        Err(codes) => format!("!{}", codes.join(" ")),
    }
}

fn groups(world: &World, user: &str) -> Vec<String> {
    let user = world.users.values().find(|known| known.username == user).unwrap();
    user.groups.iter().map(|group| world.groups.row(*group).name.clone()).collect()
}

const BASE: &str = "
- {model: authentik_core.group, identifiers: {name: staff}, id: staff}
- {model: authentik_core.group, identifiers: {name: ops}, id: ops}
- {model: authentik_policies_dummy.dummypolicy, identifiers: {name: p}, id: p}
- {model: authentik_core.user, identifiers: {username: anna}, id: anna}
- {model: authentik_core.application, identifiers: {slug: wiki}, attrs: {name: Wiki}, id: app}
- {model: authentik_flows.flow, identifiers: {slug: f}, attrs: {name: F, title: F, designation: authentication}, id: flow}
- {model: authentik_core.applicationentitlement, identifiers: {app: !KeyOf app, name: e}, id: ent}
";

fn with_base(entries: &str) -> String {
    format!("entries:{BASE}{entries}")
}
