//! What questions about one user, and about two worlds, cost beside one evaluation of everything, for `questions`.

use std::hint::black_box;
use std::time::Instant;

use whomay::Reasoner;
use whomay::diagnostic::Sources;
use whomay::model::{BindingId, Change, GroupId, Id, TargetId, UserId, World};
use whomay::question::{Context, Diff, Sides, Why, WhyNot};
use whomay::reason::Compared;
use whomay::workload::Workload;

use crate::measure::say;

pub fn run(workload: &Workload, runs: usize) {
    let world = workload.world();
    say("ready");
    for _ in 0..runs.max(1) {
        let start = Instant::now();
        black_box(Reasoner::new(&world).counts());
        say(&format!("run {}", start.elapsed().as_secs_f64()));
    }
    let sources = Sources::default();
    for run in 0..runs.max(1) {
        let user = UserId::from_index((run * 7_919 + 5) % world.users.len());
        let target = TargetId::from_index((run * 997 + 3) % world.targets.len());
        // As a command does it: what is read is there, and nothing else.
        timed("why", || {
            let reasoner = Reasoner::new(&world);
            black_box(Why::ask(Context { reasoner: &reasoner, sources: &sources }, user, target, false));
        });
        timed("why-not", || {
            let reasoner = Reasoner::new(&world);
            black_box(WhyNot::ask(Context { reasoner: &reasoner, sources: &sources }, user, target, true));
        });
        let address = world.target_address(target);
        let edit = format!("bind {address} {{ 7: user \"{}\" }}", world.users[user].username);
        timed("what-if", || {
            let edited = world.edited(&edit).expect("the edit can be made");
            compare(&world, &edited, &sources);
        });
        let few = with_few_changes(&world, run);
        timed("diff-few", || compare(&world, &few, &sources));
        let many = with_many_changes(&world, run);
        timed("diff-many", || compare(&world, &many, &sources));
    }
}

fn timed(kind: &str, question: impl FnOnce()) {
    let start = Instant::now();
    question();
    say(&format!("change {kind} {}", start.elapsed().as_secs_f64()));
}

fn compare(old: &World, new: &World, sources: &Sources) {
    let (before, after) = (Reasoner::new(old), Reasoner::new(new));
    let side = |reasoner| Context { reasoner, sources };
    black_box(Diff::ask(Sides { old: side(&before), new: side(&after) }, Compared::Effective).moved());
}

/// A handful of memberships and of bindings are others.
fn with_few_changes(world: &World, run: usize) -> World {
    let mut other = world.clone();
    for step in 0..20 {
        let user = UserId::from_index((run * 31 + step * 4_001) % world.users.len());
        let group = GroupId::from_index(step * 17 % world.groups.len());
        let change = if world.users[user].groups.contains(&group) {
            Change::Leave { user, group }
        } else {
            Change::Join { user, group }
        };
        other.apply(&change).expect("the change can be made");
        let id = BindingId::from_index((run * 13 + step * 101) % world.bindings.len());
        let mut row = other.bindings[id].clone();
        row.negate = !row.negate;
        other.apply(&Change::Rebind(id, Box::new(row))).expect("the change can be made");
    }
    other
}

/// Every tenth user has lost a group.
fn with_many_changes(world: &World, run: usize) -> World {
    let mut other = world.clone();
    for user in world.users.ids().skip(run).step_by(10) {
        if let Some(group) = world.users[user].groups.last().copied() {
            other.apply(&Change::Leave { user, group }).expect("the change can be made");
        }
    }
    other
}
