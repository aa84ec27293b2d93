//! `whomay why USER TARGET`

use super::input::Input;
use super::output::Output;
use super::{Exit, Session, Stop};
use crate::question::Why;

/// What the help shows at its end.
const EXAMPLES: &str = "\
Examples:
  whomay why anna app:vault -i tenant.may
  whomay why eve entitlement:grafana/admin -i snapshot/ --all
  whomay why anna app:vault -i tenant.may --format json -o proof.json
  whomay verify proof.json -i tenant.may";

/// Why a user may access a target, or not: down to the facts, with the place of each
///
/// Shows the mode, the bindings in order with what each of them says, the one that decides, how the user comes to be in
/// the groups that matter, and what the code of policies looked at. Where the verdict depends, it shows a case that leads
/// to yes and one that leads to no. The JSON of this answer is a proof that `whomay verify` checks. The exit code is that
/// of `whomay can`.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// The user: `user:anna`, or a bare username or key
    user: String,
    /// The target: `app:grafana`, or a bare slug, name or key that only one target has
    target: String,
    /// Show all reasons, also where there are many on one level
    #[arg(long)]
    all: bool,
    /// Let the exit code say what the user gets in the end
    #[arg(long)]
    effective: bool,
    #[command(flatten)]
    input: Input,
    #[command(flatten)]
    output: Output,
}

impl Args {
    pub(super) fn run(&self, session: &Session) -> Result<Exit, Stop> {
        let loaded = self.input.load(&[], session)?;
        let (user, target) = loaded.pair(&self.user, &self.target)?;
        let answer = loaded.ask(|context| Ok(Why::ask(context, user, target, self.all)))?;
        // The exit code is the answer, also for those who do not read the rest.
        match self.output.write(&answer, session) {
            Ok(()) | Err(Stop::Closed) => {}
            Err(other) => return Err(other),
        }
        Ok(Exit::from(if self.effective { answer.effective } else { answer.verdict }))
    }
}
