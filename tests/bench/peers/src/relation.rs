//! Who may access what: what every peer must agree on.

use std::collections::HashSet;
use std::hash::BuildHasher;

/// Which users which targets let through.
pub trait Relation {
    /// Gives each user and target that it holds for to `cell`.
    fn each(&self, cell: &mut dyn FnMut(u32, u32));

    /// How many users each target lets through.
    fn counts(&self, targets: usize) -> Vec<u64> {
        let mut counts = vec![0; targets];
        self.each(&mut |_, target| counts[target as usize] += 1);
        counts
    }

    /// A number that tells this relation from others, unless only counts are known.
    fn checksum(&self) -> Option<u64> {
        let mut sum = 0_u64;
        self.each(&mut |user, target| sum = sum.wrapping_add(mix(user.into(), target.into())));
        Some(sum)
    }
}

/// What a pair adds to a checksum. `sql.py` computes the same, in SQL: hence no bit is shifted.
pub fn mix(one: u64, other: u64) -> u64 {
    const PRIME: u64 = 2_147_483_647;
    let line = (one * 1_000_003 + other * 998_244_353 + 12_345) % PRIME;
    line * line % PRIME
}

/// For each target a set of users, one bit each.
pub struct Rows(pub Vec<Vec<u64>>);

/// For each 64 users a set of them for each target.
pub struct Shards(pub Vec<Vec<u64>>);

/// Only how many there are.
pub struct Counts(pub Vec<u64>);

/// Pairs of a user and a target.
pub type Pairs = Vec<(u32, u32)>;

/// Calls `each` with the place of every bit that is set.
fn bits(mut word: u64, each: &mut dyn FnMut(u32)) {
    while word != 0 {
        each(word.trailing_zeros());
        word &= word - 1;
    }
}

impl Relation for Rows {
    fn each(&self, cell: &mut dyn FnMut(u32, u32)) {
        for (target, row) in (0..).zip(&self.0) {
            for (place, word) in (0..).zip(row) {
                bits(*word, &mut |bit| cell(place * 64 + bit, target));
            }
        }
    }
}

impl Relation for Shards {
    fn each(&self, cell: &mut dyn FnMut(u32, u32)) {
        for (place, targets) in (0..).zip(&self.0) {
            for (target, word) in (0..).zip(targets) {
                bits(*word, &mut |bit| cell(place * 64 + bit, target));
            }
        }
    }
}

impl Relation for Counts {
    fn each(&self, _: &mut dyn FnMut(u32, u32)) {}

    fn counts(&self, _: usize) -> Vec<u64> {
        self.0.clone()
    }

    fn checksum(&self) -> Option<u64> {
        None
    }
}

impl Relation for Pairs {
    fn each(&self, cell: &mut dyn FnMut(u32, u32)) {
        self.iter().for_each(|(user, target)| cell(*user, *target));
    }
}

impl<S: BuildHasher> Relation for HashSet<(u32, u32), S> {
    fn each(&self, cell: &mut dyn FnMut(u32, u32)) {
        self.iter().for_each(|(user, target)| cell(*user, *target));
    }
}

impl Relation for datafrog::Relation<(u32, u32)> {
    fn each(&self, cell: &mut dyn FnMut(u32, u32)) {
        self.iter().for_each(|(user, target)| cell(*user, *target));
    }
}

/// As many users make a shard: what a word holds.
pub const SHARD: usize = u64::BITS as usize;

/// The relation that `of` gives for each 64 users, in parallel.
pub fn by_shards<R: Relation>(
    users: usize,
    targets: usize,
    of: impl Fn(std::ops::Range<usize>) -> R + Sync,
) -> Shards {
    use rayon::prelude::*;
    let shard = |shard: usize| {
        let first = shard * SHARD;
        let mut words = vec![0; targets];
        let found = of(first..users.min(first + SHARD));
        found.each(&mut |user, target| words[target as usize] |= 1 << (user as usize - first));
        words
    };
    Shards((0..users.div_ceil(SHARD)).into_par_iter().map(shard).collect())
}
