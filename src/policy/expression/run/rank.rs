//! `sorted`, `min` and `max` with a `key`.

use super::super::ast::Span;
use super::super::ops;
use super::super::value::{Val, Value};
use super::{Flow, Run, Stop};

impl Run<'_> {
    pub(super) fn by_key(
        &mut self,
        name: &'static str,
        items: &Val,
        key: &Val,
        reverse: &Val,
        span: Span,
    ) -> Flow<Val> {
        let items = self.ordered_elements(items, span)?;
        let key = &self.pin(key, span)?;
        let mut pairs = Vec::new();
        for item in items {
            let value = match key.raw() {
                Value::None => item.clone(),
                _ => match self.apply(key, vec![item.clone()], span) {
                    // The first keys may have been compared before.
                    Err(Stop::Raise(_)) if name != "sorted" && !pairs.is_empty() => {
                        return self.unclear(span, format!("`{name}` by a key that raises"));
                    }
                    value => value?,
                },
            };
            let value = self.pin(&value, span)?;
            if !ops::is_ordered(value.raw()) {
                return self.unclear(span, format!("`{name}` by a key that has no order"));
            }
            pairs.push((value, item));
        }
        let reverse = match self.pin(reverse, span)?.raw() {
            Value::Bool(reverse) => *reverse,
            _ => return self.unclear(span, "`sorted` with this `reverse`"),
        };
        let mut sorted: Vec<(Val, Val)> = Vec::new();
        for (key, item) in pairs {
            let mut at = sorted.len();
            for (index, (other, _)) in sorted.iter().enumerate() {
                let (left, right) = if reverse { (other, &key) } else { (&key, other) };
                let Ok(is_less) = ops::less(self.data, left.raw(), right.raw()) else {
                    return self.unclear(span, format!("`{name}` by keys of several kinds"));
                };
                if is_less {
                    at = index;
                    break;
                }
            }
            sorted.insert(at, (key, item));
        }
        let mut items = sorted.into_iter().map(|(_, item)| item);
        match name {
            "sorted" => Ok(Val::known(Value::list(items.collect()))),
            "min" => items.next().map_or_else(|| self.raise("ValueError"), Ok),
            _ => self.unclear(span, "`max` with a key"),
        }
    }
}
