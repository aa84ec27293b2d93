//! The names that code defines itself, anywhere in it.

use std::collections::{BTreeMap, BTreeSet};

use super::super::ast::{Body, Expr, ExprKind, Function, Name, Pattern, Stmt, StmtKind, Target};
use super::super::walk;

/// Every name that something in `function` is bound to, whether where it is read or not.
pub(super) fn of(function: &Function) -> BTreeSet<Name> {
    counts(function).into_keys().collect()
}

/// The same names, with how many places bind each of them.
pub(in super::super) fn counts(function: &Function) -> BTreeMap<Name, usize> {
    let mut names = Names(BTreeMap::new());
    names.function(function);
    names.0
}

struct Names(BTreeMap<Name, usize>);

impl Names {
    fn bound(&mut self, name: &Name) {
        *self.0.entry(Name::clone(name)).or_default() += 1;
    }

    fn function(&mut self, function: &Function) {
        let parameters = function.parameters.positional.iter().chain(&function.parameters.keyword_only);
        for (name, default) in parameters {
            self.bound(name);
            default.iter().for_each(|default| self.expr(default));
        }
        match &function.body {
            Body::Block(block) => block.iter().for_each(|statement| self.statement(statement)),
            Body::Value(value) => self.expr(value),
        }
    }

    fn statement(&mut self, statement: &Stmt) {
        match &statement.kind {
            StmtKind::Assign(targets, _) | StmtKind::Delete(targets) => {
                targets.iter().for_each(|target| self.target(target));
            }
            StmtKind::Augment(target, ..) | StmtKind::For { target, .. } => self.target(target),
            StmtKind::Try { handlers, .. } => {
                handlers.iter().filter_map(|one| one.name.as_ref()).for_each(|name| self.bound(name));
            }
            StmtKind::Match(_, cases) => cases.iter().for_each(|case| self.pattern(&case.pattern)),
            StmtKind::Import(imports) => {
                imports.iter().for_each(|import| self.bound(&import.bound));
            }
            StmtKind::Function(name, function) => {
                self.bound(name);
                self.function(function);
            }
            _ => {}
        }
        walk::blocks(statement).into_iter().flatten().for_each(|inner| self.statement(inner));
        walk::values(statement).into_iter().for_each(|value| self.expr(value));
    }

    fn target(&mut self, target: &Target) {
        match target {
            Target::Name(name) => self.bound(name),
            Target::Tuple(targets) => targets.iter().for_each(|target| self.target(target)),
            Target::Attribute(..) | Target::Subscript(..) => {}
        }
    }

    fn pattern(&mut self, pattern: &Pattern) {
        match pattern {
            Pattern::Value(_) | Pattern::Singleton(_) => {}
            Pattern::Sequence(inner) | Pattern::Or(inner) => {
                inner.iter().for_each(|inner| self.pattern(inner));
            }
            Pattern::Mapping(pairs) => pairs.iter().for_each(|(_, inner)| self.pattern(inner)),
            Pattern::Class(_, inner) => inner.iter().for_each(|inner| self.pattern(inner)),
            Pattern::As(inner, name) => {
                inner.iter().for_each(|inner| self.pattern(inner));
                name.iter().for_each(|name| self.bound(name));
            }
        }
    }

    fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Walrus(name, _) => self.bound(name),
            ExprKind::Lambda(function) => self.function(function),
            ExprKind::Comprehension(code) => code.loops.iter().for_each(|each| self.target(&each.target)),
            _ => {}
        }
        walk::parts(expr).into_iter().for_each(|part| self.expr(part));
    }
}
