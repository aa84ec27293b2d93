//! Reports: an answer in one of the formats. One file each.

mod assertions;
mod csv;
mod findings;
mod github;
mod json;
mod jsonl;
mod markdown;
mod plain;
mod table;
mod xml;

use std::io::{self, Write};

use crate::diagnostic::Style;
use crate::question::Answer;
pub use assertions::{TestFormat, write_test};
pub use findings::{FindingFormat, Findings, write_findings};

/// A format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Tables with borders, as wide as the terminal.
    Table,
    /// Aligned columns without borders.
    Plain,
    /// One JSON value.
    Json,
    /// One JSON value for each row.
    Jsonl,
    /// Comma-separated values, the rows only.
    Csv,
    /// Markdown tables.
    Markdown,
}

/// How a report looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// The width of the terminal, if there is one.
    pub width: Option<u16>,
    /// Whether to use colour.
    pub color: bool,
}

/// Writes `answer` to `output`.
///
/// # Errors
/// When `output` fails.
pub fn write(answer: &dyn Answer, format: Format, look: Look, output: &mut dyn Write) -> io::Result<()> {
    if let Format::Table | Format::Plain = format {
        // Only what is made for terminals is ever coloured.
        let color = look.color && format == Format::Table;
        if let Some(preface) = answer.preface(Style { color }) {
            writeln!(output, "{preface}")?;
        }
    }
    match format {
        Format::Table => table::write(&answer.sheets(), look, output),
        Format::Plain => plain::write(&answer.sheets(), output),
        Format::Json => json::write(answer, output),
        Format::Jsonl => jsonl::write(answer, output),
        Format::Csv => csv::write(&answer.sheets(), output),
        Format::Markdown => markdown::write(&answer.sheets(), output),
    }
}
