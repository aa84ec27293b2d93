//! Functions that the code defines itself.

use std::rc::Rc;

use super::super::ast::{Body, Expr, Name, Parameters, Span};
use super::super::scope::Scope;
use super::super::value::{Closure, Val, Value};
use super::{DEEPEST, Flow, Run, Stop};

impl Run<'_> {
    /// The defaults of parameters, evaluated where the function is made.
    pub(super) fn defaults(&mut self, parameters: &Parameters, scope: &Rc<Scope>) -> Flow<Vec<(Name, Val)>> {
        let all = parameters.positional.iter().chain(&parameters.keyword_only);
        let mut defaults = Vec::new();
        for (name, default) in all.filter_map(|(name, default)| Some((name, default.as_ref()?))) {
            let default: &Expr = default;
            defaults.push((Name::clone(name), self.evaluate(default, scope)?));
        }
        Ok(defaults)
    }

    /// Calls a function of the code with positional arguments.
    pub(super) fn apply(&mut self, function: &Val, args: Vec<Val>, span: Span) -> Flow<Val> {
        match function.raw() {
            Value::Closure(closure) => self.enter(&Rc::clone(closure), args, Vec::new(), span),
            Value::Builtin(_) | Value::Class(_) => self.call_value(function, args, Vec::new(), span),
            _ => self.unclear(span, format!("the call of a {}", function.raw().class())),
        }
    }

    /// Runs the body of a function.
    pub(super) fn enter(
        &mut self,
        closure: &Rc<Closure>,
        args: Vec<Val>,
        keywords: Vec<(Name, Val)>,
        span: Span,
    ) -> Flow<Val> {
        if self.depth >= DEEPEST {
            return self.unclear(span, "calls within calls");
        }
        let parameters = &closure.function.parameters;
        let scope = Scope::of_function(&closure.function.locals, Some(Rc::clone(&closure.scope)));
        if args.len() > parameters.positional.len() {
            return self.raise("TypeError");
        }
        let mut bound: Vec<&Name> = Vec::new();
        for ((name, _), value) in parameters.positional.iter().zip(args) {
            scope.set(name, value);
            bound.push(name);
        }
        for (name, value) in keywords {
            let by_name =
                parameters.positional.iter().skip(parameters.positional_only).chain(&parameters.keyword_only);
            let mut known = by_name.map(|(known, _)| known).filter(|known| **known == name);
            match known.next() {
                Some(known) if !bound.contains(&known) => {
                    scope.set(known, value);
                    bound.push(known);
                }
                _ => return self.raise("TypeError"),
            }
        }
        for (name, _) in parameters.positional.iter().chain(&parameters.keyword_only) {
            if bound.contains(&name) {
                continue;
            }
            match closure.defaults.iter().find(|(other, _)| other == name) {
                Some((_, value)) => scope.set(name, value.clone()),
                None => return self.raise("TypeError"),
            }
        }
        self.depth += 1;
        let result = match &closure.function.body {
            Body::Value(value) => self.evaluate(value, &scope),
            Body::Block(block) => match self.block(block, &scope) {
                Ok(()) => Ok(Val::none()),
                Err(Stop::Return(value)) => Ok(value),
                Err(stop) => Err(stop),
            },
        };
        self.depth -= 1;
        result
    }
}
