//! What `whomay bench-data --format facts` writes.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::str::FromStr;

use whomay::workload::{Relation, Workload};

pub struct Facts {
    pub users: Vec<User>,
    /// The parents of each group.
    pub parents: Vec<Vec<u32>>,
    pub policies: Vec<Test>,
    pub targets: Vec<Target>,
}

pub struct User {
    /// The groups that the user is directly in.
    pub groups: Vec<u32>,
    pub domain: u32,
    /// -1 for none.
    pub department: i32,
    pub badge: u32,
}

#[derive(Clone, Copy)]
pub enum Test {
    Domain(u32),
    Department(i32),
    Table(u32),
}

/// How a policy ends.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum End {
    Fail = 0,
    Pass = 1,
    Error = 2,
}

pub struct Target {
    pub is_all: bool,
    pub bindings: Vec<Binding>,
}

#[derive(Clone, Copy)]
pub struct Binding {
    pub bound: Bound,
    pub negate: bool,
    pub failure: bool,
}

#[derive(Clone, Copy)]
pub enum Bound {
    Policy(u32),
    User(u32),
    Group(u32),
}

/// As many badges after its number pass a table.
pub const PASSING: u32 = 10;

/// Writes `workload` for [`Facts::read`] and all who are no part of this program.
pub fn write(workload: &Workload, folder: &Path) {
    let write = |relation: Relation| {
        let mut output = BufWriter::new(File::create(folder.join(relation.file()))?);
        relation.write(workload, &mut output)?;
        output.flush()
    };
    let written = Relation::ALL.into_iter().try_for_each(write);
    written.unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
}

impl Facts {
    pub fn read(folder: &Path) -> Self {
        let rows = |name: &str| Rows::read(&folder.join(name));
        let mut users: Vec<User> = rows("user.tsv").map(|row| User {
            groups: Vec::new(),
            domain: row.number(1),
            department: row.number(2),
            badge: row.number(3),
        });
        let pairs = |row: &Row<'_>| (row.number::<usize>(0), row.number::<u32>(1));
        for (user, group) in rows("member.tsv").map(|row| pairs(&row)) {
            users[user].groups.push(group);
        }
        let above: Vec<(usize, u32)> = rows("parent.tsv").map(|row| pairs(&row));
        let mut targets: Vec<Target> =
            rows("target.tsv").map(|row| Target { is_all: row.word(1) == "all", bindings: Vec::new() });
        for (target, binding) in rows("binding.tsv").map(|row| (row.number::<usize>(0), Binding::of(&row))) {
            targets[target].bindings.push(binding);
        }
        let named = targets.iter().flat_map(|target| &target.bindings).filter_map(|row| match row.bound {
            Bound::Group(group) => Some(group),
            _ => None,
        });
        let direct = users.iter().flat_map(|user| user.groups.iter().copied());
        let nested = above.iter().flat_map(|(child, parent)| [*child as u32, *parent]);
        let count = named.chain(direct).chain(nested).max().map_or(0, |group| group as usize + 1);
        let mut parents = vec![Vec::new(); count];
        for (child, parent) in above {
            parents[child].push(parent);
        }
        let policies = rows("policy.tsv").map(|row| match row.word(1) {
            "domain" => Test::Domain(row.number(2)),
            "department" => Test::Department(row.number(2)),
            _ => Test::Table(row.number(2)),
        });
        Self { users, parents, policies, targets }
    }

    /// The users, with their numbers.
    pub fn numbered(&self, users: std::ops::Range<usize>) -> impl Iterator<Item = (u32, &User)> {
        (users.start as u32..).zip(&self.users[users])
    }

    /// All bindings, each with its target.
    pub fn bindings(&self) -> impl Iterator<Item = (u32, Binding)> {
        (0..)
            .zip(&self.targets)
            .flat_map(|(number, target)| target.bindings.iter().map(move |row| (number, *row)))
    }

    /// Each group with each of its parents.
    pub fn nested(&self) -> impl Iterator<Item = (u32, u32)> {
        (0..)
            .zip(&self.parents)
            .flat_map(|(child, parents)| parents.iter().map(move |parent| (child, *parent)))
    }
}

impl Test {
    pub fn ends(self, user: &User) -> End {
        let passes = match self {
            Self::Department(_) if user.department < 0 => return End::Error,
            Self::Table(number) if user.badge == number => return End::Error,
            Self::Domain(number) => user.domain == number,
            Self::Department(number) => user.department == number,
            Self::Table(number) => user.badge > number && user.badge <= number + PASSING,
        };
        if passes { End::Pass } else { End::Fail }
    }
}

impl Binding {
    fn of(row: &Row<'_>) -> Self {
        let number = row.number(3);
        let bound = match row.word(2) {
            "policy" => Bound::Policy(number),
            "user" => Bound::User(number),
            _ => Bound::Group(number),
        };
        Self { bound, negate: row.word(4) == "1", failure: row.word(5) == "1" }
    }

    /// Whether a policy that ends so says yes here.
    pub fn says_yes(&self, end: End) -> bool {
        match end {
            End::Fail => self.negate,
            End::Pass => !self.negate,
            End::Error => self.failure,
        }
    }
}

struct Rows(String);

struct Row<'t>(Vec<&'t str>);

impl Rows {
    fn read(path: &Path) -> Self {
        Self(std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
    }

    fn map<T>(&self, row: impl Fn(Row<'_>) -> T) -> Vec<T> {
        self.0.lines().map(|line| row(Row(line.split('\t').collect()))).collect()
    }
}

impl<'t> Row<'t> {
    fn word(&self, column: usize) -> &'t str {
        self.0[column]
    }

    fn number<T: FromStr<Err: std::fmt::Debug>>(&self, column: usize) -> T {
        self.0[column].parse().unwrap()
    }
}
