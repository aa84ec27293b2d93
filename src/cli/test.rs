//! `whomay test [FILE...]`

use std::path::PathBuf;

use super::config::Config;
use super::input::Input;
use super::moved::Reading;
use super::{Exit, Session, Stop, output};
use crate::diagnostic::{Diagnostics, Severity};
use crate::input::read_assertions;
use crate::progress::Phase;
use crate::question::assertion::Resolved;
use crate::question::{Context, Test};
use crate::reason::Reasoner;
use crate::report::{TestFormat, write_test};

/// What the help shows at its end.
const EXAMPLES: &str = "\
Examples:
  whomay test -i tenant.may                    assertions beside the configuration
  whomay test access.may -i snapshot/          assertions in a file of their own
  whomay test access.may -i snapshot/ --format junit -o access.xml
  whomay test access.may -i snapshot/ --min-coverage 80

Assertions:
  assert anna can wiki                         assert anna, eve cannot vault
  assert members of staff can wiki             assert members of contractors cannot vault
  assert only members of staff can wiki        nobody else can
  assert everyone can wiki                     every active user
  assert nobody can legacy
  assert no user can both payroll and approvals
  assert forever nobody can legacy             nor anybody who could be created
  assert anna can vault under client_ip=10.1.2.3, geoip.country=DE

Exit codes: 0 all hold, 1 an assertion or the input cannot be read, 3 one fails, 4 none fails and one depends.";

/// Whether what is asserted of a configuration holds
///
/// An assertion holds if it does whatever the unknowns turn out to be, fails if there is a counterexample whatever they
/// turn out to be, and depends otherwise. Assertions stand in `.may` files: in FILEs that hold nothing else, or beside
/// the configuration.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// Files and folders with assertions, in addition to those of the input (default: `tests` in the nearest
    /// `whomay.toml`)
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// What counts: `effective`, what users get in the end, or `verdict`, what the engine answers
    #[arg(long, value_name = "WHAT", value_enum, default_value_t = Reading::Effective, hide_possible_values = true)]
    compare: Reading,
    /// Show which enabled bindings no assertion exercises: without a binding that one does exercise, it would turn out
    /// otherwise
    #[arg(long)]
    coverage: bool,
    /// Exit with 3 where a smaller share of the enabled bindings is exercised, in percent
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    min_coverage: Option<f64>,
    #[command(flatten)]
    input: Input,
    /// `human`, `plain`, `json`, `jsonl`, `csv`, `markdown`, `junit` or `github`
    #[arg(long, short, value_enum, default_value_t, hide_possible_values = true, value_name = "FORMAT")]
    #[arg(help_heading = "How it is answered")]
    format: TestFormat,
    /// Write to this file; it appears only when it is complete
    #[arg(long, short, value_name = "FILE", help_heading = "How it is answered")]
    output: Option<PathBuf>,
}

fn percent(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|number| (0.0..=100.0).contains(number));
    number.ok_or_else(|| "a number from 0 to 100 is needed".to_owned())
}

impl Args {
    pub(super) fn run(&self, session: &Session) -> Result<Exit, Stop> {
        let config = Config::find()?;
        let files = if self.files.is_empty() { &config.tests } else { &self.files };
        let mut loaded = self.input.load(&[], session)?;
        let mut wrong = Diagnostics::default();
        let mut assertions = std::mem::take(&mut loaded.assertions);
        assertions.extend(read_assertions(files, &mut loaded.sources, &mut wrong));
        let resolve = |assertion| Resolved::of(assertion, &loaded.world, &loaded.settings, &mut wrong);
        let resolved: Vec<Resolved> = assertions.iter().filter_map(resolve).collect();
        wrong.sort();
        session.show(&wrong, &loaded.sources);
        let errors = wrong.iter().filter(|problem| problem.severity == Severity::Error).count();
        if assertions.is_empty() && errors == 0 {
            return Err(Stop::usage(
                "nothing is asserted: neither in a FILE nor in the input is an `assert`",
            ));
        }
        loaded.progress.work().begin(Phase::Deriving, 0);
        let reasoner = Reasoner::with(&loaded.world, &loaded.settings);
        loaded.progress.work().begin(Phase::Evaluating, 0);
        let context = Context { reasoner: &reasoner, sources: &loaded.sources };
        let mut test = Test::ask(context, resolved, self.compare.into());
        if self.coverage || self.min_coverage.is_some() {
            test = test.with_coverage();
        }
        loaded.progress.stop();
        let style = session.style(self.output.is_none());
        let written = output::to(self.output.as_deref(), |output| {
            write_test(&test, self.format, &loaded.sources, style, output)
        });
        // The exit code is the answer, also for those who do not read the rest.
        match written {
            Ok(()) | Err(Stop::Closed) => {}
            Err(other) => return Err(other),
        }
        self.exit(&test, errors)
    }

    fn exit(&self, test: &Test<'_>, errors: usize) -> Result<Exit, Stop> {
        if errors > 0 {
            return Err(Stop::failure(format!("{errors} error(s) in assertions, which were not checked")));
        }
        let counts = test.counts();
        let share = test.coverage().map_or(100.0, crate::question::assertion::Coverage::percent);
        let is_low = self.min_coverage.is_some_and(|least| share < least);
        if is_low {
            super::say("fewer bindings are exercised than `--min-coverage` asks for");
        }
        Ok(match () {
            () if counts.fails > 0 || is_low => Exit::No,
            () if counts.depends > 0 => Exit::Depends,
            () => Exit::Yes,
        })
    }
}
