//! `whomay completions SHELL`

use clap::CommandFactory;

use super::{Exit, Stop, output};

/// What the help shows at its end.
const EXAMPLES: &str = "\
Examples:
  whomay completions bash >~/.local/share/bash-completion/completions/whomay
  whomay completions zsh >~/.zfunc/_whomay";

/// A script that lets a shell complete the command line of whomay
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// The shell
    #[arg(value_enum)]
    shell: clap_complete::Shell,
}

impl Args {
    pub(super) fn run(&self) -> Result<Exit, Stop> {
        // The generator panics where it cannot write, as on a closed pipe; it can always write into memory.
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut super::Cli::command(), "whomay", &mut script);
        output::to(None, |output| output.write_all(&script))?;
        Ok(Exit::Yes)
    }
}
