//! Random worlds, small and nasty: cycles of groups, rows that bind several things or nothing, open modes, policies
//! that may end in any way.

use std::collections::HashMap;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use whomay::diagnostic::Diagnostics;
use whomay::model::builder::{Defaults, build};
use whomay::model::draft::{
    Draft, DraftBinding, DraftBoundUser, DraftDetails, DraftGroup, DraftTarget, DraftUser, Key, Reference,
    TargetReference,
};
use whomay::model::{
    Attributes, BindingId, Details, Dummy, Edition, Expression, Flags, Group, Id, Mode, Origin, Places,
    Policy, PolicyKind, Provider, Source, Stage, TargetId, TargetKind, User, UserKind, World,
};

use super::engine::{End, Run};

const GROUPS: usize = 5;
const USERS: usize = 4;

/// The policies of every random world.
fn policies() -> Vec<Policy> {
    let expression = Expression {
        // What a request has by other names is not looked into, so this ends in any way.
        text: "return request.something".to_owned(),
        origin: Origin::None,
        places: Places::Nowhere,
    };
    let dummy = |result, wait_max| PolicyKind::Dummy(Dummy { result, wait_min: 0, wait_max });
    [
        ("always-pass", PolicyKind::Always(true)),
        ("always-fail", PolicyKind::Always(false)),
        ("dummy-pass", dummy(true, 1)),
        ("dummy-fail", dummy(false, 1)),
        ("dummy-crash", dummy(true, 0)),
        ("unknown-p", PolicyKind::Unknown("p".to_owned())),
        ("unknown-q", PolicyKind::Unknown("q".to_owned())),
        ("code", PolicyKind::Expression(expression)),
    ]
    .map(|(name, kind)| Policy { pk: None, name: name.to_owned(), kind, origin: Origin::None })
    .to_vec()
}

/// What turns out one way or another: all runs of an atom end alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Atom {
    Policy(u32, TargetKind),
    Binding(u32),
    Mode(u32),
}

/// Every way in which what `target` rests on can turn out.
pub(crate) fn every_way(world: &World, target: TargetId) -> Vec<Run<'_>> {
    every_way_of(world, &[target])
}

/// Every way in which what `targets` rest on can turn out together.
pub(crate) fn every_way_of<'w>(world: &'w World, targets: &[TargetId]) -> Vec<Run<'w>> {
    let mut relevant: Vec<TargetId> = targets.iter().flat_map(|target| relevant(world, *target)).collect();
    relevant.sort_unstable();
    relevant.dedup();
    let mut fixed: HashMap<BindingId, End> = HashMap::new();
    let mut open: Vec<(BindingId, Atom)> = Vec::new();
    let mut atoms: Vec<Atom> = Vec::new();
    for (id, row) in world.bindings.iter().filter(|(_, row)| row.enabled && relevant.contains(&row.target)) {
        let Some(policy) = row.policy else { continue };
        match &world.policies[policy].kind {
            PolicyKind::Always(passes) => drop(fixed.insert(id, if *passes { End::Pass } else { End::Fail })),
            PolicyKind::Dummy(dummy) => {
                let crashes = dummy.wait_min >= dummy.wait_max;
                let end = if dummy.result { End::Pass } else { End::Fail };
                fixed.insert(id, if crashes { End::Crash } else { end });
            }
            PolicyKind::Unknown(_) => {
                open.push((id, Atom::Policy(policy.0, world.targets[row.target].kind())));
            }
            _ => open.push((id, Atom::Binding(id.0))),
        }
    }
    atoms.extend(open.iter().map(|(_, atom)| *atom));
    atoms.extend(
        relevant.iter().filter(|id| world.targets[**id].mode == Mode::Unexposed).map(|id| Atom::Mode(id.0)),
    );
    atoms.sort_unstable();
    atoms.dedup();
    let mut ways: Vec<Vec<(Atom, usize)>> = vec![Vec::new()];
    for atom in atoms {
        let choices = match atom {
            Atom::Mode(_) => 2,
            // What a person calls unknown does not crash.
            Atom::Policy(..) => End::ALL.len() - 1,
            Atom::Binding(_) => End::ALL.len(),
        };
        ways = ways
            .iter()
            .flat_map(|way| (0..choices).map(|choice| [way.as_slice(), &[(atom, choice)]].concat()))
            .collect();
    }
    ways.iter()
        .map(|way| {
            let choice = |atom: Atom| way.iter().find(|(known, _)| *known == atom).map(|(_, choice)| *choice);
            let mut ends = fixed.clone();
            ends.extend(open.iter().map(|(id, atom)| (*id, End::ALL[choice(*atom).unwrap()])));
            let modes = way.iter().filter_map(|(atom, choice)| match atom {
                Atom::Mode(target) => Some((TargetId(*target), [Mode::Any, Mode::All][*choice])),
                _ => None,
            });
            Run { world, ends, modes: modes.collect() }
        })
        .collect()
}

