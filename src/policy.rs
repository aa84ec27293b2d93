//! Policies: in which ways can a run end, for whom, and what is it that we do not know?
//!
//! One file for each of authentik's types (dossier §1.6, §2.5). A type that the data decides ends in one way; where
//! the request, the clock or anything else from outside decides, every way that is possible is given, with the
//! reason.

mod always;
mod dummy;
mod event_matcher;
mod expression;
mod geoip;
mod other;
mod password;
mod password_expiry;
mod reputation;
mod unique_password;

use jiff::Timestamp;

use crate::model::{Edition, Policy, PolicyKind, Score, TargetKind, User};
use crate::truth::Ends;

/// Where and when a policy runs.
#[derive(Clone, Copy, Debug)]
pub struct Setting<'w> {
    /// What is asked about: an event comes with notification rules only, a prompt with flows only.
    pub target: TargetKind,
    /// The moment; `None` when nobody says.
    pub at: Option<Timestamp>,
    /// The semantics.
    pub edition: &'w Edition,
    /// The reputation scores, if they are known.
    pub scores: Option<&'w [Score]>,
    /// Whether another policy may change the request that this one reads, its context or its user: all policies of a
    /// target share it (dossier §2.6), and those of a flow share its plan.
    pub request_may_change: bool,
}

/// Whom a policy is asked about.
#[derive(Clone, Copy, Debug)]
pub enum Subject<'w> {
    /// A saved user.
    User(&'w User),
    /// Somebody who has not logged in (Django's `AnonymousUser`).
    Anonymous,
}

/// How runs of one policy end in one setting.
pub struct Judgement<'w> {
    /// For whom in which ways.
    pub ends: For<'w>,
    /// What is not known, where the ends are several.
    pub unknown: Option<String>,
    /// Whether all runs in one request end alike. Code that may keep something between two runs does not.
    pub repeatable: bool,
}

/// The ends of runs, by subject.
pub enum For<'w> {
    /// The same for everyone.
    All(Ends),
    /// For each on its own.
    Each(Box<dyn Fn(Subject<'_>) -> Ends + Sync + 'w>),
}

impl<'w> Judgement<'w> {
    /// Ends so for everyone.
    fn same(ends: Ends) -> Self {
        Self { ends: For::All(ends), unknown: None, repeatable: true }
    }

    /// May end in these ways, because of what is not known.
    fn unknown(ends: Ends, reason: impl Into<String>) -> Self {
        Self { ends: For::All(ends), unknown: Some(reason.into()), repeatable: true }
    }

    /// Ends for each subject on its own.
    fn each(ends: impl Fn(Subject<'_>) -> Ends + Sync + 'w) -> Self {
        Self { ends: For::Each(Box::new(ends)), unknown: None, repeatable: true }
    }

    /// How a run ends for `subject`.
    pub fn ends_for(&self, subject: Subject<'_>) -> Ends {
        match &self.ends {
            For::All(ends) => *ends,
            For::Each(ends) => ends(subject),
        }
    }
}

/// What every type of policy can say.
trait Type {
    /// How runs end in `setting`.
    fn judge<'w>(&'w self, setting: Setting<'w>) -> Judgement<'w>;

    /// Whether a run may change the request that later policies read.
    fn may_change_request(&self) -> bool {
        false
    }
}

/// The table of types.
fn type_of(kind: &PolicyKind) -> &dyn Type {
    match kind {
        PolicyKind::Expression(policy) => policy,
        PolicyKind::Dummy(policy) => policy,
        PolicyKind::PasswordExpiry(policy) => policy,
        PolicyKind::EventMatcher(policy) => policy,
        PolicyKind::GeoIp(policy) => policy,
        PolicyKind::Password(policy) => policy,
        PolicyKind::UniquePassword(policy) => policy,
        PolicyKind::Reputation(policy) => policy,
        PolicyKind::Always(true) => &always::Always::<true>,
        PolicyKind::Always(false) => &always::Always::<false>,
        PolicyKind::Unknown(_) | PolicyKind::Other(_) => kind,
    }
}

/// How runs of `policy` end in `setting`.
pub fn judge<'w>(policy: &'w Policy, setting: Setting<'w>) -> Judgement<'w> {
    let judgement = type_of(&policy.kind).judge(setting);
    // What may change between two runs may end them in two ways.
    Judgement { repeatable: judgement.repeatable && !setting.request_may_change, ..judgement }
}

/// Whether a run of `policy` may change the request that later policies read.
pub fn may_change_request(policy: &Policy) -> bool {
    type_of(&policy.kind).may_change_request()
}

/// Why something that another policy wrote may decide.
const REQUEST_MAY_CHANGE: &str = "an expression policy may change the request that it reads";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Attributes, Origin, UserKind};

    pub(super) fn setting(target: TargetKind) -> Setting<'static> {
        static NEWEST: std::sync::LazyLock<Edition> = std::sync::LazyLock::new(Edition::newest);
        Setting { target, at: None, edition: &NEWEST, scores: None, request_may_change: false }
    }

    pub(super) fn anyone() -> Subject<'static> {
        Subject::Anonymous
    }

    pub(super) fn user(username: &str) -> User {
        User {
            pk: None,
            username: username.to_owned(),
            name: String::new(),
            email: String::new(),
            kind: UserKind::Internal,
            active: true,
            path: "users".to_owned(),
            attributes: Attributes::new(),
            password_changed: None,
            groups: Vec::new(),
            origin: Origin::None,
        }
    }
}
