//! `sorted`, `min`, `max` and `sum`.

use std::cmp::Ordering;

use super::super::ast::{BinaryOp, Name};
use super::super::term::Const;
use super::super::value::{Val, Value};
use super::number::Number;
use super::{Applied, Data, arithmetic, cannot, collection, equal, is_ordered, less, raise};

/// The elements in order; those that are equal stay as they were.
fn sort(data: &Data<'_>, items: &mut [Val], reverse: bool) -> Applied<()> {
    // Values without an order among them could be compared in any sequence, so every pair is asked first.
    if items.len() > 1_000 {
        return cannot("sorting very many values");
    }
    for (at, left) in items.iter().enumerate() {
        for right in items.iter().skip(at + 1) {
            less(data, left.raw(), right.raw())?;
        }
    }
    let below = |left: &Val, right: &Val| less(data, left.raw(), right.raw()).unwrap_or(false);
    let order = |left: &Val, right: &Val| {
        if below(left, right) {
            Ordering::Less
        } else if below(right, left) {
            Ordering::Greater
        } else {
            Ordering::Equal
        }
    };
    items.sort_by(|left, right| if reverse { order(right, left) } else { order(left, right) });
    Ok(())
}

/// Whether some of `items` are equal and not the same, as 1 and `True` are.
fn has_ties(data: &Data<'_>, items: &[Val]) -> Applied<bool> {
    for (at, left) in items.iter().enumerate() {
        for right in items.iter().skip(at + 1) {
            let alike = || Const::of(left.raw()).is_some_and(|left| Some(left) == Const::of(right.raw()));
            if equal(data, left.raw(), right.raw())? && !alike() {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

pub(super) fn sorted(data: &Data<'_>, args: &[&Value], names: &[Name]) -> Applied {
    let (value, reverse) = match (args, names) {
        ([value], []) => (value, false),
        ([value, Value::Bool(reverse)], [name]) if name.as_ref() == "reverse" => (value, *reverse),
        ([value, Value::Int(reverse @ (0 | 1))], [name]) if name.as_ref() == "reverse" => {
            (value, *reverse == 1)
        }
        // Releases of Python differ in what else they take.
        ([_, _], [name]) if name.as_ref() == "reverse" => return cannot("`sorted` with this `reverse`"),
        _ => return cannot("`sorted` of this kind"),
    };
    let (mut items, unordered) = collection::iterate(data, value)?;
    if unordered && has_ties(data, &items)? {
        return cannot("the order in which the database gives rows");
    }
    if !items.iter().all(|item| is_ordered(item.raw())) {
        return cannot("sorting what has no order");
    }
    sort(data, &mut items, reverse)?;
    Ok(Value::list(items))
}

pub(super) fn extreme(data: &Data<'_>, most: bool, args: &[&Value], names: &[Name]) -> Applied {
    let (args, default) = match names {
        [] => (args, None),
        [name] if name.as_ref() == "default" && args.len() == 2 => {
            (args.get(..1).unwrap_or_default(), args.last())
        }
        _ => return cannot("`min` or `max` of this kind"),
    };
    let (items, unordered) = match args {
        [] => return raise("TypeError"),
        [value] => collection::iterate(data, value)?,
        many => (many.iter().map(|value| Val::known((*value).clone())).collect(), false),
    };
    if unordered && has_ties(data, &items)? {
        return cannot("the order in which the database gives rows");
    }
    let mut items = items.into_iter();
    let Some(mut best) = items.next() else {
        return default.map_or_else(|| raise("ValueError"), |default| Ok((*default).clone()));
    };
    for item in items {
        if unordered
            && matches!(item.raw(), Value::Float(_) | Value::List(_) | Value::Tuple(_) | Value::Set(_))
        {
            return cannot("the order in which the database gives rows");
        }
        let better =
            if most { less(data, best.raw(), item.raw())? } else { less(data, item.raw(), best.raw())? };
        if better {
            best = item;
        }
    }
    Ok(best.raw().clone())
}

pub(super) fn sum(data: &Data<'_>, args: &[&Value]) -> Applied {
    let (value, start) = match args {
        [value] => (value, &Value::Int(0)),
        [value, start] => (value, *start),
        _ => return raise("TypeError"),
    };
    if matches!(start, Value::Str(_)) {
        return raise("TypeError");
    }
    let (items, _) = collection::iterate(data, value)?;
    let mut total = start.clone();
    for item in &items {
        // Newer releases add fractions more exactly.
        if !matches!((&total, item.raw()), (Value::Int(_) | Value::Bool(_), Value::Int(_) | Value::Bool(_))) {
            return match (Number::of(&total), item.raw()) {
                (Some(_), Value::Str(_) | Value::None | Value::List(_) | Value::Dict(_)) => {
                    raise("TypeError")
                }
                _ => cannot("a sum of this kind"),
            };
        }
        total = arithmetic::binary(data, BinaryOp::Add, &total, item.raw())?;
    }
    Ok(total)
}
