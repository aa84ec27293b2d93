//! Where answers and problems go.

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use super::{Color, Session, Stop};
use crate::diagnostic::{Diagnostics, Severity, Sources, Style, render};
use crate::input::why;
use crate::question::Answer;
use crate::report::{self, Format, Look};

/// How an answer is written.
#[derive(Debug, clap::Args)]
pub(super) struct Output {
    /// `table`, `plain`, `json`, `jsonl`, `csv` or `markdown` (default: `table` on a terminal, `plain` elsewhere)
    #[arg(long, short, value_enum, hide_possible_values = true, help_heading = "How it is answered")]
    format: Option<Format>,

    /// Write to this file; it appears only when it is complete
    #[arg(long, short, value_name = "FILE", help_heading = "How it is answered")]
    output: Option<PathBuf>,
}

impl Session {
    fn uses_color(&self, is_terminal: bool) -> bool {
        match self.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => is_terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
        }
    }

    /// How what goes to standard output looks, if it does go there.
    pub(super) fn style(&self, is_shown: bool) -> Style {
        Style { color: self.uses_color(is_shown && io::stdout().is_terminal()) }
    }

    /// Shows what is wrong with the input.
    pub(super) fn show(&self, diagnostics: &Diagnostics, sources: &Sources) {
        let shown: Diagnostics = diagnostics
            .iter()
            .filter(|diagnostic| !self.quiet || diagnostic.severity == Severity::Error)
            .cloned()
            .collect();
        let style = Style { color: self.uses_color(io::stderr().is_terminal()) };
        // Where problems cannot be shown, the exit code still tells.
        let _ = io::stderr().write_all(render(&shown, sources, style).as_bytes());
    }
}

impl Output {
    pub(super) fn new(format: Option<Format>, output: Option<PathBuf>) -> Self {
        Self { format, output }
    }

    /// Writes `answer`.
    pub(super) fn write(&self, answer: &dyn Answer, session: &Session) -> Result<(), Stop> {
        let is_terminal = self.output.is_none() && io::stdout().is_terminal();
        let format = self.format.unwrap_or(if is_terminal { Format::Table } else { Format::Plain });
        let look = Look {
            width: is_terminal.then(|| terminal_size::terminal_size().map(|(width, _)| width.0)).flatten(),
            color: session.uses_color(is_terminal),
        };
        // Rows have no room for what they stand on.
        if let (Format::Csv | Format::Jsonl, Some(assuming)) = (format, answer.ground().assuming())
            && !session.quiet
        {
            super::say(&assuming);
        }
        to(self.output.as_deref(), |output| report::write(answer, format, look, output))
    }
}

/// Gives `write` the file at `path`, or standard output. A file is put in its place only once it is complete.
pub(super) fn to(
    path: Option<&Path>,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Stop> {
    let Some(path) = path else {
        let mut output = io::BufWriter::new(io::stdout().lock());
        write(&mut output)?;
        return Ok(output.flush()?);
    };
    let failed =
        |error: io::Error| Stop::failure(format!("cannot write `{}`: {}", path.display(), why(&error)));
    // What a link leads to is replaced, not the link.
    let path = &path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let known = path.metadata().ok();
    if known.as_ref().is_some_and(|known| !known.is_file() && !known.is_dir()) {
        // Something like `/dev/null`, which must stay what it is.
        let mut output = io::BufWriter::new(std::fs::File::create(path).map_err(failed)?);
        return write(&mut output).and_then(|()| output.flush()).map_err(failed);
    }
    if path.is_dir() {
        return Err(failed(io::ErrorKind::IsADirectory.into()));
    }
    let mut file =
        created(&mut tempfile::Builder::new(), 0o666).tempfile_in(folder_of(path)).map_err(failed)?;
    let mut output = io::BufWriter::new(file.as_file_mut());
    write(&mut output).and_then(|()| output.flush()).map_err(failed)?;
    drop(output);
    if let Some(known) = known {
        file.as_file().set_permissions(known.permissions()).map_err(failed)?;
    }
    file.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
}

/// The folder that `path` is in.
fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Has `write` fill the new folder `folder`, which gets its name once it is complete.
pub(super) fn folder(folder: &Path, write: impl FnOnce(&Path) -> io::Result<()>) -> Result<(), Stop> {
    let cannot = |why: &str| Stop::failure(format!("cannot write `{}`: {why}", folder.display()));
    let failed = |error: io::Error| cannot(&why(&error));
    if folder.exists() && !folder.is_dir() {
        return Err(cannot("it is a file, and a folder is needed"));
    }
    let is_empty = !folder.exists() || folder.read_dir().map_err(failed)?.next().is_none();
    if !is_empty {
        return Err(cannot("it is there already and not empty"));
    }
    // A trailing slash is no part of the name.
    let folder: &Path = &folder.components().collect::<PathBuf>();
    let mut builder = tempfile::Builder::new();
    let builder = created(builder.prefix(".whomay-"), 0o777);
    let made = builder.tempdir_in(folder_of(folder)).map_err(failed)?;
    write(made.path()).map_err(failed)?;
    if folder.exists() {
        std::fs::remove_dir(folder).map_err(failed)?;
    }
    // The temporary folder is kept only once it has its name.
    std::fs::rename(made.path(), folder).map_err(failed)?;
    let _ = made.keep();
    Ok(())
}

/// Temporary files are for their owner only; what becomes of them is a file or folder like any other, with `mode` as
/// far as the user's mask allows.
fn created<'b, 'p, 's>(
    builder: &'b mut tempfile::Builder<'p, 's>,
    mode: u32,
) -> &'b mut tempfile::Builder<'p, 's> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(mode))
    }
    #[cfg(not(unix))]
    {
        let _ = mode;
        builder
    }
}
