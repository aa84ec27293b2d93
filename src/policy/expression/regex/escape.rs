//! Escapes: a backslash with what follows it (`_escape` and `_class_escape` in CPython's `Lib/re/_parser.py`).

use super::node::Place;
use super::set::Category;
use super::token::{Token, Tokens};
use super::{Refusal, invalid, unsupported};

/// What an escape stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Escape {
    /// One character.
    Literal(char),
    /// The characters of a category, or all others.
    Category(Category, Negated),
    /// A place.
    Place(Place),
    /// What a group took, by its number.
    Reference(usize),
}

/// Whether the characters that are *not* in a category are meant.
pub(super) type Negated = bool;

/// The escape of `letter`, whose backslash and itself have been taken; `inside` says whether it is one of a class.
pub(super) fn escape(letter: char, inside: bool, tokens: &mut Tokens) -> Result<Escape, Refusal> {
    let bad = || invalid(format!("bad escape `\\{letter}`"));
    Ok(match letter {
        'd' => Escape::Category(Category::Digit, false),
        'D' => Escape::Category(Category::Digit, true),
        's' => Escape::Category(Category::Space, false),
        'S' => Escape::Category(Category::Space, true),
        'w' => Escape::Category(Category::Word, false),
        'W' => Escape::Category(Category::Word, true),
        'A' if !inside => Escape::Place(Place::Start),
        'Z' if !inside => Escape::Place(Place::End),
        'b' if !inside => Escape::Place(Place::Boundary),
        'B' if !inside => Escape::Place(Place::NoBoundary),
        'x' => Escape::Literal(hexadecimal(letter, 2, tokens)?),
        'u' => Escape::Literal(hexadecimal(letter, 4, tokens)?),
        'U' => Escape::Literal(hexadecimal(letter, 8, tokens)?),
        'N' => return unsupported("a character by its name in a regular expression"),
        // An error up to 3.13, and the same as `\Z` in 3.14.
        'z' => return unsupported("`\\z` in a regular expression"),
        '0'..='9' => return digits(letter, inside, tokens),
        _ => match control(letter) {
            Some(literal) => Escape::Literal(literal),
            None if letter.is_ascii_alphabetic() => return bad(),
            None => Escape::Literal(letter),
        },
    })
}

/// What the escapes stand for that mean the same everywhere (`ESCAPES`).
pub(super) fn control(letter: char) -> Option<char> {
    Some(match letter {
        'a' => '\u{7}',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\u{b}',
        '\\' => '\\',
        _ => return None,
    })
}

/// The character whose number follows, in exactly so many digits.
fn hexadecimal(letter: char, length: usize, tokens: &mut Tokens) -> Result<char, Refusal> {
    let digits = tokens.take_while(length, |digit| digit.is_ascii_hexdigit());
    if digits.len() != length {
        return invalid(format!("incomplete escape `\\{letter}{digits}`"));
    }
    match u32::from_str_radix(&digits, 16) {
        Ok(surrogate @ 0xd800..0xe000) => {
            unsupported(format!("half of a character (U+{surrogate:X}) in a regular expression"))
        }
        Ok(number) => match char::from_u32(number) {
            Some(character) => Ok(character),
            None => invalid(format!("bad escape `\\{letter}{digits}`")),
        },
        Err(_) => invalid(format!("bad escape `\\{letter}{digits}`")),
    }
}

/// A character by its octal number, or a reference to a group.
fn digits(first: char, inside: bool, tokens: &mut Tokens) -> Result<Escape, Refusal> {
    let is_octal = |digit: char| digit.is_digit(8);
    let mut digits = String::from(first);
    if first == '0' || inside {
        if !is_octal(first) {
            return invalid(format!("bad escape `\\{first}`"));
        }
        digits.push_str(&tokens.take_while(2, is_octal));
        return octal(&digits).map(Escape::Literal);
    }
    digits.push_str(&tokens.take_while(1, |digit| digit.is_ascii_digit()));
    if digits.len() == 2
        && digits.chars().all(is_octal)
        && let Some(Token::Plain(third)) = tokens.peek()
        && is_octal(third)
    {
        tokens.take();
        digits.push(third);
        return octal(&digits).map(Escape::Literal);
    }
    digits.parse().map(Escape::Reference).or_else(|_| invalid("a reference to no group"))
}

/// The character of an octal number of up to three digits.
pub(super) fn octal(digits: &str) -> Result<char, Refusal> {
    match u8::from_str_radix(digits, 8) {
        Ok(number) => Ok(char::from(number)),
        Err(_) => invalid(format!("octal escape `\\{digits}` outside of 0 to 0o377")),
    }
}
