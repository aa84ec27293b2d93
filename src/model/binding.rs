//! Bindings: what stands between users and a target (dossier §1.5).

use std::cmp::Ordering;

use jiff::Timestamp;

use super::{GroupId, Origin, PolicyId, TargetId, UserId};

/// A binding. Of `policy`, `group` and `user` exactly one is usual; authentik's database also knows rows with
/// several of them and with none (dossier §1.5, §2.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// The primary key, when the input has one.
    pub pk: Option<String>,
    /// What it is bound to.
    pub target: TargetId,
    /// The policy that it asks.
    pub policy: Option<PolicyId>,
    /// The group that it asks for.
    pub group: Option<GroupId>,
    /// The user that it asks for.
    pub user: Option<BoundUser>,
    /// Whether it counts at all.
    pub enabled: bool,
    /// Whether its result is turned round.
    pub negate: bool,
    /// What counts when the policy raises an error.
    pub failure_result: bool,
    /// Its place among the target's bindings.
    pub order: i64,
    /// Seconds that authentik promises to stop the policy after, and does not (dossier §2.7).
    pub timeout: i64,
    /// When it stops counting, if it ever does (releases with access requests; dossier §1.4).
    pub expires: Option<Timestamp>,
    /// Where the binding was read from.
    pub origin: Origin,
}

impl Binding {
    /// The timeout that authentik sets where nobody does, in seconds (dossier §1.5).
    pub const TIMEOUT: i64 = 30;

    /// Where it stands among all bindings: by target and order; those of equal order by what they are. No two have one
    /// place, unless they are the same in everything: so one that goes and comes back is where it was.
    pub(crate) fn by_place(&self, other: &Self) -> Ordering {
        let place = |row: &Self| (row.target, row.order, row.policy, row.group);
        let options = |row: &Self| (row.negate, row.failure_result, !row.enabled, row.timeout);
        place(self)
            .cmp(&place(other))
            .then_with(|| self.user.cmp(&other.user))
            .then_with(|| options(self).cmp(&options(other)))
            .then_with(|| self.pk.cmp(&other.pk))
            .then_with(|| (self.expires, self.origin).cmp(&(other.expires, other.origin)))
    }

    /// Whether it counts at a moment: it is enabled, and has not expired. Where nobody says what moment it is, one that
    /// expires counts; what its target answers is not known then.
    pub fn counts(&self, at: Option<Timestamp>) -> bool {
        self.enabled && !matches!((self.expires, at), (Some(expires), Some(at)) if expires < at)
    }

    /// Whether it asks for a group or a user, whatever else it does.
    pub fn asks_who(&self) -> bool {
        self.group.is_some() || self.user.is_some()
    }

    /// Whether it asks for a group or a user and for nothing else (the dossier's static binding).
    pub fn asks_only_who(&self) -> bool {
        self.policy.is_none() && self.asks_who()
    }

    /// Whether it binds nothing.
    pub fn is_empty(&self) -> bool {
        self.policy.is_none() && !self.asks_who()
    }
}

/// The user of a binding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BoundUser {
    /// A user of this world.
    Listed(UserId),
    /// A user that the input does not list: authentik leaves its own anonymous user out of every list and
    /// export. Such a binding matches none of the users that are listed.
    Unlisted(String),
}
