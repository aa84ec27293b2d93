//! `whomay matrix`

use std::fs::File;
use std::io::{self, BufReader, IsTerminal, Read, Write};
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::LazyLock;

use clap::ValueEnum;
use clap::builder::PossibleValue;

use super::input::Input;
use super::output::{self, Output};
use super::{Exit, Session, Stop};
use crate::bitmap::{self, Verdicts};
use crate::model::TargetKind;
use crate::progress::Phase;
use crate::question::{Answer, Matrix};
use crate::report::Format;

/// What the help shows at its end.
const EXAMPLES: &str = "\
Examples:
  whomay matrix snapshot/ --format jsonl
  whomay matrix -i tenant.may --kind application --format csv -o matrix.csv
  whomay matrix snapshot/ --format bitmap -o matrix.bits
  whomay matrix matrix.bits --format csv";

/// The verdict for every user and every target
///
/// A bitmap is a compact file of verdicts for programs: at most four bits for each user and target. `whomay matrix`
/// shows what is in it, without what the verdicts rest on. The documentation of the library (`whomay::bitmap`) says what
/// is at which byte.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// What to read, as with `-i`; or a bitmap of verdicts
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Show only targets of this kind; may be given several times
    #[arg(long, value_name = "KIND")]
    kind: Vec<Kind>,
    #[command(flatten)]
    input: Input,

    /// `table`, `plain`, `json`, `jsonl`, `csv`, `markdown` or `bitmap` (default: `table` on a terminal, `plain`
    /// elsewhere)
    #[arg(long, short, value_enum, hide_possible_values = true, help_heading = "How it is answered")]
    format: Option<MatrixFormat>,

    /// Write to this file; it appears only when it is complete
    #[arg(long, short, value_name = "FILE", help_heading = "How it is answered")]
    output: Option<PathBuf>,
}

/// A kind of target, by either of its names.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kind(pub(super) TargetKind);

impl FromStr for Kind {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        let known = || TargetKind::ALL.map(TargetKind::as_str).join(", ");
        TargetKind::parse(word).map(Self).ok_or_else(|| format!("the kinds are {}", known()))
    }
}

/// A format for answers, or the one for programs that want every verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum MatrixFormat {
    Report(Format),
    Bitmap,
}

impl ValueEnum for MatrixFormat {
    fn value_variants<'a>() -> &'a [Self] {
        static ALL: LazyLock<Vec<MatrixFormat>> = LazyLock::new(|| {
            let reports = Format::value_variants().iter().map(|format| MatrixFormat::Report(*format));
            reports.chain([MatrixFormat::Bitmap]).collect()
        });
        &ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        match self {
            Self::Report(format) => format.to_possible_value(),
            Self::Bitmap => Some(PossibleValue::new("bitmap")),
        }
    }
}

impl Args {
    pub(super) fn run(&self, session: &Session) -> Result<Exit, Stop> {
        let kinds: Vec<_> = self.kind.iter().map(|kind| kind.0).collect();
        if self.format == Some(MatrixFormat::Bitmap) && self.output.is_none() && io::stdout().is_terminal() {
            return Err(Stop::usage("a bitmap is nothing for a terminal: give it a file with `-o FILE`"));
        }
        if let Some(path) = self.input.bitmap(&self.paths)? {
            let open = || Ok(Box::new(BufReader::new(File::open(&path)?)) as Box<dyn Read>);
            let verdicts = Verdicts::of(open, &kinds)
                .map_err(|error| Stop::failure(format!("cannot read `{}`: {error}", path.display())))?;
            self.write(&verdicts, |output| verdicts.write_bitmap(output), session)?;
            return Ok(Exit::Yes);
        }
        let loaded = self.input.load(&self.paths, session)?;
        loaded.ask_and_show(|context, progress| {
            if self.output.is_none() && io::stdout().is_terminal() {
                // A bar would be drawn between the rows.
                progress.stop();
            }
            let work = progress.work();
            let tell = |done: usize, total: usize| work.show(Phase::Writing, done as u64, total as u64);
            let matrix = Matrix::ask(context, &kinds).telling(&tell);
            self.write(&matrix, |output| bitmap::write(&matrix, output), session)
        })?;
        Ok(Exit::Yes)
    }

    fn write(
        &self,
        answer: &dyn Answer,
        bitmap: impl FnOnce(&mut dyn Write) -> io::Result<()>,
        session: &Session,
    ) -> Result<(), Stop> {
        let format = match self.format {
            Some(MatrixFormat::Bitmap) => return output::to(self.output.as_deref(), bitmap),
            Some(MatrixFormat::Report(format)) => Some(format),
            None => None,
        };
        Output::new(format, self.output.clone()).write(answer, session)
    }
}
