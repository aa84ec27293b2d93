//! What code may leave behind, read from its text alone: whatever it might do on some way through it.

mod call;
mod own;
mod tables;

use std::collections::{BTreeMap, BTreeSet};

use super::ast::{
    BinaryOp, Body, Comprehension, Expr, ExprKind, FormatPart, Function, Name, Pattern, Stmt, StmtKind,
    Target,
};
use super::ops::TEXT_METHODS;
use crate::policy::writes::Writes;
use own::{defined, own_names};
use tables::{CHANGES, ONLY_LOOKS, REFLECTION};

/// What code may leave behind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Effects {
    /// What it may write itself.
    pub(super) writes: Writes,
    /// The policies that it calls, by name.
    pub(super) calls: BTreeSet<Name>,
}

/// What `code` may leave behind.
pub(super) fn of(code: &Function) -> Effects {
    let mut scan = Scan { effects: Effects::default(), own: own_names(code), functions: BTreeSet::new() };
    if let Body::Block(block) = &code.body {
        defined(block, &mut scan.functions);
    }
    // Names that are bound once more further in may stand for what is not the code's own.
    scan.function(code, true);
    scan.effects = Effects::default();
    scan.function(code, true);
    scan.effects
}

struct Scan {
    effects: Effects,
    own: BTreeMap<Name, bool>,
    functions: BTreeSet<Name>,
}

impl Scan {
    fn anything(&mut self) {
        self.effects.writes = Writes::ALL;
    }

    fn bound(&mut self, name: &Name) {
        self.own.insert(Name::clone(name), false);
    }

    fn function(&mut self, function: &Function, outermost: bool) {
        if !outermost {
            function.locals.iter().for_each(|name| self.bound(name));
            let parameters = function.parameters.positional.iter().chain(&function.parameters.keyword_only);
            parameters.for_each(|(name, _)| self.bound(name));
        }
        for (_, default) in function.parameters.positional.iter().chain(&function.parameters.keyword_only) {
            default.iter().for_each(|default| self.expr(default));
        }
        match &function.body {
            Body::Block(block) => self.block(block),
            Body::Value(value) => self.expr(value),
        }
    }

    fn block(&mut self, block: &[Stmt]) {
        block.iter().for_each(|statement| self.statement(statement));
    }

    fn statement(&mut self, statement: &Stmt) {
        match &statement.kind {
            StmtKind::Expr(value) => self.expr(value),
            StmtKind::Return(value) => value.iter().for_each(|value| self.expr(value)),
            StmtKind::Assign(targets, value) => {
                self.expr(value);
                targets.iter().for_each(|target| self.target(target));
            }
            StmtKind::Augment(target, op, value) => {
                self.expr(value);
                match target {
                    // In place, this changes a list or set that somebody else may have.
                    Target::Name(name) if !self.is_own(name) => self.anything(),
                    Target::Name(_) => {}
                    // Only numbers take a number, unless they are multiplied by it.
                    _ if *op != BinaryOp::Mul
                        && matches!(value.kind, ExprKind::Int(_) | ExprKind::Float(_)) =>
                    {
                        self.target(target);
                    }
                    _ => self.anything(),
                }
            }
            StmtKind::Delete(targets) => targets.iter().for_each(|target| self.target(target)),
            StmtKind::If(branches, otherwise) => {
                for (test, body) in branches {
                    self.expr(test);
                    self.block(body);
                }
                self.block(otherwise);
            }
            StmtKind::For { target, iterable, body, otherwise } => {
                self.expr(iterable);
                self.target(target);
                self.block(body);
                self.block(otherwise);
            }
            StmtKind::While { test, body, otherwise } => {
                self.expr(test);
                self.block(body);
                self.block(otherwise);
            }
            StmtKind::Try { body, handlers, otherwise, finally } => {
                self.block(body);
                for handler in handlers {
                    handler.class.iter().for_each(|class| self.expr(class));
                    self.block(&handler.body);
                }
                self.block(otherwise);
                self.block(finally);
            }
            StmtKind::Raise(error, cause) => error.iter().chain(cause).for_each(|value| self.expr(value)),
            StmtKind::Assert(test, message) => {
                self.expr(test);
                message.iter().for_each(|message| self.expr(message));
            }
            StmtKind::Match(subject, cases) => {
                self.expr(subject);
                for case in cases {
                    self.pattern(&case.pattern);
                    case.guard.iter().for_each(|guard| self.expr(guard));
                    self.block(&case.body);
                }
            }
            // Importing what is not there fails, and what is there has been imported before.
            StmtKind::Import(_) | StmtKind::Pass | StmtKind::Break | StmtKind::Continue => {}
            StmtKind::Function(_, function) => self.function(function, false),
        }
    }

