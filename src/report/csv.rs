//! Comma-separated values: the rows of the answer, and nothing else.

use std::borrow::Cow;
use std::io::{self, Write};

use crate::question::Sheet;

pub(super) fn write(sheets: &[Sheet<'_>], output: &mut dyn Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(output);
    for sheet in sheets.iter().filter(|sheet| sheet.main) {
        if sheet.columns.iter().any(|column| !column.name.is_empty()) {
            writer.write_record(sheet.columns.iter().map(|column| column.name))?;
        }
        sheet.each_row(|row| {
            row.iter().try_for_each(|cell| writer.write_field(defused(cell).as_bytes()))?;
            Ok(writer.write_record(None::<&[u8]>)?)
        })?;
    }
    writer.flush()
}

/// A cell that no spreadsheet takes for a formula.
fn defused(cell: &str) -> Cow<'_, str> {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}").into() } else { cell.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_is_defused_and_a_comma_is_quoted() {
        let mut sheet = Sheet::new("", &["user", "because"]).main();
        sheet.row(["=cmd()".to_owned(), "a, \"b\"".to_owned()]);
        let mut output = Vec::new();
        write(&[sheet], &mut output).unwrap();
        assert_eq!(String::from_utf8(output).unwrap(), "user,because\n'=cmd(),\"a, \"\"b\"\"\"\n");
    }
}
