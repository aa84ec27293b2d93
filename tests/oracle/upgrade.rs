//! What is said of two releases is what each of them says alone; and every explanation is tried out, and all that are
//! not larger.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestRunner};
use whomay::diagnostic::{Diagnostics, Sources};
use whomay::model::builder::{Defaults, build};
use whomay::model::draft::{Draft, DraftDetails, ShapedParents};
use whomay::model::{
    Aspect, Edition, EventMatcher, Expression, Flags, GeoIp, Origin, Places, PolicyKind, Release, World,
};
use whomay::question::{Context, MovedVerdict, Sides, Upgrade};
use whomay::reason::Compared;
use whomay::truth::Move;
use whomay::{Reasoner, Verdict};

use super::diff::{Matrix, key, matrix};
use super::worlds::draft;

/// As many random worlds are tried, each between two editions.
const WORLDS: u32 = 800;

const EDITIONS: [&str; 12] = [
    "documented",
    "2024.2",
    "2024.8.3",
    "2025.2.1",
    "2025.6.4",
    "2025.10",
    "2025.12.4",
    "2025.12.5",
    "2026.2.5",
    "2026.5.0",
    "2026.5.6",
    "2026.8",
];

/// Code that some releases decide in other ways than others.
const CODE: [&str; 4] = [
    "return request.user.groups.filter(name='g0').exists()",
    "return (one for one in [1])",
    "return ak_something_new(request)",
    "return ak_is_group_member(request.user, name='g0')",
];

/// What a case is made of, beside the draft.
#[derive(Clone, Debug)]
struct Case {
    draft: Draft,
    /// The flag, and whether the input states it.
    flag: (Option<bool>, bool),
    /// The release that the input says it is for.
    stated: Option<&'static str>,
}

impl Case {
    fn world(&self, edition: &Edition) -> World {
        let draft = Draft {
            release: self.stated.map(|name| (name.to_owned(), Origin::None)),
            core_default_app_access: self.flag.0.filter(|_| self.flag.1),
            ..self.draft.clone()
        };
        built(draft, edition, self.flag.0.filter(|_| !self.flag.1))
    }

    /// The same in an edition that no release has.
    fn between(&self, edition: &Edition) -> World {
        built(self.draft.clone(), edition, self.flag.0)
    }
}

fn built(draft: Draft, edition: &Edition, flag: Option<bool>) -> World {
    let flags = Flags { core_default_app_access: flag };
    let defaults = Defaults { edition: Some(edition.clone()), overrule: true, flags };
    let mut diagnostics = Diagnostics::default();
    let world = build(vec![draft], &defaults, &mut diagnostics);
    assert!(!diagnostics.has_errors(), "{diagnostics:?}");
    world
}

fn case() -> impl Strategy<Value = Case> {
    let shapes = prop::collection::vec(0..4_u8, 64);
    let flag = (prop::option::of(any::<bool>()), any::<bool>());
    let stated = prop::option::of(prop::sample::select(&EDITIONS[1..]));
    (draft(), shapes, prop::sample::select(&CODE[..]), flag, stated).prop_map(
        |(mut draft, shapes, code, flag, stated)| {
            for (row, shape) in draft.groups.iter_mut().zip(shapes) {
                if shape < 2 {
                    let parents = std::mem::take(&mut row.parents);
                    row.shaped.push(ShapedParents { many: shape == 0, parents, origin: Origin::None });
                }
            }
            for row in &mut draft.policies {
                let code =
                    Expression { text: code.to_owned(), origin: Origin::None, places: Places::Nowhere };
                match row.name.as_str() {
                    "unknown-p" => row.kind = PolicyKind::EventMatcher(EventMatcher::default()),
                    "dummy-fail" => {
                        row.kind =
                            PolicyKind::GeoIp(GeoIp { check_history_distance: true, ..GeoIp::default() });
                    }
                    "dummy-pass" | "code" => row.kind = PolicyKind::Expression(code),
                    _ => {}
                }
            }
            for row in &mut draft.targets {
                if let DraftDetails::RacEndpoint { provider } = &mut row.details {
                    // Of no application, or of the one that the random world has.
                    *provider = provider.take().filter(|_| flag.1);
                }
            }
            Case { draft, flag, stated }
        },
    )
}

/// All sets of `size` of `aspects`.
fn sets(aspects: &[Aspect], size: usize) -> Vec<BTreeSet<Aspect>> {
    (0..1_u32 << aspects.len())
        .filter(|bits| bits.count_ones() as usize == size)
        .map(|bits| {
            aspects
                .iter()
                .enumerate()
                .filter(|(index, _)| bits >> index & 1 == 1)
                .map(|(_, one)| *one)
                .collect()
        })
        .collect()
}

/// How often each thing was seen, so that a law over nothing is noticed.
type Seen = BTreeMap<String, usize>;

