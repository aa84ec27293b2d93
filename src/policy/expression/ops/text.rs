//! Methods of texts.

use std::sync::Arc;

use super::super::ast::Name;
use super::super::value::{Val, Value};
use super::super::wrap::is_space;
use super::number::Number;
use super::{Applied, Data, attribute, cannot, case, collection, format, justify, none, one, raise, search};

/// Every method that texts have, in any release of Python.
pub(in super::super) const METHODS: [&str; 47] = [
    "capitalize",
    "casefold",
    "center",
    "count",
    "encode",
    "endswith",
    "expandtabs",
    "find",
    "format",
    "format_map",
    "index",
    "isalnum",
    "isalpha",
    "isascii",
    "isdecimal",
    "isdigit",
    "isidentifier",
    "islower",
    "isnumeric",
    "isprintable",
    "isspace",
    "istitle",
    "isupper",
    "join",
    "ljust",
    "lower",
    "lstrip",
    "maketrans",
    "partition",
    "removeprefix",
    "removesuffix",
    "replace",
    "rfind",
    "rindex",
    "rjust",
    "rpartition",
    "rsplit",
    "rstrip",
    "split",
    "splitlines",
    "startswith",
    "strip",
    "swapcase",
    "title",
    "translate",
    "upper",
    "zfill",
];

pub(super) fn method(data: &Data<'_>, of: &Arc<str>, name: &str, args: &[&Value], names: &[Name]) -> Applied {
    let text = of.as_ref();
    if attribute::is_missing(&Value::Str(Arc::clone(of)), name) {
        return raise("AttributeError");
    }
    if name == "format" {
        return format::braces(data, text, args, names);
    }
    if name == "split" || name == "rsplit" {
        return split(text, name == "rsplit", args, names);
    }
    if !names.is_empty() {
        return cannot("named arguments of a method");
    }
    let string = |text: &str| Ok(Value::Str(text.into()));
    match name {
        "lower" | "casefold" if name == "lower" || text.is_ascii() => {
            none(args, names)?;
            case::lower(text).map(|text| Value::Str(text.into()))
        }
        "upper" => {
            none(args, names)?;
            case::upper(text).map(|text| Value::Str(text.into()))
        }
        "title" | "capitalize" | "swapcase" => {
            none(args, names)?;
            case::ascii(text, |text| match name {
                "title" => case::title(text),
                "swapcase" => case::swap(text),
                _ => {
                    let (first, rest) = text.split_at(text.len().min(1));
                    first.to_ascii_uppercase() + &rest.to_ascii_lowercase()
                }
            })
            .and_then(|text| string(&text))
        }
        "startswith" | "endswith" => search::affix(text, name == "startswith", args).map(Value::Bool),
        "removeprefix" | "removesuffix" => {
            let Value::Str(affix) = one(args, names)? else { return raise("TypeError") };
            let rest = if name == "removeprefix" {
                text.strip_prefix(affix.as_ref())
            } else {
                text.strip_suffix(affix.as_ref())
            };
            string(rest.unwrap_or(text))
        }
        "strip" | "lstrip" | "rstrip" => strip(text, name, args),
        "join" => join(data, text, one(args, names)?),
        "replace" => replace(text, args),
        "find" | "rfind" | "index" | "rindex" | "count" => search::position(text, name, args),
        "partition" | "rpartition" => partition(text, name == "rpartition", one(args, names)?),
        "splitlines"
            if args.is_empty()
                && text.is_ascii()
                && !text.contains(['\x0b', '\x0c', '\x1c', '\x1d', '\x1e']) =>
        {
            let normal = text.replace("\r\n", "\n").replace('\r', "\n");
            let lines = normal.strip_suffix('\n').unwrap_or(&normal);
            let items =
                if normal.is_empty() { Vec::new() } else { lines.split('\n').map(Val::str).collect() };
            Ok(Value::list(items))
        }
        "center" | "ljust" | "rjust" | "zfill" => {
            justify::method(text, name, args).map(|text| Value::Str(text.into()))
        }
        _ if name.starts_with("is") => {
            none(args, names)?;
            is(text, name).map(Value::Bool)
        }
        _ => cannot(format!("`.{name}()` of a text")),
    }
}

fn strip(text: &str, name: &str, args: &[&Value]) -> Applied {
    let chars: Option<&str> = match args {
        [] | [Value::None] => None,
        [Value::Str(chars)] => Some(chars),
        _ => return raise("TypeError"),
    };
    let goes = |c: char| chars.map_or_else(|| is_space(c), |chars| chars.contains(c));
    let mut rest = text;
    if name != "rstrip" {
        rest = rest.trim_start_matches(goes);
    }
    if name != "lstrip" {
        rest = rest.trim_end_matches(goes);
    }
    Ok(Value::Str(rest.into()))
}

