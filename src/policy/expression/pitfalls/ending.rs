//! Code that ends without a `return`: Python then gives `None`, which counts as false (dossier §4.3).

use super::super::ast::{Expr, ExprKind, Pattern, Span, Stmt, StmtKind};
use super::look::Look;
use super::{Ending, Pitfall, PitfallKind};

/// Functions that are asked for what they say, never for what they do.
const ONLY_SAY: [&str; 8] = [
    "ak_call_policy",
    "ak_is_group_member",
    "ak_user_by",
    "ak_user_has_authenticator",
    "all",
    "any",
    "bool",
    "regex_match",
];

/// The same among methods.
const METHODS: [&str; 5] = ["endswith", "exists", "is_authenticated", "passes", "startswith"];

pub(super) fn of(look: &Look<'_>) -> Vec<Pitfall> {
    let returned: Vec<&Expr> = look
        .own
        .iter()
        .filter_map(|statement| match &statement.kind {
            StmtKind::Return(Some(value)) if !matches!(value.kind, ExprKind::None) => Some(value),
            _ => None,
        })
        .collect();
    let pitfall = |span, ending| vec![Pitfall { span, kind: PitfallKind::NoReturn(ending) }];
    if returned.is_empty() {
        let mut dropped = look.own.iter().filter_map(|statement| match &statement.kind {
            StmtKind::Expr(value) if only_says(look, value) => Some(value.span),
            _ => None,
        });
        return dropped.next_back().map(|span| pitfall(span, Ending::Dropped)).unwrap_or_default();
    }
    let Some(last) = look.block.last().filter(|_| block(look.block).falls) else { return Vec::new() };
    let is_false = |value: &&Expr| matches!(value.kind, ExprKind::Bool(false) | ExprKind::Int(0));
    let ending = if returned.iter().all(is_false) { Ending::OtherwiseFalse } else { Ending::Otherwise };
    pitfall(end(last), ending)
}

fn only_says(look: &Look<'_>, expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Compare(..) | ExprKind::Not(_) => true,
        ExprKind::And(values) | ExprKind::Or(values) => values.iter().all(|value| only_says(look, value)),
        ExprKind::Attribute(_, name) => &**name == "passing",
        ExprKind::Call { function, .. } => match &function.kind {
            ExprKind::Attribute(_, method) => METHODS.contains(&method.as_ref()),
            _ => ONLY_SAY.iter().any(|name| look.is_given(function, name)),
        },
        _ => false,
    }
}

/// The part of a statement to point at: no whole block.
fn end(statement: &Stmt) -> Span {
    match &statement.kind {
        StmtKind::If(branches, _) => branches.last().map_or(statement.span, |(test, _)| test.span),
        StmtKind::For { iterable, .. } => iterable.span,
        StmtKind::While { test, .. } => test.span,
        StmtKind::Match(subject, _) => subject.span,
        StmtKind::Try { body, .. } => body.last().map_or(statement.span, end),
        _ => statement.span,
    }
}

/// Where a block may lead.
#[derive(Clone, Copy)]
struct Leads {
    /// To what comes after it.
    falls: bool,
    /// Out of the loop around it.
    breaks: bool,
}

impl Leads {
    const ON: Self = Self { falls: true, breaks: false };
    const NOWHERE: Self = Self { falls: false, breaks: false };

    fn or(self, other: Self) -> Self {
        Self { falls: self.falls || other.falls, breaks: self.breaks || other.breaks }
    }
}

fn block(statements: &[Stmt]) -> Leads {
    let mut breaks = false;
    for statement in statements {
        let leads = one(statement);
        breaks |= leads.breaks;
        if !leads.falls {
            return Leads { falls: false, breaks };
        }
    }
    Leads { falls: true, breaks }
}

fn one(statement: &Stmt) -> Leads {
    match &statement.kind {
        StmtKind::Return(_) | StmtKind::Raise(..) | StmtKind::Continue => Leads::NOWHERE,
        StmtKind::Break => Leads { falls: false, breaks: true },
        StmtKind::Assert(Expr { kind: ExprKind::Bool(false), .. }, _) => Leads::NOWHERE,
        StmtKind::If(branches, otherwise) => {
            let mut leads = Leads::NOWHERE;
            for (test, body) in branches {
                leads = leads.or(block(body));
                if is_true(test) {
                    return leads;
                }
            }
            leads.or(block(otherwise))
        }
        StmtKind::For { body, otherwise, .. } => {
            let after = block(otherwise);
            Leads { falls: after.falls || block(body).breaks, ..after }
        }
        StmtKind::While { test, body, otherwise } => {
            let after = if is_true(test) { Leads::NOWHERE } else { block(otherwise) };
            Leads { falls: after.falls || block(body).breaks, ..after }
        }
        StmtKind::Try { body, handlers, otherwise, finally } => {
            let inside = block(body);
            let mut leads = Leads { falls: false, ..inside };
            if inside.falls {
                leads = leads.or(block(otherwise));
            }
            leads = handlers.iter().fold(leads, |leads, handler| leads.or(block(&handler.body)));
            Leads { falls: leads.falls && block(finally).falls, ..leads }
        }
        StmtKind::Match(_, cases) => {
            let takes_all = cases.iter().any(|case| case.guard.is_none() && takes_all(&case.pattern));
            let start = if takes_all { Leads::NOWHERE } else { Leads::ON };
            cases.iter().fold(start, |leads, case| leads.or(block(&case.body)))
        }
        _ => Leads::ON,
    }
}

fn is_true(test: &Expr) -> bool {
    matches!(test.kind, ExprKind::Bool(true) | ExprKind::Int(1))
}

fn takes_all(pattern: &Pattern) -> bool {
    match pattern {
        Pattern::As(None, _) => true,
        Pattern::As(Some(inner), _) => takes_all(inner),
        Pattern::Or(patterns) => patterns.iter().any(takes_all),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::found;
    use super::super::{Ending, PitfallKind};

    fn ending(text: &str) -> Option<Ending> {
        found(text).into_iter().find_map(|(kind, _)| match kind {
            PitfallKind::NoReturn(ending) => Some(ending),
            _ => None,
        })
    }

    #[test]
    fn code_that_may_end_without_return_is_found() {
        for (text, expected) in [
            ("if request.debug:\n    return True", Ending::Otherwise),
            ("if request.debug:\n    return False", Ending::OtherwiseFalse),
            ("for x in [1]:\n    return True", Ending::Otherwise),
            ("while True:\n    if request.debug:\n        return True\n    break", Ending::Otherwise),
            ("try:\n    return True\nexcept KeyError:\n    pass", Ending::Otherwise),
            ("match 1:\n    case 1:\n        return True", Ending::Otherwise),
            ("ak_is_group_member(request.user, name='x')", Ending::Dropped),
            ("request.user.username == 'x'", Ending::Dropped),
        ] {
            assert_eq!(ending(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn code_that_always_returns_is_not() {
        for text in [
            "return True",
            "if request.debug:\n    return True\nelse:\n    return False",
            "if request.debug:\n    return True\nraise ValueError('x')",
            "while True:\n    if request.debug:\n        return True",
            "try:\n    return True\nexcept KeyError:\n    return False",
            "match 1:\n    case 1:\n        return True\n    case _:\n        return False",
            "for x in [1]:\n    pass\nelse:\n    return False",
            "ak_message('no')",
            "ak_message('no')\nreturn",
            "context['flow_plan'].redirect('x')",
            "def f(x):\n    if x:\n        return 1\nreturn f(1) == 1",
        ] {
            assert_eq!(ending(text), None, "{text}");
        }
    }
}
