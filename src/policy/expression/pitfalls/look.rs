//! What all searches for pitfalls need: everything that stands in the code, and what names stand for.

use std::collections::BTreeMap;

use super::super::ast::{
    Body, Comprehension, Expr, ExprKind, Function, Import, Name, Stmt, StmtKind, Target,
};
use super::super::reads::counts;
use super::super::walk;
use super::Lookup;

/// So many names that stand for each other are followed.
const MOST_NAMES: usize = 8;

/// Methods of queries that give queries.
const QUERIES: [&str; 12] = [
    "all",
    "annotate",
    "distinct",
    "exclude",
    "filter",
    "only",
    "order_by",
    "prefetch_related",
    "reverse",
    "select_related",
    "values",
    "values_list",
];

/// Methods that change a list or a set.
const CHANGES: [&str; 9] =
    ["add", "append", "clear", "discard", "extend", "insert", "pop", "remove", "update"];

pub(super) type Keywords = [(Option<Name>, Expr)];

/// The code of a policy, laid out.
pub(super) struct Look<'c> {
    /// The statements of the policy itself; those of functions inside it are not.
    pub(super) own: Vec<&'c Stmt>,
    /// The block of the policy itself.
    pub(super) block: &'c [Stmt],
    /// Every statement, those of functions inside included.
    pub(super) statements: Vec<&'c Stmt>,
    /// Every expression, those of functions inside included.
    pub(super) exprs: Vec<&'c Expr>,
    counts: BTreeMap<Name, usize>,
    /// What a name stands for that is bound once only.
    once: BTreeMap<Name, &'c Expr>,
    imports: BTreeMap<Name, &'c Import>,
    /// Names that loop over groups, with where those come from.
    groups: BTreeMap<Name, Lookup>,
}

impl<'c> Look<'c> {
    pub(super) fn at(code: &'c Function) -> Self {
        let block = match &code.body {
            Body::Block(block) => block.as_slice(),
            Body::Value(_) => &[],
        };
        let mut look = Self {
            own: Vec::new(),
            block,
            statements: Vec::new(),
            exprs: Vec::new(),
            counts: counts(code),
            once: BTreeMap::new(),
            imports: BTreeMap::new(),
            groups: BTreeMap::new(),
        };
        look.function(code, true);
        look.bind();
        look
    }

    fn function(&mut self, code: &'c Function, own: bool) {
        for (_, default) in code.parameters.positional.iter().chain(&code.parameters.keyword_only) {
            default.iter().for_each(|default| self.expr(default));
        }
        match &code.body {
            Body::Block(block) => block.iter().for_each(|statement| self.statement(statement, own)),
            Body::Value(value) => self.expr(value),
        }
    }

    fn statement(&mut self, statement: &'c Stmt, own: bool) {
        self.statements.push(statement);
        if own {
            self.own.push(statement);
        }
        if let StmtKind::Function(_, function) = &statement.kind {
            self.function(function, false);
        }
        walk::values(statement).into_iter().for_each(|value| self.expr(value));
        walk::blocks(statement).into_iter().flatten().for_each(|inner| self.statement(inner, own));
    }

    fn expr(&mut self, expr: &'c Expr) {
        self.exprs.push(expr);
        if let ExprKind::Lambda(function) = &expr.kind {
            self.function(function, false);
        }
        walk::parts(expr).into_iter().for_each(|part| self.expr(part));
    }

    fn is_bound_once(&self, name: &Name) -> bool {
        self.counts.get(name) == Some(&1)
    }

    /// Whether a method is called that may change what the name stands for.
    fn is_changed(&self, name: &Name) -> bool {
        self.exprs.iter().any(|expr| {
            let ExprKind::Call { function, .. } = &expr.kind else { return false };
            let ExprKind::Attribute(of, method) = &function.kind else { return false };
            let is_it = matches!(&of.kind, ExprKind::Name(found) if found == name);
            is_it && CHANGES.contains(&method.as_ref())
        })
    }

    fn bind(&mut self) {
        for statement in self.own.clone() {
            if let StmtKind::Assign(targets, value) = &statement.kind
                && let [Target::Name(name)] = targets.as_slice()
                && self.is_bound_once(name)
                && !self.is_changed(name)
            {
                self.once.insert(Name::clone(name), value);
            }
        }
        for statement in self.statements.clone() {
            if let StmtKind::Import(imports) = &statement.kind {
                let once = imports.iter().filter(|import| self.counts.get(&import.bound) == Some(&1));
                self.imports.extend(once.map(|import| (Name::clone(&import.bound), import)));
            }
        }
        let statements = self.statements.iter().filter_map(|statement| match &statement.kind {
            StmtKind::For { target: Target::Name(name), iterable, .. } => Some((name, iterable)),
            _ => None,
        });
        let inside = self.exprs.iter().filter_map(|expr| match &expr.kind {
            ExprKind::Comprehension(code) => Some(code),
            _ => None,
        });
        let inside = inside.flat_map(|code| &code.loops).filter_map(|each| match &each.target {
            Target::Name(name) => Some((name, &each.iterable)),
            _ => None,
        });
        let mut loops: BTreeMap<Name, Vec<Option<Lookup>>> = BTreeMap::new();
        for (name, iterable) in statements.chain(inside) {
            loops.entry(Name::clone(name)).or_default().push(self.lookup(iterable));
        }
        for (name, found) in loops {
            // Two loops may share a name; whatever else has it may be anything.
            let all = self.counts.get(&name) == Some(&found.len());
            if let Some(Some(first)) = found.first().filter(|_| all)
                && found.iter().all(|other| *other == Some(*first))
            {
                self.groups.insert(name, *first);
            }
        }
    }

