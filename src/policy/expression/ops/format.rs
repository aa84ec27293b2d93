//! Values as texts: `str`, `repr`, f-strings, `%` and `.format`.

use super::super::ast::{Conversion, Name};
use super::super::value::{Val, Value};
use super::number::Number;
use super::{Applied, Data, cannot, integer, raise};

/// `str(value)`
pub(super) fn str(data: &Data<'_>, value: &Value) -> Applied<String> {
    match value {
        Value::Str(text) => Ok(text.as_ref().to_owned()),
        Value::Ip(address) => {
            // Releases of Python write such addresses in two ways.
            let mapped = matches!(address, std::net::IpAddr::V6(address) if address.to_ipv4_mapped().is_some() || address.segments().starts_with(&[0; 6]));
            if mapped {
                cannot("an address of one protocol inside the other")
            } else {
                Ok(address.to_string())
            }
        }
        Value::Network(network) if network.base().is_ipv4() => Ok(network.to_string()),
        _ => repr(data, value),
    }
}

/// `repr(value)`
pub(super) fn repr(data: &Data<'_>, value: &Value) -> Applied<String> {
    let all = |items: &[Val]| {
        items
            .iter()
            .map(|item| repr(data, item.raw()))
            .collect::<Applied<Vec<_>>>()
            .map(|items| items.join(", "))
    };
    Ok(match value {
        Value::None => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Int(value) => value.to_string(),
        Value::Float(value) => float(*value),
        Value::Str(text) => quoted(text)?,
        Value::List(list) if list.unordered && list.items.borrow().len() > 1 => {
            return cannot("the order in which the database gives rows");
        }
        Value::List(list) => format!("[{}]", all(&list.items.borrow())?),
        Value::Tuple(items) if items.len() == 1 => format!("({},)", all(items)?),
        Value::Tuple(items) => format!("({})", all(items)?),
        Value::Dict(dict) => {
            let dict = dict.borrow();
            let pairs = dict
                .iter()
                .map(|(key, value)| Ok(format!("{}: {}", repr(data, key)?, repr(data, value.raw())?)));
            format!("{{{}}}", pairs.collect::<Applied<Vec<_>>>()?.join(", "))
        }
        _ => return cannot(format!("a {} as text", value.class())),
    })
}

/// A text in quotes, as Python shows it.
fn quoted(text: &str) -> Applied<String> {
    if !text.chars().all(|c| matches!(c, ' '..='~' | '\n' | '\r' | '\t')) {
        return cannot("how Python shows unusual characters");
    }
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut shown = String::from(quote);
    for c in text.chars() {
        match c {
            '\\' => shown.push_str("\\\\"),
            '\n' => shown.push_str("\\n"),
            '\r' => shown.push_str("\\r"),
            '\t' => shown.push_str("\\t"),
            c if c == quote => shown.extend(['\\', c]),
            c => shown.push(c),
        }
    }
    shown.push(quote);
    Ok(shown)
}

/// A number as Python shows it: the shortest digits that mean it, with an exponent where it is very large or small.
pub(super) fn float(value: f64) -> String {
    if value.is_nan() {
        return "nan".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "inf" } else { "-inf" }.to_owned();
    }
    let scientific = format!("{value:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or_default();
    if (-4..16).contains(&exponent) {
        let plain = format!("{value}");
        return if plain.contains('.') { plain } else { plain + ".0" };
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.abs())
}

/// One value of an f-string.
pub(super) fn interpolate(data: &Data<'_>, conversion: Conversion, value: &Value, spec: &Value) -> Applied {
    let Value::Str(spec) = spec else { return cannot("a format of this kind") };
    let text = match conversion {
        Conversion::Repr => formatted(data, &Value::Str(repr(data, value)?.into()), spec),
        Conversion::Str => formatted(data, &Value::Str(str(data, value)?.into()), spec),
        Conversion::None => formatted(data, value, spec),
    };
    text.map(|text| Value::Str(text.into()))
}

/// `format(value, spec)`
pub(super) fn formatted(data: &Data<'_>, value: &Value, spec: &str) -> Applied<String> {
    if spec.is_empty() {
        return str(data, value);
    }
    let chars: Vec<char> = spec.chars().collect();
    let is_align = |at: usize| chars.get(at).is_some_and(|c| matches!(c, '<' | '>' | '^'));
    let (fill, align, mut at) = if is_align(1) {
        (chars.first().copied(), chars.get(1).copied(), 2)
    } else if is_align(0) {
        (None, chars.first().copied(), 1)
    } else {
        (None, None, 0)
    };
    let zero = chars.get(at) == Some(&'0');
    at += usize::from(zero);
    let mut number = || {
        let start = at;
        while chars.get(at).is_some_and(char::is_ascii_digit) {
            at += 1;
        }
        chars.get(start..at).unwrap_or_default().iter().collect::<String>().parse::<usize>().ok()
    };
    let width = number().unwrap_or(0);
    let precision = if chars.get(at) == Some(&'.') {
        at += 1;
        let mut digits = String::new();
        while let Some(c) = chars.get(at).filter(|c| c.is_ascii_digit()) {
            digits.push(*c);
            at += 1;
        }
        match digits.parse::<usize>() {
            Ok(precision) => Some(precision),
            Err(_) => return cannot("a format of this kind"),
        }
    } else {
        None
    };
    let kind: String = chars.get(at..).unwrap_or_default().iter().collect();
    if width > 1_000
        || precision.is_some_and(|precision| precision > 100)
        || zero && (fill.is_some() || align.is_some())
    {
        return cannot("a format of this kind");
    }
    let (text, right) = match (value, kind.as_str(), precision) {
        (Value::Str(text), "" | "s", precision) if !zero => {
            (text.chars().take(precision.unwrap_or(usize::MAX)).collect::<String>(), false)
        }
        (Value::Int(value), "" | "d", None) => (value.to_string(), true),
        (Value::Int(_) | Value::Float(_), "f", Some(precision)) => {
            match Number::of(value).and_then(Number::float) {
                Some(value) if value.is_finite() => (format!("{value:.precision$}"), true),
                _ => return cannot("a format of this kind"),
            }
        }
        _ => return cannot("a format of this kind"),
    };
    let missing = width.saturating_sub(text.chars().count());
    let fill = fill.unwrap_or(' ');
    let many = |count: usize| std::iter::repeat_n(fill, count).collect::<String>();
    Ok(match align {
        None if zero => {
            let (sign, digits) = text.strip_prefix('-').map_or(("", text.as_str()), |digits| ("-", digits));
            format!("{sign}{}{digits}", "0".repeat(missing))
        }
        None if right => many(missing) + &text,
        None | Some('<') => text + &many(missing),
        Some('>') => many(missing) + &text,
        Some(_) => many(missing / 2) + &text + &many(missing - missing / 2),
    })
}

