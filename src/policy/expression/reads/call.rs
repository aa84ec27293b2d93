//! What calls ask for.

use super::super::ast::{Expr, ExprKind, Name, Span};
use super::Fact;
use super::scan::{Scan, Thing};

/// Functions that ask the database or other servers.
const OUTSIDE: [&str; 8] = [
    "ak_create_event",
    "ak_create_jwt",
    "ak_create_jwt_raw",
    "ak_send_email",
    "ak_user_by",
    "ak_user_has_authenticator",
    "resolve_dns",
    "reverse_dns",
];

/// Functions whose results hold what they were given.
const KEEPS: [&str; 7] = ["frozenset", "iter", "list", "reversed", "set", "sorted", "tuple"];

/// Functions that say what time it is, by the last part of their names.
const CLOCKS: [&str; 9] =
    ["gmtime", "localdate", "localtime", "monotonic", "now", "time", "today", "utcnow", "time_ns"];

/// Methods of queries that give queries.
const QUERIES: [&str; 8] =
    ["all", "distinct", "iterator", "only", "order_by", "prefetch_related", "select_related", "reverse"];

/// Methods that compare or join what two collections hold.
const JOINS: [&str; 8] =
    ["count", "difference", "intersection", "index", "isdisjoint", "issubset", "issuperset", "union"];

type Keywords = [(Option<Name>, Expr)];

impl Scan {
    pub(super) fn call(&mut self, function: &Expr, args: &[Expr], keywords: &Keywords, span: Span) -> Thing {
        match &function.kind {
            ExprKind::Attribute(of, method) => {
                let thing = self.expr(of);
                self.method(thing, of.span, method, function.span, args, keywords, span)
            }
            ExprKind::Name(name) => self.named(name, function, args, keywords, span),
            _ => {
                self.consume(function);
                self.arguments(args, keywords);
                Thing::Other
            }
        }
    }

    fn arguments(&mut self, args: &[Expr], keywords: &Keywords) {
        args.iter().chain(keywords.iter().map(|(_, value)| value)).for_each(|value| self.consume(value));
    }

    fn named(
        &mut self,
        name: &Name,
        function: &Expr,
        args: &[Expr],
        keywords: &Keywords,
        span: Span,
    ) -> Thing {
        let own = self.expr(function);
        if own != Thing::Other {
            if let Thing::Library(path) = &own {
                self.library(path, span);
            } else {
                self.used(&own, function.span);
            }
            self.arguments(args, keywords);
            return Thing::Other;
        }
        match (name.as_ref(), args) {
            ("ak_is_group_member", _) => {
                args.iter().for_each(|arg| self.consume(arg));
                self.filters(keywords, function.span);
                return Thing::Other;
            }
            ("ak_call_policy", [policy, rest @ ..]) => {
                match self.expr(policy) {
                    Thing::Texts(names) => {
                        names.into_iter().for_each(|(name, at)| self.note(Fact::Policy(name), at));
                    }
                    other => self.used(&other, policy.span),
                }
                self.arguments(rest, keywords);
                return Thing::Other;
            }
            ("getattr", [of, Expr { kind: ExprKind::Str(name), .. }, rest @ ..]) => {
                let thing = self.expr(of);
                self.arguments(rest, keywords);
                return self.member(&thing, of.span, name, span);
            }
            (keeps, [held]) if KEEPS.contains(&keeps) => {
                let thing = self.expr(held);
                self.arguments(&[], keywords);
                return thing;
            }
            (outside, _) if OUTSIDE.contains(&outside) => {
                self.note(Fact::Outside(outside.to_owned()), function.span);
            }
            _ => {}
        }
        self.arguments(args, keywords);
        Thing::Other
    }

    /// The call of something from a library.
    fn library(&mut self, path: &str, span: Span) {
        if path.starts_with("requests") {
            self.note(Fact::Outside(path.to_owned()), span);
        } else if path.rsplit('.').next().is_some_and(|last| CLOCKS.contains(&last)) {
            self.note(Fact::Clock, span);
        }
    }

    #[expect(clippy::too_many_arguments, reason = "a call has so many parts")]
    fn method(
        &mut self,
        thing: Thing,
        of: Span,
        method: &Name,
        at: Span,
        args: &[Expr],
        keywords: &Keywords,
        span: Span,
    ) -> Thing {
        match (&thing, method.as_ref(), args) {
            (
                Thing::Attributes { .. } | Thing::Context | Thing::ContextKey(_),
                "get" | "pop" | "setdefault",
                [key, rest @ ..],
            ) => {
                self.arguments(rest, keywords);
                return self.item(thing, of, key);
            }
            (Thing::User, "group_attributes", _) => {
                self.arguments(args, keywords);
                return Thing::Attributes { path: Vec::new(), merged: true };
            }
            (Thing::User, "all_groups", _) => return Thing::Groups,
            (Thing::User, field, _) => self.note(Fact::UserField(field.to_owned()), at),
            (Thing::Groups, "filter" | "exclude" | "get", _) => {
                args.iter().for_each(|arg| self.consume(arg));
                self.filters(keywords, of);
                return Thing::Groups;
            }
            (Thing::Groups, "first" | "last", _) => return Thing::Group,
            (Thing::Groups, "values_list", [Expr { kind: ExprKind::Str(field), .. }])
                if &**field == "name" =>
            {
                return Thing::GroupName;
            }
            (Thing::Groups, query, _) if QUERIES.contains(&query) => return Thing::Groups,
            (Thing::GroupName, "lower" | "casefold" | "strip" | "upper" | "copy", _) => {
                return Thing::GroupName;
            }
            (Thing::GroupName | Thing::Texts(_), joins, _) if JOINS.contains(&joins) => {
                let texts = self.joined(thing, of, args);
                self.arguments(&[], keywords);
                return texts;
            }
            (Thing::Library(path), last, _) => self.library(&format!("{path}.{last}"), span),
            (Thing::Request | Thing::Http, ..) => _ = self.member(&thing, of, method, at),
            _ => self.used(&thing, of),
        }
        self.arguments(args, keywords);
        Thing::Other
    }

    /// A method that compares or joins texts and names of groups: `names.isdisjoint({"ops"})`.
    fn joined(&mut self, thing: Thing, of: Span, args: &[Expr]) -> Thing {
        let mut things = vec![(thing, of)];
        for arg in args {
            let thing = self.expr(arg);
            things.push((thing, arg.span));
        }
        let of_groups = things.iter().any(|(thing, _)| *thing == Thing::GroupName);
        let mut named = false;
        for (thing, span) in &things {
            match thing {
                Thing::Texts(texts) if of_groups => {
                    named = true;
                    self.groups(texts);
                }
                Thing::GroupName => {}
                other => self.used(other, *span),
            }
        }
        if of_groups && !named {
            self.note(Fact::Groups, of);
        }
        if of_groups { Thing::GroupName } else { Thing::Other }
    }

    /// The fields by which groups are looked up.
    fn filters(&mut self, keywords: &Keywords, of: Span) {
        let mut named = false;
        for (field, value) in keywords {
            let thing = self.expr(value);
            let by_name = field.as_ref().is_some_and(|field| {
                matches!(field.as_ref(), "name" | "name__exact" | "name__iexact" | "name__in")
            });
            match thing {
                Thing::Texts(texts) if by_name => {
                    named = true;
                    self.groups(&texts);
                }
                other => self.used(&other, value.span),
            }
        }
        if !named {
            self.note(Fact::Groups, of);
        }
    }
}
