//! Which kinds of rows authentik has, what their fields refer to, and what goes when a row goes.

use std::rc::Rc;

use crate::model::TargetKind;

/// What a row is to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Family {
    User,
    Group,
    Policy,
    Stage,
    Provider,
    Binding,
    Target(TargetKind),
    /// Blueprints of blueprints.
    MetaApply,
    /// A model of authentik that no verdict rests on.
    Other,
    /// A model that is not known here.
    Unknown,
}

/// Where a reference leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum To {
    Family(Family),
    /// A target of any kind.
    AnyTarget,
}

/// What happens to a row when the row that one of its fields refers to is deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OnDelete {
    Cascade,
    SetNull,
}

/// A field that refers to one other row.
pub(super) struct Relation {
    pub(super) field: &'static str,
    pub(super) to: To,
    pub(super) on_delete: OnDelete,
}

const fn relation(field: &'static str, to: To, on_delete: OnDelete) -> Relation {
    Relation { field, to, on_delete }
}

const BINDING: [Relation; 4] = [
    relation("target", To::AnyTarget, OnDelete::Cascade),
    relation("policy", To::Family(Family::Policy), OnDelete::Cascade),
    relation("group", To::Family(Family::Group), OnDelete::Cascade),
    relation("user", To::Family(Family::User), OnDelete::Cascade),
];
const STAGE_BINDING: [Relation; 2] = [
    relation("target", To::Family(Family::Target(TargetKind::Flow)), OnDelete::Cascade),
    relation("stage", To::Family(Family::Stage), OnDelete::Cascade),
];
const ENTITLEMENT: [Relation; 1] =
    [relation("app", To::Family(Family::Target(TargetKind::Application)), OnDelete::Cascade)];
const APPLICATION: [Relation; 1] = [relation("provider", To::Family(Family::Provider), OnDelete::SetNull)];
const ENDPOINT: [Relation; 1] = [relation("provider", To::Family(Family::Provider), OnDelete::Cascade)];
const PROVIDER: [Relation; 1] =
    [relation("authorization_flow", To::Family(Family::Target(TargetKind::Flow)), OnDelete::Cascade)];
const SOURCE: [Relation; 2] = [
    relation("authentication_flow", To::Family(Family::Target(TargetKind::Flow)), OnDelete::SetNull),
    relation("enrollment_flow", To::Family(Family::Target(TargetKind::Flow)), OnDelete::SetNull),
];
const DEVICE: [Relation; 1] =
    [relation("access_group", To::Family(Family::Target(TargetKind::DeviceAccessGroup)), OnDelete::SetNull)];
const GROUP: [Relation; 1] = [relation("parent", To::Family(Family::Group), OnDelete::SetNull)];

impl Family {
    /// The fields that refer to one other row.
    pub(super) fn relations(self) -> &'static [Relation] {
        match self {
            Self::Binding => &BINDING,
            Self::Group => &GROUP,
            Self::Provider => &PROVIDER,
            Self::Target(TargetKind::Application) => &APPLICATION,
            Self::Target(TargetKind::Entitlement) => &ENTITLEMENT,
            Self::Target(TargetKind::StageBinding) => &STAGE_BINDING,
            Self::Target(TargetKind::RacEndpoint) => &ENDPOINT,
            Self::Target(TargetKind::Source) => &SOURCE,
            Self::Target(TargetKind::Device) => &DEVICE,
            _ => &[],
        }
    }

    pub(super) fn relation(self, field: &str) -> Option<&'static Relation> {
        self.relations().iter().find(|relation| relation.field == field)
    }

    /// Whether verdicts rest on rows of this kind.
    pub(super) fn matters(self) -> bool {
        !matches!(self, Self::Stage | Self::Provider | Self::Other | Self::Unknown | Self::MetaApply)
    }

    /// Whether a tag in `field` that leads nowhere is an error. Providers and stages may be known by name only, and
    /// attributes take a null.
    pub(super) fn rests_on(self, field: &str) -> bool {
        match self {
            Self::Binding => !matches!(field, "is_primary" | "connector"),
            Self::Policy => field != "execution_logging",
            Self::Group => {
                matches!(field, "name" | "parents" | "parent" | "users" | "is_superuser")
            }
            Self::User => {
                matches!(field, "username" | "name" | "email" | "type" | "is_active" | "path" | "groups")
            }
            Self::Target(kind) => match field {
                "name" | "slug" | "policy_engine_mode" => true,
                "app" => kind == TargetKind::Entitlement,
                "designation" | "authentication" => kind == TargetKind::Flow,
                "target" | "order" | "evaluate_on_plan" | "re_evaluate_policies" => {
                    kind == TargetKind::StageBinding
                }
                "enabled" => kind == TargetKind::Source,
                _ => false,
            },
            _ => false,
        }
    }

    /// Whether the primary key of a target differs from the key that bindings are stored with (dossier §1.4).
    pub(super) fn has_own_key(self) -> bool {
        matches!(self, Self::Target(TargetKind::Flow | TargetKind::StageBinding | TargetKind::Device))
    }

    /// Whether primary keys count up, in place of being random.
    pub(super) fn counts(self) -> bool {
        matches!(self, Self::User | Self::Provider)
    }

    pub(super) fn noun(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Group => "group",
            Self::Policy => "policy",
            Self::Stage => "stage",
            Self::Provider => "provider",
            Self::Binding => "binding",
            Self::Target(kind) => match kind {
                TargetKind::Application => "application",
                TargetKind::Entitlement => "entitlement",
                TargetKind::Flow => "flow",
                TargetKind::StageBinding => "stage binding",
                TargetKind::Source => "source",
                TargetKind::NotificationRule => "notification rule",
                TargetKind::RacEndpoint => "endpoint",
                TargetKind::Device => "device",
                TargetKind::DeviceAccessGroup => "device access group",
            },
            Self::MetaApply | Self::Other | Self::Unknown => "row",
        }
    }
}

