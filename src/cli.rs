//! The command line: one file for each command.

mod assume;
mod audit;
mod bench_data;
mod can;
mod completions;
mod config;
mod convert;
mod diff;
mod exit;
mod explain;
mod fmt;
mod input;
mod lint;
mod matrix;
mod moved;
mod output;
mod policy;
mod progress;
mod schema;
mod test;
mod upgrade;
mod verify;
mod what;
mod what_if;
mod who;
mod why;
mod why_not;

use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};

pub use exit::Exit;

/// What `whomay --help` shows after the options.
const EXAMPLES: &str = "\
Examples:
  whomay audit blueprints/                     the first minute with a tenant
  whomay who app:vault -i snapshot/            who may access Vault, and through which binding
  whomay what anna -i tenant.may               what Anna may access
  whomay can anna app:vault -i tenant.may      yes (0), no (3) or depends (4)
  whomay matrix -i snapshot/ --format jsonl    every verdict
  whomay audit snapshot/ --assume client_ip=10.1.2.3
                                               the same, for requests from that address
  whomay why anna app:vault -i tenant.may      why, down to the facts, with the place of each
  whomay diff yesterday/ today/                who gains access, who loses it, and because of what
  whomay what-if 'delete group ops' -i tenant.may
                                               the same for a change that nobody has made yet
  whomay upgrade snapshot/                     the same by an update of authentik
  whomay test -i snapshot/ access.may          whether what you assert holds
  whomay policy office-hours -i tenant.may     what a policy asks for, and how it ends
  whomay lint blueprints/                      what is wrong with it
  whomay convert snapshot/ -o tenant.may       the same tenant in another form

Exit codes: 0 yes or clean, 1 the input cannot be read, 2 usage, 3 no or findings, 4 depends.";

/// Who may access what in authentik, and why.
#[derive(Debug, Parser)]
#[command(name = "whomay", version, about, after_help = EXAMPLES, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,

    /// When to use colour: `always`, `never`, or `auto`, which is on a terminal unless `NO_COLOR` is set
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    #[arg(hide_possible_values = true, help_heading = "Everywhere")]
    color: Color,

    /// How many threads to use (default: one for each core)
    #[arg(long, global = true, value_name = "N", value_parser = jobs, help_heading = "Everywhere")]
    jobs: Option<u16>,

    /// Do not show warnings and notes about the input
    #[arg(long, short, global = true, help_heading = "Everywhere")]
    quiet: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Color {
    Auto,
    Always,
    Never,
}

fn jobs(text: &str) -> Result<u16, String> {
    text.parse().ok().filter(|jobs| *jobs > 0).ok_or_else(|| "a number from 1 to 65535 is needed".to_owned())
}

#[derive(Debug, Subcommand)]
enum Command {
    Audit(audit::Args),
    Who(who::Args),
    What(what::Args),
    Can(can::Args),
    Why(why::Args),
    WhyNot(why_not::Args),
    Verify(verify::Args),
    Matrix(matrix::Args),
    Diff(diff::Args),
    WhatIf(what_if::Args),
    Upgrade(upgrade::Args),
    Test(test::Args),
    Policy(policy::Args),
    Lint(lint::Args),
    Explain(explain::Args),
    Convert(convert::Args),
    Fmt(fmt::Args),
    Schema(schema::Args),
    Completions(completions::Args),
    BenchData(bench_data::Args),
}

/// What all commands share.
struct Session {
    color: Color,
    quiet: bool,
}

/// Says why something cannot be done.
fn say(reason: &str) {
    // Names in it are written by others, and must not steer the terminal.
    let reason: String = reason.chars().map(|c| if c.is_control() && c != '\n' { '?' } else { c }).collect();
    // Where it cannot be said, the exit code still tells.
    let _ = writeln!(std::io::stderr(), "whomay: {reason}");
}

/// Why a command stops early.
enum Stop {
    /// A reason to show, and the code to leave with.
    Because(Exit, String),
    /// Whoever read the output has closed it.
    Closed,
}

impl Stop {
    fn failure(reason: impl std::fmt::Display) -> Self {
        Self::Because(Exit::Failure, reason.to_string())
    }

    fn usage(reason: impl std::fmt::Display) -> Self {
        Self::Because(Exit::Usage, reason.to_string())
    }
}

impl From<std::io::Error> for Stop {
    fn from(error: std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::BrokenPipe { Self::Closed } else { Self::failure(error) }
    }
}

/// Runs the command that `arguments` ask for; the first one is the program's name.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are answers, not errors; where they cannot be written nobody reads them.
            let _ = error.print();
            return if error.use_stderr() { Exit::Usage } else { Exit::Yes }.into();
        }
    };
    if let Some(jobs) = cli.jobs {
        // Fails only when threads run already, which nothing has started yet.
        let _ = rayon::ThreadPoolBuilder::new().num_threads(jobs.into()).build_global();
    }
    let session = Session { color: cli.color, quiet: cli.quiet };
    let result = match &cli.command {
        Command::Audit(args) => args.run(&session),
        Command::Who(args) => args.run(&session),
        Command::What(args) => args.run(&session),
        Command::Can(args) => args.run(&session),
        Command::Why(args) => args.run(&session),
        Command::WhyNot(args) => args.run(&session),
        Command::Verify(args) => args.run(&session),
        Command::Matrix(args) => args.run(&session),
        Command::Diff(args) => args.run(&session),
        Command::WhatIf(args) => args.run(&session),
        Command::Upgrade(args) => args.run(&session),
        Command::Test(args) => args.run(&session),
        Command::Policy(args) => args.run(&session),
        Command::Lint(args) => args.run(&session),
        Command::Explain(args) => args.run(),
        Command::Convert(args) => args.run(&session),
        Command::Fmt(args) => args.run(&session),
        Command::Schema(args) => args.run(),
        Command::Completions(args) => args.run(),
        Command::BenchData(args) => args.run(),
    };
    match result {
        Ok(exit) => exit.into(),
        Err(Stop::Closed) => Exit::Yes.into(),
        Err(Stop::Because(exit, reason)) => {
            say(&reason);
            exit.into()
        }
    }
}
