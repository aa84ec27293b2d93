//! Numbers: whole ones as long as they fit, and floating ones.

use std::cmp::Ordering;

use super::super::ast::Name;
use super::super::value::Value;
use super::{Applied, cannot, none};

/// A number as Python calculates with it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Number {
    Int(i128),
    Float(f64),
}

impl Number {
    /// The number that `value` is; `True` is 1.
    pub(super) fn of(value: &Value) -> Option<Self> {
        match value {
            Value::Bool(value) => Some(Self::Int(i128::from(*value))),
            Value::Int(value) => Some(Self::Int(*value)),
            Value::Float(value) => Some(Self::Float(*value)),
            _ => None,
        }
    }

    /// As a floating number; `None` where digits would be lost.
    pub(super) fn float(self) -> Option<f64> {
        match self {
            Self::Float(value) => Some(value),
            Self::Int(value) => exact(value),
        }
    }
}

/// A whole number as a floating one, when no digit is lost.
#[expect(clippy::cast_precision_loss, reason = "the bound keeps every digit")]
pub(super) fn exact(value: i128) -> Option<f64> {
    (value.unsigned_abs() <= 1 << 53).then_some(value as f64)
}

/// The smallest power of two that is no whole number of ours.
const LARGEST: f64 = 170_141_183_460_469_231_731_687_303_715_884_105_728.0;

/// A floating number without a fraction as a whole one.
#[expect(clippy::cast_possible_truncation, reason = "the bound keeps every digit")]
pub(super) fn whole(value: f64) -> Option<i128> {
    (value.is_finite() && value.fract() == 0.0 && value.abs() < LARGEST).then_some(value as i128)
}

/// How two numbers compare; `None` with what is no number (`nan`).
pub(super) fn compare(left: &Value, right: &Value) -> Option<Ordering> {
    match (Number::of(left)?, Number::of(right)?) {
        (Number::Int(left), Number::Int(right)) => Some(left.cmp(&right)),
        (Number::Float(left), Number::Float(right)) => left.partial_cmp(&right),
        (Number::Int(left), Number::Float(right)) => with_float(left, right),
        (Number::Float(left), Number::Int(right)) => with_float(right, left).map(Ordering::reverse),
    }
}

fn with_float(left: i128, right: f64) -> Option<Ordering> {
    if right.is_nan() {
        return None;
    }
    if right.abs() >= LARGEST {
        return Some(if right > 0.0 { Ordering::Less } else { Ordering::Greater });
    }
    let below = right.floor();
    let order = left.cmp(&whole(below).unwrap_or_default());
    // What equals the whole part is below what has a fraction, too.
    Some(if order == Ordering::Equal && below < right { Ordering::Less } else { order })
}

/// A method of a number.
pub(super) fn method(of: &Value, name: &str, args: &[&Value], names: &[Name]) -> Applied {
    let value = match (Number::of(of), name) {
        (Some(Number::Int(number)), "bit_length") => {
            Value::Int(i128::from(u128::BITS - number.unsigned_abs().leading_zeros()))
        }
        (Some(Number::Int(number)), "conjugate") => Value::Int(number),
        (Some(Number::Float(number)), "conjugate") => Value::Float(number),
        (Some(Number::Float(number)), "is_integer") => {
            Value::Bool(number.is_finite() && number.fract() == 0.0)
        }
        _ => return cannot(format!("`.{name}()` of a {}", of.class())),
    };
    none(args, names).map(|()| value)
}

/// An attribute of a number that is no method.
pub(super) fn attribute(of: &Value, name: &str) -> Applied {
    match (Number::of(of), name) {
        (Some(Number::Int(number)), "real" | "numerator") => Ok(Value::Int(number)),
        (Some(Number::Int(_)), "imag") => Ok(Value::Int(0)),
        (Some(Number::Int(_)), "denominator") => Ok(Value::Int(1)),
        (Some(Number::Float(number)), "real") => Ok(Value::Float(number)),
        (Some(Number::Float(_)), "imag") => Ok(Value::Float(0.0)),
        _ => cannot(format!("`.{name}` of a {}", of.class())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_and_floating_numbers_compare_exactly() {
        let compare = |left: i128, right: f64| compare(&Value::Int(left), &Value::Float(right));
        assert_eq!(compare(1, 1.0), Some(Ordering::Equal));
        assert_eq!(compare(1, 1.5), Some(Ordering::Less));
        assert_eq!(compare(-1, -1.5), Some(Ordering::Greater));
        assert_eq!(compare((1 << 53) + 1, 9_007_199_254_740_992.0), Some(Ordering::Greater));
        assert_eq!(compare(i128::MAX, f64::INFINITY), Some(Ordering::Less));
        assert_eq!(compare(i128::MIN, -LARGEST), Some(Ordering::Greater));
        assert_eq!(
            compare(150_000_000_000_000_000_000_000_000_000_000_000_000, 1.2e38),
            Some(Ordering::Greater)
        );
        assert_eq!(compare(1, f64::NAN), None);
    }
}
