//! Users: the subjects of every question (dossier §1.1).

use jiff::Timestamp;
use smol_str::SmolStr;

use super::{Attributes, GroupId, Origin};

/// A saved user.
#[derive(Clone, Debug, PartialEq)]
pub struct User {
    /// The primary key, when the input has one.
    pub pk: Option<SmolStr>,
    /// The username: unique.
    pub username: SmolStr,
    /// The display name.
    pub name: SmolStr,
    /// The e-mail address; may be empty, need not be unique.
    pub email: SmolStr,
    /// What kind of account it is.
    pub kind: UserKind,
    /// Whether the user may log in. The policy engine never looks at it (dossier §3.2).
    pub active: bool,
    /// The folder of the user.
    pub path: SmolStr,
    /// The user's own attributes.
    pub attributes: Attributes,
    /// When the password was last changed, if the input says so.
    pub password_changed: Option<Timestamp>,
    /// The groups that the user is directly in, without duplicates, in ascending order.
    pub groups: Box<[GroupId]>,
    /// Where the user was read from.
    pub origin: Origin,
}

/// The type of an account. It plays no part in any verdict (dossier §3.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum UserKind {
    /// `internal`
    #[default]
    Internal,
    /// `external`
    External,
    /// `service_account`
    ServiceAccount,
    /// `internal_service_account`: made by authentik for outposts.
    InternalServiceAccount,
}

impl UserKind {
    /// Every type.
    pub const ALL: [Self; 4] =
        [Self::Internal, Self::External, Self::ServiceAccount, Self::InternalServiceAccount];

    /// The name that authentik gives it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Internal => "internal",
            Self::External => "external",
            Self::ServiceAccount => "service_account",
            Self::InternalServiceAccount => "internal_service_account",
        }
    }

    /// The type that authentik calls `name`.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}
