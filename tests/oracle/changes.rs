//! A reasoner that was told of changes says what one says that is made for the changed world.

use std::collections::BTreeSet;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use whomay::model::{
    Attributes, Binding, BoundUser, Change, Group, GroupId, Id, Origin, Policy, PolicyId, Score, TargetId,
    User, UserId,
};
use whomay::reason::{PolicyRun, Settings, Touched, Unknown};
use whomay::{Reasoner, Subject, Verdict, World};

use super::worlds::{built, draft};

mod edges;
mod kinds;
mod many;
mod objects;
mod read;

use kinds::{KINDS, kind};

#[derive(Clone, Debug)]
enum Edit {
    Join(Index, Index),
    Leave(Index, Index),
    Attributes(Index, Option<usize>),
    Activate(Index, bool),
    Mail(Index, bool),
    Password(Index, bool),
    Key(Index, Option<usize>),
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
enum Bound {
    Listed(Index),
    Unlisted,
}

#[derive(Clone, Debug)]
struct Row {
    policy: Option<Index>,
    group: Option<Index>,
    user: Option<Bound>,
    expires: Option<bool>,
    enabled: bool,
    negate: bool,
    failure_result: bool,
    order: i64,
}

fn row() -> impl Strategy<Value = Row> {
    let index = |weight| prop::option::weighted(weight, any::<Index>());
    let user = prop_oneof![4 => any::<Index>().prop_map(Bound::Listed), 1 => Just(Bound::Unlisted)];
    let options = (prop::bool::weighted(0.9), any::<bool>(), any::<bool>(), 0..4_i64);
    let expires = prop::option::weighted(0.1, any::<bool>());
    (index(0.5), index(0.4), prop::option::weighted(0.2, user), expires, options).prop_map(
        |(policy, group, user, expires, (enabled, negate, failure_result, order))| Row {
            policy,
            group,
            user,
            expires,
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
        4 => (index(), prop::option::of(0..TEAMS.len())).prop_map(|(user, team)| Edit::Attributes(user, team)),
        2 => (index(), any::<bool>()).prop_map(|(user, active)| Edit::Activate(user, active)),
        1 => (index(), any::<bool>()).prop_map(|(user, inside)| Edit::Mail(user, inside)),
        1 => (index(), any::<bool>()).prop_map(|(user, known)| Edit::Password(user, known)),
        1 => (index(), prop::option::of(0..2_usize)).prop_map(|(user, key)| Edit::Key(user, key)),
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
        user: match row.user {
            Some(Bound::Listed(index)) => one(world.users.len(), index).map(BoundUser::Listed),
            Some(Bound::Unlisted) => Some(BoundUser::Unlisted("2".to_owned())),
            None => None,
        },
        enabled: row.enabled,
        negate: row.negate,
        failure_result: row.failure_result,
        order: row.order,
        timeout: 30,
        expires: row.expires.map(|late| if late { LATER } else { EARLIER }.parse().unwrap()),
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
                let team = serde_json::from_str(TEAMS[*team]).unwrap();
                row.attributes = [("team".to_owned(), team)].into_iter().collect();
            }
        })?,
        Edit::Activate(of, active) => set_user(world, *of, |row| row.active = *active)?,
        Edit::Mail(of, inside) => {
            set_user(world, *of, |row| row.email = if *inside { "a@x.org" } else { "a@y.org" }.into())?
        }
        Edit::Password(of, known) => set_user(world, *of, |row| {
            row.password_changed = known.then(|| "2026-01-01T00:00:00Z".parse().unwrap());
        })?,
        Edit::Key(of, key) => {
            // No two have the same.
            let own = user(*of)?.index();
            set_user(world, *of, |row| row.pk = key.map(|key| format!("{}", key * 1_000 + own).into()))?
        }
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
pub(super) type Verdicts = Vec<((Option<UserId>, TargetId), (Verdict, Verdict))>;

pub(super) fn verdicts(reasoner: &Reasoner<'_>) -> Verdicts {
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
pub(super) fn words(reasoner: &Reasoner<'_>) -> Vec<String> {
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
        if before.len() == after.len() {
            all_is_named(&touched, &before, &after);
        }
        touched.recount(&reasoner, &mut counts);
        assert_eq!(counts, fresh.counts(), "{change:?}");
        before = after;
    }
}

/// Now is between these.
const EARLIER: &str = "2026-01-10T00:00:00Z";
const LATER: &str = "2026-01-30T00:00:00Z";

/// What users and groups may have for a team, as JSON.
const TEAMS: [&str; 7] = ["\"red\"", "\"blue\"", "\"\"", "3", "-0.0", "[\"red\", 1]", "{\"red\": \"red\"}"];

const ASSUMED: [(&str, &str); 8] = [
    ("client_ip", "10.0.0.1"),
    ("geoip.country", "DE"),
    ("http_request", "false"),
    ("sso", "true"),
    ("context.pending", "1"),
    ("context.seen", "absent"),
    ("policy:code", "pass"),
    ("policy:extra1", "error"),
];

fn settings() -> impl Strategy<Value = Settings> {
    let assumed = prop_oneof![2 => Just(Vec::new()), 1 => prop::sample::subsequence(&ASSUMED, 1..4)];
    (any::<bool>(), assumed).prop_map(|(at, assumed)| {
        let mut settings =
            Settings { at: at.then(|| "2026-01-20T00:00:00Z".parse().unwrap()), ..Settings::default() };
        for (key, value) in assumed {
            // Some contradict each other.
            let _ = settings.assumptions.set(key, value);
        }
        settings
    })
}

/// Gives groups attributes, and makes them groups of superusers; puts in policies of other kinds.
fn dress(world: &mut World, dresses: &[(Index, usize, bool)], policies: &[(Index, usize)]) {
    let mut groups: Vec<Group> = std::mem::take(&mut world.groups).into_iter().collect();
    for (group, team, superuser) in dresses {
        let at = group.index(groups.len());
        let row = &mut groups[at];
        let team = serde_json::from_str(TEAMS[*team]).unwrap();
        row.attributes = [("team".to_owned(), team)].into_iter().collect();
        row.superuser = *superuser;
    }
    world.groups = groups.into_iter().collect();
    let mut rows: Vec<Policy> = std::mem::take(&mut world.policies).into_iter().collect();
    for (index, which) in policies {
        let at = index.index(rows.len());
        rows[at].kind = kind(*which);
    }
    world.policies = rows.into_iter().collect();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 250, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_changed_reasoner_is_a_new_one(
        draft in draft(),
        edition in prop::sample::select(vec!["2025.6.4", "2025.12.4", "2026.5.0", "2024.4.0"]),
        edits in vec(edit(), 1..14),
        dresses in vec((any::<Index>(), 0..TEAMS.len(), any::<bool>()), 0..4),
        policies in vec((any::<Index>(), 0..KINDS), 0..6),
        (is_partial, has_scores) in (prop::bool::weighted(0.2), any::<bool>()),
        settings in settings(),
    ) {
        let mut world = built(draft, edition, None);
        world.partial = is_partial;
        world.reputation = has_scores.then(|| vec![Score { identifier: "u1".into(), ip: "10.0.0.1".into(), score: -5 }]);
        dress(&mut world, &dresses, &policies);
        check(&world, &edits, &settings, change);
    }
}
