//! `whomay why-not USER TARGET`

use std::path::PathBuf;

use super::config::Config;
use super::input::{Input, Loaded};
use super::output::Output;
use super::{Exit, Session, Stop};
use crate::diagnostic::{Diagnostics, Severity};
use crate::input::read_assertions;
use crate::model::assertion::Assertion;
use crate::question::assertion::Resolved;
use crate::question::{Context, WhyNot};

/// What the help shows at its end.
const EXAMPLES: &str = "\
Examples:
  whomay why-not eve app:vault -i tenant.may
  whomay why-not eve app:vault -i tenant.may --fix
  whomay what-if 'add user:eve to group:admins' -i tenant.may";

/// All that stands between a user and a target, and the smallest edits that would let the user in
///
/// Where the user gets the target already, the other way round: what lets the user in, and what would shut them out.
/// With `--fix`, each set of edits comes with whose access is another one with it, too; `whomay what-if` takes the edits
/// as they are written there. The exit code is that of `whomay can --effective`.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// The user: `user:anna`, or a bare username or key
    user: String,
    /// The target: `app:grafana`, or a bare slug, name or key that only one target has
    target: String,
    /// Look for the smallest sets of edits that would change it
    #[arg(long)]
    fix: bool,
    /// Files and folders with assertions, in addition to those of the input: a fix says which of them it would break
    /// (default: `tests` in the nearest `whomay.toml`)
    #[arg(long, value_name = "FILE", requires = "fix")]
    tests: Vec<PathBuf>,
    #[command(flatten)]
    input: Input,
    #[command(flatten)]
    output: Output,
}

impl Args {
    pub(super) fn run(&self, session: &Session) -> Result<Exit, Stop> {
        let mut loaded = self.input.load(&[], session)?;
        let (user, target) = loaded.pair(&self.user, &self.target)?;
        let assertions = if self.fix { self.assertions(&mut loaded, session)? } else { Vec::new() };
        let ask = |context: Context<'_>| {
            WhyNot::ask(context, user, target, self.fix).with_assertions(context, &assertions)
        };
        let answer = loaded.ask(|context| Ok(ask(context)))?;
        match self.output.write(&answer, session) {
            Ok(()) | Err(Stop::Closed) => {}
            Err(other) => return Err(other),
        }
        Ok(Exit::from(answer.effective))
    }
    /// What is asserted; what is wrong with that is shown, and nothing is answered then.
    fn assertions(&self, loaded: &mut Loaded, session: &Session) -> Result<Vec<Assertion>, Stop> {
        let config = Config::find()?;
        let files = if self.tests.is_empty() { &config.tests } else { &self.tests };
        let mut wrong = Diagnostics::default();
        let mut assertions = std::mem::take(&mut loaded.assertions);
        assertions.extend(read_assertions(files, &mut loaded.sources, &mut wrong));
        for assertion in &assertions {
            Resolved::of(assertion, &loaded.world, &loaded.settings, &mut wrong);
        }
        wrong.sort();
        session.show(&wrong, &loaded.sources);
        let errors = wrong.iter().filter(|problem| problem.severity == Severity::Error).count();
        if errors > 0 {
            return Err(Stop::failure(format!("{errors} error(s) in assertions")));
        }
        Ok(assertions)
    }
}
