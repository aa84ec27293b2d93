//! What expressions stand for, as far as their text says it: the user, its groups, its attributes, and so on.

use std::collections::{BTreeMap, BTreeSet};

use super::super::ast::{
    Body, CompareOp, Comprehension, Expr, ExprKind, Function, Import, Name, Span, Stmt, StmtKind, Target,
};
use super::super::exception;
use super::super::ops::{BUILTINS, HELPERS};
use super::super::walk;
use super::{Fact, Read, names};

/// Names that authentik defines and that are no functions.
const GIVEN: [&str; 7] =
    ["request", "context", "http_request", "ak_client_ip", "ak_is_sso_flow", "ak_logger", "requests"];

/// Modules that ask nothing outside.
const CLOSED: [&str; 18] = [
    "base64",
    "collections",
    "datetime",
    "django.utils",
    "fnmatch",
    "functools",
    "hashlib",
    "ipaddress",
    "itertools",
    "json",
    "math",
    "operator",
    "re",
    "string",
    "time",
    "typing",
    "urllib.parse",
    "zoneinfo",
];

/// What an expression stands for.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Thing {
    Request,
    User,
    Field(String),
    /// The attributes of the user or what is in them, by its keys; with those of its groups, if `merged`.
    Attributes {
        path: Vec<String>,
        merged: bool,
    },
    Groups,
    Group,
    /// The name of a group of the user, or the names of all of them.
    GroupName,
    Context,
    ContextKey(String),
    Http,
    /// A module or what is in it.
    Library(String),
    /// Texts that are written in the code.
    Texts(Vec<(String, Span)>),
    Other,
}

/// What `code` asks for: each thing once, where it is asked for first.
pub(super) fn of(code: &Function) -> Vec<Read> {
    let mut scan = Scan { found: Vec::new(), alias: BTreeMap::new(), defined: names::of(code) };
    scan.function(code);
    let mut found = scan.found;
    found.sort_by_key(|read| read.span);
    // Whoever asks for one group looks at all of them.
    let asks = found.iter().any(|read| matches!(read.fact, Fact::Group(_)));
    let mut seen = BTreeSet::new();
    found.retain(|read| !(asks && read.fact == Fact::Groups) && seen.insert(read.fact.clone()));
    found
}

pub(super) struct Scan {
    found: Vec<Read>,
    /// What names stand for that the code gave a value.
    alias: BTreeMap<Name, Thing>,
    defined: BTreeSet<Name>,
}

impl Scan {
    pub(super) fn note(&mut self, fact: Fact, span: Span) {
        self.found.push(Read { span, fact });
    }

    /// Notes what is looked at when `thing` is used as it is.
    pub(super) fn used(&mut self, thing: &Thing, span: Span) {
        let fact = match thing {
            Thing::Field(name) => Fact::UserField(name.clone()),
            Thing::Attributes { path, merged: true } => Fact::MergedAttribute(path.join(".")),
            Thing::Attributes { path, .. } if path.is_empty() => Fact::UserField("attributes".to_owned()),
            Thing::Attributes { path, .. } => Fact::Attribute(path.join(".")),
            Thing::Groups | Thing::Group | Thing::GroupName => Fact::Groups,
            Thing::Context => Fact::Context(String::new()),
            Thing::ContextKey(key) => Fact::Context(key.clone()),
            Thing::Http => Fact::Request("http_request".to_owned()),
            Thing::Request | Thing::User | Thing::Library(_) | Thing::Texts(_) | Thing::Other => return,
        };
        self.note(fact, span);
    }

    /// Notes what is looked at when the value of `expr` is used as it is.
    pub(super) fn consume(&mut self, expr: &Expr) {
        let thing = self.expr(expr);
        self.used(&thing, expr.span);
    }

    fn function(&mut self, function: &Function) {
        let parameters = function.parameters.positional.iter().chain(&function.parameters.keyword_only);
        for (name, default) in parameters {
            default.iter().for_each(|default| self.consume(default));
            self.alias.remove(name);
        }
        match &function.body {
            Body::Block(block) => block.iter().for_each(|statement| self.statement(statement)),
            Body::Value(value) => self.consume(value),
        }
    }

    fn statement(&mut self, statement: &Stmt) {
        match &statement.kind {
            StmtKind::Assign(targets, value) => {
                let thing = self.value(value);
                targets.iter().for_each(|target| self.bind(target, thing.clone()));
            }
            StmtKind::For { target, iterable, .. } => self.each(target, iterable),
            StmtKind::Import(imports) => {
                imports.iter().for_each(|import| self.import(import, statement.span));
            }
            StmtKind::Function(_, function) => self.function(function),
            _ => walk::values(statement).into_iter().for_each(|value| self.consume(value)),
        }
        walk::blocks(statement).into_iter().flatten().for_each(|inner| self.statement(inner));
    }

