//! Operations on what nobody knows: what is known of their results all the same.

use super::super::ast::{BinaryOp, CompareOp, Name, Span};
use super::super::term::{Given, Node, Op, Term};
use super::super::value::{Kind, Val, Value};
use super::{Flow, Run};

impl Run<'_> {
    /// What `op` makes of `args`, some of which are not known.
    pub(super) fn operate_unknown(&mut self, op: Op, args: &[Val], span: Span) -> Flow<Val> {
        self.ask_unknown(op, args, false, span)
    }

    /// The same for a call that may change what it is given.
    pub(super) fn write_unknown(&mut self, op: Op, args: &[Val], span: Span) -> Flow<Val> {
        self.writes += 1;
        self.ask_unknown(op, args, true, span)
    }

    fn ask_unknown(&mut self, op: Op, args: &[Val], written: bool, span: Span) -> Flow<Val> {
        if let (Op::Subscript, [of, key]) = (&op, args)
            && let Some(field) = self.assumed_field(of, key)
        {
            return field.or_else(|()| self.unclear(span, "an assumed value"));
        }
        if let (Op::Method(name, names), [of, key, ..]) = (&op, args)
            && name.as_ref() == "get"
            && names.is_empty()
            && let Some(field) = self.assumed_field(of, key)
        {
            return field.or_else(|()| self.unclear(span, "an assumed value"));
        }
        if let (
            Op::Compare(op @ (CompareOp::Is | CompareOp::IsNot | CompareOp::Eq | CompareOp::NotEq)),
            [of, none],
        ) = (&op, args)
            && matches!(none.raw(), Value::None)
            && of.term().is_some_and(|term| self.is_assumed_record(term))
        {
            return Ok(Val::bool(matches!(op, CompareOp::IsNot | CompareOp::NotEq)));
        }
        if let (Op::Call("bool", _), [of]) = (&op, args)
            && of.term().is_some_and(|term| self.is_assumed_record(term))
        {
            return Ok(Val::bool(true));
        }
        self.check_reach(&op, args, span)?;
        let terms: Option<Vec<_>> = args.iter().map(|arg| self.term(arg)).collect();
        let Some(terms) = terms else {
            return self.unknown_result("what code makes of a value that nobody knows", None, span);
        };
        let (kind, may_raise) = result(&op, args);
        let is_call = matches!(op, Op::Method(..) | Op::Call("call", _));
        let term = Term::new(Node::Op(op, terms));
        // Whoever is asked again may answer otherwise.
        let value = if is_call && (written || term.is_from_outside()) {
            let answer = Given::Answer(term, self.once());
            self.given(answer, kind)
        } else {
            Val::of(Value::Unknown(kind), term)
        };
        if may_raise {
            self.may_raise(&value, span)?;
        }
        Ok(value)
    }

    /// A value of which nothing is known, for a reason.
    pub(super) fn nobody_knows(&mut self, reason: &str, span: Span) -> Val {
        let given = Given::Unclear(reason.into(), span, None, self.once());
        self.given(given, Kind::Any)
    }
}

fn kind(value: &Val) -> Option<Kind> {
    if value.has_unknown() && value.unknown().is_none() {
        return Some(Kind::Any);
    }
    value.unknown().or(match value.raw() {
        Value::Bool(_) => Some(Kind::Bool),
        Value::Int(_) => Some(Kind::Int),
        Value::Str(_) => Some(Kind::Str),
        Value::Ip(_) => Some(Kind::Ip),
        _ => None,
    })
}

