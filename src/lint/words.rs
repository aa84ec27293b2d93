//! Words that several lints use.

use super::Context;
use crate::model::UserId;

/// `1 user`, `3 users`.
pub(super) fn many(number: usize, noun: &str) -> String {
    let ending = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{ending}")
}

impl Context<'_> {
    /// Users in words: ``user `anna` ``, ``3 users (`anna`, `ben` and `cora`)``.
    pub(super) fn users(&self, users: &[UserId]) -> String {
        let name = |user: &UserId| self.world().users.row(*user).username.as_str();
        match users {
            [one] => format!("user `{}`", name(one)),
            _ => format!("{} ({})", many(users.len(), "user"), self.names(users.iter().map(name))),
        }
    }
}
