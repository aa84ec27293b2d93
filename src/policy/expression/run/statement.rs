//! Statements.

use std::rc::Rc;

use super::super::ast::{Expr, Handler, Span, Stmt, StmtKind};
use super::super::exception::{self, SOME};
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
                let Some((last, others)) = targets.split_last() else { return Ok(()) };
                others.iter().try_for_each(|target| self.assign(target, value.clone(), scope, span))?;
                self.assign(last, value, scope, span)
            }
            StmtKind::Augment(target, op, value) => self.augment(target, *op, value, scope, span),
            StmtKind::Delete(targets) => {
                targets.iter().try_for_each(|target| self.delete(target, scope, span))
            }
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
            StmtKind::While { test, body, otherwise } => loop {
                let holds = self.evaluate(test, scope)?;
                if !self.truth(&holds, test.span)? {
                    return self.block(otherwise, scope);
                }
                match self.block(body, scope) {
                    Err(Stop::Break) => return Ok(()),
                    Ok(()) | Err(Stop::Continue) => {}
                    Err(stop) => return Err(stop),
                }
            },
            StmtKind::Try { body, handlers, otherwise, finally } => {
                let result = match self.block(body, scope) {
                    Ok(()) => self.block(otherwise, scope),
                    Err(Stop::Raise(exception)) => self.handle(&exception, handlers, scope),
                    Err(stop) => Err(stop),
                };
                // What is not certain stays so, whatever comes after.
                if let Err(Stop::Unclear(..)) = result {
                    return result;
                }
                // While an exception passes, it is the one that is being handled.
                let passing =
                    if let Err(Stop::Raise(exception)) = &result { Some(Rc::clone(exception)) } else { None };
                let before = self.handling.clone();
                if passing.is_some() {
                    self.handling = passing;
                }
                let ended = self.block(finally, scope);
                self.handling = before;
                ended?;
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
        }
    }

    fn handle(&mut self, exception: &Rc<Exception>, handlers: &[Handler], scope: &Rc<Scope>) -> Flow {
        for handler in handlers {
            let before = self.handling.replace(Rc::clone(exception));
            let catches = self.is_caught(exception, handler, scope);
            self.handling = before;
            let catches = catches?;
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
        Err(Stop::Raise(Rc::clone(exception)))
    }

    fn is_caught(&mut self, exception: &Exception, handler: &Handler, scope: &Rc<Scope>) -> Flow<bool> {
        let Some(class) = &handler.class else { return Ok(true) };
        let value = self.evaluate(class, scope)?;
        self.catches(exception, &value, class.span)
    }

    /// Whether an `except` with `class` catches `exception`.
    fn catches(&mut self, exception: &Exception, class: &Val, span: Span) -> Flow<bool> {
        let class = self.pin(class, span)?;
        let classes: Vec<Val> = match class.raw() {
            Value::Tuple(classes) => classes.to_vec(),
            _ => vec![class],
        };
        let mut names = Vec::new();
        for class in &classes {
            let class = self.pin(class, span)?;
            match class.raw() {
                Value::Class(name) if exception::is_kind(name, "BaseException") == Some(true) => {
                    names.push(*name);
                }
                Value::Unknown(_) | Value::Builtin(_) => {
                    return self.unclear(span, "which exceptions are caught here");
                }
                // Python looks at all of them before it compares the first.
                _ => return self.raise("TypeError"),
            }
        }
        for name in names {
            let catches = match exception::is_kind(exception.class, name) {
                Some(catches) => catches,
                None if exception.class == SOME => {
                    let given = Given::IsKind(name.into(), span, self.once());
                    self.choose(&Term::new(Node::Given(given)), About::Truth, span)
                }
                None => return self.unclear(span, "which exceptions are caught here"),
            };
            if catches {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn raised(&mut self, error: Option<&Expr>, cause: Option<&Expr>, scope: &Rc<Scope>, span: Span) -> Flow {
        let Some(error) = error else {
            return match self.handling.clone() {
                Some(exception) => Err(Stop::Raise(exception)),
                None => self.raise("RuntimeError"),
            };
        };
        let error = self.evaluate(error, scope)?;
        let error = self.pin(&error, span)?;
        if let Some(cause) = cause {
            let cause = self.evaluate(cause, scope)?;
            let cause = self.pin(&cause, span)?;
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
}
