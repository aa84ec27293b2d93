//! Sets of characters: what one step of a pattern takes.

use regex_syntax::hir::{ClassUnicode, ClassUnicodeRange};

use super::letters::{DIGITS, LETTERS, OTHERS, Ranges};
use super::{Flags, Refusal};

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

/// The letters of Latin-1 of which there are two, each with all that match them.
const PAIRS: [[char; 3]; 30] = [
    ['À', 'à', 'à'],
    ['Á', 'á', 'á'],
    ['Â', 'â', 'â'],
    ['Ã', 'ã', 'ã'],
    ['Ä', 'ä', 'ä'],
    ['Å', 'å', '\u{212b}'],
    ['Æ', 'æ', 'æ'],
    ['Ç', 'ç', 'ç'],
    ['È', 'è', 'è'],
    ['É', 'é', 'é'],
    ['Ê', 'ê', 'ê'],
    ['Ë', 'ë', 'ë'],
    ['Ì', 'ì', 'ì'],
    ['Í', 'í', 'í'],
    ['Î', 'î', 'î'],
    ['Ï', 'ï', 'ï'],
    ['Ð', 'ð', 'ð'],
    ['Ñ', 'ñ', 'ñ'],
    ['Ò', 'ò', 'ò'],
    ['Ó', 'ó', 'ó'],
    ['Ô', 'ô', 'ô'],
    ['Õ', 'õ', 'õ'],
    ['Ö', 'ö', 'ö'],
    ['Ø', 'ø', 'ø'],
    ['Ù', 'ù', 'ù'],
    ['Ú', 'ú', 'ú'],
    ['Û', 'û', 'û'],
    ['Ü', 'ü', 'ü'],
    ['Ý', 'ý', 'ý'],
    ['Þ', 'þ', 'þ'],
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
/// same (`Lib/re/_casefix.py`). Both are known here for ASCII and the letters of Latin-1 only.
pub(super) fn add(set: &mut ClassUnicode, first: char, last: char, flags: Flags) -> Result<(), Refusal> {
    set.push(ClassUnicodeRange::new(first, last));
    if !flags.ignore_case {
        return Ok(());
    }
    if first != last && !last.is_ascii() {
        let reason = "a range beyond ASCII in a regular expression that ignores case";
        return Err(Refusal::Unsupported(reason.to_owned()));
    }
    for character in first..=last {
        if character.is_ascii_alphabetic() {
            for same in [character.to_ascii_lowercase(), character.to_ascii_uppercase()] {
                set.push(ClassUnicodeRange::new(same, same));
            }
        }
        if !flags.ascii {
            for same in beyond_ascii(character)? {
                set.push(ClassUnicodeRange::new(*same, *same));
            }
        }
    }
    Ok(())
}

/// The characters beyond ASCII that match `character` when case is ignored.
fn beyond_ascii(character: char) -> Result<&'static [char], Refusal> {
    Ok(match character {
        'i' | 'I' => &['\u{130}', '\u{131}'],
        's' | 'S' => &['\u{17f}'],
        'k' | 'K' => &['\u{212a}'],
        ascii if ascii.is_ascii() => &[],
        'ß' => &['\u{1e9e}'],
        'ÿ' => &['\u{178}'],
        _ => {
            let pair = PAIRS.iter().find(|pair| pair.contains(&character));
            let reason =
                || Refusal::Unsupported(format!("`{character}` in a regular expression that ignores case"));
            return pair.map(<[char; 3]>::as_slice).ok_or_else(reason);
        }
    })
}
