//! How does the API show targets?

use serde_json::json;

use super::super::endpoint::{self, Endpoint};
use super::{Keys, Row};
use crate::model::{Details, Mode, ProviderId, SourceFlow, Target, TargetId, TargetKind, World};

/// The rows of each kind, with their endpoint.
pub(super) fn rows(world: &World, keys: &Keys) -> Vec<(&'static Endpoint, Vec<Row>)> {
    TargetKind::ALL
        .into_iter()
        .map(|kind| {
            let of_kind = world.targets.iter().filter(|(_, target)| target.kind() == kind);
            (endpoint_of(kind), of_kind.map(|(id, target)| row(keys, id, target)).collect())
        })
        .collect()
}

fn endpoint_of(kind: TargetKind) -> &'static Endpoint {
    match kind {
        TargetKind::Application => &endpoint::APPLICATIONS,
        TargetKind::Entitlement => &endpoint::ENTITLEMENTS,
        TargetKind::Flow => &endpoint::FLOWS,
        TargetKind::StageBinding => &endpoint::STAGE_BINDINGS,
        TargetKind::Source => &endpoint::SOURCES,
        TargetKind::NotificationRule => &endpoint::RULES,
        TargetKind::RacEndpoint => &endpoint::RAC_ENDPOINTS,
        TargetKind::Device => &endpoint::DEVICES,
        TargetKind::DeviceAccessGroup => &endpoint::ACCESS_GROUPS,
    }
}

fn row(keys: &Keys, id: TargetId, target: &Target) -> Row {
    let provider = |provider: &Option<ProviderId>| json!(provider.map(|provider| keys.provider(provider)));
    let name = ("name", json!(target.name));
    let slug = ("slug", json!(target.slug));
    let mut row = vec![(endpoint_of(target.kind()).key, keys.target(id))];
    match &target.details {
        Details::Application { provider: it } => row.extend([name, slug, ("provider", provider(it))]),
        Details::Entitlement { application } => row.extend([name, ("app", keys.target(*application))]),
        Details::Flow { designation, authentication } => row.extend([
            ("policybindingmodel_ptr_id", keys.second(id)),
            name,
            slug,
            ("designation", json!(designation)),
            ("authentication", json!(authentication)),
        ]),
        Details::StageBinding { flow, stage, order, evaluate_on_plan, re_evaluate_policies } => row.extend([
            ("policybindingmodel_ptr_id", keys.second(id)),
            ("target", keys.target(*flow)),
            ("stage", keys.stage(*stage)),
            ("evaluate_on_plan", json!(evaluate_on_plan)),
            ("re_evaluate_policies", json!(re_evaluate_policies)),
            ("order", json!(order)),
        ]),
        Details::Source(source) => {
            let flow = |flow: Option<&SourceFlow>| match flow {
                None => json!(null),
                Some(SourceFlow::Listed(flow)) => keys.target(*flow),
                Some(SourceFlow::Unlisted(key)) => json!(key),
            };
            row.extend([name, slug, ("enabled", json!(source.enabled))]);
            row.extend(source.flows().map(|(field, named)| (field, flow(named))));
            if !source.model.is_empty() {
                row.push(("meta_model_name", json!(source.model)));
            }
            row.extend(source.user_matching.map(|mode| ("user_matching_mode", json!(mode.as_str()))));
            row.extend(source.group_matching.map(|mode| ("group_matching_mode", json!(mode.as_str()))));
        }
        Details::NotificationRule | Details::DeviceAccessGroup => row.push(name),
        Details::RacEndpoint { provider: it } => row.extend([name, ("provider", provider(it))]),
        Details::Device { access_group, expires } => row.extend([
            ("pbm_uuid", keys.second(id)),
            name,
            ("access_group", json!(access_group.map(|group| keys.target(group)))),
            ("expiring", json!(expires.is_some())),
            ("expires", json!(expires.map(|time| time.to_string()))),
        ]),
    }
    let mode = match target.mode {
        Mode::Any => "any",
        Mode::All => "all",
        Mode::Invalid => "invalid",
        Mode::Unexposed => return row,
    };
    row.push(("policy_engine_mode", json!(mode)));
    row
}
