//! The alphabet of a pattern: which characters it cannot tell apart.
//!
//! The engine never sees a text. Each character is replaced by one byte for all characters that are in the same sets of
//! the pattern, chosen so that what the engine takes for a word is one in Python, and what it takes for the end of a
//! line is what Python takes for it: a line end that ends the text has a byte of its own, for `$`.

use std::collections::HashMap;

use regex_syntax::hir::{ClassBytes, ClassBytesRange};

use super::node::{Asks, Parsed};
use super::set::{contains, is_known};
use super::{Refusal, unsupported};

/// How long a text may be, in bytes.
const LENGTH: usize = 1 << 14;
/// Every line end, but the final one if the pattern asks for that.
const LINE_END: u8 = b'\n';
/// The line end that ends a text, if the pattern asks for it.
const FINAL_LINE_END: u8 = 0;

/// Which byte stands for which character.
#[derive(Debug)]
pub(super) struct Alphabet {
    /// The first characters of ranges, in order, with the byte for all up to the next.
    starts: Vec<(char, u8)>,
    /// For each set of the pattern, the bytes for its characters.
    sets: Vec<ClassBytes>,
    asks: Asks,
}

/// A text in an alphabet.
pub(super) struct Word {
    /// Its bytes, one for each character.
    pub(super) bytes: Vec<u8>,
    /// Where each of its characters begins in the text, and where the last ends.
    pub(super) places: Vec<usize>,
}

impl Alphabet {
    /// The alphabet of a pattern.
    pub(super) fn new(parsed: &Parsed) -> Result<Self, Refusal> {
        let asks = parsed.asks;
        if asks.mixed {
            return unsupported("edges of words both with and without `re.A` in a regular expression");
        }
        if asks.final_line_end && asks.lines {
            return unsupported("`$` both with and without `re.M` in a regular expression");
        }
        let mut pool = Pool::new(asks.words.is_some());
        let mut bytes_of: HashMap<Vec<bool>, u8> = HashMap::new();
        let mut sets = vec![ClassBytes::empty(); parsed.sets.len()];
        let mut starts = Vec::new();
        for start in borders(&parsed.sets) {
            let within: Vec<bool> = parsed.sets.iter().map(|set| contains(set, start)).collect();
            let is_word = asks.words.and_then(|words| within.get(words).copied()).unwrap_or(false);
            let known = if start == '\n' { Some(LINE_END) } else { bytes_of.get(&within).copied() };
            let byte = match known {
                Some(byte) => byte,
                None => pool.take(is_word)?,
            };
            for (set, _) in sets.iter_mut().zip(&within).filter(|(_, within)| **within) {
                set.push(ClassBytesRange::new(byte, byte));
                if start == '\n' {
                    set.push(ClassBytesRange::new(FINAL_LINE_END, FINAL_LINE_END));
                }
            }
            if start != '\n' {
                bytes_of.insert(within, byte);
            }
            starts.push((start, byte));
        }
        Ok(Self { starts, sets, asks })
    }

    /// The bytes for the characters of a set.
    pub(super) fn set(&self, number: usize) -> ClassBytes {
        self.sets.get(number).cloned().unwrap_or_else(ClassBytes::empty)
    }

    /// The byte before which a line ends, for the engine.
    pub(super) fn line_end(&self) -> u8 {
        if self.asks.final_line_end { FINAL_LINE_END } else { LINE_END }
    }

    /// A text in this alphabet, if what the pattern asks of it is known.
    pub(super) fn read(&self, text: &str) -> Result<Word, Refusal> {
        if text.len() > LENGTH {
            return unsupported(format!("a regular expression on a text of more than {LENGTH} bytes"));
        }
        if text.is_empty() && self.asks.no_boundary {
            return unsupported(
                "`\\B` in a regular expression on an empty text, which releases of Python differ in",
            );
        }
        let mut word =
            Word { bytes: Vec::with_capacity(text.len()), places: Vec::with_capacity(text.len() + 1) };
        for (place, character) in text.char_indices() {
            if self.asks.letters && !is_known(character) {
                return unsupported(format!(
                    "whether U+{:04X} is a letter or a digit, in a regular expression",
                    u32::from(character)
                ));
            }
            word.bytes.push(self.byte(character));
            word.places.push(place);
        }
        word.places.push(text.len());
        if self.asks.final_line_end
            && let Some(last @ &mut LINE_END) = word.bytes.last_mut()
        {
            *last = FINAL_LINE_END;
        }
        Ok(word)
    }

    fn byte(&self, character: char) -> u8 {
        let after = self.starts.partition_point(|(start, _)| *start <= character);
        // The first range begins with the first character, so there is always one.
        after.checked_sub(1).and_then(|at| self.starts.get(at)).map_or(LINE_END, |(_, byte)| *byte)
    }
}

/// The characters at which a set begins, or one that does not belong to it, in order, with the line end alone.
fn borders(sets: &[Box<[(char, char)]>]) -> Vec<char> {
    let line_end: &[(char, char)] = &[('\n', '\n')];
    let ranges = sets.iter().map(AsRef::as_ref).chain([line_end]).flatten();
    let mut borders: Vec<char> =
        ranges.flat_map(|(first, last)| [Some(*first), next(*last)]).flatten().chain(['\0']).collect();
    borders.sort_unstable();
    borders.dedup();
    borders
}

/// The character after another.
fn next(character: char) -> Option<char> {
    (character..=char::MAX).nth(1)
}

/// The bytes that are left.
struct Pool {
    words: Vec<u8>,
    others: Vec<u8>,
    tells_words: bool,
}

impl Pool {
    fn new(tells_words: bool) -> Self {
        let free = (0..=u8::MAX).filter(|byte| ![LINE_END, FINAL_LINE_END].contains(byte));
        let (words, others) = free.partition(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
        Self { words, others, tells_words }
    }

    /// A byte for characters that are those of words for the pattern, or are not.
    fn take(&mut self, is_word: bool) -> Result<u8, Refusal> {
        let byte = match (self.tells_words, is_word) {
            (true, true) => self.words.pop(),
            (true, false) => self.others.pop(),
            (false, _) => self.others.pop().or_else(|| self.words.pop()),
        };
        byte.map_or_else(|| unsupported("too many different characters in a regular expression"), Ok)
    }
}
