//! E-mail addresses that are compared letter by letter: `Anna@Example.org` is the address of anna@example.org, too.

use super::super::ast::{CompareOp, Expr, ExprKind};
use super::look::{Look, texts};
use super::{Pitfall, PitfallKind};

pub(super) fn of(look: &Look<'_>) -> Vec<Pitfall> {
    let mut found = Vec::new();
    let mut note = |expr: &Expr, texts: Vec<(&str, &Expr)>| {
        // A text without letters is the same in both cases.
        let lettered = texts.into_iter().find(|(text, _)| text.chars().any(char::is_alphabetic));
        if let Some((text, _)) = lettered {
            found.push(Pitfall { span: expr.span, kind: PitfallKind::EmailCase(text.to_owned()) });
        }
    };
    for expr in &look.exprs {
        match &expr.kind {
            ExprKind::Call { function, positional, .. } => {
                if let (ExprKind::Attribute(of, method), [ending]) = (&function.kind, positional.as_slice())
                    && &**method == "endswith"
                    && (is_email(look, of) || is_domain(look, of))
                {
                    note(expr, texts(look.resolve(ending)));
                }
            }
            ExprKind::Compare(left, rest) => {
                let [(op, right)] = rest.as_slice() else { continue };
                let is_address = |expr: &Expr| is_email(look, expr) || is_domain(look, expr);
                match op {
                    CompareOp::Eq | CompareOp::NotEq if is_address(left) => {
                        note(expr, texts(look.resolve(right)));
                    }
                    CompareOp::Eq | CompareOp::NotEq if is_address(right) => {
                        note(expr, texts(look.resolve(left)));
                    }
                    CompareOp::In | CompareOp::NotIn if is_address(left) => {
                        let right = look.resolve(right);
                        // In a text, parts are looked for.
                        if !matches!(right.kind, ExprKind::Str(_)) {
                            note(expr, texts(right));
                        }
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }
    found
}

/// The address of the user, or one that was entered.
fn is_email(look: &Look<'_>, expr: &Expr) -> bool {
    let expr = look.resolve(expr);
    match &expr.kind {
        ExprKind::Attribute(of, name) => &**name == "email" && look.is_user(of),
        _ => under(expr, "email").is_some_and(|of| under(look.resolve(of), "prompt_data").is_some()),
    }
}

/// What an expression looks up `key` in: `of["key"]`, `of.get("key")`.
fn under<'e>(expr: &'e Expr, key: &str) -> Option<&'e Expr> {
    let is_key = |expr: &Expr| matches!(&expr.kind, ExprKind::Str(found) if &**found == key);
    match &expr.kind {
        ExprKind::Subscript(of, found) => is_key(found).then_some(of),
        ExprKind::Call { function, positional, .. } => match (&function.kind, positional.first()) {
            (ExprKind::Attribute(of, method), Some(found)) => {
                (&**method == "get" && is_key(found)).then_some(of)
            }
            _ => None,
        },
        _ => None,
    }
}

/// A part of an address: `email.split("@")[1]`, `email.partition("@")[2]`, with an alternative if it is empty.
fn is_domain(look: &Look<'_>, expr: &Expr) -> bool {
    match &look.resolve(expr).kind {
        ExprKind::Conditional(parts) => {
            let [_, then, _] = parts.as_ref();
            is_domain(look, then)
        }
        ExprKind::Subscript(of, _) => match &look.resolve(of).kind {
            ExprKind::Call { function, positional, .. } => match (&function.kind, positional.first()) {
                (ExprKind::Attribute(of, method), Some(Expr { kind: ExprKind::Str(at), .. })) => {
                    let splits = ["split", "rsplit", "partition", "rpartition"].contains(&method.as_ref());
                    splits && &**at == "@" && is_email(look, of)
                }
                _ => false,
            },
            _ => false,
        },
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::PitfallKind;
    use super::super::tests::code_of;

    fn compared(text: &str) -> usize {
        code_of(text, |kind| matches!(kind, PitfallKind::EmailCase(_))).len()
    }

    #[test]
    fn addresses_that_are_compared_as_they_are_are_found() {
        for text in [
            "return request.user.email.endswith('@example.org')",
            "return request.user.email.endswith(('@a.example', '@b.example'))",
            "return request.user.email.split('@')[1] in ['example.org']",
            "domains = ['a.example']\ndomain = request.user.email.split('@')[-1]\nreturn domain in domains",
            "d = request.user.email.split('@')[1] if request.user.email else ''\nreturn d == 'x.example'",
            "return request.user.email == 'anna@example.org'",
            "return context['prompt_data']['email'].endswith('@example.org')",
            "data = request.context.get('prompt_data', {})\nreturn data.get('email', '').split('@')[1] == 'a.b'",
        ] {
            assert_eq!(compared(text), 1, "{text}");
        }
    }

    #[test]
    fn addresses_that_are_folded_first_are_not() {
        for text in [
            "return request.user.email.lower().endswith('@example.org')",
            "return request.user.email.split('@')[1].casefold() in ['example.org']",
            "email = request.user.email.lower()\nreturn email.endswith('@example.org')",
            "email = request.user.email\nemail = email.lower()\nreturn email.endswith('@example.org')",
            "return request.user.email == ''",
            "return context['oauth_userinfo']['email'].endswith('@example.org')",
            "return request.user.email == context['prompt_data']['email']",
            "return '@' in request.user.email",
        ] {
            assert_eq!(compared(text), 0, "{text}");
        }
    }
}
