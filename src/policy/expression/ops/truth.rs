//! Whether Python takes a value for true.

use super::super::time::Moment;
use super::super::value::Value;

/// `bool(value)`; for a value that is known.
pub(in super::super) fn truth(value: &Value) -> bool {
    match value {
        Value::None => false,
        Value::Bool(value) => *value,
        Value::Int(value) => *value != 0,
        Value::Float(value) => *value != 0.0,
        Value::Str(value) => !value.is_empty(),
        Value::List(list) => !list.items.borrow().is_empty(),
        Value::Tuple(items) => !items.is_empty(),
        Value::Set(items) => !items.borrow().is_empty(),
        Value::Dict(dict) | Value::View(_, dict) => !dict.borrow().is_empty(),
        Value::Range(from, to, step) => {
            if *step > 0 {
                from < to
            } else {
                from > to
            }
        }
        // A manager is an object like any other; a query is asked for its rows.
        Value::Groups(groups) => groups.manager || !groups.ids.is_empty(),
        Value::Moment(Moment::Delta(delta)) => *delta != 0,
        _ => true,
    }
}
