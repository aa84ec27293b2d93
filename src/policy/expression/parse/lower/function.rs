//! Functions and lambdas.

use ruff_python_ast::{self as py, Stmt as PyStmt};

use super::super::super::ast::{Body, Expr, Function, Name, Parameters, Unread};
use super::{Lower, Read};

impl Lower<'_> {
    /// The body of a policy.
    pub(in super::super) fn handler(mut self, body: &[PyStmt]) -> Read<Function> {
        self.function(|_| Ok(Parameters::default()), |lower| lower.block(body).map(Body::Block))
    }

    pub(super) fn lambda(&mut self, lambda: &py::ExprLambda) -> Read<Function> {
        self.function(
            |lower| match &lambda.parameters {
                Some(parameters) => lower.parameters(parameters),
                None => Ok(Parameters::default()),
            },
            |lower| lower.expr(&lambda.body).map(Body::Value),
        )
    }

    pub(super) fn definition(&mut self, definition: &py::StmtFunctionDef) -> Read<Function> {
        if definition.is_async {
            return self.refuse(definition.range, "`async`");
        }
        if let Some(decorator) = definition.decorator_list.first() {
            return self.refuse(decorator.range, "decorators");
        }
        if definition.type_params.is_some() || definition.returns.is_some() {
            return self.refuse(definition.range, "type annotations of functions");
        }
        self.function(
            |lower| lower.parameters(&definition.parameters),
            |lower| lower.block(&definition.body).map(Body::Block),
        )
    }

    /// Defaults belong to the scope around, the body to its own.
    fn function(
        &mut self,
        parameters: impl FnOnce(&mut Self) -> Read<Parameters>,
        body: impl FnOnce(&mut Self) -> Read<Body>,
    ) -> Read<Function> {
        let parameters = parameters(self)?;
        let loops = std::mem::take(&mut self.loops);
        let names = parameters.positional.iter().chain(&parameters.keyword_only);
        self.locals.push(names.map(|(name, _)| Name::clone(name)).collect());
        let body = body(self);
        let locals = self.locals.pop().unwrap_or_default();
        self.loops = loops;
        Ok(Function { parameters, body: body?, locals })
    }

    fn parameters(&mut self, parameters: &py::Parameters) -> Read<Parameters> {
        if parameters.vararg.is_some() || parameters.kwarg.is_some() {
            return self.refuse(parameters.range, "`*args` and `**kwargs`");
        }
        let mut seen: Vec<Name> = Vec::new();
        let mut one = |lower: &mut Self, given: &py::ParameterWithDefault| -> Read<(Name, Option<Expr>)> {
            if given.parameter.annotation.is_some() {
                return lower.refuse(given.range, "type annotations of functions");
            }
            let name: Name = given.parameter.name.id.as_str().into();
            if seen.contains(&name) {
                let message = format!("duplicate argument '{name}' in function definition");
                return Err(Unread::Syntax(vec![(lower.span(given.range), message)]));
            }
            seen.push(Name::clone(&name));
            let default = given.default.as_ref().map(|default| lower.expr(default)).transpose()?;
            Ok((name, default))
        };
        let mut positional = Vec::new();
        for given in parameters.posonlyargs.iter().chain(&parameters.args) {
            positional.push(one(self, given)?);
        }
        let mut keyword_only = Vec::new();
        for given in &parameters.kwonlyargs {
            keyword_only.push(one(self, given)?);
        }
        Ok(Parameters { positional, positional_only: parameters.posonlyargs.len(), keyword_only })
    }
}
