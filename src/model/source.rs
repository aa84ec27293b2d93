//! What sources do with those who log in through them (dossier §3.7).

use super::{Details, Target, TargetId};

/// Who somebody becomes who logs in through a source for the first time (authentik: user matching mode).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UserMatching {
    /// Somebody new: only who logged in through the source before is known.
    Identifier,
    /// The user with the same e-mail address, if there is one.
    EmailLink,
    /// Nobody, where a user has the same e-mail address.
    EmailDeny,
    /// The user with the same username, if there is one.
    UsernameLink,
    /// Nobody, where a user has the same username.
    UsernameDeny,
}

impl UserMatching {
    /// Every mode.
    pub const ALL: [Self; 5] =
        [Self::Identifier, Self::EmailLink, Self::EmailDeny, Self::UsernameLink, Self::UsernameDeny];

    /// The word that authentik has for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Identifier => "identifier",
            Self::EmailLink => "email_link",
            Self::EmailDeny => "email_deny",
            Self::UsernameLink => "username_link",
            Self::UsernameDeny => "username_deny",
        }
    }

    /// The mode that `word` stands for.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.as_str() == word)
    }
}

/// Which groups those are that a source names (authentik: group matching mode).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GroupMatching {
    /// Groups of the source's own.
    Identifier,
    /// The group with the same name, if there is one.
    NameLink,
    /// None, where a group has the same name.
    NameDeny,
}

impl GroupMatching {
    /// Every mode.
    pub const ALL: [Self; 3] = [Self::Identifier, Self::NameLink, Self::NameDeny];

    /// The word that authentik has for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Identifier => "identifier",
            Self::NameLink => "name_link",
            Self::NameDeny => "name_deny",
        }
    }

    /// The mode that `word` stands for.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.as_str() == word)
    }
}

/// What a source has of its own, with its flows as the input names them or as they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source<F = SourceFlow> {
    /// Whether it is switched on.
    pub enabled: bool,
    /// Its type, as `app_label.model`; empty when the input does not say.
    pub model: String,
    /// Who somebody becomes who logs in through it for the first time, where the input says.
    pub user_matching: Option<UserMatching>,
    /// Which groups those are that it names, where the input says.
    pub group_matching: Option<GroupMatching>,
    /// The flow that users log in with whom it knows.
    pub authentication_flow: Option<F>,
    /// The flow that others become users with.
    pub enrollment_flow: Option<F>,
}

impl<F> Source<F> {
    /// Its flows, by the names of their fields.
    pub fn flows(&self) -> [(&'static str, Option<&F>); 2] {
        [
            ("authentication_flow", self.authentication_flow.as_ref()),
            ("enrollment_flow", self.enrollment_flow.as_ref()),
        ]
    }

    /// The same with what `resolve` makes of its flows.
    pub fn with_flows<G>(self, mut resolve: impl FnMut(F) -> Option<G>) -> Source<G> {
        Source {
            enabled: self.enabled,
            model: self.model,
            user_matching: self.user_matching,
            group_matching: self.group_matching,
            authentication_flow: self.authentication_flow.and_then(&mut resolve),
            enrollment_flow: self.enrollment_flow.and_then(resolve),
        }
    }
}

/// A flow that a source names. No verdict rests on it, so the input need not hold it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SourceFlow {
    /// A flow of the input.
    Listed(TargetId),
    /// A flow that is somewhere else: its key, or whatever it is named by.
    Unlisted(String),
}

impl SourceFlow {
    /// The flow, if the input holds it.
    pub fn listed(&self) -> Option<TargetId> {
        match self {
            Self::Listed(id) => Some(*id),
            Self::Unlisted(_) => None,
        }
    }
}

impl Target {
    /// The type of a source in one word, such as `oauth`; `None` where the input does not say, it is none of authentik's,
    /// or this is no source.
    pub fn source_type(&self) -> Option<&str> {
        let Details::Source(source) = &self.details else { return None };
        source.model.split('.').next()?.strip_prefix("authentik_sources_")
    }

    /// Whether it is a source that nobody logs in through by a flow: authentik's own, and those that only copy users.
    pub fn has_no_flow(&self) -> bool {
        let is_own =
            matches!(&self.details, Details::Source(source) if source.model == "authentik_core.source");
        is_own || matches!(self.source_type(), Some("ldap" | "scim"))
    }
}
