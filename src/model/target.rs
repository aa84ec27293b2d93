//! Targets: everything that bindings decide about (dossier §1.4).

use jiff::Timestamp;

use super::{Origin, ProviderId, Source, StageId, TargetId};

/// A target.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// The primary key as the API shows it, when the input has one.
    pub pk: Option<String>,
    /// What kind of target it is, with what only that kind has.
    pub details: Details,
    /// The display name. A stage binding is named after its flow, stage and order.
    pub name: String,
    /// The slug, for the kinds that have one.
    pub slug: Option<String>,
    /// How it combines its bindings.
    pub mode: Mode,
    /// Where the target was read from.
    pub origin: Origin,
}

/// What a kind of target has of its own.
#[derive(Clone, Debug, PartialEq)]
pub enum Details {
    /// An application.
    Application {
        /// The provider that it logs in through.
        provider: Option<ProviderId>,
    },
    /// An entitlement of an application.
    Entitlement {
        /// The application.
        application: TargetId,
    },
    /// A flow.
    Flow {
        /// `authentication`, `enrollment` and so on.
        designation: String,
        /// Who may start it, before any policy is asked: `none`, `require_authenticated` and so on.
        authentication: String,
    },
    /// A stage at its place in a flow.
    StageBinding {
        /// The flow.
        flow: TargetId,
        /// The stage.
        stage: StageId,
        /// Its place.
        order: i64,
        /// Whether its bindings are evaluated when the flow is planned.
        evaluate_on_plan: bool,
        /// Whether its bindings are evaluated just before the stage runs.
        re_evaluate_policies: bool,
    },
    /// A source.
    Source(Source),
    /// A notification rule.
    NotificationRule,
    /// An endpoint for remote access (RAC).
    RacEndpoint {
        /// The provider that it belongs to.
        provider: Option<ProviderId>,
    },
    /// A device.
    Device {
        /// The access group that it is in.
        access_group: Option<TargetId>,
        /// When it goes out of sight, if it ever does.
        expires: Option<Timestamp>,
    },
    /// A group of devices.
    DeviceAccessGroup,
}

/// The kinds of target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TargetKind {
    /// An application.
    Application,
    /// An entitlement of an application.
    Entitlement,
    /// A flow.
    Flow,
    /// A stage at its place in a flow.
    StageBinding,
    /// A source.
    Source,
    /// A notification rule.
    NotificationRule,
    /// An endpoint for remote access (RAC).
    RacEndpoint,
    /// A device.
    Device,
    /// A group of devices.
    DeviceAccessGroup,
}

impl TargetKind {
    /// Every kind, in the order of reports.
    pub const ALL: [Self; 9] = [
        Self::Application,
        Self::Entitlement,
        Self::Flow,
        Self::StageBinding,
        Self::Source,
        Self::NotificationRule,
        Self::RacEndpoint,
        Self::Device,
        Self::DeviceAccessGroup,
    ];

    /// The name in data formats.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Application => "application",
            Self::Entitlement => "entitlement",
            Self::Flow => "flow",
            Self::StageBinding => "stage_binding",
            Self::Source => "source",
            Self::NotificationRule => "notification_rule",
            Self::RacEndpoint => "rac_endpoint",
            Self::Device => "device",
            Self::DeviceAccessGroup => "device_access_group",
        }
    }

    /// What one target of the kind is called in messages: `stage binding`.
    pub(crate) fn noun(self) -> &'static str {
        match self {
            Self::Application => "application",
            Self::Entitlement => "entitlement",
            Self::Flow => "flow",
            Self::StageBinding => "stage binding",
            Self::Source => "source",
            Self::NotificationRule => "notification rule",
            Self::RacEndpoint => "endpoint",
            Self::Device => "device",
            Self::DeviceAccessGroup => "device access group",
        }
    }

    /// The short name that goes before a target on the command line, as in `app:grafana`.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Application => "app",
            Self::StageBinding => "stage",
            Self::NotificationRule => "rule",
            Self::RacEndpoint => "endpoint",
            Self::DeviceAccessGroup => "devices",
            Self::Entitlement | Self::Flow | Self::Source | Self::Device => self.as_str(),
        }
    }

    /// The kind that `word` names, in either form.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word || kind.prefix() == word)
    }

    /// Whether the API shows the mode of such targets (dossier §1.4, §7.2). Where it does not, an export or
    /// a snapshot leaves the mode open.
    pub fn exposes_mode(self) -> bool {
        matches!(self, Self::Application | Self::Source | Self::Flow | Self::StageBinding)
    }
}

/// How a target combines its bindings (authentik: policy engine mode).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Mode {
    /// One passing binding is enough.
    #[default]
    Any,
    /// Every binding must pass.
    All,
    /// Neither word: authentik then lets nobody through (dossier §2.3).
    Invalid,
    /// The input does not say, because authentik's API does not.
    Unexposed,
}

impl Target {
    /// What kind of target it is.
    pub fn kind(&self) -> TargetKind {
        match self.details {
            Details::Application { .. } => TargetKind::Application,
            Details::Entitlement { .. } => TargetKind::Entitlement,
            Details::Flow { .. } => TargetKind::Flow,
            Details::StageBinding { .. } => TargetKind::StageBinding,
            Details::Source { .. } => TargetKind::Source,
            Details::NotificationRule => TargetKind::NotificationRule,
            Details::RacEndpoint { .. } => TargetKind::RacEndpoint,
            Details::Device { .. } => TargetKind::Device,
            Details::DeviceAccessGroup => TargetKind::DeviceAccessGroup,
        }
    }
}
