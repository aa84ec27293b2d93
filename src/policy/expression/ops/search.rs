//! What texts contain, and where: positions count characters.

use super::super::value::Value;
use super::number::Number;
use super::{Applied, raise};

/// `text.startswith(...)` or `text.endswith(...)`
pub(super) fn affix(text: &str, start: bool, args: &[&Value]) -> Applied<bool> {
    let [affix, bounds @ ..] = args else { return raise("TypeError") };
    let part = part(text, bounds)?;
    // There is no part where it would end before it begins, and nothing is at its ends.
    let one = |affix: &str| {
        part.is_some_and(|(_, part)| if start { part.starts_with(affix) } else { part.ends_with(affix) })
    };
    match affix {
        Value::Str(affix) => Ok(one(affix)),
        Value::Tuple(affixes) => {
            for affix in affixes.iter() {
                match affix.raw() {
                    Value::Str(affix) if one(affix) => return Ok(true),
                    Value::Str(_) => {}
                    _ => return raise("TypeError"),
                }
            }
            Ok(false)
        }
        _ => raise("TypeError"),
    }
}

/// `text.find(...)`, `.rfind(...)`, `.index(...)`, `.rindex(...)` or `.count(...)`
pub(super) fn position(text: &str, name: &str, args: &[&Value]) -> Applied {
    let [Value::Str(wanted), bounds @ ..] = args else { return raise("TypeError") };
    let part = part(text, bounds)?;
    let number = |number: usize| Ok(Value::Int(i128::try_from(number).unwrap_or_default()));
    if name == "count" {
        return number(part.map_or(0, |(_, part)| match wanted.as_ref() {
            "" => part.chars().count() + 1,
            wanted => part.matches(wanted).count(),
        }));
    }
    let found = part.and_then(|(from, part)| {
        let at = if name.starts_with('r') { part.rfind(wanted.as_ref()) } else { part.find(wanted.as_ref()) };
        Some(from + part.get(..at?)?.chars().count())
    });
    match found {
        Some(at) => number(at),
        None if name.ends_with("index") => raise("ValueError"),
        None => Ok(Value::Int(-1)),
    }
}

/// The part of `text` between two positions, and the first of them; `None` where it begins after its end.
fn part<'t>(text: &'t str, bounds: &[&Value]) -> Applied<Option<(usize, &'t str)>> {
    let mut numbers = [None; 2];
    if bounds.len() > numbers.len() {
        return raise("TypeError");
    }
    for (bound, number) in bounds.iter().zip(&mut numbers) {
        *number = match (bound, Number::of(bound)) {
            (Value::None, _) => None,
            (_, Some(Number::Int(number))) => Some(number),
            _ => return raise("TypeError"),
        };
    }
    let length = text.chars().count();
    let place = |number: i128| {
        let number = if number < 0 { number + i128::try_from(length).unwrap_or(i128::MAX) } else { number };
        usize::try_from(number.max(0)).unwrap_or(usize::MAX)
    };
    let [from, to] = numbers;
    let (from, to) = (from.map_or(0, place), to.map_or(length, place).min(length));
    let byte = |at: usize| text.char_indices().nth(at).map_or(text.len(), |(byte, _)| byte);
    // Past the end, not even nothing can be found.
    Ok(if from > to { None } else { text.get(byte(from)..byte(to)).map(|part| (from, part)) })
}