/// The parts of an f-string put together.
pub(super) fn concat(parts: &[&Value]) -> Applied {
    let mut whole = String::new();
    for part in parts {
        let Value::Str(part) = part else { return cannot("a part of an f-string") };
        whole.push_str(part);
    }
    Ok(Value::Str(whole.into()))
}

/// `pattern % value`: `%s`, `%d`, `%i`, `%r` and `%%`.
pub(super) fn percent(data: &Data<'_>, pattern: &str, value: &Value) -> Applied {
    let values: Vec<Value> = match value {
        Value::Tuple(items) => items.iter().map(|item| item.raw().clone()).collect(),
        Value::Dict(_) => return cannot("`%` with a dictionary"),
        value => vec![value.clone()],
    };
    let mut values = values.iter();
    let mut whole = String::new();
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        if c != '%' {
            whole.push(c);
            continue;
        }
        match chars.next() {
            Some('%') => whole.push('%'),
            Some(kind @ ('s' | 'd' | 'i' | 'r')) => {
                let Some(value) = values.next() else { return raise("TypeError") };
                match (kind, value) {
                    ('s', value) => whole.push_str(&str(data, value)?),
                    ('r', value) => whole.push_str(&repr(data, value)?),
                    (_, Value::Int(value)) => whole.push_str(&value.to_string()),
                    (_, Value::Bool(value)) => whole.push_str(if *value { "1" } else { "0" }),
                    (_, Value::Float(_)) => match integer::int(value)? {
                        Value::Int(value) => whole.push_str(&value.to_string()),
                        _ => return cannot("a format of this kind"),
                    },
                    (_, Value::Str(_) | Value::None | Value::List(_)) => return raise("TypeError"),
                    _ => return cannot("a format of this kind"),
                }
            }
            _ => return cannot("a format of this kind"),
        }
    }
    let is_tuple = matches!(value, Value::Tuple(_));
    if values.next().is_some() {
        // What is asked for elements by key or place may go unused when it stands alone.
        if matches!(value, Value::List(_) | Value::Range(..) | Value::Matched)
            || matches!(value, Value::Groups(groups) if !groups.manager)
        {
            return Ok(Value::Str(whole.into()));
        }
        let plain =
            matches!(value, Value::None | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Str(_));
        return if is_tuple || plain { raise("TypeError") } else { cannot("a format of this kind") };
    }
    Ok(Value::Str(whole.into()))
}

/// `pattern.format(...)`: `{}`, `{0}` and `{name}`, each with an optional format.
pub(super) fn braces(data: &Data<'_>, pattern: &str, args: &[&Value], names: &[Name]) -> Applied {
    let positional = args.len() - names.len().min(args.len());
    let mut whole = String::new();
    let mut next = 0;
    let mut numbered = false;
    let mut rest = pattern;
    while let Some(at) = rest.find(['{', '}']) {
        whole.push_str(rest.get(..at).unwrap_or_default());
        let after = rest.get(at + 1..).unwrap_or_default();
        let brace = rest.get(at..=at).unwrap_or_default();
        if after.starts_with(brace) {
            whole.push_str(brace);
            rest = after.get(1..).unwrap_or_default();
            continue;
        }
        let Some(end) = after.find('}').filter(|_| brace == "{") else { return raise("ValueError") };
        let field = after.get(..end).unwrap_or_default();
        let (name, spec) = field.split_once(':').unwrap_or((field, ""));
        if name.contains(['{', '.', '[', '!']) || spec.contains('{') || !name.is_ascii() {
            return cannot("a format of this kind");
        }
        let value = if name.is_empty() || name.bytes().all(|byte| byte.is_ascii_digit()) {
            let index = if name.is_empty() { next } else { name.parse().unwrap_or(usize::MAX) };
            if next > 0 && !name.is_empty() || numbered && name.is_empty() {
                return raise("ValueError");
            }
            numbered |= !name.is_empty();
            next += usize::from(name.is_empty());
            match args.get(..positional).and_then(|args| args.get(index)) {
                Some(value) => value,
                None => return raise("IndexError"),
            }
        } else {
            match names
                .iter()
                .position(|other| other.as_ref() == name)
                .and_then(|index| args.get(positional + index))
            {
                Some(value) => value,
                None => return raise("KeyError"),
            }
        };
        whole.push_str(&formatted(data, value, spec)?);
        rest = after.get(end + 1..).unwrap_or_default();
    }
    whole.push_str(rest);
    Ok(Value::Str(whole.into()))
}
