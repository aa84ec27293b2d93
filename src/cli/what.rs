//! `whomay what USER`

use super::input::Input;
use super::matrix::Kind;
use super::output::Output;
use super::{Exit, Session, Stop};
use crate::question::What;

/// What the help shows at its end.
const EXAMPLES: &str = "\
Examples:
  whomay what anna -i tenant.may
  whomay what user:7 -i snapshot/ --kind application";

/// What a user may access, through which binding, and as a member of what
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// The user: `user:anna`, or a bare username or key
    user: String,
    /// Show the targets that the user may not access, too
    #[arg(long, short)]
    all: bool,
    /// Show only targets of this kind; may be given several times
    #[arg(long, value_name = "KIND")]
    kind: Vec<Kind>,
    #[command(flatten)]
    input: Input,
    #[command(flatten)]
    output: Output,
}

impl Args {
    pub(super) fn run(&self, session: &Session) -> Result<Exit, Stop> {
        let loaded = self.input.load(&[], session)?;
        let user = loaded.world.find_user(&self.user).map_err(Stop::usage)?;
        let kinds: Vec<_> = self.kind.iter().map(|kind| kind.0).collect();
        let answer = loaded.ask(|context| Ok(What::ask(context, user, &kinds, self.all)))?;
        self.output.write(&answer, session)?;
        Ok(Exit::Yes)
    }
}
