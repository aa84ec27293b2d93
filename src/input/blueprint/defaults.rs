//! What authentik's database holds in fields that nobody wrote: identifiers are compared with it (dossier §5.3).

use super::models::{Family, Model};
use super::node::{Data, Node};
use crate::model::{Origin, TargetKind};

/// A value that a field has by default.
#[derive(Clone, Copy)]
pub(super) enum Value {
    Bool(bool),
    Int(i128),
    Text(&'static str),
}

use Value::{Bool, Int, Text};

type Defaults = &'static [(&'static str, Value)];

impl Value {
    pub(super) fn node(self) -> Node {
        let data = match self {
            Bool(value) => Data::Bool(value),
            Int(value) => Data::Int(value),
            Text(text) => Data::Text(text.into()),
        };
        Node::new(data, Origin::None)
    }
}

const BINDING: Defaults = &[
    ("enabled", Bool(true)),
    ("negate", Bool(false)),
    ("failure_result", Bool(false)),
    ("timeout", Int(30)),
];
const USER: Defaults = &[
    ("is_active", Bool(true)),
    ("type", Text("internal")),
    ("path", Text("users")),
    ("name", Text("")),
    ("email", Text("")),
];
const GROUP: Defaults = &[("is_superuser", Bool(false))];
const TARGET: Defaults = &[("policy_engine_mode", Text("any"))];
const FLOW: Defaults = &[("policy_engine_mode", Text("any")), ("authentication", Text("none"))];
const STAGE_BINDING: Defaults = &[
    ("policy_engine_mode", Text("any")),
    ("evaluate_on_plan", Bool(false)),
    ("re_evaluate_policies", Bool(true)),
];
const SOURCE: Defaults = &[("policy_engine_mode", Text("any")), ("enabled", Bool(true))];
const DUMMY: Defaults = &[("result", Bool(false)), ("wait_min", Int(5)), ("wait_max", Int(30))];
const EXPIRY: Defaults = &[("deny_only", Bool(false))];
const GEOIP: Defaults = &[
    ("check_history_distance", Bool(false)),
    ("history_max_distance_km", Int(100)),
    ("distance_tolerance_km", Int(50)),
    ("history_login_count", Int(5)),
    ("check_impossible_travel", Bool(false)),
    ("impossible_tolerance_km", Int(100)),
];
const PASSWORD: Defaults = &[
    ("password_field", Text("password")),
    ("check_static_rules", Bool(true)),
    ("check_have_i_been_pwned", Bool(false)),
    ("check_zxcvbn", Bool(false)),
];
const UNIQUE_PASSWORD: Defaults =
    &[("password_field", Text("password")), ("num_historical_passwords", Int(1))];
const REPUTATION: Defaults =
    &[("check_ip", Bool(true)), ("check_username", Bool(true)), ("threshold", Int(-5))];

/// The defaults of a model, where verdicts rest on it.
pub(super) fn of(model: &Model) -> Defaults {
    match model.family {
        Family::Binding => BINDING,
        Family::User => USER,
        Family::Group => GROUP,
        Family::Target(TargetKind::Flow) => FLOW,
        Family::Target(TargetKind::StageBinding) => STAGE_BINDING,
        Family::Target(TargetKind::Source) => SOURCE,
        Family::Target(_) => TARGET,
        Family::Policy => match &*model.name {
            "authentik_policies_dummy.dummypolicy" => DUMMY,
            "authentik_policies_expiry.passwordexpirypolicy" => EXPIRY,
            "authentik_policies_geoip.geoippolicy" => GEOIP,
            "authentik_policies_password.passwordpolicy" => PASSWORD,
            "authentik_policies_unique_password.uniquepasswordpolicy" => UNIQUE_PASSWORD,
            "authentik_policies_reputation.reputationpolicy" => REPUTATION,
            _ => &[],
        },
        _ => &[],
    }
}

/// What `field` holds in a row of `model` that nobody wrote it in.
pub(super) fn default(model: &Model, field: &str) -> Option<Value> {
    of(model).iter().find(|(name, _)| *name == field).map(|(_, default)| *default)
}
