//! What one change costs: each kind of change made and taken back, with all counts brought up to date, for `changes`.

use std::time::Instant;

use whomay::model::{BindingId, Change, GroupId, Id, PolicyId, UserId, World};
use whomay::reason::{CountedAccess, Settings};
use whomay::workload::Workload;
use whomay::Reasoner;

use crate::measure::say;

/// A reasoner with the counts that are kept up to date.
struct Kept {
    reasoner: Reasoner<'static>,
    counts: Vec<CountedAccess>,
}

impl Kept {
    /// Makes `change` and says what it took.
    fn apply(&mut self, kind: &str, change: &Change) {
        let start = Instant::now();
        let touched = self.reasoner.apply(change).expect("the change can be made");
        touched.recount(&self.reasoner, &mut self.counts);
        let took = start.elapsed().as_secs_f64();
        let (moved, targets) = (touched.moved.len(), touched.targets.len());
        say(&format!("change {kind} {took} {moved} {targets}"));
    }

    fn world(&self) -> &World {
        self.reasoner.world()
    }
}

pub fn run(workload: &Workload, runs: usize) {
    let world = workload.world();
    say("ready");
    let mut kept = None;
    for _ in 0..runs.max(1) {
        let world = kept.take().map_or_else(|| world.clone(), |kept: Kept| kept.world().clone());
        let start = Instant::now();
        let reasoner = Reasoner::owning(world, &Settings::default());
        let counts = reasoner.counts();
        say(&format!("run {}", start.elapsed().as_secs_f64()));
        kept = Some(Kept { reasoner, counts });
    }
    let Some(mut kept) = kept else { return };
    for run in 0..runs.max(1) {
        each_kind(&mut kept, run);
    }
    assert!(kept.counts == Reasoner::new(kept.world()).counts(), "the counts are those of a new reasoner");
}

/// One change of each kind, somewhere else in each run.
fn each_kind(kept: &mut Kept, run: usize) {
    let (users, groups) = (kept.world().users.len(), kept.world().groups.len());
    let user = UserId::from_index((run * 7_919 + 5) % users);
    let other = UserId::from_index((run * 104_729 + 11) % users);
    // Groups with small numbers are no more popular than others.
    let group = GroupId::from_index((run * 37 + 1) % groups);
    if !kept.world().users[user].groups.contains(&group) {
        kept.apply("membership", &Change::Join { user, group });
        kept.apply("membership", &Change::Leave { user, group });
    }
    let row = kept.world().users[user].clone();
    let mut with_others = row.clone();
    with_others.attributes = kept.world().users[other].attributes.clone();
    kept.apply("attribute", &Change::SetUser { user, row: Box::new(with_others) });
    kept.apply("attribute", &Change::SetUser { user, row: Box::new(row) });

    let id = BindingId::from_index((run * 997 + 3) % kept.world().bindings.len());
    let binding = kept.world().bindings[id].clone();
    kept.apply("binding", &Change::Unbind(id));
    kept.apply("binding", &Change::Bind(Box::new(binding)));

    if let Some((child, parent)) = edge(kept.world(), run * 13) {
        kept.apply("edge", &Change::Unnest { child, parent });
        kept.apply("edge", &Change::Nest { child, parent });
    }

    let policies = kept.world().policies.len();
    let policy = PolicyId::from_index(run % policies);
    let row = kept.world().policies[policy].clone();
    let mut with_others = row.clone();
    with_others.kind = kept.world().policies[PolicyId::from_index((run + 1) % policies)].kind.clone();
    kept.apply("policy", &Change::SetPolicy(policy, Box::new(with_others)));
    kept.apply("policy", &Change::SetPolicy(policy, Box::new(row)));
}

/// The edge with a number: a group, and the first one that it is directly below.
fn edge(world: &World, number: usize) -> Option<(GroupId, GroupId)> {
    world.groups.iter().filter_map(|(child, row)| Some((child, *row.parents().first()?))).nth(number)
}
