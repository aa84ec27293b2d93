//! `whomay bench-data` writes what the library makes, in every form.

use std::fs;
use std::process::Command;

use whomay::input::{Options, read};
use whomay::model::{BindingId, GroupId, PolicyId, TargetId, UserId};
use whomay::workload::{Relation, Shape, Size, Workload};
use whomay::{Reasoner, World};

#[test]
fn every_form_is_the_same_tenant() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("tenant");
    let written = Command::new(env!("CARGO_BIN_EXE_whomay"))
        .args([
            "bench-data",
            "--size",
            "S",
            "--users",
            "300",
            "--groups",
            "40",
            "--targets",
            "60",
            "--policies",
            "7",
        ])
        .args([
            "--shape", "role", "--seed", "5", "--format", "may", "--format", "snapshot", "--format", "facts",
            "-o",
        ])
        .arg(&output)
        .output()
        .unwrap();
    assert!(
        written.status.success() && written.stdout.is_empty() && written.stderr.is_empty(),
        "{written:?}"
    );

    let size = Size { users: 300, groups: 40, targets: 60, policies: 7 };
    let workload = Workload::new(size, Shape::Role, 5);
    for relation in Relation::ALL {
        let text = fs::read_to_string(output.join("facts").join(relation.file())).unwrap();
        assert_eq!(text, super::facts(&workload, relation));
    }
    let world = workload.world();
    for form in ["tenant.may", "snapshot"] {
        let found = read(&[output.join(form)], &Options::default()).into_world().unwrap();
        same(&found, &world);
    }
}

/// All that is numbered has the same number.
fn same(found: &World, expected: &World) {
    let users = |world: &World, id: UserId| {
        let user = world.users.row(id);
        (user.username.clone(), user.email.clone(), user.attributes.clone(), user.groups.clone())
    };
    let groups = |world: &World, id: GroupId| {
        let group = world.groups.row(id);
        (group.name.clone(), group.parents.clone())
    };
    let policies = |world: &World, id: PolicyId| world.policies.row(id).name.clone();
    let targets = |world: &World, id: TargetId| (world.target_address(id), world.targets.row(id).mode);
    let bindings = |world: &World, id: BindingId| {
        let row = world.bindings.row(id);
        let bound = (row.policy, row.group, row.user.clone());
        (row.target, row.order, bound, row.enabled, row.negate, row.failure_result, row.timeout)
    };
    let all = |world: &World| {
        (
            world.users.ids().map(|id| users(world, id)).collect::<Vec<_>>(),
            world.groups.ids().map(|id| groups(world, id)).collect::<Vec<_>>(),
            world.policies.ids().map(|id| policies(world, id)).collect::<Vec<_>>(),
            world.targets.ids().map(|id| targets(world, id)).collect::<Vec<_>>(),
            world.bindings.ids().map(|id| bindings(world, id)).collect::<Vec<_>>(),
        )
    };
    assert_eq!(all(found), all(expected));
    assert_eq!(found.edition, expected.edition);
    let counts = |world| -> Vec<usize> {
        let yes = |access: &whomay::reason::Access| access.count(whomay::Verdict::Yes);
        Reasoner::new(world).matrix().iter().map(yes).collect()
    };
    assert_eq!(counts(found), counts(expected));
}
