//! What is said of two worlds, applied to the verdicts of the one, gives the verdicts of the other.

use std::collections::BTreeMap;

use proptest::prelude::*;
use whomay::diagnostic::Sources;
use whomay::model::Edition;
use whomay::question::{Context, Diff, MovedVerdict, Sides};
use whomay::reason::Compared;
use whomay::truth::Move;
use whomay::workload::{Shape, Size, Workload};
use whomay::{Reasoner, Verdict, World};

use super::worlds::{built, draft};

/// Verdicts by what users and targets are called; who gets nothing is left out.
pub(crate) type Matrix = BTreeMap<(String, String), Verdict>;

pub(crate) fn matrix(reasoner: &Reasoner<'_>, compared: Compared) -> Matrix {
    let world = reasoner.world();
    let mut found = Matrix::new();
    for (target, access) in world.targets.ids().zip(reasoner.matrix()) {
        for (user, row) in world.users.iter() {
            let verdict = match compared {
                Compared::Verdicts => access.verdict(user),
                Compared::Effective => access.effective(user),
            };
            if verdict != Verdict::No {
                found.insert((row.username.to_string(), key(&row_of(world, target))), verdict);
            }
        }
    }
    found
}

/// Kind, name and slug of a target, as answers have them.
fn row_of(world: &World, target: whomay::model::TargetId) -> (String, String, Option<String>) {
    let row = &world.targets[target];
    (row.kind().as_str().to_owned(), row.name.clone(), row.slug.clone())
}

pub(crate) fn key((kind, name, slug): &(String, String, Option<String>)) -> String {
    format!("{kind} {name} {slug:?}")
}

fn check(old: &World, new: &World, compared: Compared) {
    let (before, after) = (Reasoner::new(old), Reasoner::new(new));
    let sources = Sources::default();
    let side = |reasoner| Context { reasoner, sources: &sources };
    let diff = Diff::ask(Sides { old: side(&before), new: side(&after) }, compared);
    let mut verdicts = matrix(&before, compared);
    let mut counts = BTreeMap::new();
    let mut all = 0;
    diff.verdicts(|row: MovedVerdict<_>| {
        let target = key(&(row.target.kind.to_owned(), row.target.name.clone(), row.target.slug.clone()));
        let place = (row.user.name.clone(), target);
        assert_eq!(verdicts.remove(&place).unwrap_or(Verdict::No), row.before, "{row:?}");
        if row.after != Verdict::No {
            verdicts.insert(place, row.after);
        }
        assert_eq!(Move::of(row.before, row.after), Some(row.moved));
        assert!(!row.because.is_empty());
        *counts.entry(row.moved).or_insert(0) += 1;
        all += 1;
        Ok::<(), ()>(())
    })
    .unwrap();
    assert_eq!(verdicts, matrix(&after, compared));
    let moved = diff.moved();
    assert_eq!(moved.all(), all);
    for kind in Move::ALL {
        assert_eq!(moved.get(kind), counts.get(&kind).copied().unwrap_or_default());
        let caused: usize = diff.causes().iter().map(|cause| cause.moved.get(kind)).sum();
        assert_eq!(caused, moved.get(kind), "every verdict has one cause");
    }
    // Nothing is different without a difference.
    assert!(all == 0 || diff.objects().next().is_some());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_diff_applied_to_one_matrix_gives_the_other(
        (old, new) in (draft(), draft()),
        (one, other) in (prop::sample::select(vec!["2025.6.4", "2026.5.0"]), prop::sample::select(vec!["2025.12.4", "2026.5.0"])),
        compared in prop::sample::select(vec![Compared::Verdicts, Compared::Effective]),
        (gone, renamed) in (any::<prop::sample::Index>(), any::<bool>()),
    ) {
        let mut new = new;
        // Users of both sides are not all the same.
        let gone = gone.index(new.users.len());
        if renamed {
            new.users[gone].user.username = "another".into();
            for row in &mut new.bindings {
                row.user = None;
            }
        }
        check(&built(old, one, None), &built(new, other, None), compared);
    }
}

/// Users between others come and go, enough of them for every form of a set.
#[test]
fn users_between_others_come_and_go() {
    let size = Size { users: 300, groups: 20, targets: 30, policies: 6 };
    let old = Workload::new(size, Shape::Rand, 1);
    let drafts = [old.draft(), Workload::new(Size { users: 333, ..size }, Shape::Role, 2).draft()];
    let [old, mut new] = drafts;
    new.users.retain(|user| user.user.username.len() % 7 != 3 && !user.user.username.ends_with('9'));
    let names: std::collections::BTreeSet<_> =
        new.users.iter().map(|row| row.user.username.to_string()).collect();
    new.bindings.retain(|row| row.user.is_none());
    assert!(names.len() < 333 && !names.is_empty());
    let edition =
        Edition::newest().release.map_or_else(|| "2026.5".to_owned(), |release| release.to_string());
    for compared in [Compared::Verdicts, Compared::Effective] {
        check(&built(old.clone(), &edition, None), &built(new.clone(), &edition, None), compared);
    }
}

/// Nothing is lost where so much is different that users are not told apart any more.
#[test]
fn users_who_are_different_in_many_ways_count_together() {
    let shape = Size { users: 600, groups: 40, targets: 12, policies: 6 };
    let edition = Edition::parse("2026.5").unwrap().release.unwrap().to_string();
    let [old, new] =
        [1, 2].map(|seed| built(Workload::new(shape, Shape::Rand, seed).draft(), &edition, None));
    let (before, after) = (Reasoner::new(&old), Reasoner::new(&new));
    let sources = Sources::default();
    let side = |reasoner| Context { reasoner, sources: &sources };
    let diff = Diff::ask(Sides { old: side(&before), new: side(&after) }, Compared::Verdicts);
    let is_said =
        |words: &str| diff.causes().iter().any(|cause| cause.because.iter().any(|one| one == words));
    assert!(is_said("users changed in many ways") && is_said("groups are nested otherwise at many places"));
    check(&old, &new, Compared::Verdicts);
}

#[test]
fn a_world_is_not_different_from_itself() {
    let world = Workload::new(Size { users: 70, ..Size::S }, Shape::Rand, 3).world();
    let reasoner = Reasoner::new(&world);
    let sources = Sources::default();
    let side = Context { reasoner: &reasoner, sources: &sources };
    let diff = Diff::ask(Sides { old: side, new: side }, Compared::Effective);
    assert_eq!((diff.moved().all(), diff.objects().count()), (0, 0));
}
