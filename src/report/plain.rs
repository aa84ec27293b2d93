//! Aligned columns without borders, for terminals of any kind and for `grep`.

use std::io::{self, Write};

use crate::question::{Align, Sheet};

/// So many rows are kept in memory.
const KEPT: usize = 1 << 14;

pub(super) fn write(sheets: &[Sheet<'_>], output: &mut dyn Write) -> io::Result<()> {
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

fn rows(sheet: &Sheet<'_>, output: &mut dyn Write) -> io::Result<()> {
    let head: Vec<String> = sheet.columns.iter().map(|column| column.name.to_uppercase()).collect();
    let has_head = head.iter().any(|name| !name.is_empty()) && !sheet.is_empty();
    let head = has_head.then_some(head);
    let mut widths = vec![0; sheet.columns.len()];
    let mut measure = |line: &[String]| {
        for (width, cell) in widths.iter_mut().zip(line) {
            *width = cell.chars().count().max(*width);
        }
    };
    head.iter().for_each(|head| measure(head));
    // How wide a column is shows only at the end, so rows that are not kept are made twice.
    let mut kept: Vec<Vec<String>> = Vec::new();
    let is_kept = sheet.len() <= KEPT;
    sheet.each_row(|row| {
        // What is shown of a cell is as long as the cell.
        measure(row);
        if is_kept {
            kept.push(row.to_vec());
        }
        Ok(())
    })?;
    let mut text = String::new();
    let mut line = |line: &[String]| {
        text.clear();
        for (index, ((cell, width), column)) in line.iter().zip(&widths).zip(&sheet.columns).enumerate() {
            text.push_str(if index > 0 { "  " } else { "" });
            let gap = std::iter::repeat_n(' ', width.saturating_sub(cell.chars().count()));
            match column.align {
                Align::Left => {
                    show(cell, &mut text);
                    text.extend(gap);
                }
                Align::Right => {
                    text.extend(gap);
                    show(cell, &mut text);
                }
            }
        }
        writeln!(output, "{}", text.trim_end())
    };
    head.iter().chain(&kept).try_for_each(|kept| line(kept))?;
    if is_kept { Ok(()) } else { sheet.each_row(line) }
}

/// Text without anything that would move the cursor or colour what follows.
pub(super) fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    show(text, &mut shown);
    shown
}

fn show(text: &str, to: &mut String) {
    let mut parts = text.split(char::is_control);
    parts.next().into_iter().for_each(|part| to.push_str(part));
    for part in parts {
        to.push('\u{fffd}');
        to.push_str(part);
    }
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

    #[test]
    fn rows_that_are_not_kept_look_like_those_that_are() {
        let written = |count: usize| {
            let sheet = Sheet::new("", &["#n", "text"]).made(count, move |take| {
                (0..count).try_for_each(|n| take(&[n.to_string(), "x".repeat(n % 7)]))
            });
            let mut output = Vec::new();
            write(&[sheet], &mut output).unwrap();
            String::from_utf8(output).unwrap()
        };
        let (kept, made) = (written(KEPT), written(KEPT + 1));
        assert_eq!(made.strip_prefix(&kept), Some("16384  xxxx\n"));
    }
}
