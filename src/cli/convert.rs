//! `whomay convert`

use std::path::{Path, PathBuf};

use super::input::Input;
use super::{Exit, Session, Stop, output};
use crate::input::{may, snapshot, why};
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
    let cannot = |why: &str| Stop::failure(format!("cannot write `{}`: {why}", folder.display()));
    let failed = |error: std::io::Error| cannot(&why(&error));
    if folder.exists() && !folder.is_dir() {
        return Err(cannot("it is a file, and a snapshot is a folder"));
    }
    let is_empty = !folder.exists() || folder.read_dir().map_err(failed)?.next().is_none();
    if !is_empty {
        return Err(cannot("it is there already and not empty"));
    }
    // A trailing slash is no part of the name.
    let folder: &Path = &folder.components().collect::<PathBuf>();
    let mut builder = tempfile::Builder::new();
    let builder = output::created(builder.prefix(".whomay-"), 0o777);
    let made = builder.tempdir_in(output::folder_of(folder)).map_err(failed)?;
    for (name, content) in snapshot::write(world) {
        std::fs::write(made.path().join(name), content).map_err(failed)?;
    }
    if folder.exists() {
        std::fs::remove_dir(folder).map_err(failed)?;
    }
    // The temporary folder is kept only once it has its name.
    std::fs::rename(made.path(), folder).map_err(failed)?;
    let _ = made.keep();
    Ok(())
}
