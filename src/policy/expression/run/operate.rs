//! Operations on values: what is noted about them, and to whom their results belong.

use std::rc::Rc;
use std::sync::Arc;

use super::super::ast::Span;
use super::super::exception::SOME;
use super::super::ops::{Failure, apply};
use super::super::term::{Const, Given, Node, Op, Term, Validity};
use super::super::value::{Kind, Val, Value};
use super::weight::{cost, holds_changeable, is_changeable};
use super::{About, Flow, Reply, Run};

/// Values that are computed in more steps are given up on.
const LARGEST: u32 = 500;
/// So many questions about the subject are too many.
const MOST_TESTS: usize = 1_000;

impl Run<'_> {
    /// What `op` makes of `args`.
    pub(super) fn operate(&mut self, op: Op, args: Vec<Val>, span: Span) -> Flow<Val> {
        let args = self.untangled(&op, args, span)?;
        let value = self.computed(op, args, span)?;
        self.made(value, span)
    }

    /// Elements that can be changed must stay what they are: they may have other names. So whatever picks them by what
    /// differs from user to user, picks them for users who are alike.
    fn untangled(&mut self, op: &Op, args: Vec<Val>, span: Span) -> Flow<Vec<Val>> {
        if op.only_looks()
            || matches!(op, Op::Call("len" | "str" | "bool" | "int" | "isinstance" | "repr", _))
        {
            return Ok(args);
        }
        // These may give back one of their arguments.
        let gives_back = match &op {
            Op::Method(name, _) => ["get", "pop", "setdefault"].contains(&name.as_ref()),
            Op::Call("max" | "min", _) => args.len() > 1,
            Op::Call(name, _) => ["getattr", "list_flatten", "next", "sum"].contains(name),
            _ => false,
        };
        let entangled = |arg: &Val| holds_changeable(arg) || gives_back && is_changeable(arg);
        if !args.iter().any(entangled) || !args.iter().any(Val::is_traced) {
            return Ok(args);
        }
        let each = args.into_iter().map(|arg| match (entangled(&arg), arg.is_traced()) {
            (true, true) => self.unclear(span, "a value inside of a list that differs from user to user"),
            (false, true) => self.pin(&arg, span),
            _ => Ok(arg),
        });
        each.collect()
    }

    fn computed(&mut self, op: Op, args: Vec<Val>, span: Span) -> Flow<Val> {
        self.step(span)?;
        if let (Op::Call("bool", _), [of]) = (&op, args.as_slice())
            && matches!(of.raw(), Value::Context)
        {
            return self.truth(of, span).map(Val::bool);
        }
        self.steps += cost(self.data, &op, &args);
        if args.iter().any(Val::has_unknown) {
            return self.operate_unknown(op, &args, span);
        }
        if !args.iter().any(Val::is_traced) {
            return self.plainly(&op, &args, span);
        }
        let terms: Option<Vec<_>> = args.iter().map(|arg| self.term(arg)).collect();
        let Some(terms) = terms else {
            // What has no formula stays: then the subject must be known better.
            let pinned = args.iter().map(|arg| self.pin(arg, span)).collect::<Flow<Vec<_>>>()?;
            return self.plainly(&op, &pinned, span);
        };
        let applied = apply(self.data, &op, &args);
        let term = Term::new(Node::Op(op, terms));
        if term.size() > LARGEST || self.tests.len() > MOST_TESTS {
            return self.unclear(span, "a value that is computed in very many steps");
        }
        match applied {
            Ok(value) => {
                self.note(&term, Reply::Fine);
                Ok(Val::of(value, term))
            }
            Err(Failure::Raise(class)) => {
                self.note(&term, Reply::Raises(class));
                self.raise(class)
            }
            Err(Failure::Cannot(reason)) => {
                self.note(&term, Reply::Unclear(reason.clone()));
                if let Node::Op(op, _) = term.node() {
                    self.check_reach(op, &args, span)?;
                }
                self.unknown_result(&reason, Some(term), span)
            }
        }
    }

    /// What `op` makes of values that are the same for all subjects of this run.
    fn plainly(&mut self, op: &Op, args: &[Val], span: Span) -> Flow<Val> {
        match apply(self.data, op, args) {
            Ok(value) if is_held(op, args) && !is_among(&value, args) => {
                let is_container =
                    matches!(value, Value::List(_) | Value::Dict(_) | Value::Set(_) | Value::Tuple(_));
                if is_container && args.iter().any(holds_changeable) {
                    return self.unclear(span, "values of the code's own beside others");
                }
                Ok(held(value))
            }
            Ok(value) => Ok(Val::known(value)),
            Err(Failure::Raise(class)) => self.raise(class),
            Err(Failure::Cannot(reason)) => {
                self.check_reach(op, args, span)?;
                self.unknown_result(&reason, None, span)
            }
        }
    }

    /// The result of something that is not certain: it may be an exception, and any value.
    pub(super) fn unknown_result(&mut self, reason: &str, of: Option<Arc<Term>>, span: Span) -> Flow<Val> {
        // What is made of a term is the same in every run; of anything else, nobody knows.
        let validity = if of.is_some() { Validity::Everywhere } else { self.once() };
        let value = self.given(Given::Unclear(reason.into(), span, of, validity), Kind::Any);
        self.may_raise(&value, span)?;
        Ok(value)
    }

    /// Raises if computing `value` does.
    pub(super) fn may_raise(&mut self, value: &Val, span: Span) -> Flow {
        let Some(term) = value.term().cloned() else { return Ok(()) };
        if self.choose(&term, About::Raises, span) { self.raise(SOME) } else { Ok(()) }
    }
}

/// Whether `op` may give a list, set or dictionary that somebody else has, too, or one that cannot be changed.
fn is_held(op: &Op, args: &[Val]) -> bool {
    let of_row = |arg: &Val| matches!(arg.raw(), Value::User(_) | Value::Group(_) | Value::Groups(_));
    matches!(op, Op::Attribute(_) | Op::Call("frozenset" | "getattr", _))
        || args.iter().any(|arg| of_row(arg) || arg.any(&mut |part| part.term().is_some()))
}

/// Whether `value` is a list, set or dictionary of the code's own that is one of `args`, or inside of one.
fn is_among(value: &Value, args: &[Val]) -> bool {
    args.iter().any(|arg| {
        arg.any(&mut |part| {
            part.term().is_none()
                && match (part.raw(), value) {
                    (Value::List(part), Value::List(value)) => Rc::ptr_eq(&part.items, &value.items),
                    (Value::Dict(part), Value::Dict(value)) => Rc::ptr_eq(part, value),
                    (Value::Set(part), Value::Set(value)) => Rc::ptr_eq(part, value),
                    _ => false,
                }
        })
    })
}

/// A value that does not belong to the code.
fn held(value: Value) -> Val {
    match value {
        Value::List(_) | Value::Dict(_) | Value::Set(_) | Value::Tuple(_) => {
            Const::of(&value).map_or_else(|| Val::known(value), |constant| constant.held())
        }
        value => Val::known(value),
    }
}
