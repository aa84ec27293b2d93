//! What statements and expressions are made of, in the order of the text.

use super::ast::{Body, Expr, ExprKind, FormatPart, Function, Pattern, Span, Stmt, StmtKind, Target};

/// The blocks inside a statement.
pub(super) fn blocks(statement: &Stmt) -> Vec<&[Stmt]> {
    match &statement.kind {
        StmtKind::If(branches, otherwise) => {
            branches.iter().map(|(_, body)| body.as_slice()).chain([otherwise.as_slice()]).collect()
        }
        StmtKind::For { body, otherwise, .. } | StmtKind::While { body, otherwise, .. } => {
            vec![body, otherwise]
        }
        StmtKind::Try { body, handlers, otherwise, finally } => {
            let handlers = handlers.iter().map(|handler| handler.body.as_slice());
            std::iter::once(body.as_slice()).chain(handlers).chain([otherwise.as_slice(), finally]).collect()
        }
        StmtKind::Match(_, cases) => cases.iter().map(|case| case.body.as_slice()).collect(),
        _ => Vec::new(),
    }
}

/// What `code` returns, where it returns anything that is no constant in one place only.
pub(super) fn only_return(code: &Function) -> Option<Span> {
    let Body::Block(block) = &code.body else { return None };
    let mut found = Vec::new();
    let mut queue: Vec<&Stmt> = block.iter().collect();
    while let Some(statement) = queue.pop() {
        if let StmtKind::Return(Some(value)) = &statement.kind {
            found.extend((!value.is_literal()).then_some(value.span));
        }
        queue.extend(blocks(statement).into_iter().flatten());
    }
    if let [one] = found.as_slice() { Some(*one) } else { None }
}

/// The expressions right inside a statement, targets included.
pub(super) fn values(statement: &Stmt) -> Vec<&Expr> {
    let mut found = Vec::new();
    match &statement.kind {
        StmtKind::Expr(value) => found.push(value),
        StmtKind::Return(value) => found.extend(value),
        StmtKind::Assign(targets, value) => {
            targets.iter().for_each(|inner| target(inner, &mut found));
            found.push(value);
        }
        StmtKind::Augment(inner, _, value) => {
            target(inner, &mut found);
            found.push(value);
        }
        StmtKind::Delete(targets) => targets.iter().for_each(|inner| target(inner, &mut found)),
        StmtKind::If(branches, _) => found.extend(branches.iter().map(|(test, _)| test)),
        StmtKind::For { target: inner, iterable, .. } => {
            target(inner, &mut found);
            found.push(iterable);
        }
        StmtKind::While { test, .. } => found.push(test),
        StmtKind::Try { handlers, .. } => {
            found.extend(handlers.iter().filter_map(|handler| handler.class.as_ref()));
        }
        StmtKind::Raise(error, cause) => found.extend(error.iter().chain(cause)),
        StmtKind::Assert(test, message) => found.extend(std::iter::once(test).chain(message)),
        StmtKind::Match(subject, cases) => {
            found.push(subject);
            for case in cases {
                pattern(&case.pattern, &mut found);
                found.extend(&case.guard);
            }
        }
        StmtKind::Import(_)
        | StmtKind::Function(..)
        | StmtKind::Pass
        | StmtKind::Break
        | StmtKind::Continue => {}
    }
    found
}

fn target<'a>(inner: &'a Target, found: &mut Vec<&'a Expr>) {
    match inner {
        Target::Name(_) => {}
        Target::Tuple(targets) => targets.iter().for_each(|inner| target(inner, found)),
        Target::Attribute(of, _) => found.push(of),
        Target::Subscript(of, key) => found.extend([of, key]),
    }
}

fn pattern<'a>(inner: &'a Pattern, found: &mut Vec<&'a Expr>) {
    match inner {
        Pattern::Value(value) | Pattern::Singleton(value) => found.push(value),
        Pattern::Sequence(patterns) | Pattern::Or(patterns) => {
            patterns.iter().for_each(|one| pattern(one, found));
        }
        Pattern::Mapping(pairs) => pairs.iter().for_each(|(key, one)| {
            found.push(key);
            pattern(one, found);
        }),
        Pattern::Class(_, one) | Pattern::As(one, _) => one.iter().for_each(|one| pattern(one, found)),
    }
}

/// The expressions right inside an expression; the bodies of functions are not.
pub(super) fn parts(expr: &Expr) -> Vec<&Expr> {
    match &expr.kind {
        ExprKind::None
        | ExprKind::Bool(_)
        | ExprKind::Int(_)
        | ExprKind::Float(_)
        | ExprKind::Str(_)
        | ExprKind::Name(_)
        | ExprKind::Lambda(_)
        | ExprKind::Unsupported(_) => Vec::new(),
        ExprKind::And(values)
        | ExprKind::Or(values)
        | ExprKind::List(values)
        | ExprKind::Tuple(values)
        | ExprKind::Set(values) => values.iter().collect(),
        ExprKind::Not(value)
        | ExprKind::Unary(_, value)
        | ExprKind::Walrus(_, value)
        | ExprKind::Starred(value)
        | ExprKind::Attribute(value, _) => vec![value],
        ExprKind::Binary(_, left, right) | ExprKind::Subscript(left, right) => vec![left, right],
        ExprKind::Compare(left, rest) => {
            std::iter::once(left.as_ref()).chain(rest.iter().map(|(_, right)| right)).collect()
        }
        ExprKind::Conditional(parts) => parts.iter().collect(),
        ExprKind::Dict(pairs) => pairs.iter().flat_map(|(key, value)| key.iter().chain([value])).collect(),
        ExprKind::Comprehension(code) => {
            let loops = code.loops.iter().flat_map(|each| std::iter::once(&each.iterable).chain(&each.tests));
            loops.chain([&code.element]).chain(&code.value).collect()
        }
        ExprKind::Call { function, positional, keywords } => std::iter::once(function.as_ref())
            .chain(positional)
            .chain(keywords.iter().map(|(_, value)| value))
            .collect(),
        ExprKind::Slice(bounds) => bounds.iter().flatten().map(AsRef::as_ref).collect(),
        ExprKind::Format(parts) => format(parts),
    }
}

fn format(parts: &[FormatPart]) -> Vec<&Expr> {
    let mut found = Vec::new();
    for part in parts {
        if let FormatPart::Value { value, spec, .. } = part {
            found.push(value);
            found.extend(format(spec));
        }
    }
    found
}
