//! Which endpoints of the API are read, and which fields of their rows?

mod sources;

pub(super) use sources::{SOURCES, SOURCES_BY_TYPE};

/// An endpoint of the API.
#[derive(Debug)]
pub(super) struct Endpoint {
    /// The name in file names: the path with `_` for `/`.
    pub(super) name: &'static str,
    /// What one of its rows is called in messages.
    pub(super) noun: &'static str,
    /// The field that tells its rows apart.
    pub(super) key: &'static str,
    /// The fields that are looked at.
    pub(super) fields: &'static [&'static str],
    /// Fields that tell its rows from those of other endpoints: every row has them.
    pub(super) has: &'static [&'static str],
    /// And no row has these.
    pub(super) lacks: &'static [&'static str],
    /// Whether it is one object, not a list of rows.
    pub(super) single: bool,
    /// Whether nothing can be said without it.
    pub(super) required: bool,
    /// Whether it lists everything only when asked for `superuser_full_list`: otherwise authentik leaves out
    /// what its policies deny to the caller (dossier §7.2).
    pub(super) asks_full_list: bool,
    /// The model of its rows, if there is just one.
    pub(super) model: &'static str,
}

const LIST: Endpoint = Endpoint {
    name: "",
    noun: "row",
    key: "pk",
    fields: &[],
    has: &[],
    lacks: &[],
    single: false,
    required: false,
    asks_full_list: false,
    model: "",
};

pub(super) static USERS: Endpoint = Endpoint {
    name: "core_users",
    noun: "user",
    fields: &[
        "pk",
        "username",
        "name",
        "email",
        "type",
        "is_active",
        "path",
        "attributes",
        "password_change_date",
        "groups",
    ],
    has: &["username", "path"],
    required: true,
    ..LIST
};

pub(super) static GROUPS: Endpoint = Endpoint {
    name: "core_groups",
    noun: "group",
    fields: &["pk", "name", "is_superuser", "attributes", "parents", "parent", "users", "users_obj"],
    has: &["is_superuser", "users"],
    lacks: &["username"],
    required: true,
    ..LIST
};

pub(super) static APPLICATIONS: Endpoint = Endpoint {
    name: "core_applications",
    noun: "application",
    fields: &["pk", "slug", "name", "provider", "provider_obj", "policy_engine_mode"],
    has: &["slug", "provider"],
    required: true,
    asks_full_list: true,
    ..LIST
};

pub(super) static ENTITLEMENTS: Endpoint = Endpoint {
    name: "core_application_entitlements",
    noun: "entitlement",
    key: "pbm_uuid",
    fields: &["pbm_uuid", "name", "app", "policy_engine_mode"],
    has: &["pbm_uuid", "app"],
    ..LIST
};

pub(super) static FLOWS: Endpoint = Endpoint {
    name: "flows_instances",
    noun: "flow",
    fields: &[
        "pk",
        "policybindingmodel_ptr_id",
        "slug",
        "name",
        "designation",
        "authentication",
        "policy_engine_mode",
    ],
    has: &["slug", "designation"],
    required: true,
    ..LIST
};

pub(super) static STAGE_BINDINGS: Endpoint = Endpoint {
    name: "flows_bindings",
    noun: "stage binding",
    fields: &[
        "pk",
        "policybindingmodel_ptr_id",
        "target",
        "stage",
        "stage_obj",
        "order",
        "evaluate_on_plan",
        "re_evaluate_policies",
        "policy_engine_mode",
    ],
    has: &["target", "stage", "evaluate_on_plan"],
    required: true,
    ..LIST
};

pub(super) static RULES: Endpoint = Endpoint {
    name: "events_rules",
    noun: "notification rule",
    fields: &["pk", "name", "policy_engine_mode"],
    has: &["name"],
    lacks: &["slug", "meta_model_name", "is_superuser", "provider", "identifier", "target", "username"],
    ..LIST
};

