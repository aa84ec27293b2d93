//! A reasoner that was told of changes says what one says that is made for the changed world.

use std::collections::BTreeSet;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use whomay::model::{
    Attributes, Binding, BoundUser, Change, Dummy, Expression, GroupId, Id, Origin, PasswordExpiry, Places,
    Policy, PolicyId, PolicyKind, Reputation, Score, TargetId, User, UserId,
};
use whomay::reason::{PolicyRun, Settings, Touched, Unknown};
use whomay::{Reasoner, Subject, Verdict, World};

use super::worlds::{built, draft};

mod edges;

/// Code that rests on everything that code can rest on.
const CODE: [&str; 24] = [
    "return True",
    "return ak_is_group_member(request.user, name='g1')",
    "return ak_is_group_member(request.user, name='chain3') or request.user.email.endswith('@x.org')",
    "return request.user.ak_groups.filter(name='g2').exists()",
    "return any(group.name == 'g3' for group in request.user.all_groups())",
    "return len(request.user.all_groups()) > 2",
    "return request.user.attributes.get('team') == 'red'",
    "return request.user.attributes['team'] == 'red'",
    "return request.user.group_attributes().get('team') == 'red'",
    "return request.user.is_active and request.user.username != 'u0'",
    "return request.user.is_superuser",
    "return request.http_request.path == '/x'",
    "if request.user.attributes.get('team') == 'blue':\n    return context['geoip']['country'] == 'DE'\nreturn True",
    "if ak_is_group_member(request.user, name='g0'):\n    return request.context['pending'] == 1\nreturn False",
    "return ak_user_by(username='u1').attributes.get('team') == 'red'",
    "return ak_is_group_member(ak_user_by(username='u2'), name='g1')",
    "return ak_call_policy('code').passing",
    "return ak_call_policy('extra1').passing",
    "context['seen'] = request.user.username\nreturn True",
    "return 'seen' in context",
    "request.user = ak_user_by(username='u1')\nreturn True",
    "import random\nreturn random.random() > 0.5",
    "return request.obj.name == 't1'",
    "return not a policy",
];

#[derive(Clone, Debug)]
enum Edit {
    Join(Index, Index),
    Leave(Index, Index),
    Attributes(Index, Option<usize>),
    Activate(Index, bool),
    Mail(Index, bool),
    Password(Index, bool),
    Nest(Index, Index),
    Unnest(Index, Index),
    Bind(Index, Row),
    Unbind(Index),
    Rebind(Index, Index, Row),
    AddPolicy(usize, usize),
    SetPolicy(Index, usize),
    RemovePolicy(Index),
}

#[derive(Clone, Debug)]
struct Row {
    policy: Option<Index>,
    group: Option<Index>,
    user: Option<Index>,
    enabled: bool,
    negate: bool,
    failure_result: bool,
    order: i64,
}

fn row() -> impl Strategy<Value = Row> {
    let index = |weight| prop::option::weighted(weight, any::<Index>());
    let options = (prop::bool::weighted(0.9), any::<bool>(), any::<bool>(), 0..4_i64);
    (index(0.5), index(0.4), index(0.2), options).prop_map(
        |(policy, group, user, (enabled, negate, failure_result, order))| Row {
            policy,
            group,
            user,
            enabled,
            negate,
            failure_result,
            order,
        },
    )
}

fn edit() -> impl Strategy<Value = Edit> {
    let index = any::<Index>;
    prop_oneof![
        4 => (index(), index()).prop_map(|(user, group)| Edit::Join(user, group)),
        4 => (index(), index()).prop_map(|(user, group)| Edit::Leave(user, group)),
        4 => (index(), prop::option::of(0..2_usize)).prop_map(|(user, team)| Edit::Attributes(user, team)),
        2 => (index(), any::<bool>()).prop_map(|(user, active)| Edit::Activate(user, active)),
        1 => (index(), any::<bool>()).prop_map(|(user, inside)| Edit::Mail(user, inside)),
        1 => (index(), any::<bool>()).prop_map(|(user, known)| Edit::Password(user, known)),
        2 => (index(), index()).prop_map(|(child, parent)| Edit::Nest(child, parent)),
        3 => (index(), index()).prop_map(|(child, parent)| Edit::Unnest(child, parent)),
        3 => (index(), row()).prop_map(|(target, row)| Edit::Bind(target, row)),
        2 => index().prop_map(Edit::Unbind),
        2 => (index(), index(), row()).prop_map(|(id, target, row)| Edit::Rebind(id, target, row)),
        2 => (0..3_usize, 0..KINDS).prop_map(|(name, kind)| Edit::AddPolicy(name, kind)),
        6 => (index(), 0..KINDS).prop_map(|(policy, kind)| Edit::SetPolicy(policy, kind)),
        1 => index().prop_map(Edit::RemovePolicy),
    ]
}