    /// What an expression stands for, through names that are bound once.
    pub(super) fn resolve<'e>(&self, expr: &'e Expr) -> &'e Expr
    where
        'c: 'e,
    {
        let mut here = expr;
        for _ in 0..MOST_NAMES {
            let ExprKind::Name(name) = &here.kind else { break };
            let Some(value) = self.once.get(name) else { break };
            here = value;
        }
        here
    }

    /// Whether an expression is what authentik calls `name`.
    pub(super) fn is_given(&self, expr: &Expr, name: &str) -> bool {
        matches!(&self.resolve(expr).kind, ExprKind::Name(found) if &**found == name && !self.counts.contains_key(found))
    }

    /// The import that an expression names.
    pub(super) fn import(&self, expr: &Expr) -> Option<&'c Import> {
        let ExprKind::Name(name) = &expr.kind else { return None };
        self.imports.get(name).copied()
    }

    /// Whether an expression is the call of what authentik calls `name`.
    pub(super) fn is_call_of(&self, expr: &Expr, name: &str) -> bool {
        matches!(&expr.kind, ExprKind::Call { function, .. } if self.is_given(function, name))
    }

    /// Whether an expression is `name` of the request.
    pub(super) fn is_of_request(&self, expr: &Expr, name: &str) -> bool {
        matches!(&self.resolve(expr).kind, ExprKind::Attribute(of, found) if &**found == name && self.is_given(of, "request"))
    }

    pub(super) fn is_user(&self, expr: &Expr) -> bool {
        self.is_of_request(expr, "user")
    }

    /// The groups that an expression gives all or some of.
    pub(super) fn lookup(&self, expr: &Expr) -> Option<Lookup> {
        match &self.resolve(expr).kind {
            ExprKind::Attribute(_, name) if &**name == "ak_groups" => Some(Lookup::AkGroups),
            ExprKind::Attribute(of, name) if &**name == "groups" && self.is_user(of) => Some(Lookup::Groups),
            ExprKind::Attribute(of, name) if &**name == "objects" => {
                let model = self.import(of)?.member.as_deref()?;
                (model == "Group").then_some(Lookup::Database)
            }
            ExprKind::Call { function, .. } => match &function.kind {
                ExprKind::Attribute(_, name) if &**name == "all_groups" => Some(Lookup::Members),
                ExprKind::Attribute(of, name) if QUERIES.contains(&name.as_ref()) => self.lookup(of),
                _ => None,
            },
            _ => None,
        }
    }

    /// Where the group comes from whose name an expression is.
    pub(super) fn name_of_group(&self, expr: &Expr) -> Option<Lookup> {
        let ExprKind::Attribute(of, field) = &expr.kind else { return None };
        let ExprKind::Name(group) = &of.kind else { return None };
        (&**field == "name").then(|| self.groups.get(group).copied()).flatten()
    }

    /// Whether an expression is a manager or a query of the database.
    pub(super) fn is_query(&self, expr: &Expr) -> bool {
        match &self.resolve(expr).kind {
            ExprKind::Attribute(_, name) if ["objects", "ak_groups"].contains(&name.as_ref()) => true,
            ExprKind::Attribute(of, name) => &**name == "groups" && self.is_user(of),
            ExprKind::Call { function, .. } => match &function.kind {
                ExprKind::Attribute(of, name) if &**name == "all_groups" => self.is_user(of),
                ExprKind::Attribute(of, name) => QUERIES.contains(&name.as_ref()) && self.is_query(of),
                _ => false,
            },
            _ => false,
        }
    }
}

/// The texts that an expression is, or that a list of nothing but texts holds.
pub(super) fn texts(expr: &Expr) -> Vec<(&str, &Expr)> {
    match &expr.kind {
        ExprKind::Str(text) => vec![(text, expr)],
        ExprKind::List(values) | ExprKind::Tuple(values) | ExprKind::Set(values) => {
            values.iter().flat_map(|value| if is_text(value) { texts(value) } else { Vec::new() }).collect()
        }
        _ => Vec::new(),
    }
}

fn is_text(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Str(_))
}

/// The one thing that a comprehension loops over, if it has one loop with a name.
pub(super) fn only_loop(code: &Comprehension) -> Option<(&Name, &Expr)> {
    let [each] = code.loops.as_slice() else { return None };
    if let Target::Name(name) = &each.target { Some((name, &each.iterable)) } else { None }
}
