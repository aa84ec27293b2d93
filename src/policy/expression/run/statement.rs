//! Statements.

use std::rc::Rc;

use super::super::ast::{BinaryOp, Expr, ExprKind, Handler, Span, Stmt, StmtKind, Target};
use super::super::exception::{self, SOME};
use super::super::ops;
use super::super::scope::Scope;
use super::super::term::{Given, Node, Term};
use super::super::value::{Closure, Exception, Val, Value};
use super::{About, Flow, Run, Stop};

impl Run<'_> {
    pub(super) fn block(&mut self, block: &[Stmt], scope: &Rc<Scope>) -> Flow {
        block.iter().try_for_each(|statement| self.statement(statement, scope))
    }

    fn statement(&mut self, statement: &Stmt, scope: &Rc<Scope>) -> Flow {
        let span = statement.span;
        self.step(span)?;
        match &statement.kind {
            StmtKind::Expr(expr) => self.evaluate(expr, scope).map(|_| ()),
            StmtKind::Return(value) => {
                let value = match value {
                    Some(value) => self.evaluate(value, scope)?,
                    None => Val::none(),
                };
                Err(Stop::Return(value))
            }
            StmtKind::Assign(targets, value) => {
                let value = self.evaluate(value, scope)?;
                targets.iter().try_for_each(|target| self.assign(target, value.clone(), scope, span))
            }
            StmtKind::Augment(target, op, value) => self.augment(target, *op, value, scope, span),
            StmtKind::Delete(targets) => targets.iter().try_for_each(|target| self.delete(target, scope, span)),
            StmtKind::If(branches, otherwise) => {
                for (test, body) in branches {
                    let holds = self.evaluate(test, scope)?;
                    if self.truth(&holds, test.span)? {
                        return self.block(body, scope);
                    }
                }
                self.block(otherwise, scope)
            }
            StmtKind::For { target, iterable, body, otherwise } => {
                let items = self.evaluate(iterable, scope)?;
                self.each(target, &items, body, otherwise, scope, iterable.span)
            }
            StmtKind::While { test, body, otherwise } => {
                loop {
                    let holds = self.evaluate(test, scope)?;
                    if !self.truth(&holds, test.span)? {
                        return self.block(otherwise, scope);
                    }
                    match self.block(body, scope) {
                        Err(Stop::Break) => return Ok(()),
                        Ok(()) | Err(Stop::Continue) => {}
                        Err(stop) => return Err(stop),
                    }
                }
            }
            StmtKind::Try { body, handlers, otherwise, finally } => {
                let result = match self.block(body, scope) {
                    Ok(()) => self.block(otherwise, scope),
                    Err(Stop::Raise(exception)) => self.handle(&exception, handlers, scope, span),
                    Err(stop) => Err(stop),
                };
                // What is not certain stays so, whatever comes after.
                if let Err(Stop::Unclear(..)) = result {
                    return result;
                }
                self.block(finally, scope)?;
                result
            }
            StmtKind::Raise(error, cause) => self.raised(error.as_ref(), cause.as_ref(), scope, span),
            StmtKind::Assert(test, message) => {
                let holds = self.evaluate(test, scope)?;
                if self.truth(&holds, test.span)? {
                    return Ok(());
                }
                if let Some(message) = message {
                    self.evaluate(message, scope)?;
                }
                self.raise("AssertionError")
            }
            StmtKind::Match(subject, cases) => {
                let subject = self.evaluate(subject, scope)?;
                for case in cases {
                    if !self.matches(&case.pattern, &subject, scope, span)? {
                        continue;
                    }
                    if let Some(guard) = &case.guard {
                        let holds = self.evaluate(guard, scope)?;
                        if !self.truth(&holds, guard.span)? {
                            continue;
                        }
                    }
                    return self.block(&case.body, scope);
                }
                Ok(())
            }
            StmtKind::Import(imports) => {
                for import in imports {
                    let value = self.import(import, span)?;
                    scope.set(&import.bound, value);
                }
                Ok(())
            }
            StmtKind::Function(name, function) => {
                let defaults = self.defaults(&function.parameters, scope)?;
                let closure = Closure { function: function.clone(), scope: Rc::clone(scope), defaults };
                scope.set(name, Val::known(Value::Closure(Rc::new(closure))));
                Ok(())
            }
            StmtKind::Pass => Ok(()),
            StmtKind::Break => Err(Stop::Break),
            StmtKind::Continue => Err(Stop::Continue),
            StmtKind::Unsupported(what) => self.unclear(span, *what),
        }
    }

    fn handle(&mut self, exception: &Rc<Exception>, handlers: &[Handler], scope: &Rc<Scope>, span: Span) -> Flow {
        for handler in handlers {
            let catches = match &handler.class {
                None => true,
                Some(class) => {
                    let value = self.evaluate(class, scope)?;
                    self.catches(exception, &value, class.span)?
                }
            };
            if !catches {
                continue;
            }
            if let Some(name) = &handler.name {
                scope.set(name, Val::known(Value::Exception(Rc::clone(exception))));
            }
            let before = self.handling.replace(Rc::clone(exception));
            let result = self.block(&handler.body, scope);
            self.handling = before;
            if let Some(name) = &handler.name {
                scope.delete(name);
            }
            return result;
        }
        let _ = span;
        Err(Stop::Raise(Rc::clone(exception)))
    }

    fn catches(&mut self, exception: &Exception, class: &Val, span: Span) -> Flow<bool> {
        match class.raw() {
            Value::Class(class) => match exception::is_kind(exception.class, class) {
                Some(catches) => Ok(catches),
                None if exception.class == SOME => {
                    let given = Given::IsKind((*class).into(), span, self.circumstances.scope);
                    Ok(self.choose(&Term::new(Node::Given(given)), About::Truth, span))
                }
                None => self.unclear(span, "which exceptions are caught here"),
            },
            Value::Tuple(classes) => {
                for class in classes.iter() {
                    if self.catches(exception, class, span)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            _ => self.unclear(span, "which exceptions are caught here"),
        }
    }

    fn raised(&mut self, error: Option<&Expr>, cause: Option<&Expr>, scope: &Rc<Scope>, span: Span) -> Flow {
        let Some(error) = error else {
            return match self.handling.clone() {
                Some(exception) => Err(Stop::Raise(exception)),
                None => self.raise("RuntimeError"),
            };
        };
        let error = self.evaluate(error, scope)?;
        if let Some(cause) = cause {
            let cause = self.evaluate(cause, scope)?;
            if !matches!(cause.raw(), Value::None | Value::Exception(_)) {
                return self.unclear(span, "a cause of this kind");
            }
        }
        match error.raw() {
            Value::Exception(exception) => Err(Stop::Raise(Rc::clone(exception))),
            Value::Class(class) if exception::class(class).is_some() => self.raise(class),
            Value::None | Value::Bool(_) | Value::Int(_) | Value::Str(_) if error.term().is_none() => {
                self.raise("TypeError")
            }
            _ => self.unclear(span, "what is raised here"),
        }
    }

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
                targets.iter().zip(items).try_for_each(|(target, item)| self.assign(target, item, scope, span))
            }
            Target::Attribute(of, name) => {
                let of = self.evaluate(of, scope)?;
                match of.raw() {
                    Value::Unknown(_) => {
                        self.epoch += 1;
                        self.may_raise_unclear("an attribute that is set from here", span)
                    }
                    _ => self.unclear(span, format!("setting `.{name}` of a {}", of.raw().class())),
                }
            }
            Target::Subscript(of, key) => {
                let of = self.evaluate(of, scope)?;
                let key = self.evaluate(key, scope)?;
                self.store(&of, &key, value, span)
            }
        }
    }

    /// Setting something that nobody knows may fail.
    fn may_raise_unclear(&mut self, what: &str, span: Span) -> Flow {
        self.unknown_result(what, None, span).map(|_| ())
    }

    /// `of[key] = value`
    fn store(&mut self, of: &Val, key: &Val, value: Val, span: Span) -> Flow {
        match of.raw() {
            Value::Context => {
                let key = self.context_key(key, span)?;
                self.written.push((key, Some(value)));
                Ok(())
            }
            Value::Unknown(_) => {
                self.epoch += 1;
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
            Value::Tuple(_) | Value::Str(_) | Value::None | Value::Int(_) | Value::Bool(_) if of.term().is_none() => {
                self.raise("TypeError")
            }
            _ => self.unclear(span, format!("changing a {}", of.raw().class())),
        }
    }

    fn augment(&mut self, target: &Target, op: BinaryOp, value: &Expr, scope: &Rc<Scope>, span: Span) -> Flow {
        let Target::Name(name) = target else {
            let Target::Subscript(of, key) = target else { return self.unclear(span, "changing an attribute") };
            let of = self.evaluate(of, scope)?;
            let key = self.evaluate(key, scope)?;
            let before = self.subscript(of.clone(), key.clone(), span)?;
            let value = self.evaluate(value, scope)?;
            if !matches!(before.raw(), Value::Int(_) | Value::Float(_) | Value::Str(_) | Value::Bool(_)) {
                return self.unclear(span, "changing a value in place");
            }
            let after = self.binary(op, before, value, span)?;
            return self.store(&of, &key, after, span);
        };
        let before = self.name(name, scope, span)?;
        let value = self.evaluate(value, scope)?;
        // Lists, sets and dictionaries are changed in place, for everybody who has them.
        match (op, before.raw(), before.term()) {
            (BinaryOp::Add, Value::List(list), None) => {
                let items = self.ordered_elements(&value, span)?;
                list.items.borrow_mut().extend(items);
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

    fn delete(&mut self, target: &Target, scope: &Rc<Scope>, span: Span) -> Flow {
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
                        let found = ops::find(self.data, &dict.borrow(), key.raw()).map(|found| found.is_some());
                        if !self.lift(found, span)? {
                            return self.raise("KeyError");
                        }
                        let equal = |other: &Value| ops::equal(self.data, other, key.raw()).unwrap_or(false);
                        dict.borrow_mut().retain(|(other, _)| !equal(other));
                        Ok(())
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

    /// A `for` loop.
    fn each(
        &mut self,
        target: &Target,
        items: &Val,
        body: &[Stmt],
        otherwise: &[Stmt],
        scope: &Rc<Scope>,
        span: Span,
    ) -> Flow {
        match self.each_of_groups(target, items, body, scope, span)? {
            None => {}
            Some(None) => return self.block(otherwise, scope),
            Some(Some(Stop::Break)) => return Ok(()),
            Some(Some(stop)) => return Err(stop),
        }
        let is_lazy = matches!(items.raw(), Value::Generator(_) | Value::Lazy(_));
        if !is_lazy {
            let (elements, unordered) = self.elements(items, span)?;
            if unordered && elements.len() > 1 {
                return self.each_in_any_order(target, elements, body, otherwise, scope, span);
            }
        }
        let mut stopped = None;
        let driven = self.run_through(items, span, &mut |run, item| {
            run.assign(target, item, scope, span)?;
            match run.block(body, scope) {
                Ok(()) | Err(Stop::Continue) => Ok(std::ops::ControlFlow::Continue(())),
                Err(stop) => {
                    stopped = Some(stop);
                    Ok(std::ops::ControlFlow::Break(()))
                }
            }
        })?;
        if driven.unordered {
            return self.unclear(span, "the order in which the database gives rows");
        }
        match stopped {
            None => self.block(otherwise, scope),
            Some(Stop::Break) => Ok(()),
            Some(stop) => Err(stop),
        }
    }

    /// A `for` loop over elements whose order nobody knows. As long as the body only looks, each element can be taken
    /// alone; what ends the loop must then be the same for all that end it.
    fn each_in_any_order(
        &mut self,
        target: &Target,
        items: Vec<Val>,
        body: &[Stmt],
        otherwise: &[Stmt],
        scope: &Rc<Scope>,
        span: Span,
    ) -> Flow {
        if !only_looks(body) {
            return self.unclear(span, "the order in which the database gives rows");
        }
        let mut ended: Option<Stop> = None;
        let mut several = false;
        for item in items {
            self.assign(target, item, scope, span)?;
            match self.block(body, scope) {
                Ok(()) | Err(Stop::Continue) => {}
                Err(stop @ Stop::Unclear(..)) => return Err(stop),
                Err(stop) => {
                    several |= ended.as_ref().is_some_and(|before| !same(before, &stop));
                    ended = Some(stop);
                }
            }
        }
        // Which element was the last one, nobody knows.
        let last = self.nobody_knows("the order in which the database gives rows", span);
        let mut names = Vec::new();
        super::comprehension::names(target, &mut names);
        names.iter().for_each(|name| scope.set(name, last.clone()));
        match ended {
            _ if several => self.unclear(span, "the order in which the database gives rows"),
            None => self.block(otherwise, scope),
            Some(Stop::Break) => Ok(()),
            Some(stop) => Err(stop),
        }
    }
}

/// Whether a body changes nothing but that it may end the loop or the function.
pub(super) fn only_looks(body: &[Stmt]) -> bool {
    body.iter().all(|statement| match &statement.kind {
        StmtKind::Pass | StmtKind::Break | StmtKind::Continue | StmtKind::Raise(None, None) => true,
        StmtKind::Return(value) => value.as_ref().is_none_or(is_still),
        StmtKind::If(branches, otherwise) => {
            branches.iter().all(|(test, body)| is_still(test) && only_looks(body)) && only_looks(otherwise)
        }
        StmtKind::Expr(Expr { kind: ExprKind::Call { function, positional, keywords }, .. }) => {
            let message = matches!(&function.kind, ExprKind::Name(name) if name.as_ref() == "ak_message");
            let logs = matches!(&function.kind, ExprKind::Attribute(of, _)
                if matches!(&of.kind, ExprKind::Name(name) if name.as_ref() == "ak_logger"));
            (message || logs) && positional.iter().all(is_still) && keywords.iter().all(|(_, value)| is_still(value))
        }
        _ => false,
    })
}

/// Whether an expression changes nothing: no assignment, and no call of anything but what only looks.
pub(super) fn is_still(expr: &Expr) -> bool {
    let all = |exprs: &[Expr]| exprs.iter().all(is_still);
    match &expr.kind {
        ExprKind::None
        | ExprKind::Bool(_)
        | ExprKind::Int(_)
        | ExprKind::Float(_)
        | ExprKind::Str(_)
        | ExprKind::Name(_) => true,
        ExprKind::And(values) | ExprKind::Or(values) | ExprKind::List(values) | ExprKind::Tuple(values) => all(values),
        ExprKind::Not(value) | ExprKind::Unary(_, value) | ExprKind::Attribute(value, _) => is_still(value),
        ExprKind::Binary(_, left, right) | ExprKind::Subscript(left, right) => is_still(left) && is_still(right),
        ExprKind::Compare(left, rest) => is_still(left) && rest.iter().all(|(_, right)| is_still(right)),
        ExprKind::Conditional(parts) => parts.iter().all(is_still),
        ExprKind::Call { function, positional, keywords } => {
            let looks = match &function.kind {
                ExprKind::Attribute(of, name) => {
                    const LOOKS: [&str; 16] = [
                        "startswith", "endswith", "lower", "upper", "strip", "split", "get", "find", "count", "replace",
                        "isdigit", "casefold", "partition", "removeprefix", "removesuffix", "isalpha",
                    ];
                    is_still(of) && LOOKS.contains(&name.as_ref())
                }
                ExprKind::Name(name) => {
                    ["len", "str", "int", "bool", "regex_match", "ak_is_group_member", "isinstance"].contains(&name.as_ref())
                }
                _ => false,
            };
            looks && all(positional) && keywords.iter().all(|(_, value)| is_still(value))
        }
        _ => false,
    }
}

/// Whether two ways to end a loop are the same.
pub(super) fn same(left: &Stop, right: &Stop) -> bool {
    match (left, right) {
        (Stop::Break, Stop::Break) => true,
        (Stop::Return(left), Stop::Return(right)) => {
            let plain = |value: &Val| !value.is_traced() && !value.has_unknown();
            plain(left)
                && plain(right)
                && match (left.raw(), right.raw()) {
                    (Value::None, Value::None) => true,
                    (Value::Bool(left), Value::Bool(right)) => left == right,
                    (Value::Int(left), Value::Int(right)) => left == right,
                    (Value::Str(left), Value::Str(right)) => left == right,
                    _ => false,
                }
        }
        (Stop::Raise(left), Stop::Raise(right)) => left.class == right.class,
        _ => false,
    }
}
