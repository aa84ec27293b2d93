//! Which tables rows are in, and which of them refer to one another.

use super::models::{Family, Relation, To};
use crate::model::TargetKind;

/// The tables that refer to others.
const REFERRING: [(&str, Family); 9] = [
    ("authentik_policies.policybinding", Family::Binding),
    ("authentik_core.group", Family::Group),
    ("authentik_core.provider", Family::Provider),
    ("authentik_core.application", Family::Target(TargetKind::Application)),
    ("authentik_core.applicationentitlement", Family::Target(TargetKind::Entitlement)),
    ("authentik_flows.flowstagebinding", Family::Target(TargetKind::StageBinding)),
    ("authentik_core.source", Family::Target(TargetKind::Source)),
    ("authentik_providers_rac.endpoint", Family::Target(TargetKind::RacEndpoint)),
    ("authentik_endpoints.device", Family::Target(TargetKind::Device)),
];

/// The fields that may refer to rows of `family`, with the tables that they are in.
pub(super) fn relations_to(family: Family) -> Vec<(&'static str, &'static Relation)> {
    let leads = |to: To| match to {
        To::Family(wanted) => wanted == family,
        To::AnyTarget => matches!(family, Family::Target(_)),
    };
    let all = REFERRING
        .iter()
        .flat_map(|(space, other)| other.relations().iter().map(move |relation| (*space, relation)));
    all.filter(|(_, relation)| leads(relation.to)).collect()
}

/// The tables that a reference may lead to.
pub(super) fn spaces_of(to: To) -> &'static [&'static str] {
    const TARGETS: [&str; 9] = [
        "authentik_core.application",
        "authentik_flows.flow",
        "authentik_flows.flowstagebinding",
        "authentik_core.applicationentitlement",
        "authentik_core.source",
        "authentik_events.notificationrule",
        "authentik_providers_rac.endpoint",
        "authentik_endpoints.device",
        "authentik_endpoints.deviceaccessgroup",
    ];
    match to {
        To::AnyTarget => &TARGETS,
        To::Family(Family::User) => &["authentik_core.user"],
        To::Family(Family::Group) => &["authentik_core.group"],
        To::Family(Family::Policy) => &["authentik_policies.policy"],
        To::Family(Family::Stage) => &["authentik_flows.stage"],
        To::Family(Family::Provider) => &["authentik_core.provider"],
        To::Family(Family::Binding) => &["authentik_policies.policybinding"],
        To::Family(Family::Target(kind)) => match kind {
            TargetKind::Application => &["authentik_core.application"],
            TargetKind::Entitlement => &["authentik_core.applicationentitlement"],
            TargetKind::Flow => &["authentik_flows.flow"],
            TargetKind::StageBinding => &["authentik_flows.flowstagebinding"],
            TargetKind::Source => &["authentik_core.source"],
            TargetKind::NotificationRule => &["authentik_events.notificationrule"],
            TargetKind::RacEndpoint => &["authentik_providers_rac.endpoint"],
            TargetKind::Device => &["authentik_endpoints.device"],
            TargetKind::DeviceAccessGroup => &["authentik_endpoints.deviceaccessgroup"],
        },
        To::Family(Family::MetaApply | Family::Other | Family::Unknown) => &[],
    }
}
