//! The names that code defines itself, anywhere in it.

use std::collections::BTreeSet;

use super::super::ast::{Body, Expr, ExprKind, Function, Name, Pattern, Stmt, StmtKind, Target};
use super::walk;

/// Every name that something in `function` is bound to, whether where it is read or not.
pub(super) fn of(function: &Function) -> BTreeSet<Name> {
    let mut names = Names(BTreeSet::new());
    names.function(function);
    names.0
}

struct Names(BTreeSet<Name>);

impl Names {
    fn function(&mut self, function: &Function) {
        self.0.extend(function.locals.iter().cloned());
        let parameters = function.parameters.positional.iter().chain(&function.parameters.keyword_only);
        for (name, default) in parameters {
            self.0.insert(Name::clone(name));
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
                self.0.extend(handlers.iter().filter_map(|one| one.name.clone()));
            }
            StmtKind::Match(_, cases) => cases.iter().for_each(|case| self.pattern(&case.pattern)),
            StmtKind::Import(imports) => {
                self.0.extend(imports.iter().map(|import| Name::clone(&import.bound)));
            }
            StmtKind::Function(name, function) => {
                self.0.insert(Name::clone(name));
                self.function(function);
            }
            _ => {}
        }
        walk::blocks(statement).into_iter().flatten().for_each(|inner| self.statement(inner));
        walk::values(statement).into_iter().for_each(|value| self.expr(value));
    }

    fn target(&mut self, target: &Target) {
        match target {
            Target::Name(name) => _ = self.0.insert(Name::clone(name)),
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
                self.0.extend(name.clone());
            }
        }
    }

    fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Walrus(name, _) => _ = self.0.insert(Name::clone(name)),
            ExprKind::Lambda(function) => self.function(function),
            ExprKind::Comprehension(code) => code.loops.iter().for_each(|each| self.target(&each.target)),
            _ => {}
        }
        walk::parts(expr).into_iter().for_each(|part| self.expr(part));
    }
}
