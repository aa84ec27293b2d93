//! Made-up tenants are what they promise to be: the same everywhere, distributed as the measurements need it, and
//! decided by whomay as a few plain loops decide them.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod command;
mod loops;
mod matrix;

use whomay::diagnostic::Diagnostics;
use whomay::model::builder::{self, Defaults};
use whomay::model::{Binding, GroupId, Id, Mode, PolicyKind, TargetId};
use whomay::workload::{Relation, Shape, Size, Workload};
use whomay::{Reasoner, Verdict, World};

const SHAPES: [Shape; 2] = [Shape::Rand, Shape::Role];

/// Many of everything that is thrown for, in little time.
const MANY: Size = Size { users: 20_000, groups: 2_000, targets: 5_000, policies: 200 };

fn facts(workload: &Workload, relation: Relation) -> String {
    let mut text = Vec::new();
    relation.write(workload, &mut text).unwrap();
    String::from_utf8(text).unwrap()
}

/// FNV-1a.
fn checksum(texts: &[String]) -> u64 {
    let bytes = texts.iter().flat_map(|text| text.bytes());
    bytes.fold(0xcbf2_9ce4_8422_2325, |sum, byte| (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

fn code(kind: &PolicyKind) -> String {
    let PolicyKind::Expression(expression) = kind else { panic!("{kind:?} is no expression") };
    expression.text.clone()
}

#[test]
fn the_same_arguments_give_the_same_bytes_on_every_machine() {
    let sums =
        |seed| {
            SHAPES.map(|shape| {
                let workload = Workload::new(Size::S, shape, seed);
                let mut texts: Vec<String> =
                    Relation::ALL.iter().map(|relation| facts(&workload, *relation)).collect();
                // What numbers stand for is part of it; how an input form writes it is not.
                let world = workload.world();
                texts.extend(world.policies.values().map(|policy| code(&policy.kind)));
                texts.extend(world.users.values().map(|user| {
                    format!("{} {}", user.email, serde_json::to_string(&user.attributes).unwrap())
                }));
                checksum(&texts)
            })
        };
    // Recorded: whoever changes them changes what all measurements were made with.
    assert_eq!(sums(1), [0x1de6_dc0e_6b6b_3e82, 0x0483_0429_dbfe_d435]);
    assert_ne!(sums(1), sums(2));
}

#[test]
fn more_of_one_thing_is_no_other_tenant() {
    let small = Workload::new(Size::S, Shape::Rand, 1);
    let large = Workload::new(Size { users: 2 * Size::S.users, ..Size::S }, Shape::Rand, 1);
    for relation in [Relation::Parent, Relation::Policy, Relation::Target] {
        assert_eq!(facts(&small, relation), facts(&large, relation));
    }
    let bound = |workload| -> Vec<String> {
        let rows = facts(workload, Relation::Binding);
        rows.lines().filter(|row| !row.contains("user")).map(str::to_owned).collect()
    };
    assert_eq!(bound(&small), bound(&large));
    assert!(facts(&large, Relation::Member).starts_with(&facts(&small, Relation::Member)));
}

fn float(count: usize) -> f64 {
    u32::try_from(count).unwrap().into()
}

/// How many of a hundred rows `holds` is true for.
fn share<T>(rows: impl IntoIterator<Item = T>, holds: impl Fn(&T) -> bool) -> f64 {
    let rows: Vec<T> = rows.into_iter().collect();
    assert!(!rows.is_empty());
    100.0 * float(rows.iter().filter(|row| holds(row)).count()) / float(rows.len())
}

#[track_caller]
fn near(found: f64, wanted: f64, tolerance: f64) {
    assert!((found - wanted).abs() <= tolerance, "{found} is not about {wanted}");
}

fn bindings(world: &World, target: TargetId) -> Vec<&Binding> {
    world.bindings_of(target).map(|(_, binding)| binding).collect()
}

#[test]
fn targets_and_bindings_are_as_promised() {
    let world = Workload::new(MANY, Shape::Rand, 1).world();
    let rows: Vec<&Binding> = world.bindings.values().collect();
    near(share(world.targets.values(), |target| target.mode == Mode::All), 20.0, 2.0);
    near(share(world.targets.ids(), |target| bindings(&world, *target).is_empty()), 10.0, 2.0);
    near(share(&rows, |row| row.policy.is_some()), 20.0, 1.0);
    near(share(&rows, |row| row.user.is_some()), 15.0, 1.0);
    near(share(&rows, |row| row.group.is_some()), 65.0, 1.0);
    near(share(&rows, |row| !row.enabled), 10.0, 1.0);
    near(share(&rows, |row| row.negate), 15.0, 1.0);
    near(share(&rows, |row| row.failure_result), 30.0, 1.0);
    let counts: Vec<usize> = world.targets.ids().map(|target| bindings(&world, target).len()).collect();
    for count in 2..=8 {
        near(share(&counts, |found| **found == count), 90.0 / 7.0, 2.0);
    }
    assert!(counts.iter().all(|count| [0, 2, 3, 4, 5, 6, 7, 8].contains(count)));
}

#[test]
fn groups_are_on_five_levels_and_in_no_cycle() {
    let world = Workload::new(MANY, Shape::Rand, 1).world();
    let mut levels: Vec<usize> = Vec::new();
    for (id, group) in world.groups.iter() {
        // Parents have lower numbers, so there is no cycle, and their levels are known.
        assert!(group.parents.iter().all(|parent| parent.index() < id.index()));
        let above: Vec<usize> = group.parents.iter().map(|parent| levels[parent.index()]).collect();
        levels.push(above.iter().max().map_or(0, |level| level + 1));
        assert!(above.len() <= 2 && (above.len() < 2 || above[0] != above[1]), "{above:?}");
    }
    for (level, wanted) in [2.0, 6.0, 17.0, 30.0, 45.0].into_iter().enumerate() {
        near(share(&levels, |found| **found == level), wanted, 0.1);
    }
    let deep = world.groups.ids().filter(|group| levels[group.index()] >= 2);
    near(share(deep, |group| world.groups.row(*group).parents.len() == 2), 25.0, 3.0);
}

#[test]
fn users_are_as_promised() {
    let [rand, role] = SHAPES.map(|shape| Workload::new(MANY, shape, 1).world());
    let counts = |world: &World| world.users.values().map(|user| user.groups.len()).collect::<Vec<_>>();
    for count in 2..=8 {
        near(share(counts(&rand), |found| *found == count), 100.0 / 7.0, 1.5);
    }
    assert!(counts(&rand).iter().all(|count| (2..=8).contains(count)));
    assert!(counts(&role).iter().all(|count| (3..=8).contains(count)));
    // The bundles are those that many users share.
    let mut bundles: Vec<&[GroupId]> = role.users.values().map(|user| &*user.groups).collect();
    bundles.sort_unstable();
    let alone = bundles.chunk_by(|one, other| one == other).filter(|users| users.len() < 10);
    near(100.0 * float(alone.map(<[_]>::len).sum()) / f64::from(MANY.users), 15.0, 2.0);
    // Zipf: of so many groups the most popular one gets 1 / (ln n + 0.58) of what is thrown.
    let mut members = vec![0_usize; rand.groups.len()];
    rand.users.values().flat_map(|user| &user.groups).for_each(|group| members[group.index()] += 1);
    members.sort_unstable();
    let (most, tenth) = (float(members[members.len() - 1]), float(members[members.len() - 10]));
    near(most / tenth, 8.0, 3.0);
    let attribute =
        |name: &'static str| move |user: &&whomay::model::User| user.attributes.get(name).is_some();
    near(share(rand.users.values(), attribute("department")), 98.0, 0.5);
    near(share(rand.users.values(), attribute("badge")), 100.0, 0.0);
    assert!(rand.users.values().all(|user| user.active));
    let domain = |number| {
        let ending = format!("@dom{number}.example");
        share(rand.users.values(), |user| user.email.ends_with(&ending))
    };
    near(domain(0), 27.8, 1.5);
    near(domain(9), 2.8, 0.7);
    let department = |name: &str| {
        share(rand.users.values(), |user| {
            user.attributes.get("department").is_some_and(|found| found == name)
        })
    };
    near(department("d0") / department("d49"), 15.5, 4.0);
}

#[test]
fn policies_are_decided_and_pass_and_fail_as_promised() {
    let workload = Workload::new(MANY, Shape::Rand, 1);
    let world = workload.world();
    let reasoner = Reasoner::new(&world);
    let words = facts(&workload, Relation::Policy);
    let words: Vec<&str> = words.lines().map(|row| row.split('\t').nth(1).unwrap()).collect();
    for (word, wanted) in [("domain", 35.0), ("department", 35.0), ("table", 30.0)] {
        near(share(&words, |found| **found == word), wanted, 0.1);
    }
    let users = f64::from(MANY.users);
    let mut tables = Vec::new();
    for (policy, word) in world.policies.ids().zip(words) {
        let facts = reasoner.policy(policy);
        let outcomes = facts.runs[0].outcomes;
        assert_eq!((facts.runs.len(), outcomes.depends, outcomes.crash), (1, 0, 0), "{word}");
        let errors = 100.0 * float(outcomes.error) / users;
        match word {
            "domain" => near(errors, 0.0, 0.0),
            "department" => near(errors, 2.0, 0.5),
            _ => {
                near(errors, 0.5, 0.3);
                near(100.0 * float(outcomes.pass) / users, 5.0, 1.0);
                tables.push(world.policies.row(policy).kind.clone());
            }
        }
        assert!(outcomes.pass > 0 && outcomes.fail > 0);
    }
    assert_eq!(tables.len(), 60);
    for (at, table) in tables.iter().enumerate() {
        assert!(!tables[..at].contains(table), "{table:?} twice");
    }
}

#[test]
fn nothing_is_to_be_said_about_it() {
    for shape in SHAPES {
        // One of each, and too few groups for all levels, are tenants too.
        let tiny =
            [0, 1, 2, 3, 10].map(|count| Size { users: count, groups: count, targets: 50, policies: count });
        for size in [Size::S].into_iter().chain(tiny) {
            let mut diagnostics = Diagnostics::default();
            let draft = Workload::new(size, shape, 1).draft();
            builder::build(vec![draft], &Defaults::default(), &mut diagnostics);
            assert_eq!(diagnostics.iter().count(), 0, "{size:?}");
        }
    }
}

#[test]
fn verdicts_are_those_of_plain_loops_over_the_facts() {
    for shape in SHAPES {
        let workload = Workload::new(Size::S, shape, 1);
        let facts = Relation::ALL.map(|relation| facts(&workload, relation));
        let plain = loops::matrix(&facts);
        let world = workload.world();
        let matrix = Reasoner::new(&world).matrix();
        assert_eq!(plain.len(), matrix.len());
        for ((target, access), row) in world.targets.ids().zip(matrix).zip(plain) {
            let expected = row.iter().map(|yes| if *yes { Verdict::Yes } else { Verdict::No });
            let found = world.users.ids().map(|user| access.verdict(user));
            assert!(found.eq(expected), "{}", world.target_address(target));
        }
    }
}
