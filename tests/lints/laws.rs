//! What findings say is so: for the users that there are, and for any that are added.

use proptest::prelude::*;
use whomay::lint::{Context, Finding, Levels, Listings, run};
use whomay::model::{TargetId, UserId, World};
use whomay::reason::Decider;
use whomay::{Reasoner, Subject, Verdict};

use crate::worlds::{Gone, users, world};

/// Everything that is found in `text`.
fn lint(text: &str) -> Vec<Finding> {
    let world = World::parse("random.may", text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let mut sources = whomay::diagnostic::Sources::default();
    let listings = Listings::of(&world, &mut sources);
    let reasoner = Reasoner::new(&world);
    run(&Context::new(&reasoner, &sources, listings), &Levels::default()).findings
}

fn parse(text: &str) -> World {
    World::parse("random.may", text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// The application and the position of a row, as an address has them: `app:a1#3`.
fn row_of(address: &str) -> Option<(usize, usize)> {
    let (app, row) = address.strip_prefix("app:a")?.split_once('#')?;
    Some((app.parse().ok()?, row.parse().ok()?))
}

fn verdicts(world: &World) -> Vec<Vec<Verdict>> {
    let reasoner = Reasoner::new(world);
    let of_target = |target: TargetId| {
        world.users.ids().map(|user| reasoner.verdict(Subject::User(user), target)).collect()
    };
    world.targets.ids().map(of_target).collect()
}

/// The verdicts about one application.
fn about(world: &World, app: &str) -> Vec<Verdict> {
    let reasoner = Reasoner::new(world);
    let target = world.find_target(app).unwrap();
    world.users.ids().map(|user| reasoner.verdict(Subject::User(user), target)).collect()
}

/// As many cases as `PROPTEST_CASES` says; fewer than is usual if it says nothing, for each case reads two worlds.
fn config() -> ProptestConfig {
    let default = ProptestConfig::default();
    let cases = if std::env::var_os("PROPTEST_CASES").is_some() { default.cases } else { 96 };
    ProptestConfig { cases, ..default }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn what_is_redundant_can_go(world in world(), others in users(0..8)) {
        let findings = lint(&world.text(&Gone::default(), &[]));
        let rows: Vec<(usize, usize)> = findings
            .iter()
            .filter(|finding| finding.diagnostic.code == "redundant-binding")
            .filter_map(|finding| row_of(&finding.address))
            .collect();
        let before = parse(&world.text(&Gone::default(), &others));
        let after = parse(&world.text(&Gone { rows: rows.clone(), ..Gone::default() }, &others));
        prop_assert_eq!(verdicts(&before), verdicts(&after), "{:?}", rows);
    }

    #[test]
    fn what_is_shadowed_never_decides(world in world(), others in users(0..8)) {
        let findings = lint(&world.text(&Gone::default(), &[]));
        let extended = parse(&world.text(&Gone::default(), &others));
        let reasoner = Reasoner::new(&extended);
        for finding in findings.iter().filter(|finding| finding.diagnostic.code == "shadowed-binding") {
            let (app, row) = row_of(&finding.address).unwrap();
            let target = extended.find_target(&format!("app:a{app}")).unwrap();
            for user in extended.users.ids() {
                if let Decider::Binding(binding) = reasoner.answer(user, target).decider {
                    prop_assert_ne!(extended.bindings[binding].order, i64::try_from(row).unwrap());
                }
            }
        }
    }

    #[test]
    fn who_passes_always_and_who_never_does(world in world(), others in users(0..8)) {
        let findings = lint(&world.text(&Gone::default(), &[]));
        let extended = parse(&world.text(&Gone::default(), &others));
        for finding in findings {
            let verdict = match finding.diagnostic.code {
                "vacuous-bindings" | "tautological-bindings" | "all-bindings-disabled" => Verdict::Yes,
                "contradictory-bindings" => Verdict::No,
                _ => continue,
            };
            let verdicts = about(&extended, &finding.address);
            prop_assert!(verdicts.iter().all(|found| *found == verdict), "{}: {verdicts:?}", finding.address);
        }
    }

    #[test]
    fn a_constant_binding_says_the_same_of_everybody(world in world(), others in users(0..8)) {
        let findings = lint(&world.text(&Gone::default(), &[]));
        let before = verdicts(&parse(&world.text(&Gone::default(), &others)));
        for finding in findings.iter().filter(|finding| finding.diagnostic.code == "constant-binding") {
            let rows = vec![row_of(&finding.address).unwrap()];
            let after = parse(&world.text(&Gone { rows, ..Gone::default() }, &others));
            prop_assert_eq!(&before, &verdicts(&after), "{}", &finding.address);
        }
    }

    #[test]
    fn deleting_the_last_lock_opens(world in world(), others in users(0..8)) {
        let findings = lint(&world.text(&Gone::default(), &[]));
        for finding in findings.iter().filter(|finding| finding.diagnostic.code == "last-lock") {
            let (kind, name) = finding.address.split_once(':').unwrap();
            let number = Some(name[1..].parse::<usize>().unwrap());
            let gone = match kind {
                "group" => Gone { group: number, ..Gone::default() },
                "user" => Gone { user: number, ..Gone::default() },
                _ => Gone { policy: number, ..Gone::default() },
            };
            let after = parse(&world.text(&gone, &others));
            let before = parse(&world.text(&Gone::default(), &others));
            for (app, _) in world.apps.iter().enumerate() {
                let address = format!("app:a{app}");
                if finding.diagnostic.message.contains(&format!("`{address}`")) {
                    prop_assert!(about(&after, &address).iter().all(|verdict| *verdict == Verdict::Yes));
                }
            }
            prop_assert!(!before.users.is_empty());
        }
    }

    #[test]
    fn nobody_passes_where_that_is_found(world in world()) {
        let text = world.text(&Gone::default(), &[]);
        let parsed = parse(&text);
        for finding in lint(&text).iter().filter(|finding| finding.diagnostic.code == "nobody-passes") {
            let verdicts = about(&parsed, &finding.address);
            let active = |user: UserId| parsed.users[user].active;
            let passes = parsed.users.ids().zip(verdicts).any(|(user, verdict)| active(user) && verdict != Verdict::No);
            prop_assert!(!passes, "{}", finding.address);
        }
    }
}
