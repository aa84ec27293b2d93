//! Groups that are asked for by name, where the whole name must be that of the group.

use super::super::ast::{CompareOp, Expr, ExprKind};
use super::look::{Keywords, Look, only_loop, texts};
use super::{Lookup, Pitfall, PitfallKind};

pub(super) fn of(look: &Look<'_>) -> Vec<Pitfall> {
    let mut found = Vec::new();
    for expr in &look.exprs {
        match &expr.kind {
            ExprKind::Call { function, keywords, .. } => {
                if let Some(lookup) = asks(look, function) {
                    by_field(look, keywords, lookup, &mut found);
                }
            }
            ExprKind::Compare(left, rest) => {
                if let [(op, right)] = rest.as_slice() {
                    compared(look, left, *op, right, &mut found);
                }
            }
            ExprKind::Attribute(of, name) if &**name == "groups" && look.is_user(of) => {
                found.push(Pitfall { span: expr.span, kind: PitfallKind::UserGroups });
            }
            _ => {}
        }
    }
    found
}

/// Among which groups a call looks for one.
fn asks(look: &Look<'_>, function: &Expr) -> Option<Lookup> {
    if look.is_given(function, "ak_is_group_member") {
        return Some(Lookup::Members);
    }
    let ExprKind::Attribute(of, method) = &function.kind else { return None };
    if ["filter", "exclude", "get"].contains(&method.as_ref()) { look.lookup(of) } else { None }
}

fn by_field(look: &Look<'_>, keywords: &Keywords, lookup: Lookup, found: &mut Vec<Pitfall>) {
    for (field, value) in keywords {
        let exact = match field.as_deref() {
            Some("name" | "name__exact" | "name__in") => true,
            Some("name__iexact") => false,
            _ => continue,
        };
        note(look, value, exact, lookup, found);
    }
}

fn note(look: &Look<'_>, value: &Expr, exact: bool, lookup: Lookup, found: &mut Vec<Pitfall>) {
    for (name, at) in texts(look.resolve(value)) {
        let kind = PitfallKind::Group { name: name.to_owned(), exact, lookup };
        found.push(Pitfall { span: at.span, kind });
    }
}

fn compared(look: &Look<'_>, left: &Expr, op: CompareOp, right: &Expr, found: &mut Vec<Pitfall>) {
    match op {
        CompareOp::Eq | CompareOp::NotEq => {
            for (one, other) in [(left, right), (right, left)] {
                if let Some(lookup) = look.name_of_group(one)
                    && matches!(look.resolve(other).kind, ExprKind::Str(_))
                {
                    note(look, other, true, lookup, found);
                }
            }
        }
        CompareOp::In | CompareOp::NotIn => {
            let right = look.resolve(right);
            let is_text = |expr: &Expr| matches!(expr.kind, ExprKind::Str(_));
            if let Some(lookup) = look.name_of_group(left) {
                // In a text, parts are looked for.
                if !is_text(right) {
                    note(look, right, true, lookup, found);
                }
            } else if let Some(lookup) = names(look, right)
                && is_text(look.resolve(left))
            {
                note(look, left, true, lookup, found);
            }
        }
        _ => {}
    }
}

/// The groups whose names an expression holds.
fn names(look: &Look<'_>, expr: &Expr) -> Option<Lookup> {
    match &look.resolve(expr).kind {
        ExprKind::Comprehension(code) => {
            only_loop(code)?;
            look.name_of_group(&code.element)
        }
        ExprKind::Call { function, positional, .. } => match (&function.kind, positional.as_slice()) {
            (ExprKind::Attribute(of, method), [Expr { kind: ExprKind::Str(field), .. }]) => {
                (&**method == "values_list" && &**field == "name").then(|| look.lookup(of)).flatten()
            }
            (ExprKind::Name(keeps), [inner]) if ["list", "set", "tuple"].contains(&keeps.as_ref()) => {
                names(look, inner)
            }
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::found;
    use super::super::{Lookup, PitfallKind};

    fn groups(text: &str) -> Vec<(String, Lookup)> {
        let each = found(text).into_iter().filter_map(|(kind, _)| match kind {
            PitfallKind::Group { name, lookup, .. } => Some((name, lookup)),
            _ => None,
        });
        each.collect()
    }

    #[test]
    fn groups_are_found_with_where_they_are_looked_for() {
        for (text, lookup) in [
            ("return ak_is_group_member(request.user, name='ops')", Lookup::Members),
            ("return ak_is_group_member(request.user, name__in=['ops'])", Lookup::Members),
            ("return any(g.name == 'ops' for g in request.user.all_groups())", Lookup::Members),
            ("return request.user.groups.filter(name='ops').exists()", Lookup::Groups),
            ("u = request.user\nreturn 'ops' in [g.name for g in u.ak_groups.all()]", Lookup::AkGroups),
            ("n = request.user.groups.values_list('name', flat=True)\nreturn 'ops' in n", Lookup::Groups),
            (
                "for g in request.user.ak_groups.all():\n    if g.name in ['ops']:\n        return True\nreturn False",
                Lookup::AkGroups,
            ),
            (
                "from authentik.core.models import Group\nreturn Group.objects.filter(name='ops').exists()",
                Lookup::Database,
            ),
        ] {
            assert_eq!(groups(text), [("ops".to_owned(), lookup)], "{text}");
        }
    }

    #[test]
    fn parts_of_names_are_not_names() {
        for text in [
            "return any('ops' in g.name for g in request.user.all_groups())",
            "return any(g.name.startswith('ops') for g in request.user.all_groups())",
            "return ak_is_group_member(request.user, name__startswith='ops')",
            "return any(g.name.lower() == 'ops' for g in request.user.all_groups())",
            "return any(g.name == 'ops' for g in context['clients'])",
            "return context['groups'].filter(name='ops')",
            "names = [g.name for g in request.user.all_groups()]\nnames.append('ops')\nreturn 'ops' in names",
        ] {
            assert_eq!(groups(text), [], "{text}");
        }
    }
}
