//! Plain loops: for each target, each user, each binding, with a hash set of groups for each user.

use std::collections::HashSet;
use std::hash::BuildHasher;

use crate::facts::{Binding, Bound, Facts, Target};
use crate::relation::Rows;

pub fn rows<S: BuildHasher + Default>(facts: &Facts) -> Rows {
    let groups = groups::<S>(facts);
    let row = |target: &Target| {
        let mut row = vec![0; facts.users.len().div_ceil(64)];
        for user in 0..facts.users.len() {
            row[user / 64] |= u64::from(passes(facts, &groups, user, target)) << (user % 64);
        }
        row
    };
    Rows(facts.targets.iter().map(row).collect())
}

/// The groups that each user is in, directly or through nesting.
pub fn groups<S: BuildHasher + Default>(facts: &Facts) -> Vec<HashSet<u32, S>> {
    let of = |direct: &[u32]| {
        let mut all: HashSet<u32, S> = direct.iter().copied().collect();
        let mut queue = direct.to_vec();
        while let Some(group) = queue.pop() {
            queue.extend(facts.parents[group as usize].iter().filter(|parent| all.insert(**parent)));
        }
        all
    };
    facts.users.iter().map(|user| of(&user.groups)).collect()
}

pub fn passes<S: BuildHasher>(
    facts: &Facts,
    groups: &[HashSet<u32, S>],
    user: usize,
    target: &Target,
) -> bool {
    let says_yes = |row: &Binding| match row.bound {
        Bound::Group(group) => groups[user].contains(&group) != row.negate,
        Bound::User(bound) => (user == bound as usize) != row.negate,
        Bound::Policy(policy) => row.says_yes(facts.policies[policy as usize].ends(&facts.users[user])),
    };
    if target.is_all || target.bindings.is_empty() {
        target.bindings.iter().all(says_yes)
    } else {
        target.bindings.iter().any(says_yes)
    }
}
