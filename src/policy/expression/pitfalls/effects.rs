//! What code changes outside of the request: the database, other servers, what people receive.

use super::super::ast::{Expr, ExprKind};
use super::look::Look;
use super::{Effect, Pitfall, PitfallKind};

/// Methods of managers and queries that write rows.
const WRITE: [&str; 7] =
    ["bulk_create", "bulk_update", "create", "delete", "get_or_create", "update", "update_or_create"];

pub(super) fn of(look: &Look<'_>) -> Vec<Pitfall> {
    let mut found = Vec::new();
    for expr in &look.exprs {
        let ExprKind::Call { function, .. } = &expr.kind else { continue };
        if let Some(effect) = effect(look, function) {
            found.push(Pitfall { span: expr.span, kind: PitfallKind::Effect(effect) });
        }
        if speaks(look, function) {
            found.push(Pitfall { span: expr.span, kind: PitfallKind::Speaks });
        }
    }
    found
}

fn effect(look: &Look<'_>, function: &Expr) -> Option<Effect> {
    let named = [("ak_send_email", Effect::Mail), ("ak_create_event", Effect::Event)];
    if let Some((_, effect)) = named.iter().find(|(name, _)| look.is_given(function, name)) {
        return Some(*effect);
    }
    let ExprKind::Attribute(of, method) = &function.kind else { return None };
    match method.as_ref() {
        "set_password" | "set_unusable_password" if is_object(look, of) => Some(Effect::Password),
        "save" | "delete" if is_object(look, of) => Some(Effect::Database),
        "add" | "remove" | "set" | "clear" if is_membership(look, of) => Some(Effect::Membership),
        write if WRITE.contains(&write) && look.is_query(of) => Some(Effect::Database),
        verb if is_requests(look, of) => match verb {
            "post" => Some(Effect::Post),
            "put" | "patch" | "delete" => Some(Effect::Request),
            _ => None,
        },
        _ => None,
    }
}

/// Whether an expression is an object of the database: the user, or one that was looked up.
fn is_object(look: &Look<'_>, expr: &Expr) -> bool {
    let expr = look.resolve(expr);
    if look.is_user(expr) {
        return true;
    }
    match &expr.kind {
        ExprKind::Subscript(of, key) => {
            is_context(look, of) && matches!(&key.kind, ExprKind::Str(key) if &**key == "pending_user")
        }
        ExprKind::Call { function, positional, .. } => {
            if look.is_given(function, "ak_user_by") {
                return true;
            }
            let ExprKind::Attribute(of, method) = &function.kind else { return false };
            let key = positional.first().map(|key| &key.kind);
            match method.as_ref() {
                "get" if is_context(look, of) => {
                    matches!(key, Some(ExprKind::Str(key)) if &**key == "pending_user")
                }
                "get" | "first" | "last" => look.is_query(of),
                _ => false,
            }
        }
        _ => false,
    }
}

fn is_context(look: &Look<'_>, expr: &Expr) -> bool {
    look.is_given(expr, "context") || look.is_of_request(expr, "context")
}

/// `user.groups`, `group.users`
fn is_membership(look: &Look<'_>, expr: &Expr) -> bool {
    let ExprKind::Attribute(of, name) = &look.resolve(expr).kind else { return false };
    ["ak_groups", "groups", "users"].contains(&name.as_ref()) && is_object(look, of)
}

fn is_requests(look: &Look<'_>, expr: &Expr) -> bool {
    let imported =
        || look.import(expr).is_some_and(|import| &*import.module == "requests" && import.member.is_none());
    look.is_given(expr, "requests") || imported()
}

fn speaks(look: &Look<'_>, function: &Expr) -> bool {
    let logs = matches!(&function.kind, ExprKind::Attribute(of, _) if look.is_given(of, "ak_logger"));
    logs || ["ak_message", "print"].iter().any(|name| look.is_given(function, name))
}

#[cfg(test)]
mod tests {
    use super::super::tests::found;
    use super::super::{Effect, PitfallKind};

    fn effect(text: &str) -> Option<Effect> {
        found(text).into_iter().find_map(|(kind, _)| match kind {
            PitfallKind::Effect(effect) => Some(effect),
            _ => None,
        })
    }

    #[test]
    fn what_changes_something_is_found() {
        for (text, expected) in [
            (
                "from authentik.flows.models import Flow\nFlow.objects.filter(slug='x').update(title='y')",
                Effect::Database,
            ),
            ("u = request.user\nu.name = 'x'\nu.save()", Effect::Database),
            ("ak_user_by(username='x').delete()", Effect::Database),
            ("request.user.set_unusable_password()", Effect::Password),
            ("request.user.ak_groups.add(1)", Effect::Membership),
            ("ak_send_email(request.user, subject='x')", Effect::Mail),
            ("requests.put('https://x', timeout=1)", Effect::Request),
            ("requests.post('https://x', timeout=1)", Effect::Post),
            ("ak_create_event('x')", Effect::Event),
        ] {
            assert_eq!(effect(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_changes_only_the_code_s_own_is_not() {
        for text in [
            "x = {}\nx.update(a=1)",
            "s = set()\ns.add(1)",
            "import hashlib\nh = hashlib.sha256()\nh.update(1)",
            "context['x'] = 1",
            "return requests.get('https://x', timeout=1).ok",
            "request.context.get('flow_plan').insert_stage(1)",
        ] {
            assert_eq!(effect(text), None, "{text}");
        }
    }
}