/// A model: its name in one form, what it is, and the model that its rows share their keys with.
#[derive(Clone, Debug)]
pub(super) struct Model {
    pub(super) name: Rc<str>,
    pub(super) family: Family,
    pub(super) space: Rc<str>,
}

impl Model {
    /// Whether a query for this model sees the rows of `other`, which shares its keys.
    pub(super) fn sees(&self, other: &Self) -> bool {
        self.name == self.space
            || self.family == Family::Binding
            || self.name == other.name
            || other.extends(self)
    }

    /// Whether rows of this model are rows of `base`, too: an export lists them twice (dossier §5.7).
    pub(super) fn extends(&self, base: &Self) -> bool {
        let bindings = self.family == Family::Binding && base.family == Family::Binding;
        (bindings && base.name == base.space && self.name != base.name)
            || (*base.name == *"authentik_providers_oauth2.oauth2provider"
                && *self.name == *"authentik_providers_proxy.proxyprovider")
    }
}

/// The model called `name`; `None` when it is no model's name at all.
pub(super) fn model(name: &str) -> Option<Model> {
    let (app, model) = name.split_once('.')?;
    if app.is_empty() || model.is_empty() || model.contains('.') {
        return None;
    }
    let model = model.to_ascii_lowercase();
    let name = format!("{app}.{model}");
    let family = family(app, &model, &name);
    let space = match family {
        Family::Policy => "authentik_policies.policy",
        Family::Stage => "authentik_flows.stage",
        Family::Provider => "authentik_core.provider",
        Family::Binding => "authentik_policies.policybinding",
        Family::Target(TargetKind::Source) => "authentik_core.source",
        _ => &name,
    };
    Some(Model { family, space: space.into(), name: name.clone().into() })
}

fn family(app: &str, model: &str, name: &str) -> Family {
    match name {
        "authentik_core.user" => return Family::User,
        "authentik_core.group" => return Family::Group,
        "authentik_core.application" => return Family::Target(TargetKind::Application),
        "authentik_core.applicationentitlement" => return Family::Target(TargetKind::Entitlement),
        "authentik_core.source" => return Family::Target(TargetKind::Source),
        "authentik_core.provider" => return Family::Provider,
        "authentik_flows.flow" => return Family::Target(TargetKind::Flow),
        "authentik_flows.flowstagebinding" => return Family::Target(TargetKind::StageBinding),
        "authentik_flows.stage" | "authentik_endpoints.endpointstage" => return Family::Stage,
        "authentik_events.notificationrule" => return Family::Target(TargetKind::NotificationRule),
        "authentik_providers_rac.endpoint" => return Family::Target(TargetKind::RacEndpoint),
        "authentik_endpoints.device" => return Family::Target(TargetKind::Device),
        "authentik_endpoints.deviceaccessgroup" => return Family::Target(TargetKind::DeviceAccessGroup),
        "authentik_policies.policy" => return Family::Policy,
        "authentik_policies.policybinding"
        | "authentik_endpoints.deviceuserbinding"
        | "authentik_endpoints_connectors_agent.agentdeviceuserbinding" => return Family::Binding,
        "authentik_blueprints.metaapplyblueprint" => return Family::MetaApply,
        _ => {}
    }
    let is = |prefix: &str, suffix: &str| app.starts_with(prefix) && model.ends_with(suffix);
    if is("authentik_stages_", "stage") {
        Family::Stage
    } else if is("authentik_providers_", "provider") {
        Family::Provider
    } else if is("authentik_sources_", "source") {
        Family::Target(TargetKind::Source)
    } else if is("authentik_policies_", "policy") {
        Family::Policy
    } else if OTHER.contains(&name) {
        Family::Other
    } else {
        Family::Unknown
    }
}

