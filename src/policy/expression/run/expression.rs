//! Expressions, in Python's order of evaluation.

use std::rc::Rc;

use super::super::ast::{BinaryOp, CompareOp, Comprehension, Expr, ExprKind, FormatPart, Shape, Span};
use super::super::ops;
use super::super::scope::Scope;
use super::super::term::Op;
use super::super::value::{Closure, Generator, Val, Value};
use super::{Flow, Run, Stop};

/// Larger displays are built piece by piece.
const LARGE_DISPLAY: usize = 15;

impl Run<'_> {
    pub(super) fn evaluate(&mut self, expr: &Expr, scope: &Rc<Scope>) -> Flow<Val> {
        self.step(expr.span)?;
        let span = expr.span;
        match &expr.kind {
            ExprKind::None => Ok(Val::none()),
            ExprKind::Bool(value) => Ok(Val::bool(*value)),
            ExprKind::Int(value) => Ok(Val::known(Value::Int(*value))),
            ExprKind::Float(value) => Ok(Val::known(Value::Float(*value))),
            ExprKind::Str(value) => Ok(Val::known(Value::Str(value.clone()))),
            ExprKind::Name(name) => self.name(name, scope, span),
            ExprKind::And(values) => self.until(values, false, scope),
            ExprKind::Or(values) => self.until(values, true, scope),
            ExprKind::Not(value) => {
                let value = self.evaluate(value, scope)?;
                self.truth(&value, span).map(|holds| Val::bool(!holds))
            }
            ExprKind::Unary(op, value) => {
                let value = self.evaluate(value, scope)?;
                self.operate(Op::Unary(*op), vec![value], span)
            }
            ExprKind::Binary(op, left, right) => {
                let left = self.evaluate(left, scope)?;
                let right = self.evaluate(right, scope)?;
                self.binary(*op, left, right, span)
            }
            ExprKind::Compare(left, rest) => self.compare(left, rest, scope),
            ExprKind::Conditional(parts) => {
                let [test, then, otherwise] = parts.as_ref();
                let holds = self.evaluate(test, scope)?;
                let holds = self.truth(&holds, test.span)?;
                self.evaluate(if holds { then } else { otherwise }, scope)
            }
            ExprKind::Walrus(name, value) => {
                let value = self.evaluate(value, scope)?;
                scope.function().set(name, value.clone());
                Ok(value)
            }
            ExprKind::Lambda(function) => {
                let defaults = self.defaults(&function.parameters, scope)?;
                let closure = Closure { function: function.clone(), scope: Rc::clone(scope), defaults };
                Ok(Val::known(Value::Closure(Rc::new(closure))))
            }
            ExprKind::List(items) => {
                let items = self.items(items, scope)?;
                self.made(Val::known(Value::list(items)), span)
            }
            ExprKind::Tuple(items) => {
                let items = self.items(items, scope)?;
                self.made(Val::known(Value::tuple(items)), span)
            }
            ExprKind::Set(items) => {
                let starred = items.iter().any(|item| matches!(item.kind, ExprKind::Starred(_)));
                let set = self.items(items, scope).and_then(|items| {
                    self.operate(Op::Call("set", Vec::new()), vec![Val::known(Value::list(items))], span)
                });
                self.in_pieces(starred || items.len() > LARGE_DISPLAY, set, span)
            }
            ExprKind::Dict(items) => {
                let dict = self.dict(items, scope, span);
                self.in_pieces(items.len() > LARGE_DISPLAY, dict, span)
            }
            ExprKind::Starred(_) => self.unclear(span, "`*` here"),
            ExprKind::Comprehension(code) => self.comprehension(code, scope, span),
            ExprKind::Call { function, positional, keywords } => {
                self.call(function, positional, keywords, scope, span)
            }
            ExprKind::Attribute(of, name) => {
                let of = self.evaluate(of, scope)?;
                self.attribute(of, name, span)
            }
            ExprKind::Subscript(of, key) => {
                let of = self.evaluate(of, scope)?;
                if let ExprKind::Slice(bounds) = &key.kind {
                    let mut args = vec![of];
                    for bound in bounds {
                        args.push(match bound {
                            Some(bound) => self.evaluate(bound, scope)?,
                            None => Val::none(),
                        });
                    }
                    return self.operate(Op::Slice, args, span);
                }
                let key = self.evaluate(key, scope)?;
                self.subscript(of, key, span)
            }
            ExprKind::Slice(_) => self.unclear(span, "a slice here"),
            ExprKind::Format(parts) => self.format(parts, scope, span),
            ExprKind::Unsupported(what) => self.unclear(span, *what),
        }
    }

    /// The first value that is (`or`) or is not (`and`) true; the last one otherwise.
    fn until(&mut self, values: &[Expr], truth: bool, scope: &Rc<Scope>) -> Flow<Val> {
        let mut last = Val::none();
        for (index, value) in values.iter().enumerate() {
            last = self.evaluate(value, scope)?;
            if index + 1 < values.len() && self.truth(&last, value.span)? == truth {
                return Ok(last);
            }
        }
        Ok(last)
    }

    pub(super) fn binary(&mut self, op: BinaryOp, left: Val, right: Val, span: Span) -> Flow<Val> {
        // Lists that are put together keep where each element comes from.
        if let (BinaryOp::Add, Value::List(one), Value::List(other), None, None) =
            (op, left.raw(), right.raw(), left.term(), right.term())
            && !one.unordered
            && !other.unordered
        {
            let items = one.items.borrow().iter().chain(other.items.borrow().iter()).cloned().collect();
            return self.made(Val::known(Value::list(items)), span);
        }
        self.operate(Op::Binary(op), vec![left, right], span)
    }

    /// `a < b < c`: each value is evaluated once, and none after the first comparison that fails.
    fn compare(&mut self, left: &Expr, rest: &[(CompareOp, Expr)], scope: &Rc<Scope>) -> Flow<Val> {
        let mut before = self.evaluate(left, scope)?;
        let mut result = Val::bool(true);
        for (index, (op, right)) in rest.iter().enumerate() {
            let span = Span { start: left.span.start, end: right.span.end };
            if index > 0 && !self.truth(&result, span)? {
                break;
            }
            let right = self.evaluate(right, scope)?;
            result = self.compared(*op, &before, &right, span)?;
            before = right;
        }
        Ok(result)
    }

    fn compared(&mut self, op: CompareOp, left: &Val, right: &Val, span: Span) -> Flow<Val> {
        if matches!(op, CompareOp::In | CompareOp::NotIn) {
            let wanted = op == CompareOp::In;
            if matches!(right.raw(), Value::Context) {
                let key = self.context_key(left, span)?;
                let found = self.context_get(&key, span)?.is_some();
                return Ok(Val::bool(found == wanted));
            }
            if matches!(right.raw(), Value::Generator(_) | Value::Lazy(_)) {
                // Python computes no more than it needs to find the value.
                let (items, _) = self.elements(right, span)?;
                return self.contains(left, &items, span).map(|found| Val::bool(found == wanted));
            }
        }
        self.operate(Op::Compare(op), vec![left.clone(), right.clone()], span)
    }

    /// Whether one of `items` is `value`.
    fn contains(&mut self, value: &Val, items: &[Val], span: Span) -> Flow<bool> {
        let list = Val::known(Value::list(items.to_vec()));
        let found = self.operate(Op::Compare(CompareOp::In), vec![value.clone(), list], span)?;
        self.truth(&found, span)
    }

    /// The values of a display or of the positional arguments of a call.
    pub(super) fn items(&mut self, items: &[Expr], scope: &Rc<Scope>) -> Flow<Vec<Val>> {
        let mut values = Vec::new();
        for item in items {
            match &item.kind {
                ExprKind::Starred(inner) => {
                    let inner = self.evaluate(inner, scope)?;
                    values.extend(self.ordered_elements(&inner, item.span)?);
                }
                _ => values.push(self.evaluate(item, scope)?),
            }
        }
        Ok(values)
    }

    /// A display, of which Python builds large ones, and those with `*` or `**`, piece by piece.
    fn in_pieces(&self, pieces: bool, value: Flow<Val>, span: Span) -> Flow<Val> {
        match value {
            Err(Stop::Raise(_)) if pieces => self.unclear(span, "which of two exceptions comes first"),
            value => value,
        }
    }

    fn dict(&mut self, items: &[(Option<Expr>, Expr)], scope: &Rc<Scope>, span: Span) -> Flow<Val> {
        let mut dict = Vec::new();
        // Python keeps pairs only after it has computed all that stand together.
        let mut waiting: Vec<(Val, Val)> = Vec::new();
        for (key, value) in items {
            let Some(key) = key else {
                for (key, value) in waiting.drain(..) {
                    self.insert(&mut dict, &key, value, span)?;
                }
                let more = self.evaluate(value, scope)?;
                let more = if more.term().is_some() { self.pin(&more, value.span)? } else { more };
                let Value::Dict(more) = more.raw() else { return self.unclear(value.span, "`**` of this") };
                for (key, value) in more.borrow().iter() {
                    self.lift(ops::insert(self.data, &mut dict, key, value.clone()), span)?;
                }
                continue;
            };
            let key = self.evaluate(key, scope)?;
            let value = self.evaluate(value, scope)?;
            waiting.push((key, value));
        }
        for (key, value) in waiting {
            self.insert(&mut dict, &key, value, span)?;
        }
        self.made(Val::known(Value::dict(dict)), span)
    }

    /// Sets the value of a key, which must be the same for all subjects of this run.
    pub(super) fn insert(&mut self, dict: &mut Vec<(Value, Val)>, key: &Val, value: Val, span: Span) -> Flow {
        let key = self.pin(key, span)?;
        if key.has_unknown() {
            return self.unclear(span, "a dictionary with keys that nobody knows");
        }
        self.lift(ops::insert(self.data, dict, key.raw(), value), span)
    }

    /// An exception, or what is not certain, of an operation on values that are the same for everyone.
    pub(super) fn lift<T>(&self, applied: ops::Applied<T>, span: Span) -> Flow<T> {
        match applied {
            Ok(value) => Ok(value),
            Err(ops::Failure::Raise(class)) => self.raise(class),
            Err(ops::Failure::Cannot(reason)) => self.unclear(span, reason),
        }
    }

    pub(super) fn attribute(&mut self, of: Val, name: &super::super::ast::Name, span: Span) -> Flow<Val> {
        match of.raw() {
            Value::Request => self.request_attribute(name, span),
            Value::Exception(_) => Ok(self.nobody_knows("what an exception says", span)),
            Value::Target => {
                if name.as_ref() == "__class__" {
                    return Ok(Val::known(Value::Class("type(request.obj)")));
                }
                self.operate(Op::Attribute(name.clone()), vec![of], span)
            }
            _ if name.starts_with("__") && name.as_ref() != "__name__" => {
                self.unclear(span, format!("`.{name}`"))
            }
            _ => self.operate(Op::Attribute(name.clone()), vec![of], span),
        }
    }

    pub(super) fn subscript(&mut self, of: Val, key: Val, span: Span) -> Flow<Val> {
        if matches!(of.raw(), Value::Context) {
            let key = self.context_key(&key, span)?;
            return match self.context_get(&key, span)? {
                Some(value) => Ok(value),
                None => self.raise("KeyError"),
            };
        }
        let key = if key.is_traced() && !key.has_unknown() && super::weight::holds_changeable(&of) {
            self.pin(&key, span)?
        } else {
            key
        };
        // What stands in a container of the code's own making keeps where it comes from.
        if of.term().is_none() && !key.is_traced() && !key.has_unknown() {
            match of.raw() {
                Value::Dict(dict) => {
                    let found = ops::find(self.data, &dict.borrow(), key.raw()).map(Option::<&Val>::cloned);
                    return match self.lift(found, span)? {
                        Some(value) => Ok(value),
                        None => self.raise("KeyError"),
                    };
                }
                Value::List(list) if !list.unordered => {
                    return self.element(&list.items.borrow(), &key, span);
                }
                Value::Tuple(items) => return self.element(items, &key, span),
                _ => {}
            }
        }
        self.operate(Op::Subscript, vec![of, key], span)
    }

    fn element(&self, items: &[Val], key: &Val, span: Span) -> Flow<Val> {
        let position = self.lift(ops::position(key.raw(), items.len()), span)?;
        match position.and_then(|position| items.get(position)) {
            Some(item) => Ok(item.clone()),
            None => self.raise("IndexError"),
        }
    }

    /// A key of the context, which must be a text.
    pub(super) fn context_key(&mut self, key: &Val, span: Span) -> Flow<super::super::ast::Name> {
        let key = self.pin(key, span)?;
        match key.raw() {
            Value::Str(key) => Ok(key.clone()),
            _ => self.unclear(span, "a key of the context that is no text"),
        }
    }

    fn format(&mut self, parts: &[FormatPart], scope: &Rc<Scope>, span: Span) -> Flow<Val> {
        let mut texts = Vec::new();
        for part in parts {
            texts.push(match part {
                FormatPart::Text(text) => Val::known(Value::Str(text.clone())),
                FormatPart::Value { value, conversion, spec } => {
                    let value = self.evaluate(value, scope)?;
                    let spec = self.format(spec, scope, span)?;
                    self.operate(Op::Format(*conversion), vec![value, spec], span)?
                }
            });
        }
        self.operate(Op::Concat, texts, span)
    }

    fn comprehension(
        &mut self,
        code: &std::sync::Arc<Comprehension>,
        scope: &Rc<Scope>,
        span: Span,
    ) -> Flow<Val> {
        let Some(first) = code.loops.first() else {
            return self.unclear(span, "a comprehension without a loop");
        };
        let first = self.evaluate(&first.iterable, scope)?;
        match code.shape {
            Shape::Generator => {
                // Python looks for the iterator at once, and runs the rest when it is asked.
                self.check_iterable(&first, span)?;
                let generator = Generator {
                    code: code.clone(),
                    scope: Rc::clone(scope),
                    held: self.held(std::slice::from_ref(&first)),
                    first,
                    used: std::cell::Cell::new(false),
                };
                Ok(Val::known(Value::Generator(Rc::new(generator))))
            }
            _ => self.collect(code, &first, scope, span),
        }
    }
}
