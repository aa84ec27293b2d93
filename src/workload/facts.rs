//! A workload for other engines: relations of numbers and words.

use std::io::{self, Write};

use super::Workload;

/// A relation, as rows of columns that are separated by tabs.
///
/// Users, groups, policies and targets are numbered from 0 as the ids of the [`World`](crate::World) are; what is
/// said of a thing is 1 when it holds and 0 when not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// user, group: the user is directly in the group.
    Member,
    /// child, parent: the members of the child are members of the parent.
    Parent,
    /// user, domain, department or -1, badge.
    User,
    /// policy, what it tests (`domain`, `department`, `table`), number. A domain or department passes when it has the
    /// number; having no department is an error. A table passes for the ten badges after the number, and is an error
    /// for the badge with the number.
    Policy,
    /// target, mode (`any`, `all`).
    Target,
    /// target, order, what is bound (`policy`, `user`, `group`), its number, negate, failure result. Only what is
    /// enabled.
    Binding,
}

impl Relation {
    /// Every relation.
    pub const ALL: [Self; 6] =
        [Self::Member, Self::Parent, Self::User, Self::Policy, Self::Target, Self::Binding];

    /// The name of the file that it goes into.
    pub fn file(self) -> &'static str {
        match self {
            Self::Member => "member.tsv",
            Self::Parent => "parent.tsv",
            Self::User => "user.tsv",
            Self::Policy => "policy.tsv",
            Self::Target => "target.tsv",
            Self::Binding => "binding.tsv",
        }
    }

    /// Writes its rows.
    ///
    /// # Errors
    /// When `output` cannot be written to.
    pub fn write(self, workload: &Workload, output: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Member => pairs(workload.users.iter().map(|user| user.groups.as_slice()), output),
            Self::Parent => pairs(workload.parents.iter().map(Vec::as_slice), output),
            Self::User => numbered(&workload.users).try_for_each(|(number, user)| {
                let department = user.department.map_or(-1, i64::from);
                writeln!(output, "{number}\t{}\t{department}\t{}", user.domain, user.badge)
            }),
            Self::Policy => numbered(&workload.policies).try_for_each(|(number, test)| {
                let (word, against) = test.parts();
                writeln!(output, "{number}\t{word}\t{against}")
            }),
            Self::Target => numbered(&workload.targets).try_for_each(|(number, target)| {
                writeln!(output, "{number}\t{}", if target.is_all { "all" } else { "any" })
            }),
            Self::Binding => numbered(&workload.targets).try_for_each(|(target, door)| {
                let mut rows = numbered(&door.bindings).filter(|(_, row)| row.enabled);
                rows.try_for_each(|(order, row)| {
                    let (word, bound) = row.bound.parts();
                    let (negate, failure) = (u8::from(row.negate), u8::from(row.failure_result));
                    writeln!(output, "{target}\t{order}\t{word}\t{bound}\t{negate}\t{failure}")
                })
            }),
        }
    }
}

fn numbered<T>(rows: &[T]) -> impl Iterator<Item = (u32, &T)> {
    (0..).zip(rows)
}

fn pairs<'a>(rows: impl Iterator<Item = &'a [u32]>, output: &mut dyn Write) -> io::Result<()> {
    for (number, others) in rows.enumerate() {
        others.iter().try_for_each(|other| writeln!(output, "{number}\t{other}"))?;
    }
    Ok(())
}
