//! Where the text of a scalar is written in its file, whichever of YAML's styles it is written in.
//!
//! The file is read a second time, from where the scalar begins, and compared with what the parser made of it. Whatever
//! does not fit has no places, so that nothing can point at the wrong one.

use std::iter::Peekable;
use std::ops::Range;

use crate::model::{Piece, Places};

/// A character that a file gives, and the bytes that it is written in.
struct Token {
    c: char,
    at: Range<usize>,
}

/// The places of `decoded`, which is written in `file` at byte `start`; its first `cut` bytes are left out.
pub(super) fn find(file: &str, start: usize, decoded: &str, cut: usize) -> Places {
    let rest = file.get(start..).unwrap_or_default();
    let content = start + 1;
    let quoted = match rest.as_bytes().first() {
        Some(b'"') => align(decoded, Double { file, at: content }),
        Some(b'\'') => align(decoded, Single { file, at: content }),
        _ => None,
    };
    // A block may begin with a quote, and with more blanks than its indentation.
    let Some(pieces) = quoted.or_else(|| align(decoded, Bare { file, at: line_start(file, start) })) else {
        return Places::Nowhere;
    };
    let kept = pieces.into_iter().filter(|(at, _)| at.start >= cut);
    Places::of(kept.map(|(at, from)| Piece::new(at.start - cut..at.end - cut, from)))
}

/// The start of the line of `at`, if only blanks stand between.
fn line_start(file: &str, at: usize) -> usize {
    file.get(..at).map_or(at, |before| before.trim_end_matches([' ', '\t']).len())
}

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r')
}

/// A line break or one character, as it stands.
fn literal(file: &str, at: usize) -> Option<Token> {
    let rest = file.get(at..)?;
    if rest.starts_with("\r\n") {
        return Some(Token { c: '\n', at: at..at + 2 });
    }
    let c = rest.chars().next()?;
    let shown = if c == '\r' { '\n' } else { c };
    Some(Token { c: shown, at: at..at + c.len_utf8() })
}

/// Blocks and plain scalars.
struct Bare<'f> {
    file: &'f str,
    at: usize,
}

impl Iterator for Bare<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        let token = literal(self.file, self.at)?;
        self.at = token.at.end;
        Some(token)
    }
}

/// Single quotes.
struct Single<'f> {
    file: &'f str,
    at: usize,
}

impl Iterator for Single<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        let mut token = literal(self.file, self.at)?;
        if token.c == '\'' {
            if !self.file.get(token.at.end..)?.starts_with('\'') {
                return None;
            }
            token.at.end += 1;
        }
        self.at = token.at.end;
        Some(token)
    }
}

/// Double quotes.
struct Double<'f> {
    file: &'f str,
    at: usize,
}

impl Iterator for Double<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        loop {
            let token = literal(self.file, self.at)?;
            let token = match token.c {
                '"' => return None,
                '\\' => match escape(self.file, token.at.start)? {
                    (None, end) => {
                        // A line break that does not count takes the blanks of the next line with it.
                        let rest = self.file.get(end..)?;
                        self.at = end + rest.len() - rest.trim_start_matches([' ', '\t']).len();
                        continue;
                    }
                    (Some(c), end) => Token { c, at: token.at.start..end },
                },
                _ => token,
            };
            self.at = token.at.end;
            return Some(token);
        }
    }
}

/// What the escape at `at` says, and where it ends; nothing for a line break.
fn escape(file: &str, at: usize) -> Option<(Option<char>, usize)> {
    let Token { c, at: code } = literal(file, at + 1)?;
    let digits = match c {
        '\n' => return Some((None, code.end)),
        'x' => 2,
        'u' => 4,
        'U' => 8,
        _ => 0,
    };
    if digits > 0 {
        let end = code.end + digits;
        let number = u32::from_str_radix(file.get(code.end..end)?, 16).ok()?;
        return Some((Some(char::from_u32(number)?), end));
    }
    let said = match c {
        '0' => '\0',
        'a' => '\u{7}',
        'b' => '\u{8}',
        't' | '\t' => '\t',
        'n' => '\n',
        'v' => '\u{b}',
        'f' => '\u{c}',
        'r' => '\r',
        'e' => '\u{1b}',
        'N' => '\u{85}',
        '_' => '\u{a0}',
        'L' => '\u{2028}',
        'P' => '\u{2029}',
        other => other,
    };
    Some((Some(said), code.end))
}

type Pair = (Range<usize>, Range<usize>);

/// Each character of `decoded` with the bytes of the file that it is written in. All but blanks must be there one by
/// one; of blanks, styles keep different ones.
fn align(decoded: &str, tokens: impl Iterator<Item = Token>) -> Option<Vec<Pair>> {
    let mut tokens = tokens.peekable();
    let mut chars = decoded.char_indices().peekable();
    let mut pairs: Vec<Pair> = Vec::with_capacity(decoded.len());
    loop {
        let wanted = gap(&mut chars, |(_, c)| is_blank(*c));
        if chars.peek().is_none() && wanted.is_empty() {
            return Some(pairs);
        }
        let written = gap(&mut tokens, |token| is_blank(token.c));
        blanks(&wanted, &written, &mut pairs)?;
        let Some((at, c)) = chars.next() else { return Some(pairs) };
        let token = tokens.next().filter(|token| token.c == c)?;
        pairs.push((at..at + c.len_utf8(), token.at));
    }
}

fn gap<T>(from: &mut Peekable<impl Iterator<Item = T>>, is_blank: impl Fn(&T) -> bool) -> Vec<T> {
    std::iter::from_fn(|| from.next_if(&is_blank)).collect()
}

/// Pairs the blanks between two words: the first line from its start, the last line, which is indentation, from its
/// end, and the line breaks between one by one.
fn blanks(wanted: &[(usize, char)], written: &[Token], pairs: &mut Vec<Pair>) -> Option<()> {
    let is_break = |(_, c): &(usize, char)| *c == '\n';
    let first = wanted.iter().position(is_break).map_or(wanted.len(), |at| at + 1);
    let last = wanted.iter().rev().take_while(|blank| !is_break(blank)).count();
    // The blanks before the first word are indentation, too.
    let first = if pairs.is_empty() && first == wanted.len() { 0 } else { first };
    let mut from = 0;
    for (index, (at, c)) in wanted.iter().enumerate() {
        let left = wanted.len() - index;
        let here = if index < first {
            index
        } else if left <= last {
            written.len().checked_sub(left).unwrap_or(from)
        } else {
            let next = written.iter().enumerate().skip(from + 1).find(|(_, token)| token.c == '\n');
            next.map_or(from, |(next, _)| next)
        };
        from = here.max(from).min(written.len().saturating_sub(1));
        pairs.push((*at..*at + c.len_utf8(), written.get(from)?.at.clone()));
    }
    Some(())
}
