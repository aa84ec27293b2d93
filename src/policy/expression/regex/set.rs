//! Sets of characters: what one step of a pattern takes.

use regex_syntax::hir::{ClassUnicode, ClassUnicodeRange};

use super::letters::{DIGITS, LETTERS, OTHERS, Ranges};
use super::{Flags, Refusal, unsupported};

/// What `\w`, `\d` and `\s` stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Category {
    /// `\w`: letters, numbers (`str.isalnum`) and `_`.
    Word,
    /// `\d`: decimal digits (`str.isdecimal`).
    Digit,
    /// `\s`: what `str.isspace` says, which counts U+001C to U+001F.
    Space,
}

const ASCII_WORD: &Ranges = &[('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')];
const ASCII_DIGIT: &Ranges = &[('0', '9')];
/// What C calls white space: without U+001C to U+001F.
const ASCII_SPACE: &Ranges = &[('\t', '\r'), (' ', ' ')];
/// The same in all releases from 3.12 to 3.14.
const SPACE: &Ranges = &[
    ('\t', '\r'),
    ('\u{1c}', ' '),
    ('\u{85}', '\u{85}'),
    ('\u{a0}', '\u{a0}'),
    ('\u{1680}', '\u{1680}'),
    ('\u{2000}', '\u{200a}'),
    ('\u{2028}', '\u{2029}'),
    ('\u{202f}', '\u{202f}'),
    ('\u{205f}', '\u{205f}'),
    ('\u{3000}', '\u{3000}'),
];

/// All characters of some ranges.
pub(super) fn of(ranges: &Ranges) -> ClassUnicode {
    ClassUnicode::new(ranges.iter().map(|(first, last)| ClassUnicodeRange::new(*first, *last)))
}

/// All characters.
pub(super) fn all() -> ClassUnicode {
    of(&[('\0', char::MAX)])
}

/// All characters of a category; right for those for which [`is_known`] holds, and for all if `ascii` is set.
pub(super) fn category(category: Category, ascii: bool) -> ClassUnicode {
    let (plain, beyond): (&Ranges, &[&Ranges]) = match (category, ascii) {
        (Category::Word, true) => (ASCII_WORD, &[]),
        (Category::Word, false) => (ASCII_WORD, &[LETTERS, DIGITS]),
        (Category::Digit, true) => (ASCII_DIGIT, &[]),
        (Category::Digit, false) => (ASCII_DIGIT, &[DIGITS]),
        (Category::Space, true) => (ASCII_SPACE, &[]),
        (Category::Space, false) => (SPACE, &[]),
    };
    let mut set = of(plain);
    for ranges in beyond {
        set.union(&of(ranges));
    }
    set
}

/// Whether all releases of CPython from 3.12 to 3.14 say the same about whether a character is a letter or a digit, and
/// the tables know what.
pub(super) fn is_known(character: char) -> bool {
    character.is_ascii() || [LETTERS, DIGITS, OTHERS].into_iter().any(|ranges| contains(ranges, character))
}

/// Whether a character is in one of the ranges, which are in order.
pub(super) fn contains(ranges: &Ranges, character: char) -> bool {
    let after = ranges.partition_point(|(first, _)| *first <= character);
    after.checked_sub(1).and_then(|at| ranges.get(at)).is_some_and(|(_, last)| character <= *last)
}

/// Adds the characters from `first` to `last` to a set, and under [`Flags::ignore_case`] all that match one of them.
///
/// CPython compares what `str.lower` maps both characters to one by one, and takes some pairs of small letters for the
/// same (`Lib/re/_casefix.py`). Both are known here for ASCII, Latin-1 and Latin Extended-A, as far as letters have had
/// their other case for long: those that have none may get one in any release.
pub(super) fn add(set: &mut ClassUnicode, first: char, last: char, flags: Flags) -> Result<(), Refusal> {
    set.push(ClassUnicodeRange::new(first, last));
    if !flags.ignore_case {
        return Ok(());
    }
    if first != last && !last.is_ascii() {
        let reason = "a range beyond ASCII in a regular expression that ignores case";
        return unsupported(reason);
    }
    for character in first..=last {
        if character.is_ascii_alphabetic() {
            for same in [character.to_ascii_lowercase(), character.to_ascii_uppercase()] {
                set.push(ClassUnicodeRange::new(same, same));
            }
        }
        if !flags.ascii {
            for same in beyond_ascii(character)? {
                set.push(ClassUnicodeRange::new(same, same));
            }
        }
    }
    Ok(())
}

/// Characters beyond ASCII that match `character` when case is ignored; with itself, and the other case if that is
/// ASCII, these are all.
fn beyond_ascii(character: char) -> Result<Vec<char>, Refusal> {
    Ok(match character {
        'i' | 'I' => vec!['\u{130}', '\u{131}'],
        's' | 'S' => vec!['\u{17f}'],
        'k' | 'K' => vec!['\u{212a}'],
        'å' | 'Å' => vec!['å', 'Å', '\u{212b}'],
        'ß' => vec!['\u{1e9e}'],
        'ÿ' => vec!['\u{178}'],
        '\u{178}' => vec!['ÿ'],
        // Signs, which have no case; `µ` has.
        '\u{80}'..='\u{b4}' | '\u{b6}'..='\u{bf}' | '×' | '÷' => vec![],
        ascii if ascii.is_ascii() => vec![],
        _ => match other_case(character) {
            Some(other) => vec![other],
            None => {
                return unsupported(format!("`{character}` in a regular expression that ignores case"));
            }
        },
    })
}

/// The same letter in the other case, for the letters of Latin-1 and of Latin Extended-A of which there are just two.
fn other_case(character: char) -> Option<char> {
    let number = u32::from(character);
    char::from_u32(match number {
        0xc0..=0xd6 | 0xd8..=0xde => number + 0x20,
        0xe0..=0xf6 | 0xf8..=0xfe => number - 0x20,
        // Capital letters are even here, and odd there.
        0x100..=0x12f | 0x132..=0x137 | 0x14a..=0x177 => number ^ 1,
        0x139..=0x148 | 0x179..=0x17e => ((number - 1) ^ 1) + 1,
        _ => return None,
    })
}
