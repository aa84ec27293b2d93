//! The patterns of `match`.

use std::rc::Rc;

use super::super::ast::{CompareOp, Pattern, Span};
use super::super::ops;
use super::super::scope::Scope;
use super::super::term::Op;
use super::super::value::{Val, Value};
use super::{Flow, Run};

impl Run<'_> {
    /// Whether `pattern` takes `subject`. Only a pattern that does binds its names.
    pub(super) fn matches(
        &mut self,
        pattern: &Pattern,
        subject: &Val,
        scope: &Rc<Scope>,
        span: Span,
    ) -> Flow<bool> {
        self.captured.clear();
        let taken = self.taken(pattern, subject, scope, span)?;
        for (name, value) in std::mem::take(&mut self.captured) {
            if taken {
                scope.function().set(&name, value);
            }
        }
        Ok(taken)
    }

    fn taken(&mut self, pattern: &Pattern, subject: &Val, scope: &Rc<Scope>, span: Span) -> Flow<bool> {
        match pattern {
            Pattern::Value(value) => {
                let value = self.evaluate(value, scope)?;
                let equal = self.operate(Op::Compare(CompareOp::Eq), vec![subject.clone(), value], span)?;
                self.truth(&equal, span)
            }
            Pattern::Singleton(value) => {
                let value = self.evaluate(value, scope)?;
                let same = self.operate(Op::Compare(CompareOp::Is), vec![subject.clone(), value], span)?;
                self.truth(&same, span)
            }
            Pattern::As(inner, name) => {
                if let Some(inner) = inner
                    && !self.taken(inner, subject, scope, span)?
                {
                    return Ok(false);
                }
                if let Some(name) = name {
                    self.captured.push((name.clone(), subject.clone()));
                }
                Ok(true)
            }
            Pattern::Or(patterns) => {
                let before = self.captured.len();
                for pattern in patterns {
                    if self.taken(pattern, subject, scope, span)? {
                        return Ok(true);
                    }
                    self.captured.truncate(before);
                }
                Ok(false)
            }
            Pattern::Class(class, inner) => {
                let class = self.name(class, scope, span)?;
                let class = self.pin(&class, span)?;
                if !matches!(
                    class.raw(),
                    Value::Class("bool" | "int" | "float" | "str" | "list" | "tuple" | "dict")
                ) {
                    return self.unclear(span, "a class in a pattern");
                }
                let known =
                    self.operate(Op::Call("isinstance", Vec::new()), vec![subject.clone(), class], span)?;
                if !self.truth(&known, span)? {
                    return Ok(false);
                }
                inner.as_ref().map_or(Ok(true), |inner| self.taken(inner, subject, scope, span))
            }
            Pattern::Sequence(patterns) => {
                let subject = self.looked_into(subject, span)?;
                let items = match subject.raw() {
                    Value::List(list) if !list.unordered => list.items.borrow().clone(),
                    Value::Tuple(items) => items.to_vec(),
                    Value::List(_) | Value::Range(..) | Value::Groups(_) => {
                        return self.unclear(span, "a sequence in a pattern");
                    }
                    _ => return Ok(false),
                };
                if items.len() != patterns.len() {
                    return Ok(false);
                }
                for (pattern, item) in patterns.iter().zip(&items) {
                    if !self.taken(pattern, item, scope, span)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Pattern::Mapping(pairs) => {
                let subject = self.looked_into(subject, span)?;
                let dict = match subject.raw() {
                    Value::Dict(dict) => dict.borrow().clone(),
                    Value::Context => return self.unclear(span, "the whole context in a pattern"),
                    _ => return Ok(false),
                };
                if dict.len() < pairs.len() {
                    return Ok(false);
                }
                let mut keys: Vec<Val> = Vec::new();
                for (key, _) in pairs {
                    let key = self.evaluate(key, scope)?;
                    keys.push(self.pin(&key, span)?);
                }
                let mut found = Vec::new();
                for (index, key) in keys.iter().enumerate() {
                    for other in keys.iter().take(index) {
                        if self.lift(ops::equal(self.data, key.raw(), other.raw()), span)? {
                            return self.unclear(span, "a pattern with a key that occurs twice");
                        }
                    }
                    match self
                        .lift(ops::find(self.data, &dict, key.raw()).map(Option::<&Val>::cloned), span)?
                    {
                        Some(value) => found.push(value),
                        None => return Ok(false),
                    }
                }
                for ((_, pattern), value) in pairs.iter().zip(&found) {
                    if !self.taken(pattern, value, scope, span)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
        }
    }

    /// A value whose shape is known.
    fn looked_into(&mut self, value: &Val, span: Span) -> Flow<Val> {
        if value.unknown().is_some() {
            return self.unclear(span, "the shape of what nobody knows");
        }
        if value.term().is_some() { self.pin(value, span) } else { Ok(value.clone()) }
    }
}
