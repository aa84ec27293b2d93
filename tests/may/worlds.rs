//! Random worlds, as nasty as the model allows.

use jiff::Timestamp;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use serde_json::{Map, Number, Value};
use whomay::World;
use whomay::model::draft::{
    Draft, DraftBinding, DraftBoundUser, DraftDetails, DraftGroup, DraftTarget, DraftUser, Key, Reference,
    TargetReference,
};
use whomay::model::{
    Dummy, EventMatcher, Expression, GeoIp, Group, Mode, Origin, PasswordExpiry, PasswordRules, Policy,
    PolicyKind, Provider, Reputation, Score, Stage, UniquePassword, User, UserKind,
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

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        2 => name(),
        2 => vec(prop::sample::select(vec![
            "return True", "\n", "    ", "\"", "\"\"\"", "\\", "\\n", "\r\n", "\r", "é", "# no comment", "\u{0}", "\t", "{", "\u{2028}",
        ]), 0..8).prop_map(|parts| parts.concat()),
        1 => any::<String>(),
    ]
}

fn json() -> impl Strategy<Value = Value> {
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

fn attributes() -> impl Strategy<Value = Map<String, Value>> {
    prop_oneof![3 => Just(Map::new()), 1 => vec((name(), json()), 0..4).prop_map(|members| members.into_iter().collect())]
}

fn time() -> impl Strategy<Value = Option<Timestamp>> {
    let second = Timestamp::MIN.as_second()..Timestamp::MAX.as_second();
    option::of((second, 0..1_000_000_000).prop_map(|(second, nano)| Timestamp::new(second, nano).unwrap()))
}

fn number() -> impl Strategy<Value = i64> {
    prop_oneof![4 => -5i64..50, 1 => any::<i64>()]
}

fn policy() -> impl Strategy<Value = PolicyKind> {
    prop_oneof![
        4 => text().prop_map(|text| PolicyKind::Expression(Expression { text, origin: Origin::None })),
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

fn model() -> impl Strategy<Value = String> {
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

fn mode() -> impl Strategy<Value = Mode> {
    prop::sample::select(vec![Mode::Any, Mode::All, Mode::Invalid, Mode::Unexposed])
}

/// Positions are wrapped round at the number of objects that there are.
type At = prop::sample::Index;

type Bound = (Option<At>, Option<At>, Option<Result<At, String>>);

fn binding() -> impl Strategy<Value = (At, Bound, (bool, bool, bool, i64, i64), bool)> {
    let user = prop_oneof![4 => any::<At>().prop_map(Ok), 1 => name().prop_map(Err)];
    let bound = (option::of(any::<At>()), option::of(any::<At>()), option::of(user));
    let flags = (any::<bool>(), any::<bool>(), any::<bool>(), number(), prop_oneof![Just(30), number()]);
    (any::<At>(), bound, flags, any::<bool>())
}

/// What targets are made of: kind, name, display name, mode, two references, place, two switches, a time.
type Piece = (u8, String, String, Mode, (Option<At>, At), i64, (bool, bool), Option<Timestamp>, bool);

fn piece() -> impl Strategy<Value = Piece> {
    let references = (option::of(any::<At>()), any::<At>());
    let switches = (any::<bool>(), any::<bool>());
    (0u8..9, name(), text(), mode(), references, number(), switches, time(), any::<bool>())
}

struct Keys(u32);

impl Keys {
    fn next(&mut self, wanted: bool) -> Option<String> {
        self.0 += 1;
        let n = self.0;
        wanted.then(|| match n % 4 {
            0 => format!("{n}"),
            1 => format!("00000000-0000-4000-8000-{n:012x}"),
            2 => format!("0{n}"),
            _ => format!("key \"{n}\""),
        })
    }
}

fn by_key(pk: Option<&String>, name: &str) -> Reference {
    let key = pk.map_or_else(|| Key::Name(name.to_owned()), |pk| Key::Pk(pk.clone()));
    Reference { key, origin: Origin::None }
}

type Objects = (
    Vec<(String, bool, Map<String, Value>, bool, Vec<At>)>,
    Vec<(
        String,
        (String, String, String),
        usize,
        bool,
        Map<String, Value>,
        Option<Timestamp>,
        bool,
        Vec<At>,
    )>,
    Vec<(String, PolicyKind, bool)>,
    Vec<(String, String, bool)>,
    Vec<(String, String, bool)>,
);

fn objects() -> impl Strategy<Value = Objects> {
    let groups = vec((name(), any::<bool>(), attributes(), any::<bool>(), vec(any::<At>(), 0..3)), 0..5);
    let texts = (text(), text(), prop_oneof![Just("users".to_owned()), text()]);
    let users = vec(
        (
            name(),
            texts,
            0usize..4,
            any::<bool>(),
            attributes(),
            time(),
            any::<bool>(),
            vec(any::<At>(), 0..4),
        ),
        0..5,
    );
    let policies = vec((name(), policy(), any::<bool>()), 0..4);
    (
        groups,
        users,
        policies,
        vec((name(), model(), any::<bool>()), 0..4),
        vec((name(), model(), any::<bool>()), 0..4),
    )
}

/// Drafts of which some are wrong: names that must be unique are not always.
pub(crate) fn draft() -> impl Strategy<Value = Draft> {
    let release = prop_oneof![
        Just(None),
        Just(Some("documented".to_owned())),
        Just(Some("2025.6.1".to_owned())),
        Just(Some("2026.5".to_owned())),
    ];
    let ip = prop_oneof![
        any::<std::net::Ipv4Addr>().prop_map(|ip| ip.to_string()),
        any::<std::net::Ipv6Addr>().prop_map(|ip| ip.to_string())
    ];
    let score = (name(), ip, number()).prop_map(|(identifier, ip, score)| Score { identifier, ip, score });
    let reputation = option::of(vec(score, 0..4));
    (release, option::of(any::<bool>()), objects(), vec(piece(), 0..10), vec(binding(), 0..12), reputation)
        .prop_map(|(release, flag, objects, pieces, bindings, reputation)| {
            make(release, flag, objects, pieces, bindings, reputation)
        })
}

fn make(
    release: Option<String>,
    flag: Option<bool>,
    (groups, users, policies, providers, stages): Objects,
    pieces: Vec<Piece>,
    bindings: Vec<(At, Bound, (bool, bool, bool, i64, i64), bool)>,
    reputation: Option<Vec<Score>>,
) -> Draft {
    let mut keys = Keys(0);
    let mut draft = Draft {
        release: release.map(|release| (release, Origin::None)),
        core_default_app_access: flag,
        reputation,
        ..Draft::default()
    };
    let origin = Origin::None;
    for (name, model, has_pk) in providers {
        draft.providers.push(Provider { pk: keys.next(has_pk), name, model, origin });
    }
    for (name, model, has_pk) in stages {
        draft.stages.push(Stage { pk: keys.next(has_pk), name, model, origin });
    }
    for (name, kind, has_pk) in policies {
        draft.policies.push(Policy { pk: keys.next(has_pk), name, kind, origin });
    }
    let mut parents = Vec::new();
    for (name, superuser, attributes, has_pk, above) in groups {
        let group = Group { pk: keys.next(has_pk), name, parents: Vec::new(), superuser, attributes, origin };
        draft.groups.push(DraftGroup { group, parents: Vec::new(), users: Vec::new() });
        parents.push(above);
    }
    let group_references: Vec<Reference> =
        draft.groups.iter().map(|group| by_key(group.group.pk.as_ref(), &group.group.name)).collect();
    for (group, above) in draft.groups.iter_mut().zip(parents) {
        group.parents = above.iter().map(|at| at.get(&group_references).clone()).collect();
    }
    for (username, (name, email, path), kind, active, attributes, password_changed, has_pk, memberships) in
        users
    {
        let kind = UserKind::ALL[kind];
        let pk = keys.next(has_pk);
        let user = User {
            pk,
            username,
            name,
            email,
            kind,
            active,
            path,
            attributes,
            password_changed,
            groups: Vec::new(),
            origin,
        };
        // Groups that nothing tells from others name their members themselves.
        let memberships = if draft.groups.is_empty() { Vec::new() } else { memberships };
        for at in &memberships {
            let member = by_key(user.pk.as_ref(), &user.username);
            let at = at.index(draft.groups.len());
            draft.groups[at].users.push(member);
        }
        draft.users.push(DraftUser { user, groups: Vec::new() });
    }
    targets(&mut draft, pieces, &mut keys);
    let pick = |references: &[Reference], at: Option<At>| -> Option<Reference> {
        at.filter(|_| !references.is_empty()).map(|at| at.get(references).clone())
    };
    let policy_references: Vec<Reference> =
        draft.policies.iter().map(|row| by_key(row.pk.as_ref(), &row.name)).collect();
    let user_references: Vec<Reference> =
        draft.users.iter().map(|row| by_key(row.user.pk.as_ref(), &row.user.username)).collect();
    for (target, (policy, group, user), (enabled, negate, failure_result, order, timeout), has_pk) in bindings
    {
        if draft.targets.is_empty() {
            break;
        }
        let user = user.and_then(|user| match user {
            Ok(at) => pick(&user_references, Some(at)).map(DraftBoundUser::Listed),
            Err(key) => Some(DraftBoundUser::Unlisted(key)),
        });
        draft.bindings.push(DraftBinding {
            pk: keys.next(has_pk),
            target: TargetReference::Here(target.index(draft.targets.len())),
            policy: pick(&policy_references, policy),
            group: pick(&group_references, group),
            user,
            enabled,
            negate,
            failure_result,
            order,
            timeout,
            origin,
        });
    }
    draft
}

fn targets(draft: &mut Draft, pieces: Vec<Piece>, keys: &mut Keys) {
    let providers: Vec<Reference> =
        draft.providers.iter().map(|row| by_key(row.pk.as_ref(), &row.name)).collect();
    let stages: Vec<Reference> = draft.stages.iter().map(|row| by_key(row.pk.as_ref(), &row.name)).collect();
    for (kind, own, display, mode, (first, second), order, (a, b), expires, has_pk) in pieces {
        let of_kind = |wanted: fn(&DraftDetails) -> bool| -> Vec<usize> {
            let rows = draft.targets.iter().enumerate();
            rows.filter(|(_, target)| wanted(&target.details)).map(|(at, _)| at).collect()
        };
        let owner =
            |owners: Vec<usize>| (!owners.is_empty()).then(|| TargetReference::Here(*second.get(&owners)));
        let provider = first.filter(|_| !providers.is_empty()).map(|at| at.get(&providers).clone());
        let details = match kind {
            0 => Some(DraftDetails::Application { provider }),
            1 => owner(of_kind(|details| matches!(details, DraftDetails::Application { .. })))
                .map(|application| DraftDetails::Entitlement { application }),
            2 => Some(DraftDetails::Flow {
                designation: display.clone(),
                authentication: if a { "none".to_owned() } else { display.clone() },
            }),
            3 => owner(of_kind(|details| matches!(details, DraftDetails::Flow { .. })))
                .filter(|_| !stages.is_empty())
                .map(|flow| DraftDetails::StageBinding {
                    flow,
                    stage: second.get(&stages).clone(),
                    order,
                    evaluate_on_plan: a,
                    re_evaluate_policies: b,
                }),
            4 => Some(DraftDetails::Source { enabled: a }),
            5 => Some(DraftDetails::NotificationRule),
            6 => Some(DraftDetails::RacEndpoint { provider }),
            7 => Some(DraftDetails::Device {
                access_group: owner(of_kind(|details| matches!(details, DraftDetails::DeviceAccessGroup))),
                expires,
            }),
            _ => Some(DraftDetails::DeviceAccessGroup),
        };
        let Some(details) = details else { continue };
        let has_slug = matches!(kind, 0 | 2 | 4);
        draft.targets.push(DraftTarget {
            pk: keys.next(has_pk),
            pbm: None,
            details,
            name: if has_slug { display } else { own.clone() },
            slug: has_slug.then_some(own),
            mode,
            origin: Origin::None,
        });
    }
}

/// Worlds that can be asked.
pub(crate) fn world() -> impl Strategy<Value = World> {
    draft().prop_filter_map("the draft is no world", |draft| {
        let mut draft = draft;
        mend(&mut draft);
        crate::build(draft).ok()
    })
}

/// Drops most of what the builder would refuse: names that are taken.
fn mend(draft: &mut Draft) {
    fn unique<T>(rows: &mut Vec<T>, name: impl Fn(&T) -> String) {
        let mut seen = std::collections::HashSet::new();
        rows.retain(|row| seen.insert(name(row)));
    }
    unique(&mut draft.users, |row| row.user.username.clone());
    unique(&mut draft.policies, |row| row.name.clone());
    for (at, target) in draft.targets.iter_mut().enumerate() {
        if let Some(slug) = &mut target.slug {
            slug.push_str(&at.to_string());
        } else {
            target.name.push_str(&at.to_string());
        }
    }
    // Users that are gone are still in groups.
    let users: std::collections::HashSet<Key> =
        draft.users.iter().map(|row| by_key(row.user.pk.as_ref(), &row.user.username).key).collect();
    for group in &mut draft.groups {
        group.users.retain(|user| users.contains(&user.key));
    }
    for binding in &mut draft.bindings {
        if let Some(DraftBoundUser::Listed(user)) = &binding.user
            && !users.contains(&user.key)
        {
            binding.user = None;
        }
    }
}
