//! Values that are returned and are no truth values: authentik keeps what code returns, and a query is run for that
//! (dossier §2.5).

use super::super::ast::{Expr, ExprKind, Shape, StmtKind};
use super::look::{Look, only_loop};
use super::{Pitfall, PitfallKind};

pub(super) fn of(look: &Look<'_>) -> Vec<Pitfall> {
    let mut found = Vec::new();
    for statement in &look.own {
        if let StmtKind::Return(Some(value)) = &statement.kind {
            returned(look, value, &mut found);
        }
    }
    found
}

fn returned(look: &Look<'_>, expr: &Expr, found: &mut Vec<Pitfall>) {
    match &expr.kind {
        ExprKind::Or(values) => values.iter().for_each(|value| returned(look, value, found)),
        // The others are returned only when they are empty.
        ExprKind::And(values) => values.iter().rev().take(1).for_each(|value| returned(look, value, found)),
        ExprKind::Conditional(parts) => {
            let [_, then, otherwise] = parts.as_ref();
            returned(look, then, found);
            returned(look, otherwise, found);
        }
        _ => {
            if let Some(what) = object(look, look.resolve(expr)) {
                found.push(Pitfall { span: expr.span, kind: PitfallKind::Returned(what) });
            }
        }
    }
}

fn object(look: &Look<'_>, expr: &Expr) -> Option<&'static str> {
    let given = [("request", "the request"), ("http_request", "the HTTP request")];
    if let Some((_, what)) = given.iter().find(|(name, _)| look.is_given(expr, name)) {
        return Some(what);
    }
    let of_request =
        [("user", "the user"), ("http_request", "the HTTP request"), ("obj", "what access is asked for")];
    if let Some((_, what)) = of_request.iter().find(|(name, _)| look.is_of_request(expr, name)) {
        return Some(what);
    }
    match &expr.kind {
        ExprKind::Attribute(..) => look.is_query(expr).then_some("a manager of objects"),
        ExprKind::Call { function, positional, .. } => match positional.as_slice() {
            _ if look.is_query(expr) => Some("a query"),
            [of] if ["list", "set", "sorted", "tuple"].iter().any(|name| look.is_given(function, name)) => {
                look.is_query(of).then_some("a list of objects")
            }
            _ => None,
        },
        ExprKind::Comprehension(code) => match only_loop(code) {
            _ if code.shape == Shape::Generator => Some("a generator"),
            Some((name, iterable)) if code.shape != Shape::Dict && look.is_query(iterable) => {
                let itself = matches!(&code.element.kind, ExprKind::Name(element) if element == name);
                itself.then_some("a list of objects")
            }
            _ => None,
        },
        ExprKind::Lambda(_) => Some("a function"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::PitfallKind;
    use super::super::tests::found;

    fn what(text: &str) -> Option<&'static str> {
        found(text).into_iter().find_map(|(kind, _)| match kind {
            PitfallKind::Returned(what) => Some(what),
            _ => None,
        })
    }

    #[test]
    fn objects_that_are_returned_are_found() {
        for (text, expected) in [
            ("return request.user.groups", "a manager of objects"),
            ("return request.user.groups.filter(name='x')", "a query"),
            ("u = request.user\ng = u.ak_groups.all()\nreturn g", "a query"),
            ("return [g for g in request.user.all_groups() if g.name == 'x']", "a list of objects"),
            ("return list(request.user.groups.all())", "a list of objects"),
            ("return request.user.is_active and request.user", "the user"),
            ("return (g.name for g in request.user.groups.all())", "a generator"),
            ("return lambda: True", "a function"),
        ] {
            assert_eq!(what(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn truth_values_are_not() {
        for text in [
            "return request.user.groups.filter(name='x').exists()",
            "return len(request.user.groups.all()) > 1",
            "return request.user.groups.all() and True",
            "return any(g.name == 'x' for g in request.user.all_groups())",
            "return [g.name for g in request.user.groups.all()]",
            "return request.user.username",
            "return context.get('x', {}).get('groups')",
        ] {
            assert_eq!(what(text), None, "{text}");
        }
    }
}
