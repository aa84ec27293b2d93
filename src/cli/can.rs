//! `whomay can USER TARGET`

use super::input::Input;
use super::output::Output;
use super::{Exit, Session, Stop};
use crate::question::Can;

/// What the help shows at its end.
const EXAMPLES: &str = "\
Examples:
  whomay can anna app:vault -i tenant.may
  whomay can anna entitlement:grafana/admin --effective -i snapshot/
  whomay can anna app:vault -i tenant.may --assume geoip.country=DE --assume policy:office-hours=pass";

/// Whether a user may access a target: exit code 0 for yes, 3 for no, 4 if it depends
///
/// The exit code is that of the verdict of authentik's policy engine. What the user gets in the end can be something
/// else: an inactive user cannot log in, an entitlement is not granted by the engine. `--effective` makes that the
/// exit code.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// The user: `user:anna`, or a bare username or key
    user: String,
    /// The target: `app:grafana`, or a bare slug, name or key that only one target has
    target: String,
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
        let answer = loaded.ask(|context| Ok(Can::ask(context, user, target)))?;
        // The exit code is the answer, also for those who do not read the rest.
        match self.output.write(&answer, session) {
            Ok(()) | Err(Stop::Closed) => {}
            Err(other) => return Err(other),
        }
        Ok(Exit::from(if self.effective { answer.effective } else { answer.verdict }))
    }
}
