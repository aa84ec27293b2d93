//! `whomay policy [NAME]`

use super::input::Input;
use super::output::Output;
use super::{Exit, Session, Stop};
use crate::question::{OnePolicy, Policies};

/// What the help shows at its end.
const EXAMPLES: &str = "\
Examples:
  whomay policy -i blueprints/
  whomay policy office-hours -i tenant.may
  whomay policy policy:office-hours -i snapshot/ --format json";

/// What a policy asks for, how it ends for whom, and where it is bound
///
/// The code of an expression policy is shown with what is understood of it. Without a name, every policy gets a row: how
/// often it is bound, how it ends, and what that depends on.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// The policy: `policy:office-hours`, or a bare name or key
    name: Option<String>,
    #[command(flatten)]
    input: Input,
    #[command(flatten)]
    output: Output,
}

impl Args {
    pub(super) fn run(&self, session: &Session) -> Result<Exit, Stop> {
        let loaded = self.input.load(&[], session)?;
        let Some(name) = &self.name else {
            let answer = loaded.ask(|context| Ok(Policies::ask(context)))?;
            self.output.write(&answer, session)?;
            return Ok(Exit::Yes);
        };
        let policy = loaded.world.find_policy(name).map_err(Stop::usage)?;
        let answer = loaded.ask(|context| Ok(OnePolicy::ask(context, policy)))?;
        self.output.write(&answer, session)?;
        Ok(Exit::Yes)
    }
}
