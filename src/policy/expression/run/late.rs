//! What is computed when it is asked for: generators, `map`, `zip` and their like.

use std::cell::Cell;
use std::rc::Rc;

use super::super::ast::Span;
use super::super::ops;
use super::super::value::{Held, Lazy, LazyKind, List, Val, Value};
use super::{Flow, Run};

impl Run<'_> {
    pub(super) fn lazily(&mut self, kind: LazyKind, span: Span) -> Flow<Val> {
        let sources: Vec<Val> = match &kind {
            LazyKind::Map(_, items) | LazyKind::Filter(_, items) | LazyKind::Enumerate(items, _) => {
                vec![items.clone()]
            }
            LazyKind::Zip(all) => all.clone(),
            LazyKind::Items(_) => Vec::new(),
        };
        for source in &sources {
            self.check_iterable(source, span)?;
        }
        let held = self.held(&sources);
        Ok(Val::known(Value::Lazy(Rc::new(Lazy { kind, held, used: Cell::new(false) }))))
    }

    /// `next(items, default)`: only the first element is computed.
    pub(super) fn next(&mut self, items: &Val, default: Option<Val>, span: Span) -> Flow<Val> {
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

    /// What the dictionaries and sets among `sources` hold now: whoever runs through them may not find anything else.
    pub(super) fn held(&self, sources: &[Val]) -> Held {
        let since = self.reshaped.len();
        let own = sources.iter().filter(|source| {
            source.term().is_none()
                && matches!(source.raw(), Value::Dict(_) | Value::Set(_) | Value::View(..))
        });
        own.filter_map(|source| Some((source.clone(), ops::iterate(self.data, source.raw()).ok()?.0, since)))
            .collect()
    }

    pub(super) fn check_held(&self, held: &Held, span: Span) -> Flow {
        if held.iter().any(|(source, before, since)| self.has_changed(source, before, *since)) {
            return self.unclear(span, "a value that changes before it is run through");
        }
        Ok(())
    }

    /// Takes the elements of something that is computed late one by one: it may look at what became of them.
    pub(super) fn extend_late(&mut self, of: &Val, list: &List, items: &Val, span: Span) -> Flow {
        let mut several = 0;
        let driven = self.run_through(items, span, &mut |run, item| {
            several += 1;
            run.keep_apart(of, &item, span)?;
            list.items.borrow_mut().push(item);
            Ok(std::ops::ControlFlow::Continue(()))
        })?;
        if driven.raised.is_some() || driven.unordered && several > 1 {
            return self.unclear(span, "the order in which the database gives rows");
        }
        Ok(())
    }
}

/// Whether elements are computed when they are asked for.
pub(super) fn is_late(items: &Val) -> bool {
    matches!(items.raw(), Value::Generator(_) | Value::Lazy(_))
}
