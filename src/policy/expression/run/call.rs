//! Calls.

use std::cell::Cell;
use std::rc::Rc;

use super::super::ast::{Expr, ExprKind, Name, Span};
use super::super::exception;
use super::super::ops;
use super::super::scope::Scope;
use super::super::term::{Given, Op};
use super::super::time::Moment;
use super::super::value::{Exception, Kind, Lazy, LazyKind, Val, Value};
use super::{Flow, Run};

type Keywords = Vec<(Name, Val)>;

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
                self.check_method(&of, name)?;
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
            return Ok(Val::known(Value::Exception(Rc::new(Exception { class: name }))));
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
        if TAKES_ELEMENTS.contains(&name) {
            for arg in &mut args {
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
        self.operate(Op::Call(name, names), args, span)
    }

    fn lazily(&mut self, kind: LazyKind, span: Span) -> Flow<Val> {
        let sources: Vec<Val> = match &kind {
            LazyKind::Map(_, items) | LazyKind::Filter(_, items) | LazyKind::Enumerate(items, _) => {
                vec![items.clone()]
            }
            LazyKind::Zip(all) => all.clone(),
            LazyKind::Items(_) => Vec::new(),
        };
        for source in sources {
            self.check_iterable(&source, span)?;
        }
        Ok(Val::known(Value::Lazy(Rc::new(Lazy { kind, used: Cell::new(false) }))))
    }

    /// `next(items, default)`: only the first element is computed.
    fn next(&mut self, items: &Val, default: Option<Val>, span: Span) -> Flow<Val> {
        if !matches!(items.raw(), Value::Generator(_) | Value::Lazy(_)) {
            return match items.raw() {
                Value::Unknown(_) => self.unclear(span, "the next of what nobody knows"),
                _ => self.raise("TypeError"),
            };
        }
        let mut found = None;
        let mut several = false;
        let driven = self.run_through(items, span, &mut |_, item| {
            several |= found.is_some();
            found.get_or_insert(item);
            Ok(std::ops::ControlFlow::Break(()))
        })?;
        if driven.unordered && (several || driven.raised.is_some()) {
            return self.unclear(span, "the order in which the database gives rows");
        }
        match (found, default) {
            (Some(item), _) | (None, Some(item)) => Ok(item),
            (None, None) => self.raise("StopIteration"),
        }
    }

    fn by_key(&mut self, name: &'static str, items: &Val, key: &Val, reverse: &Val, span: Span) -> Flow<Val> {
        let items = self.ordered_elements(items, span)?;
        let mut pairs = Vec::new();
        for item in items {
            let value = match key.raw() {
                Value::None => item.clone(),
                _ => self.apply(key, vec![item.clone()], span)?,
            };
            pairs.push((self.pin(&value, span)?, item));
        }
        let reverse = match self.pin(reverse, span)?.raw() {
            Value::Bool(reverse) => *reverse,
            _ => return self.unclear(span, "`sorted` with this `reverse`"),
        };
        let mut sorted: Vec<(Val, Val)> = Vec::new();
        for (key, item) in pairs {
            let mut at = sorted.len();
            for (index, (other, _)) in sorted.iter().enumerate() {
                let (left, right) = if reverse { (other, &key) } else { (&key, other) };
                if self.lift(ops::less(self.data, left.raw(), right.raw()), span)? {
                    at = index;
                    break;
                }
            }
            sorted.insert(at, (key, item));
        }
        let mut items = sorted.into_iter().map(|(_, item)| item);
        match name {
            "sorted" => Ok(Val::known(Value::list(items.collect()))),
            "min" => items.next().map_or_else(|| self.raise("ValueError"), Ok),
            _ => self.unclear(span, "`max` with a key"),
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
