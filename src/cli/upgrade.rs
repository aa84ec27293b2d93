//! `whomay upgrade`

use std::path::PathBuf;

use super::input::Input;
use super::moved::Moved;
use super::output::Output;
use super::{Exit, Session, Stop};
use crate::model::Edition;
use crate::progress::Phase;
use crate::question::{Context, Sides, Upgrade};
use crate::reason::Reasoner;

/// What the help shows at its end.
const EXAMPLES: &str = "\
Examples:
  whomay upgrade snapshot/                                from its own release to the newest
  whomay upgrade blueprints/ --from 2025.10 --to 2026.5 --fail-on gained,maybe-gained
  whomay upgrade snapshot/ --from documented --to 2025.12.4
                                                          what is promised, and what that release does";

/// Who gains access and who loses it by another release of authentik, and because of which difference
///
/// The same configuration is read as two releases have it. What is moved is explained by the smallest sets of
/// differences between them that alone, put into the old release, give the new verdict. With `+` between them they are
/// needed together; with `or`, either is enough.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// What to read, as with `-i`
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// The release before: `2025.10`, `2025.12.4` or `documented` (default: the one that the input says it is for, else
    /// that of `--authentik`)
    #[arg(long, value_name = "RELEASE", conflicts_with = "authentik")]
    from: Option<String>,
    /// The release after (default: the newest that is known)
    #[arg(long, value_name = "RELEASE")]
    to: Option<String>,
    #[command(flatten)]
    moved: Moved,
    #[command(flatten)]
    input: Input,
    #[command(flatten)]
    output: Output,
}

impl Args {
    pub(super) fn run(&self, session: &Session) -> Result<Exit, Stop> {
        let [from, to] = [("--from", &self.from), ("--to", &self.to)].map(|(option, name)| {
            let parsed = name.as_deref().map(Edition::parse).transpose();
            parsed.map_err(|error| Stop::usage(format!("`{option}`: {error}")))
        });
        let to = to?.unwrap_or_else(Edition::newest);
        let (old, new) = self.input.load_as(&self.paths, from?.as_ref(), &to, session)?;
        let work = old.progress.work();
        work.begin(Phase::Deriving, 0);
        let before = Reasoner::with(&old.world, &old.settings);
        let after = Reasoner::with(&new, &old.settings);
        work.begin(Phase::Evaluating, 0);
        let side = |reasoner| Context { reasoner, sources: &old.sources };
        let sides = Sides { old: side(&before), new: side(&after) };
        let answer = Upgrade::ask(sides, self.moved.compared());
        old.progress.stop();
        self.output.write(&answer, session)?;
        Ok(self.moved.exit(&answer.moved()))
    }
}
