//! `whomay diff OLD NEW`

use std::path::PathBuf;

use super::input::About;
use super::moved::Moved;
use super::output::Output;
use super::{Exit, Session, Stop};
use crate::progress::Phase;
use crate::question::{Context, Diff, Sides};
use crate::reason::Reasoner;

/// What the help shows at its end.
const EXAMPLES: &str = "\
Examples:
  whomay diff yesterday/ today/
  whomay diff git:origin/main:blueprints blueprints/        what a branch changes
  whomay diff before.may after.may --fail-on gained,maybe-gained
  whomay diff yesterday/ today/ --format csv -o moved.csv";

/// Who gains access, who loses it, and because of what
///
/// Users are the same where they have the same username, targets where they have the same kind and name. Whoever is not
/// there gets nothing.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// What was: a `.may` file, a blueprint, or a folder of either or of API pages; or `git:REV:PATH`, the same at a
    /// revision of the repository around the current directory
    old: PathBuf,
    /// What is now
    new: PathBuf,
    #[command(flatten)]
    moved: Moved,
    #[command(flatten)]
    about: About,
    #[command(flatten)]
    output: Output,
}

impl Args {
    pub(super) fn run(&self, session: &Session) -> Result<Exit, Stop> {
        let old = self.about.read(std::slice::from_ref(&self.old), session)?;
        old.progress.stop();
        let new = self.about.read(std::slice::from_ref(&self.new), session)?;
        let work = new.progress.work();
        work.begin(Phase::Deriving, 0);
        let before = Reasoner::with(&old.world, &old.settings);
        let after = Reasoner::with(&new.world, &new.settings);
        work.begin(Phase::Evaluating, 0);
        let sides = Sides {
            old: Context { reasoner: &before, sources: &old.sources },
            new: Context { reasoner: &after, sources: &new.sources },
        };
        let answer = Diff::ask(sides, self.moved.compared());
        new.progress.stop();
        self.output.write(&answer, session)?;
        Ok(self.moved.exit(&answer.moved()))
    }
}
