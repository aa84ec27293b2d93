//! What a plain scalar means to `PyYAML`, which reads YAML 1.1: `yes` is a boolean and `1:30` is ninety.

use super::node::Data;

/// The value of a plain scalar.
pub(super) fn plain(text: &str) -> Result<Data, String> {
    Ok(match text {
        "" | "~" | "null" | "Null" | "NULL" => Data::Null,
        "<<" => Data::Merge,
        "=" => return Err("authentik's YAML reader has no value for a plain `=`".to_owned()),
        _ => {
            if let Some(value) = boolean(text) {
                Data::Bool(value)
            } else if is_float(text) {
                Data::Float(float(text))
            } else if is_integer(text) {
                integer(text)?
            } else if is_time(text) {
                Data::Time(text.into())
            } else {
                Data::Text(text.into())
            }
        }
    })
}

/// The value of a scalar with a tag of YAML's own, such as `!!int`; `None`: no such tag for scalars.
pub(super) fn tagged(tag: &str, text: &str) -> Option<Result<Data, String>> {
    Some(match tag {
        "str" => Ok(Data::Text(text.into())),
        "null" => Ok(Data::Null),
        "bool" => match text.to_ascii_lowercase().as_str() {
            "yes" | "true" | "on" => Ok(Data::Bool(true)),
            "no" | "false" | "off" => Ok(Data::Bool(false)),
            _ => Err(format!("`{text}` is no boolean")),
        },
        "int" => integer(text),
        "float" => {
            if is_float(text) || is_integer(text) || text.parse::<f64>().is_ok() {
                Ok(Data::Float(float(text)))
            } else {
                Err(format!("`{text}` is no number"))
            }
        }
        "timestamp" if is_time(text) => Ok(Data::Time(text.into())),
        "timestamp" => Err(format!("`{text}` is no date")),
        _ => return None,
    })
}

fn boolean(text: &str) -> Option<bool> {
    let shape = |word: &str| {
        let mut capital = word.to_owned();
        if let Some(first) = capital.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        text == word || text == capital || text == word.to_ascii_uppercase()
    };
    if text.len() > 5 {
        None
    } else if ["yes", "true", "on"].into_iter().any(shape) {
        Some(true)
    } else if ["no", "false", "off"].into_iter().any(shape) {
        Some(false)
    } else {
        None
    }
}

fn unsigned(text: &str) -> &str {
    text.strip_prefix(['-', '+']).unwrap_or(text)
}

fn only(text: &str, digit: impl Fn(u8) -> bool) -> bool {
    !text.is_empty() && text.bytes().all(|byte| digit(byte) || byte == b'_')
}

/// `:[0-5]?[0-9]`, as often as it is there and at least once.
fn sixties(text: &str) -> bool {
    let mut parts = text.split(':');
    parts.next() == Some("")
        && parts.clone().next().is_some()
        && parts.all(|part| match part.as_bytes() {
            [digit] | [b'0'..=b'5', digit] => digit.is_ascii_digit(),
            _ => false,
        })
}

fn is_integer(text: &str) -> bool {
    let digits = unsigned(text);
    if let Some(binary) = digits.strip_prefix("0b") {
        return only(binary, |byte| matches!(byte, b'0' | b'1'));
    }
    if let Some(hex) = digits.strip_prefix("0x") {
        return only(hex, |byte| byte.is_ascii_hexdigit());
    }
    if digits == "0" {
        return true;
    }
    if let Some(octal) = digits.strip_prefix('0') {
        return only(octal, |byte| matches!(byte, b'0'..=b'7'));
    }
    if !digits.starts_with(|first: char| first.is_ascii_digit()) {
        return false;
    }
    match digits.find(':') {
        None => only(digits, |byte| byte.is_ascii_digit()),
        Some(colon) => digits
            .split_at_checked(colon)
            .is_some_and(|(first, rest)| only(first, |byte| byte.is_ascii_digit()) && sixties(rest)),
    }
}

