//! Methods, among them those that change what they belong to.

use super::super::ast::{Name, Span};
use super::super::effects::only_looks;
use super::super::ops;
use super::super::term::Op;
use super::super::time::Moment;
use super::super::value::{List, Val, Value, View};
use super::late::is_late;
use super::{Flow, Run};

impl Run<'_> {
    /// Python looks a method up before it computes the arguments.
    pub(super) fn check_method(&mut self, of: &Val, name: &Name, simple: bool, span: Span) -> Flow {
        // Where computing the arguments shows nothing, it makes no difference when the method is looked up.
        if simple && of.term().is_some() || of.unknown().is_some() {
            return Ok(());
        }
        self.same_class(of, span)?;
        if ops::is_missing(of.raw(), name) {
            return self.raise("AttributeError");
        }
        if simple || has_method(of.raw(), name) {
            return Ok(());
        }
        self.unclear(span, format!("`.{name}()` of a {}, if there is one", of.raw().class()))
    }

    pub(super) fn method(
        &mut self,
        of: Val,
        name: &Name,
        mut args: Vec<Val>,
        keywords: Vec<(Name, Val)>,
        span: Span,
    ) -> Flow<Val> {
        match of.raw() {
            Value::Logger => {
                let logs = ["debug", "info", "warning", "error", "critical", "exception", "log", "msg"];
                return if logs.contains(&name.as_ref()) {
                    Ok(Val::none())
                } else {
                    self.unclear(span, format!("`ak_logger.{name}()`"))
                };
            }
            Value::Context => return self.context_method(name, &args, &keywords, span),
            Value::Unknown(_) if !only_looks(name) => {
                let names = keywords.iter().map(|(name, _)| Name::clone(name)).collect();
                let mut all = vec![of];
                all.extend(args);
                all.extend(keywords.into_iter().map(|(_, value)| value));
                return self.outside(Op::Method(Name::clone(name), names), &all, span);
            }
            Value::Closure(_)
            | Value::Generator(_)
            | Value::Lazy(_)
            | Value::Exception(_)
            | Value::Class(_) => {
                return self.unclear(span, format!("`.{name}()` of a {}", of.raw().class()));
            }
            _ => {}
        }
        if of.term().is_none() && keywords.is_empty() {
            if let Some(result) = self.reshaping(&of, |run| run.own(&of, name, &args, span))? {
                return Ok(result);
            }
        } else if changes(of.raw(), name) {
            return self.unclear(
                span,
                format!("`.{name}()`, which changes a value that does not belong to the code"),
            );
        }
        if name.as_ref() == "join" {
            for arg in &mut args {
                if let Some(items) = self.generated(arg, span)? {
                    let Value::List(list) = Value::list(items) else { continue };
                    let unordered = self.last_unordered && list.items.borrow().len() > 1;
                    *arg = Val::known(Value::List(List { unordered, ..list }));
                }
            }
        }
        let names = keywords.iter().map(|(name, _)| Name::clone(name)).collect();
        let mut all = vec![of];
        all.extend(args);
        all.extend(keywords.into_iter().map(|(_, value)| value));
        self.operate(Op::Method(Name::clone(name), names), all, span)
    }

    /// A method of a list, dictionary or set of the code's own making; `None` where it only looks.
    fn own(&mut self, of: &Val, name: &str, args: &[Val], span: Span) -> Flow<Option<Val>> {
        if changes(of.raw(), name) {
            // What grows costs more and more to look at.
            self.steps += super::weight::length(self.data, of) / 16;
            for arg in args {
                self.keep_apart(of, arg, span)?;
            }
        }
        match (of.raw(), name, args) {
            (Value::List(list), "append", [item]) => list.items.borrow_mut().push(item.clone()),
            (Value::List(list), "extend", [items]) if is_late(items) => {
                self.extend_late(of, list, items, span)?;
            }
            (Value::List(list), "extend", [items]) => {
                let items = self.ordered_elements(items, span)?;
                list.items.borrow_mut().extend(items);
            }
            (Value::List(list), "insert", [at, item]) => {
                let at = self.pin(at, span)?;
                let Value::Int(at) = at.raw() else { return self.unclear(span, "`.insert()` at this place") };
                if i64::try_from(*at).is_err() {
                    return self.unclear(span, "a very large number");
                }
                let mut items = list.items.borrow_mut();
                let length = i128::try_from(items.len()).unwrap_or_default();
                let at = if *at < 0 { at + length } else { *at }.clamp(0, length);
                items.insert(usize::try_from(at).unwrap_or_default(), item.clone());
            }
            (Value::List(list), "pop", rest) if rest.len() <= 1 && !list.unordered => {
                let at = rest.first().map_or(Ok(Val::known(Value::Int(-1))), |at| self.pin(at, span))?;
                let position = self.lift(ops::position(at.raw(), list.items.borrow().len()), span)?;
                let Some(position) = position else { return self.raise("IndexError") };
                return Ok(Some(list.items.borrow_mut().remove(position)));
            }
            (Value::List(list), "clear", []) => list.items.borrow_mut().clear(),
            (Value::List(list), "reverse", []) if !list.unordered => list.items.borrow_mut().reverse(),
            (Value::List(list), "remove", [value]) => {
                let value = self.pin(value, span)?;
                let items = list.items.borrow().clone();
                for (at, item) in items.iter().enumerate() {
                    let item = self.pin(item, span)?;
                    if item.has_unknown() {
                        return self.unclear(span, "a list with what nobody knows");
                    }
                    if !ops::is_ordered(item.raw()) && !ops::is_ordered(value.raw()) {
                        return self.unclear(span, "whether two values are one object");
                    }
                    if self.lift(ops::equal(self.data, item.raw(), value.raw()), span)? {
                        list.items.borrow_mut().remove(at);
                        return Ok(Some(Val::none()));
                    }
                }
                return self.raise("ValueError");
            }
            (Value::List(list), "sort", []) => {
                let sorted = self.operate(Op::Call("sorted", Vec::new()), vec![of.clone()], span)?;
                let items = self.ordered_elements(&sorted, span)?;
                *list.items.borrow_mut() = items;
            }
            (Value::Dict(dict), "get" | "pop" | "setdefault", [key, rest @ ..]) if rest.len() <= 1 => {
                if name == "get" && key.is_traced() && super::weight::holds_changeable(of) {
                    let key = self.pin(key, span)?;
                    let args: Vec<Val> = std::iter::once(key).chain(rest.iter().cloned()).collect();
                    return self.own(of, name, &args, span);
                }
                if key.is_traced() || key.has_unknown() {
                    return if name == "get" {
                        Ok(None)
                    } else {
                        self.unclear(span, "a key that differs from user to user")
                    };
                }
                let found = ops::find(self.data, &dict.borrow(), key.raw()).map(Option::<&Val>::cloned);
                let found = self.lift(found, span)?;
                return match (found, name, rest.first()) {
                    (Some(value), "pop", _) => {
                        let equal = |other: &Value| ops::equal(self.data, other, key.raw()).unwrap_or(false);
                        dict.borrow_mut().retain(|(other, _)| !equal(other));
                        Ok(Some(value))
                    }
                    (Some(value), ..) => Ok(Some(value)),
                    (None, "pop", None) => self.raise("KeyError"),
                    (None, "setdefault", default) => {
                        let value = default.cloned().unwrap_or_else(Val::none);
                        self.lift(
                            ops::insert(self.data, &mut dict.borrow_mut(), key.raw(), value.clone()),
                            span,
                        )?;
                        Ok(Some(value))
                    }
                    (None, _, default) => Ok(Some(default.cloned().unwrap_or_else(Val::none))),
                };
            }
            (Value::Dict(dict), "update", [other]) => {
                let other = if other.term().is_some() { self.pin(other, span)? } else { other.clone() };
                let Value::Dict(other) = other.raw() else {
                    return self.unclear(span, "`.update()` with this");
                };
                for (key, value) in other.borrow().clone() {
                    self.lift(ops::insert(self.data, &mut dict.borrow_mut(), &key, value), span)?;
                }
            }
            (Value::Dict(dict), "popitem", []) => {
                let Some((key, value)) = dict.borrow_mut().pop() else { return self.raise("KeyError") };
                return Ok(Some(Val::known(Value::tuple(vec![Val::known(key), value]))));
            }
            (Value::Dict(dict), "clear", []) => dict.borrow_mut().clear(),
            (Value::Dict(dict), "keys", []) => {
                return Ok(Some(Val::known(Value::View(View::Keys, dict.clone()))));
            }
            (Value::Dict(dict), "values", []) => {
                return Ok(Some(Val::known(Value::View(View::Values, dict.clone()))));
            }
            (Value::Dict(dict), "items", []) => {
                return Ok(Some(Val::known(Value::View(View::Items, dict.clone()))));
            }
            (Value::Dict(dict), "copy", []) => {
                return Ok(Some(Val::known(Value::dict(dict.borrow().clone()))));
            }
            (Value::Set(set), "add" | "discard" | "remove", [item]) => {
                let item = self.pin(item, span)?;
                self.lift(ops::check_key(item.raw()), span)?;
                let mut kept = Vec::new();
                let mut found = false;
                for other in set.borrow().iter() {
                    let equal = self.lift(ops::equal(self.data, other, item.raw()), span)?;
                    found |= equal;
                    if !equal || name == "add" {
                        kept.push(other.clone());
                    }
                }
                if name == "remove" && !found {
                    return self.raise("KeyError");
                }
                if name == "add" && !found {
                    kept.push(item.raw().clone());
                }
                *set.borrow_mut() = kept;
            }
            (Value::Set(_), "update", [items]) if is_late(items) => {
                return self.unclear(span, "`.update()` with a generator");
            }
            (Value::Set(set), "update", [items]) => {
                let (items, _) = self.elements(items, span)?;
                let mut all: Vec<Value> = set.borrow().clone();
                for item in items {
                    all.push(self.pin(&item, span)?.raw().clone());
                }
                *set.borrow_mut() = self.lift(ops::set_of(self.data, &all), span)?;
            }
            // Of several, nobody knows which comes first.
            (Value::Set(set), "pop", []) if set.borrow().len() <= 1 => {
                let Some(item) = set.borrow_mut().pop() else { return self.raise("KeyError") };
                return Ok(Some(Val::known(item)));
            }
            (Value::Set(set), "clear", []) => set.borrow_mut().clear(),
            _ if changes(of.raw(), name) => return self.unclear(span, format!("`.{name}()` of this kind")),
            _ => return Ok(None),
        }
        Ok(Some(Val::none()))
    }

    fn context_method(
        &mut self,
        name: &str,
        args: &[Val],
        keywords: &[(Name, Val)],
        span: Span,
    ) -> Flow<Val> {
        match (name, args, keywords) {
            ("get", [key], []) => {
                let key = self.context_key(key, span)?;
                Ok(self.context_get(&key, span)?.unwrap_or_else(Val::none))
            }
            ("get", [key, default], []) => {
                let key = self.context_key(key, span)?;
                Ok(self.context_get(&key, span)?.unwrap_or_else(|| default.clone()))
            }
            ("get", ..) => self.raise("TypeError"),
            ("setdefault", [key, default], []) => {
                let key = self.context_key(key, span)?;
                if let Some(value) = self.context_get(&key, span)? {
                    Ok(value)
                } else {
                    self.written.push((key, Some(default.clone())));
                    Ok(default.clone())
                }
            }
            ("update", [], keywords) => {
                for (key, value) in keywords {
                    self.written.push((Name::clone(key), Some(value.clone())));
                }
                Ok(Val::none())
            }
            _ => self.unclear(span, format!("`.{name}()` of the whole context")),
        }
    }
}

