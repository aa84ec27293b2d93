//! One JSON value.

use std::io::{self, Write};

use crate::question::Answer;

pub(super) fn write(answer: &dyn Answer, output: &mut dyn Write) -> io::Result<()> {
    answer.json(output)?;
    writeln!(output)
}