    /// What a value stands for that gets a name. What leads on to others is not looked at yet.
    fn value(&mut self, value: &Expr) -> Thing {
        let thing = self.expr(value);
        let leads_on = match &thing {
            Thing::Attributes { path, .. } => path.is_empty(),
            Thing::Groups | Thing::Group | Thing::GroupName | Thing::Context | Thing::Http => true,
            _ => false,
        };
        if !leads_on {
            self.used(&thing, value.span);
        }
        thing
    }

    pub(super) fn bind(&mut self, target: &Target, thing: Thing) {
        match target {
            Target::Name(name) => _ = self.alias.insert(Name::clone(name), thing),
            Target::Tuple(targets) => targets.iter().for_each(|target| self.bind(target, Thing::Other)),
            // What is written is not read.
            Target::Attribute(of, _) => _ = self.expr(of),
            Target::Subscript(of, key) => {
                self.expr(of);
                self.consume(key);
            }
        }
    }

    /// Binds `target` to each of what `iterable` holds.
    fn each(&mut self, target: &Target, iterable: &Expr) {
        let thing = self.expr(iterable);
        self.used(&thing, iterable.span);
        let element = match thing {
            Thing::Groups => Thing::Group,
            Thing::GroupName | Thing::Texts(_) => thing,
            _ => Thing::Other,
        };
        self.bind(target, element);
    }

    fn import(&mut self, import: &Import, span: Span) {
        let name = match &import.member {
            Some(member) => format!("{}.{member}", import.module),
            None => import.module.to_string(),
        };
        let is_in = |module: &&str| name == **module || name.starts_with(&format!("{module}."));
        if !CLOSED.iter().any(is_in) {
            self.note(Fact::Outside(name.clone()), span);
        }
        // `import a.b` binds `a`.
        let bound = if import.module.starts_with(&format!("{}.", import.bound)) {
            import.bound.to_string()
        } else {
            name
        };
        self.alias.insert(Name::clone(&import.bound), Thing::Library(bound));
    }

    /// What `expr` stands for. Whatever inside it leads nowhere else is noted.
    pub(super) fn expr(&mut self, expr: &Expr) -> Thing {
        match &expr.kind {
            ExprKind::Str(text) => return Thing::Texts(vec![(text.to_string(), expr.span)]),
            ExprKind::Name(name) => return self.name(name, expr.span),
            ExprKind::List(values) | ExprKind::Tuple(values) | ExprKind::Set(values) => {
                return self.list(values);
            }
            ExprKind::Attribute(of, name) => {
                let thing = self.expr(of);
                return self.member(&thing, of.span, name, expr.span);
            }
            ExprKind::Subscript(of, key) => {
                let thing = self.expr(of);
                return self.item(thing, of.span, key);
            }
            ExprKind::Call { function, positional, keywords } => {
                return self.call(function, positional, keywords, expr.span);
            }
            ExprKind::Compare(left, rest) => {
                let mut sides = vec![left.as_ref()];
                sides.extend(rest.iter().map(|(_, right)| right));
                let holds = rest.iter().any(|(op, _)| matches!(op, CompareOp::In | CompareOp::NotIn));
                self.together(&sides, holds);
            }
            ExprKind::Binary(_, left, right) => return self.together(&[left, right], false),
            ExprKind::Walrus(name, value) => {
                let thing = self.value(value);
                self.alias.insert(Name::clone(name), thing.clone());
                return thing;
            }
            // `attributes or {}`
            ExprKind::Or(values) => {
                if let Some((first, rest)) = values.split_first() {
                    let thing = self.expr(first);
                    rest.iter().for_each(|value| self.consume(value));
                    return thing;
                }
            }
            ExprKind::Lambda(function) => self.function(function),
            ExprKind::Comprehension(code) => return self.comprehension(code),
            ExprKind::Unsupported(reason) => self.note(Fact::Unsupported((*reason).to_owned()), expr.span),
            _ => walk::parts(expr).into_iter().for_each(|part| self.consume(part)),
        }
        Thing::Other
    }

    fn name(&mut self, name: &Name, span: Span) -> Thing {
        if let Some(thing) = self.alias.get(name) {
            return thing.clone();
        }
        if self.defined.contains(name) {
            return Thing::Other;
        }
        match name.as_ref() {
            "request" => return Thing::Request,
            "context" => return Thing::Context,
            "http_request" => return Thing::Http,
            "requests" => return Thing::Library("requests".to_owned()),
            "ak_client_ip" => self.note(Fact::Request("client_ip".to_owned()), span),
            "ak_is_sso_flow" => self.note(Fact::Request("sso_flow".to_owned()), span),
            other => {
                let known = GIVEN.contains(&other)
                    || HELPERS.contains(&other)
                    || BUILTINS.contains(&other)
                    || exception::class(other).is_some()
                    // What newer releases may define is not certain to be missing.
                    || ["ak_", "__"].iter().any(|prefix| other.starts_with(prefix))
                    || ["Error", "ExceptionGroup", "Warning"].iter().any(|ending| other.ends_with(ending));
                if !known {
                    self.note(Fact::Undefined(other.to_owned()), span);
                }
            }
        }
        Thing::Other
    }

