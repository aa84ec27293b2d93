//! What an input found, before names are resolved.
//!
//! An input fills a [`Draft`]; [`builder::build`](super::builder::build) makes the [`World`](super::World) of
//! all drafts together and reports every reference that leads nowhere, or to several objects.

use std::sync::Arc;

use jiff::Timestamp;
use rustc_hash::FxHashMap;

use super::assertion::Assertion;
use super::{Group, Mode, Origin, Policy, Provider, Score, Source, Stage, TargetKind, User};

/// Everything that one input found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Draft {
    /// The release that the configuration is for, if the input says so.
    pub release: Option<(String, Origin)>,
    /// `core_default_app_access`, if the input says so.
    pub core_default_app_access: Option<bool>,
    /// Whether the input describes a part of a tenant, as blueprints do; authentik leaves some objects out of its own
    /// exports, too. Targets of exported bindings, users that are bound, stages and providers may then be missing.
    pub partial: bool,
    /// What the input asserts. That is no part of a world.
    pub assertions: Vec<Assertion>,
    /// Users.
    pub users: Vec<DraftUser>,
    /// Groups.
    pub groups: Vec<DraftGroup>,
    /// Policies.
    pub policies: Vec<Policy>,
    /// Stages.
    pub stages: Vec<Stage>,
    /// Providers.
    pub providers: Vec<Provider>,
    /// Targets.
    pub targets: Vec<DraftTarget>,
    /// Bindings.
    pub bindings: Vec<DraftBinding>,
    /// Reputation scores; `None` when the input does not carry them.
    pub reputation: Option<Vec<Score>>,
}

/// What an object is called where it is referred to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    /// By primary key.
    Pk(String),
    /// By name (slug, username); where no object has the name, by primary key.
    Name(String),
}

/// Keys that are kept once, however many references say them.
#[derive(Default)]
pub(crate) struct Keys {
    pks: FxHashMap<Box<str>, Arc<Key>>,
    names: FxHashMap<Box<str>, Arc<Key>>,
}

impl Keys {
    /// A primary key.
    pub(crate) fn pk(&mut self, pk: &str) -> Arc<Key> {
        Self::shared(&mut self.pks, pk, Key::Pk)
    }

    /// A name.
    pub(crate) fn name(&mut self, name: &str) -> Arc<Key> {
        Self::shared(&mut self.names, name, Key::Name)
    }

    fn shared(
        known: &mut FxHashMap<Box<str>, Arc<Key>>,
        text: &str,
        key: impl Fn(String) -> Key,
    ) -> Arc<Key> {
        if let Some(key) = known.get(text) {
            return Arc::clone(key);
        }
        let key = Arc::new(key(text.to_owned()));
        known.insert(text.into(), Arc::clone(&key));
        key
    }
}

/// A reference to an object, with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// What it says. References that say the same may share it: there can be millions of them.
    pub key: Arc<Key>,
    /// Where it says so.
    pub origin: Origin,
}

/// A reference to a target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TargetReference {
    /// The target at this position of the same draft.
    Here(usize),
    /// A target elsewhere. By primary key it may be of any kind; by name it is of the kind that the place asks for.
    Elsewhere(Reference),
}

/// A user, with its groups still as references.
#[derive(Clone, Debug, PartialEq)]
pub struct DraftUser {
    /// The user; `groups` is empty.
    pub user: User,
    /// The groups that the user is directly in.
    pub groups: Vec<Reference>,
}

/// A group, with its neighbours still as references.
#[derive(Clone, Debug, PartialEq)]
pub struct DraftGroup {
    /// The group; `parents` is empty.
    pub group: Group,
    /// The groups directly above.
    pub parents: Vec<Reference>,
    /// Groups directly above, written in a field that one shape of authentik's hierarchy has and the other does not.
    /// authentik drops the field where its release does not know it (dossier §5.5).
    pub shaped: Vec<ShapedParents>,
    /// Direct members, in addition to those that name this group themselves.
    pub users: Vec<Reference>,
}