pub(super) static RAC_ENDPOINTS: Endpoint = Endpoint {
    name: "rac_endpoints",
    noun: "endpoint",
    fields: &["pk", "name", "provider", "provider_obj", "policy_engine_mode"],
    has: &["name", "provider"],
    lacks: &["slug", "is_superuser"],
    asks_full_list: true,
    ..LIST
};

pub(super) static DEVICES: Endpoint = Endpoint {
    name: "endpoints_devices",
    noun: "device",
    key: "device_uuid",
    fields: &["device_uuid", "pbm_uuid", "name", "access_group", "expiring", "expires", "policy_engine_mode"],
    has: &["device_uuid", "access_group"],
    ..LIST
};

pub(super) static ACCESS_GROUPS: Endpoint = Endpoint {
    name: "endpoints_device_access_groups",
    noun: "device access group",
    key: "pbm_uuid",
    fields: &["pbm_uuid", "name", "policy_engine_mode"],
    has: &["pbm_uuid", "name"],
    lacks: &["app", "device_uuid"],
    ..LIST
};

const BINDING: &[&str] = &[
    "pk",
    "target",
    "policy",
    "group",
    "user",
    "user_obj",
    "enabled",
    "negate",
    "failure_result",
    "order",
    "timeout",
    "expiring",
    "expires",
];

pub(super) static BINDINGS: Endpoint = Endpoint {
    name: "policies_bindings",
    noun: "binding",
    fields: BINDING,
    has: &["target", "enabled", "negate"],
    lacks: &["is_primary"],
    required: true,
    ..LIST
};

pub(super) static DEVICE_BINDINGS: Endpoint = Endpoint {
    name: "endpoints_device_bindings",
    noun: "binding",
    fields: BINDING,
    has: &["target", "enabled", "negate"],
    ..LIST
};

pub(super) static STAGES: Endpoint = Endpoint {
    name: "stages_all",
    noun: "stage",
    fields: &["pk", "name", "meta_model_name"],
    has: &["meta_model_name"],
    lacks: &["slug", "bound_to", "authorization_flow", "assigned_application_slug"],
    ..LIST
};

pub(super) static PROMPT_STAGES: Endpoint = Endpoint {
    name: "stages_prompt_stages",
    noun: "prompt stage",
    fields: &["pk", "validation_policies"],
    has: &["validation_policies"],
    ..LIST
};

pub(super) static PROVIDERS: Endpoint = Endpoint {
    name: "providers_all",
    noun: "provider",
    fields: &["pk", "name", "meta_model_name"],
    has: &["meta_model_name"],
    lacks: &["slug", "bound_to", "flow_set"],
    ..LIST
};

const POLICY: &[&str] = &[
    "pk",
    "name",
    "meta_model_name",
    "expression",
    "result",
    "wait_min",
    "wait_max",
    "days",
    "deny_only",
    "action",
    "client_ip",
    "app",
    "model",
    "query",
    "asns",
    "countries",
    "check_history_distance",
    "history_max_distance_km",
    "distance_tolerance_km",
    "history_login_count",
    "check_impossible_travel",
    "impossible_tolerance_km",
    "password_field",
    "check_static_rules",
    "check_have_i_been_pwned",
    "check_zxcvbn",
    "num_historical_passwords",
    "check_ip",
    "check_username",
    "threshold",
    "reason",
    "bound_to",
];

pub(super) static POLICIES: Endpoint = Endpoint {
    name: "policies_all",
    noun: "policy",
    fields: POLICY,
    has: &["meta_model_name"],
    lacks: &["slug", "flow_set", "authorization_flow", "assigned_application_slug"],
    ..LIST
};

