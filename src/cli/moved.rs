//! What is compared, and which differences fail.

use clap::ValueEnum;
use clap::builder::PossibleValue;

use super::Exit;
use crate::reason::{Compared, MoveCounts};
use crate::truth::Move;

/// What is compared, and which differences fail.
#[derive(Debug, clap::Args)]
pub(super) struct Moved {
    /// Exit with 3 where somebody is moved so: `gained` (from no to yes), `lost`, `maybe-gained` (from no to depends),
    /// `maybe-lost`, `confirmed` (from depends to yes), `refused`; several with commas between them
    #[arg(long, value_name = "MOVE", value_delimiter = ',', hide_possible_values = true)]
    fail_on: Vec<Kind>,
    /// What is compared: `effective`, what users get in the end, or `verdict`, what the engine answers
    #[arg(long, value_name = "WHAT", value_enum, default_value_t = Reading::Effective, hide_possible_values = true)]
    compare: Reading,
}

/// A way in which somebody is moved.
#[derive(Clone, Copy, Debug)]
struct Kind(Move);

impl ValueEnum for Kind {
    fn value_variants<'a>() -> &'a [Self] {
        const ALL: [Kind; Move::ALL.len()] = {
            let [a, b, c, d, e, f] = Move::ALL;
            [Kind(a), Kind(b), Kind(c), Kind(d), Kind(e), Kind(f)]
        };
        &ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.0.as_str()))
    }
}

/// Which answer counts.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Reading {
    Effective,
    Verdict,
}

impl From<Reading> for Compared {
    fn from(reading: Reading) -> Self {
        match reading {
            Reading::Effective => Self::Effective,
            Reading::Verdict => Self::Verdicts,
        }
    }
}

impl Moved {
    /// What is compared.
    pub(super) fn compared(&self) -> Compared {
        self.compare.into()
    }

    /// How to end when so many are moved.
    pub(super) fn exit(&self, moved: &MoveCounts) -> Exit {
        let is_meant = self.fail_on.iter().any(|Kind(kind)| moved.get(*kind) > 0);
        if is_meant { Exit::No } else { Exit::Yes }
    }
}
