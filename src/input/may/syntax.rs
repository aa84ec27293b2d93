//! Runs the grammar, and says in words what it did not expect.

use std::convert::Infallible;
use std::vec::Drain;

use lalrpop_util::{ErrorRecovery, ParseError};

use super::ast::{Edit, Item};
use super::grammar::{DocumentParser, EditsParser};
use super::problems::Problems;
use super::shape::{Located, Shaper, Unbalanced};
use super::text;
use super::token::{Form, Token};
use super::verb::Verb;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::model::SourceId;
use crate::model::builder::nearest;

type Unexpected<'s> = ParseError<usize, Token<'s>, Infallible>;

/// What a parser gives: everything that it read, and what it did not expect.
type Parsed<'s, T> = (Vec<T>, Vec<Unexpected<'s>>);

/// Reads the items of `text` and gives each to `take`, so that no more than `most` tokens (and the rest of an item)
/// are held at a time. What is wrong with the text is in the result.
pub(super) fn items<'s>(
    source: SourceId,
    text: &'s str,
    is_balanced: bool,
    most: usize,
    take: impl FnMut(Item<'s>),
) -> Result<Diagnostics, Unbalanced> {
    let parse = |chunk: Drain<'_, Located<'s>>| {
        let mut errors = Vec::new();
        all_of(DocumentParser::new().parse(&mut errors, chunk), errors)
    };
    read(Shaper::new(source, text, is_balanced, Form::Document), (source, text), most, parse, take)
}

/// The same for the edits of `text`, all at once.
pub(super) fn edits<'s>(
    source: SourceId,
    text: &'s str,
    is_balanced: bool,
    take: impl FnMut(Edit<'s>),
) -> Result<Diagnostics, Unbalanced> {
    let parse = |chunk: Drain<'_, Located<'s>>| {
        let mut errors = Vec::new();
        all_of(EditsParser::new().parse(&mut errors, chunk), errors)
    };
    read(Shaper::new(source, text, is_balanced, Form::Edits), (source, text), usize::MAX, parse, take)
}

fn all_of<'s, T>(
    read: Result<Vec<T>, Unexpected<'s>>,
    errors: Vec<ErrorRecovery<usize, Token<'s>, Infallible>>,
) -> Parsed<'s, T> {
    let errors = errors.into_iter().map(|recovery| recovery.error);
    match read {
        Ok(read) => (read, errors.collect()),
        Err(fatal) => (Vec::new(), errors.chain([fatal]).collect()),
    }
}

fn read<'s, T>(
    mut shaper: Shaper<'s>,
    (source, text): (SourceId, &'s str),
    most: usize,
    mut parse: impl FnMut(Drain<'_, Located<'s>>) -> Parsed<'s, T>,
    mut take: impl FnMut(T),
) -> Result<Diagnostics, Unbalanced> {
    let form = shaper.form();
    let mut found = Diagnostics::default();
    let mut chunk = Vec::new();
    loop {
        let next = shaper.chunk(most, &mut chunk)?;
        let (read, errors) = parse(chunk.drain(..));
        for error in errors {
            report(text, form, &after(error, next), &mut Problems::new(source, &mut found));
        }
        read.into_iter().for_each(&mut take);
        if next.is_none() {
            break;
        }
    }
    let mut all = shaper.into_problems();
    all.append(found);
    Ok(all)
}

/// An error at the end of a chunk is one at the token after it. Where an item may begin, the end may be, so that the
/// parser is in the same state for both.
fn after<'s>(error: Unexpected<'s>, next: Option<Located<'s>>) -> Unexpected<'s> {
    match (error, next) {
        (ParseError::UnrecognizedEof { expected, .. }, Some(token)) => {
            ParseError::UnrecognizedToken { token, expected }
        }
        (error, _) => error,
    }
}

