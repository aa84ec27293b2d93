//! `whomay convert`

use std::path::{Path, PathBuf};

use super::input::Input;
use super::{Exit, Session, Stop, output};
use crate::input::{may, snapshot};
use crate::model::World;

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
    paths: Vec<PathBuf>,
    #[command(flatten)]
    input: Input,
    /// The form
    #[arg(long, value_enum, default_value_t = Form::May)]
    to: Form,
    /// The file to write, or the folder for a snapshot; it appears only when it is complete
    #[arg(long, short, value_name = "PATH", required_if_eq("to", "snapshot"))]
    output: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Form {
    /// Our own language
    May,
    /// A folder of API pages
    Snapshot,
}

impl Args {
    pub(super) fn run(&self, session: &Session) -> Result<Exit, Stop> {
        let loaded = self.input.load(&self.paths, session)?;
        match (self.to, &self.output) {
            (Form::Snapshot, Some(folder)) => pages(&loaded.world, folder)?,
            (_, file) => {
                let text = may::print(&loaded.world);
                output::to(file.as_deref(), |output| output.write_all(text.as_bytes()))?;
            }
        }
        Ok(Exit::Yes)
    }
}

/// Writes the pages into a new folder, which gets its name once all of them are there.
fn pages(world: &World, folder: &Path) -> Result<(), Stop> {
    let failed =
        |error: std::io::Error| Stop::failure(format!("cannot write `{}`: {error}", folder.display()));
    let is_empty = !folder.exists() || folder.read_dir().map_err(failed)?.next().is_none();
    if !is_empty {
        return Err(Stop::failure(format!("`{}` is there already and not empty", folder.display())));
    }
    let parent = folder.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let made = tempfile::Builder::new().prefix(".whomay-").tempdir_in(parent).map_err(failed)?;
    for (name, content) in snapshot::write(world) {
        std::fs::write(made.path().join(name), content).map_err(failed)?;
    }
    if folder.exists() {
        std::fs::remove_dir(folder).map_err(failed)?;
    }
    std::fs::rename(made.keep(), folder).map_err(failed)
}
