//! Results of policies that are taken for true or false. They are objects, and every object is true (dossier §4.3).

use super::super::ast::{Expr, ExprKind, Shape, StmtKind};
use super::look::Look;
use super::{Pitfall, PitfallKind};

pub(super) fn of(look: &Look<'_>) -> Vec<Pitfall> {
    let mut found = Vec::new();
    for statement in &look.own {
        if let StmtKind::Return(Some(value)) = &statement.kind {
            truth(look, value, &mut found);
        }
    }
    for statement in &look.statements {
        match &statement.kind {
            StmtKind::If(branches, _) => {
                branches.iter().for_each(|(test, _)| truth(look, test, &mut found));
            }
            StmtKind::While { test, .. } | StmtKind::Assert(test, _) => truth(look, test, &mut found),
            _ => {}
        }
    }
    for expr in &look.exprs {
        match &expr.kind {
            ExprKind::Not(value) => truth(look, value, &mut found),
            ExprKind::And(values) | ExprKind::Or(values) => {
                // What the last one is stands for the whole.
                let tested = values.split_last().map(|(_, tested)| tested).unwrap_or_default();
                tested.iter().for_each(|value| truth(look, value, &mut found));
            }
            ExprKind::Conditional(parts) => {
                let [test, ..] = parts.as_ref();
                truth(look, test, &mut found);
            }
            ExprKind::Comprehension(code) => {
                code.loops.iter().flat_map(|each| &each.tests).for_each(|test| truth(look, test, &mut found));
            }
            ExprKind::Call { function, positional, .. } => match positional.as_slice() {
                [value] if look.is_given(function, "bool") => truth(look, value, &mut found),
                [Expr { kind: ExprKind::Comprehension(code), .. }]
                    if ["any", "all"].iter().any(|name| look.is_given(function, name))
                        && code.shape != Shape::Dict =>
                {
                    truth(look, &code.element, &mut found);
                }
                _ => {}
            },
            _ => {}
        }
    }
    found
}

/// Looks at a value of which only the truth counts.
fn truth(look: &Look<'_>, expr: &Expr, found: &mut Vec<Pitfall>) {
    match &expr.kind {
        ExprKind::And(values) | ExprKind::Or(values) => {
            values.iter().for_each(|value| truth(look, value, found));
        }
        ExprKind::Conditional(parts) => {
            let [_, then, otherwise] = parts.as_ref();
            truth(look, then, found);
            truth(look, otherwise, found);
        }
        ExprKind::Walrus(_, value) => truth(look, value, found),
        _ => {
            if look.is_call_of(look.resolve(expr), "ak_call_policy") {
                found.push(Pitfall { span: expr.span, kind: PitfallKind::ResultAsTruth });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::PitfallKind;
    use super::super::tests::code_of;

    fn results(text: &str) -> Vec<&str> {
        code_of(text, |kind| *kind == PitfallKind::ResultAsTruth)
    }

    #[test]
    fn results_whose_truth_counts_are_found() {
        let call = "ak_call_policy('a')";
        for text in [
            "return ak_call_policy('a')",
            "return not ak_call_policy('a')",
            "return request.user.is_active and ak_call_policy('a')",
            "return bool(ak_call_policy('a'))",
            "if ak_call_policy('a'):\n    return True",
            "return True if ak_call_policy('a') else False",
            "return 1 if request.debug else ak_call_policy('a')",
        ] {
            assert_eq!(results(text), [call], "{text}");
        }
        assert_eq!(results("r = ak_call_policy('a')\nreturn r"), ["r"]);
        assert_eq!(results("return any(ak_call_policy(n) for n in ['a'])"), ["ak_call_policy(n)"]);
    }

    #[test]
    fn results_that_are_looked_into_are_not() {
        for text in [
            "return ak_call_policy('a').passing",
            "r = ak_call_policy('a')\nif not r.passing:\n    return False\nreturn True",
            "r = ak_call_policy('a')\nfor message in r.messages:\n    ak_message(message)\nreturn r.passing",
            "def ak_call_policy(x): return x\nreturn ak_call_policy('a')",
            "def f():\n    return ak_call_policy('a')\nreturn f().passing",
            "r = None\nif request.debug:\n    r = ak_call_policy('a')\nreturn r and r.passing",
        ] {
            assert_eq!(results(text), Vec::<&str>::new(), "{text}");
        }
    }
}
