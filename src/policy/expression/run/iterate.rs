//! What there is to run through.

use std::ops::ControlFlow;
use std::rc::Rc;

use super::super::ast::{Body, Span};
use super::super::exception::SOME;
use super::super::ops;
use super::super::term::{Const, Given};
use super::super::value::{Exception, Kind, Lazy, LazyKind, Val, Value, View};
use super::comprehension::Driven;
use super::still::{is_still, is_still_loop, plain_names};
use super::{DEEPEST, Flow, Run, Stop};

impl Run<'_> {
    /// Raises where `value` cannot be run through.
    pub(super) fn check_iterable(&mut self, value: &Val, span: Span) -> Flow {
        // A query can be run through, whatever it finds.
        let is_query = matches!(value.raw(), Value::Groups(groups) if !groups.manager);
        if value.unknown().is_some()
            || is_query
            || matches!(value.raw(), Value::Generator(_) | Value::Lazy(_))
        {
            return Ok(());
        }
        self.elements(value, span).map(|_| ())
    }

    /// The elements of `value`, and whether their order is one that nobody knows.
    pub(super) fn elements(&mut self, value: &Val, span: Span) -> Flow<(Vec<Val>, bool)> {
        if value.unknown().is_some() {
            return self.unclear(span, "the elements of what nobody knows");
        }
        // Whoever takes some elements only, or takes them one by one, does not compute all of them at once.
        if let Value::Generator(generator) = value.raw() {
            let still = is_still_loop(&generator.code, &generator.scope);
            return match self.generated(value, span) {
                Ok(Some(items)) if still => Ok((items, self.last_unordered)),
                Err(Stop::Unclear(span, reason)) => Err(Stop::Unclear(span, reason)),
                _ => self.unclear(span, "what a generator computes, and when"),
            };
        }
        if matches!(value.raw(), Value::Lazy(_)) {
            return self.unclear(span, "what an iterator computes, and when");
        }
        let value = if value.term().is_some() { self.pin(value, span)? } else { value.clone() };
        self.lift(ops::iterate(self.data, value.raw()), span)
    }

    /// Does something to a dictionary or set, and notes whether it has another size then: whoever runs through it
    /// may miss elements, even if the size is the same again later.
    pub(super) fn reshaping<T>(&mut self, of: &Val, change: impl FnOnce(&mut Self) -> Flow<T>) -> Flow<T> {
        let before = size(of);
        let changed = change(self);
        if size(of) != before {
            self.reshaped.extend(place(of));
        }
        changed
    }

    /// Whether a container has other elements than `before`, or had some since `since` changes of others.
    pub(super) fn has_changed(&self, value: &Val, before: &[Val], since: usize) -> bool {
        let place = place(value);
        changed(value, before) || self.reshaped.iter().skip(since).any(|other| Some(*other) == place)
    }

    /// The elements where their order matters.
    pub(super) fn ordered_elements(&mut self, value: &Val, span: Span) -> Flow<Vec<Val>> {
        let (items, unordered) = self.elements(value, span)?;
        if unordered && items.len() > 1 {
            return self.unclear(span, "the order in which the database gives rows");
        }
        Ok(items)
    }

    /// The elements of something that is computed when it is asked for; `None` for everything else. Sets whether
    /// their order is known.
    pub(super) fn generated(&mut self, value: &Val, span: Span) -> Flow<Option<Vec<Val>>> {
        let mut items = Vec::new();
        if !matches!(value.raw(), Value::Generator(_) | Value::Lazy(_)) {
            return Ok(None);
        }
        let driven = self.run_through(value, span, &mut |_, item| {
            items.push(item);
            Ok(ControlFlow::Continue(()))
        });
        // Whoever takes the elements may raise before the generator does.
        let driven = match driven {
            Err(Stop::Raise(_)) => return self.raise(SOME),
            driven => driven?,
        };
        if driven.raised.is_some() {
            return self.raise(SOME);
        }
        self.last_unordered = driven.unordered;
        Ok(Some(items))
    }

    /// Gives each element to `sink` until it has enough. What is not asked for any more is not computed.
    pub(super) fn run_through(
        &mut self,
        value: &Val,
        span: Span,
        sink: &mut dyn FnMut(&mut Self, Val) -> Flow<ControlFlow<()>>,
    ) -> Flow<Driven> {
        if self.depth >= DEEPEST {
            return self.unclear(span, "generators within generators");
        }
        match value.raw() {
            Value::Generator(generator) => {
                if generator.used.replace(true) {
                    return self.unclear(span, "a generator that is run through twice");
                }
                let generator = Rc::clone(generator);
                self.check_held(&generator.held, span)?;
                if generator.first.unknown().is_some() {
                    return self.unclear(span, "the elements of what nobody knows");
                }
                self.depth += 1;
                let driven = self.drive(
                    &generator.code,
                    &generator.first,
                    &generator.scope,
                    span,
                    &mut |run, item, _| sink(run, item),
                );
                self.depth -= 1;
                if matches!(&driven, Err(Stop::Raise(exception)) if exception.class == "StopIteration") {
                    return self.unclear(span, "`StopIteration` inside of a generator");
                }
                driven
            }
            Value::Lazy(lazy) => {
                if lazy.used.replace(true) {
                    return self.unclear(span, "an iterator that is run through twice");
                }
                let lazy = Rc::clone(lazy);
                self.check_held(&lazy.held, span)?;
                self.lazy(&lazy, span, sink)
            }
            Value::List(list) if value.term().is_none() && !list.unordered => {
                // Python looks at a list anew for every element.
                let mut at = 0;
                loop {
                    let Some(item) = list.items.borrow().get(at).cloned() else { break };
                    self.step(span)?;
                    at += 1;
                    if sink(self, item)?.is_break() {
                        break;
                    }
                }
                Ok(Driven::default())
            }
            _ => {
                let (items, unordered) = self.elements(value, span)?;
                let unordered = unordered && items.len() > 1;
                let before = items.clone();
                let since = self.reshaped.len();
                for item in items {
                    self.steps += before.len() / 16;
                    if self.has_changed(value, &before, since) {
                        return self.unclear(span, "a value that changes while it is run through");
                    }
                    // Elements that are there already raise nothing by being looked at.
                    if sink(self, item)?.is_break() {
                        return Ok(Driven { unordered, raised: None });
                    }
                }
                if self.has_changed(value, &before, since) {
                    return self.unclear(span, "a value that changes while it is run through");
                }
                Ok(Driven { unordered, raised: None })
            }
        }
    }

    /// Calls the function of `map` or `filter`, which end where it raises `StopIteration`.
    fn apply_inside(&mut self, function: &Val, item: Val, span: Span) -> Flow<Val> {
        match self.apply(function, vec![item], span) {
            Err(Stop::Raise(exception)) if ends_iteration(&exception) => {
                self.unclear(span, "`StopIteration` inside of `map` or `filter`")
            }
            applied => applied,
        }
    }

    fn lazy(
        &mut self,
        lazy: &Lazy,
        span: Span,
        sink: &mut dyn FnMut(&mut Self, Val) -> Flow<ControlFlow<()>>,
    ) -> Flow<Driven> {
        match &lazy.kind {
            LazyKind::Map(function, items) => {
                let function = self.pin(function, span)?;
                self.each_in_order(&function.clone(), items, span, &mut |run, item| {
                    let value = run.apply_inside(&function, item, span)?;
                    sink(run, value)
                })
            }
            LazyKind::Filter(function, items) => {
                let function = self.pin(function, span)?;
                self.each_in_order(&function.clone(), items, span, &mut |run, item| {
                    let holds = match function.raw() {
                        Value::None => item.clone(),
                        _ => run.apply_inside(&function, item.clone(), span)?,
                    };
                    if run.truth(&holds, span)? { sink(run, item) } else { Ok(ControlFlow::Continue(())) }
                })
            }
            LazyKind::Enumerate(items, start) => {
                let source = items;
                let items = self.ordered_elements(source, span)?;
                let before = items.clone();
                let since = self.reshaped.len();
                for (at, item) in (*start..).zip(items) {
                    let pair = Val::known(Value::tuple(vec![Val::known(Value::Int(at)), item]));
                    if sink(self, pair)?.is_break() {
                        break;
                    }
                    if self.has_changed(source, &before, since) {
                        return self.unclear(span, "a value that changes while it is run through");
                    }
                }
                Ok(Driven::default())
            }
            LazyKind::Zip(all) => {
                let mut columns = Vec::new();
                let since = self.reshaped.len();
                for items in all {
                    columns.push(self.ordered_elements(items, span)?);
                }
                let length = columns.iter().map(Vec::len).min().unwrap_or_default();
                for at in 0..length {
                    let row = columns.iter().filter_map(|column| column.get(at)).cloned().collect();
                    if sink(self, Val::known(Value::tuple(row)))?.is_break() {
                        break;
                    }
                    if all
                        .iter()
                        .zip(&columns)
                        .any(|(source, before)| self.has_changed(source, before, since))
                    {
                        return self.unclear(span, "a value that changes while it is run through");
                    }
                }
                Ok(Driven::default())
            }
            LazyKind::Items(items) => {
                for item in items {
                    if sink(self, item.clone())?.is_break() {
                        break;
                    }
                }
                Ok(Driven::default())
            }
        }
    }

    /// Like [`run_through`](Self::run_through), where each element may raise: then the order must be known.
    fn each_in_order(
        &mut self,
        function: &Val,
        source: &Val,
        span: Span,
        sink: &mut dyn FnMut(&mut Self, Val) -> Flow<ControlFlow<()>>,
    ) -> Flow<Driven> {
        let (items, unordered) = self.elements(source, span)?;
        let unordered = unordered && items.len() > 1;
        let still = match function.raw() {
            Value::Closure(closure) => {
                plain_names(&closure.scope)
                    && matches!(&closure.function.body, Body::Value(value) if is_still(value))
            }
            _ => true,
        };
        if unordered && !still {
            return self.unclear(span, "the order in which the database gives rows");
        }
        let before = items.clone();
        let since = self.reshaped.len();
        for element in before.clone() {
            self.steps += before.len() / 16;
            if self.has_changed(source, &before, since) {
                return self.unclear(span, "a value that changes while it is run through");
            }
            match sink(self, element) {
                // Which of them comes first, the database knows.
                Err(Stop::Raise(_)) | Ok(ControlFlow::Break(())) if unordered => {
                    return self.unclear(span, "the order in which the database gives rows");
                }
                Ok(ControlFlow::Break(())) => return Ok(Driven { unordered, raised: None }),
                Ok(ControlFlow::Continue(())) => {}
                Err(stop) => return Err(stop),
            }
        }
        if self.has_changed(source, &before, since) {
            return self.unclear(span, "a value that changes while it is run through");
        }
        Ok(Driven { unordered, raised: None })
    }

    /// `any` and `all`: whether some element is `wanted`. Elements after the first such are not computed.
    pub(super) fn some(&mut self, value: &Val, wanted: bool, span: Span) -> Flow<Val> {
        if value.unknown().is_some() {
            return self.unknown_result("what nobody knows the elements of", None, span);
        }
        if let Some(value) = self.some_of_groups(value, wanted, span)? {
            return Ok(value);
        }
        let mut found = false;
        let driven = self.run_through(value, span, &mut |run, item| {
            let holds = run.truth(&item, span)?;
            found |= holds == wanted;
            Ok(if holds == wanted { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
        })?;
        match driven.raised {
            // Whether the one that decides comes before the one that raises, the database knows.
            Some(exception) if found => {
                let order = Given::Order(span, self.once());
                let order = self.given(order, Kind::Bool);
                if self.truth(&order, span)? {
                    Ok(Val::bool(found == wanted))
                } else {
                    Err(Stop::Raise(exception))
                }
            }
            Some(exception) => Err(Stop::Raise(exception)),
            None => Ok(Val::bool(found == wanted)),
        }
    }
}

/// Where a dictionary or set is in memory.
fn place(value: &Val) -> Option<usize> {
    match value.raw() {
        Value::Dict(dict) | Value::View(_, dict) => Some(Rc::as_ptr(dict).addr()),
        Value::Set(set) => Some(Rc::as_ptr(set).addr()),
        _ => None,
    }
}

/// How many elements a dictionary or set has.
fn size(value: &Val) -> usize {
    match value.raw() {
        Value::Dict(dict) | Value::View(_, dict) => dict.borrow().len(),
        Value::Set(set) => set.borrow().len(),
        _ => 0,
    }
}

/// Whether an exception is, or may be, the one that ends an iteration.
fn ends_iteration(exception: &Exception) -> bool {
    exception.class == "StopIteration" || exception.class == SOME
}

/// Whether a container of the code's own making has other elements by now; anything else does not change.
pub(super) fn changed(value: &Val, before: &[Val]) -> bool {
    if value.term().is_some() {
        return false;
    }
    let same = |now: &Val, before: &Val| {
        now.term() == before.term()
            && match (now.raw(), before.raw()) {
                (Value::List(now), Value::List(before)) => Rc::ptr_eq(&now.items, &before.items),
                (Value::Dict(now), Value::Dict(before)) => Rc::ptr_eq(now, before),
                (Value::Set(now), Value::Set(before)) => Rc::ptr_eq(now, before),
                (Value::Tuple(now), Value::Tuple(before)) => Rc::ptr_eq(now, before),
                (now, before) => match (Const::of(now), Const::of(before)) {
                    (Some(now), Some(before)) => now == before,
                    _ => false,
                },
            }
    };
    let all = |now: &[Val]| {
        now.len() != before.len() || !now.iter().zip(before).all(|(now, before)| same(now, before))
    };
    match value.raw() {
        Value::List(list) => all(&list.items.borrow()),
        Value::Set(set) => all(&set.borrow().iter().cloned().map(Val::known).collect::<Vec<_>>()),
        Value::Dict(dict) | Value::View(View::Keys, dict) => {
            all(&dict.borrow().iter().map(|(key, _)| Val::known(key.clone())).collect::<Vec<_>>())
        }
        Value::View(View::Values, dict) => {
            all(&dict.borrow().iter().map(|(_, value)| value.clone()).collect::<Vec<_>>())
        }
        Value::View(View::Items, dict) => {
            let values: Vec<Val> = before
                .iter()
                .filter_map(
                    |pair| if let Value::Tuple(pair) = pair.raw() { pair.get(1).cloned() } else { None },
                )
                .collect();
            let now = dict.borrow();
            now.len() != values.len() || !now.iter().zip(&values).all(|((_, now), before)| same(now, before))
        }
        _ => false,
    }
}
