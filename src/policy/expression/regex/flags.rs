//! Flags in a pattern: `(?i)` for all of it and `(?i-s:...)` for a part (`_parse_flags` in CPython's
//! `Lib/re/_parser.py`).

use super::token::{Token, Tokens};
use super::{Flags, Refusal, invalid, unsupported};

/// What flags in brackets say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Change {
    /// Those that are turned on.
    on: Letters,
    /// Those that are turned off.
    off: Letters,
    /// Whether they are for all of the pattern.
    pub(super) global: bool,
}

/// A set of the flags `i`, `m`, `s`, `x`, `a` and `u`, by their places in [`LETTERS`].
type Letters = u8;

const LETTERS: [char; 6] = ['i', 'm', 's', 'x', 'a', 'u'];
const ASCII: Letters = 1 << 4;
const UNICODE: Letters = 1 << 5;

/// The flags of which `first` is the first letter, or the `-`, and all up to the `)` or `:` behind them.
pub(super) fn change(first: char, tokens: &mut Tokens) -> Result<Change, Refusal> {
    let mut change = Change::default();
    let mut next = Some(Token::Plain(first));
    while let Some(letter) = letter(next)? {
        change.on |= letter;
        if change.on & ASCII != 0 && change.on & UNICODE != 0 {
            return invalid("the flags `a` and `u` exclude each other");
        }
        next = tokens.take();
    }
    match next {
        Some(Token::Plain(')')) => {
            change.global = true;
            return Ok(change);
        }
        Some(Token::Plain(':')) => return Ok(change),
        Some(Token::Plain('-')) => next = tokens.take(),
        _ => return invalid("an unknown flag"),
    }
    while let Some(letter) = letter(next)? {
        change.off |= letter;
        next = tokens.take();
    }
    if change.off == 0 || next != Some(Token::Plain(':')) {
        return invalid("an unknown or a missing flag");
    }
    if change.off & (ASCII | UNICODE) != 0 {
        return invalid("the flags `a` and `u` cannot be turned off");
    }
    if change.on & change.off != 0 {
        return invalid("a flag that is turned on and off");
    }
    Ok(change)
}

/// Whether a group with flags can begin with a character.
pub(super) fn begins(character: char) -> bool {
    LETTERS.contains(&character) || ['L', 't', '-'].contains(&character)
}

/// The flag of a letter, if it is one.
fn letter(token: Option<Token>) -> Result<Option<Letters>, Refusal> {
    let Some(Token::Plain(letter)) = token else { return Ok(None) };
    match letter {
        'L' => invalid("the flag `L`, which is for bytes"),
        // An error from 3.13 on.
        't' => unsupported("the flag `t` in a regular expression"),
        _ => Ok(LETTERS.iter().position(|known| *known == letter).map(|place| 1 << place)),
    }
}

impl Change {
    /// The flags for a part that begins with this.
    pub(super) fn within(self, flags: Flags) -> Flags {
        let changed = |before: bool, place: usize| {
            let letter: Letters = 1 << place;
            (before || self.on & letter != 0) && self.off & letter == 0
        };
        Flags {
            ignore_case: changed(flags.ignore_case, 0),
            multi_line: changed(flags.multi_line, 1),
            dot_all: changed(flags.dot_all, 2),
            verbose: changed(flags.verbose, 3),
            ascii: changed(flags.ascii, 4) && self.on & UNICODE == 0,
        }
    }

    /// Whether it asks for Unicode in so many words.
    pub(super) fn asks_unicode(self) -> bool {
        self.on & UNICODE != 0
    }

    /// The flags for all of a pattern that has this, which never turns any off.
    pub(super) fn over(self, flags: Flags) -> Flags {
        let ascii = flags.ascii || self.on & ASCII != 0;
        Flags { ascii, ..self.within(flags) }
    }
}
