//! Changes of the objects that everything else refers to, among others.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use whomay::World;
use whomay::model::{
    Change, Details, Group, GroupId, Id, Mode, Origin, ProviderId, Score, StageId, Target, TargetId, User,
    UserId,
};

use super::super::worlds::{built, draft};
use super::{Edit, change, check, edit, one, settings};

#[derive(Clone, Debug)]
enum Any {
    Edit(Edit),
    AddUser(usize, Index),
    RemoveUser(Index),
    AddGroup(usize, Index),
    SetGroup(Index, bool),
    RemoveGroup(Index),
    AddTarget(usize, bool),
    SetTarget(Index, bool),
    RemoveTarget(Index),
    RemoveStage(Index),
    RemoveProvider(Index),
    SetFlag(bool),
    AddScores(i64),
}

fn any_change() -> impl Strategy<Value = Any> {
    let index = any::<Index>;
    prop_oneof![
        8 => edit().prop_map(Any::Edit),
        1 => (0..3_usize, index()).prop_map(|(name, group)| Any::AddUser(name, group)),
        1 => index().prop_map(Any::RemoveUser),
        1 => (0..3_usize, index()).prop_map(|(name, parent)| Any::AddGroup(name, parent)),
        1 => (index(), any::<bool>()).prop_map(|(group, superuser)| Any::SetGroup(group, superuser)),
        1 => index().prop_map(Any::RemoveGroup),
        1 => (0..3_usize, any::<bool>()).prop_map(|(name, part)| Any::AddTarget(name, part)),
        1 => (index(), any::<bool>()).prop_map(|(target, all)| Any::SetTarget(target, all)),
        1 => index().prop_map(Any::RemoveTarget),
        1 => index().prop_map(Any::RemoveStage),
        1 => index().prop_map(Any::RemoveProvider),
        1 => any::<bool>().prop_map(Any::SetFlag),
        1 => (-9..0_i64).prop_map(Any::AddScores),
    ]
}

