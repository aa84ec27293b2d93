//! Comprehensions and generators.

use std::ops::ControlFlow;
use std::rc::Rc;

use super::super::ast::{Comprehension, Loop, Shape, Span};
use super::super::exception::SOME;
use super::super::scope::Scope;
use super::super::term::Op;
use super::super::value::{Exception, List, Val, Value};
use super::still::is_still_loop;
use super::{Flow, Run, Stop};

/// What to do with each element: of a dictionary, with key and value.
type Sink<'s, 'r> = &'s mut dyn FnMut(&mut Run<'r>, Val, Option<Val>) -> Flow<ControlFlow<()>>;

/// What came of running through all elements.
#[derive(Default)]
pub(super) struct Driven {
    /// Whether the order of the elements is one that nobody knows.
    pub(super) unordered: bool,
    /// What some element raised, where the order is not known: whether that comes first, nobody knows.
    pub(super) raised: Option<Rc<Exception>>,
}

impl<'r> Run<'r> {
    /// A list, set or dictionary.
    pub(super) fn collect(
        &mut self,
        code: &Comprehension,
        first: &Val,
        scope: &Rc<Scope>,
        span: Span,
    ) -> Flow<Val> {
        if first.unknown().is_some() {
            return self.unknown_result("a comprehension over what nobody knows", None, span);
        }
        if code.shape != Shape::Dict
            && let Some(list) = self.list_of_groups(code, first, scope, span)?
        {
            return match code.shape {
                Shape::Set => self.operate(Op::Call("set", Vec::new()), vec![list], span),
                _ => Ok(list),
            };
        }
        let (mut items, mut dict) = (Vec::new(), Vec::new());
        let driven = self.drive(code, first, scope, span, &mut |run, item, value| {
            match value {
                Some(value) => run.insert(&mut dict, &item, value, span)?,
                None => items.push(item),
            }
            Ok(ControlFlow::Continue(()))
        });
        let driven = match driven {
            // An element that a set cannot keep raises first.
            Err(Stop::Raise(_)) if code.shape == Shape::Set => return self.raise(SOME),
            driven => driven?,
        };
        if let Some(exception) = driven.raised {
            return Err(Stop::Raise(exception));
        }
        let unordered = driven.unordered && items.len().max(dict.len()) > 1;
        match (code.shape, Value::list(items)) {
            (Shape::Dict, _) if unordered => self.unclear(span, "a dictionary in the order of the database"),
            (Shape::Dict, _) => Ok(Val::known(Value::dict(dict))),
            (Shape::Set, list) => {
                let still = is_still_loop(code, scope);
                match self.operate(Op::Call("set", Vec::new()), vec![Val::known(list)], span) {
                    Err(Stop::Raise(_)) if !still => self.unclear(span, "how many elements a set computes"),
                    set => set,
                }
            }
            (_, Value::List(list)) => Ok(Val::known(Value::List(List { unordered, ..list }))),
            (_, list) => Ok(Val::known(list)),
        }
    }

    /// Runs through the elements of a comprehension, until `sink` has enough.
    pub(super) fn drive(
        &mut self,
        code: &Comprehension,
        first: &Val,
        scope: &Rc<Scope>,
        span: Span,
        sink: Sink<'_, 'r>,
    ) -> Flow<Driven> {
        let locals = code.loops.iter().flat_map(|each| each.target.names()).collect();
        let scope = Scope::of_comprehension(locals, Rc::clone(scope));
        let mut driven = Driven::default();
        // Whether somebody had enough makes no difference here.
        let _ = self.nest(code, &code.loops, Some(first), &scope, span, sink, &mut driven)?;
        Ok(driven)
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "one recursion over the loops, with all that it carries along"
    )]
    fn nest(
        &mut self,
        code: &Comprehension,
        loops: &[Loop],
        first: Option<&Val>,
        scope: &Rc<Scope>,
        span: Span,
        sink: Sink<'_, 'r>,
        driven: &mut Driven,
    ) -> Flow<ControlFlow<()>> {
        let Some((each, rest)) = loops.split_first() else {
            let element = self.evaluate(&code.element, scope)?;
            let value = code.value.as_ref().map(|value| self.evaluate(value, scope)).transpose()?;
            return sink(self, element, value);
        };
        let iterable = match first {
            Some(first) => first.clone(),
            None => self.evaluate(&each.iterable, scope)?,
        };
        let (items, unordered) = self.elements(&iterable, span)?;
        let unordered = unordered && items.len() > 1;
        driven.unordered |= unordered;
        // What each element does to others depends on which comes first.
        if unordered && !is_still_loop(code, scope) {
            return self.unclear(span, "the order in which the database gives rows");
        }
        let before = items.clone();
        let since = self.reshaped.len();
        for item in items {
            self.step(span)?;
            self.steps += before.len() / 16;
            if self.has_changed(&iterable, &before, since) {
                return self.unclear(span, "a list that changes while it is run through");
            }
            let mut one = |run: &mut Self, driven: &mut Driven| {
                run.assign(&each.target, item.clone(), scope, span)?;
                for test in &each.tests {
                    let holds = run.evaluate(test, scope)?;
                    if !run.truth(&holds, test.span)? {
                        return Ok(ControlFlow::Continue(()));
                    }
                }
                run.nest(code, rest, None, scope, span, &mut *sink, driven)
            };
            match one(self, driven) {
                Err(Stop::Raise(exception)) if unordered => match &driven.raised {
                    Some(other) if other.class != exception.class => {
                        return self.unclear(span, "which of two exceptions comes first");
                    }
                    _ => driven.raised = Some(exception),
                },
                // The others may come first, and may raise.
                Ok(ControlFlow::Break(())) if unordered => {}
                Ok(ControlFlow::Continue(())) => {}
                Ok(ControlFlow::Break(())) => return Ok(ControlFlow::Break(())),
                Err(stop) => return Err(stop),
            }
        }
        if self.has_changed(&iterable, &before, since) {
            return self.unclear(span, "a list that changes while it is run through");
        }
        Ok(ControlFlow::Continue(()))
    }
}
