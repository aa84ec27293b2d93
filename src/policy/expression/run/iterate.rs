//! What there is to run through.

use std::ops::ControlFlow;
use std::rc::Rc;

use super::super::ast::Span;
use super::super::ops;
use super::super::term::Given;
use super::super::value::{Kind, Lazy, LazyKind, Val, Value};
use super::comprehension::Driven;
use super::{Flow, Run, Stop};

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
        if let Some(items) = self.generated(value, span)? {
            return Ok((items, self.last_unordered));
        }
        let value = if value.term().is_some() { self.pin(value, span)? } else { value.clone() };
        let unordered = ops::is_unordered(value.raw());
        match self.lift(ops::elements(self.data, value.raw()), span)? {
            Some(items) => Ok((items, unordered)),
            None => match value.raw() {
                Value::None
                | Value::Bool(_)
                | Value::Int(_)
                | Value::Float(_)
                | Value::User(_)
                | Value::Group(_) => self.raise("TypeError"),
                Value::Groups(_) | Value::Closure(_) | Value::Ip(_) => self.raise("TypeError"),
                _ => self.unclear(span, format!("the elements of a {}", value.raw().class())),
            },
        }
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
        })?;
        if let Some(exception) = driven.raised {
            return Err(Stop::Raise(exception));
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
        match value.raw() {
            Value::Generator(generator) => {
                if generator.used.replace(true) {
                    return self.unclear(span, "a generator that is run through twice");
                }
                let generator = Rc::clone(generator);
                if generator.first.unknown().is_some() {
                    return self.unclear(span, "the elements of what nobody knows");
                }
                self.drive(&generator.code, &generator.first, &generator.scope, span, &mut |run, item, _| {
                    sink(run, item)
                })
            }
            Value::Lazy(lazy) => {
                if lazy.used.replace(true) {
                    return self.unclear(span, "an iterator that is run through twice");
                }
                let lazy = Rc::clone(lazy);
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
                let count = items.len();
                for item in items {
                    if self.length_now(value, count) != count {
                        return self.unclear(span, "a value that changes while it is run through");
                    }
                    // Elements that are there already raise nothing by being looked at.
                    if sink(self, item)?.is_break() {
                        return Ok(Driven { unordered, raised: None });
                    }
                }
                if self.length_now(value, count) != count {
                    return self.unclear(span, "a value that changes while it is run through");
                }
                Ok(Driven { unordered, raised: None })
            }
        }
    }

    /// How many elements a container of the code's own making has by now; anything else does not change.
    pub(super) fn length_now(&self, value: &Val, before: usize) -> usize {
        match value.raw() {
            Value::List(list) if value.term().is_none() => list.items.borrow().len(),
            Value::Dict(dict) | Value::View(_, dict) if value.term().is_none() => dict.borrow().len(),
            Value::Set(set) if value.term().is_none() => set.borrow().len(),
            _ => before,
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
                let function = function.clone();
                self.each_in_order(items, span, &mut |run, item| {
                    let value = run.apply(&function, vec![item], span)?;
                    sink(run, value)
                })
            }
            LazyKind::Filter(function, items) => {
                let function = function.clone();
                self.each_in_order(items, span, &mut |run, item| {
                    let holds = match function.raw() {
                        Value::None => item.clone(),
                        _ => run.apply(&function, vec![item.clone()], span)?,
                    };
                    if run.truth(&holds, span)? { sink(run, item) } else { Ok(ControlFlow::Continue(())) }
                })
            }
            LazyKind::Enumerate(items, start) => {
                let items = self.ordered_elements(items, span)?;
                for (at, item) in (*start..).zip(items) {
                    let pair = Val::known(Value::tuple(vec![Val::known(Value::Int(at)), item]));
                    if sink(self, pair)?.is_break() {
                        break;
                    }
                }
                Ok(Driven::default())
            }
            LazyKind::Zip(all) => {
                let mut columns = Vec::new();
                for items in all {
                    columns.push(self.ordered_elements(items, span)?);
                }
                let length = columns.iter().map(Vec::len).min().unwrap_or_default();
                for at in 0..length {
                    let row = columns.iter().filter_map(|column| column.get(at)).cloned().collect();
                    if sink(self, Val::known(Value::tuple(row)))?.is_break() {
                        break;
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
        items: &Val,
        span: Span,
        sink: &mut dyn FnMut(&mut Self, Val) -> Flow<ControlFlow<()>>,
    ) -> Flow<Driven> {
        let (items, unordered) = self.elements(items, span)?;
        let unordered = unordered && items.len() > 1;
        let mut driven = Driven { unordered, raised: None };
        for item in items {
            match sink(self, item) {
                Err(Stop::Raise(exception)) if unordered => driven.raised = Some(exception),
                Ok(ControlFlow::Break(())) if !unordered => break,
                Ok(_) => {}
                Err(stop) => return Err(stop),
            }
        }
        Ok(driven)
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
                let order = self.given(Given::Order(span, self.circumstances.scope), Kind::Bool);
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