const fn policies(name: &'static str, has: &'static [&'static str], model: &'static str) -> Endpoint {
    Endpoint { name, noun: "policy", fields: POLICY, has, model, ..LIST }
}

/// The endpoints of one type of policy each.
pub(super) static POLICIES_BY_TYPE: [Endpoint; 8] = [
    policies("policies_expression", &["expression"], EXPRESSION),
    policies("policies_dummy", &["result", "wait_min"], DUMMY),
    policies("policies_password_expiry", &["days", "deny_only"], PASSWORD_EXPIRY),
    policies("policies_event_matcher", &["action", "client_ip"], EVENT_MATCHER),
    policies("policies_geoip", &["asns", "countries"], GEOIP),
    policies("policies_password", &["password_field", "check_static_rules"], PASSWORD),
    policies("policies_unique_password", &["num_historical_passwords"], UNIQUE_PASSWORD),
    policies("policies_reputation", &["check_ip", "threshold"], REPUTATION),
];

pub(super) const EXPRESSION: &str = "authentik_policies_expression.expressionpolicy";
pub(super) const DUMMY: &str = "authentik_policies_dummy.dummypolicy";
pub(super) const PASSWORD_EXPIRY: &str = "authentik_policies_expiry.passwordexpirypolicy";
pub(super) const EVENT_MATCHER: &str = "authentik_policies_event_matcher.eventmatcherpolicy";
pub(super) const GEOIP: &str = "authentik_policies_geoip.geoippolicy";
pub(super) const PASSWORD: &str = "authentik_policies_password.passwordpolicy";
pub(super) const UNIQUE_PASSWORD: &str = "authentik_policies_unique_password.uniquepasswordpolicy";
pub(super) const REPUTATION: &str = "authentik_policies_reputation.reputationpolicy";
/// Our own, for policies that only a `.may` file can hold.
pub(super) const ALWAYS: &str = "whomay.always";
/// As [`ALWAYS`].
pub(super) const UNKNOWN: &str = "whomay.unknown";

pub(super) static SCORES: Endpoint = Endpoint {
    name: "policies_reputation_scores",
    noun: "reputation score",
    fields: &["pk", "identifier", "ip", "score"],
    has: &["identifier", "ip", "score"],
    ..LIST
};

pub(super) static VERSION: Endpoint = Endpoint {
    name: "admin_version",
    noun: "version",
    fields: &["version_current"],
    has: &["version_current"],
    single: true,
    ..LIST
};

pub(super) static SETTINGS: Endpoint = Endpoint {
    name: "admin_settings",
    noun: "settings",
    // Releases before 2025.8 have no flags.
    fields: &["flags", "default_user_change_name"],
    lacks: &["version_current", "results"],
    single: true,
    ..LIST
};

/// Every endpoint that is read.
pub(super) fn all() -> impl Iterator<Item = &'static Endpoint> {
    [
        &USERS,
        &GROUPS,
        &APPLICATIONS,
        &ENTITLEMENTS,
        &FLOWS,
        &STAGE_BINDINGS,
        &SOURCES,
        &RULES,
        &RAC_ENDPOINTS,
        &DEVICES,
        &ACCESS_GROUPS,
        &BINDINGS,
        &DEVICE_BINDINGS,
        &STAGES,
        &PROMPT_STAGES,
        &PROVIDERS,
        &POLICIES,
        &SCORES,
        &VERSION,
        &SETTINGS,
    ]
    .into_iter()
    .chain(&POLICIES_BY_TYPE)
}

/// The endpoint called `name` in file names.
pub(super) fn find(name: &str) -> Option<&'static Endpoint> {
    all().find(|endpoint| endpoint.name == name)
}

/// The endpoint called `name` in file names, if no verdict rests on it: its pages add what they can.
pub(super) fn find_extra(name: &str) -> Option<&'static Endpoint> {
    SOURCES_BY_TYPE.iter().find(|endpoint| endpoint.name == name)
}

/// Whether `name` is an endpoint of authentik that plays no part in any verdict.
pub(super) fn is_passed_over(name: &str) -> bool {
    const NAMES: [&str; 8] = [
        "core_brands",
        "core_tokens",
        "rbac_roles",
        "root_config",
        "managed_blueprints",
        "endpoints_connectors",
        "authenticators_admin_all",
        "tenants_tenants",
    ];
    NAMES.contains(&name)
        || ["stages_", "providers_", "propertymappings_"].iter().any(|family| name.starts_with(family))
}