    fn pattern(&mut self, pattern: &Pattern) {
        match pattern {
            Pattern::Value(value) | Pattern::Singleton(value) => self.expr(value),
            Pattern::Sequence(patterns) | Pattern::Or(patterns) => {
                patterns.iter().for_each(|inner| self.pattern(inner));
            }
            Pattern::Mapping(pairs) => pairs.iter().for_each(|(key, inner)| {
                self.expr(key);
                self.pattern(inner);
            }),
            Pattern::Class(_, inner) => inner.iter().for_each(|inner| self.pattern(inner)),
            Pattern::As(inner, name) => {
                name.iter().for_each(|name| self.bound(name));
                inner.iter().for_each(|inner| self.pattern(inner));
            }
        }
    }

    fn is_own(&self, name: &Name) -> bool {
        self.own.get(name).copied().unwrap_or(false)
    }

    /// Whether the code gives a name a meaning of its own.
    fn is_bound(&self, name: &Name) -> bool {
        self.own.contains_key(name) || self.functions.contains(name)
    }

    /// Whether an expression is the context that all policies share.
    fn is_context(&self, expr: &Expr) -> bool {
        let is = |name: &Name, wanted: &str| name.as_ref() == wanted && !self.is_bound(name);
        match &expr.kind {
            ExprKind::Name(name) => is(name, "context"),
            ExprKind::Attribute(of, name) => {
                name.as_ref() == "context" && matches!(&of.kind, ExprKind::Name(name) if is(name, "request"))
            }
            _ => false,
        }
    }

    fn target(&mut self, target: &Target) {
        match target {
            Target::Name(_) => {}
            Target::Tuple(targets) => targets.iter().for_each(|target| self.target(target)),
            Target::Attribute(..) => self.anything(),
            Target::Subscript(of, key) => {
                self.expr(of);
                self.expr(key);
                match (&of.kind, &key.kind) {
                    (ExprKind::Name(name), _) if self.is_own(name) => {}
                    (_, ExprKind::Str(key)) if self.is_context(of) => {
                        self.effects.writes.extend(&Writes::key(key));
                    }
                    _ => self.anything(),
                }
            }
        }
    }

    fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::None | ExprKind::Bool(_) | ExprKind::Int(_) | ExprKind::Float(_) | ExprKind::Str(_) => {
            }
            ExprKind::Unsupported(_) => {}
            ExprKind::Name(name) => {
                // What is handed on can be called with anything.
                let reflects = REFLECTION.contains(&name.as_ref()) || name.as_ref() == "getattr";
                if reflects || name.starts_with("__") {
                    self.anything();
                }
            }
            ExprKind::And(values)
            | ExprKind::Or(values)
            | ExprKind::List(values)
            | ExprKind::Tuple(values)
            | ExprKind::Set(values) => values.iter().for_each(|value| self.expr(value)),
            ExprKind::Not(value) | ExprKind::Unary(_, value) | ExprKind::Starred(value) => {
                self.expr(value);
            }
            ExprKind::Walrus(name, value) => {
                self.bound(name);
                self.expr(value);
            }
            ExprKind::Binary(_, left, right) | ExprKind::Subscript(left, right) => {
                self.expr(left);
                self.expr(right);
            }
            ExprKind::Compare(left, rest) => {
                self.expr(left);
                rest.iter().for_each(|(_, right)| self.expr(right));
            }
            ExprKind::Conditional(parts) => parts.iter().for_each(|part| self.expr(part)),
            ExprKind::Lambda(function) => self.function(function, false),
            ExprKind::Dict(pairs) => pairs.iter().for_each(|(key, value)| {
                key.iter().for_each(|key| self.expr(key));
                self.expr(value);
            }),
            ExprKind::Comprehension(code) => self.comprehension(code),
            ExprKind::Call { function, positional, keywords } => self.call(function, positional, keywords),
            ExprKind::Attribute(of, name) => {
                let hidden = name.starts_with("__") && !["__class__", "__name__"].contains(&name.as_ref());
                // A method that is handed on may be called by others.
                if hidden || CHANGES.contains(&name.as_ref()) {
                    self.anything();
                }
                self.expr(of);
            }
            ExprKind::Slice(bounds) => bounds.iter().flatten().for_each(|bound| self.expr(bound)),
            ExprKind::Format(parts) => self.format(parts),
        }
    }

    fn format(&mut self, parts: &[FormatPart]) {
        for part in parts {
            if let FormatPart::Value { value, spec, .. } = part {
                self.expr(value);
                self.format(spec);
            }
        }
    }

    fn comprehension(&mut self, code: &Comprehension) {
        self.expr(&code.element);
        code.value.iter().for_each(|value| self.expr(value));
        for each in &code.loops {
            each.target.names().iter().for_each(|name| self.bound(name));
            self.expr(&each.iterable);
            self.target(&each.target);
            each.tests.iter().for_each(|test| self.expr(test));
        }
    }
}

