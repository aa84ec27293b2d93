//! `whomay why-not USER TARGET`

use super::input::Input;
use super::output::Output;
use super::{Exit, Session, Stop};
use crate::question::WhyNot;

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
    #[command(flatten)]
    input: Input,
    #[command(flatten)]
    output: Output,
}

impl Args {
    pub(super) fn run(&self, session: &Session) -> Result<Exit, Stop> {
        let loaded = self.input.load(&[], session)?;
        let (user, target) = loaded.pair(&self.user, &self.target)?;
        let answer = loaded.ask(|context| Ok(WhyNot::ask(context, user, target, self.fix)))?;
        match self.output.write(&answer, session) {
            Ok(()) | Err(Stop::Closed) => {}
            Err(other) => return Err(other),
        }
        Ok(Exit::from(answer.effective))
    }
}
