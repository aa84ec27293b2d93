//! One JSON value.

use std::io::{self, Write};

use crate::question::Answer;

pub(super) fn write(answer: &dyn Answer, output: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *output, &answer.json()?)?;
    writeln!(output)
}
