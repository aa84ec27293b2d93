//! How large values are, and what they hold.

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

/// Whether a container of the code's own making holds values that can be changed.
pub(super) fn holds_changeable(value: &Val) -> bool {
    let changes = |value: &Val| {
        matches!(value.raw(), Value::List(_) | Value::Dict(_) | Value::Set(_)) && value.term().is_none()
    };
    value.term().is_none()
        && match value.raw() {
            Value::List(list) => list.items.borrow().iter().any(changes),
            Value::Tuple(items) => items.iter().any(|item| changes(item) || holds_changeable(item)),
            Value::Dict(dict) | Value::View(_, dict) => dict.borrow().iter().any(|(_, value)| changes(value)),
            _ => false,
        }
}
