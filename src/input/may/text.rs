//! How texts are written in quotes.

use std::borrow::Cow;
use std::ops::Range;

use crate::model::{Piece as Part, Places};

/// What a text of several lines begins and ends with.
pub(super) const FENCE: &str = "\"\"\"";

/// Whether a text that begins with [`FENCE`] ends with another one.
pub(super) fn is_closed_block(raw: &str) -> bool {
    raw.len() >= 2 * FENCE.len() && raw.ends_with(FENCE)
}

/// Where in `raw`, a text with its quotes or a name without any, the content is.
pub(super) fn content(raw: &str) -> Range<usize> {
    if raw.starts_with(FENCE) {
        let rest = raw.get(FENCE.len()..).unwrap_or_default();
        let line_end = ["\r\n", "\n"].into_iter().find(|end| rest.starts_with(end)).map_or(0, str::len);
        let end = if is_closed_block(raw) { raw.len() - FENCE.len() } else { raw.len() };
        return FENCE.len() + line_end..end;
    }
    if raw.starts_with('"') {
        // An escaped quote at the end of an unclosed text was reported; which end it gets matters to nobody.
        let end = if raw.len() > 1 && raw.ends_with('"') { raw.len() - 1 } else { raw.len() };
        return 1..end;
    }
    0..raw.len()
}

/// What `raw`, a text with its quotes or a name without any, says.
pub(super) fn decoded(raw: &str) -> Cow<'_, str> {
    // Most are names.
    if !raw.starts_with('"') {
        return Cow::Borrowed(raw);
    }
    let inner = raw.get(content(raw)).unwrap_or_default();
    if raw.starts_with(FENCE) || !raw.starts_with('"') || !inner.contains('\\') {
        return Cow::Borrowed(inner);
    }
    let mut text = String::with_capacity(inner.len());
    for piece in pieces(inner) {
        match piece {
            Piece::Plain(plain) => text.push_str(plain),
            Piece::Escape(c, _) => text.push(c),
            Piece::Bad(..) => {}
        }
    }
    Cow::Owned(text)
}

/// Where in a file each part of what `raw` says is written; `raw` begins at `start` of it.
pub(super) fn places(raw: &str, start: usize) -> Places {
    let range = content(raw);
    let inner = raw.get(range.clone()).unwrap_or_default();
    if raw.starts_with(FENCE) || !inner.contains('\\') {
        return Places::InPlace;
    }
    let (mut at, mut from) = (0, start + range.start);
    Places::of(pieces(inner).map(|piece| {
        let (length, width) = match piece {
            Piece::Plain(plain) => (plain.len(), plain.len()),
            Piece::Escape(c, width) => (c.len_utf8(), width),
            Piece::Bad(bad, _) => (0, bad.len()),
        };
        let part = Part::new(at..at + length, from..from + width);
        (at, from) = (at + length, from + width);
        part
    }))
}

/// What is wrong with the escapes of `raw`, and where.
pub(super) fn bad_escapes(raw: &str) -> Vec<(Range<usize>, String)> {
    let inner = content(raw);
    let mut at = inner.start;
    let mut found = Vec::new();
    for piece in pieces(raw.get(inner).unwrap_or_default()) {
        let length = match piece {
            Piece::Plain(plain) => plain.len(),
            Piece::Escape(_, length) => length,
            Piece::Bad(bad, why) => {
                found.push((at..at + bad.len(), format!("`{bad}` {why}")));
                bad.len()
            }
        };
        at += length;
    }
    found
}

enum Piece<'s> {
    Plain(&'s str),
    Escape(char, usize),
    Bad(&'s str, &'static str),
}

/// The longest way to write a character: `\u{10ffff}`.
const MOST_DIGITS: usize = 6;

fn pieces(mut rest: &str) -> impl Iterator<Item = Piece<'_>> {
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (piece, length) = match rest.find('\\') {
            Some(0) => escape(rest),
            Some(at) => (Piece::Plain(rest.get(..at).unwrap_or_default()), at),
            None => (Piece::Plain(rest), rest.len()),
        };
        rest = rest.get(length..).unwrap_or_default();
        Some(piece)
    })
}

/// The escape that `rest` begins with, and its length.
fn escape(rest: &str) -> (Piece<'_>, usize) {
    let simple = match rest.get(1..2) {
        Some("\"") => Some('"'),
        Some("\\") => Some('\\'),
        Some("n") => Some('\n'),
        Some("t") => Some('\t'),
        Some("r") => Some('\r'),
        _ => None,
    };
    if let Some(c) = simple {
        return (Piece::Escape(c, 2), 2);
    }
    let bad = |length: usize, why| (Piece::Bad(rest.get(..length).unwrap_or(rest), why), length);
    let Some(digits) = rest.strip_prefix("\\u{") else {
        let length = 1 + rest.chars().nth(1).map_or(0, char::len_utf8);
        return bad(length, "is not an escape; there are `\\\"`, `\\\\`, `\\n`, `\\t`, `\\r` and `\\u{...}`");
    };
    let count = digits.bytes().take_while(u8::is_ascii_hexdigit).count();
    let closed = digits.get(count..).is_some_and(|rest| rest.starts_with('}'));
    let length = 3 + count + usize::from(closed);
    if !closed || count == 0 || count > MOST_DIGITS {
        return bad(length, "is not a character; `\\u{e9}` is one");
    }
    let code = digits.get(..count).and_then(|digits| u32::from_str_radix(digits, 16).ok());
    match code.and_then(char::from_u32) {
        Some(c) => (Piece::Escape(c, length), length),
        None => bad(length, "is not a character of Unicode"),
    }
}

/// `text` in quotes.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if is_invisible(c) => out.push_str(&format!("\\u{{{:x}}}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A text of several lines with a fence around it, where that says exactly the same; in quotes otherwise.
pub(super) fn fenced_or_quoted(text: &str) -> String {
    let plain = text.contains('\n')
        && !text.contains(FENCE)
        && !text.ends_with('"')
        && !text.contains(|c| is_invisible(c) && c != '\n' && c != '\t');
    if plain { format!("{FENCE}\n{text}{FENCE}") } else { quoted(text) }
}

/// Characters that a reader cannot see, or that make others appear in another order than they are in.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}
