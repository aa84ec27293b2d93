//! `+`, `-`, `*` and the other operators that calculate.

use super::super::ast::{BinaryOp, UnaryOp};
use super::super::time::Moment;
use super::super::value::{Val, Value};
use super::number::{Number, exact};
use super::{Applied, Data, cannot, collection, format, raise};

/// `-value`, `+value`, `~value`
pub(super) fn unary(op: UnaryOp, value: &Value) -> Applied {
    match (op, Number::of(value)) {
        (UnaryOp::Plus, Some(Number::Int(value))) => Ok(Value::Int(value)),
        (UnaryOp::Minus, Some(Number::Int(value))) => int(value.checked_neg()),
        (UnaryOp::Invert, Some(Number::Int(_))) if matches!(value, Value::Bool(_)) => {
            cannot("`~` of a truth value")
        }
        (UnaryOp::Invert, Some(Number::Int(value))) => Ok(Value::Int(!value)),
        (UnaryOp::Plus, Some(Number::Float(value))) => Ok(Value::Float(value)),
        (UnaryOp::Minus, Some(Number::Float(value))) => Ok(Value::Float(-value)),
        (UnaryOp::Invert, Some(Number::Float(_))) => raise("TypeError"),
        (_, None) if is_plain(value) => raise("TypeError"),
        _ => cannot("this operator here"),
    }
}

fn int(value: Option<i128>) -> Applied {
    value.map_or_else(|| cannot("a very large number"), |value| Ok(Value::Int(value)))
}

/// Whether its class has no operators but those that are looked into here.
fn is_plain(value: &Value) -> bool {
    value.is_basic() || matches!(value, Value::Range(..) | Value::Closure(_))
}

/// `left op right`
pub(super) fn binary(data: &Data<'_>, op: BinaryOp, left: &Value, right: &Value) -> Applied {
    if let (Value::Bool(left), Value::Bool(right)) = (left, right) {
        match op {
            BinaryOp::And => return Ok(Value::Bool(left & right)),
            BinaryOp::Or => return Ok(Value::Bool(left | right)),
            BinaryOp::Xor => return Ok(Value::Bool(left ^ right)),
            _ => {}
        }
    }
    if let (Some(left), Some(right)) = (Number::of(left), Number::of(right)) {
        return numbers(op, left, right);
    }
    match (op, left, right) {
        (BinaryOp::Add, Value::Str(left), Value::Str(right)) => {
            Ok(Value::Str(format!("{left}{right}").into()))
        }
        (BinaryOp::Add, Value::List(left), Value::List(right)) => {
            let (one, other) = (left.items.borrow(), right.items.borrow());
            if left.unordered || right.unordered {
                return cannot("the order in which the database gives rows");
            }
            Ok(Value::list(one.iter().chain(other.iter()).cloned().collect()))
        }
        (BinaryOp::Add, Value::Tuple(left), Value::Tuple(right)) => {
            Ok(Value::tuple(left.iter().chain(right.iter()).cloned().collect()))
        }
        (BinaryOp::Mul, Value::Str(_) | Value::List(_) | Value::Tuple(_), times)
            if Number::of(times).is_some() =>
        {
            repeat(left, times)
        }
        (BinaryOp::Mul, times, Value::Str(_) | Value::List(_) | Value::Tuple(_))
            if Number::of(times).is_some() =>
        {
            repeat(right, times)
        }
        (BinaryOp::Mod, Value::Str(pattern), _) => format::percent(data, pattern, right),
        (
            BinaryOp::And | BinaryOp::Or | BinaryOp::Xor | BinaryOp::Sub,
            Value::Set(left),
            Value::Set(right),
        ) => collection::combine(data, op, &left.borrow(), &right.borrow()),
        (BinaryOp::Or, Value::Dict(left), Value::Dict(right)) => {
            collection::merge(data, &left.borrow(), &right.borrow())
        }
        (BinaryOp::Add, Value::Moment(left), Value::Moment(right)) => moment(*left, *right, left.add(*right)),
        (BinaryOp::Sub, Value::Moment(left), Value::Moment(right)) => {
            moment(*left, *right, left.subtract(*right))
        }
        _ if is_plain(left) && is_plain(right) => raise("TypeError"),
        _ => cannot(format!("an operator between a {} and a {}", left.class(), right.class())),
    }
}

fn moment(left: Moment, right: Moment, result: Option<Moment>) -> Applied {
    match result {
        Some(moment) => Ok(Value::Moment(moment)),
        None => cannot(format!("calculating with a {} and a {}", left.class(), right.class())),
    }
}

/// Texts and lists are not made longer than this.
const LONGEST: usize = 100_000;

