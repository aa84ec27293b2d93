//! Policies: the fields of every type (dossier §1.6). What they do is in [`crate::policy`].

use super::{Origin, Places};

/// A policy.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// The primary key, when the input has one.
    pub pk: Option<String>,
    /// The name: unique.
    pub name: String,
    /// Its type and that type's fields.
    pub kind: PolicyKind,
    /// Where the policy was read from.
    pub origin: Origin,
}

/// The type of a policy, with its fields as authentik names them.
#[derive(Clone, Debug, PartialEq)]
pub enum PolicyKind {
    /// Python code.
    Expression(Expression),
    /// A constant, after a random wait.
    Dummy(Dummy),
    /// Fails when the password is too old.
    PasswordExpiry(PasswordExpiry),
    /// Compares the event of a notification rule.
    EventMatcher(EventMatcher),
    /// Compares where the request comes from.
    GeoIp(GeoIp),
    /// Checks a password that the user just entered.
    Password(PasswordRules),
    /// Refuses a password that was used before.
    UniquePassword(UniquePassword),
    /// Passes when the reputation is bad enough.
    Reputation(Reputation),
    /// Passes or fails, always (`.may` only).
    Always(bool),
    /// May end in any way, for a reason that a person wrote down (`.may` only).
    Unknown(String),
    /// A type that this program does not know, by its model name.
    Other(String),
}

/// Fields of an expression policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expression {
    /// The Python code.
    pub text: String,
    /// Where the code is written.
    pub origin: Origin,
    /// Where each part of the code is written.
    pub places: Places,
}

/// Fields of a dummy policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dummy {
    /// What it answers.
    pub result: bool,
    /// Seconds that it waits at least.
    pub wait_min: i64,
    /// Seconds that it waits at most; it crashes unless this is above `wait_min`.
    pub wait_max: i64,
}

/// Fields of a password expiry policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasswordExpiry {
    /// Days after which a password is too old.
    pub days: i64,
    /// Whether it only denies; otherwise it also takes the password away.
    pub deny_only: bool,
}

/// Fields of an event matcher policy. `None` matches everything, an empty text only itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventMatcher {
    /// The action.
    pub action: Option<String>,
    /// The client address, compared as text.
    pub client_ip: Option<String>,
    /// The Django application that made the event.
    pub app: Option<String>,
    /// The model, as `app.model`.
    pub model: Option<String>,
    /// A query over the event (from 2026.5 on).
    pub query: Option<String>,
}

/// Fields of a GeoIP policy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GeoIp {
    /// Autonomous systems to accept.
    pub asns: Vec<i64>,
    /// Countries to accept, two letters each.
    pub countries: Vec<String>,
    /// Whether the distance to earlier logins counts.
    pub check_history_distance: bool,
    /// Kilometres from an earlier login that are too far.
    pub history_max_distance_km: i64,
    /// Kilometres to add before a distance is too far.
    pub distance_tolerance_km: i64,
    /// How many earlier logins count.
    pub history_login_count: i64,
    /// Whether travel faster than 1,000 km/h fails.
    pub check_impossible_travel: bool,
    /// Never read by authentik (dossier §1.6).
    pub impossible_tolerance_km: i64,
}

/// Fields of a password policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasswordRules {
    /// The prompt field that holds the password.
    pub password_field: String,
    /// Whether the amounts and the length count.
    pub check_static_rules: bool,
    /// Whether haveibeenpwned.com is asked.
    pub check_have_i_been_pwned: bool,
    /// Whether zxcvbn's score counts.
    pub check_zxcvbn: bool,
}

/// Fields of a unique-password policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UniquePassword {
    /// The prompt field that holds the password.
    pub password_field: String,
    /// How many earlier passwords count.
    pub num_historical_passwords: i64,
}

/// Fields of a reputation policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reputation {
    /// Whether the scores of the client address count.
    pub check_ip: bool,
    /// Whether the scores of the username count.
    pub check_username: bool,
    /// It passes when the sum of the scores is at most this.
    pub threshold: i64,
}

/// One reputation score.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Score {
    /// The username that somebody tried.
    pub identifier: String,
    /// The address that it was tried from, in its canonical text form.
    pub ip: String,
    /// The score.
    pub score: i64,
}

impl PolicyKind {
    /// The name of the type, as it is written in a `.may` file and in reports.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Expression(_) => "expression",
            Self::Dummy(_) => "dummy",
            Self::PasswordExpiry(_) => "password_expiry",
            Self::EventMatcher(_) => "event_matcher",
            Self::GeoIp(_) => "geoip",
            Self::Password(_) => "password",
            Self::UniquePassword(_) => "unique_password",
            Self::Reputation(_) => "reputation",
            Self::Always(_) => "always",
            Self::Unknown(_) => "unknown",
            Self::Other(model) => model,
        }
    }
}