/// The targets whose bindings can have a part in what `target` leads to.
fn relevant(world: &World, target: TargetId) -> Vec<TargetId> {
    let mut relevant = vec![target];
    match &world.targets[target].details {
        Details::Device { access_group, .. } => relevant.extend(*access_group),
        Details::RacEndpoint { .. } => {
            let applications = world.targets.iter().filter(|(_, row)| row.kind() == TargetKind::Application);
            relevant.extend(applications.map(|(id, _)| id));
        }
        _ => {}
    }
    relevant
}

fn name(prefix: &str, index: usize) -> String {
    format!("{prefix}{index}")
}

fn reference(name: String) -> Reference {
    Reference { key: Key::Name(name).into(), origin: Origin::None }
}

fn groups() -> impl Strategy<Value = Vec<DraftGroup>> {
    let group = |index: usize| {
        vec(0..GROUPS, 0..3).prop_map(move |parents| DraftGroup {
            group: Group {
                pk: None,
                name: name("g", index),
                parents: Vec::new(),
                parent_origins: Vec::new(),
                superuser: false,
                attributes: Attributes::new(),
                origin: Origin::None,
            },
            parents: parents.into_iter().map(|parent| reference(name("g", parent))).collect(),
            shaped: Vec::new(),
            users: Vec::new(),
        })
    };
    (0..GROUPS).map(group).collect::<Vec<_>>()
}

/// A chain long enough to reach beyond every limit on nesting; its last group is below `g0`.
fn chain(length: usize) -> Vec<DraftGroup> {
    (0..length)
        .map(|index| DraftGroup {
            group: Group {
                pk: None,
                name: name("chain", index),
                parents: Vec::new(),
                parent_origins: Vec::new(),
                superuser: false,
                attributes: Attributes::new(),
                origin: Origin::None,
            },
            parents: vec![reference(if index == 0 { "g0".to_owned() } else { name("chain", index - 1) })],
            shaped: Vec::new(),
            users: Vec::new(),
        })
        .collect()
}

fn users() -> impl Strategy<Value = Vec<DraftUser>> {
    let user = |index: usize| {
        (vec(0..GROUPS, 0..3), option::weighted(0.2, 15..24_usize), any::<bool>()).prop_map(
            move |(groups, deep, active)| DraftUser {
                user: User {
                    pk: None,
                    username: name("u", index).into(),
                    name: "".into(),
                    email: "".into(),
                    kind: UserKind::Internal,
                    active,
                    path: "users".into(),
                    attributes: Attributes::new(),
                    password_changed: None,
                    groups: Box::default(),
                    origin: Origin::None,
                },
                groups: groups
                    .into_iter()
                    .map(|group| name("g", group))
                    .chain(deep.map(|level| name("chain", level)))
                    .map(reference)
                    .collect(),
            },
        )
    };
    (0..USERS).map(user).collect::<Vec<_>>()
}

/// What a row binds: policy, group, user.
type Bound = (Option<usize>, Option<usize>, Option<usize>);

fn bound() -> impl Strategy<Value = Bound> {
    let policy = || prop_oneof![8 => 0..5_usize, 2 => 5..7_usize, 1 => Just(7_usize)];
    let group = || 0..GROUPS;
    // One more than there are users: a user that is not listed.
    let user = || 0..=USERS;
    prop_oneof![
        5 => policy().prop_map(|policy| (Some(policy), None, None)),
        6 => group().prop_map(|group| (None, Some(group), None)),
        3 => user().prop_map(|user| (None, None, Some(user))),
        1 => (policy(), group()).prop_map(|(policy, group)| (Some(policy), Some(group), None)),
        1 => (policy(), user()).prop_map(|(policy, user)| (Some(policy), None, Some(user))),
        1 => (group(), user()).prop_map(|(group, user)| (None, Some(group), Some(user))),
        1 => (policy(), group(), user()).prop_map(|(policy, group, user)| (Some(policy), Some(group), Some(user))),
        1 => Just((None, None, None)),
    ]
}

