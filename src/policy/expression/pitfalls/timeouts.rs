//! Requests to other servers without a limit of time.

use super::super::ast::{Expr, ExprKind};
use super::look::Look;
use super::{Pitfall, PitfallKind};

const VERBS: [&str; 8] = ["delete", "get", "head", "options", "patch", "post", "put", "request"];

pub(super) fn of(look: &Look<'_>) -> Vec<Pitfall> {
    let each = look.exprs.iter().filter_map(|expr| {
        let ExprKind::Call { function, positional, keywords } = &expr.kind else { return None };
        // `**options` may hold it.
        let has_limit = keywords.iter().any(|(name, _)| name.as_deref().is_none_or(|name| name == "timeout"));
        // `urlopen(url, data, timeout)`
        let given = is_request(look, function).filter(|_| !has_limit && positional.len() < 3)?;
        Some(Pitfall { span: expr.span, kind: PitfallKind::NoTimeout { given } })
    });
    each.collect()
}

/// Whether something asks another server, and if so whether with authentik's own `requests`.
fn is_request(look: &Look<'_>, function: &Expr) -> Option<bool> {
    match &function.kind {
        ExprKind::Attribute(of, verb) if VERBS.contains(&verb.as_ref()) => {
            if look.is_given(of, "requests") {
                return Some(true);
            }
            let import = look.import(of)?;
            (&*import.module == "requests" && import.member.is_none()).then_some(false)
        }
        ExprKind::Attribute(of, name) if &**name == "urlopen" => match &of.kind {
            ExprKind::Attribute(of, name) if &**name == "request" => {
                (&*look.import(of)?.module == "urllib").then_some(false)
            }
            _ => None,
        },
        ExprKind::Name(_) => {
            let import = look.import(function)?;
            let member = import.member.as_deref()?;
            let is_request = match import.module.as_ref() {
                "requests" => VERBS.contains(&member),
                "urllib.request" => member == "urlopen",
                _ => false,
            };
            is_request.then_some(false)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::PitfallKind;
    use super::super::tests::code_of;

    #[test]
    fn requests_without_a_limit_are_found() {
        let given = |text| code_of(text, |kind| *kind == PitfallKind::NoTimeout { given: true }).len();
        let own = |text| code_of(text, |kind| *kind == PitfallKind::NoTimeout { given: false }).len();
        assert_eq!(given("return requests.get('https://x').ok"), 1);
        assert_eq!(own("import requests\nreturn requests.get('https://x').ok"), 1);
        assert_eq!(own("from requests import get\nreturn get('https://x').ok"), 1);
        assert_eq!(own("import urllib.request\nreturn urllib.request.urlopen('https://x').ok"), 1);
        assert_eq!(own("from urllib.request import urlopen\nreturn urlopen('https://x').ok"), 1);
        for text in [
            "return requests.get('https://x', timeout=5).ok",
            "import requests\nreturn requests.get('https://x', **options).ok",
            "return context.get('x')",
            "requests = {}\nreturn requests.get('x')",
        ] {
            assert_eq!((given(text), own(text)), (0, 0), "{text}");
        }
    }
}