fn report(text: &str, form: Form, error: &Unexpected<'_>, problems: &mut Problems<'_>) {
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
        None if form == Form::Edits => "the end of the edits".to_owned(),
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

/// Reserved words among `expected`, as they are written. Those that items begin with are left to one phrase.
fn words(expected: &[String], items: bool) -> Vec<&str> {
    expected
        .iter()
        .filter_map(|terminal| terminal.strip_prefix('"')?.strip_suffix('"'))
        .filter(|word| items || !(ITEMS.contains(word) || Verb::parse(word).is_some_and(Verb::begins_edit)))
        .map(|word| word.strip_prefix("bound ").unwrap_or(word))
        .map(|word| word.strip_suffix(" here").unwrap_or(word))
        .filter(|word| word.starts_with(|c: char| c.is_ascii_alphabetic()))
        .collect()
}

/// What items begin with, as terminals of the grammar.
const ITEMS: [&str; 16] = [
    "authentik",
    "flag",
    "group",
    "user",
    "policy",
    "reputation",
    "provider",
    "stage",
    "application",
    "flow",
    "source",
    "rule",
    "endpoint",
    "device",
    "devices",
    "assert",
];

/// Few enough words to list each of them.
const MOST_WORDS: usize = 6;

/// What was expected, in words: never the whole list, which nobody reads.
fn wanted(expected: &[String]) -> String {
    let mut phrases: Vec<String> = Vec::new();
    let is_value = has(expected, "\"true\"");
    let is_edit = has(expected, "\"delete\"");
    let is_kind = has(expected, "\"application\"") && !has(expected, "\"authentik\"");
    let is_item = has(expected, "\"application\"") && !is_kind;
    let is_entry = has(expected, "ORDER");
    let thing = if is_value {
        Some("a value")
    } else if has(expected, "WORD") && has(expected, "INT") {
        Some("a primary key")
    } else if has(expected, "WORD") && has(expected, "TEXT") {
        Some("a name")
    } else if has(expected, "WORD") {
        Some("a type such as `expression`")
    } else if has(expected, "TEXT") {
        Some("a text")
    } else if has(expected, "INT") {
        Some("a whole number")
    } else {
        None
    };
    phrases.extend(thing.map(str::to_owned));
    if is_kind {
        phrases.push("a kind of object such as `group` or `application`".to_owned());
    }
    if has(expected, "ADDRESS") {
        phrases.push("an address such as `app:grafana`".to_owned());
    }
    if !is_entry && !is_value {
        let words = words(expected, false);
        if words.len() <= MOST_WORDS {
            phrases.extend(words.iter().map(|word| format!("`{word}`")));
        }
    }
    if is_entry {
        phrases.push("a setting such as `name:`".to_owned());
        phrases.push("a binding such as `10:`".to_owned());
    } else if has(expected, "KEY") {
        phrases.push("a name with a colon".to_owned());
    }
    let signs: &[&str] = if is_entry { &["{", "}"] } else { &["{", "}", "]", ",", "+"] };
    for sign in signs.iter().filter(|sign| has(expected, &format!("\"{sign}\""))) {
        // A value may be a map, which needs no mention.
        if !(is_value && *sign == "{") {
            phrases.push(format!("`{sign}`"));
        }
    }
    if is_item {
        phrases.push("an item such as `group` or `application`".to_owned());
    }
    if is_edit {
        phrases.push("an edit such as `delete` or `add`".to_owned());
    }
    match phrases.split_last() {
        None => "nothing more".to_owned(),
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
    }
}

fn help(found: Token<'_>, raw: &str, expected: &[String]) -> Option<String> {
    let is_item = has(expected, "\"application\"");
    let asks_for_name = has(expected, "WORD") && !is_item;
    let asks_for_colon = has(expected, "KEY") && !is_item;
    match found {
        Token::BoundGroup | Token::BoundUser | Token::BoundPolicy if has(expected, "ORDER") => {
            Some(format!("a binding begins with its order, as in `10: {raw} ...`"))
        }
        Token::Word(word) if nearest(word, words(expected, true).into_iter()).is_some() => {
            nearest(word, words(expected, true).into_iter()).map(|known| format!("did you mean `{known}`?"))
        }
        Token::Word(_) | Token::Text(_) | Token::Int(_) if asks_for_colon => {
            Some(format!("is a colon missing after `{}`?", shortened(raw)))
        }
        Token::Int(_) | Token::Float(_) if asks_for_name => {
            Some(format!("a name that looks like a number is written in quotes: `{}`", text::quoted(raw)))
        }
        Token::Key(name) if asks_for_name => Some(format!("leave the colon after `{name}` out")),
        found if found.is_reserved() && asks_for_name => {
            let quoted = text::quoted(raw);
            Some(format!("`{raw}` is a reserved word; as a name it is written in quotes: `{quoted}`"))
        }
        _ => None,
    }
}
