//! Users that are asked for by name.

use super::super::ast::{CompareOp, Expr, ExprKind, StmtKind};
use super::look::{Look, texts};
use super::{Pitfall, PitfallKind};

pub(super) fn of(look: &Look<'_>) -> Vec<Pitfall> {
    let mut found = Vec::new();
    for expr in &look.exprs {
        let ExprKind::Call { function, keywords, .. } = &expr.kind else { continue };
        if look.is_given(function, "ak_user_by") {
            let named = keywords.iter().filter(|(field, _)| field.as_deref() == Some("username"));
            named.for_each(|(_, value)| note(look, value, true, &mut found));
        }
    }
    for statement in &look.own {
        if let StmtKind::Return(Some(value)) = &statement.kind {
            allowed(look, value, &mut found);
        }
    }
    found
}

/// Who is let in by name. Names that are kept out need not be those of users.
fn allowed(look: &Look<'_>, expr: &Expr, found: &mut Vec<Pitfall>) {
    match &expr.kind {
        ExprKind::And(values) | ExprKind::Or(values) => {
            values.iter().for_each(|value| allowed(look, value, found));
        }
        ExprKind::Compare(left, rest) => {
            if let [(op, right)] = rest.as_slice()
                && is_username(look, left)
            {
                let is_text = matches!(look.resolve(right).kind, ExprKind::Str(_));
                let is_meant = match op {
                    CompareOp::Eq => is_text,
                    CompareOp::In => !is_text,
                    _ => false,
                };
                if is_meant {
                    note(look, right, false, found);
                }
            }
        }
        _ => {}
    }
}

fn is_username(look: &Look<'_>, expr: &Expr) -> bool {
    matches!(&look.resolve(expr).kind, ExprKind::Attribute(of, name) if &**name == "username" && look.is_user(of))
}

fn note(look: &Look<'_>, value: &Expr, looked_up: bool, found: &mut Vec<Pitfall>) {
    for (name, at) in texts(look.resolve(value)) {
        let kind = PitfallKind::User { name: name.to_owned(), looked_up };
        found.push(Pitfall { span: at.span, kind });
    }
}

#[cfg(test)]
mod tests {
    use super::super::PitfallKind;
    use super::super::tests::code_of;

    fn users(text: &str) -> Vec<&str> {
        code_of(text, |kind| matches!(kind, PitfallKind::User { .. }))
    }

    #[test]
    fn users_that_are_let_in_or_looked_up_are_found() {
        assert_eq!(users("return request.user.username == 'anna'"), ["'anna'"]);
        assert_eq!(users("u = request.user\nreturn u.username in ['a', 'b']"), ["'a'", "'b'"]);
        assert_eq!(users("return ak_user_by(username='anna') is None"), ["'anna'"]);
        for text in [
            "return request.user.username != 'anna'",
            "if request.user.username == 'root':\n    return False\nreturn True",
            "return 'anna' in request.user.username",
            "return request.user.username in 'anna'",
            "return ak_user_by(email='anna@x') is None",
        ] {
            assert_eq!(users(text), Vec::<&str>::new(), "{text}");
        }
    }
}
