//! Where answers and problems go.

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use super::{Color, Session, Stop};
use crate::diagnostic::{Diagnostics, Severity, Sources, Style, render};
use crate::question::Answer;
use crate::report::{self, Format, Look};

/// How an answer is written.
#[derive(Debug, clap::Args)]
pub(super) struct Output {
    /// The format (default: `table` on a terminal, `plain` elsewhere)
    #[arg(long, short, value_enum)]
    format: Option<Format>,

    /// Write to this file; it appears only when it is complete
    #[arg(long, short, value_name = "FILE")]
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
    /// Writes `answer`.
    pub(super) fn write(&self, answer: &dyn Answer, session: &Session) -> Result<(), Stop> {
        let is_terminal = self.output.is_none() && io::stdout().is_terminal();
        let format = self.format.unwrap_or(if is_terminal { Format::Table } else { Format::Plain });
        let look = Look {
            width: is_terminal.then(|| terminal_size::terminal_size().map(|(width, _)| width.0)).flatten(),
            color: session.uses_color(is_terminal),
        };
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
    let failed = |error: io::Error| Stop::failure(format!("cannot write `{}`: {error}", path.display()));
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    let mut output = io::BufWriter::new(file);
    write(&mut output).map_err(failed)?;
    let file = output.into_inner().map_err(|error| failed(error.into_error()))?;
    readable(file.as_file()).map_err(failed)?;
    file.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
}

/// Temporary files are for their owner only; a report is a file like any other.
#[cfg(unix)]
fn readable(file: &std::fs::File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn readable(_: &std::fs::File) -> io::Result<()> {
    Ok(())
}
