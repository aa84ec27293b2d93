//! Aligned columns without borders, for terminals of any kind and for `grep`.

use std::io::{self, Write};

use crate::question::{Align, Sheet};

pub(super) fn write(sheets: &[Sheet], output: &mut dyn Write) -> io::Result<()> {
    for (position, sheet) in sheets.iter().enumerate() {
        if position > 0 {
            writeln!(output)?;
        }
        if !sheet.title.is_empty() {
            writeln!(output, "{}", visible(&sheet.title))?;
        }
        for note in &sheet.notes {
            writeln!(output, "({})", visible(note))?;
        }
        rows(sheet, output)?;
    }
    Ok(())
}

fn rows(sheet: &Sheet, output: &mut dyn Write) -> io::Result<()> {
    let head: Vec<String> = sheet.columns.iter().map(|column| column.name.to_uppercase()).collect();
    let has_head = head.iter().any(|name| !name.is_empty()) && !sheet.rows.is_empty();
    let body = sheet.rows.iter().map(|row| row.iter().map(|cell| visible(cell)).collect::<Vec<_>>());
    let lines: Vec<Vec<String>> = has_head.then_some(head).into_iter().chain(body).collect();
    let width = |column: usize| {
        lines
            .iter()
            .filter_map(|line| line.get(column))
            .map(|cell| cell.chars().count())
            .max()
            .unwrap_or_default()
    };
    let widths: Vec<usize> = (0..sheet.columns.len()).map(width).collect();
    for line in &lines {
        let cells =
            line.iter().zip(&widths).zip(&sheet.columns).map(|((cell, width), column)| match column.align {
                Align::Left => format!("{cell:<width$}"),
                Align::Right => format!("{cell:>width$}"),
            });
        writeln!(output, "{}", cells.collect::<Vec<_>>().join("  ").trim_end())?;
    }
    Ok(())
}

/// Text without anything that would move the cursor or colour what follows.
pub(super) fn visible(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_and_control_characters_shown() {
        let mut sheet = Sheet::new("t", &["user", "#n"]).note("note");
        sheet.row(["anna".to_owned(), "1".to_owned()]);
        sheet.row(["\u{1b}[31mbo".to_owned(), "100".to_owned()]);
        let mut output = Vec::new();
        write(&[sheet], &mut output).unwrap();
        assert_eq!(
            String::from_utf8(output).unwrap(),
            "t\n(note)\nUSER       N\nanna       1\n\u{fffd}[31mbo  100\n"
        );
    }
}
