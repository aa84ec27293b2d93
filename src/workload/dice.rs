//! Chance that is the same on every machine: whole numbers only.

/// `SplitMix64` (Steele, Lea and Flood, OOPSLA 2014): not for secrets, good enough for made-up tenants.
pub(super) struct Dice(u64);

impl Dice {
    /// The dice for one `part` of a tenant: what is thrown there changes nothing elsewhere.
    pub(super) fn new(seed: u64, part: u64) -> Self {
        let mut dice = Self(seed);
        dice.0 = dice.next().wrapping_add(part);
        dice.0 = dice.next();
        dice
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// One of the `count` numbers from 0 on; 0, if there are none.
    fn wide(&mut self, count: u64) -> u64 {
        // One throw whatever the count, so that other sizes throw the same dice.
        let product = u128::from(self.next()) * u128::from(count);
        u64::try_from(product >> u64::BITS).unwrap_or_default()
    }

    /// One of the `count` numbers from 0 on; 0, if there are none.
    pub(super) fn below(&mut self, count: u32) -> u32 {
        u32::try_from(self.wide(count.into())).unwrap_or_default()
    }

    /// One of `first` to `last`.
    pub(super) fn between(&mut self, first: u32, last: u32) -> u32 {
        first + self.below(last - first + 1)
    }

    /// Yes, in so many of a hundred cases.
    pub(super) fn percent(&mut self, share: u32) -> bool {
        self.below(100) < share
    }

    /// The numbers below `count` in any order.
    pub(super) fn shuffled(&mut self, count: u32) -> Vec<u32> {
        let mut numbers: Vec<u32> = (0..count).collect();
        for last in (1..count).rev() {
            numbers.swap(last as usize, self.below(last + 1) as usize);
        }
        numbers
    }
}

/// Picks earlier numbers more often than later ones (Zipf).
pub(super) struct Ranks {
    /// The weights of all numbers up to each one, added up.
    sums: Vec<u64>,
}

impl Ranks {
    /// `count` numbers, the n-th in proportion to 1 / n.
    pub(super) fn steep(count: u32) -> Self {
        Self::of(count, |rank| (1 << 40) / u64::from(rank))
    }

    /// `count` numbers, the n-th in proportion to 1 / n to the power of 0.7; right to one in 4096 of the first.
    pub(super) fn flat(count: u32) -> Self {
        // Powers of fractions are not the same on every machine: the greatest w with w^10 * n^7 <= 4096^10.
        let fits = |weight: u64, rank: u32| {
            let product =
                u128::from(weight).checked_pow(10)?.checked_mul(u128::from(rank).checked_pow(7)?)?;
            (product <= 1 << 120).then_some(())
        };
        Self::of(count, |rank| (0..=4096).rev().find(|weight| fits(*weight, rank).is_some()).unwrap_or(1))
    }

    fn of(count: u32, weight: impl Fn(u32) -> u64) -> Self {
        let mut sum = 0;
        let add = |rank| {
            sum += weight(rank);
            sum
        };
        Self { sums: (1..=count).map(add).collect() }
    }

    pub(super) fn pick(&self, dice: &mut Dice) -> u32 {
        let at = dice.wide(self.sums.last().copied().unwrap_or_default());
        u32::try_from(self.sums.partition_point(|sum| *sum <= at)).unwrap_or_default()
    }
}

/// Picks popular numbers more often than others.
pub(super) struct Popularity {
    ranks: Ranks,
    by_rank: Vec<u32>,
}

impl Popularity {
    /// `count` numbers; which of them are popular is thrown with `dice`.
    pub(super) fn new(count: u32, dice: &mut Dice) -> Self {
        Self { ranks: Ranks::steep(count), by_rank: dice.shuffled(count) }
    }

    pub(super) fn pick(&self, dice: &mut Dice) -> u32 {
        self.by_rank.get(self.ranks.pick(dice) as usize).copied().unwrap_or_default()
    }

    /// Adds picks to `picked` until there are `count` different ones, or no more are to be had.
    pub(super) fn fill(&self, picked: &mut Vec<u32>, count: u32, dice: &mut Dice) {
        let count = (count as usize).min(self.by_rank.len());
        while picked.len() < count {
            let number = self.pick(dice);
            if !picked.contains(&number) {
                picked.push(number);
            }
        }
    }
}
