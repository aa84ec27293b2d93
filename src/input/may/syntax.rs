//! Runs the grammar, and says in words what it did not expect.

use std::convert::Infallible;

use lalrpop_util::{ErrorRecovery, ParseError};

use super::ast::Item;
use super::grammar::DocumentParser;
use super::problems::Problems;
use super::shape::{self, Located};
use super::text;
use super::token::{Spanned, Token};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::model::SourceId;
use crate::model::builder::nearest;

type Unexpected<'s> = ParseError<usize, Token<'s>, Infallible>;

/// The items of `text`, whose tokens are `tokens`. What the lexer found is in `lexical`; it goes to
/// `diagnostics`, unless it lies where nothing is read.
pub(super) fn parse<'s>(
    source: SourceId,
    text: &'s str,
    tokens: &[Spanned<'s>],
    lexical: Diagnostics,
    diagnostics: &mut Diagnostics,
) -> Vec<Item<'s>> {
    let mut problems = Problems::new(source, diagnostics);
    let shaped = shape::shape(text, tokens, &mut problems);
    for problem in lexical {
        let place = problem.labels.first().map(|label| label.origin);
        let unread = shaped.passed_over.iter().any(|range| is_inside(place, range));
        if !unread {
            problems.push(problem);
        }
    }
    let mut errors: Vec<ErrorRecovery<usize, Token<'s>, Infallible>> = Vec::new();
    let located = shaped.tokens.iter().map(|(start, token, end)| Ok((*start, *token, *end)));
    let items =
        DocumentParser::new().parse(&mut errors, located.collect::<Vec<Result<Located<'s>, Infallible>>>());
    let (items, fatal) = match items {
        Ok(items) => (items, None),
        Err(error) => (Vec::new(), Some(error)),
    };
    for error in errors.into_iter().map(|recovery| recovery.error).chain(fatal) {
        report(text, &error, &mut problems);
    }
    items
}

fn is_inside(place: Option<crate::model::Origin>, range: &std::ops::Range<usize>) -> bool {
    match place {
        Some(crate::model::Origin::Text { start, .. }) => range.contains(&(start as usize)),
        _ => false,
    }
}

fn report(text: &str, error: &Unexpected<'_>, problems: &mut Problems<'_>) {
    let (found, range, expected) = match error {
        ParseError::UnrecognizedToken { token: (start, token, end), expected } => {
            (Some(*token), *start..*end, expected.as_slice())
        }
        ParseError::UnrecognizedEof { location, expected } => {
            (None, *location..*location, expected.as_slice())
        }
        ParseError::ExtraToken { token: (start, token, end) } => (Some(*token), *start..*end, &[][..]),
        ParseError::InvalidToken { location } => (None, *location..*location, &[][..]),
        ParseError::User { error } => match *error {},
    };
    let raw = text.get(range.clone()).unwrap_or_default();
    // A bracket that was put in for a missing one has no text.
    let found_text = match found {
        Some(_) if !raw.is_empty() => format!("`{}`", shortened(raw)),
        Some(_) => "the end of the block".to_owned(),
        None => "the end of the file".to_owned(),
    };
    let wanted = wanted(expected);
    let mut diagnostic = Diagnostic::error("syntax", format!("expected {wanted}, found {found_text}"))
        .at(problems.origin(range), format!("expected {wanted}"));
    if let Some(help) = found.and_then(|found| help(found, raw, expected)) {
        diagnostic = diagnostic.help(help);
    }
    problems.push(diagnostic);
}

/// The beginning of a token, on one line.
fn shortened(raw: &str) -> String {
    const MOST: usize = 40;
    let line = raw.lines().next().unwrap_or_default();
    let short: String = line.chars().take(MOST).collect();
    if short.len() < raw.len() { format!("{short}...") } else { short }
}

fn has(expected: &[String], terminal: &str) -> bool {
    expected.iter().any(|known| known == terminal)
}

/// Reserved words among `expected`, as they are written.
fn words(expected: &[String]) -> impl Iterator<Item = &str> + Clone {
    expected
        .iter()
        .filter_map(|terminal| terminal.strip_prefix('"')?.strip_suffix('"'))
        .map(|word| word.strip_prefix("bound ").unwrap_or(word))
        .map(|word| word.strip_suffix(" here").unwrap_or(word))
        .filter(|word| word.starts_with(|c: char| c.is_ascii_alphabetic()))
}

/// Few enough words to list each of them.
const MOST_WORDS: usize = 6;

/// What was expected, in words: never the whole list, which nobody reads.
fn wanted(expected: &[String]) -> String {
    let mut phrases: Vec<String> = Vec::new();
    let is_value = has(expected, "\"true\"") && has(expected, "\"[\"");
    let is_item = has(expected, "\"application\"");
    let is_entry = has(expected, "KEY") && has(expected, "ORDER");
    if is_value {
        phrases.push("a value".to_owned());
    } else if has(expected, "WORD") && has(expected, "INT") {
        phrases.push("a primary key".to_owned());
    } else if has(expected, "WORD") && has(expected, "TEXT") {
        phrases.push("a name".to_owned());
    } else if has(expected, "WORD") {
        phrases.push("a plain word".to_owned());
    } else if has(expected, "TEXT") {
        phrases.push("a text".to_owned());
    } else if has(expected, "INT") {
        phrases.push("a whole number".to_owned());
    }
    if is_entry {
        phrases.push("a setting such as `name:`".to_owned());
        phrases.push("a binding such as `10:`".to_owned());
    } else if has(expected, "KEY") {
        phrases.push("a name with a colon".to_owned());
    }
    if is_item {
        phrases.push("an item such as `group` or `application`".to_owned());
    }
    if !is_item && !is_entry && !is_value && words(expected).count() <= MOST_WORDS {
        phrases.extend(words(expected).map(|word| format!("`{word}`")));
    }
    for sign in ["{", "}", "]", ",", "+"] {
        if has(expected, &format!("\"{sign}\"")) && !(is_value && sign == "{") && !(is_entry && sign == ",") {
            phrases.push(format!("`{sign}`"));
        }
    }
    match phrases.split_last() {
        None => "nothing more".to_owned(),
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
    }
}

fn help(found: Token<'_>, raw: &str, expected: &[String]) -> Option<String> {
    let asks_for_name = has(expected, "WORD");
    match found {
        Token::BoundGroup | Token::BoundUser | Token::BoundPolicy if has(expected, "ORDER") => {
            Some(format!("a binding begins with its order, as in `10: {raw} ...`"))
        }
        Token::Word(word) => {
            let known = words(expected);
            nearest(word, known).map(|known| format!("did you mean `{known}`?"))
        }
        Token::Int(_) | Token::Float(_) if asks_for_name => {
            Some(format!("a name that looks like a number is written in quotes: {}", text::quoted(raw)))
        }
        Token::Key(name) if asks_for_name => Some(format!("leave the colon after `{name}` out")),
        found if found.is_reserved() && asks_for_name => Some(format!(
            "`{raw}` is a reserved word; as a name it is written in quotes: {}",
            text::quoted(raw)
        )),
        _ => None,
    }
}
