//! Runs something several times and says how long it took, line by line, so that whoever stops it knows what was done.

use std::fs;
use std::io::Write;
use std::time::{Duration, Instant};

use crate::relation::{Relation, mix};

/// How often to run.
pub struct Repeat {
    pub runs: usize,
    /// No further run once so much time has been spent.
    pub seconds: f64,
}

/// A line for `compare`.
pub fn say(line: &str) {
    let mut output = std::io::stdout();
    writeln!(output, "{line}").and_then(|()| output.flush()).expect("somebody reads along");
}

/// Runs `run` again and again; the last result is kept, the others are gone before the next run begins.
pub fn times<T>(repeat: &Repeat, mut run: impl FnMut() -> T) -> Option<T> {
    // What loading took is not what evaluating takes. Where the system does not say, the peak is that of both.
    let _ = fs::write("/proc/self/clear_refs", "5");
    say("ready");
    let mut spent = Duration::ZERO;
    let mut last = None;
    for _ in 0..repeat.runs {
        drop(last.take());
        let (start, worked) = (Instant::now(), processor());
        let result = run();
        let (took, worked) = (start.elapsed(), processor().saturating_sub(worked));
        last = Some(result);
        spent += took;
        say(&format!("run {}", took.as_secs_f64()));
        say(&format!("processor {}", worked.as_secs_f64()));
        if spent.as_secs_f64() > repeat.seconds {
            break;
        }
    }
    say(&format!("peak {}", peak()));
    last
}

/// The same for what gives a relation, with what it must agree on with all others.
pub fn relation<R: Relation>(repeat: &Repeat, targets: usize, run: impl FnMut() -> R) {
    if let Some(found) = times(repeat, run) {
        check(&found, targets);
    }
}

pub fn check(found: &impl Relation, targets: usize) {
    let counts = found.counts(targets);
    say(&format!("yes {}", counts.iter().sum::<u64>()));
    let sum = (0..).zip(&counts).fold(0_u64, |sum, (target, count)| sum.wrapping_add(mix(*count, target)));
    say(&format!("targets {sum}"));
    if let Some(sum) = found.checksum() {
        say(&format!("cells {sum}"));
    }
}

/// How long the threads that there are have been running, which is less than they have been there on a busy machine;
/// nothing where the system does not say.
fn processor() -> Duration {
    let threads = fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let one = |thread: fs::DirEntry| {
        let text = fs::read_to_string(thread.path().join("schedstat")).ok()?;
        text.split_whitespace().next()?.parse().ok().map(Duration::from_nanos)
    };
    threads.filter_map(one).sum()
}

/// The most memory that this process has had at once, in KiB.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or_default()
}
