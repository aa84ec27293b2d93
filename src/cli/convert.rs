//! `whomay convert`

use std::path::PathBuf;

use super::input::Input;
use super::{Exit, Session, Stop, output};
use crate::input::{may, snapshot};

/// What the help shows at its end.
const EXAMPLES: &str = "\
Examples:
  whomay convert blueprints/ -o tenant.may
  whomay convert tenant.may --to snapshot -o pages/";

/// The same tenant in another form: as `.may`, or as an API snapshot
///
/// Only what verdicts rest on is kept: no keys, passwords, certificates or tokens.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// What to read, as with `-i`
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    input: Input,
    /// The form: `may`, our own language, or `snapshot`, a folder of API pages
    #[arg(long, value_enum, default_value_t = Form::May, value_name = "FORM", hide_possible_values = true)]
    to: Form,
    /// The file to write (default: standard output), or the new folder for a snapshot; it appears only when it is complete
    #[arg(long, short, value_name = "PATH", required_if_eq("to", "snapshot"))]
    output: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Form {
    May,
    Snapshot,
}

impl Args {
    pub(super) fn run(&self, session: &Session) -> Result<Exit, Stop> {
        let loaded = self.input.load(&self.paths, session)?;
        match (self.to, &self.output) {
            (Form::Snapshot, Some(folder)) => output::folder(folder, |folder| {
                let mut pages = snapshot::write(&loaded.world).into_iter();
                pages.try_for_each(|(name, content)| std::fs::write(folder.join(name), content))
            })?,
            (_, file) => {
                let text = may::print(&loaded.world);
                output::to(file.as_deref(), |output| output.write_all(text.as_bytes()))?;
            }
        }
        Ok(Exit::Yes)
    }
}
