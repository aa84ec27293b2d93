//! Which policies are there? Each is on the list of all policies and on the list of its type.

use rustc_hash::FxHashMap;

use super::super::endpoint::{self, Endpoint};
use super::super::folder::Folder;
use super::super::row::Row;
use super::complete::Use;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::model::{
    Dummy, EventMatcher, Expression, GeoIp, PasswordExpiry, PasswordRules, Places, Policy, PolicyKind,
    Reputation, UniquePassword,
};

/// The policies, and how often each of them says that it is in use.
pub(super) fn lower(folder: &Folder<'_>, diagnostics: &mut Diagnostics) -> (Vec<Policy>, Vec<Use>) {
    let mut policies: Vec<Policy> = Vec::new();
    let mut uses = Vec::new();
    for endpoint in &endpoint::POLICIES_BY_TYPE {
        policies.extend(folder.read(endpoint, diagnostics, |row| {
            let policy = concrete(row, endpoint);
            uses.extend(Use::of(row, policy.pk.as_deref().unwrap_or_default(), &policy.name));
            policy
        }));
    }
    let known: FxHashMap<&str, &Policy> =
        policies.iter().filter_map(|policy| Some((policy.pk.as_deref()?, policy))).collect();
    let others = folder.read(&endpoint::POLICIES, diagnostics, |row| {
        let pk: String = row.required("pk");
        let Some(concrete) = known.get(pk.as_str()) else {
            let model: String = row.required("meta_model_name");
            let policy = policy(row, pk.clone(), &model);
            uses.extend(Use::of(row, &pk, &policy.name));
            return Some(policy);
        };
        uses.extend(Use::of(row, &pk, &concrete.name));
        compare(row, concrete);
        None
    });
    policies.extend(others.into_iter().flatten());
    (policies, uses)
}

fn concrete(row: &mut Row<'_, '_>, endpoint: &Endpoint) -> Policy {
    let model: Option<String> = row.optional("meta_model_name");
    if let Some(model) = model.filter(|model| model != endpoint.model) {
        let problem =
            Diagnostic::error("wrong-page", format!("`{model}` does not belong to `{}`", endpoint.name))
                .at_field(row.origin, "/meta_model_name", "here")
                .help("fetch the page again");
        row.refuse(problem);
    }
    let pk = row.required("pk");
    policy(row, pk, endpoint.model)
}

/// The two lists were read one after the other.
fn compare(row: &mut Row<'_, '_>, concrete: &Policy) {
    let name: String = row.required("name");
    let expression: Option<String> = row.optional("expression");
    let same = match &concrete.kind {
        PolicyKind::Expression(known) => expression.is_none_or(|text| text == known.text),
        _ => expression.is_none(),
    };
    if (name != concrete.name || !same) && row.is_sound() {
        let problem = Diagnostic::error(
            "inconsistent-snapshot",
            format!("the policy `{}` is not the same on both of its pages", concrete.name),
        )
        .at(row.origin, "here it is one thing")
        .at(concrete.origin, "here another")
        .because("the tenant changed while it was read, or pages of several snapshots were mixed")
        .help("fetch the snapshot again");
        row.refuse(problem);
    }
}

fn policy(row: &mut Row<'_, '_>, pk: String, model: &str) -> Policy {
    Policy { pk: Some(pk), name: row.required("name"), kind: kind(row, model), origin: row.origin }
}

fn kind(row: &mut Row<'_, '_>, model: &str) -> PolicyKind {
    match model {
        endpoint::EXPRESSION => {
            let text = row.required("expression");
            PolicyKind::Expression(Expression { text, origin: row.origin, places: Places::Nowhere })
        }
        endpoint::DUMMY => PolicyKind::Dummy(Dummy {
            result: row.required("result"),
            wait_min: row.required("wait_min"),
            wait_max: row.required("wait_max"),
        }),
        endpoint::PASSWORD_EXPIRY => PolicyKind::PasswordExpiry(PasswordExpiry {
            days: row.required("days"),
            deny_only: row.required("deny_only"),
        }),
        endpoint::EVENT_MATCHER => PolicyKind::EventMatcher(EventMatcher {
            action: row.nullable("action"),
            client_ip: row.nullable("client_ip"),
            app: row.nullable("app"),
            model: row.nullable("model"),
            // Since 2026.5.
            query: row.optional("query"),
        }),
        endpoint::GEOIP => PolicyKind::GeoIp(geoip(row)),
        endpoint::PASSWORD => PolicyKind::Password(PasswordRules {
            password_field: row.required("password_field"),
            check_static_rules: row.required("check_static_rules"),
            check_have_i_been_pwned: row.required("check_have_i_been_pwned"),
            check_zxcvbn: row.required("check_zxcvbn"),
        }),
        endpoint::UNIQUE_PASSWORD => PolicyKind::UniquePassword(UniquePassword {
            password_field: row.required("password_field"),
            num_historical_passwords: row.required("num_historical_passwords"),
        }),
        endpoint::REPUTATION => PolicyKind::Reputation(Reputation {
            check_ip: row.required("check_ip"),
            check_username: row.required("check_username"),
            threshold: row.required("threshold"),
        }),
        endpoint::ALWAYS => PolicyKind::Always(row.required("result")),
        endpoint::UNKNOWN => PolicyKind::Unknown(row.required("reason")),
        other => PolicyKind::Other(other.to_owned()),
    }
}

/// Distances came with 2025.2: before, nothing was measured. The numbers are the model's defaults.
fn geoip(row: &mut Row<'_, '_>) -> GeoIp {
    GeoIp {
        asns: row.required("asns"),
        countries: row.required("countries"),
        check_history_distance: row.optional("check_history_distance").unwrap_or(false),
        history_max_distance_km: row.optional("history_max_distance_km").unwrap_or(100),
        distance_tolerance_km: row.optional("distance_tolerance_km").unwrap_or(50),
        history_login_count: row.optional("history_login_count").unwrap_or(5),
        check_impossible_travel: row.optional("check_impossible_travel").unwrap_or(false),
        impossible_tolerance_km: row.optional("impossible_tolerance_km").unwrap_or(100),
    }
}
