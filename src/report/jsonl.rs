//! One JSON value for each row, on a line of its own.

use std::io::{self, Write};

use crate::question::Answer;

pub(super) fn write(answer: &dyn Answer, output: &mut dyn Write) -> io::Result<()> {
    answer.lines(&mut |line| writeln!(output, "{line}"))
}
