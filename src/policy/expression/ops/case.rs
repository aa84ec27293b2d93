//! Upper and lower case, where every known release of Python has the same: ASCII, and letters that are old enough.

use super::{Applied, cannot};

/// Letters of alphabets whose cases did not change for decades, and signs that have none.
fn is_settled(c: char) -> bool {
    matches!(c,
        '\0'..='\u{24f}' // Latin
        | '\u{370}'..='\u{377}' | '\u{37a}'..='\u{37e}' | '\u{384}'..='\u{3ff}' // Greek
        | '\u{400}'..='\u{52f}' // Cyrillic
        | '\u{5d0}'..='\u{5ea}' | '\u{620}'..='\u{64a}' // Hebrew, Arabic
        | '\u{1e00}'..='\u{1eff}' // more Latin
        | '\u{2010}'..='\u{2027}' | '\u{20ac}'
        | '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}' // Kana
        | '\u{4e00}'..='\u{9fa5}' | '\u{ac00}'..='\u{d7a3}' // Han, Hangul
        | '\u{1f300}'..='\u{1f5ff}' | '\u{1f600}'..='\u{1f64f}')
}

fn settled(text: &str) -> Applied<()> {
    if text.chars().all(is_settled) {
        Ok(())
    } else {
        cannot("the case of letters that releases of Python treat differently")
    }
}

pub(super) fn lower(text: &str) -> Applied<String> {
    settled(text).map(|()| text.to_lowercase())
}

pub(super) fn upper(text: &str) -> Applied<String> {
    settled(text).map(|()| text.to_uppercase())
}

/// Something about the characters of ASCII; of others, nobody asks often enough.
pub(super) fn ascii<T>(text: &str, answer: impl FnOnce(&str) -> T) -> Applied<T> {
    if text.is_ascii() { Ok(answer(text)) } else { cannot("the kind of letters beyond ASCII") }
}

/// `str.title`: a letter after anything that is no letter is large, the others small.
pub(super) fn title(text: &str) -> String {
    let mut after_letter = false;
    let each = text.chars().map(|c| {
        let changed = if after_letter { c.to_ascii_lowercase() } else { c.to_ascii_uppercase() };
        after_letter = c.is_ascii_alphabetic();
        changed
    });
    each.collect()
}

/// `str.istitle`, of ASCII: whether large letters begin what consists of letters, and small ones go on.
pub(super) fn is_title(text: &str) -> bool {
    title(text) == text && text.contains(|c: char| c.is_ascii_alphabetic())
}

pub(super) fn swap(text: &str) -> String {
    let each = text
        .chars()
        .map(|c| if c.is_ascii_uppercase() { c.to_ascii_lowercase() } else { c.to_ascii_uppercase() });
    each.collect()
}
