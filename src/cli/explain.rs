//! `whomay explain CODE`

use super::{Exit, Stop, lint, output};
use crate::lint::Document;

/// What the help shows at its end.
const EXAMPLES: &str = "\
Examples:
  whomay explain open-application
  whomay lint --list";

/// What a lint finds, why that matters, and what to do about it
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// The code of the lint, as in `[open-application]` before a finding; may be several
    #[arg(value_name = "CODE", required = true)]
    codes: Vec<String>,
}

impl Args {
    pub(super) fn run(&self) -> Result<Exit, Stop> {
        let lints = self.codes.iter().map(|code| lint::known(code)).collect::<Result<Vec<_>, _>>()?;
        output::to(None, |output| {
            for (position, lint) in lints.into_iter().enumerate() {
                if position > 0 {
                    writeln!(output)?;
                }
                let about = lint.about();
                writeln!(output, "{} ({})\n", about.code, about.level.as_str())?;
                writeln!(output, "{}", Document::of(about.docs).text)?;
            }
            Ok(())
        })?;
        Ok(Exit::Yes)
    }
}
