//! What calls may do.

use super::super::ast::{Expr, ExprKind, Name};
use super::super::exception;
use super::super::ops::{HELPERS, is_builtin};
use super::Scan;
use super::only_looks;
use super::own::is_fresh;
use super::tables::{CHANGES, HARMLESS_MODULES};
use crate::policy::writes::Writes;

impl Scan {
    pub(super) fn call(&mut self, function: &Expr, positional: &[Expr], keywords: &[(Option<Name>, Expr)]) {
        positional.iter().for_each(|value| self.expr(value));
        keywords.iter().for_each(|(_, value)| self.expr(value));
        match &function.kind {
            ExprKind::Name(name) if name.as_ref() == "ak_call_policy" && !self.is_bound(name) => {
                self.policy(positional, keywords);
            }
            ExprKind::Name(name) => {
                if name.as_ref() != "getattr" {
                    self.expr(function);
                }
                let python = is_builtin(name).is_some() || exception::class(name).is_some();
                let helper = HELPERS.contains(&name.as_ref());
                let own = self.is_bound(name) && self.own.get(name) != Some(&false);
                let reaches = match (name.as_ref(), positional) {
                    // What is taken by name is like what is written after a dot.
                    ("getattr", [_, Expr { kind: ExprKind::Str(name), .. }, ..]) => {
                        CHANGES.contains(&name.as_ref()) || name.starts_with("__")
                    }
                    ("getattr", _) => true,
                    _ => false,
                };
                // What calls a function that it is given, calls one that is known.
                let given = match name.as_ref() {
                    "map" | "filter" => positional.first(),
                    _ => {
                        keywords.iter().find(|(key, _)| key.as_deref() == Some("key")).map(|(_, value)| value)
                    }
                };
                let calls = given.is_some_and(|function| !self.is_known_function(function));
                if reaches || calls || !(own || !self.is_bound(name) && (python || helper)) {
                    self.anything();
                }
            }
            ExprKind::Attribute(of, name) => {
                self.expr(of);
                let looks = only_looks(name);
                let own = matches!(&of.kind, ExprKind::Name(name) if self.is_own(name))
                    || is_fresh(of, |name| self.is_bound(name));
                let library = matches!(&of.kind, ExprKind::Name(name) if HARMLESS_MODULES.contains(&name.as_ref()) && !self.is_bound(name));
                if !looks && !own && !library {
                    self.anything();
                }
            }
            ExprKind::Lambda(_) => self.expr(function),
            _ => self.anything(),
        }
    }

    /// Whether an expression is a function of Python's own or of the code.
    fn is_known_function(&self, function: &Expr) -> bool {
        match &function.kind {
            ExprKind::Lambda(_) | ExprKind::None => true,
            ExprKind::Name(name) => {
                let own = self.functions.contains(name) && self.own.get(name) != Some(&false);
                own || (!self.is_bound(name)
                    && (is_builtin(name).is_some() || HELPERS.contains(&name.as_ref())))
            }
            // A method of a class of Python's own, such as `str.lower`.
            ExprKind::Attribute(of, _) => {
                matches!(&of.kind, ExprKind::Name(name) if ["str", "int"].contains(&name.as_ref()) && !self.is_bound(name))
            }
            _ => false,
        }
    }

    fn policy(&mut self, positional: &[Expr], keywords: &[(Option<Name>, Expr)]) {
        let mut name = positional.first();
        for (key, value) in keywords {
            match key {
                Some(key) if key.as_ref() == "name" && name.is_none() => name = Some(value),
                Some(key) => self.effects.writes.extend(&Writes::key(key)),
                None => self.anything(),
            }
        }
        match name.map(|name| &name.kind) {
            Some(ExprKind::Str(name)) => {
                self.effects.calls.insert(Name::clone(name));
            }
            _ => self.anything(),
        }
    }
}
