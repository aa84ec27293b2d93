//! Calls.

use std::rc::Rc;

use super::super::ast::{Expr, ExprKind, Name, Span};
use super::super::exception;
use super::super::scope::Scope;
use super::super::term::{Given, Op};
use super::super::time::Moment;
use super::super::value::{Exception, Kind, LazyKind, Val, Value};
use super::still::is_still_loop;
use super::{Flow, Run, Stop};

type Keywords = Vec<(Name, Val)>;

/// Whether computing a value neither raises nor changes anything.
fn is_plain(expr: &Expr) -> bool {
    match &expr.kind {
        // Defaults are computed where the function is made.
        ExprKind::Lambda(function) => {
            let parameters = &function.parameters;
            let mut all = parameters.positional.iter().chain(&parameters.keyword_only);
            all.all(|(_, default)| default.as_ref().is_none_or(is_plain))
        }
        ExprKind::List(items) | ExprKind::Tuple(items) => items.iter().all(is_plain),
        _ => expr.is_literal(),
    }
}

/// Functions that reach whatever has a name, or change what they are given.
const WITH_NAMES: [&str; 9] =
    ["breakpoint", "delattr", "eval", "exec", "globals", "help", "locals", "setattr", "vars"];

/// Functions that need their arguments computed: generators are run through before.
const TAKES_ELEMENTS: [&str; 9] =
    ["list", "tuple", "set", "frozenset", "sorted", "sum", "min", "max", "dict"];

