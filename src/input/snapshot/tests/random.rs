//! Random worlds, with everything in them that a world can hold.

use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::diagnostic::Diagnostics;
use crate::model::builder::{Defaults, build};
use crate::model::draft::{
    Draft, DraftBinding, DraftBoundUser, DraftDetails, DraftGroup, DraftTarget, DraftUser, Key, Reference,
    TargetReference,
};
use crate::model::{
    Attributes, Dummy, EventMatcher, Expression, GeoIp, Group, GroupMatching, Mode, Origin, PasswordExpiry,
    PasswordRules, Places, Policy, PolicyKind, Provider, Reputation, Score, Source, Stage, UniquePassword,
    User, UserKind, UserMatching, World,
};

/// Any world. `keyed`: whether everything in it has a primary key.
pub(super) fn worlds(keyed: bool) -> impl Strategy<Value = World> {
    prop::collection::vec(any::<u32>(), 0..600).prop_map(move |choices| {
        let draft = Tape { choices: choices.into_iter(), keyed }.draft();
        let mut diagnostics = Diagnostics::default();
        let world = build(vec![draft], &Defaults::default(), &mut diagnostics);
        assert!(!diagnostics.has_errors(), "the generator is wrong: {diagnostics:#?}");
        world
    })
}

const NASTY: [&str; 12] = [
    "",
    "plain",
    "with space",
    "\"quoted\" \\ back",
    "new\nline\r\ttab",
    "nul\u{0}bell\u{7}",
    "ünï 日本 🦀",
    "=cmd()",
    "{\"pk\": 1}",
    "null",
    "\u{2028}\u{feff}",
    "../../etc/passwd",
];

/// Choices to be made; the first of each when they run out.
struct Tape {
    choices: std::vec::IntoIter<u32>,
    keyed: bool,
}

impl Tape {
    fn below(&mut self, end: usize) -> usize {
        self.choices.next().unwrap_or(0) as usize % end.max(1)
    }

    fn coin(&mut self) -> bool {
        self.below(2) == 1
    }

    fn number(&mut self) -> i64 {
        match self.below(6) {
            0 => i64::MIN,
            1 => i64::MAX,
            _ => i64::try_from(self.below(21)).unwrap() - 10,
        }
    }

    fn text(&mut self) -> String {
        NASTY[self.below(NASTY.len())].to_owned()
    }

    /// A name that no other object of the kind has.
    fn name(&mut self, position: usize) -> String {
        format!("{}{position}", self.text())
    }

    fn option<T>(&mut self, value: impl FnOnce(&mut Self) -> T) -> Option<T> {
        self.coin().then(|| value(self))
    }

    fn uuid(&mut self, kind: usize, position: usize) -> Option<String> {
        let digits = format!("{kind:04x}{position:028x}");
        let hyphens = format!(
            "{}-{}-{}-{}-{}",
            &digits[..8],
            &digits[8..12],
            &digits[12..16],
            &digits[16..20],
            &digits[20..]
        );
        let keyed = self.keyed || self.coin();
        keyed.then(|| if self.below(8) == 7 { hyphens.to_uppercase() } else { hyphens })
    }

    fn count(&mut self, position: usize) -> Option<String> {
        let keyed = self.keyed || self.coin();
        keyed.then(
            || if self.below(8) == 7 { format!("00{position}") } else { (position * 3 + 2).to_string() },
        )
    }

    fn time(&mut self) -> Timestamp {
        let nanoseconds = [0, 1, 999_999_999, 70_154_000][self.below(4)];
        Timestamp::new([0, 1_800_000_000, -62_135_596_800, 4_102_444_800][self.below(4)], nanoseconds)
            .unwrap()
    }

    fn value(&mut self) -> Value {
        match self.below(8) {
            0 => json!(null),
            1 => json!(self.coin()),
            2 => json!(self.number()),
            3 => json!([0.1, 1e300, -2.5e-8, 123_456_789.123_456_79, 5e-324][self.below(5)]),
            4 => json!(u64::MAX),
            5 => json!([self.text(), {"deep": [self.text()]}]),
            _ => json!(self.text()),
        }
    }

    fn attributes(&mut self) -> Attributes {
        (0..self.below(3)).map(|position| (self.name(position), self.value())).collect()
    }

