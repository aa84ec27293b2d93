//! `whomay fmt`

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use super::{Exit, Session, Stop, output};
use crate::diagnostic::{Diagnostics, Sources};
use crate::input::{may, text, why};

/// What the help shows at its end.
const EXAMPLES: &str = "\
Examples:
  whomay fmt tenant.may
  whomay fmt --check *.may     exit code 3 if a file is not formatted
  whomay fmt - <tenant.may";

/// Formats `.may` files in place; comments and order stay
///
/// A file with syntax errors stays as it is, and they are shown.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// The files; `-` for standard input, which is written to standard output
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Change nothing; say which files are not formatted
    #[arg(long)]
    check: bool,
}

impl Args {
    pub(super) fn run(&self, session: &Session) -> Result<Exit, Stop> {
        let (mut worst, mut unformatted) = (Exit::Yes, false);
        for file in &self.files {
            match self.one(file, session) {
                Ok(Outcome::Formatted) => {}
                Ok(Outcome::Unformatted) => unformatted = true,
                Ok(Outcome::Broken) => worst = Exit::Failure,
                // One file that cannot be read keeps no other from being formatted.
                Err(Stop::Because(exit, reason)) => {
                    super::say(&reason);
                    worst = if worst == Exit::Failure { worst } else { exit };
                }
                Err(closed @ Stop::Closed) => return Err(closed),
            }
        }
        Ok(if worst == Exit::Yes && unformatted { Exit::No } else { worst })
    }

    fn one(&self, file: &Path, session: &Session) -> Result<Outcome, Stop> {
        let is_stdin = file == Path::new("-");
        if !is_stdin && file.extension().is_none_or(|ending| !ending.eq_ignore_ascii_case("may")) {
            return Err(Stop::usage(format!("`{}` is no `.may` file", file.display())));
        }
        let failed = |error: std::io::Error| {
            Stop::failure(format!("cannot read `{}`: {}", file.display(), why(&error)))
        };
        let bytes = if is_stdin {
            let mut bytes = Vec::new();
            std::io::stdin().read_to_end(&mut bytes).map_err(failed)?;
            bytes
        } else {
            std::fs::read(file).map_err(failed)?
        };
        let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
        let formatted = text(file, bytes.clone(), &mut sources, &mut diagnostics).and_then(|source| {
            may::format(source, sources.get(source).map_or("", |source| source.text()), &mut diagnostics)
        });
        let Some(formatted) = formatted else {
            session.show(&diagnostics, &sources);
            return Ok(Outcome::Broken);
        };
        let is_formatted = formatted.as_bytes() == bytes;
        if self.check {
            if is_formatted {
                return Ok(Outcome::Formatted);
            }
            // Where it cannot be said, the exit code still tells.
            let _ = writeln!(std::io::stderr(), "`{}` is not formatted", file.display());
            return Ok(Outcome::Unformatted);
        }
        if is_stdin {
            output::to(None, |output| output.write_all(formatted.as_bytes()))?;
        } else if !is_formatted {
            output::to(Some(file), |output| output.write_all(formatted.as_bytes()))?;
        }
        Ok(Outcome::Formatted)
    }
}

enum Outcome {
    Formatted,
    Unformatted,
    Broken,
}
