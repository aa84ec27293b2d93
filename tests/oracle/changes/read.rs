//! A changed world is the one that reading the changed configuration gives.

use std::sync::Arc;

use proptest::collection::vec;
use proptest::prelude::*;
use whomay::World;
use whomay::model::draft::{
    Draft, DraftBinding, DraftBoundUser, DraftGroup, DraftTarget, DraftUser, Key, Reference, TargetReference,
};
use whomay::model::{
    Binding, BindingId, BoundUser, Change, Group, GroupId, Id, Policy, PolicyId, TargetId, TargetKind, User,
    UserId,
};

use super::super::worlds::{built, draft};
use super::{change, edit, policy};

fn reference(name: &str, origin: whomay::model::Origin) -> Reference {
    Reference { key: Arc::new(Key::Name(name.to_owned())), origin }
}

/// What one would write to get `world`: the targets of `draft`, and whatever can change.
fn written(world: &World, draft: &Draft) -> Draft {
    let group = |id: &GroupId| reference(&world.groups[*id].name, world.groups[*id].origin);
    let users = world.users.values().map(|row| DraftUser {
        user: User { groups: Box::default(), ..row.clone() },
        groups: row.groups.iter().map(group).collect(),
    });
    let groups = world.groups.values().map(|row| DraftGroup {
        group: Group { parents: Vec::new(), parent_origins: Vec::new(), ..row.clone() },
        parents: row.parents.iter().map(group).collect(),
        shaped: Vec::new(),
        users: Vec::new(),
    });
    let bindings = world.bindings.values().map(|row| {
        let bound = &world.targets[row.target];
        // Of every kind but applications there is one.
        let is_bound = |target: &DraftTarget| {
            let is_one = bound.kind() != TargetKind::Application || target.name == bound.name;
            target.details.kind() == bound.kind() && is_one
        };
        let target = draft.targets.iter().position(is_bound).unwrap();
        DraftBinding {
            pk: row.pk.clone(),
            target: TargetReference::Here(target),
            policy: row.policy.map(|id| reference(&world.policies[id].name, row.origin)),
            group: row.group.as_ref().map(group),
            user: row.user.as_ref().map(|user| match user {
                BoundUser::Listed(id) => {
                    DraftBoundUser::Listed(reference(&world.users[*id].username, row.origin))
                }
                BoundUser::Unlisted(key) => DraftBoundUser::Unlisted(key.clone()),
            }),
            enabled: row.enabled,
            negate: row.negate,
            failure_result: row.failure_result,
            order: row.order,
            timeout: row.timeout,
            expires: row.expires,
            origin: row.origin,
        }
    });
    Draft {
        users: users.collect(),
        groups: groups.collect(),
        policies: world.policies.values().cloned().collect(),
        bindings: bindings.collect(),
        ..draft.clone()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_changed_world_is_the_one_that_is_read(
        draft in draft(),
        edition in prop::sample::select(vec!["2026.5.0", "2024.4.0"]),
        edits in vec(edit(), 1..14),
    ) {
        let mut world = built(draft.clone(), edition, None);
        for edit in &edits {
            let Some(change) = change(&world, edit) else { continue };
            let before = world.clone();
            if world.apply(&change).is_err() {
                prop_assert!(world == before, "{:?}", change);
            }
            let read = built(written(&world, &draft), edition, None);
            prop_assert!(world == read, "{:?}", change);
        }
    }
}

/// A world of every kind of object that a change names, and a change that names one that is not there.
#[test]
fn what_is_not_there_cannot_be_changed() {
    let text = "group staff  user anna in staff  policy p always pass  application wiki { 0: policy p }";
    let world = World::parse("tenant.may", text).unwrap();
    let binding: Binding = world.bindings[BindingId(0)].clone();
    let row = Box::new(world.users[UserId(0)].clone());
    let Policy { kind, .. } = world.policies[PolicyId(0)].clone();
    let named = |name: &str| Box::new(Policy { kind: kind.clone(), ..policy(name.to_owned(), 0) });
    for index in [1, u32::MAX as usize] {
        let (user, group) = (UserId::from_index(index), GroupId::from_index(index));
        let (policy, id) = (PolicyId::from_index(index), BindingId::from_index(index));
        let bound = |change: fn(&mut Binding, usize)| {
            let mut row = binding.clone();
            change(&mut row, index);
            Box::new(row)
        };
        let rows = [
            bound(|row, index| row.target = TargetId::from_index(index)),
            bound(|row, index| row.policy = Some(PolicyId::from_index(index))),
            bound(|row, index| row.group = Some(GroupId::from_index(index))),
            bound(|row, index| row.user = Some(BoundUser::Listed(UserId::from_index(index)))),
        ];
        let changes = [
            Change::Join { user, group: GroupId(0) },
            Change::Join { user: UserId(0), group },
            Change::Leave { user, group: GroupId(0) },
            Change::Leave { user: UserId(0), group },
            Change::SetUser { user, row: row.clone() },
            Change::Nest { child: group, parent: GroupId(0) },
            Change::Nest { child: GroupId(0), parent: group },
            Change::Unnest { child: group, parent: GroupId(0) },
            Change::Unnest { child: GroupId(0), parent: group },
            Change::Unbind(id),
            Change::Rebind(id, Box::new(binding.clone())),
            Change::SetPolicy(policy, named("p")),
            Change::RemovePolicy(policy),
        ];
        let rebound = rows.iter().map(|row| Change::Rebind(BindingId(0), row.clone()));
        for change in changes.into_iter().chain(rebound).chain(rows.iter().cloned().map(Change::Bind)) {
            let mut reasoner = whomay::Reasoner::new(&world);
            assert!(reasoner.apply(&change).is_err(), "{change:?}");
            assert!(*reasoner.world() == world, "{change:?}");
        }
    }
}

/// Reading a configuration with one key twice is an error.
#[test]
fn a_key_is_that_of_one_object() {
    let text = "user anna { pk: 1 }  user eve { pk: 2 }  policy p always pass";
    let mut world = World::parse("tenant.may", text).unwrap();
    let before = world.clone();
    let [anna, eve] = ["anna", "eve"].map(|name| world.find_user(name).unwrap());
    let row = User { pk: Some("1".into()), ..world.users[eve].clone() };
    let change = Change::SetUser { user: eve, row: Box::new(row) };
    assert_eq!(world.apply(&change).unwrap_err().to_string(), "there is another user with the key `1`");
    assert!(world == before);
    let row = world.users[anna].clone();
    world.apply(&Change::SetUser { user: anna, row: Box::new(row) }).unwrap();

    let keyed = |name: &str| Policy { pk: Some("p".into()), ..policy(name.to_owned(), 0) };
    world.apply(&Change::SetPolicy(PolicyId(0), Box::new(keyed("p")))).unwrap();
    let error = world.apply(&Change::AddPolicy(Box::new(keyed("q")))).unwrap_err();
    assert_eq!(error.to_string(), "there is another policy with the key `p`");
}
