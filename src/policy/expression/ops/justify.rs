//! Texts that are filled up to a width.

use super::super::value::Value;
use super::number::Number;
use super::{Applied, cannot, raise};

/// `text.center(...)`, `.ljust(...)`, `.rjust(...)` and `.zfill(...)`
pub(super) fn method(text: &str, name: &str, args: &[&Value]) -> Applied<String> {
    let (width, fill) = match args {
        [width] => (width, None),
        [width, fill] if name != "zfill" => (width, Some(fill)),
        _ => return raise("TypeError"),
    };
    let Some(Number::Int(width)) = Number::of(width) else { return raise("TypeError") };
    let fill = fill.map_or(Ok(' '), |fill| single(fill))?;
    if width > 10_000 {
        return cannot("a very long text");
    }
    let width = usize::try_from(width.max(0)).unwrap_or_default();
    let missing = width.saturating_sub(text.chars().count());
    let many = |count: usize| std::iter::repeat_n(fill, count).collect::<String>();
    Ok(match name {
        "ljust" => format!("{text}{}", many(missing)),
        "rjust" => format!("{}{text}", many(missing)),
        "center" => {
            // What is odd goes to the left where the width is odd, too.
            let left = missing / 2 + (missing & width & 1);
            format!("{}{text}{}", many(left), many(missing - left))
        }
        _ => {
            let (sign, digits) = match text.strip_prefix(['+', '-']) {
                Some(digits) => (text.get(..1).unwrap_or_default(), digits),
                None => ("", text),
            };
            format!("{sign}{}{digits}", "0".repeat(missing))
        }
    })
}

/// The one character that a text consists of.
fn single(text: &Value) -> Applied<char> {
    let Value::Str(text) = text else { return raise("TypeError") };
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (Some(single), None) => Ok(single),
        _ => raise("TypeError"),
    }
}
