//! What takes the place of a match: the template of `re.sub` (`parse_template` in CPython's `Lib/re/_parser.py`).

use super::bracket::identifier;
use super::escape::{control, octal};
use super::token::{Token, Tokens};
use super::{Pattern, Refusal, invalid, unsupported};

/// A part of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// This character.
    Literal(char),
    /// What a group took, or nothing.
    Group(usize),
}

/// The parts of a template for a pattern.
pub(super) fn template(template: &str, pattern: &Pattern) -> Result<Vec<Part>, Refusal> {
    let mut tokens = Tokens::new(template);
    let cut = tokens.is_cut();
    match parts(&mut tokens, pattern) {
        Err(Refusal::Unsupported(reason)) => Err(Refusal::Unsupported(reason)),
        _ if cut => invalid("bad escape (end of pattern)"),
        parts => parts,
    }
}

fn parts(tokens: &mut Tokens, pattern: &Pattern) -> Result<Vec<Part>, Refusal> {
    let mut parts = Vec::new();
    while let Some(token) = tokens.take() {
        match token {
            Token::Plain(plain) => parts.push(Part::Literal(plain)),
            Token::Escape('g') => parts.push(named(tokens, pattern)?),
            Token::Escape(digit @ '0'..='9') => parts.push(numbered(digit, tokens, pattern)?),
            Token::Escape(letter) => match control(letter) {
                Some(literal) => parts.push(Part::Literal(literal)),
                None if letter.is_ascii_alphabetic() => return invalid(format!("bad escape `\\{letter}`")),
                // Here the backslash stays.
                None => parts.extend([Part::Literal('\\'), Part::Literal(letter)]),
            },
        }
    }
    Ok(parts)
}

/// `\g`, and the name or the number of a group.
fn named(tokens: &mut Tokens, pattern: &Pattern) -> Result<Part, Refusal> {
    if !tokens.take_plain('<') {
        return invalid("missing `<`");
    }
    let Some(name) = tokens.take_until('>') else { return invalid("unterminated name") };
    if !name.is_empty() && name.chars().all(|digit| digit.is_ascii_digit()) {
        return group(&name, pattern);
    }
    let name = identifier(name)?;
    match pattern.group_index(&name) {
        Some(number) => Ok(Part::Group(number)),
        // An `IndexError`, which is no `re.error`.
        None => unsupported(format!("the unknown group `{name}` in a replacement")),
    }
}

/// A backslash with a digit: a group, or a character by its octal number.
fn numbered(first: char, tokens: &mut Tokens, pattern: &Pattern) -> Result<Part, Refusal> {
    let is_octal = |digit: char| digit.is_digit(8);
    let mut digits = String::from(first);
    if first == '0' {
        digits.push_str(&tokens.take_while(2, is_octal));
        return octal(&digits).map(Part::Literal);
    }
    digits.push_str(&tokens.take_while(1, |digit| digit.is_ascii_digit()));
    if digits.len() == 2 && digits.chars().all(is_octal) {
        let third = tokens.take_while(1, is_octal);
        if !third.is_empty() {
            digits.push_str(&third);
            return octal(&digits).map(Part::Literal);
        }
    }
    group(&digits, pattern)
}

fn group(digits: &str, pattern: &Pattern) -> Result<Part, Refusal> {
    match digits.parse() {
        Ok(number) if number <= pattern.groups() => Ok(Part::Group(number)),
        _ => invalid(format!("invalid group reference {digits}")),
    }
}
