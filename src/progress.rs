//! How far work is that takes long.

use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};

/// What is being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Files are read; counted in bytes.
    Reading,
    /// What bindings mean is derived.
    Deriving,
    /// All users are asked at once; counted in targets.
    Evaluating,
    /// Lints look at everything.
    Linting,
    /// An answer is written; counted in rows.
    Writing,
    /// A tenant is made up.
    Making,
}

impl Phase {
    const ALL: [Self; 6] =
        [Self::Reading, Self::Deriving, Self::Evaluating, Self::Linting, Self::Writing, Self::Making];

    /// What it is called.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Reading => "reading",
            Self::Deriving => "deriving",
            Self::Evaluating => "evaluating",
            Self::Linting => "linting",
            Self::Writing => "writing",
            Self::Making => "making up a tenant",
        }
    }
}

/// How far the work is. Those who work say so, from any thread and as often as they like; whoever wants to know looks.
#[derive(Debug, Default)]
pub struct Progress {
    phase: AtomicU8,
    done: AtomicU64,
    total: AtomicU64,
}

impl Progress {
    /// Another phase begins. Without a `total`, nobody knows how long it takes.
    pub fn begin(&self, phase: Phase, total: u64) {
        self.show(phase, 0, total);
    }

    /// The work is in this phase, and so far.
    pub fn show(&self, phase: Phase, done: u64, total: u64) {
        self.phase.store(phase as u8, Ordering::Relaxed);
        self.done.store(done, Ordering::Relaxed);
        self.total.store(total, Ordering::Relaxed);
    }

    /// So much more is done.
    pub fn advance(&self, by: u64) {
        self.done.fetch_add(by, Ordering::Relaxed);
    }

    /// The phase, how much of it is done, and of how much in all (0 where nobody knows).
    pub fn now(&self) -> (Phase, u64, u64) {
        let phase = usize::from(self.phase.load(Ordering::Relaxed));
        let phase = Phase::ALL.get(phase).copied().unwrap_or(Phase::Reading);
        let total = self.total.load(Ordering::Relaxed);
        let done = self.done.load(Ordering::Relaxed);
        (phase, if total == 0 { done } else { done.min(total) }, total)
    }
}