fn made(world: &World, wanted: &Any) -> Option<Change> {
    let user = |index| one::<UserId>(world.users.len(), index);
    let group = |index| one::<GroupId>(world.groups.len(), index);
    let target = |index| one::<TargetId>(world.targets.len(), index);
    Some(match wanted {
        Any::Edit(edit) => change(world, edit)?,
        Any::AddUser(name, of) => {
            let (template, group) = (world.users.values().next()?, group(*of)?);
            let username = ["a", "u1b", "z"][*name].into();
            let row = User { pk: None, username, groups: [group, group].into(), ..template.clone() };
            Change::AddUser(Box::new(row))
        }
        Any::RemoveUser(index) => Change::RemoveUser(user(*index)?),
        Any::AddGroup(name, parent) => {
            let (template, parent) = (world.groups.values().next()?, group(*parent)?);
            let (name, parent_origins) = (["a", "g1b", "z"][*name].to_owned(), Vec::new());
            let row = Group { pk: None, name, parents: vec![parent], parent_origins, ..template.clone() };
            Change::AddGroup(Box::new(row))
        }
        Any::SetGroup(index, superuser) => {
            let group = group(*index)?;
            let row = Group { superuser: *superuser, parents: Vec::new(), ..world.groups[group].clone() };
            Change::SetGroup { group, row: Box::new(row) }
        }
        Any::RemoveGroup(index) => Change::RemoveGroup(group(*index)?),
        Any::AddTarget(name, is_part) => {
            let application = world
                .targets
                .iter()
                .find_map(|(id, row)| matches!(row.details, Details::Application { .. }).then_some(id));
            let details = match application.filter(|_| *is_part) {
                Some(application) => Details::Entitlement { application },
                None => Details::Application { provider: None },
            };
            let name = ["a", "t1b", "z"][*name].to_owned();
            let row = Target { pk: None, details, name, slug: None, mode: Mode::All, origin: Origin::None };
            Change::AddTarget(Box::new(row))
        }
        Any::SetTarget(index, all) => {
            let target = target(*index)?;
            let mode = if *all { Mode::All } else { Mode::Any };
            let row = Target { mode, ..world.targets[target].clone() };
            Change::SetTarget { target, row: Box::new(row) }
        }
        Any::RemoveTarget(index) => Change::RemoveTarget(target(*index)?),
        Any::RemoveStage(index) => Change::RemoveStage(one::<StageId>(world.stages.len(), *index)?),
        Any::RemoveProvider(index) => {
            Change::RemoveProvider(one::<ProviderId>(world.providers.len(), *index)?)
        }
        Any::SetFlag(is_set) => Change::SetFlag(*is_set),
        Any::AddScores(score) => {
            Change::AddScores(vec![Score { identifier: "u0".into(), ip: "10.0.0.1".into(), score: *score }])
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_reasoner_follows_changes_of_objects(
        draft in draft(),
        edition in prop::sample::select(vec!["2025.6.4", "2026.5.0"]),
        changes in vec(any_change(), 1..14),
        settings in settings(),
    ) {
        check(&built(draft, edition, None), &changes, &settings, made);
    }
}

/// What cannot be made is refused, and changes nothing.
#[test]
fn what_cannot_be_is_refused() {
    let text = "group staff { pk: 1 }  user anna { pk: 1 }  provider web oauth2  stage ask password\n\
                application wiki { pk: a  entitlement admin }  flow sign-in { stage ask at 1 }  endpoint ssh";
    let world = World::parse("tenant.may", text).unwrap();
    let (group, user) = (world.find_group("staff").unwrap(), world.find_user("anna").unwrap());
    let wiki = world.find_target("wiki").unwrap();
    let target = |name: &str| world.targets[world.find_target(name).unwrap()].clone();
    let renamed = Target { slug: Some("wiki2".to_owned()), ..target("wiki") };
    let moved = Target { details: Details::DeviceAccessGroup, ..target("wiki") };
    let lost = Target { details: Details::Application { provider: Some(ProviderId(7)) }, ..target("wiki") };
    let again = Target { pk: None, ..target("wiki") };
    let same_key = Target { slug: Some("other".to_owned()), ..target("wiki") };
    let group_row = world.groups[group].clone();
    let refused = [
        Change::AddUser(Box::new(User { pk: None, ..world.users[user].clone() })),
        Change::AddUser(Box::new(User { username: "eve".into(), ..world.users[user].clone() })),
        Change::AddGroup(Box::new(Group { pk: None, ..group_row.clone() })),
        Change::AddGroup(Box::new(Group { name: "x".to_owned(), ..group_row.clone() })),
        Change::AddGroup(Box::new(Group {
            pk: None,
            name: "x".to_owned(),
            parents: vec![GroupId(9)],
            ..group_row.clone()
        })),
        Change::SetGroup { group, row: Box::new(Group { name: "x".to_owned(), ..group_row }) },
        Change::SetTarget { target: wiki, row: Box::new(renamed) },
        Change::SetTarget { target: wiki, row: Box::new(moved) },
        Change::SetTarget { target: wiki, row: Box::new(lost.clone()) },
        Change::AddTarget(Box::new(lost)),
        Change::AddTarget(Box::new(again)),
        Change::AddTarget(Box::new(same_key)),
        Change::AddTarget(Box::new(target("entitlement:wiki/admin"))),
        Change::AddTarget(Box::new(target("stage:sign-in/ask@1"))),
        Change::AddStage(Box::new(world.stages[StageId(0)].clone())),
        Change::AddProvider(Box::new(world.providers[ProviderId(0)].clone())),
        Change::RemoveGroup(GroupId(1)),
        Change::RemoveUser(UserId(1)),
        Change::RemoveTarget(TargetId::from_index(world.targets.len())),
        Change::RemoveStage(StageId(1)),
        Change::RemoveProvider(ProviderId(1)),
    ];
    for change in refused {
        let mut changed = world.clone();
        assert!(changed.apply(&change).is_err(), "{change:?}");
        assert!(changed == world, "{change:?}");
    }
    // Endpoints may share a name.
    let mut changed = world.clone();
    changed.apply(&Change::AddTarget(Box::new(target("endpoint:ssh")))).unwrap();
    assert_eq!(changed.targets.len(), world.targets.len() + 1);
}