    fn policy(&mut self) -> PolicyKind {
        match self.below(11) {
            0 => PolicyKind::Expression(Expression {
                text: self.text(),
                origin: Origin::None,
                places: Places::Nowhere,
            }),
            1 => PolicyKind::Dummy(Dummy {
                result: self.coin(),
                wait_min: self.number(),
                wait_max: self.number(),
            }),
            2 => PolicyKind::PasswordExpiry(PasswordExpiry { days: self.number(), deny_only: self.coin() }),
            3 => PolicyKind::EventMatcher(EventMatcher {
                action: self.option(Self::text),
                client_ip: self.option(Self::text),
                app: self.option(Self::text),
                model: self.option(Self::text),
                query: self.option(Self::text),
            }),
            4 => PolicyKind::GeoIp(GeoIp {
                asns: (0..self.below(3)).map(|_| self.number()).collect(),
                countries: (0..self.below(3)).map(|_| self.text()).collect(),
                check_history_distance: self.coin(),
                history_max_distance_km: self.number(),
                distance_tolerance_km: self.number(),
                history_login_count: self.number(),
                check_impossible_travel: self.coin(),
                impossible_tolerance_km: self.number(),
            }),
            5 => PolicyKind::Password(PasswordRules {
                password_field: self.text(),
                check_static_rules: self.coin(),
                check_have_i_been_pwned: self.coin(),
                check_zxcvbn: self.coin(),
            }),
            6 => PolicyKind::UniquePassword(UniquePassword {
                password_field: self.text(),
                num_historical_passwords: self.number(),
            }),
            7 => PolicyKind::Reputation(Reputation {
                check_ip: self.coin(),
                check_username: self.coin(),
                threshold: self.number(),
            }),
            8 => PolicyKind::Always(self.coin()),
            9 => PolicyKind::Unknown(self.text()),
            _ => PolicyKind::Other(self.text()),
        }
    }

    fn mode(&mut self) -> Mode {
        [Mode::Any, Mode::All, Mode::Invalid, Mode::Unexposed][self.below(4)]
    }

    fn target(&mut self, kind: usize, position: usize, keys: &Keys) -> Option<DraftTarget> {
        let (pk, name) = (self.uuid(kind + 16, position), self.name(position));
        let mut slug = None;
        let details = match kind {
            0 => {
                slug = self.option(|tape| tape.name(position));
                DraftDetails::Application { provider: self.one_of(&keys.providers) }
            }
            1 => {
                slug = self.option(|tape| tape.name(position));
                DraftDetails::Flow { designation: self.text(), authentication: self.text() }
            }
            2 => {
                slug = self.option(|tape| tape.name(position));
                DraftDetails::Source(Source {
                    enabled: self.coin(),
                    model: self.text(),
                    user_matching: self.option(|tape| UserMatching::ALL[tape.below(5)]),
                    group_matching: self.option(|tape| GroupMatching::ALL[tape.below(3)]),
                    authentication_flow: self.flow(keys),
                    enrollment_flow: self.flow(keys),
                })
            }
            3 => DraftDetails::NotificationRule,
            4 => DraftDetails::RacEndpoint { provider: self.one_of(&keys.providers) },
            5 => DraftDetails::DeviceAccessGroup,
            6 => DraftDetails::Device {
                access_group: self.here(&keys.access_groups),
                expires: self.option(Self::time),
            },
            7 => DraftDetails::Entitlement { application: self.here(&keys.applications)? },
            _ => DraftDetails::StageBinding {
                flow: self.here(&keys.flows)?,
                stage: self.one_of(&keys.stages)?,
                order: i64::try_from(position).unwrap() * 7 % 5 * 100 - 150
                    + i64::try_from(position).unwrap(),
                evaluate_on_plan: self.coin(),
                re_evaluate_policies: self.coin(),
            },
        };
        Some(DraftTarget { pk, pbm: None, details, name, slug, mode: self.mode(), origin: Origin::None })
    }

    /// A flow of the input, or one that is somewhere else.
    fn flow(&mut self, keys: &Keys) -> Option<TargetReference> {
        if self.below(4) == 0 {
            let key =
                Key::Pk(["elsewhere", "00000000-0000-4000-8000-00000000ffff"][self.below(2)].to_owned());
            return Some(TargetReference::Elsewhere(Reference { key: key.into(), origin: Origin::None }));
        }
        self.here(&keys.flows)
    }

    fn here(&mut self, positions: &[usize]) -> Option<TargetReference> {
        let choice = self.below(positions.len() + 1);
        positions.get(choice).map(|position| TargetReference::Here(*position))
    }

    fn one_of(&mut self, keys: &[Key]) -> Option<Reference> {
        let choice = self.below(keys.len() + 1);
        keys.get(choice).map(|key| Reference { key: key.clone().into(), origin: Origin::None })
    }

    fn users(&mut self, draft: &mut Draft, groups: &[Key]) {
        for position in 0..self.below(8) {
            let user = User {
                pk: self.count(position).map(Into::into),
                username: self.name(position).into(),
                name: self.text().into(),
                email: self.text().into(),
                kind: UserKind::ALL[self.below(4)],
                active: self.coin(),
                path: self.text().into(),
                attributes: self.attributes(),
                password_changed: self.option(Self::time),
                groups: Box::default(),
                origin: Origin::None,
            };
            let groups = (0..self.below(4)).filter_map(|_| self.one_of(groups)).collect();
            draft.users.push(DraftUser { user, groups });
        }
    }

