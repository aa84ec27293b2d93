//! `whomay fmt`

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use super::{Exit, Session, Stop, output};
use crate::diagnostic::{Diagnostics, Sources};
use crate::input::may;

/// What the help shows at its end.
const EXAMPLES: &str = "\
Examples:
  whomay fmt tenant.may
  whomay fmt --check *.may     exit code 3 if a file is not formatted
  whomay fmt - <tenant.may";

/// Formats `.may` files in place; comments and order stay
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
        let mut unformatted = 0;
        let mut broken = 0;
        for file in &self.files {
            match self.one(file, session)? {
                Outcome::Formatted => {}
                Outcome::Unformatted => unformatted += 1,
                Outcome::Broken => broken += 1,
            }
        }
        Ok(match (broken, unformatted) {
            (0, 0) => Exit::Yes,
            (0, _) => Exit::No,
            _ => Exit::Failure,
        })
    }

    fn one(&self, file: &Path, session: &Session) -> Result<Outcome, Stop> {
        let is_stdin = file == Path::new("-");
        let failed =
            |error: std::io::Error| Stop::failure(format!("cannot read `{}`: {error}", file.display()));
        let mut text = String::new();
        if is_stdin {
            std::io::stdin().read_to_string(&mut text).map_err(failed)?;
        } else {
            text = std::fs::read_to_string(file).map_err(failed)?;
        }
        let mut sources = Sources::default();
        let source = sources.add(file.display().to_string(), text.strip_prefix('\u{feff}').unwrap_or(&text));
        let body = sources.get(source).map_or("", |source| source.text.as_str());
        let mut diagnostics = Diagnostics::default();
        let Some(formatted) = may::format(source, body, &mut diagnostics) else {
            session.show(&diagnostics, &sources);
            return Ok(Outcome::Broken);
        };
        if self.check {
            if formatted == text {
                return Ok(Outcome::Formatted);
            }
            writeln!(std::io::stderr(), "{} is not formatted", file.display())?;
            return Ok(Outcome::Unformatted);
        }
        if is_stdin {
            output::to(None, |output| output.write_all(formatted.as_bytes()))?;
        } else if formatted != text {
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
