//! Markdown tables.

use std::io::{self, Write};

use crate::question::{Align, Sheet};

pub(super) fn write(sheets: &[Sheet<'_>], output: &mut dyn Write) -> io::Result<()> {
    for (position, sheet) in sheets.iter().enumerate() {
        if position > 0 {
            writeln!(output)?;
        }
        if !sheet.title.is_empty() {
            writeln!(output, "## {}\n", escaped(&sheet.title))?;
        }
        for note in &sheet.notes {
            writeln!(output, "{}\n", escaped(note))?;
        }
        if sheet.is_empty() {
            continue;
        }
        let names: Vec<String> = sheet.columns.iter().map(|column| escaped(column.name)).collect();
        writeln!(output, "| {} |", names.join(" | "))?;
        let rules: Vec<&str> = sheet
            .columns
            .iter()
            .map(|column| if column.align == Align::Right { "---:" } else { "---" })
            .collect();
        writeln!(output, "| {} |", rules.join(" | "))?;
        sheet.each_row(|row| {
            let cells: Vec<String> = row.iter().map(|cell| escaped(cell)).collect();
            writeln!(output, "| {} |", cells.join(" | "))
        })?;
    }
    Ok(())
}

/// Text that stays text: no markup, no HTML, one line.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\r' => escaped.push(' '),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '|' | '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '!' => {
                escaped.push('\\');
                escaped.push(c);
            }
            _ => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_break_out_of_a_cell() {
        let mut sheet = Sheet::new("t", &["user", "#n"]);
        sheet.row(["a|b<i>\nc".to_owned(), "1".to_owned()]);
        let mut output = Vec::new();
        write(&[sheet], &mut output).unwrap();
        assert_eq!(
            String::from_utf8(output).unwrap(),
            "## t\n\n| user | n |\n| --- | ---: |\n| a\\|b&lt;i&gt; c | 1 |\n"
        );
    }
}
