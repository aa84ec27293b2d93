//! Targets and their bindings.

use super::Size;
use super::dice::{Dice, Popularity};

/// A target, by number.
pub(super) struct Door {
    pub(super) is_all: bool,
    /// The bindings, in their order.
    pub(super) bindings: Vec<Lock>,
}

/// A binding.
pub(super) struct Lock {
    pub(super) bound: Bound,
    pub(super) enabled: bool,
    pub(super) negate: bool,
    pub(super) failure_result: bool,
}

/// What is bound, by number.
#[derive(Clone, Copy)]
pub(super) enum Bound {
    Policy(u32),
    User(u32),
    Group(u32),
}

impl Bound {
    /// The word for what is bound, and its number.
    pub(super) fn parts(self) -> (&'static str, u32) {
        match self {
            Self::Policy(number) => ("policy", number),
            Self::User(number) => ("user", number),
            Self::Group(number) => ("group", number),
        }
    }
}

pub(super) fn targets(size: Size, popular: &Popularity, dice: &mut Dice) -> Vec<Door> {
    let target = |_| {
        let is_all = dice.percent(20);
        let count = if dice.percent(10) { 0 } else { dice.between(2, 8) };
        Door { is_all, bindings: (0..count).map(|_| binding(size, popular, dice)).collect() }
    };
    (0..size.targets).map(target).collect()
}

fn binding(size: Size, popular: &Popularity, dice: &mut Dice) -> Lock {
    let bound = match dice.below(100) {
        0..20 => Bound::Policy(dice.below(size.policies)),
        20..35 => Bound::User(dice.below(size.users)),
        _ if dice.percent(50) => Bound::Group(popular.pick(dice)),
        _ => Bound::Group(dice.below(size.groups)),
    };
    Lock { bound, enabled: !dice.percent(10), negate: dice.percent(15), failure_result: dice.percent(30) }
}