/// Whether there is such a method, for what [`ops::is_missing`] does not deny.
fn has_method(of: &Value, name: &str) -> bool {
    let names: &[&str] = match of {
        Value::User(_) => &["all_groups", "get_full_name", "group_attributes", "has_usable_password"],
        Value::Groups(_) => &[
            "all",
            "count",
            "distinct",
            "exclude",
            "exists",
            "filter",
            "first",
            "get",
            "last",
            "order_by",
            "union",
            "values",
            "values_list",
        ],
        Value::Pattern(_) => &["findall", "fullmatch", "match", "search", "split", "sub"],
        Value::Network(_) => &["subnet_of", "supernet_of"],
        Value::Moment(Moment::DateTime(..)) => {
            &["date", "isoformat", "replace", "strftime", "time", "timestamp"]
        }
        Value::Group(_) => &[],
        Value::Context => &["copy", "get", "items", "keys", "pop", "setdefault", "update", "values"],
        Value::Logger => &["critical", "debug", "error", "exception", "info", "log", "msg", "warning"],
        // Newer releases of Python have these.
        Value::Bool(_) | Value::Int(_) => return name != "is_integer",
        Value::Float(_) => return name != "from_number",
        value => return value.is_basic(),
    };
    names.contains(&name)
}

/// Whether a method may change what it belongs to.
fn changes(of: &Value, name: &str) -> bool {
    let names: &[&str] = match of {
        Value::List(_) => &["append", "extend", "insert", "pop", "remove", "clear", "reverse", "sort"],
        Value::Dict(_) => &["pop", "popitem", "setdefault", "update", "clear"],
        Value::Set(_) => &[
            "add",
            "discard",
            "remove",
            "update",
            "clear",
            "pop",
            "difference_update",
            "intersection_update",
            "symmetric_difference_update",
        ],
        _ => &[],
    };
    names.contains(&name)
}