/// What the result is, and whether there may be an exception instead.
fn result(op: &Op, args: &[Val]) -> (Kind, bool) {
    let kinds: Vec<Option<Kind>> = args.iter().map(kind).collect();
    match (op, kinds.as_slice()) {
        (Op::Compare(op), [left, right]) => compare(*op, *left, *right, args),
        (Op::Attribute(name), [Some(Kind::Ip)]) => match name.as_ref() {
            "is_private" | "is_global" | "is_loopback" | "is_multicast" | "is_reserved" | "is_link_local" => {
                (Kind::Bool, false)
            }
            "version" => (Kind::Int, false),
            _ => (Kind::Any, true),
        },
        (Op::Attribute(name), [Some(Kind::Moment)]) => {
            let known =
                ["year", "month", "day", "hour", "minute", "second", "microsecond"].contains(&name.as_ref());
            if known { (Kind::Int, false) } else { (Kind::Any, true) }
        }
        (Op::Method(name, _), [Some(Kind::Moment)]) => match name.as_ref() {
            "weekday" | "isoweekday" => (Kind::Int, false),
            _ => (Kind::Any, true),
        },
        (Op::Method(name, names), [Some(Kind::Str), rest @ ..]) if names.is_empty() => {
            text_method(name, rest)
        }
        (Op::Call("str" | "repr", names), [_]) if names.is_empty() => (Kind::Str, false),
        (Op::Call("len", _), [Some(Kind::Str)]) => (Kind::Int, false),
        (Op::Call("bool", _), [_]) => (Kind::Bool, false),
        (Op::Call("isinstance" | "callable", _), [_, ..]) => (Kind::Bool, true),
        (Op::Call("hasattr", _), [_, Some(Kind::Str)]) => (Kind::Bool, false),
        (Op::Call("int", _), [Some(Kind::Int | Kind::Bool)]) => (Kind::Int, false),
        (
            Op::Binary(
                BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul | BinaryOp::And | BinaryOp::Or | BinaryOp::Xor,
            ),
            [Some(Kind::Int | Kind::Bool), Some(Kind::Int | Kind::Bool)],
        ) => (Kind::Int, false),
        (Op::Binary(BinaryOp::Add), [Some(Kind::Str), Some(Kind::Str)]) => (Kind::Str, false),
        (Op::Format(_), [_, Some(Kind::Str)]) if matches!(args.last().map(Val::raw), Some(Value::Str(spec)) if spec.is_empty()) => {
            (Kind::Str, false)
        }
        (Op::Concat, _) => (Kind::Str, false),
        // Values from outside are small, or the request would not have come this far.
        (Op::IsLarge, _) => (Kind::Bool, false),
        _ => (Kind::Any, true),
    }
}

fn compare(op: CompareOp, left: Option<Kind>, right: Option<Kind>, args: &[Val]) -> (Kind, bool) {
    match op {
        // Comparing for equality is possible with everything that requests hold.
        CompareOp::Eq | CompareOp::NotEq | CompareOp::Is | CompareOp::IsNot => (Kind::Bool, false),
        CompareOp::In | CompareOp::NotIn => {
            let hashable = left.is_some_and(|kind| !matches!(kind, Kind::Any | Kind::Record));
            let safe = match args.get(1).map(Val::raw) {
                Some(Value::List(_) | Value::Tuple(_)) => true,
                Some(Value::Set(_) | Value::Dict(_)) => hashable,
                Some(Value::Network(_)) => left == Some(Kind::Ip),
                _ => right == Some(Kind::Str) && left == Some(Kind::Str),
            };
            (Kind::Bool, !safe)
        }
        CompareOp::Lt | CompareOp::LtE | CompareOp::Gt | CompareOp::GtE => {
            let number = |kind| matches!(kind, Some(Kind::Int | Kind::Bool));
            let safe =
                (number(left) && number(right)) || (left == Some(Kind::Str) && right == Some(Kind::Str));
            (Kind::Bool, !safe)
        }
    }
}

fn text_method(name: &Name, args: &[Option<Kind>]) -> (Kind, bool) {
    let texts = args.iter().all(|kind| *kind == Some(Kind::Str));
    match (name.as_ref(), args) {
        ("lower" | "upper" | "strip" | "casefold" | "title" | "lstrip" | "rstrip", []) => (Kind::Str, false),
        ("startswith" | "endswith", [_]) if texts => (Kind::Bool, false),
        ("isdigit" | "isalpha" | "isalnum" | "islower" | "isupper", []) => (Kind::Bool, false),
        ("replace", [_, _]) if texts => (Kind::Str, false),
        ("removeprefix" | "removesuffix" | "strip", [_]) if texts => (Kind::Str, false),
        _ => (Kind::Any, true),
    }
}
