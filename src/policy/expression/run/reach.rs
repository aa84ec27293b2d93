//! What is handed to something of which nobody knows what it does: whoever else has it may find it changed.

use std::rc::Rc;

use super::super::ast::{BinaryOp, Body, Span};
use super::super::term::{Given, Node, Op, Term};
use super::super::value::{Val, Value};
use super::still::{is_still, is_still_loop, plain_names};
use super::{Flow, Run};

/// How much of its arguments an operation may hand back, change or call.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reach {
    Nothing,
    /// What is inside of them.
    Inside,
    All,
}

/// Why nobody knows what a value is from now on.
const HANDED_ON: &str = "what becomes of a value that the code hands on";

/// Functions that give back texts, numbers and the like, and call nothing that they are given.
const ONLY_LOOK: [&str; 24] = [
    "abs",
    "ak_is_group_member",
    "ak_user_by",
    "bool",
    "callable",
    "chr",
    "divmod",
    "float",
    "format",
    "hasattr",
    "hash",
    "int",
    "ip_address",
    "ip_network",
    "isinstance",
    "len",
    "ord",
    "pow",
    "regex_match",
    "regex_replace",
    "repr",
    "round",
    "slugify",
    "str",
];

fn reach(op: &Op, args: &[Val]) -> Reach {
    match (op, args.first().map(Val::raw)) {
        (op, _) if op.only_looks() => Reach::Nothing,
        (Op::Call(name, _), _) if ONLY_LOOK.contains(name) => Reach::Nothing,
        (Op::Binary(BinaryOp::Mod) | Op::Method(..), Some(Value::Str(_))) => Reach::Nothing,
        (Op::Subscript | Op::Slice | Op::Binary(_), _) => Reach::Inside,
        (Op::Method(name, _), _) if name.starts_with("__") => Reach::All,
        (
            Op::Method(..),
            Some(Value::List(_) | Value::Tuple(_) | Value::Dict(_) | Value::Set(_) | Value::View(..)),
        ) => Reach::Inside,
        _ => Reach::All,
    }
}

impl Run<'_> {
    /// Nobody knows what `op` does with `args`, so nobody else may have what it could change.
    pub(super) fn check_reach(&mut self, op: &Op, args: &[Val], span: Span) -> Flow {
        match reach(op, args) {
            Reach::Nothing => Ok(()),
            Reach::Inside => args
                .iter()
                .filter(|arg| has_containers(arg))
                .try_for_each(|arg| self.keep_from_others(arg, span)),
            // Nothing of what `requests` has changes what it is given.
            Reach::All if args.first().and_then(Val::term).is_some_and(|of| is_of_requests(of)) => {
                if args.iter().any(|arg| arg.any(&mut calls)) {
                    self.unclear(span, HANDED_ON)
                } else {
                    Ok(())
                }
            }
            Reach::All => args.iter().try_for_each(|arg| self.keep_from_others(arg, span)),
        }
    }

    /// What nobody knows gets `value`, and may change it whenever something is called.
    pub(super) fn keep_from_others(&mut self, value: &Val, span: Span) -> Flow {
        let mut parts = Vec::new();
        value.any(&mut |part| {
            parts.extend(part.term().is_some().then(|| part.clone()));
            false
        });
        // Whether it can be changed may differ from user to user.
        parts.iter().try_for_each(|part| self.same_class(part, span))?;
        drop(parts);
        if is_shared(value) { self.unclear(span, HANDED_ON) } else { Ok(()) }
    }
}

/// Whether there may be something inside that can be changed.
fn has_containers(value: &Val) -> bool {
    if value.term().is_some() {
        return true;
    }
    let is_container = |item: &Val| {
        matches!(item.raw(), Value::List(_) | Value::Dict(_) | Value::Set(_)) || has_containers(item)
    };
    match value.raw() {
        Value::List(list) => list.items.borrow().iter().any(is_container),
        Value::Tuple(items) => items.iter().any(is_container),
        Value::Dict(dict) | Value::View(_, dict) => {
            dict.borrow().iter().any(|(_, value)| is_container(value))
        }
        _ => false,
    }
}

/// Whether somebody else has what can be changed here. What is in a value with a term may differ from user to user,
/// so it is not looked into.
fn is_shared(value: &Val) -> bool {
    let term = value.term();
    let others = |holders: usize| holders > 1 || term.is_some_and(|term| !is_made_anew(term));
    let inside = |items: &[Val]| term.is_none() && items.iter().any(is_shared);
    match value.raw() {
        Value::List(list) => others(Rc::strong_count(&list.items)) || inside(&list.items.borrow()),
        Value::Set(items) => others(Rc::strong_count(items)),
        Value::Dict(dict) => {
            others(Rc::strong_count(dict))
                || term.is_none() && dict.borrow().iter().any(|(_, value)| is_shared(value))
        }
        Value::View(..) | Value::Tuple(_) if term.is_some() => true,
        Value::View(_, dict) => dict.borrow().iter().any(|(_, value)| is_shared(value)),
        Value::Tuple(items) => inside(items),
        Value::Lazy(_) | Value::Generator(_) | Value::Closure(_) => calls(value),
        _ => false,
    }
}

/// Whether code may run when somebody else has `value`, and do more than look.
fn calls(value: &Val) -> bool {
    match value.raw() {
        Value::Closure(closure) => {
            let still = matches!(&closure.function.body, Body::Value(value) if is_still(value));
            !(still && plain_names(&closure.scope))
        }
        Value::Generator(generator) => {
            Rc::strong_count(generator) > 1 || !is_still_loop(&generator.code, &generator.scope)
        }
        Value::Lazy(_) => true,
        _ => false,
    }
}

/// Whether nobody but the code has what `term` is: it is no part of a row, nor of another value.
fn is_made_anew(term: &Term) -> bool {
    match term.node() {
        Node::Op(Op::Map(_), _) => true,
        Node::Op(Op::Method(name, _), _) => ["rsplit", "split", "splitlines"].contains(&name.as_ref()),
        _ => false,
    }
}

/// Whether something is the module `requests`, or of what it has or answers.
fn is_of_requests(term: &Term) -> bool {
    match term.node() {
        Node::Given(Given::External(name, ..)) => name.as_ref() == "requests",
        Node::Given(Given::Answer(call, _)) => is_of_requests(call),
        Node::Op(Op::Attribute(_) | Op::Method(..) | Op::Call("call", _), parts) => {
            parts.first().is_some_and(|of| is_of_requests(of))
        }
        _ => false,
    }
}
