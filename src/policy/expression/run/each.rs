//! `for` loops.

use std::rc::Rc;

use super::super::ast::{Span, Stmt, Target};
use super::super::scope::Scope;
use super::super::value::{Val, Value};
use super::groups::Loop;
use super::still::{only_looks, plain_names, same};
use super::{Flow, Run, Stop};

impl Run<'_> {
    /// A `for` loop.
    pub(super) fn each(
        &mut self,
        target: &Target,
        items: &Val,
        body: &[Stmt],
        otherwise: &[Stmt],
        scope: &Rc<Scope>,
        span: Span,
    ) -> Flow {
        match self.each_of_groups(target, items, body, scope, span)? {
            Loop::Other => {}
            Loop::Through => return self.block(otherwise, scope),
            Loop::Stopped(Stop::Break) => return Ok(()),
            Loop::Stopped(stop) => return Err(stop),
        }
        let is_lazy = matches!(items.raw(), Value::Generator(_) | Value::Lazy(_));
        if !is_lazy {
            let (elements, unordered) = self.elements(items, span)?;
            if unordered && elements.len() > 1 {
                return self.each_in_any_order(target, elements, body, otherwise, scope, span);
            }
        }
        let mut stopped = None;
        let driven = self.run_through(items, span, &mut |run, item| {
            run.assign(target, item, scope, span)?;
            match run.block(body, scope) {
                Ok(()) | Err(Stop::Continue) => Ok(std::ops::ControlFlow::Continue(())),
                Err(stop) => {
                    stopped = Some(stop);
                    Ok(std::ops::ControlFlow::Break(()))
                }
            }
        })?;
        if driven.unordered {
            return self.unclear(span, "the order in which the database gives rows");
        }
        match stopped {
            None => self.block(otherwise, scope),
            Some(Stop::Break) => Ok(()),
            Some(stop) => Err(stop),
        }
    }

    /// A `for` loop over elements whose order nobody knows. As long as the body only looks, each element can be taken
    /// alone; what ends the loop must then be the same for all that end it.
    fn each_in_any_order(
        &mut self,
        target: &Target,
        items: Vec<Val>,
        body: &[Stmt],
        otherwise: &[Stmt],
        scope: &Rc<Scope>,
        span: Span,
    ) -> Flow {
        if !only_looks(body) || !plain_names(scope) {
            return self.unclear(span, "the order in which the database gives rows");
        }
        let mut ended: Option<Stop> = None;
        let mut several = false;
        for item in items {
            self.assign(target, item, scope, span)?;
            match self.block(body, scope) {
                Ok(()) | Err(Stop::Continue) => {}
                Err(stop @ Stop::Unclear(..)) => return Err(stop),
                Err(stop) => {
                    several |= ended.as_ref().is_some_and(|before| !same(before, &stop));
                    ended = Some(stop);
                }
            }
        }
        // Which element was the last one, nobody knows.
        let last = self.nobody_knows("the order in which the database gives rows", span);
        target.names().iter().for_each(|name| scope.set(name, last.clone()));
        match ended {
            _ if several => self.unclear(span, "the order in which the database gives rows"),
            None => self.block(otherwise, scope),
            Some(Stop::Break) => Ok(()),
            Some(stop) => Err(stop),
        }
    }
}