fn check(case: &Case, from: &Edition, to: &Edition, compared: Compared, seen: &mut Seen) {
    let (old, new) = (case.world(from), case.world(to));
    let (before, after) = (Reasoner::new(&old), Reasoner::new(&new));
    let sources = Sources::default();
    let side = |reasoner| Context { reasoner, sources: &sources };
    let upgrade = Upgrade::ask(Sides { old: side(&before), new: side(&after) }, compared);
    let (mut verdicts, expected) = (matrix(&before, compared), matrix(&after, compared));
    let aspects = old.edition.apart(&new.edition);
    let mut tried: BTreeMap<BTreeSet<Aspect>, Matrix> = BTreeMap::new();
    let mut counts: BTreeMap<(Vec<Vec<&str>>, Move), usize> = BTreeMap::new();
    let mut all = 0;
    upgrade
        .verdicts(|row: MovedVerdict<_>| {
            let target = key(&(row.target.kind.to_owned(), row.target.name.clone(), row.target.slug.clone()));
            let place = (row.user.name.clone(), target);
            assert_eq!(verdicts.remove(&place).unwrap_or(Verdict::No), row.before, "{row:?}");
            if row.after != Verdict::No {
                verdicts.insert(place.clone(), row.after);
            }
            let named = |name: &&str| *aspects.iter().find(|aspect| aspect.as_str() == *name).unwrap();
            let because: BTreeSet<BTreeSet<Aspect>> =
                row.because.iter().map(|set| set.iter().map(named).collect()).collect();
            let smallest = because.first().unwrap().len();
            assert!(smallest > 0 && because.iter().all(|set| set.len() == smallest), "{row:?}");
            for size in 1..=smallest {
                let enough = sets(&aspects, size).into_iter().filter(|set| {
                    let matrix = tried.entry(set.clone()).or_insert_with(|| {
                        let mut edition = old.edition.clone();
                        set.iter().for_each(|aspect| aspect.put(&new.edition, &mut edition));
                        matrix(&Reasoner::new(&case.between(&edition)), compared)
                    });
                    matrix.get(&place).copied().unwrap_or(Verdict::No) == row.after
                });
                let enough: BTreeSet<BTreeSet<Aspect>> = enough.collect();
                if size == smallest {
                    assert_eq!(enough, because, "{row:?}");
                } else {
                    assert!(enough.is_empty(), "{enough:?} is less than {row:?}");
                }
            }
            *seen.entry(format!("sets of {smallest}")).or_default() += 1;
            if because.len() > 1 {
                *seen.entry("several sets".to_owned()).or_default() += 1;
            }
            for aspect in because.iter().flatten() {
                *seen.entry(aspect.as_str().to_owned()).or_default() += 1;
            }
            *counts.entry((row.because, row.moved)).or_default() += 1;
            all += 1;
            Ok::<(), ()>(())
        })
        .unwrap();
    assert_eq!(verdicts, expected, "the one matrix with what is moved is the other");
    assert_eq!(upgrade.moved().all(), all);
    for cause in upgrade.causes() {
        for kind in Move::ALL {
            let counted = counts.remove(&(cause.because.clone(), kind)).unwrap_or_default();
            assert_eq!(cause.moved.get(kind), counted, "{cause:?}");
        }
    }
    assert!(counts.is_empty(), "{counts:?}");
}

#[test]
fn an_upgrade_is_two_readings_and_its_explanations_hold() {
    let config = Config {
        cases: WORLDS,
        rng_seed: RngSeed::Fixed(20_260_801),
        failure_persistence: None,
        ..Config::default()
    };
    let edition = || prop::sample::select(&EDITIONS[..]);
    let compared = prop::sample::select(vec![Compared::Verdicts, Compared::Effective]);
    let seen = std::cell::RefCell::new(Seen::new());
    TestRunner::new(config)
        .run(&(case(), edition(), edition(), compared), |(case, from, to, compared)| {
            let [from, to] = [from, to].map(|name| Edition::parse(name).unwrap());
            check(&case, &from, &to, compared, &mut seen.borrow_mut());
            Ok(())
        })
        .unwrap();
    // Every aspect explained something, alone or with others, and some verdicts have several explanations.
    let seen = seen.into_inner();
    let names = Aspect::ALL.map(Aspect::as_str).into_iter();
    for name in names.chain(["sets of 1", "sets of 2", "several sets"]) {
        assert!(seen.contains_key(name), "{name} is in none of {seen:?}");
    }
}

/// What the input says of its release gives way where another one is asked for; and its flag with it.
#[test]
fn an_edition_that_overrules_is_as_if_the_input_said_nothing() {
    let mut runner = TestRunner::new(Config { cases: 50, failure_persistence: None, ..Config::default() });
    runner
        .run(&(case(), prop::sample::select(&EDITIONS[1..])), |(case, name)| {
            let edition = Edition::parse(name).unwrap();
            let silent = Case { stated: None, flag: (case.flag.0, false), ..case.clone() };
            let (mut stated, expected) = (case.world(&edition), silent.world(&edition));
            let is_own = case.stated.is_none_or(|stated| Edition::parse(stated).unwrap() == edition);
            let has_flag = case.flag == (Some(false), true) && is_own;
            // A flag that the input has is read by the release that it is for.
            prop_assert_eq!(stated.edition.app_access_flag, expected.edition.app_access_flag || has_flag);
            stated.edition = expected.edition.clone();
            stated.edition_from = expected.edition_from;
            prop_assert_eq!(stated, expected);
            Ok(())
        })
        .unwrap();
}

/// The list of lines of releases has no gap that a release of this program's table falls into.
#[test]
fn the_newest_release_is_of_the_newest_line() {
    assert_eq!(Release::LINES.last(), Some(&(Release::NEWEST.year, Release::NEWEST.month)));
}
