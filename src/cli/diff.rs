//! `whomay diff OLD NEW`

use std::path::PathBuf;

use clap::ValueEnum;
use clap::builder::PossibleValue;

use super::input::About;
use super::output::Output;
use super::{Exit, Session, Stop};
use crate::question::{Context, Diff, Sides};
use crate::reason::{Compared, Reasoner};
use crate::truth::Move;

/// What the help shows at its end.
const EXAMPLES: &str = "\
Examples:
  whomay diff yesterday/ today/
  whomay diff before.may after.may --fail-on gained,maybe-gained
  whomay diff yesterday/ today/ --format csv -o moved.csv";

/// Who gains access, who loses it, and because of what
///
/// Users are the same where they have the same username, targets where they have the same kind and name. Whoever is not
/// there gets nothing.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// What was: a `.may` file, a blueprint, or a folder of either or of API pages
    old: PathBuf,
    /// What is now
    new: PathBuf,
    #[command(flatten)]
    comparison: Comparison,
    #[command(flatten)]
    about: About,
    #[command(flatten)]
    output: Output,
}

/// What is compared, and what of it fails.
#[derive(Debug, clap::Args)]
pub(super) struct Comparison {
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

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Reading {
    Effective,
    Verdict,
}

impl Args {
    pub(super) fn run(&self, session: &Session) -> Result<Exit, Stop> {
        let old = self.about.read(std::slice::from_ref(&self.old), session)?;
        old.progress.stop();
        let new = self.about.read(std::slice::from_ref(&self.new), session)?;
        let before = Reasoner::with(&old.world, &old.settings);
        let after = Reasoner::with(&new.world, &new.settings);
        let sides = Sides {
            old: Context { reasoner: &before, sources: &old.sources },
            new: Context { reasoner: &after, sources: &new.sources },
        };
        let answer = self.comparison.ask(sides);
        new.progress.stop();
        self.output.write(&answer, session)?;
        Ok(self.comparison.exit(&answer))
    }
}

impl Comparison {
    /// Compares two worlds.
    pub(super) fn ask<'a>(&self, sides: Sides<'a>) -> Diff<'a> {
        let compared = match self.compare {
            Reading::Effective => Compared::Effective,
            Reading::Verdict => Compared::Verdicts,
        };
        Diff::ask(sides, compared)
    }

    /// Whether somebody is moved so that it fails.
    pub(super) fn exit(&self, answer: &Diff<'_>) -> Exit {
        let moved = answer.moved();
        let is_meant = self.fail_on.iter().any(|Kind(kind)| moved.get(*kind) > 0);
        if is_meant { Exit::No } else { Exit::Yes }
    }
}
