//! Made-up tenants of any size, to measure with.
//!
//! The same arguments give the same tenant on every machine. What is thrown for one part changes nothing elsewhere:
//! with more users there are the same groups, policies and targets, bound alike.
//!
//! - **Groups** are on five levels (2, 6, 17, 30 and 45 %). Each below the first has a parent on the level above it, and
//!   a quarter of them another one on a level above that one, where there is one. How popular they are falls with
//!   their rank (Zipf, 1.0), which has nothing to do with their level.
//! - **Users** get groups by their popularity, as [`Shape`] says; an e-mail domain (20, Zipf 1.0), a department
//!   (50, Zipf 0.7; 2 % have none) and a badge (200, all alike).
//! - **Policies** are expressions: 35 % test the domain, 35 % the department, 30 % the badge (5 % of the users pass, 0.5 %
//!   are an error). What more users have is tested more often.
//! - **Targets** are applications: 20 % ask for all bindings; 10 % have none, the others 2 to 8: 20 % policies, 15 % users,
//!   65 % groups, half of these by popularity. 10 % are disabled, 15 % negated, 30 % pass on an error.

mod dice;
mod draft;
mod facts;
mod people;
mod policies;
mod targets;

use crate::diagnostic::Diagnostics;
use crate::model::World;
use crate::model::builder::{self, Defaults};
use crate::model::draft::Draft;
use dice::{Dice, Popularity};
pub use facts::Relation;
use people::Person;
use policies::Test;
use targets::Door;

/// The release that the tenants are for.
const RELEASE: &str = "2026.5";

/// How much there is of everything. There is always one at least.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Users.
    pub users: u32,
    /// Groups.
    pub groups: u32,
    /// Targets.
    pub targets: u32,
    /// Policies.
    pub policies: u32,
}

impl Size {
    /// A small company: 50,000 verdicts.
    pub const S: Self = Self { users: 1_000, groups: 100, targets: 50, policies: 20 };
    /// A company: 5 million verdicts.
    pub const M: Self = Self { users: 10_000, groups: 1_000, targets: 500, policies: 50 };
    /// A large company: 200 million verdicts.
    pub const L: Self = Self { users: 100_000, groups: 5_000, targets: 2_000, policies: 100 };
    /// As large as it gets: 5 billion verdicts.
    pub const XL: Self = Self { users: 1_000_000, groups: 20_000, targets: 5_000, policies: 200 };
}

/// How users come by their groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Each user is in 2 to 8 groups.
    Rand,
    /// Each user has one of so many roles that 50 users share one (but 20 to 4,000 roles), each 3 to 7 groups; 15 %
    /// are in one more.
    Role,
}

/// A made-up tenant.
///
/// ```
/// use whomay::Reasoner;
/// use whomay::workload::{Shape, Size, Workload};
///
/// let world = Workload::new(Size { users: 20, ..Size::S }, Shape::Rand, 1).world();
/// assert_eq!(world.users.len(), 20);
/// assert_eq!(Reasoner::new(&world).matrix().len(), 50);
/// ```
pub struct Workload {
    size: Size,
    parents: Vec<Vec<u32>>,
    users: Vec<Person>,
    policies: Vec<Test>,
    targets: Vec<Door>,
}

impl Workload {
    /// The tenant of this size and shape that `seed` stands for.
    pub fn new(size: Size, shape: Shape, seed: u64) -> Self {
        let Size { users, groups, targets, policies } = size;
        let size = Size {
            users: users.max(1),
            groups: groups.max(1),
            targets: targets.max(1),
            policies: policies.max(1),
        };
        let [mut popularity, mut groups, mut users, mut policies, mut targets] =
            [1, 2, 3, 4, 5].map(|part| Dice::new(seed, part));
        let popular = Popularity::new(size.groups, &mut popularity);
        Self {
            size,
            parents: people::groups(size.groups, &mut groups),
            users: people::users(size, shape, &popular, &mut users),
            policies: policies::policies(size.policies, &mut policies),
            targets: targets::targets(size, &popular, &mut targets),
        }
    }

    /// It as an input gives it.
    pub fn draft(&self) -> Draft {
        draft::draft(self)
    }

    /// It as it is asked about.
    pub fn world(&self) -> World {
        // All that it names it has, so there is nothing to say.
        builder::build(vec![self.draft()], &Defaults::default(), &mut Diagnostics::default())
    }
}