    fn draft(mut self) -> Draft {
        let tape = &mut self;
        let releases = [None, Some("documented"), Some("2024.2"), Some("2025.10.1"), Some("2026.5.0-rc1")];
        let mut draft = Draft {
            release: releases[tape.below(5)].map(|release| (release.to_owned(), Origin::None)),
            core_default_app_access: [None, Some(false), Some(true)][tape.below(3)],
            ..Draft::default()
        };
        for position in 0..tape.below(4) {
            let (pk, name) = (tape.uuid(1, position), tape.name(position));
            draft.stages.push(Stage { pk, name, model: tape.text(), origin: Origin::None });
            let (pk, name) = (tape.count(position), tape.name(position));
            draft.providers.push(Provider { pk, name, model: tape.text(), origin: Origin::None });
        }
        for position in 0..tape.below(12) {
            let (pk, name) = (tape.uuid(2, position), tape.name(position));
            draft.policies.push(Policy { pk, name, kind: tape.policy(), origin: Origin::None });
        }
        for position in 0..tape.below(8) {
            let (pk, name) = (tape.uuid(3, position), tape.name(position));
            let group = Group {
                pk,
                name,
                parents: Vec::new(),
                parent_origins: Vec::new(),
                superuser: tape.coin(),
                attributes: tape.attributes(),
                origin: Origin::None,
            };
            draft.groups.push(DraftGroup {
                group,
                parents: Vec::new(),
                shaped: Vec::new(),
                users: Vec::new(),
            });
        }
        let groups: Vec<_> =
            draft.groups.iter().map(|it| key(it.group.pk.as_deref(), &it.group.name)).collect();
        for group in &mut draft.groups {
            group.parents = (0..tape.below(4)).filter_map(|_| tape.one_of(&groups)).collect();
        }
        tape.users(&mut draft, &groups);
        let mut keys = Keys {
            providers: draft.providers.iter().map(|it| key(it.pk.as_deref(), &it.name)).collect(),
            stages: draft.stages.iter().map(|it| key(it.pk.as_deref(), &it.name)).collect(),
            ..Keys::default()
        };
        for kind in 0..9 {
            for position in 0..tape.below(4) {
                let Some(target) = tape.target(kind, position, &keys) else { continue };
                let here = draft.targets.len();
                match kind {
                    0 => keys.applications.push(here),
                    1 => keys.flows.push(here),
                    5 => keys.access_groups.push(here),
                    _ => {}
                }
                draft.targets.push(target);
            }
        }
        let policies: Vec<_> = draft.policies.iter().map(|it| key(it.pk.as_deref(), &it.name)).collect();
        let users: Vec<_> =
            draft.users.iter().map(|it| key(it.user.pk.as_deref(), &it.user.username)).collect();
        let targets: Vec<_> = (0..draft.targets.len()).collect();
        for position in 0..tape.below(20) {
            let Some(target) = tape.here(&targets) else { continue };
            let unlisted = ["1", "1000", "nobody"][tape.below(3)].to_owned();
            draft.bindings.push(DraftBinding {
                pk: tape.uuid(4, position),
                target,
                policy: tape.one_of(&policies),
                group: tape.one_of(&groups),
                user: match tape.below(4) {
                    0 => Some(DraftBoundUser::Unlisted(unlisted)),
                    _ => tape.one_of(&users).map(DraftBoundUser::Listed),
                },
                enabled: tape.coin(),
                negate: tape.coin(),
                failure_result: tape.coin(),
                order: tape.number(),
                timeout: tape.number(),
                expires: tape.coin().then(|| "2026-03-04T05:06:07Z".parse().unwrap()),
                origin: Origin::None,
            });
        }
        draft.reputation = tape.option(|tape| {
            let ips = ["192.0.2.1", "2001:db8::1", "::ffff:192.0.2.1", "255.255.255.255"];
            let score = |tape: &mut Self| Score {
                identifier: tape.text(),
                ip: ips[tape.below(4)].to_owned(),
                score: tape.number(),
            };
            (0..tape.below(4)).map(|_| score(tape)).collect()
        });
        draft
    }
}

/// What targets may refer to.
#[derive(Default)]
struct Keys {
    providers: Vec<Key>,
    stages: Vec<Key>,
    applications: Vec<usize>,
    flows: Vec<usize>,
    access_groups: Vec<usize>,
}

fn key(pk: Option<&str>, name: &str) -> Key {
    pk.map_or_else(|| Key::Name(name.to_owned()), |pk| Key::Pk(pk.to_owned()))
}
