//! Loops over the groups of the user: run once for every group there is, instead of once for every user.

use std::rc::Rc;

use super::super::ast::{Comprehension, Span, Stmt, Target};
use super::super::exception::SOME;
use super::super::scope::{Found, Scope};
use super::super::table::{Entry, Table};
use super::super::term::{Const, Node, Op, Quantity, Term};
use super::super::value::{Groups, Val, Value};
use super::still::{is_still, only_looks, plain_names, same};
use super::{Flow, Run, Stop};

/// What became of a loop.
pub(super) enum Loop {
    /// It is no loop over groups of the user, or does more than look.
    Other,
    /// It ran through to its end.
    Through,
    Stopped(Stop),
}

/// Whether nobody else has a container, nor any inside of it.
fn is_alone(value: &Val) -> bool {
    match value.raw() {
        Value::List(list) => Rc::strong_count(&list.items) == 1 && list.items.borrow().iter().all(is_alone),
        Value::Set(items) => Rc::strong_count(items) == 1,
        Value::Dict(dict) => {
            Rc::strong_count(dict) == 1 && dict.borrow().iter().all(|(_, value)| is_alone(value))
        }
        Value::Tuple(items) => items.iter().all(is_alone),
        _ => true,
    }
}

impl Run<'_> {
    /// What one loop over groups of the user makes of every group, when the body looks at nothing else that differs
    /// from user to user; `None` otherwise.
    fn table(
        &mut self,
        groups: &Groups,
        mut body: impl FnMut(&mut Self, Val) -> Flow<Option<Val>>,
    ) -> Option<Table> {
        let (tests, asked, steps) = (self.tests.len(), self.asked.len(), self.steps);
        let mut entries = Vec::new();
        let data = self.data;
        for group in data.world.groups.ids() {
            let one = Groups { ids: [group].into(), ..groups.clone() };
            let row = data.rows(&one).ok().and_then(|rows| rows.into_iter().next());
            let entry = row.map(|row| body(self, row)).and_then(|made| match made {
                Ok(None) => Some(Entry::Skip),
                // What somebody else has as well may change later.
                Ok(Some(value)) if !value.is_traced() && is_alone(&value) => {
                    Const::of(value.raw()).map(Entry::Is)
                }
                Err(Stop::Raise(exception)) if exception.class != SOME => {
                    Some(Entry::Raises(exception.class))
                }
                _ => None,
            });
            self.steps_for_groups += self.steps - steps;
            self.steps = steps;
            let depends = self.tests.len() > tests || self.asked.len() > asked;
            match entry {
                Some(entry) if !depends => entries.push(entry),
                _ => {
                    self.tests.truncate(tests);
                    self.asked.truncate(asked);
                    return None;
                }
            }
        }
        Some(Table::of(entries))
    }

    /// The groups of the user that `value` is, with where they come from.
    fn groups_of_user(&self, value: &Val) -> Option<(Groups, std::sync::Arc<Term>)> {
        match (value.raw(), value.term()) {
            (Value::Groups(groups), Some(term)) if !groups.manager && !groups.of_nobody && !self.alone => {
                Some((groups.clone(), term.clone()))
            }
            _ => None,
        }
    }

    fn quantity(
        &mut self,
        quantity: Quantity,
        table: &Table,
        of: &std::sync::Arc<Term>,
        holds: bool,
        span: Span,
    ) -> Flow<bool> {
        let term = Term::new(Node::Op(Op::Some(quantity, table.clone()), vec![of.clone()]));
        self.truth(&Val::of(Value::Bool(holds), term), span)
    }

    /// A comprehension or generator over groups of the user, as a table.
    fn comprehension_table(
        &mut self,
        code: &Comprehension,
        groups: &Groups,
        scope: &Rc<Scope>,
        span: Span,
    ) -> Option<Table> {
        let [each] = code.loops.as_slice() else { return None };
        if code.value.is_some()
            || !plain_names(scope)
            || !is_still(&code.element)
            || !each.tests.iter().all(is_still)
        {
            return None;
        }
        let scope = Scope::of_comprehension(each.target.names(), Rc::clone(scope));
        self.table(groups, |run, row| {
            run.assign(&each.target, row, &scope, span)?;
            for test in &each.tests {
                let holds = run.evaluate(test, &scope)?;
                if !run.truth(&holds, test.span)? {
                    return Ok(None);
                }
            }
            run.evaluate(&code.element, &scope).map(Some)
        })
    }

    /// The list that a comprehension makes of groups of the user.
    pub(super) fn list_of_groups(
        &mut self,
        code: &Comprehension,
        first: &Val,
        scope: &Rc<Scope>,
        span: Span,
    ) -> Flow<Option<Val>> {
        let Some((groups, _)) = self.groups_of_user(first) else { return Ok(None) };
        let Some(table) = self.comprehension_table(code, &groups, scope, span) else { return Ok(None) };
        self.operate(Op::Map(table), vec![first.clone()], span).map(Some)
    }

    /// `any` or `all` of what a generator makes of groups of the user.
    pub(super) fn some_of_groups(&mut self, value: &Val, wanted: bool, span: Span) -> Flow<Option<Val>> {
        let Value::Generator(generator) = value.raw() else { return Ok(None) };
        let generator = Rc::clone(generator);
        if generator.used.get() {
            return self.unclear(span, "a generator that is run through twice");
        }
        let Some((groups, term)) = self.groups_of_user(&generator.first) else { return Ok(None) };
        let Some(table) = self.comprehension_table(&generator.code, &groups, &generator.scope, span) else {
            return Ok(None);
        };
        let raises = table.raises(&groups);
        if self.quantity(Quantity::Raises, &table, &term, raises, span)? {
            // Which comes first, the database knows: this is looked at element by element.
            return Ok(None);
        }
        generator.used.set(true);
        let found = table.some(&groups, wanted);
        let found = self.quantity(Quantity::Says(wanted), &table, &term, found, span)?;
        Ok(Some(Val::bool(found == wanted)))
    }

    /// A `for` loop over groups of the user whose body only looks; whether it was one.
    pub(super) fn each_of_groups(
        &mut self,
        target: &Target,
        items: &Val,
        body: &[Stmt],
        scope: &Rc<Scope>,
        span: Span,
    ) -> Flow<Loop> {
        let Some((groups, term)) = self.groups_of_user(items) else { return Ok(Loop::Other) };
        let Target::Name(name) = target else { return Ok(Loop::Other) };
        if !only_looks(body) || !plain_names(scope) {
            return Ok(Loop::Other);
        }
        let before = match scope.get(name) {
            Found::Value(value) => Some(value),
            Found::Unbound | Found::Free | Found::Global => None,
        };
        let mut end: Option<Stop> = None;
        let mut several = false;
        let table = self.table(&groups, |run, row| {
            run.assign(target, row, scope, span)?;
            match run.block(body, scope) {
                Ok(()) | Err(Stop::Continue) => Ok(None),
                Err(Stop::Unclear(span, reason)) => Err(Stop::Unclear(span, reason)),
                Err(stop) => {
                    several |= end.as_ref().is_some_and(|before| !same(before, &stop));
                    end = Some(stop);
                    Ok(Some(Val::bool(true)))
                }
            }
        });
        let Some(table) = table.filter(|_| !several) else {
            match before {
                Some(before) => scope.set(name, before),
                None => drop(scope.delete(name)),
            }
            return Ok(Loop::Other);
        };
        // Where there is none, the name stands for what it stood for before.
        let exists = Term::new(Node::Op(Op::Method("exists".into(), Vec::new()), vec![term.clone()]));
        let exists = Val::of(Value::Bool(!groups.ids.is_empty()), exists);
        match before {
            Some(before) if !self.truth(&exists, span)? => scope.set(name, before),
            None if !self.truth(&exists, span)? => drop(scope.delete(name)),
            // Which group was the last one, nobody knows.
            _ => scope.set(name, self.nobody_knows("the order in which the database gives rows", span)),
        }
        let found = table.some(&groups, true);
        let found = self.quantity(Quantity::Says(true), &table, &term, found, span)?;
        Ok(end.filter(|_| found).map_or(Loop::Through, Loop::Stopped))
    }
}