/// Parents of a group that count in some releases only.
#[derive(Clone, Debug, PartialEq)]
pub struct ShapedParents {
    /// Whether the field is `parents`, which releases from 2025.12 on know, and not `parent`, which those before know.
    pub many: bool,
    /// What it says.
    pub parents: Vec<Reference>,
    /// Where the field is written.
    pub origin: Origin,
}

/// A target, with what it refers to still as references.
#[derive(Clone, Debug, PartialEq)]
pub struct DraftTarget {
    /// The primary key, when the input has one.
    pub pk: Option<String>,
    /// A second key that bindings may use (authentik: `pbm_uuid`).
    pub pbm: Option<String>,
    /// What kind of target it is.
    pub details: DraftDetails,
    /// The display name; ignored for stage bindings, which are named after their place.
    pub name: String,
    /// The slug, for the kinds that have one.
    pub slug: Option<String>,
    /// How it combines its bindings.
    pub mode: Mode,
    /// Where it was read from.
    pub origin: Origin,
}

/// [`Details`](super::Details) with references.
#[derive(Clone, Debug, PartialEq)]
pub enum DraftDetails {
    /// An application.
    Application {
        /// The provider.
        provider: Option<Reference>,
    },
    /// An entitlement.
    Entitlement {
        /// The application.
        application: TargetReference,
    },
    /// A flow.
    Flow {
        /// Its designation.
        designation: String,
        /// Who may start it.
        authentication: String,
    },
    /// A stage at its place in a flow.
    StageBinding {
        /// The flow.
        flow: TargetReference,
        /// The stage.
        stage: Reference,
        /// Its place.
        order: i64,
        /// Whether its bindings are evaluated when the flow is planned.
        evaluate_on_plan: bool,
        /// Whether its bindings are evaluated just before the stage runs.
        re_evaluate_policies: bool,
    },
    /// A source.
    Source(Source<TargetReference>),
    /// A notification rule.
    NotificationRule,
    /// An endpoint for remote access.
    RacEndpoint {
        /// The provider.
        provider: Option<Reference>,
    },
    /// A device.
    Device {
        /// The access group.
        access_group: Option<TargetReference>,
        /// When it goes out of sight, if it ever does.
        expires: Option<Timestamp>,
    },
    /// A group of devices.
    DeviceAccessGroup,
}

impl DraftDetails {
    /// What kind of target it is.
    pub fn kind(&self) -> TargetKind {
        match self {
            Self::Application { .. } => TargetKind::Application,
            Self::Entitlement { .. } => TargetKind::Entitlement,
            Self::Flow { .. } => TargetKind::Flow,
            Self::StageBinding { .. } => TargetKind::StageBinding,
            Self::Source { .. } => TargetKind::Source,
            Self::NotificationRule => TargetKind::NotificationRule,
            Self::RacEndpoint { .. } => TargetKind::RacEndpoint,
            Self::Device { .. } => TargetKind::Device,
            Self::DeviceAccessGroup => TargetKind::DeviceAccessGroup,
        }
    }
}

/// The user that a binding asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DraftBoundUser {
    /// A user that must be in the input.
    Listed(Reference),
    /// A user that the input is known not to list: authentik's own anonymous user.
    Unlisted(String),
}

/// A binding, with what it refers to still as references.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftBinding {
    /// The primary key, when the input has one.
    pub pk: Option<String>,
    /// What it is bound to.
    pub target: TargetReference,
    /// The policy.
    pub policy: Option<Reference>,
    /// The group.
    pub group: Option<Reference>,
    /// The user.
    pub user: Option<DraftBoundUser>,
    /// Whether it counts at all.
    pub enabled: bool,
    /// Whether its result is turned round.
    pub negate: bool,
    /// What counts when the policy raises an error.
    pub failure_result: bool,
    /// Its place.
    pub order: i64,
    /// Seconds that the policy is meant to have.
    pub timeout: i64,
    /// When the binding stops counting, if it ever does.
    pub expires: Option<Timestamp>,
    /// Where it was read from.
    pub origin: Origin,
}