/// Models that verdicts rest on, for "did you mean".
pub(super) const MATTER: [&str; 23] = [
    "authentik_core.user",
    "authentik_core.group",
    "authentik_core.application",
    "authentik_core.applicationentitlement",
    "authentik_flows.flow",
    "authentik_flows.flowstagebinding",
    "authentik_events.notificationrule",
    "authentik_providers_rac.endpoint",
    "authentik_endpoints.deviceaccessgroup",
    "authentik_endpoints.deviceuserbinding",
    "authentik_policies.policybinding",
    "authentik_policies_dummy.dummypolicy",
    "authentik_policies_event_matcher.eventmatcherpolicy",
    "authentik_policies_expiry.passwordexpirypolicy",
    "authentik_policies_expression.expressionpolicy",
    "authentik_policies_geoip.geoippolicy",
    "authentik_policies_password.passwordpolicy",
    "authentik_policies_reputation.reputationpolicy",
    "authentik_policies_unique_password.uniquepasswordpolicy",
    "authentik_sources_ldap.ldapsource",
    "authentik_sources_oauth.oauthsource",
    "authentik_sources_saml.samlsource",
    "authentik_sources_plex.plexsource",
];

/// Models of authentik that no verdict rests on.
pub(super) const OTHER: [&str; 62] = [
    "authentik_blueprints.blueprintinstance",
    "authentik_brands.brand",
    "authentik_core.token",
    "authentik_core.groupsourceconnection",
    "authentik_core.usersourceconnection",
    "authentik_core.propertymapping",
    "authentik_crypto.certificatekeypair",
    "authentik_endpoints.connector",
    "authentik_endpoints_connectors_agent.agentconnector",
    "authentik_endpoints_connectors_agent.enrollmenttoken",
    "authentik_endpoints_connectors_fleet.fleetconnector",
    "authentik_endpoints_connectors_google_chrome.googlechromeconnector",
    "authentik_enterprise.license",
    "authentik_events.event",
    "authentik_events.notification",
    "authentik_events.notificationtransport",
    "authentik_events.notificationwebhookmapping",
    "authentik_lifecycle.lifecyclerule",
    "authentik_outposts.dockerserviceconnection",
    "authentik_outposts.kubernetesserviceconnection",
    "authentik_outposts.outpost",
    "authentik_providers_google_workspace.googleworkspaceprovidermapping",
    "authentik_providers_microsoft_entra.microsoftentraprovidermapping",
    "authentik_providers_oauth2.accesstoken",
    "authentik_providers_oauth2.scopemapping",
    "authentik_providers_rac.racpropertymapping",
    "authentik_providers_radius.radiusproviderpropertymapping",
    "authentik_providers_saml.samlpropertymapping",
    "authentik_providers_scim.scimmapping",
    "authentik_rbac.initialpermissions",
    "authentik_rbac.role",
    "authentik_reports.dataexport",
    "authentik_sources_kerberos.groupkerberossourceconnection",
    "authentik_sources_kerberos.kerberossourcepropertymapping",
    "authentik_sources_kerberos.userkerberossourceconnection",
    "authentik_sources_ldap.groupldapsourceconnection",
    "authentik_sources_ldap.ldapsourcepropertymapping",
    "authentik_sources_ldap.userldapsourceconnection",
    "authentik_sources_oauth.groupoauthsourceconnection",
    "authentik_sources_oauth.oauthsourcepropertymapping",
    "authentik_sources_oauth.useroauthsourceconnection",
    "authentik_sources_plex.groupplexsourceconnection",
    "authentik_sources_plex.plexsourcepropertymapping",
    "authentik_sources_plex.userplexsourceconnection",
    "authentik_sources_saml.groupsamlsourceconnection",
    "authentik_sources_saml.samlsourcepropertymapping",
    "authentik_sources_saml.usersamlsourceconnection",
    "authentik_sources_scim.scimsourcepropertymapping",
    "authentik_sources_telegram.grouptelegramsourceconnection",
    "authentik_sources_telegram.telegramsourcepropertymapping",
    "authentik_sources_telegram.usertelegramsourceconnection",
    "authentik_stages_authenticator_duo.duodevice",
    "authentik_stages_authenticator_email.emaildevice",
    "authentik_stages_authenticator_sms.smsdevice",
    "authentik_stages_authenticator_static.staticdevice",
    "authentik_stages_authenticator_totp.totpdevice",
    "authentik_stages_authenticator_webauthn.webauthndevice",
    "authentik_stages_consent.userconsent",
    "authentik_stages_invitation.invitation",
    "authentik_stages_prompt.prompt",
    "authentik_tasks_schedules.schedule",
    "authentik_tasks.task",
];
