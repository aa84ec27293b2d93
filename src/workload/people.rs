//! Groups and users.

use super::dice::{Dice, Popularity, Ranks};
use super::policies::{BADGES, DEPARTMENTS, DOMAINS};
use super::{Shape, Size};

/// How many of a hundred groups there are on each level and those above it.
const LEVELS: [u64; 5] = [2, 8, 25, 55, 100];

/// A user, by number.
pub(super) struct Person {
    /// The groups that the user is directly in, in ascending order.
    pub(super) groups: Vec<u32>,
    pub(super) domain: u32,
    pub(super) department: Option<u32>,
    pub(super) badge: u32,
}

/// The parents of each group. They have lower numbers, so there are no cycles.
pub(super) fn groups(count: u32, dice: &mut Dice) -> Vec<Vec<u32>> {
    let end = |share: &u64| u32::try_from(u64::from(count) * share / 100).unwrap_or_default().max(1);
    let ends: Vec<u32> = LEVELS.iter().map(end).collect();
    let parents = |group| {
        // The first groups of the level above, of the group's own level.
        let above = ends.iter().rev().find(|end| **end <= group)?;
        let first = ends.iter().rev().find(|end| *end < above).copied().unwrap_or_default();
        let mut parents = vec![dice.between(first, above - 1)];
        let is_second = dice.percent(25);
        let second = dice.below(first);
        if is_second && first > 0 {
            parents.push(second);
            parents.sort_unstable();
        }
        Some(parents)
    };
    (0..count).map(parents).map(Option::unwrap_or_default).collect()
}

pub(super) fn users(size: Size, shape: Shape, popular: &Popularity, dice: &mut Dice) -> Vec<Person> {
    let (domains, departments) = (Ranks::steep(DOMAINS), Ranks::flat(DEPARTMENTS));
    let roles: Vec<Vec<u32>> = match shape {
        Shape::Rand => Vec::new(),
        Shape::Role => {
            let bundle = |_| {
                let mut groups = Vec::new();
                popular.fill(&mut groups, dice.between(3, 7), dice);
                groups
            };
            (0..(size.users / 50).clamp(20, 4000)).map(bundle).collect()
        }
    };
    let count = u32::try_from(roles.len()).unwrap_or_default();
    let user = |_| {
        let mut groups = roles.get(dice.below(count) as usize).cloned().unwrap_or_default();
        let wanted = match shape {
            Shape::Rand => dice.between(2, 8),
            Shape::Role => u32::from(dice.percent(15)) + u32::try_from(groups.len()).unwrap_or_default(),
        };
        popular.fill(&mut groups, wanted, dice);
        groups.sort_unstable();
        let is_missing = dice.percent(2);
        let department = departments.pick(dice);
        Person {
            groups,
            domain: domains.pick(dice),
            department: (!is_missing).then_some(department),
            badge: dice.below(BADGES),
        }
    };
    (0..size.users).map(user).collect()
}
