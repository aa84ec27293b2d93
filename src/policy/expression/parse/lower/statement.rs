//! Statements.

use std::sync::Arc;

use ruff_python_ast::{self as py, Expr as PyExpr, Stmt as PyStmt};
use ruff_text_size::{Ranged, TextRange};

use super::super::super::ast::{Handler, Import, Stmt, StmtKind, Target, Unread};
use super::{Lower, Read, binary};

/// Blocks that are nested deeper are not read.
const DEEPEST_BLOCK: usize = 18;

impl Lower<'_> {
    pub(super) fn block(&mut self, block: &[PyStmt]) -> Read<Vec<Stmt>> {
        // CPython gives up on 20 loops within each other.
        if self.blocks >= DEEPEST_BLOCK
            && let Some(first) = block.first()
        {
            return self.refuse(first.range(), "blocks nested too deeply");
        }
        self.blocks += 1;
        let statements = block.iter().map(|statement| self.statement(statement)).collect();
        self.blocks -= 1;
        statements
    }

    fn statement(&mut self, statement: &PyStmt) -> Read<Stmt> {
        let kind = self.deeper(statement.range(), |lower| lower.statement_kind(statement))?;
        Ok(Stmt { span: self.span(statement.range()), kind })
    }

    pub(super) fn syntax<T>(&self, range: TextRange, message: &str) -> Read<T> {
        Err(Unread::Syntax(vec![(self.span(range), message.to_owned())]))
    }

    fn in_loop(&mut self, body: &[PyStmt]) -> Read<Vec<Stmt>> {
        self.loops += 1;
        let body = self.block(body);
        self.loops -= 1;
        body
    }

    fn statement_kind(&mut self, statement: &PyStmt) -> Read<StmtKind> {
        Ok(match statement {
            PyStmt::Expr(expr) => StmtKind::Expr(self.expr(&expr.value)?),
            PyStmt::Return(value) => {
                StmtKind::Return(value.value.as_ref().map(|value| self.expr(value)).transpose()?)
            }
            PyStmt::Assign(assign) => {
                let value = self.expr(&assign.value)?;
                let targets = assign.targets.iter().map(|target| self.target(target));
                StmtKind::Assign(targets.collect::<Read<_>>()?, value)
            }
            PyStmt::AnnAssign(assign) => match (&assign.value, assign.target.as_ref()) {
                (Some(value), PyExpr::Name(_)) => {
                    let value = self.expr(value)?;
                    // The annotation of a local name is never evaluated.
                    StmtKind::Assign(vec![self.target(&assign.target)?], value)
                }
                _ => return self.refuse(assign.range, "an annotation alone"),
            },
            PyStmt::AugAssign(assign) => {
                let target = self.target(&assign.target)?;
                StmtKind::Augment(target, binary(assign.op), self.expr(&assign.value)?)
            }
            PyStmt::Delete(delete) => {
                let targets = delete.targets.iter().map(|target| self.target(target));
                StmtKind::Delete(targets.collect::<Read<_>>()?)
            }
            PyStmt::If(branch) => self.branch(branch)?,
            PyStmt::For(each) => {
                if each.is_async {
                    return self.refuse(each.range, "`async`");
                }
                let iterable = self.expr(&each.iter)?;
                let target = self.target(&each.target)?;
                let body = self.in_loop(&each.body)?;
                StmtKind::For { target, iterable, body, otherwise: self.block(&each.orelse)? }
            }
            PyStmt::While(repeat) => {
                let test = self.expr(&repeat.test)?;
                let body = self.in_loop(&repeat.body)?;
                StmtKind::While { test, body, otherwise: self.block(&repeat.orelse)? }
            }
            PyStmt::Match(choice) => {
                let subject = self.expr(&choice.subject)?;
                self.check_cases(&choice.cases)?;
                let cases = choice.cases.iter().map(|case| self.case(case));
                StmtKind::Match(subject, cases.collect::<Read<_>>()?)
            }
            PyStmt::Raise(raise) => StmtKind::Raise(
                raise.exc.as_ref().map(|error| self.expr(error)).transpose()?,
                raise.cause.as_ref().map(|cause| self.expr(cause)).transpose()?,
            ),
            PyStmt::Try(attempt) => self.attempt(attempt)?,
            PyStmt::Assert(assert) => StmtKind::Assert(
                self.expr(&assert.test)?,
                assert.msg.as_ref().map(|message| self.expr(message)).transpose()?,
            ),
            PyStmt::Import(import) => StmtKind::Import(self.modules(&import.names)),
            PyStmt::ImportFrom(import) => self.members(import)?,
            PyStmt::FunctionDef(definition) => {
                let function = self.definition(definition)?;
                StmtKind::Function(self.bind(definition.name.id.as_str()), Arc::new(function))
            }
            PyStmt::With(with) => return self.refuse(with.range, "`with`"),
            PyStmt::ClassDef(class) => return self.refuse(class.range, "classes"),
            PyStmt::TypeAlias(alias) => return self.refuse(alias.range, "type aliases"),
            PyStmt::Global(global) => return self.refuse(global.range, "`global`"),
            PyStmt::Nonlocal(nonlocal) => return self.refuse(nonlocal.range, "`nonlocal`"),
            PyStmt::IpyEscapeCommand(command) => return self.refuse(command.range, "a command"),
            PyStmt::Pass(_) => StmtKind::Pass,
            PyStmt::Break(stop) if self.loops == 0 => return self.syntax(stop.range, "'break' outside loop"),
            PyStmt::Continue(next) if self.loops == 0 => {
                return self.syntax(next.range, "'continue' not properly in loop");
            }
            PyStmt::Break(_) => StmtKind::Break,
            PyStmt::Continue(_) => StmtKind::Continue,
        })
    }

    fn branch(&mut self, branch: &py::StmtIf) -> Read<StmtKind> {
        let mut branches = vec![(self.expr(&branch.test)?, self.block(&branch.body)?)];
        let mut otherwise = Vec::new();
        for clause in &branch.elif_else_clauses {
            match &clause.test {
                Some(test) => branches.push((self.expr(test)?, self.block(&clause.body)?)),
                None => otherwise = self.block(&clause.body)?,
            }
        }
        Ok(StmtKind::If(branches, otherwise))
    }

    fn attempt(&mut self, attempt: &py::StmtTry) -> Read<StmtKind> {
        if attempt.is_star {
            return self.refuse(attempt.range, "`except*`");
        }
        let body = self.block(&attempt.body)?;
        let mut handlers = Vec::new();
        for (index, py::ExceptHandler::ExceptHandler(handler)) in attempt.handlers.iter().enumerate() {
            if handler.type_.is_none() && index + 1 < attempt.handlers.len() {
                return self.syntax(handler.range, "default 'except:' must be last");
            }
            let class = handler.type_.as_ref().map(|class| self.expr(class)).transpose()?;
            let name = handler.name.as_ref().map(|name| self.bind(name.id.as_str()));
            handlers.push(Handler { class, name, body: self.block(&handler.body)? });
        }
        let otherwise = self.block(&attempt.orelse)?;
        // Newer releases of Python warn of a `return` there, and the order of what happens is a trap.
        if let Some(statement) = attempt.finalbody.iter().find(|statement| leaves(statement)) {
            return self.refuse(statement.range(), "leaving a `finally`");
        }
        Ok(StmtKind::Try { body, handlers, otherwise, finally: self.block(&attempt.finalbody)? })
    }

    fn modules(&mut self, names: &[py::Alias]) -> Vec<Import> {
        let each = names.iter().map(|alias| {
            let module = alias.name.id.as_str();
            // `import a.b` binds `a`.
            let first = module.split('.').next().unwrap_or(module);
            match &alias.asname {
                Some(name) => {
                    Import { module: module.into(), member: None, bound: self.bind(name.id.as_str()) }
                }
                None => Import { module: first.into(), member: None, bound: self.bind(first) },
            }
        });
        each.collect()
    }

    fn members(&mut self, import: &py::StmtImportFrom) -> Read<StmtKind> {
        let Some(module) = import.module.as_ref().filter(|_| import.level == 0) else {
            return self.refuse(import.range, "relative imports");
        };
        if module.id.as_str() == "__future__"
            || import.names.iter().any(|alias| alias.name.id.as_str() == "*")
        {
            return self.refuse(import.range, "imports of this kind");
        }
        let each = import.names.iter().map(|alias| Import {
            module: module.id.as_str().into(),
            member: Some(alias.name.id.as_str().into()),
            bound: self.bind(alias.asname.as_ref().unwrap_or(&alias.name).id.as_str()),
        });
        Ok(StmtKind::Import(each.collect()))
    }

    pub(super) fn target(&mut self, target: &PyExpr) -> Read<Target> {
        self.deeper(target.range(), |lower| lower.target_kind(target))
    }

    fn target_kind(&mut self, target: &PyExpr) -> Read<Target> {
        Ok(match target {
            PyExpr::Name(name) => Target::Name(self.bind(name.id.as_str())),
            PyExpr::Tuple(py::ExprTuple { elts, .. }) | PyExpr::List(py::ExprList { elts, .. }) => {
                Target::Tuple(elts.iter().map(|target| self.target(target)).collect::<Read<_>>()?)
            }
            PyExpr::Attribute(attribute) => {
                Target::Attribute(self.expr(&attribute.value)?, attribute.attr.id.as_str().into())
            }
            PyExpr::Subscript(subscript) => {
                Target::Subscript(self.expr(&subscript.value)?, self.expr(&subscript.slice)?)
            }
            other => return self.refuse(other.range(), "an assignment of this kind"),
        })
    }
}

/// Whether a statement can leave the block that it stands in by itself.
fn leaves(statement: &PyStmt) -> bool {
    match statement {
        PyStmt::Return(_)
        | PyStmt::Break(_)
        | PyStmt::Continue(_)
        | PyStmt::For(_)
        | PyStmt::While(_)
        | PyStmt::Try(_)
        | PyStmt::Match(_) => true,
        PyStmt::If(branch) => {
            branch.body.iter().any(leaves)
                || branch.elif_else_clauses.iter().any(|clause| clause.body.iter().any(leaves))
        }
        _ => false,
    }
}
