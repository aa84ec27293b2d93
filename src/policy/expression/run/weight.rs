//! How large values are, and what they hold.

use super::super::ops::Data;
use super::super::term::Op;
use super::super::value::{Val, Value};

/// Values with more parts are given up on.
pub(super) const HEAVIEST: usize = 100_000;

/// How many parts a value has, counted as often as they occur.
pub(super) fn weight(value: &Val) -> usize {
    let mut weight = 0_usize;
    let mut queue = vec![value.clone()];
    while let Some(value) = queue.pop() {
        weight += 1;
        match value.raw() {
            Value::Str(text) => weight += text.len(),
            Value::List(list) => queue.extend(list.items.borrow().iter().cloned()),
            Value::Tuple(items) => queue.extend(items.iter().cloned()),
            Value::Dict(dict) => queue.extend(dict.borrow().iter().map(|(_, value)| value.clone())),
            Value::Set(items) => weight += items.borrow().len(),
            _ => {}
        }
        if weight >= HEAVIEST {
            break;
        }
    }
    weight
}

/// How many steps it takes to do `op` with `args`, beside the one for everything.
pub(super) fn cost(data: &Data<'_>, op: &Op, args: &[Val]) -> usize {
    let lengths = || args.iter().map(|arg| length(data, arg));
    let all: usize = args.iter().map(weight).sum();
    let each_with_each = match op {
        Op::Call("dict", _) if !matches!(args.first().map(Val::raw), Some(Value::Dict(_))) => {
            all.saturating_mul(all)
        }
        Op::Call("sorted" | "set" | "frozenset" | "min" | "max", _) => all.saturating_mul(all),
        Op::Compare(_) | Op::Binary(_) | Op::Method(..)
            if args.iter().any(|arg| matches!(arg.raw(), Value::Set(_) | Value::Dict(_))) =>
        {
            lengths().fold(1, |product: usize, length| product.saturating_mul(length.max(1)))
        }
        _ => 0,
    };
    all / 16 + each_with_each / 64
}

/// How long a value is.
pub(super) fn length(data: &Data<'_>, value: &Val) -> usize {
    match value.raw() {
        Value::Str(text) => text.len() / 16,
        Value::List(list) => list.items.borrow().len(),
        Value::Tuple(items) => items.len(),
        Value::Set(items) => items.borrow().len(),
        Value::Dict(dict) | Value::View(_, dict) => dict.borrow().len(),
        Value::Groups(groups) => groups.ids.len(),
        Value::User(super::super::value::Who::User(user)) => 16 * data.world.users.row(*user).groups.len(),
        _ => 0,
    }
}

/// Whether a value can be changed, and belongs to the code.
pub(super) fn is_changeable(value: &Val) -> bool {
    matches!(value.raw(), Value::List(_) | Value::Dict(_) | Value::Set(_) | Value::View(..))
        && value.term().is_none()
}

/// Whether a container of the code's own making holds values that can be changed, however deeply.
pub(super) fn holds_changeable(value: &Val) -> bool {
    let mut outermost = true;
    let mut seen = 0;
    value.any(&mut |part| {
        seen += 1;
        let is_outermost = std::mem::replace(&mut outermost, false);
        seen > 10_000 || !is_outermost && is_changeable(part)
    })
}
