//! Functions of whole numbers, and texts that mean one.

use super::super::ast::BinaryOp;
use super::super::value::{Val, Value};
use super::number::{Number, whole};
use super::{Applied, Data, arithmetic, cannot, raise};

/// `bin(value)`, `oct(value)` and `hex(value)`
pub(super) fn digits(name: &str, value: &Value) -> Applied {
    let number = index(value)?;
    let (sign, digits) = (if number < 0 { "-" } else { "" }, number.unsigned_abs());
    let text = match name {
        "bin" => format!("{sign}0b{digits:b}"),
        "oct" => format!("{sign}0o{digits:o}"),
        _ => format!("{sign}0x{digits:x}"),
    };
    Ok(Value::Str(text.into()))
}

/// `chr(value)`
pub(super) fn character(value: &Value) -> Applied {
    match u32::try_from(index(value)?) {
        Ok(code @ 0..=0x0010_ffff) => char::from_u32(code).map_or_else(
            || cannot("half of a character"),
            |character| Ok(Value::Str(character.to_string().into())),
        ),
        _ => raise("ValueError"),
    }
}

/// The whole number that `value` is; fractions are none, even those without a rest.
fn index(value: &Value) -> Applied<i128> {
    match Number::of(value) {
        Some(Number::Int(number)) => Ok(number),
        _ if value.is_basic() => raise("TypeError"),
        _ => cannot(format!("a number made of a {}", value.class())),
    }
}

/// `divmod(left, right)`
pub(super) fn divided(data: &Data<'_>, left: &Value, right: &Value) -> Applied {
    if Number::of(left).is_none() || Number::of(right).is_none() {
        let basic = left.is_basic() && right.is_basic();
        return if basic { raise("TypeError") } else { cannot("`divmod` of this") };
    }
    let quotient = arithmetic::binary(data, BinaryOp::FloorDiv, left, right)?;
    let rest = arithmetic::binary(data, BinaryOp::Mod, left, right)?;
    Ok(Value::tuple(vec![Val::known(quotient), Val::known(rest)]))
}

/// `pow(base, exponent, modulus)`, of numbers that are so small that their products fit.
pub(super) fn power_modulo(base: &Value, exponent: &Value, modulus: &Value) -> Applied {
    let numbers = (Number::of(base), Number::of(exponent), Number::of(modulus));
    let (Some(Number::Int(base)), Some(Number::Int(exponent)), Some(Number::Int(modulus))) = numbers else {
        let basic = [base, exponent, modulus].iter().all(|value| value.is_basic());
        return if basic { raise("TypeError") } else { cannot("`pow` of this") };
    };
    let positive = modulus.unsigned_abs().cast_signed();
    if modulus == 0 {
        return raise("ValueError");
    }
    // Python does not look for an inverse where everything is 0.
    if positive == 1 {
        return Ok(Value::Int(0));
    }
    let mut factor = base.rem_euclid(positive);
    if exponent < 0 {
        let Some(inverse) = inverse(factor, positive) else { return raise("ValueError") };
        factor = inverse;
    }
    let mut rest = exponent.unsigned_abs();
    let mut power = 1;
    while rest > 0 {
        if rest & 1 == 1 {
            power = power * factor % positive;
        }
        factor = factor * factor % positive;
        rest >>= 1;
    }
    // The result has the sign of the modulus.
    Ok(Value::Int(if modulus < 0 && power != 0 { power + modulus } else { power }))
}

/// What gives 1 with `value`, modulo `modulus`.
fn inverse(value: i128, modulus: i128) -> Option<i128> {
    let (mut rest, mut next) = (modulus, value);
    let (mut factor, mut next_factor) = (0, 1);
    while next != 0 {
        let quotient = rest / next;
        (rest, next) = (next, rest - quotient * next);
        (factor, next_factor) = (next_factor, factor - quotient * next_factor);
    }
    (rest == 1).then(|| factor.rem_euclid(modulus))
}

/// `int(value)`
pub(super) fn int(value: &Value) -> Applied {
    match value {
        Value::Str(text) => parse(text, 10),
        Value::Float(value) if value.is_nan() => raise("ValueError"),
        Value::Float(value) if value.is_infinite() => raise("OverflowError"),
        Value::Float(value) => {
            whole(value.trunc()).map_or_else(|| cannot("a very large number"), |value| Ok(Value::Int(value)))
        }
        Value::None | Value::List(_) | Value::Dict(_) | Value::Tuple(_) | Value::Set(_) | Value::User(_) => {
            raise("TypeError")
        }
        _ => match Number::of(value) {
            Some(Number::Int(value)) => Ok(Value::Int(value)),
            _ => cannot("a number made of this"),
        },
    }
}

/// `int(value, base)`
pub(super) fn int_of_base(value: &Value, base: &Value) -> Applied {
    let base = index(base)?;
    let Ok(base @ (0 | 2..=36)) = u32::try_from(base) else { return raise("ValueError") };
    match value {
        Value::Str(text) => parse(text, base),
        _ if value.is_basic() => raise("TypeError"),
        _ => cannot("a number made of this"),
    }
}

/// The number that `text` means; base 0 is the one that its prefix says.
fn parse(text: &str, base: u32) -> Applied {
    if !text.is_ascii() || text.len() > 30 {
        return cannot("a number of unusual digits");
    }
    let text = text.trim_matches([' ', '\t', '\n', '\x0b', '\x0c', '\r']);
    let (negative, text) = match text.strip_prefix('-') {
        Some(text) => (true, text),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let prefixed = match text.as_bytes() {
        [b'0', b'x' | b'X', ..] => 16,
        [b'0', b'o' | b'O', ..] => 8,
        [b'0', b'b' | b'B', ..] => 2,
        _ => 0,
    };
    let (radix, digits) = if prefixed != 0 && (base == prefixed || base == 0) {
        // One underscore may stand before the first digit here, as between any two.
        let digits = text.get(2..).unwrap_or_default();
        (prefixed, digits.strip_prefix('_').unwrap_or(digits))
    } else {
        (if base == 0 { 10 } else { base }, text)
    };
    // An octal number as C has it is none of Python's.
    if base == 0 && prefixed == 0 && text.starts_with('0') && text.contains(|c| matches!(c, '1'..='9')) {
        return raise("ValueError");
    }
    let is_number = digits.split('_').all(|part| !part.is_empty() && part.chars().all(|c| c.is_digit(radix)));
    if !is_number {
        return raise("ValueError");
    }
    match i128::from_str_radix(&digits.replace('_', ""), radix) {
        Ok(number) => Ok(Value::Int(if negative { -number } else { number })),
        Err(_) => cannot("a very large number"),
    }
}
