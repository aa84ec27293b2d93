//! Assigning, changing and deleting.

use std::rc::Rc;

use super::super::ast::{BinaryOp, Expr, Span, Target};
use super::super::ops;
use super::super::scope::Scope;
use super::super::value::{Val, Value};
use super::late::is_late;
use super::{Flow, Run};

impl Run<'_> {
    pub(super) fn assign(&mut self, target: &Target, value: Val, scope: &Rc<Scope>, span: Span) -> Flow {
        match target {
            Target::Name(name) => {
                scope.set(name, value);
                Ok(())
            }
            Target::Tuple(targets) => {
                if matches!(value.raw(), Value::Set(_)) {
                    return self.unclear(span, "the order of a set");
                }
                let items = self.ordered_elements(&value, span)?;
                if items.len() != targets.len() {
                    return self.raise("ValueError");
                }
                targets
                    .iter()
                    .zip(items)
                    .try_for_each(|(target, item)| self.assign(target, item, scope, span))
            }
            Target::Attribute(of, name) => {
                let of = self.evaluate(of, scope)?;
                match of.raw() {
                    Value::Unknown(_) => {
                        self.keep_from_others(&value, span)?;
                        self.writes += 1;
                        self.may_raise_unclear("an attribute that is set from here", span)
                    }
                    _ => self.unclear(span, format!("setting `.{name}` of a {}", of.raw().class())),
                }
            }
            Target::Subscript(of, key) => {
                let of = self.evaluate(of, scope)?;
                let key = self.evaluate(key, scope)?;
                self.reshaping(&of, |run| run.store(&of, &key, value, span))
            }
        }
    }

    /// Setting something that nobody knows may fail.
    fn may_raise_unclear(&mut self, what: &str, span: Span) -> Flow {
        self.unknown_result(what, None, span).map(|_| ())
    }

    /// No container is put into itself, however deeply.
    pub(super) fn keep_apart(&mut self, of: &Val, value: &Val, span: Span) -> Flow {
        let mut seen = 0;
        let inside = value.any(&mut |part| {
            seen += 1;
            seen > 10_000
                || match (of.raw(), part.raw()) {
                    (Value::List(of), Value::List(part)) => Rc::ptr_eq(&of.items, &part.items),
                    (Value::Dict(of), Value::Dict(part) | Value::View(_, part)) => Rc::ptr_eq(of, part),
                    _ => false,
                }
        });
        self.steps += seen / 16;
        if inside { self.unclear(span, "a container inside of itself") } else { Ok(()) }
    }

    /// `of[key] = value`
    fn store(&mut self, of: &Val, key: &Val, value: Val, span: Span) -> Flow {
        self.keep_apart(of, &value, span)?;
        match of.raw() {
            Value::Context => {
                let key = self.context_key(key, span)?;
                self.written.push((key, Some(value)));
                Ok(())
            }
            Value::Unknown(_) => {
                self.keep_from_others(&value, span)?;
                self.writes += 1;
                self.may_raise_unclear("a value that is set from here", span)
            }
            Value::Dict(dict) if of.term().is_none() => {
                let dict = Rc::clone(dict);
                let mut pairs = dict.borrow().clone();
                self.insert(&mut pairs, key, value, span)?;
                *dict.borrow_mut() = pairs;
                Ok(())
            }
            Value::List(list) if of.term().is_none() && !list.unordered => {
                let key = self.pin(key, span)?;
                let length = list.items.borrow().len();
                let position = self.lift(ops::position(key.raw(), length), span)?;
                match position {
                    Some(position) => {
                        if let Some(slot) = list.items.borrow_mut().get_mut(position) {
                            *slot = value;
                        }
                        Ok(())
                    }
                    None => self.raise("IndexError"),
                }
            }
            Value::Tuple(_) | Value::Str(_) | Value::None | Value::Int(_) | Value::Bool(_)
                if of.term().is_none() =>
            {
                self.raise("TypeError")
            }
            _ => self.unclear(span, format!("changing a {}", of.raw().class())),
        }
    }

    pub(super) fn augment(
        &mut self,
        target: &Target,
        op: BinaryOp,
        value: &Expr,
        scope: &Rc<Scope>,
        span: Span,
    ) -> Flow {
        let Target::Name(name) = target else {
            let Target::Subscript(of, key) = target else {
                return self.unclear(span, "changing an attribute");
            };
            let of = self.evaluate(of, scope)?;
            let key = self.evaluate(key, scope)?;
            let before = self.subscript(of.clone(), key.clone(), span)?;
            let value = self.evaluate(value, scope)?;
            self.same_class(&before, span)?;
            if !matches!(before.raw(), Value::Int(_) | Value::Float(_) | Value::Str(_) | Value::Bool(_)) {
                return self.unclear(span, "changing a value in place");
            }
            let after = self.binary(op, before, value, span)?;
            return self.reshaping(&of, |run| run.store(&of, &key, after, span));
        };
        let before = self.name(name, scope, span)?;
        let value = self.evaluate(value, scope)?;
        self.same_class(&before, span)?;
        // Lists, sets and dictionaries are changed in place, for everybody who has them.
        match (op, before.raw(), before.term()) {
            (BinaryOp::Add, Value::List(list), None) if is_late(&value) => {
                self.extend_late(&before, list, &value, span)?;
                self.made(before.clone(), span)?;
                scope.set(name, before);
                return Ok(());
            }
            (BinaryOp::Add, Value::List(list), None) => {
                let items = self.ordered_elements(&value, span)?;
                for item in &items {
                    self.keep_apart(&before, item, span)?;
                }
                list.items.borrow_mut().extend(items);
                self.made(before.clone(), span)?;
                // The value may have been bound to the name in between.
                scope.set(name, before);
                return Ok(());
            }
            (_, Value::List(_) | Value::Set(_) | Value::Dict(_), _) => {
                return self.unclear(span, "changing a value in place");
            }
            _ => {}
        }
        let after = self.binary(op, before, value, span)?;
        scope.set(name, after);
        Ok(())
    }

    pub(super) fn delete(&mut self, target: &Target, scope: &Rc<Scope>, span: Span) -> Flow {
        match target {
            Target::Name(name) if scope.delete(name) => Ok(()),
            Target::Name(_) => self.raise("UnboundLocalError"),
            Target::Tuple(targets) => targets.iter().try_for_each(|target| self.delete(target, scope, span)),
            Target::Subscript(of, key) => {
                let of = self.evaluate(of, scope)?;
                let key = self.evaluate(key, scope)?;
                let key = self.pin(&key, span)?;
                match of.raw() {
                    Value::Dict(dict) if of.term().is_none() => {
                        let found =
                            ops::find(self.data, &dict.borrow(), key.raw()).map(|found| found.is_some());
                        if !self.lift(found, span)? {
                            return self.raise("KeyError");
                        }
                        let equal = |other: &Value| ops::equal(self.data, other, key.raw()).unwrap_or(false);
                        self.reshaping(&of, |_| {
                            dict.borrow_mut().retain(|(other, _)| !equal(other));
                            Ok(())
                        })
                    }
                    Value::List(list) if of.term().is_none() && !list.unordered => {
                        let position = ops::position(key.raw(), list.items.borrow().len());
                        match self.lift(position, span)? {
                            Some(position) => {
                                list.items.borrow_mut().remove(position);
                                Ok(())
                            }
                            None => self.raise("IndexError"),
                        }
                    }
                    _ => self.unclear(span, format!("deleting from a {}", of.raw().class())),
                }
            }
            Target::Attribute(..) => self.unclear(span, "deleting an attribute"),
        }
    }
}
