//! What belongs to the code alone: names for what it has just made, and its own functions.

use std::collections::{BTreeMap, BTreeSet};

use super::super::ast::{Body, Expr, ExprKind, Function, Name, Stmt, StmtKind, Target};
use super::tables::HARMLESS_MODULES;

/// For each name that is assigned: whether only ever to something that the code has just made itself.
pub(super) fn own_names(code: &Function) -> BTreeMap<Name, bool> {
    let mut own = BTreeMap::new();
    if let Body::Block(block) = &code.body {
        assigned(block, code, &mut own);
    }
    own
}

fn assigned(block: &[Stmt], code: &Function, own: &mut BTreeMap<Name, bool>) {
    let note = |target: &Target, fresh: bool, own: &mut BTreeMap<Name, bool>| {
        for name in target.names() {
            own.entry(name).and_modify(|all| *all &= fresh).or_insert(fresh);
        }
    };
    for statement in block {
        match &statement.kind {
            StmtKind::Assign(targets, value) => {
                // One value under two names is still the code's own.
                targets
                    .iter()
                    .for_each(|target| note(target, is_fresh(value, |name| code.locals.contains(name)), own));
            }
            StmtKind::Augment(target, ..) => {
                let is_name = matches!(target, Target::Name(name) if own.contains_key(name));
                if !is_name {
                    note(target, false, own);
                }
            }
            StmtKind::If(branches, otherwise) => {
                branches.iter().for_each(|(_, body)| assigned(body, code, own));
                assigned(otherwise, code, own);
            }
            StmtKind::For { target, body, otherwise, .. } => {
                note(target, false, own);
                assigned(body, code, own);
                assigned(otherwise, code, own);
            }
            StmtKind::While { body, otherwise, .. } => {
                assigned(body, code, own);
                assigned(otherwise, code, own);
            }
            StmtKind::Try { body, handlers, otherwise, finally } => {
                [body, otherwise, finally].into_iter().for_each(|block| assigned(block, code, own));
                for handler in handlers {
                    assigned(&handler.body, code, own);
                    if let Some(name) = &handler.name {
                        own.insert(Name::clone(name), false);
                    }
                }
            }
            StmtKind::Match(_, cases) => cases.iter().for_each(|case| assigned(&case.body, code, own)),
            StmtKind::Import(imports) => {
                for import in imports {
                    let harmless = HARMLESS_MODULES.contains(&import.module.as_ref());
                    let known = own.entry(Name::clone(&import.bound));
                    known.and_modify(|all| *all &= harmless).or_insert(harmless);
                }
            }
            _ => {}
        }
    }
}

/// Whether an expression makes a container that nobody else has, unless what it calls has another meaning.
pub(super) fn is_fresh(expr: &Expr, is_bound: impl Fn(&Name) -> bool) -> bool {
    match &expr.kind {
        ExprKind::List(_) | ExprKind::Dict(_) | ExprKind::Set(_) | ExprKind::Comprehension(_) => true,
        ExprKind::Format(_) | ExprKind::Lambda(_) => true,
        ExprKind::Call { function, .. } => {
            let makers = ["list", "dict", "set", "sorted", "tuple", "str", "int", "len"];
            matches!(&function.kind, ExprKind::Name(name) if makers.contains(&name.as_ref()) && !is_bound(name))
        }
        _ => expr.is_literal(),
    }
}

/// The functions that the code defines itself.
pub(super) fn defined(block: &[Stmt], functions: &mut BTreeSet<Name>) {
    for statement in block {
        match &statement.kind {
            StmtKind::Function(name, function) => {
                functions.insert(Name::clone(name));
                if let Body::Block(block) = &function.body {
                    defined(block, functions);
                }
            }
            StmtKind::Assign(targets, Expr { kind: ExprKind::Lambda(_), .. }) => {
                functions.extend(targets.iter().flat_map(Target::names));
            }
            StmtKind::If(branches, otherwise) => {
                branches.iter().for_each(|(_, body)| defined(body, functions));
                defined(otherwise, functions);
            }
            StmtKind::For { body, otherwise, .. } | StmtKind::While { body, otherwise, .. } => {
                [body, otherwise].into_iter().for_each(|block| defined(block, functions));
            }
            StmtKind::Try { body, handlers, otherwise, finally } => {
                [body, otherwise, finally].into_iter().for_each(|block| defined(block, functions));
                handlers.iter().for_each(|handler| defined(&handler.body, functions));
            }
            StmtKind::Match(_, cases) => cases.iter().for_each(|case| defined(&case.body, functions)),
            _ => {}
        }
    }
}