fn repeat(value: &Value, times: &Value) -> Applied {
    let Some(Number::Int(times)) = Number::of(times) else { return raise("TypeError") };
    let times = usize::try_from(times.max(0)).unwrap_or(usize::MAX);
    let length = |length: usize| length.checked_mul(times).is_some_and(|length| length <= LONGEST);
    let many = |items: &[Val]| std::iter::repeat_n(items, times).flatten().cloned().collect::<Vec<_>>();
    match value {
        Value::Str(text) if length(text.len()) => Ok(Value::Str(text.repeat(times).into())),
        Value::List(list) if length(list.items.borrow().len()) && !list.unordered => {
            Ok(Value::list(many(&list.items.borrow())))
        }
        Value::Tuple(items) if length(items.len()) => Ok(Value::tuple(many(items))),
        _ => cannot("a very long text or list"),
    }
}

fn numbers(op: BinaryOp, left: Number, right: Number) -> Applied {
    match (left, right) {
        (Number::Int(left), Number::Int(right)) => whole(op, left, right),
        (left, right) => match (left.float(), right.float()) {
            (Some(left), Some(right)) => floating(op, left, right),
            _ => cannot("a very large number"),
        },
    }
}

fn whole(op: BinaryOp, left: i128, right: i128) -> Applied {
    match op {
        BinaryOp::Add => int(left.checked_add(right)),
        BinaryOp::Sub => int(left.checked_sub(right)),
        BinaryOp::Mul => int(left.checked_mul(right)),
        BinaryOp::Div | BinaryOp::FloorDiv | BinaryOp::Mod if right == 0 => raise("ZeroDivisionError"),
        BinaryOp::Div => match (exact(left), exact(right)) {
            (Some(left), Some(right)) => Ok(Value::Float(left / right)),
            _ => cannot("a very large number"),
        },
        // Python rounds towards minus infinity, and the rest has the sign of the divisor.
        BinaryOp::FloorDiv => int(left
            .checked_div(right)
            .map(|quotient| quotient - i128::from(left % right != 0 && (left < 0) != (right < 0)))),
        BinaryOp::Mod => int(left
            .checked_rem(right)
            .map(|rest| if rest != 0 && (rest < 0) != (right < 0) { rest + right } else { rest })),
        BinaryOp::Pow => match u32::try_from(right) {
            Ok(power) => int(left.checked_pow(power)),
            Err(_) => inverse_power(left, right),
        },
        BinaryOp::And => Ok(Value::Int(left & right)),
        BinaryOp::Or => Ok(Value::Int(left | right)),
        BinaryOp::Xor => Ok(Value::Int(left ^ right)),
        BinaryOp::Left | BinaryOp::Right if right < 0 => raise("ValueError"),
        BinaryOp::Left => match u32::try_from(right) {
            Ok(by) if by < 100 && left.unsigned_abs().leading_zeros() > by + 1 => Ok(Value::Int(left << by)),
            _ => cannot("a very large number"),
        },
        BinaryOp::Right => Ok(Value::Int(left >> right.min(127))),
        BinaryOp::MatMul => raise("TypeError"),
    }
}

fn floating(op: BinaryOp, left: f64, right: f64) -> Applied {
    match op {
        BinaryOp::Add => Ok(Value::Float(left + right)),
        BinaryOp::Sub => Ok(Value::Float(left - right)),
        BinaryOp::Mul => Ok(Value::Float(left * right)),
        BinaryOp::Div | BinaryOp::FloorDiv | BinaryOp::Mod if right == 0.0 => raise("ZeroDivisionError"),
        BinaryOp::Div => Ok(Value::Float(left / right)),
        BinaryOp::FloorDiv => Ok(Value::Float(divided(left, right).0)),
        BinaryOp::Mod => Ok(Value::Float(divided(left, right).1)),
        BinaryOp::Pow => cannot("this operator between fractions"),
        _ => raise("TypeError"),
    }
}

/// What comes out of `left // right` and `left % right`, in the steps in which Python computes it.
fn divided(left: f64, right: f64) -> (f64, f64) {
    let mut rest = left % right;
    let mut quotient = (left - rest) / right;
    if rest == 0.0 {
        rest = 0.0_f64.copysign(right);
    } else if (right < 0.0) != (rest < 0.0) {
        rest += right;
        quotient -= 1.0;
    }
    if quotient == 0.0 {
        return (0.0_f64.copysign(left / right), rest);
    }
    let below = quotient.floor();
    (if quotient - below > 0.5 { below + 1.0 } else { below }, rest)
}

/// `base ** exponent` with an exponent below 0: what machines compute is certain where it needs one digit only.
fn inverse_power(base: i128, exponent: i128) -> Applied {
    if base == 0 {
        return raise("ZeroDivisionError");
    }
    let power = u32::try_from(exponent.unsigned_abs()).ok().and_then(|exponent| base.checked_pow(exponent));
    match power.and_then(exact) {
        Some(power) if base.unsigned_abs().is_power_of_two() => Ok(Value::Float(1.0 / power)),
        _ => cannot("a power of this kind"),
    }
}
