//! What names stand for.

use super::super::ast::{Import, Name, Span};
use super::super::exception::{self, SOME};
use super::super::ops::{BUILTINS, HELPERS, is_builtin, library_member};
use super::super::scope::{Found, Scope};
use super::super::term::Given;
use super::super::value::{Kind, Val, Value};
use super::{Flow, Run};

/// Modules of Python and of what authentik is built on: importing them never fails.
const MODULES: [&str; 22] = [
    "authentik",
    "base64",
    "collections",
    "datetime",
    "django",
    "fnmatch",
    "functools",
    "hashlib",
    "ipaddress",
    "itertools",
    "json",
    "math",
    "operator",
    "os",
    "random",
    "re",
    "socket",
    "string",
    "time",
    "typing",
    "urllib",
    "uuid",
];

/// The parameters of the function that a policy becomes: assigning to them is possible before reading them.
const PARAMETERS: [&str; 4] = ["request", "context", "ak_is_sso_flow", "ak_message"];

impl Run<'_> {
    pub(super) fn name(&mut self, name: &Name, scope: &Scope, span: Span) -> Flow<Val> {
        match scope.get(name) {
            Found::Value(value) => Ok(value),
            Found::Unbound | Found::Free
                if PARAMETERS.contains(&name.as_ref()) || HELPERS.contains(&name.as_ref()) =>
            {
                // Releases differ in which helpers are parameters and which are not.
                self.unclear(span, format!("`{name}`, which is read before the code assigns it"))
            }
            Found::Unbound | Found::Free if ["http_request", "ak_client_ip"].contains(&name.as_ref()) => {
                self.unclear(span, format!("`{name}`, which is read before the code assigns it"))
            }
            Found::Unbound => self.raise("UnboundLocalError"),
            // A `NameError` of one kind or the other.
            Found::Free => self.raise(SOME),
            Found::Global => self.global(name, span),
        }
    }

    /// A name that the code does not define itself (dossier §4.2).
    fn global(&mut self, name: &str, span: Span) -> Flow<Val> {
        match name {
            "request" => return Ok(Val::known(Value::Request)),
            "context" => return Ok(Val::known(Value::Context)),
            "ak_is_sso_flow" => return Ok(self.is_sso_flow()),
            "http_request" => return self.http_request(true, span),
            "ak_client_ip" => return self.client_ip(span),
            "ak_logger" => return Ok(Val::known(Value::Logger)),
            "requests" => {
                let given = Given::External("requests".into(), span, self.once());
                return Ok(self.given(given, Kind::Any));
            }
            _ => {}
        }
        if let Some(helper) = HELPERS.iter().find(|helper| **helper == name) {
            return Ok(Val::known(Value::Builtin(helper)));
        }
        if let Some(value) = is_builtin(name) {
            return Ok(Val::known(value));
        }
        if let Some(class) = exception::class(name) {
            return Ok(Val::known(Value::Class(class)));
        }
        // What newer releases may define by now is not certain to be missing.
        let newer = name.starts_with("ak_") && self.data.world.edition.is_beyond_known();
        if BUILTINS.contains(&name)
            || name.starts_with("__")
            || name.ends_with("Error")
            || name.ends_with("Warning")
            || name.ends_with("ExceptionGroup")
            || newer
        {
            return self.unclear(span, format!("`{name}`"));
        }
        self.raise("NameError")
    }

    pub(super) fn import(&mut self, import: &Import, span: Span) -> Flow<Val> {
        let first = import.module.split('.').next().unwrap_or(&import.module);
        let external = |run: &mut Self| {
            let name = match &import.member {
                Some(member) => format!("{}.{member}", import.module),
                None => import.module.to_string(),
            };
            let given = Given::External(name.into(), span, run.once());
            run.given(given, Kind::Any)
        };
        if !MODULES.contains(&first) {
            let value = external(self);
            self.may_raise(&value, span)?;
            return Ok(value);
        }
        match &import.member {
            None => Ok(Val::known(Value::Module(Name::clone(&import.module)))),
            Some(member) => {
                if let Ok(value) = library_member(&import.module, member) {
                    Ok(Val::known(value))
                } else {
                    let value = external(self);
                    self.may_raise(&value, span)?;
                    Ok(value)
                }
            }
        }
    }
}
