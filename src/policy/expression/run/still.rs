//! Code that changes nothing: it can be run for one element after the other, in any order.

use super::super::ast::{Comprehension, Expr, ExprKind, Stmt, StmtKind};
use super::super::scope::{Found, Scope};
use super::super::value::{Val, Value};
use super::Stop;

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
            (message || logs)
                && positional.iter().all(is_still)
                && keywords.iter().all(|(_, value)| is_still(value))
        }
        _ => false,
    })
}

/// Names that are taken for what they are called.
const PLAIN: [&str; 9] = [
    "len",
    "str",
    "int",
    "bool",
    "isinstance",
    "regex_match",
    "ak_is_group_member",
    "ak_message",
    "ak_logger",
];

/// Whether those names stand for what Python and authentik mean by them.
pub(super) fn plain_names(scope: &Scope) -> bool {
    PLAIN.iter().all(|name| matches!(scope.get(name), Found::Global))
}

/// Whether a generator or comprehension changes nothing.
pub(super) fn is_still_loop(code: &Comprehension, scope: &Scope) -> bool {
    plain_names(scope)
        && is_still(&code.element)
        && code.value.as_ref().is_none_or(is_still)
        && code.loops.iter().all(|each| is_still(&each.iterable) && each.tests.iter().all(is_still))
}

/// Whether an expression changes nothing: no assignment, and no call of anything but what only looks.
pub(super) fn is_still(expr: &Expr) -> bool {
    let all = |exprs: &[Expr]| exprs.iter().all(is_still);
    match &expr.kind {
        ExprKind::Name(_) => true,
        ExprKind::Comprehension(code) => {
            is_still(&code.element)
                && code.value.as_ref().is_none_or(is_still)
                && code.loops.iter().all(|each| is_still(&each.iterable) && each.tests.iter().all(is_still))
        }
        ExprKind::And(values) | ExprKind::Or(values) | ExprKind::List(values) | ExprKind::Tuple(values) => {
            all(values)
        }
        ExprKind::Not(value) | ExprKind::Unary(_, value) | ExprKind::Attribute(value, _) => is_still(value),
        ExprKind::Binary(_, left, right) | ExprKind::Subscript(left, right) => {
            is_still(left) && is_still(right)
        }
        ExprKind::Compare(left, rest) => is_still(left) && rest.iter().all(|(_, right)| is_still(right)),
        ExprKind::Conditional(parts) => parts.iter().all(is_still),
        ExprKind::Call { function, positional, keywords } => {
            let looks = match &function.kind {
                ExprKind::Attribute(of, name) => {
                    const LOOKS: [&str; 20] = [
                        "all",
                        "all_groups",
                        "keys",
                        "exists",
                        "startswith",
                        "endswith",
                        "lower",
                        "upper",
                        "strip",
                        "split",
                        "get",
                        "find",
                        "count",
                        "replace",
                        "isdigit",
                        "casefold",
                        "partition",
                        "removeprefix",
                        "removesuffix",
                        "isalpha",
                    ];
                    is_still(of) && LOOKS.contains(&name.as_ref())
                }
                ExprKind::Name(name) => {
                    ["len", "str", "int", "bool", "regex_match", "ak_is_group_member", "isinstance"]
                        .contains(&name.as_ref())
                }
                _ => false,
            };
            looks && all(positional) && keywords.iter().all(|(_, value)| is_still(value))
        }
        _ => expr.is_literal(),
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
