//! `whomay audit`

use std::path::PathBuf;

use super::input::Input;
use super::output::Output;
use super::{Exit, Session, Stop};
use crate::question::Audit;

/// What the help shows at its end.
const EXAMPLES: &str = "\
Examples:
  whomay audit snapshot/
  whomay audit blueprints/ --authentik 2025.10 --format json -o audit.json";

/// What is there, who gets in, what is open to everyone, and what is not known
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// What to read, as with `-i`
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    input: Input,
    #[command(flatten)]
    output: Output,
}

impl Args {
    pub(super) fn run(&self, session: &Session) -> Result<Exit, Stop> {
        let loaded = self.input.load(&self.paths, session)?;
        let answer = loaded.ask(|context| Ok(Audit::ask(context)))?;
        self.output.write(&answer, session)?;
        Ok(Exit::Yes)
    }
}