impl Run<'_> {
    pub(super) fn call(
        &mut self,
        function: &Expr,
        positional: &[Expr],
        keywords: &[(Option<Name>, Expr)],
        scope: &Rc<Scope>,
        span: Span,
    ) -> Flow<Val> {
        // A method is looked up before the arguments are computed, and called after.
        if let ExprKind::Attribute(of, name) = &function.kind {
            let of = self.evaluate(of, scope)?;
            let is_space = matches!(of.raw(), Value::Module(_) | Value::Request)
                || matches!(of.raw(), Value::Builtin(name) if name.contains('.'));
            if !is_space {
                let simple =
                    positional.iter().all(is_plain) && keywords.iter().all(|(_, value)| is_plain(value));
                self.check_method(&of, name, simple, span)?;
                let args = self.items(positional, scope)?;
                let keywords = self.keywords(keywords, scope, span)?;
                return self.method(of, name, args, keywords, span);
            }
            let function = self.attribute(of, name, span)?;
            let args = self.items(positional, scope)?;
            let keywords = self.keywords(keywords, scope, span)?;
            return self.call_value(&function, args, keywords, span);
        }
        let function = self.evaluate(function, scope)?;
        let args = self.items(positional, scope)?;
        let keywords = self.keywords(keywords, scope, span)?;
        self.call_value(&function, args, keywords, span)
    }

    fn keywords(
        &mut self,
        keywords: &[(Option<Name>, Expr)],
        scope: &Rc<Scope>,
        span: Span,
    ) -> Flow<Keywords> {
        let merges = keywords.iter().any(|(name, _)| name.is_none()) && keywords.len() > 1;
        match self.all_keywords(keywords, scope, span) {
            Err(Stop::Raise(_)) if merges => self.unclear(span, "which of two exceptions comes first"),
            values => values,
        }
    }

    fn all_keywords(
        &mut self,
        keywords: &[(Option<Name>, Expr)],
        scope: &Rc<Scope>,
        span: Span,
    ) -> Flow<Keywords> {
        let mut values: Keywords = Vec::new();
        for (name, value) in keywords {
            let value = self.evaluate(value, scope)?;
            let Some(name) = name else {
                let more = if value.term().is_some() { self.pin(&value, span)? } else { value };
                let Value::Dict(more) = more.raw() else { return self.unclear(span, "`**` of this") };
                for (key, value) in more.borrow().iter() {
                    let Value::Str(key) = key else { return self.raise("TypeError") };
                    if values.iter().any(|(other, _)| other == key) {
                        return self.raise("TypeError");
                    }
                    values.push((Name::clone(key), value.clone()));
                }
                continue;
            };
            if values.iter().any(|(other, _)| other == name) {
                return self.raise("TypeError");
            }
            values.push((Name::clone(name), value));
        }
        Ok(values)
    }

    pub(super) fn call_value(
        &mut self,
        function: &Val,
        args: Vec<Val>,
        keywords: Keywords,
        span: Span,
    ) -> Flow<Val> {
        match function.raw() {
            Value::Closure(closure) => self.enter(&Rc::clone(closure), args, keywords, span),
            Value::Builtin(name) | Value::Class(name) if function.term().is_none() => {
                self.named(name, args, keywords, span)
            }
            value
                if function.term().is_none()
                    && (value.is_basic()
                        || matches!(value, Value::Ip(_) | Value::Context | Value::PolicyResult(_))) =>
            {
                self.raise("TypeError")
            }
            Value::Unknown(_) => {
                let mut all = vec![function.clone()];
                all.extend(args);
                let names = keywords.iter().map(|(name, _)| Name::clone(name)).collect();
                all.extend(keywords.into_iter().map(|(_, value)| value));
                self.outside(Op::Call("call", names), &all, span)
            }
            _ => self.unclear(span, format!("the call of a {}", function.raw().class())),
        }
    }

    /// Something from outside does what nobody knows with its arguments.
    pub(super) fn outside(&mut self, op: Op, args: &[Val], span: Span) -> Flow<Val> {
        let shared = |value: &Val| matches!(value.raw(), Value::Request | Value::Context | Value::User(_));
        if args.iter().any(|arg| arg.any(&mut |value| shared(value))) {
            self.lost = true;
        }
        self.write_unknown(op, args, span)
    }

    /// The call of a function that has a name.
    fn named(&mut self, name: &'static str, mut args: Vec<Val>, keywords: Keywords, span: Span) -> Flow<Val> {
        if exception::class(name).is_some() || name == "error" {
            if !keywords.is_empty() {
                return self.unclear(span, "an exception with named arguments");
            }
            // With a number before the text, it becomes an exception of another class.
            if args.len() > 1 && exception::is_kind(name, "OSError") != Some(false) {
                return self.unclear(span, "an exception of the operating system with a number");
            }
            return Ok(Val::known(Value::Exception(Rc::new(Exception { class: name }))));
        }
        if WITH_NAMES.contains(&name) {
            return self.unclear(span, format!("`{name}`"));
        }
        match (name, args.as_slice(), keywords.as_slice()) {
            ("any" | "all", [value], []) => {
                let value = value.clone();
                return self.some(&value, name == "any", span);
            }
            ("ak_message", [message], []) => {
                let message = message.clone();
                return self.message(&message, span);
            }
            ("ak_call_policy", [name], _) => {
                let name = name.clone();
                return self.call_policy(&name, &keywords, span);
            }
            ("ak_call_policy", [], [(first, value), ..]) if first.as_ref() == "name" => {
                let value = value.clone();
                return self.call_policy(&value, keywords.get(1..).unwrap_or_default(), span);
            }
            ("map", [function, items], []) => {
                return self.lazily(LazyKind::Map(function.clone(), items.clone()), span);
            }
            ("filter", [function, items], []) => {
                return self.lazily(LazyKind::Filter(function.clone(), items.clone()), span);
            }
            ("zip", all, []) => return self.lazily(LazyKind::Zip(all.to_vec()), span),
            ("enumerate", [items], []) => return self.lazily(LazyKind::Enumerate(items.clone(), 0), span),
            ("enumerate", [items, start], []) => {
                let start = self.pin(start, span)?;
                let Value::Int(start) = start.raw() else {
                    return self.unclear(span, "`enumerate` of this kind");
                };
                return self.lazily(LazyKind::Enumerate(items.clone(), *start), span);
            }
            ("reversed", [items], []) => {
                let items = items.clone();
                let own = items.term().is_none() && matches!(items.raw(), Value::List(_));
                if own
                    || !matches!(
                        items.raw(),
                        Value::List(_) | Value::Tuple(_) | Value::Str(_) | Value::Range(..)
                    )
                {
                    return self.unclear(span, "`reversed` of this");
                }
                let mut items = self.ordered_elements(&items, span)?;
                items.reverse();
                return self.lazily(LazyKind::Items(items), span);
            }
            ("iter", [items], [])
                if items.term().is_none()
                    && matches!(
                        items.raw(),
                        Value::List(_) | Value::Dict(_) | Value::Set(_) | Value::View(..)
                    ) =>
            {
                return self.unclear(span, "an iterator over what may change");
            }
            ("iter", [items], []) => {
                let items = self.ordered_elements(&items.clone(), span)?;
                return self.lazily(LazyKind::Items(items), span);
            }
            ("next", [items, rest @ ..], []) if rest.len() <= 1 => {
                let (items, default) = (items.clone(), rest.first().cloned());
                return self.next(&items, default, span);
            }
            ("sorted" | "min" | "max", [items, ..], [(key, function), rest @ ..])
                if key.as_ref() == "key" =>
            {
                if args.len() > 1 || name != "sorted" && !rest.is_empty() {
                    return self.unclear(span, format!("`{name}` of this kind"));
                }
                let reverse = match rest {
                    [] => Val::bool(false),
                    [(name, reverse)] if name.as_ref() == "reverse" => reverse.clone(),
                    _ => return self.raise("TypeError"),
                };
                return self.by_key(name, &items.clone(), &function.clone(), &reverse, span);
            }
            ("datetime.datetime.now" | "django.utils.timezone.now", [], []) => {
                return Ok(self.clock(name.starts_with("django")));
            }
            ("datetime.datetime.now", [zone], [])
                if matches!(zone.raw(), Value::Builtin("datetime.UTC" | "datetime.timezone.utc")) =>
            {
                return Ok(self.clock(true));
            }
            ("datetime.datetime.utcnow" | "datetime.datetime.today", [], []) => return Ok(self.clock(false)),
            ("datetime.date.today", [], []) => {
                let now = self.clock(false);
                return self.operate(Op::Method("date".into(), Vec::new()), vec![now], span);
            }
            (
                "ak_create_event" | "ak_create_jwt" | "ak_create_jwt_raw" | "ak_send_email" | "resolve_dns"
                | "reverse_dns",
                ..,
            ) => {
                return self.effect(name, &args, &keywords, span);
            }
            ("print", _, []) => return Ok(Val::none()),
            _ => {}
        }
        let mut late = false;
        if TAKES_ELEMENTS.contains(&name) {
            let is_late = |arg: &Val| matches!(arg.raw(), Value::Generator(_) | Value::Lazy(_));
            if args.iter().skip(1).any(is_late)
                || ["min", "max"].contains(&name) && args.len() > 1 && args.iter().any(is_late)
            {
                return self.unclear(span, format!("`{name}` of a generator beside others"));
            }
            for arg in args.iter_mut().take(1) {
                late = match arg.raw() {
                    Value::Generator(generator) => !is_still_loop(&generator.code, &generator.scope),
                    Value::Lazy(_) => true,
                    _ => false,
                };
                if let Some(items) = self.generated(arg, span)? {
                    let Value::List(list) = Value::list(items) else { continue };
                    let unordered = self.last_unordered && list.items.borrow().len() > 1;
                    *arg = Val::known(Value::List(super::super::value::List { unordered, ..list }));
                }
            }
            // A copy of what the code itself made keeps where each element comes from.
            if let ("list", [value], []) = (name, args.as_slice(), keywords.as_slice())
                && let (Value::List(list), None) = (value.raw(), value.term())
            {
                let items = Value::list(list.items.borrow().clone());
                let Value::List(copy) = items else { return Ok(value.clone()) };
                return Ok(Val::known(Value::List(super::super::value::List {
                    unordered: list.unordered,
                    ..copy
                })));
            }
        }
        if let ("dict", []) = (name, args.as_slice()) {
            let mut dict = Vec::new();
            for (name, value) in keywords {
                dict.push((Value::Str(name), value));
            }
            return Ok(Val::known(Value::dict(dict)));
        }
        if let ("getattr" | "hasattr", [of, attribute, ..]) = (name, args.as_slice())
            && matches!(of.raw(), Value::Request | Value::Context | Value::Exception(_))
        {
            return self.unclear(
                span,
                format!("`{name}` of a {} with {}", of.raw().class(), attribute.raw().class()),
            );
        }
        if let ("getattr" | "hasattr", [of, ..]) = (name, args.as_slice())
            && matches!(of.raw(), Value::Target)
        {
            self.reads_target = true;
        }
        let names = keywords.iter().map(|(name, _)| Name::clone(name)).collect();
        args.extend(keywords.into_iter().map(|(_, value)| value));
        match self.operate(Op::Call(name, names), args, span) {
            // Elements after the one that it raises for are not computed.
            Err(Stop::Raise(_)) if late => self.unclear(span, "how many elements a generator computes"),
            value => value,
        }
    }

    /// The moment of the request.
    fn clock(&mut self, aware: bool) -> Val {
        match self.circumstances.at {
            Some(at) => Val::known(Value::Moment(Moment::of(at, aware))),
            None => self.given(Given::Clock, Kind::Moment),
        }
    }

    fn message(&mut self, message: &Val, span: Span) -> Flow<Val> {
        if !message.has_unknown() {
            let kept = self.operate(Op::IsKept, vec![message.clone()], span)?;
            if !self.truth(&kept, span)? {
                return self.unclear(span, "a message that cannot be handed on");
            }
            let large = self.operate(Op::IsLarge, vec![message.clone()], span)?;
            if self.truth(&large, span)? {
                return self.unclear(span, "a message that is too large to be handed on");
            }
        }
        Ok(Val::none())
    }

    /// A helper that does something outside: its result is not known, and it may fail.
    fn effect(&mut self, name: &'static str, args: &[Val], keywords: &Keywords, span: Span) -> Flow<Val> {
        let kind = if name == "reverse_dns" { Kind::Str } else { Kind::Any };
        let what = match (name, args.first().map(Val::raw)) {
            ("resolve_dns" | "reverse_dns", Some(Value::Str(host))) => format!("{name}({host:?})"),
            _ => name.to_owned(),
        };
        let given = Given::External(what.into(), span, self.once());
        let value = self.given(given, kind);
        // Writing an event fails only where the database does.
        let simple =
            |value: &Val| matches!(value.raw(), Value::Str(_) | Value::Int(_) | Value::Bool(_) | Value::None);
        if name == "ak_create_event"
            && args.len() == 1
            && args
                .iter()
                .chain(keywords.iter().map(|(_, value)| value))
                .all(|value| simple(value) && !value.is_traced())
        {
            return Ok(Val::none());
        }
        self.may_raise(&value, span)?;
        Ok(value)
    }
}
