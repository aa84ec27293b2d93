//! `whomay matrix`

use std::path::PathBuf;
use std::str::FromStr;

use super::input::Input;
use super::output::Output;
use super::{Exit, Session, Stop};
use crate::model::TargetKind;
use crate::question::Matrix;

/// What the help shows at its end.
const EXAMPLES: &str = "\
Examples:
  whomay matrix snapshot/ --format jsonl
  whomay matrix -i tenant.may --kind application --format csv -o matrix.csv";

/// The verdict for every user and every target
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// What to read, as with `-i`
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Show only targets of this kind; may be given several times
    #[arg(long, value_name = "KIND")]
    kind: Vec<Kind>,
    #[command(flatten)]
    input: Input,
    #[command(flatten)]
    output: Output,
}

/// A kind of target, by either of its names.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kind(pub(super) TargetKind);

impl FromStr for Kind {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        let known = || TargetKind::ALL.map(TargetKind::as_str).join(", ");
        TargetKind::parse(word).map(Self).ok_or_else(|| format!("the kinds are {}", known()))
    }
}

impl Args {
    pub(super) fn run(&self, session: &Session) -> Result<Exit, Stop> {
        let loaded = self.input.load(&self.paths, session)?;
        let kinds: Vec<_> = self.kind.iter().map(|kind| kind.0).collect();
        loaded.ask(|context| self.output.write(&Matrix::ask(context, &kinds), session))?;
        Ok(Exit::Yes)
    }
}
