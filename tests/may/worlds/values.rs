//! Random names, texts and settings, as nasty as the model allows.

use jiff::Timestamp;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use serde_json::{Map, Number, Value};
use whomay::model::{
    Dummy, EventMatcher, Expression, GeoIp, Mode, Origin, PasswordExpiry, PasswordRules, Places, PolicyKind,
    Reputation, UniquePassword,
};

/// Names that are plain, reserved, look like something else, or cannot be seen.
pub(crate) fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-z]{1,3}",
        1 => prop::sample::select(vec![
            "", "group", "true", "null", "pk", "10", "-4", "1.5", "1e5", "a b", "2fa", "x:y", "ü", "\"", "\\", "a\nb", "#", "in",
            "\r\n", "\u{202e}x", "\u{feff}", "{", "a.b@c-d", ".a", "-", "\u{0}", "\"\"\"", "007", "unlisted", "nothing", "from",
        ]).prop_map(str::to_owned),
        1 => "\\PC{0,6}",
    ]
}

pub(crate) fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        2 => name(),
        2 => vec(prop::sample::select(vec![
            "return True", "\n", "    ", "\"", "\"\"\"", "\\", "\\n", "\r\n", "\r", "é", "# no comment", "\u{0}", "\t", "{", "\u{2028}",
        ]), 0..8).prop_map(|parts| parts.concat()),
        1 => any::<String>(),
    ]
}

pub(crate) fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(|float| Number::from_f64(float).map_or(Value::Null, Value::Number)),
        text().prop_map(Value::String),
    ];
    leaf.prop_recursive(4, 24, 5, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..5).prop_map(Value::Array),
            vec((text(), inner), 0..5).prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

pub(crate) fn attributes() -> impl Strategy<Value = Map<String, Value>> {
    prop_oneof![3 => Just(Map::new()), 1 => vec((name(), json()), 0..4).prop_map(|members| members.into_iter().collect())]
}

pub(crate) fn time() -> impl Strategy<Value = Option<Timestamp>> {
    let second = Timestamp::MIN.as_second()..Timestamp::MAX.as_second();
    option::of((second, 0..1_000_000_000).prop_map(|(second, nano)| Timestamp::new(second, nano).unwrap()))
}

pub(crate) fn number() -> impl Strategy<Value = i64> {
    prop_oneof![4 => -5i64..50, 1 => any::<i64>()]
}

pub(crate) fn policy() -> impl Strategy<Value = PolicyKind> {
    prop_oneof![
        4 => text().prop_map(|text| PolicyKind::Expression(Expression { text, origin: Origin::None, places: Places::Nowhere })),
        1 => (any::<bool>(), number(), number())
            .prop_map(|(result, wait_min, wait_max)| PolicyKind::Dummy(Dummy { result, wait_min, wait_max })),
        1 => (number(), any::<bool>()).prop_map(|(days, deny_only)| PolicyKind::PasswordExpiry(PasswordExpiry { days, deny_only })),
        1 => vec(option::of(text()), 5).prop_map(|mut fields| PolicyKind::EventMatcher(EventMatcher {
            action: fields.pop().flatten(), client_ip: fields.pop().flatten(), app: fields.pop().flatten(),
            model: fields.pop().flatten(), query: fields.pop().flatten(),
        })),
        1 => (vec(number(), 0..4), vec(text(), 0..4), vec(number(), 4), any::<bool>(), any::<bool>()).prop_map(
            |(asns, countries, km, check_history_distance, check_impossible_travel)| PolicyKind::GeoIp(GeoIp {
                asns, countries, check_history_distance, check_impossible_travel, history_max_distance_km: km[0],
                distance_tolerance_km: km[1], history_login_count: km[2], impossible_tolerance_km: km[3],
            })),
        1 => (text(), any::<bool>(), any::<bool>(), any::<bool>()).prop_map(
            |(password_field, check_static_rules, check_have_i_been_pwned, check_zxcvbn)| PolicyKind::Password(PasswordRules {
                password_field, check_static_rules, check_have_i_been_pwned, check_zxcvbn,
            })),
        1 => (text(), number()).prop_map(|(password_field, num_historical_passwords)|
            PolicyKind::UniquePassword(UniquePassword { password_field, num_historical_passwords })),
        1 => (any::<bool>(), any::<bool>(), number()).prop_map(|(check_ip, check_username, threshold)|
            PolicyKind::Reputation(Reputation { check_ip, check_username, threshold })),
        1 => any::<bool>().prop_map(PolicyKind::Always),
        1 => text().prop_map(PolicyKind::Unknown),
        1 => text().prop_map(PolicyKind::Other),
    ]
}

pub(crate) fn model() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "",
        "authentik_providers_rac.racprovider",
        "authentik_stages_user_login.userloginstage",
        "x",
        "a b",
        "authentik_providers_rac.x",
        "authentik_stages_source.sourcestage",
        "authentik_providers_google_workspace.googleworkspaceprovider",
    ])
    .prop_map(str::to_owned)
}

pub(crate) fn mode() -> impl Strategy<Value = Mode> {
    prop::sample::select(vec![Mode::Any, Mode::All, Mode::Invalid, Mode::Unexposed])
}
