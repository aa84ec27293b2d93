//! What is different between two worlds, object by object.
//!
//! Users, groups and policies are the same where they have one name, targets where they have one address; of several
//! with one name, the first is the first. Bindings of one target are the same where they have one key, else where they
//! bind the same.

mod bindings;

use std::cmp::Ordering;
use std::hash::Hash;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::{BindingId, Both, Details, GroupId, Id, PolicyId, Table, Target, TargetId, User, UserId, World};

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// Another release.
    Edition,
    /// `core_default_app_access` says something else.
    Flag,
    /// The reputation scores are others.
    Reputation,
    /// A target.
    Target(Both<TargetId>, Vec<&'static str>),
    /// A binding of a target.
    Binding(Both<BindingId>, Both<TargetId>, Vec<&'static str>),
    /// A policy.
    Policy(Both<PolicyId>, Vec<&'static str>),
    /// A group; nothing about its neighbours and members.
    Group(Both<GroupId>, Vec<&'static str>),
    /// The first group is directly below the second one, or no more.
    Nesting(Both<GroupId>, Both<GroupId>, Side),
    /// A user; nothing about their groups.
    User(Both<UserId>, Vec<&'static str>),
    /// The user is directly in the group, or no more.
    Membership(Both<UserId>, Both<GroupId>, Side),
}

/// On which side something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// It was there.
    Old,
    /// It is there now.
    New,
}

/// Which objects of two worlds are the same.
#[derive(Debug)]
pub struct Matching {
    /// The users, by username.
    pub users: Vec<Both<UserId>>,
    /// The groups, by name.
    pub groups: Vec<Both<GroupId>>,
    /// The policies, by name.
    pub policies: Vec<Both<PolicyId>>,
    /// The targets, in the order of reports.
    pub targets: Vec<Both<TargetId>>,
}

impl Matching {
    /// Which objects of `old` and `new` are the same.
    pub fn of(old: &World, new: &World) -> Self {
        let by_name = |row: &super::Group| row.name.clone();
        let mut targets = by_key(&old.targets, &new.targets, |side, id, _| {
            (if side == Side::Old { old } else { new }).target_address(id)
        });
        targets.sort_by_cached_key(|both| {
            let (world, id) = both.new.map_or((old, both.old), |id| (new, Some(id)));
            id.map(|id| (world.targets.row(id).kind(), world.target_name(id), both.new.is_none(), id))
        });
        Self {
            users: in_order(&old.users, &new.users, |one, other| one.username.cmp(&other.username)),
            groups: by_key(&old.groups, &new.groups, |_, _, row| by_name(row)),
            policies: by_key(&old.policies, &new.policies, |_, _, row| row.name.clone()),
            targets,
        }
    }
}

/// Rows of two tables that are sorted by something that no two rows of a table share.
fn in_order<I: Id, T>(
    old: &Table<I, T>,
    new: &Table<I, T>,
    compare: impl Fn(&T, &T) -> Ordering,
) -> Vec<Both<I>> {
    let mut found = Vec::with_capacity(new.len());
    let (mut before, mut after) = (old.iter().peekable(), new.iter().peekable());
    loop {
        let order = match (before.peek(), after.peek()) {
            (None, None) => return found,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some((_, one)), Some((_, other))) => compare(one, other),
        };
        let old = if order.is_le() { before.next() } else { None };
        let new = if order.is_ge() { after.next() } else { None };
        found.push(Both { old: old.map(|(id, _)| id), new: new.map(|(id, _)| id) });
    }
}

/// Rows of two tables that have one key: the first with the first, and so on.
fn by_key<I: Id, T, K: Hash + Eq>(
    old: &Table<I, T>,
    new: &Table<I, T>,
    key: impl Fn(Side, I, &T) -> K,
) -> Vec<Both<I>> {
    let mut waiting: FxHashMap<K, Vec<I>> = FxHashMap::default();
    for (id, row) in old.iter().rev() {
        waiting.entry(key(Side::Old, id, row)).or_default().push(id);
    }
    let mut found: Vec<Both<I>> = new
        .iter()
        .map(|(id, row)| Both {
            old: waiting.get_mut(&key(Side::New, id, row)).and_then(Vec::pop),
            new: Some(id),
        })
        .collect();
    let mut gone: Vec<I> = waiting.into_values().flatten().collect();
    gone.sort_unstable();
    found.extend(gone.into_iter().map(|id| Both { old: Some(id), new: None }));
    found
}

/// For every old id the new one.
struct Now<I>(Vec<Option<I>>);

impl<I: Id> Now<I> {
    fn of(matching: &[Both<I>], old: usize) -> Self {
        let mut now = vec![None; old];
        for both in matching {
            if let Some(slot) = both.old.and_then(|old| now.get_mut(old.index())) {
                *slot = both.new;
            }
        }
        Self(now)
    }

    fn get(&self, old: I) -> Option<I> {
        self.0.get(old.index()).copied().flatten()
    }
}

/// Everything that is different between `old` and `new`, in the order of [`Difference`]; within a kind in that of
/// `matching`.
pub fn differences(old: &World, new: &World, matching: &Matching) -> Vec<Difference> {
    let mut found = Vec::new();
    if old.edition != new.edition {
        found.push(Difference::Edition);
    }
    let flag =
        |world: &World| world.edition.app_access_flag && world.flags.core_default_app_access == Some(false);
    if flag(old) != flag(new) {
        found.push(Difference::Flag);
    }
    if old.reputation != new.reputation {
        found.push(Difference::Reputation);
    }
    for both in &matching.targets {
        let what = both.pair().map_or_else(Vec::new, |(one, other)| target(old, one, new, other));
        if both.pair().is_none() || !what.is_empty() {
            found.push(Difference::Target(*both, what));
        }
    }
    for both in &matching.targets {
        bindings::differences(old, new, *both, &mut found);
    }
    for both in &matching.policies {
        let pair =
            both.pair().map(|(one, other)| (&old.policies.row(one).kind, &new.policies.row(other).kind));
        match pair {
            Some((one, other)) if bindings::same_policy(one, other) => {}
            Some((super::PolicyKind::Expression(_), super::PolicyKind::Expression(_))) => {
                found.push(Difference::Policy(*both, vec!["code"]));
            }
            Some(_) => found.push(Difference::Policy(*both, vec!["settings"])),
            None => found.push(Difference::Policy(*both, Vec::new())),
        }
    }
    groups(old, new, matching, &mut found);
    users(old, new, matching, &mut found);
    found
}

/// As many users are looked at in one go.
const AT_ONCE: usize = 4_096;

/// What of a target is different that verdicts rest on.
fn target(old: &World, one: TargetId, new: &World, other: TargetId) -> Vec<&'static str> {
    let (one, other) = (old.targets.row(one), new.targets.row(other));
    let provider = |world: &World, row: &Target| match row.details {
        Details::Application { provider } | Details::RacEndpoint { provider } => {
            provider.map(|id| (world.providers.row(id).name.clone(), world.providers.row(id).model.clone()))
        }
        _ => None,
    };
    let when = |row: &Target| match row.details {
        Details::StageBinding { evaluate_on_plan, re_evaluate_policies, .. } => {
            Some((evaluate_on_plan, re_evaluate_policies))
        }
        _ => None,
    };
    let access_group = |world: &World, row: &Target| match row.details {
        Details::Device { access_group, expires } => {
            Some((access_group.map(|group| world.target_address(group)), expires))
        }
        _ => None,
    };
    let parts = [
        ("mode", one.mode != other.mode),
        ("provider", provider(old, one) != provider(new, other)),
        ("when its bindings are evaluated", when(one) != when(other)),
        ("access group", access_group(old, one) != access_group(new, other)),
    ];
    parts.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect()
}

fn groups(old: &World, new: &World, matching: &Matching, found: &mut Vec<Difference>) {
    let now = Now::of(&matching.groups, old.groups.len());
    let mut nesting = Vec::new();
    for both in &matching.groups {
        let Some((one, other)) = both.pair() else {
            found.push(Difference::Group(*both, Vec::new()));
            nesting.extend(neighbours(old, new, *both));
            continue;
        };
        let (before, after) = (old.groups.row(one), new.groups.row(other));
        let parts = [
            ("superuser", before.superuser != after.superuser),
            ("attributes", before.attributes != after.attributes),
        ];
        let what: Vec<_> = parts.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect();
        if !what.is_empty() {
            found.push(Difference::Group(*both, what));
        }
        for (parent, side) in apart(&before.parents, &after.parents, &now) {
            nesting.push(Difference::Nesting(*both, parent, side));
        }
    }
    found.extend(nesting);
}

/// The edges of a group that is on one side only.
fn neighbours(old: &World, new: &World, both: Both<GroupId>) -> Vec<Difference> {
    let one = |world: &World, id: Option<GroupId>, side: Side| {
        let parents =
            id.and_then(|id| world.groups.get(id)).map(|row| row.parents.clone()).unwrap_or_default();
        let place = move |parent| match side {
            Side::Old => Both { old: Some(parent), new: None },
            Side::New => Both { old: None, new: Some(parent) },
        };
        parents
            .into_iter()
            .map(move |parent| Difference::Nesting(both, place(parent), side))
            .collect::<Vec<_>>()
    };
    [one(old, both.old, Side::Old), one(new, both.new, Side::New)].concat()
}

/// The groups that are in one of two lists only.
fn apart(before: &[GroupId], after: &[GroupId], now: &Now<GroupId>) -> Vec<(Both<GroupId>, Side)> {
    // Hardly ever is anything different, and there are many users.
    if before.len() == after.len()
        && before.iter().zip(after).all(|(before, after)| now.get(*before) == Some(*after))
    {
        return Vec::new();
    }
    let mapped: Vec<(Option<GroupId>, GroupId)> =
        before.iter().map(|group| (now.get(*group), *group)).collect();
    let gone = mapped.iter().filter(|(new, _)| new.is_none_or(|new| after.binary_search(&new).is_err()));
    let gone = gone.map(|(new, group)| (Both { old: Some(*group), new: *new }, Side::Old));
    let added = after.iter().filter(|group| !mapped.iter().any(|(new, _)| *new == Some(**group)));
    gone.chain(added.map(|group| (Both { old: None, new: Some(*group) }, Side::New))).collect()
}

fn users(old: &World, new: &World, matching: &Matching, found: &mut Vec<Difference>) {
    let now = Now::of(&matching.groups, old.groups.len());
    let of_some = |some: &[Both<UserId>]| {
        let (mut found, mut memberships) = (Vec::new(), Vec::new());
        for both in some {
            let Some((one, other)) = both.pair() else {
                found.push(Difference::User(*both, Vec::new()));
                continue;
            };
            let (before, after) = (old.users.row(one), new.users.row(other));
            let what = user(before, after);
            if !what.is_empty() {
                found.push(Difference::User(*both, what));
            }
            for (group, side) in apart(&before.groups, &after.groups, &now) {
                memberships.push(Difference::Membership(*both, group, side));
            }
        }
        (found, memberships)
    };
    let parts: Vec<_> = matching.users.par_chunks(AT_ONCE).map(of_some).collect();
    let (users, memberships): (Vec<_>, Vec<_>) = parts.into_iter().unzip();
    found.extend(users.into_iter().flatten());
    found.extend(memberships.into_iter().flatten());
}

fn user(one: &User, other: &User) -> Vec<&'static str> {
    let parts = [
        ("is active", one.active != other.active),
        ("attributes", one.attributes != other.attributes),
        ("e-mail", one.email != other.email),
        ("name", one.name != other.name),
        ("path", one.path != other.path),
        ("type", one.kind != other.kind),
        ("password", one.password_changed != other.password_changed),
        ("key", one.pk != other.pk),
    ];
    parts.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect()
}