fn integer(text: &str) -> Result<Data, String> {
    let wrong = || format!("`{text}` is no integer");
    let plain: String = text.chars().filter(|c| *c != '_').collect();
    let (negative, digits) = match plain.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, plain.strip_prefix('+').unwrap_or(&plain)),
    };
    let value = if digits.is_empty() {
        return Err(wrong());
    } else if let Some(binary) = digits.strip_prefix("0b") {
        i128::from_str_radix(binary, 2)
    } else if let Some(hex) = digits.strip_prefix("0x") {
        i128::from_str_radix(hex, 16)
    } else if digits.starts_with('0') && digits.len() > 1 && !digits.contains(':') {
        i128::from_str_radix(digits, 8)
    } else if digits.contains(':') {
        let mut sum = 0i128;
        for part in digits.split(':') {
            let part: i128 = part.parse().map_err(|_| wrong())?;
            sum = sum.checked_mul(60).and_then(|sum| sum.checked_add(part)).ok_or_else(wrong)?;
        }
        Ok(sum)
    } else {
        digits.parse()
    };
    let value = value.map_err(|error| match error.kind() {
        std::num::IntErrorKind::PosOverflow => format!("`{text}` is too large a number"),
        _ => wrong(),
    })?;
    Ok(Data::Int(if negative { -value } else { value }))
}

/// `PyYAML` wants a dot in every float, and a sign in every exponent.
fn is_float(text: &str) -> bool {
    let digits = unsigned(text);
    if matches!(digits, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return true;
    }
    let Some((whole, fraction)) = digits.split_once('.') else { return false };
    let digit = |byte: u8| byte.is_ascii_digit();
    let any = |text: &str| text.is_empty() || only(text, digit);
    if whole.is_empty() {
        // `\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?`, without a sign in front.
        return text.starts_with('.')
            && fraction.starts_with(|c: char| c.is_ascii_digit())
            && exponent(fraction, any);
    }
    if !whole.starts_with(|c: char| c.is_ascii_digit()) {
        return false;
    }
    match whole.find(':') {
        None => only(whole, digit) && exponent(fraction, any),
        Some(colon) => {
            whole.split_at_checked(colon).is_some_and(|(first, rest)| only(first, digit) && sixties(rest))
                && any(fraction)
        }
    }
}

fn exponent(fraction: &str, any: impl Fn(&str) -> bool) -> bool {
    match fraction.split_once(['e', 'E']) {
        None => any(fraction),
        Some((fraction, power)) => {
            let digits = power.strip_prefix(['-', '+']);
            any(fraction)
                && digits
                    .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
        }
    }
}

fn float(text: &str) -> f64 {
    let plain: String = text.chars().filter(|c| *c != '_').collect::<String>().to_ascii_lowercase();
    let (sign, digits) = match plain.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, plain.strip_prefix('+').unwrap_or(&plain)),
    };
    sign * match digits {
        ".inf" => f64::INFINITY,
        ".nan" => f64::NAN,
        _ if digits.contains(':') => {
            digits.split(':').fold(0.0, |sum, part| sum * 60.0 + part.parse::<f64>().unwrap_or(f64::NAN))
        }
        _ => digits.parse().unwrap_or(f64::NAN),
    }
}

/// `2024-01-31`, or a date with a time of day, as `PyYAML` recognises them.
fn is_time(text: &str) -> bool {
    let bytes = text.as_bytes();
    if !bytes.first().is_some_and(u8::is_ascii_digit) {
        return false;
    }
    let mut rest = Cursor { bytes };
    if !(rest.digits(4, 4) && rest.byte(b'-')) {
        return false;
    }
    let strict = text.len() == 10;
    if strict && rest.digits(2, 2) && rest.byte(b'-') && rest.digits(2, 2) {
        return rest.bytes.is_empty();
    }
    rest.bytes = bytes.get(5..).unwrap_or_default();
    if !(rest.digits(1, 2) && rest.byte(b'-') && rest.digits(1, 2)) {
        return false;
    }
    if !(rest.byte(b'T') || rest.byte(b't') || rest.blanks()) {
        return false;
    }
    if !(rest.digits(1, 2) && rest.byte(b':') && rest.digits(2, 2) && rest.byte(b':') && rest.digits(2, 2)) {
        return false;
    }
    if rest.byte(b'.') {
        rest.digits(0, usize::MAX);
    }
    let before = rest.bytes;
    rest.blanks();
    if rest.byte(b'Z') {
        return rest.bytes.is_empty();
    }
    if rest.byte(b'-') || rest.byte(b'+') {
        return rest.digits(1, 2)
            && (rest.bytes.is_empty() || (rest.byte(b':') && rest.digits(2, 2)))
            && rest.bytes.is_empty();
    }
    before.is_empty()
}

