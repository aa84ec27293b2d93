//! How long each part of the work takes, on made-up tenants.
//!
//! `cargo bench` runs all of them; `cargo bench -- L/` those on one tenant. Times are those of the machine, so compare
//! what one run gives.

#![expect(missing_docs, reason = "the functions that the macros make have none")]

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use whomay::model::{Change, World};
use whomay::reason::Settings;
use whomay::workload::{Shape, Size, Workload};
use whomay::{Reasoner, Subject};

/// The tenants, by name.
fn tenants() -> impl Iterator<Item = (&'static str, Size, World)> {
    [("S", Size::S), ("M", Size::M), ("L", Size::L)].into_iter().map(|(name, size)| {
        let world = Workload::new(size, Shape::Rand, 1).world();
        (name, size, world)
    })
}

fn evaluation(criterion: &mut Criterion) {
    for (name, size, world) in tenants() {
        let mut group = criterion.benchmark_group(name);
        group.sample_size(20);
        group.throughput(Throughput::Elements(u64::from(size.users) * u64::from(size.targets)));
        group.bench_function("derive", |bench| bench.iter(|| black_box(Reasoner::new(&world))));
        let reasoner = Reasoner::new(&world);
        group.bench_function("count all verdicts", |bench| bench.iter(|| black_box(reasoner.counts())));
        group.bench_function("keep all verdicts", |bench| bench.iter(|| black_box(reasoner.matrix())));
        group.finish();
    }
}

fn questions(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("questions");
    for (name, _, world) in tenants() {
        let reasoner = Reasoner::new(&world);
        let (Some(user), Some(target)) = (world.users.ids().last(), world.targets.ids().last()) else {
            continue;
        };
        group.bench_function(BenchmarkId::new("can", name), |bench| {
            bench.iter(|| black_box(reasoner.verdict(Subject::User(user), target)));
        });
        group.bench_function(BenchmarkId::new("who", name), |bench| {
            bench.iter(|| black_box(reasoner.who(target).count()));
        });
        group.bench_function(BenchmarkId::new("what", name), |bench| {
            bench.iter(|| black_box(reasoner.what(user).count()));
        });
    }
    group.finish();
}

fn changes(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("changes");
    for (name, _, world) in tenants() {
        let (Some(user), Some(group_id)) = (world.users.ids().last(), world.groups.ids().last()) else {
            continue;
        };
        let join = Change::Join { user, group: group_id };
        let leave = Change::Leave { user, group: group_id };
        let is_member = world.users.row(user).groups.contains(&group_id);
        let [first, second] = if is_member { [&leave, &join] } else { [&join, &leave] };
        let mut reasoner = Reasoner::owning(world, &Settings::default());
        group.bench_function(BenchmarkId::new("a membership, and back", name), |bench| {
            bench.iter(|| [first, second].map(|change| black_box(reasoner.apply(change))));
        });
    }
    group.finish();
}

criterion_group!(benches, evaluation, questions, changes);
criterion_main!(benches);