    fn list(&mut self, values: &[Expr]) -> Thing {
        let things: Vec<Thing> = values.iter().map(|value| self.expr(value)).collect();
        let mut texts = Vec::new();
        for (thing, value) in things.iter().zip(values) {
            match thing {
                Thing::Texts(more) => texts.extend(more.iter().cloned()),
                other => self.used(other, value.span),
            }
        }
        if texts.is_empty() { Thing::Other } else { Thing::Texts(texts) }
    }

    pub(super) fn member(&mut self, thing: &Thing, of: Span, name: &Name, span: Span) -> Thing {
        match (thing, name.as_ref()) {
            (Thing::Request, "user") => Thing::User,
            (Thing::Request, "context") => Thing::Context,
            (Thing::Request, "http_request") => Thing::Http,
            (Thing::Request, part) => {
                self.note(Fact::Request(part.to_owned()), span);
                Thing::Other
            }
            (Thing::User, "attributes") => Thing::Attributes { path: Vec::new(), merged: false },
            (Thing::User, "groups" | "ak_groups") => Thing::Groups,
            (Thing::User, field) => Thing::Field(field.to_owned()),
            (Thing::Group, "name") => Thing::GroupName,
            (Thing::Http, part) => {
                self.note(Fact::Request(format!("http_request.{part}")), span);
                Thing::Other
            }
            (Thing::Library(path), part) => Thing::Library(format!("{path}.{part}")),
            _ => {
                self.used(thing, of);
                Thing::Other
            }
        }
    }

    /// What is under `key` in `thing`, which stands at `of`.
    pub(super) fn item(&mut self, thing: Thing, of: Span, key: &Expr) -> Thing {
        match (thing, &key.kind) {
            (Thing::Attributes { mut path, merged }, ExprKind::Str(key)) => {
                path.push(key.to_string());
                Thing::Attributes { path, merged }
            }
            (Thing::Context, ExprKind::Str(key)) => Thing::ContextKey(key.to_string()),
            (Thing::ContextKey(known), _) => {
                self.consume(key);
                Thing::ContextKey(known)
            }
            (Thing::Groups, _) => {
                self.consume(key);
                Thing::Group
            }
            (thing, _) => {
                self.used(&thing, of);
                self.consume(key);
                Thing::Other
            }
        }
    }

    /// Values that are compared or joined: texts beside names of groups are names of groups, too. What `holds` another
    /// has it as a key.
    pub(super) fn together(&mut self, sides: &[&Expr], holds: bool) -> Thing {
        let things: Vec<Thing> = sides.iter().map(|side| self.expr(side)).collect();
        let of_groups = things.contains(&Thing::GroupName);
        let mut named = false;
        for (thing, side) in things.iter().zip(sides) {
            match thing {
                Thing::Texts(texts) if of_groups => {
                    named = true;
                    self.groups(texts);
                }
                Thing::Attributes { .. } | Thing::Context if holds => {
                    let key = sides.first().filter(|first| matches!(first.kind, ExprKind::Str(_)));
                    let inner = match key {
                        Some(key) => self.item(thing.clone(), side.span, key),
                        None => thing.clone(),
                    };
                    self.used(&inner, side.span);
                }
                Thing::GroupName => {}
                other => self.used(other, side.span),
            }
        }
        if of_groups && !named {
            sides.iter().take(1).for_each(|side| self.note(Fact::Groups, side.span));
        }
        if of_groups { Thing::GroupName } else { Thing::Other }
    }

    pub(super) fn groups(&mut self, texts: &[(String, Span)]) {
        texts.iter().for_each(|(name, span)| self.note(Fact::Group(name.clone()), *span));
    }

    fn comprehension(&mut self, code: &Comprehension) -> Thing {
        for each in &code.loops {
            self.each(&each.target, &each.iterable);
            each.tests.iter().for_each(|test| self.consume(test));
        }
        code.value.iter().for_each(|value| self.consume(value));
        match self.expr(&code.element) {
            Thing::Group => Thing::Groups,
            Thing::GroupName if !matches!(code.element.kind, ExprKind::Compare(..)) => Thing::GroupName,
            other => {
                self.used(&other, code.element.span);
                Thing::Other
            }
        }
    }
}
