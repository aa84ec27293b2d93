//! Several ways to say who may access what, each timed on the same facts: `peers NAME [OPTIONS]`, for `compare`.

mod cedar;
mod changes;
mod facts;
mod loops;
mod measure;
mod memory;
mod ours;
mod questions;
mod relation;
mod tuples_ascent;
mod tuples_crepe;
mod tuples_datafrog;

use std::collections::HashMap;
use std::hash::RandomState;
use std::path::Path;
use std::str::FromStr;

use rustc_hash::FxBuildHasher;
use whomay::workload::{Shape, Size, Workload};

use facts::Facts;
use measure::Repeat;
use relation::by_shards;

const USAGE: &str = "\
peers NAME [--runs N] [--seconds N] [--threads N] and, for whomay-counts, whomay-rows, whomay-changes, whomay-questions and memory:
  --users N --groups N --targets N --policies N [--shape rand|role] [--seed N]
for facts the same with --facts FOLDER, and for all others:
  --facts FOLDER";

struct Options(HashMap<String, String>);

impl Options {
    fn text(&self, name: &str) -> &str {
        self.0.get(name).unwrap_or_else(|| panic!("--{name} is needed\n{USAGE}"))
    }

    fn number<T: FromStr<Err: std::fmt::Debug>>(&self, name: &str) -> T {
        self.text(name).parse().unwrap_or_else(|error| panic!("--{name}: {error:?}\n{USAGE}"))
    }

    fn or<T: FromStr<Err: std::fmt::Debug>>(&self, name: &str, default: T) -> T {
        if self.0.contains_key(name) { self.number(name) } else { default }
    }

    fn facts(&self) -> Facts {
        Facts::read(Path::new(self.text("facts")))
    }

    fn workload(&self) -> Workload {
        let size = Size {
            users: self.number("users"),
            groups: self.number("groups"),
            targets: self.number("targets"),
            policies: self.number("policies"),
        };
        let shape = match self.0.get("shape").map_or("rand", String::as_str) {
            "rand" => Shape::Rand,
            "role" => Shape::Role,
            other => panic!("no shape is called {other}\n{USAGE}"),
        };
        Workload::new(size, shape, self.or("seed", 1))
    }
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let name = arguments.next().unwrap_or_else(|| panic!("{USAGE}"));
    let mut options = HashMap::new();
    while let (Some(option), value) = (arguments.next(), arguments.next()) {
        let option = option.strip_prefix("--").unwrap_or_else(|| panic!("{option}\n{USAGE}")).to_owned();
        options.insert(option, value.unwrap_or_else(|| panic!("{USAGE}")));
    }
    let options = Options(options);
    let threads = options.or("threads", 1);
    rayon::ThreadPoolBuilder::new().num_threads(threads).build_global().expect("nothing has run yet");
    let repeat = Repeat { runs: options.or("runs", 1), seconds: options.or("seconds", f64::MAX) };

    match name.as_str() {
        "whomay-counts" => return ours::run(&options.workload(), ours::Wanted::Counts, &repeat),
        "whomay-rows" => return ours::run(&options.workload(), ours::Wanted::Rows, &repeat),
        "whomay-questions" => return questions::run(&options.workload(), options.or("runs", 1)),
        "whomay-changes" => return changes::run(&options.workload(), options.or("runs", 1)),
        "facts" => return facts::write(&options.workload(), Path::new(options.text("facts"))),
        "memory" => {
            return memory::write(options.number("users"), options.number("targets"), threads, &repeat);
        }
        _ => {}
    }
    let facts = options.facts();
    let (users, targets) = (facts.users.len(), facts.targets.len());
    match name.as_str() {
        "loops" => measure::relation(&repeat, targets, || loops::rows::<RandomState>(&facts)),
        "loops-fast" => measure::relation(&repeat, targets, || loops::rows::<FxBuildHasher>(&facts)),
        "crepe" => measure::relation(&repeat, targets, || tuples_crepe::access(&facts, 0..users)),
        "crepe-shards" => measure::relation(&repeat, targets, || {
            by_shards(users, targets, |shard| tuples_crepe::access(&facts, shard))
        }),
        "ascent" => measure::relation(&repeat, targets, || tuples_ascent::access(&facts, 0..users)),
        "ascent-parallel" => measure::relation(&repeat, targets, || tuples_ascent::parallel(&facts)),
        "ascent-shards" => measure::relation(&repeat, targets, || {
            by_shards(users, targets, |shard| tuples_ascent::access(&facts, shard))
        }),
        "datafrog" => measure::relation(&repeat, targets, || tuples_datafrog::access(&facts, 0..users)),
        "datafrog-shards" => measure::relation(&repeat, targets, || {
            by_shards(users, targets, |shard| tuples_datafrog::access(&facts, shard))
        }),
        "cedar" => cedar::run(&facts, cedar::View::Sliced, &repeat),
        "cedar-whole" => cedar::run(&facts, cedar::View::Whole, &repeat),
        other => panic!("nobody is called {other}\n{USAGE}"),
    }
}
