//! What code asks for, read from its text alone: whatever it might look at on some way through it.

mod call;
mod fact;
mod names;
mod scan;

use super::Span;
use super::ast::Function;
use super::code::Code;
use super::walk;
use crate::model::{PolicyId, PolicyKind};
use crate::policy::Study;
pub use fact::Fact;
pub(super) use names::counts;

/// Something that code asks for, and where.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Read {
    /// Where in the code.
    pub span: Span,
    /// What.
    pub fact: Fact,
}

/// What became of the code of a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Understood {
    /// It is looked into.
    Reads {
        /// What it asks for, in the order of the text.
        reads: Vec<Read>,
        /// What it returns, where there is only one place that does.
        returns: Option<Span>,
    },
    /// It is not Python, for these reasons: authentik raises at every run (dossier §4.1).
    Broken(Vec<(Span, String)>),
    /// It is Python, and not looked into, for this reason.
    NotRead(Span, String),
}

/// What is understood of the code of `policy`; `None` for a policy without code.
pub fn understood(study: &Study<'_>, policy: PolicyId) -> Option<Understood> {
    let PolicyKind::Expression(_) = study.world.policies.row(policy).kind else { return None };
    Some(match study.library.code(policy)? {
        Code::Ready(function) => {
            Understood::Reads { reads: scan::of(function), returns: walk::only_return(function) }
        }
        Code::Broken(errors) => Understood::Broken(errors.clone()),
        Code::Unread(span, reason) => Understood::NotRead(*span, reason.clone()),
    })
}

/// Whether all that code asks for is the request: nothing of the subject, and nothing that other users might change.
pub(super) fn asks_request_alone(code: &Function) -> bool {
    let of_request = |read: Read| {
        matches!(read.fact, Fact::Context(_) | Fact::Request(_) | Fact::Clock | Fact::Undefined(_))
    };
    scan::of(code).into_iter().all(of_request)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::expression::parse::parse;

    /// What `text` asks for, each with the code that asks.
    fn reads(text: &str) -> Vec<(String, &str)> {
        let function = parse(text).unwrap_or_else(|unread| panic!("{text}: {unread:?}"));
        let found = scan::of(&function).into_iter();
        found
            .map(|read| (format!("{} {}", read.fact.kind(), read.fact.name()), &text[read.span.range()]))
            .collect()
    }

    fn facts(text: &str) -> Vec<String> {
        reads(text).into_iter().map(|(fact, _)| fact).collect()
    }

    #[test]
    fn what_is_asked_of_the_user_is_found() {
        assert_eq!(
            reads("return request.user.email.lower().endswith('@x')"),
            [("user_field email".to_owned(), "request.user.email")]
        );
        assert_eq!(
            facts(
                "user = request.user\nreturn user.attributes.get('hr', {}).get('level') == 3 or user.username"
            ),
            ["attribute hr.level", "user_field username"]
        );
        assert_eq!(facts("return request.user.attributes['a']['b']"), ["attribute a.b"]);
        assert_eq!(facts("return request.user.group_attributes(request).get('x')"), ["merged_attribute x"]);
        assert_eq!(facts("return getattr(request.user, 'email', None)"), ["user_field email"]);
    }

    #[test]
    fn groups_are_found_however_they_are_asked_for() {
        for text in [
            "return ak_is_group_member(request.user, name='ops')",
            "return request.user.groups.filter(name='ops').exists()",
            "return any(g.name == 'ops' for g in request.user.all_groups())",
            "return 'ops' in [g.name for g in request.user.groups.all()]",
            "names = request.user.groups.values_list('name', flat=True)\nreturn 'ops' in names",
            "names = {g.name for g in request.user.groups.all()}\nreturn bool(names & {'ops'})",
            "names = set(g.name for g in request.user.groups.all())\nreturn not names.isdisjoint(['ops'])",
            "for g in request.user.ak_groups.all():\n    if g.name in ('ops',):\n        return True",
        ] {
            assert!(facts(text).contains(&"group ops".to_owned()), "{text}: {:?}", facts(text));
        }
    }

    #[test]
    fn the_rest_of_the_world_is_found() {
        assert_eq!(facts("return ak_call_policy('other').passing"), ["policy other"]);
        assert_eq!(facts("return 'geoip' in context and context['geoip']['country']"), ["context geoip"]);
        assert_eq!(facts("return request.context.get('oauth_scopes', [])"), ["context oauth_scopes"]);
        assert_eq!(facts("return ak_client_ip in ip_network('10.0.0.0/8')"), ["request client_ip"]);
        assert_eq!(facts("return http_request.GET.get('x')"), ["request http_request.GET"]);
        assert_eq!(facts("return requests.get('https://x').ok"), ["outside requests.get"]);
        assert_eq!(facts("import os\nreturn os.environ"), ["outside os"]);
        assert_eq!(facts("from datetime import datetime\nreturn datetime.now().hour > 8"), ["clock "]);
        assert_eq!(facts("return ak_user_by(username='x') is None"), ["outside ak_user_by"]);
    }

    #[test]
    fn only_names_that_nobody_defines_are_reported() {
        assert_eq!(reads("return usr.email"), [("undefined usr".to_owned(), "usr")]);
        for text in [
            "import re\ntry:\n    x = 1\nexcept ValueError as e:\n    return str(e)\nreturn re.match('a', 'b') and x",
            "def f(a, *, b=1):\n    return a + b\nreturn [f(x) for x in range(3)] and (lambda y: y)(1)",
            "if (n := 1) > 0:\n    ak_message('x')\nreturn len([n])",
            "try:\n    return 1 / 0 > 1\nexcept (ExceptionGroup, StopIteration, TimeoutError):\n    return False",
            "match 1:\n    case [a, b]:\n        return a + b\n    case other:\n        return other",
        ] {
            assert_eq!(facts(text), Vec::<String>::new(), "{text}");
        }
    }
}
