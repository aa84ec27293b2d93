//! Random worlds, as nasty as the model allows.

mod values;

use jiff::Timestamp;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use serde_json::{Map, Value};
use whomay::World;
use whomay::model::draft::{
    Draft, DraftBinding, DraftBoundUser, DraftDetails, DraftGroup, DraftTarget, DraftUser, Key, Reference,
    TargetReference,
};
use whomay::model::{
    Group, GroupMatching, Mode, Origin, Policy, PolicyKind, Provider, Score, Source, Stage, User, UserKind,
    UserMatching,
};

use values::{attributes, mode, model, name, number, policy, text, time};

/// Positions are wrapped round at the number of objects that there are.
type At = prop::sample::Index;

type Bound = (Option<At>, Option<At>, Option<Result<At, String>>);

/// A binding: its target, what is bound, its options, whether it has a primary key.
type Row = (At, Bound, (bool, bool, bool, i64, i64), bool);

fn binding() -> impl Strategy<Value = Row> {
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

fn by_key(pk: Option<&str>, name: &str) -> Reference {
    let key = pk.map_or_else(|| Key::Name(name.to_owned()), |pk| Key::Pk(pk.to_owned()));
    Reference { key: key.into(), origin: Origin::None }
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
    bindings: Vec<Row>,
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
        let group = Group {
            pk: keys.next(has_pk),
            name,
            parents: Vec::new(),
            parent_origins: Vec::new(),
            superuser,
            attributes: attributes.into(),
            origin,
        };
        draft.groups.push(DraftGroup { group, parents: Vec::new(), shaped: Vec::new(), users: Vec::new() });
        parents.push(above);
    }
    let group_references: Vec<Reference> =
        draft.groups.iter().map(|group| by_key(group.group.pk.as_deref(), &group.group.name)).collect();
    for (group, above) in draft.groups.iter_mut().zip(parents) {
        group.parents = above.iter().map(|at| at.get(&group_references).clone()).collect();
    }
    for (username, (name, email, path), kind, active, attributes, password_changed, has_pk, memberships) in
        users
    {
        let kind = UserKind::ALL[kind];
        let pk = keys.next(has_pk);
        let user = User {
            pk: pk.map(Into::into),
            username: username.into(),
            name: name.into(),
            email: email.into(),
            kind,
            active,
            path: path.into(),
            attributes: attributes.into(),
            password_changed,
            groups: Box::default(),
            origin,
        };
        // Groups that nothing tells from others name their members themselves.
        let memberships = if draft.groups.is_empty() { Vec::new() } else { memberships };
        for at in &memberships {
            let member = by_key(user.pk.as_deref(), &user.username);
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
        draft.policies.iter().map(|row| by_key(row.pk.as_deref(), &row.name)).collect();
    let user_references: Vec<Reference> =
        draft.users.iter().map(|row| by_key(row.user.pk.as_deref(), &row.user.username)).collect();
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
            expires: (timeout % 3 == 1).then(|| "2026-03-04T05:06:07Z".parse().unwrap()),
            origin,
        });
    }
    draft
}

fn targets(draft: &mut Draft, pieces: Vec<Piece>, keys: &mut Keys) {
    let providers: Vec<Reference> =
        draft.providers.iter().map(|row| by_key(row.pk.as_deref(), &row.name)).collect();
    let stages: Vec<Reference> =
        draft.stages.iter().map(|row| by_key(row.pk.as_deref(), &row.name)).collect();
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
            4 => Some(source(
                (a, &display, order),
                owner(of_kind(|details| matches!(details, DraftDetails::Flow { .. }))),
            )),
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

/// A source of which more or less is said, with `flow` for one of its flows or for both.
fn source((enabled, model, order): (bool, &str, i64), flow: Option<TargetReference>) -> DraftDetails {
    let number = usize::try_from(order.rem_euclid(6 * 4 * 4)).unwrap();
    let elsewhere = || {
        let key = Key::Pk(format!("elsewhere {model}"));
        TargetReference::Elsewhere(Reference { key: key.into(), origin: Origin::None })
    };
    DraftDetails::Source(Source {
        enabled,
        model: match number % 3 {
            0 => String::new(),
            1 => "authentik_sources_oauth.oauthsource".to_owned(),
            _ => model.to_owned(),
        },
        user_matching: UserMatching::ALL.get(number % 6).copied(),
        group_matching: GroupMatching::ALL.get(number / 6 % 4).copied(),
        authentication_flow: flow.clone().filter(|_| number % 2 == 0),
        enrollment_flow: if number / 24 == 0 { Some(elsewhere()) } else { flow },
    })
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
    unique(&mut draft.users, |row| row.user.username.to_string());
    unique(&mut draft.policies, |row| row.name.clone());
    for (at, target) in draft.targets.iter_mut().enumerate() {
        if let Some(slug) = &mut target.slug {
            slug.push_str(&at.to_string());
        } else {
            target.name.push_str(&at.to_string());
        }
    }
    // Users that are gone are still in groups.
    let users: std::collections::HashSet<std::sync::Arc<Key>> =
        draft.users.iter().map(|row| by_key(row.user.pk.as_deref(), &row.user.username).key).collect();
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