fn split(text: &str, from_right: bool, args: &[&Value], names: &[Name]) -> Applied {
    let mut separator: Option<&Value> = None;
    let mut most: Option<&Value> = None;
    let positional = args.len() - names.len().min(args.len());
    for (index, value) in args.iter().enumerate() {
        let name = index.checked_sub(positional).and_then(|index| names.get(index));
        match (index, name.map(AsRef::as_ref)) {
            (0, None) | (_, Some("sep")) => separator = Some(value),
            (1, None) | (_, Some("maxsplit")) => most = Some(value),
            _ => return raise("TypeError"),
        }
    }
    let most = match most.map(Number::of) {
        None => usize::MAX,
        Some(Some(Number::Int(most))) => usize::try_from(most).unwrap_or(usize::MAX),
        Some(_) => return raise("TypeError"),
    };
    let pieces: Vec<&str> = match separator {
        None | Some(Value::None) => words(text, most, from_right),
        Some(Value::Str(separator)) if separator.is_empty() => return raise("ValueError"),
        Some(Value::Str(separator)) => {
            let limit = most.saturating_add(1);
            if from_right {
                let mut pieces: Vec<&str> = text.rsplitn(limit, separator.as_ref()).collect();
                pieces.reverse();
                pieces
            } else {
                text.splitn(limit, separator.as_ref()).collect()
            }
        }
        Some(_) => return raise("TypeError"),
    };
    Ok(Value::list(pieces.into_iter().map(Val::str).collect()))
}

/// Splits at white space, at most so often.
fn words(text: &str, most: usize, from_right: bool) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest =
        if from_right { text.trim_end_matches(is_space) } else { text.trim_start_matches(is_space) };
    while !rest.is_empty() {
        let cut = if pieces.len() == most {
            None
        } else if from_right {
            rest.char_indices().rev().find(|(_, c)| is_space(*c)).map(|(at, c)| (at, at + c.len_utf8()))
        } else {
            rest.char_indices().find(|(_, c)| is_space(*c)).map(|(at, c)| (at, at + c.len_utf8()))
        };
        let (piece, remaining) = match cut {
            None if from_right => (rest.trim_start_matches(is_space), ""),
            None => (rest.trim_end_matches(is_space), ""),
            Some((start, end)) if from_right => {
                (rest.get(end..).unwrap_or_default(), rest.get(..start).unwrap_or_default())
            }
            Some((start, end)) => {
                (rest.get(..start).unwrap_or_default(), rest.get(end..).unwrap_or_default())
            }
        };
        // What is left when no more is split keeps the white space on its far side.
        pieces.push(if cut.is_none() && pieces.len() == most { rest } else { piece });
        rest = if from_right {
            remaining.trim_end_matches(is_space)
        } else {
            remaining.trim_start_matches(is_space)
        };
    }
    if from_right {
        pieces.reverse();
    }
    pieces
}

fn join(data: &Data<'_>, separator: &str, value: &Value) -> Applied {
    let (items, unordered) = collection::iterate(data, value)?;
    let mut texts = Vec::new();
    for item in &items {
        match item.raw() {
            Value::Str(text) => texts.push(Arc::clone(text)),
            _ => return raise("TypeError"),
        }
    }
    if unordered && texts.len() > 1 {
        return cannot("the order in which the database gives rows");
    }
    let length: usize = texts.iter().map(|text| text.len().saturating_add(separator.len())).sum();
    if length > 1_000_000 {
        return cannot("a very long text");
    }
    Ok(Value::Str(texts.join(separator).into()))
}

fn replace(text: &str, args: &[&Value]) -> Applied {
    let (old, new, count) = match args {
        [Value::Str(old), Value::Str(new)] => (old, new, None),
        [Value::Str(old), Value::Str(new), count] => match Number::of(count) {
            Some(Number::Int(count)) => (old, new, usize::try_from(count).ok()),
            _ => return raise("TypeError"),
        },
        _ => return raise("TypeError"),
    };
    if text.len().saturating_add(1).saturating_mul(new.len().max(1)) > 10_000_000 {
        return cannot("a very long text");
    }
    let replaced = match count {
        None => text.replace(old.as_ref(), new),
        Some(count) => text.replacen(old.as_ref(), new, count),
    };
    Ok(Value::Str(replaced.into()))
}

fn partition(text: &str, from_right: bool, separator: &Value) -> Applied {
    let Value::Str(separator) = separator else { return raise("TypeError") };
    if separator.is_empty() {
        return raise("ValueError");
    }
    let found =
        if from_right { text.rsplit_once(separator.as_ref()) } else { text.split_once(separator.as_ref()) };
    let parts = match found {
        Some((before, after)) => [before, separator.as_ref(), after],
        None if from_right => ["", "", text],
        None => [text, "", ""],
    };
    Ok(Value::tuple(parts.into_iter().map(Val::str).collect()))
}

fn is(text: &str, name: &str) -> Applied<bool> {
    let all = |test: fn(&u8) -> bool| {
        case::ascii(text, |text| !text.is_empty() && text.as_bytes().iter().all(test))
    };
    let cased = |wrong: fn(&u8) -> bool| {
        case::ascii(text, |text| {
            text.bytes().any(|byte| byte.is_ascii_alphabetic()) && !text.as_bytes().iter().any(wrong)
        })
    };
    match name {
        "isascii" => Ok(text.is_ascii()),
        "isalnum" => all(u8::is_ascii_alphanumeric),
        "isalpha" => all(u8::is_ascii_alphabetic),
        "isdigit" | "isdecimal" | "isnumeric" => all(u8::is_ascii_digit),
        "isidentifier" => case::ascii(text, is_identifier),
        "isprintable" => case::ascii(text, |text| text.bytes().all(|byte| matches!(byte, b' '..=b'~'))),
        "istitle" => case::ascii(text, case::is_title),
        "isspace" => Ok(!text.is_empty() && text.chars().all(is_space)),
        "islower" => cased(u8::is_ascii_uppercase),
        "isupper" => cased(u8::is_ascii_lowercase),
        _ => cannot(format!("`.{name}()` of a text")),
    }
}

fn is_identifier(text: &str) -> bool {
    !text.starts_with(|c: char| c.is_ascii_digit())
        && !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}