struct Cursor<'t> {
    bytes: &'t [u8],
}

impl Cursor<'_> {
    fn digits(&mut self, least: usize, most: usize) -> bool {
        let count = self.bytes.iter().take(most).take_while(|byte| byte.is_ascii_digit()).count();
        self.bytes = self.bytes.get(count..).unwrap_or_default();
        count >= least
    }

    fn byte(&mut self, byte: u8) -> bool {
        match self.bytes.split_first() {
            Some((first, rest)) if *first == byte => {
                self.bytes = rest;
                true
            }
            _ => false,
        }
    }

    fn blanks(&mut self) -> bool {
        let before = self.bytes.len();
        while self.byte(b' ') || self.byte(b'\t') {}
        self.bytes.len() < before
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_scalars_mean_what_pyyaml_says() {
        let said = |text: &str| match plain(text) {
            Ok(Data::Null) => "null".to_owned(),
            Ok(Data::Bool(value)) => format!("bool {value}"),
            Ok(Data::Int(value)) => format!("int {value}"),
            Ok(Data::Float(value)) => format!("float {value}"),
            Ok(Data::Text(text)) => format!("text {text}"),
            Ok(Data::Time(text)) => format!("time {text}"),
            Ok(Data::Merge) => "merge".to_owned(),
            Ok(_) => "?".to_owned(),
            Err(_) => "error".to_owned(),
        };
        for (text, meaning) in [
            ("", "null"),
            ("~", "null"),
            ("NULL", "null"),
            ("nULL", "text nULL"),
            ("yes", "bool true"),
            ("On", "bool true"),
            ("TRUE", "bool true"),
            ("off", "bool false"),
            ("No", "bool false"),
            ("y", "text y"),
            ("n", "text n"),
            ("yEs", "text yEs"),
            ("0", "int 0"),
            ("-0", "int 0"),
            ("12", "int 12"),
            ("+1_000", "int 1000"),
            ("-7", "int -7"),
            ("0x1F", "int 31"),
            ("0b101", "int 5"),
            ("0123", "int 83"),
            ("0o17", "text 0o17"),
            ("089", "text 089"),
            ("1:30", "int 90"),
            ("1:60", "text 1:60"),
            ("190:20:30", "int 685230"),
            ("1.5", "float 1.5"),
            ("1.", "float 1"),
            (".5", "float 0.5"),
            ("-.5", "text -.5"),
            ("1e3", "text 1e3"),
            ("1.0e3", "text 1.0e3"),
            ("1.0e+3", "float 1000"),
            ("1:30.5", "float 90.5"),
            (".inf", "float inf"),
            ("-.INF", "float -inf"),
            (".NaN", "float NaN"),
            ("-.nan", "text -.nan"),
            ("2024-01-31", "time 2024-01-31"),
            ("2024-1-3", "text 2024-1-3"),
            ("2024-01-31 10:00:00", "time 2024-01-31 10:00:00"),
            ("2024-01-31T10:00:00.5Z", "time 2024-01-31T10:00:00.5Z"),
            ("2024-01-31 10:00:00 +01:30", "time 2024-01-31 10:00:00 +01:30"),
            ("2024-01-31 10:00", "text 2024-01-31 10:00"),
            ("<<", "merge"),
            ("=", "error"),
            ("_", "text _"),
            ("-", "text -"),
            (".", "text ."),
            ("0x", "text 0x"),
            ("99999999999999999999999999999999999999999", "error"),
            ("1__2", "int 12"),
            ("hello", "text hello"),
        ] {
            assert_eq!(said(text), meaning, "{text}");
        }
    }

    #[test]
    fn explicit_types_are_obeyed() {
        assert!(matches!(tagged("int", "3"), Some(Ok(Data::Int(3)))));
        assert!(matches!(tagged("float", "3"), Some(Ok(Data::Float(_)))));
        assert!(matches!(tagged("bool", "YES"), Some(Ok(Data::Bool(true)))));
        assert!(matches!(tagged("bool", "maybe"), Some(Err(_))));
        assert!(matches!(tagged("int", ""), Some(Err(_))));
        assert!(tagged("binary", "").is_none());
    }
}
