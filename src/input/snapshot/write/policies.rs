//! How does the API show policies?

use serde_json::{Value, json};

use super::super::endpoint;
use super::{Keys, Row};
use crate::model::{EventMatcher, GeoIp, PolicyKind, World};

pub(super) fn rows(world: &World, keys: &Keys) -> Vec<Row> {
    world
        .policies
        .iter()
        .map(|(id, policy)| {
            let (model, fields) = fields(&policy.kind);
            let mut row = vec![
                ("pk", keys.policy(id)),
                ("name", json!(policy.name)),
                ("meta_model_name", json!(model)),
            ];
            row.extend(fields);
            row
        })
        .collect()
}

/// The model of a policy, and the fields of its type.
pub(in super::super) fn fields(kind: &PolicyKind) -> (&str, Row) {
    match kind {
        PolicyKind::Expression(it) => (endpoint::EXPRESSION, vec![("expression", json!(it.text))]),
        PolicyKind::Dummy(it) => (
            endpoint::DUMMY,
            vec![
                ("result", json!(it.result)),
                ("wait_min", json!(it.wait_min)),
                ("wait_max", json!(it.wait_max)),
            ],
        ),
        PolicyKind::PasswordExpiry(it) => {
            (endpoint::PASSWORD_EXPIRY, vec![("days", json!(it.days)), ("deny_only", json!(it.deny_only))])
        }
        PolicyKind::EventMatcher(it) => (endpoint::EVENT_MATCHER, event_matcher(it)),
        PolicyKind::GeoIp(it) => (endpoint::GEOIP, geoip(it)),
        PolicyKind::Password(it) => (
            endpoint::PASSWORD,
            vec![
                ("password_field", json!(it.password_field)),
                ("check_static_rules", json!(it.check_static_rules)),
                ("check_have_i_been_pwned", json!(it.check_have_i_been_pwned)),
                ("check_zxcvbn", json!(it.check_zxcvbn)),
            ],
        ),
        PolicyKind::UniquePassword(it) => (
            endpoint::UNIQUE_PASSWORD,
            vec![
                ("password_field", json!(it.password_field)),
                ("num_historical_passwords", json!(it.num_historical_passwords)),
            ],
        ),
        PolicyKind::Reputation(it) => (
            endpoint::REPUTATION,
            vec![
                ("check_ip", json!(it.check_ip)),
                ("check_username", json!(it.check_username)),
                ("threshold", json!(it.threshold)),
            ],
        ),
        PolicyKind::Always(result) => (endpoint::ALWAYS, vec![("result", json!(result))]),
        PolicyKind::Unknown(reason) => (endpoint::UNKNOWN, vec![("reason", json!(reason))]),
        PolicyKind::Other(model) => (model, Vec::new()),
    }
}

fn event_matcher(it: &EventMatcher) -> Row {
    let fields: [(_, &Option<String>); 5] = [
        ("action", &it.action),
        ("client_ip", &it.client_ip),
        ("app", &it.app),
        ("model", &it.model),
        ("query", &it.query),
    ];
    fields.map(|(name, value)| (name, value.as_deref().map_or(Value::Null, Value::from))).into()
}

fn geoip(it: &GeoIp) -> Row {
    vec![
        ("asns", json!(it.asns)),
        ("countries", json!(it.countries)),
        ("check_history_distance", json!(it.check_history_distance)),
        ("history_max_distance_km", json!(it.history_max_distance_km)),
        ("distance_tolerance_km", json!(it.distance_tolerance_km)),
        ("history_login_count", json!(it.history_login_count)),
        ("check_impossible_travel", json!(it.check_impossible_travel)),
        ("impossible_tolerance_km", json!(it.impossible_tolerance_km)),
    ]
}