/// Code, and five other kinds.
const KINDS: usize = CODE.len() + 5;

fn kind(which: usize) -> PolicyKind {
    match which - which.min(CODE.len()) {
        _ if which < CODE.len() => PolicyKind::Expression(Expression {
            text: CODE[which].to_owned(),
            origin: Origin::None,
            places: Places::Nowhere,
        }),
        0 => PolicyKind::PasswordExpiry(PasswordExpiry { days: 30, deny_only: false }),
        1 => PolicyKind::Reputation(Reputation { check_ip: false, check_username: true, threshold: -3 }),
        2 => PolicyKind::Dummy(Dummy { result: true, wait_min: 0, wait_max: 1 }),
        3 => PolicyKind::Unknown("somebody's mood".to_owned()),
        _ => PolicyKind::Always(false),
    }
}

fn policy(name: String, which: usize) -> Policy {
    Policy { pk: None, name, kind: kind(which), origin: Origin::None }
}

fn one<I: Id>(rows: usize, index: Index) -> Option<I> {
    (rows > 0).then(|| I::from_index(index.index(rows)))
}

fn binding(world: &World, target: Index, row: &Row) -> Option<Box<Binding>> {
    Some(Box::new(Binding {
        pk: None,
        target: one(world.targets.len(), target)?,
        policy: row.policy.and_then(|index| one(world.policies.len(), index)),
        group: row.group.and_then(|index| one(world.groups.len(), index)),
        user: row.user.and_then(|index| one(world.users.len(), index)).map(BoundUser::Listed),
        enabled: row.enabled,
        negate: row.negate,
        failure_result: row.failure_result,
        order: row.order,
        timeout: 30,
        expires: None,
        origin: Origin::None,
    }))
}

fn set_user(world: &World, user: Index, set: impl FnOnce(&mut User)) -> Option<Change> {
    let user: UserId = one(world.users.len(), user)?;
    let mut row = world.users[user].clone();
    set(&mut row);
    Some(Change::SetUser { user, row: Box::new(row) })
}

fn change(world: &World, edit: &Edit) -> Option<Change> {
    let user = |index| one::<UserId>(world.users.len(), index);
    let group = |index| one::<GroupId>(world.groups.len(), index);
    Some(match edit {
        Edit::Join(of, to) => Change::Join { user: user(*of)?, group: group(*to)? },
        Edit::Leave(of, from) => {
            let user = user(*of)?;
            let groups = &world.users[user].groups;
            Change::Leave { user, group: *groups.get(from.index(groups.len().max(1)))? }
        }
        Edit::Attributes(of, team) => set_user(world, *of, |row| {
            row.attributes = Attributes::new();
            if let Some(team) = team {
                let team = ["red", "blue"][*team];
                row.attributes = [("team".to_owned(), serde_json::Value::from(team))].into_iter().collect();
            }
        })?,
        Edit::Activate(of, active) => set_user(world, *of, |row| row.active = *active)?,
        Edit::Mail(of, inside) => {
            set_user(world, *of, |row| row.email = if *inside { "a@x.org" } else { "a@y.org" }.into())?
        }
        Edit::Password(of, known) => set_user(world, *of, |row| {
            row.password_changed = known.then(|| "2026-01-01T00:00:00Z".parse().unwrap());
        })?,
        Edit::Nest(child, parent) => Change::Nest { child: group(*child)?, parent: group(*parent)? },
        Edit::Unnest(child, parent) => {
            let child = group(*child)?;
            let parents = &world.groups[child].parents;
            Change::Unnest { child, parent: *parents.get(parent.index(parents.len().max(1)))? }
        }
        Edit::Bind(target, row) => Change::Bind(binding(world, *target, row)?),
        Edit::Unbind(index) => Change::Unbind(one(world.bindings.len(), *index)?),
        Edit::Rebind(index, target, row) => {
            Change::Rebind(one(world.bindings.len(), *index)?, binding(world, *target, row)?)
        }
        Edit::AddPolicy(name, which) => Change::AddPolicy(Box::new(policy(format!("extra{name}"), *which))),
        Edit::SetPolicy(index, which) => {
            let id: PolicyId = one(world.policies.len(), *index)?;
            Change::SetPolicy(id, Box::new(policy(world.policies[id].name.clone(), *which)))
        }
        Edit::RemovePolicy(index) => Change::RemovePolicy(one(world.policies.len(), *index)?),
    })
}

/// The verdict and the effective access of every subject and target.
type Verdicts = Vec<((Option<UserId>, TargetId), (Verdict, Verdict))>;

fn verdicts(reasoner: &Reasoner<'_>) -> Verdicts {
    let world = reasoner.world();
    let mut found = Vec::new();
    for (target, access) in world.targets.ids().zip(reasoner.matrix()) {
        for user in world.users.ids() {
            found.push(((Some(user), target), (access.verdict(user), access.effective(user))));
        }
        let nobody = reasoner.effective(Subject::Anonymous, target);
        found.push(((None, target), (access.anonymous(), nobody)));
    }
    found
}