/// Whether a method with this name changes nothing that is shared, whatever it belongs to.
pub(super) fn only_looks(method: &str) -> bool {
    ONLY_LOOKS.contains(&method) || TEXT_METHODS.contains(&method)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::expression::parse::parse;
    use crate::policy::writes::Keys;

    fn writes(text: &str) -> Writes {
        of(&parse(text).unwrap_or_else(|unread| panic!("{text}: {unread:?}"))).writes
    }

    #[test]
    fn code_that_only_looks_writes_nothing() {
        for text in [
            "return request.user.username == 'alice'",
            "return any(g.name == 'x' for g in request.user.all_groups())",
            "if request.user.is_active:\n    return True\n# no\nreturn False",
            "names = []\nfor g in request.user.groups.all():\n    names.append(g.name)\nreturn 'x' in names",
            "seen = {}\nseen['a'] = 1\nreturn bool(seen)",
            "ak_message('no')\nreturn ak_is_group_member(request.user, name='x')",
            "import re\nreturn re.search('a', request.user.username) is not None",
            "n = 0\nn += 1\nreturn n",
            "list = []\nlist.append(1)\nx = set(list)\nx.add(2)\nreturn x",
        ] {
            assert_eq!(writes(text), Writes::default(), "{text}");
        }
    }

    #[test]
    fn keys_of_the_context_are_told_apart() {
        let keys = |text: &str| writes(text).keys().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(keys("context['flag'] = True\nreturn True"), ["flag"]);
        assert_eq!(keys("request.context['a'] = context['b'] = 1"), ["a", "b"]);
        assert_eq!(keys("return ak_call_policy('x', event=1).passing"), ["event"]);
    }

    #[test]
    fn everything_else_may_write_anything() {
        for text in [
            "request.context.update(event=1)",
            "setattr(request, 'con' + 'text', {})",
            "c = context\nc['x'] = 1",
            "request.user = ak_user_by(username='akadmin')\nreturn True",
            "for request.user in []: pass",
            "[0 for request.user in [1]]",
            "context[request.user.username] = 1",
            "plan = context['flow_plan']\nplan.redirect('x')\nreturn False",
            "context['flow_plan'].context['pending_user'] = None",
            "request.user.groups.add(1)",
            "eval('1')",
            "vars(request)['user'] = 1",
            "x = request.context\nx |= {'a': 1}",
            "().__class__.__base__.__subclasses__()",
            "f = request.user.save\nf()",
            "list(map(context.pop, ['x']))",
            "import operator\nlist(map(operator.setitem, [context], ['flag'], [True]))",
            "x = {}\ndef f(x): x['flag'] = True\nf(context)",
            "x = {}\n[x.update(flag=True) for x in [context]]",
            "x = {}\n(x := context)\nx['flag'] = True",
            "x = {}\nmatch context:\n    case x: pass\nx['flag'] = True",
            "x = context\nx['flag'] = True\nimport json as x",
            "r = request.user.attributes['roles']\nr += 'xy'",
            "x = [context]\nx[0] |= {'flag': True}",
            "from somewhere import f\nf()",
            "def f(g): return g()\nf(context.clear)",
            "del context['x'].y",
            "ak_call_policy(request.user.username)",
            "context = request.user.attributes\ncontext['x'] = True",
            "request = context['flow_plan']\nrequest.context['x'] = True",
            "def list(x): return x\nx = list(context)\nx['flag'] = True",
            "dict = lambda x: x\nx = dict(context)\nx['flag'] = True",
            "def f(list):\n    x = list(context)\n    x['flag'] = True\nf(lambda x: x)",
            "from somewhere import sorted\nx = sorted(context)\nx['flag'] = True",
            "for context in [request.user.attributes]: context['x'] = True",
            "[(context := request.user.attributes)]\ncontext['x'] = True",
            "def f(context): context['x'] = True\nf(request.user.attributes)",
            "def f(list): list(context).update(flag=True)\nf(lambda x: x)",
            "int = context['x']\nint()",
            "slugify = context['x']\nslugify()",
            "ak_call_policy = context['x']\nak_call_policy('x')",
            "time = context['x']\ntime.go()",
            "import os as re\nre.remove('x')",
            "for _ in [1]:\n    def list(x): return x\nlist(context).update(flag=True)",
            "try: pass\nexcept KeyError:\n    def list(x): return x\nlist(context).update(flag=True)",
            "match 1:\n    case 1:\n        def list(x): return x\nlist(context).update(flag=True)",
        ] {
            let writes = writes(text);
            assert!(writes.user && writes.context == Keys::All, "{text}: {writes:?}");
        }
    }
}
