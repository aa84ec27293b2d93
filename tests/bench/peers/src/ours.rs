//! whomay itself: from a world in memory to all verdicts.

use std::time::Instant;

use whomay::reason::Access;
use whomay::workload::Workload;
use whomay::{Reasoner, Verdict, World};

use crate::measure::{Repeat, check, say, times};
use crate::relation::{Counts, Relation};

/// What is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// How many users each target lets through.
    Counts,
    /// Every verdict.
    Rows,
}

pub fn run(workload: &Workload, wanted: Wanted, repeat: &Repeat) {
    let start = Instant::now();
    let world = workload.world();
    say(&format!("part world {}", start.elapsed().as_secs_f64()));
    let targets = world.targets.len();
    match wanted {
        Wanted::Counts => {
            if let Some((found, _)) = times(repeat, || timed(&world, counts)) {
                check(&Counts(found), targets);
            }
        }
        Wanted::Rows => {
            if let Some((rows, _)) = times(repeat, || timed(&world, rows)) {
                check(&Verdicts { world: &world, rows }, targets);
            }
        }
    }
}

/// What is asked for, with the reasoner: what it takes to be done with it is no part of the time.
fn timed<'w, T>(world: &'w World, ask: impl FnOnce(&Reasoner<'w>) -> T) -> (T, Reasoner<'w>) {
    let start = Instant::now();
    let reasoner = Reasoner::new(world);
    say(&format!("part derive {}", start.elapsed().as_secs_f64()));
    let start = Instant::now();
    let found = ask(&reasoner);
    say(&format!("part answer {}", start.elapsed().as_secs_f64()));
    (found, reasoner)
}

/// The one place that knows how all verdicts are counted.
fn counts(reasoner: &Reasoner<'_>) -> Vec<u64> {
    reasoner.counts().iter().map(|counted| counted.verdict.yes as u64).collect()
}

/// The one place that knows how all verdicts are asked for.
fn rows(reasoner: &Reasoner<'_>) -> Vec<Access> {
    reasoner.matrix()
}

struct Verdicts<'w> {
    world: &'w World,
    rows: Vec<Access>,
}

impl Relation for Verdicts<'_> {
    fn each(&self, cell: &mut dyn FnMut(u32, u32)) {
        for (target, access) in (0..).zip(&self.rows) {
            for user in self.world.users.ids() {
                if access.verdict(user) == Verdict::Yes {
                    cell(user.0, target);
                }
            }
        }
    }
}
