//! The same tenant through each input gives the same facts.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use whomay::World;
use whomay::diagnostic::{Style, render};
use whomay::input::{self, Options, may, snapshot};
use whomay::model::{BoundUser, Details, Edition, Mode, Source, SourceFlow, TargetKind};

fn tenants() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = [root.join("tests/golden"), root.join("../shared/golden")];
    let entries = folders.iter().filter_map(|folder| folder.read_dir().ok()).flatten();
    let mut tenants: Vec<PathBuf> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.join("verdicts.json").exists())
        .collect();
    tenants.sort();
    tenants
}

fn read(path: &Path) -> World {
    let options = Options { edition: Some(Edition::parse("2026.5.0").unwrap()), ..Options::default() };
    let reading = input::read(&[path], &options);
    let problems = render(&reading.diagnostics, &reading.sources, Style::default());
    reading.world.unwrap_or_else(|| panic!("{}:\n{problems}", path.display()))
}

/// What an export of authentik leaves out: devices, and the source that is built in.
fn is_exported(world: &World, target: whomay::model::TargetId) -> bool {
    world.targets[target].kind() != TargetKind::Device
        && world.target_address(target) != "source:authentik-built-in"
}

/// Everything that verdicts rest on and that exports hold, in words.
fn facts(world: &World) -> BTreeSet<String> {
    let mut facts = BTreeSet::new();
    for user in world.users.values() {
        let equal = world.users.values().filter(|other| other.attributes == user.attributes);
        assert!(equal.into_iter().all(|other| other.attributes.is_shared_with(&user.attributes)));
        let groups: Vec<&str> = user.groups.iter().map(|group| world.groups[*group].name.as_str()).collect();
        facts.insert(format!(
            "user {:?} {} {} {} {} {:?} {} {:?} {groups:?}",
            user.pk, user.username, user.name, user.email, user.active, user.kind, user.path, user.attributes
        ));
    }
    for group in world.groups.values() {
        let parents: Vec<&str> =
            group.parents.iter().map(|parent| world.groups[*parent].name.as_str()).collect();
        facts.insert(format!(
            "group {:?} {} {} {:?} {parents:?}",
            group.pk, group.name, group.superuser, group.attributes
        ));
    }
    for policy in world.policies.values() {
        let kind = match &policy.kind {
            whomay::model::PolicyKind::Expression(expression) => expression.text.clone(),
            kind => format!("{kind:?}"),
        };
        facts.insert(format!("policy {:?} {} {kind}", policy.pk, policy.name));
    }
    for (id, target) in world.targets.iter().filter(|(id, _)| is_exported(world, *id)) {
        let more = match &target.details {
            Details::Application { provider } | Details::RacEndpoint { provider } => {
                format!(
                    "{:?}",
                    provider
                        .map(|provider| (&world.providers[provider].name, &world.providers[provider].model))
                )
            }
            Details::StageBinding { stage, evaluate_on_plan, re_evaluate_policies, .. } => {
                format!("{} {evaluate_on_plan} {re_evaluate_policies}", world.stages[*stage].model)
            }
            Details::Flow { designation, authentication } => format!("{designation} {authentication}"),
            Details::Source(source) => {
                let flow = |flow: Option<&SourceFlow>| match flow {
                    Some(SourceFlow::Listed(flow)) => world.target_address(*flow),
                    other => format!("{other:?}"),
                };
                let flows = source.flows().map(|(_, named)| flow(named));
                let Source { enabled, model, user_matching, group_matching, .. } = source;
                format!("{enabled} {model} {user_matching:?} {group_matching:?} {flows:?}")
            }
            _ => String::new(),
        };
        // Notification rules are asked with Any, whatever they say.
        let asked_with = if target.kind() == TargetKind::NotificationRule { Mode::Any } else { target.mode };
        facts.insert(format!(
            "target {:?} {} {} {asked_with:?} {more}",
            target.pk,
            world.target_address(id),
            target.name
        ));
    }
    for binding in world.bindings.values() {
        if !is_exported(world, binding.target) {
            continue;
        }
        let user = binding.user.as_ref().map(|user| match user {
            BoundUser::Listed(user) => world.users[*user].username.to_string(),
            BoundUser::Unlisted(_) => "unlisted".to_owned(),
        });
        facts.insert(format!(
            "binding {:?} on {} at {}: {:?} {:?} {user:?} {} {} {} {}",
            binding.pk,
            world.target_address(binding.target),
            binding.order,
            binding.policy.map(|policy| &world.policies[policy].name),
            binding.group.map(|group| &world.groups[group].name),
            binding.enabled,
            binding.negate,
            binding.failure_result,
            binding.timeout
        ));
    }
    facts
}

#[test]
fn a_blueprint_and_the_api_of_one_tenant_give_the_same_facts() {
    for tenant in tenants() {
        let (blueprint, api) =
            (facts(&read(&tenant.join("blueprint.yaml"))), facts(&read(&tenant.join("api"))));
        let only = |these: &BTreeSet<String>, those: &BTreeSet<String>| -> Vec<String> {
            these.difference(those).take(5).cloned().collect()
        };
        assert_eq!(only(&blueprint, &api), only(&api, &blueprint), "{}", tenant.display());
    }
}

#[test]
fn a_tenant_survives_every_conversion() {
    for tenant in tenants() {
        for form in ["blueprint.yaml", "api"] {
            let world = read(&tenant.join(form));
            let through_may = World::parse("tenant.may", &may::print(&world)).unwrap();
            let folder = tempfile::tempdir().unwrap();
            for (name, page) in snapshot::write(&world) {
                std::fs::write(folder.path().join(name), page).unwrap();
            }
            let through_pages = read(folder.path());
            let place = tenant.join(form);
            assert_eq!(facts(&world), facts(&through_may), "{} through .may", place.display());
            assert_eq!(facts(&world), facts(&through_pages), "{} through pages", place.display());
            assert_eq!(world.reputation, through_may.reputation);
            assert_eq!(world.reputation, through_pages.reputation);
            assert_eq!(world.flags, through_may.flags);
            assert_eq!(may::print(&through_may), may::print(&through_pages), "{}", place.display());
        }
    }
}
