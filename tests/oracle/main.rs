//! The reasoner against a plain reading of what authentik does, on random worlds.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod assertions;
mod bitmap;
mod changes;
mod diff;
mod edits;
mod engine;
mod fixes;
mod laws;
mod proofs;
mod upgrade;
mod vectors;
mod worlds;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestRunner};
use whomay::model::{Edition, Generation, Id, TargetId, World};
use whomay::{Reasoner, Subject, Verdict};

/// As many random worlds are tried for each edition.
const WORLDS: u32 = 2_000;

fn run(edition: &'static str) {
    let config = Config {
        cases: WORLDS,
        rng_seed: RngSeed::Fixed(20_260_501),
        failure_persistence: None,
        ..Config::default()
    };
    TestRunner::new(config).run(&worlds::world(edition), |world| compare(&world)).unwrap();
}

/// Every verdict against all the ways in which the unknown policies can end.
fn compare(world: &World) -> Result<(), TestCaseError> {
    let reasoner = Reasoner::new(world);
    let subjects = world.users.ids().map(Subject::User).chain([Subject::Anonymous]);
    for subject in subjects {
        for target in world.targets.ids() {
            let verdict = reasoner.verdict(subject, target);
            let effective = reasoner.effective(subject, target);
            let runs = worlds::every_way(world, target);
            let seen = |ask: &dyn Fn(&engine::Run<'_>) -> bool| {
                let answers: Vec<bool> = runs.iter().map(ask).collect();
                (answers.contains(&true), answers.contains(&false))
            };
            let expected = of(seen(&|run| engine::verdict(run, subject, target)));
            prop_assert_eq!(verdict, expected, "verdict of {:?} for {:?} in {:?}", target, subject, world);
            if let Subject::User(_) = subject {
                let expected = of(seen(&|run| engine::effective(run, subject, target)));
                prop_assert_eq!(
                    effective,
                    expected,
                    "effective of {:?} for {:?} in {:?}",
                    target,
                    subject,
                    world
                );
            }
        }
    }
    in_bulk_as_one_by_one(world, &reasoner)
}

/// What is asked for all users at once agrees with what is asked for one.
fn in_bulk_as_one_by_one(world: &World, reasoner: &Reasoner<'_>) -> Result<(), TestCaseError> {
    for (target, access) in world.targets.ids().zip(reasoner.matrix()) {
        let answers = reasoner.answers(target);
        for user in world.users.ids() {
            let one = reasoner.answer(user, target);
            prop_assert_eq!(access.verdict(user), one.verdict);
            prop_assert_eq!(access.effective(user), one.effective);
            prop_assert_eq!(&answers.get(user), &one);
            let open = one.verdict == Verdict::Depends || one.effective == Verdict::Depends;
            prop_assert_eq!(open, !one.unknowns.is_empty());
        }
        prop_assert_eq!(access.anonymous(), reasoner.verdict(Subject::Anonymous, target));
        for verdict in [Verdict::Yes, Verdict::No, Verdict::Depends] {
            let counted = world.users.ids().filter(|user| access.verdict(*user) == verdict).count();
            prop_assert_eq!(access.count(verdict), counted);
        }
    }
    Ok(())
}

fn of((yes, no): (bool, bool)) -> Verdict {
    match (yes, no) {
        (true, false) => Verdict::Yes,
        (false, true) => Verdict::No,
        _ => Verdict::Depends,
    }
}

#[test]
fn every_row_on_its_own_as_until_2025_6() {
    run("2025.6.4");
}

#[test]
fn rows_pooled_as_from_2025_8() {
    run("2025.12.4");
}

#[test]
fn rows_counted_as_from_2026_2() {
    run("2026.5.0");
}

#[test]
fn rows_counted_as_from_2026_5_6() {
    run("2026.5.6");
}

#[test]
fn old_limits_on_nesting_as_in_2024_4() {
    run("2024.4.0");
}

#[test]
fn as_documented() {
    run("documented");
}

/// The oracle's own edition, so that a slip in the table of editions cannot hide.
fn generation(edition: &Edition) -> Generation {
    edition.generation
}

/// The target with the number `index`.
fn target(index: usize) -> TargetId {
    TargetId::from_index(index)
}
