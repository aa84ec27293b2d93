//! `whomay who TARGET`

use super::input::Input;
use super::output::Output;
use super::{Exit, Session, Stop};
use crate::question::Who;

/// What the help shows at its end.
const EXAMPLES: &str = "\
Examples:
  whomay who app:vault -i tenant.may
  whomay who entitlement:grafana/admin -i snapshot/ --format csv";

/// Who may access a target, through which binding, and as a member of what
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// The target: `app:grafana`, `flow:sign-in`, or a bare slug, name or key that only one target has
    target: String,
    /// Show the users who may not, too
    #[arg(long, short)]
    all: bool,
    #[command(flatten)]
    input: Input,
    #[command(flatten)]
    output: Output,
}

impl Args {
    pub(super) fn run(&self, session: &Session) -> Result<Exit, Stop> {
        let loaded = self.input.load(&[], session)?;
        let target = loaded.world.find_target(&self.target).map_err(Stop::usage)?;
        let answer = loaded.ask(|context| Ok(Who::ask(context, target, self.all)))?;
        self.output.write(&answer, session)?;
        Ok(Exit::Yes)
    }
}
