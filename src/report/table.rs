//! Tables with borders, as wide as the terminal.

use std::io::{self, Write};

use comfy_table::presets::{NOTHING, UTF8_FULL_CONDENSED};
use comfy_table::{CellAlignment, ContentArrangement, Table};

use super::Look;
use super::plain::visible;
use crate::question::{Align, Sheet};

/// A table needs all of its rows to know how wide its columns are; more rows than these make another one.
const PIECE: usize = 1 << 14;

pub(super) fn write(sheets: &[Sheet<'_>], look: Look, output: &mut dyn Write) -> io::Result<()> {
    for (position, sheet) in sheets.iter().enumerate() {
        if position > 0 {
            writeln!(output)?;
        }
        if !sheet.title.is_empty() {
            let (bold, off) = if look.color { ("\u{1b}[1m", "\u{1b}[0m") } else { ("", "") };
            writeln!(output, "{bold}{}{off}", visible(&sheet.title))?;
        }
        for note in &sheet.notes {
            writeln!(output, "{}", visible(note))?;
        }
        let mut rows = Vec::new();
        sheet.each_row(|row| {
            if rows.len() == PIECE {
                piece(sheet, &std::mem::take(&mut rows), look, output)?;
            }
            rows.push(row.to_vec());
            Ok(())
        })?;
        if !rows.is_empty() {
            piece(sheet, &rows, look, output)?;
        }
    }
    Ok(())
}

/// Writes some of the rows, as a table of their own.
fn piece(sheet: &Sheet<'_>, rows: &[Vec<String>], look: Look, output: &mut dyn Write) -> io::Result<()> {
    for line in table(sheet, rows, look).lines() {
        let line = if look.color { coloured(&line) } else { line };
        writeln!(output, "{}", line.trim_end())?;
    }
    Ok(())
}

fn table(sheet: &Sheet<'_>, rows: &[Vec<String>], look: Look) -> Table {
    let mut table = Table::new();
    let has_head = sheet.columns.iter().any(|column| !column.name.is_empty());
    table.load_style(if has_head { UTF8_FULL_CONDENSED } else { NOTHING });
    if let Some(width) = look.width {
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    }
    if has_head {
        table.set_header(sheet.columns.iter().map(|column| column.name));
    }
    for row in rows {
        table.add_row(row.iter().map(|cell| visible(cell)));
    }
    for (index, column) in sheet.columns.iter().enumerate() {
        if let Some(cells) = table.column_mut(index).filter(|_| column.align == Align::Right) {
            cells.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}

/// Verdicts stand out; everything else stays as it is.
fn coloured(line: &str) -> String {
    let cells = line.split_inclusive(['│', '┆']).map(|cell| {
        let color = match cell.trim_end_matches(['│', '┆']).trim() {
            "yes" => "32",
            "no" => "31",
            "depends" => "33",
            _ => return cell.to_owned(),
        };
        let border = cell.chars().last().filter(|last| ['│', '┆'].contains(last));
        let text = border.map_or(cell, |border| cell.strip_suffix(border).unwrap_or(cell));
        format!("\u{1b}[{color}m{text}\u{1b}[0m{}", border.map(String::from).unwrap_or_default())
    });
    cells.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_rows_are_several_tables_with_a_head_each() {
        let sheet = Sheet::new("t", &["#n"])
            .made(PIECE + 1, |take| (0..=PIECE).try_for_each(|n| take(&[format!("<{n}>")])));
        let mut output = Vec::new();
        write(&[sheet], Look { width: None, color: false }, &mut output).unwrap();
        let text = String::from_utf8(output).unwrap();
        let rows: Vec<&str> = text.lines().filter_map(|line| line.split(['<', '>']).nth(1)).collect();
        assert!((0..=PIECE).map(|n| n.to_string()).eq(rows));
        assert_eq!(text.matches("n │").count(), 2);
        assert!(text.ends_with("╞═════════╡\n│ <16384> │\n└─────────┘\n"), "{text}");
    }
}