fn binding(target: usize) -> impl Strategy<Value = DraftBinding> {
    let options = (prop::bool::weighted(0.85), any::<bool>(), any::<bool>(), 0..4_i64);
    (bound(), options).prop_map(move |((policy, group, user), (enabled, negate, failure_result, order))| {
        DraftBinding {
            pk: None,
            target: TargetReference::Here(target),
            policy: policy.map(|policy| reference(policies()[policy].name.clone())),
            group: group.map(|group| reference(name("g", group))),
            user: user.map(|user| {
                if user == USERS {
                    DraftBoundUser::Unlisted("1".to_owned())
                } else {
                    DraftBoundUser::Listed(reference(name("u", user)))
                }
            }),
            enabled,
            negate,
            failure_result,
            order,
            timeout: 30,
            expires: None,
            origin: Origin::None,
        }
    })
}

fn mode() -> impl Strategy<Value = Mode> {
    prop_oneof![5 => Just(Mode::Any), 5 => Just(Mode::All), 1 => Just(Mode::Unexposed), 1 => Just(Mode::Invalid)]
}

/// One target of each kind; two applications, of which the second may be the entrance to the endpoint.
fn details(rac: bool, in_group: bool, flags: (bool, bool)) -> Vec<DraftDetails> {
    let here = TargetReference::Here;
    vec![
        DraftDetails::Application { provider: None },
        DraftDetails::Application { provider: rac.then(|| reference("rac".to_owned())) },
        DraftDetails::Entitlement { application: here(0) },
        DraftDetails::Flow { designation: String::new(), authentication: "none".to_owned() },
        DraftDetails::StageBinding {
            flow: here(3),
            stage: reference("stage".to_owned()),
            order: 0,
            evaluate_on_plan: flags.0,
            re_evaluate_policies: flags.1,
        },
        DraftDetails::Source(Source {
            enabled: true,
            model: String::new(),
            user_matching: None,
            group_matching: None,
            authentication_flow: flags.0.then(|| here(3)),
            enrollment_flow: flags.1.then(|| here(3)),
        }),
        DraftDetails::NotificationRule,
        DraftDetails::RacEndpoint { provider: Some(reference("rac".to_owned())) },
        DraftDetails::DeviceAccessGroup,
        DraftDetails::Device { access_group: in_group.then(|| here(8)), expires: None },
    ]
}

/// Random drafts of worlds.
pub(crate) fn draft() -> impl Strategy<Value = Draft> {
    let shape = (any::<bool>(), any::<bool>(), (any::<bool>(), any::<bool>()));
    let count = details(true, true, (true, true)).len();
    // At most a few rows: whatever is unknown is tried in every way.
    let rows = (0..count).map(|target| vec(binding(target), 0..4)).collect::<Vec<_>>();
    (groups(), users(), shape, rows, vec(mode(), count)).prop_map(
        move |(groups, users, (rac, in_group, flags), rows, modes)| {
            let targets = details(rac, in_group, flags).into_iter().zip(modes).enumerate();
            Draft {
                users,
                groups: groups.into_iter().chain(chain(24)).collect(),
                policies: policies(),
                stages: vec![Stage {
                    pk: None,
                    name: "stage".to_owned(),
                    model: String::new(),
                    origin: Origin::None,
                }],
                providers: vec![Provider {
                    pk: None,
                    name: "rac".to_owned(),
                    model: "authentik_providers_rac.racprovider".to_owned(),
                    origin: Origin::None,
                }],
                targets: targets
                    .map(|(index, (details, mode))| DraftTarget {
                        pk: None,
                        pbm: None,
                        details,
                        name: name("t", index),
                        slug: None,
                        mode,
                        origin: Origin::None,
                    })
                    .collect(),
                bindings: rows.into_iter().flatten().collect(),
                ..Draft::default()
            }
        },
    )
}

/// The world of `draft` in `edition`.
pub(crate) fn built(draft: Draft, edition: &str, flag: Option<bool>) -> World {
    let defaults = Defaults {
        edition: Some(Edition::parse(edition).unwrap()),
        flags: Flags { core_default_app_access: flag },
        ..Defaults::default()
    };
    let mut diagnostics = Diagnostics::default();
    let world = build(vec![draft], &defaults, &mut diagnostics);
    assert!(!diagnostics.has_errors(), "{diagnostics:?}");
    world
}

/// Random worlds of `edition`.
pub(crate) fn world(edition: &'static str) -> impl Strategy<Value = World> {
    (draft(), option::of(any::<bool>())).prop_map(move |(draft, flag)| built(draft, edition, flag))
}

/// All targets are there, whatever their order.
#[test]
fn every_kind_of_target_is_in_a_random_world() {
    let kinds: std::collections::BTreeSet<TargetKind> =
        details(true, true, (true, true)).iter().map(DraftDetails::kind).collect();
    assert_eq!(kinds.len(), TargetKind::ALL.len());
    assert_eq!(super::target(3).index(), 3);
}
