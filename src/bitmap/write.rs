//! Writes bitmaps.

use std::io::{self, Write};

use serde::Serialize;

use super::checksum::checksum;
use super::head::{Each, Written, target};
use super::row::encoded;
use super::{MAGIC, VERSION};
use crate::question::{Ground, Matrix};

/// Writes `matrix` to `output`. Only so many rows are in memory at a time as the threads need.
///
/// # Errors
/// When `output` fails.
pub fn write(matrix: &Matrix<'_>, output: &mut dyn Write) -> io::Result<()> {
    let context = matrix.context();
    let ground = Ground::of(context.reasoner);
    let users = Each(|| context.world().users.ids().map(|user| context.user(user)));
    let targets = Each(|| matrix.targets().iter().map(|id| target(context, *id)));
    begin(&Written::new(&ground, users, targets), output)?;
    matrix.accesses(encoded, |row| block(&row, output))
}

/// Writes everything before the rows.
pub(super) fn begin(head: &impl Serialize, output: &mut dyn Write) -> io::Result<()> {
    output.write_all(&MAGIC)?;
    output.write_all(&VERSION.to_le_bytes())?;
    block(&serde_json::to_vec(head)?, output)
}

pub(super) fn block(content: &[u8], output: &mut dyn Write) -> io::Result<()> {
    output.write_all(&(content.len() as u64).to_le_bytes())?;
    output.write_all(content)?;
    output.write_all(&checksum(content).to_le_bytes())
}