/// What a reasoner says beyond verdicts, in words.
fn words(reasoner: &Reasoner<'_>) -> Vec<String> {
    let world = reasoner.world();
    let mut said = Vec::new();
    let unknown = |unknown: &Unknown| {
        let question = reasoner.question(*unknown).map(|(atom, policy)| (atom.text(), atom.span(), policy));
        format!("{} {question:?}", reasoner.reason(*unknown))
    };
    for target in world.targets.ids() {
        for user in world.users.ids() {
            let answer = reasoner.answer(user, target);
            let unknowns: Vec<String> = answer.unknowns.iter().map(unknown).collect();
            said.push(format!("{target:?} {user:?} {:?} {unknowns:?}", answer.decider));
        }
        said.push(format!("{:?}", (reasoner.admits_everyone(target), reasoner.is_unbound(target))));
    }
    let run = |run: &PolicyRun| {
        let atoms: Vec<_> = run.atoms.iter().map(|atom| (atom.text(), atom.span())).collect();
        let raises = run.raises.iter().flatten().map(|(atom, answer)| (atom.text(), atom.span(), *answer));
        let ends = (run.outcomes, run.anonymous, run.anyone, raises.collect::<Vec<_>>());
        format!("{:?}", (run.kind, &run.bindings, ends, atoms, &run.unclear, &run.unknown))
    };
    said.extend(reasoner.policy_runs().iter().flatten().map(run));
    said.extend(world.bindings.ids().map(|id| format!("{:?}", reasoner.may_end(id))));
    said
}

/// Whether all that changed was named, and nothing else was called moved.
fn all_is_named(touched: &Touched, before: &Verdicts, after: &Verdicts) {
    let targets: BTreeSet<TargetId> = touched.targets.iter().copied().collect();
    let mut moved = BTreeSet::new();
    for ((subject, old), (_, new)) in before.iter().zip(after) {
        let (user, target) = *subject;
        if old == new || targets.contains(&target) {
            continue;
        }
        let Some(user) = user else {
            panic!("a change about one user is one for whoever is nobody: {target:?}")
        };
        let named = touched.moved.iter().find(|moved| (moved.user, moved.target) == (user, target));
        let named = named.unwrap_or_else(|| panic!("{user:?} {target:?} {old:?} {new:?}: {touched:?}"));
        assert_eq!((named.before.verdict, named.before.effective), *old);
        assert_eq!((named.after.verdict, named.after.effective), *new);
        moved.insert((user, target));
    }
    assert_eq!(moved.len(), touched.moved.len(), "{touched:?}");
}

/// Makes one change after the other; what the next one is depends on the world.
fn check<C>(world: &World, edits: &[C], settings: &Settings, change: impl Fn(&World, &C) -> Option<Change>) {
    let mut reasoner = Reasoner::with(world, settings);
    let mut world = world.clone();
    let mut counts = reasoner.counts();
    let mut before = verdicts(&reasoner);
    for edit in edits {
        let Some(change) = change(&world, edit) else { continue };
        let made = reasoner.apply(&change);
        assert_eq!(made.clone().map(drop), world.apply(&change));
        assert!(*reasoner.world() == world, "{change:?}");
        let Ok(touched) = made else { continue };
        let fresh = Reasoner::with(&world, settings);
        let after = verdicts(&reasoner);
        let expected = verdicts(&fresh);
        for (is, should) in after.iter().zip(&expected) {
            assert_eq!(is, should, "{change:?}");
        }
        for (is, should) in words(&reasoner).iter().zip(&words(&fresh)) {
            assert_eq!(is, should, "{change:?}");
        }
        all_is_named(&touched, &before, &after);
        touched.recount(&reasoner, &mut counts);
        assert_eq!(counts, fresh.counts(), "{change:?}");
        before = after;
    }
}

fn settings(at: bool) -> Settings {
    Settings { at: at.then(|| "2026-01-20T00:00:00Z".parse().unwrap()), ..Settings::default() }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_changed_reasoner_is_a_new_one(
        draft in draft(),
        edition in prop::sample::select(vec!["2025.6.4", "2025.12.4", "2026.5.0", "2024.4.0"]),
        edits in vec(edit(), 1..14),
        (at, is_partial, has_scores) in (any::<bool>(), prop::bool::weighted(0.2), any::<bool>()),
    ) {
        let mut world = built(draft, edition, None);
        world.partial = is_partial;
        world.reputation = has_scores.then(|| vec![Score { identifier: "u1".into(), ip: "10.0.0.1".into(), score: -5 }]);
        check(&world, &edits, &settings(at), change);
    }
}
