//! `ak_call_policy`.

use super::super::ast::{Name, Span};
use super::super::code::Code;
use super::super::ops;
use super::super::term::Given;
use super::super::value::{Kind, Val, Value};
use super::{End, Flow, Run, Stop};
use crate::truth::Ends;

impl Run<'_> {
    /// `ak_call_policy`: what goes wrong inside is a plain no (dossier §4.4, 38).
    pub(super) fn call_policy(&mut self, name: &Val, keywords: &[(Name, Val)], span: Span) -> Flow<Val> {
        let name = self.pin(name, span)?;
        let Value::Str(name) = name.raw() else {
            return self.unclear(span, "a policy whose name is no text");
        };
        let policy = self.lift(ops::policy_named(self.data, name), span)?;
        if self.calling.contains(&policy) || self.calling.len() > 8 {
            return self.unclear(span, "a policy that calls itself");
        }
        for (key, value) in keywords {
            self.written.push((Name::clone(key), Some(value.clone())));
        }
        let result = match self.circumstances.ends_of(policy) {
            Some(ends) => {
                let passing = if ends.is_known() {
                    Val::bool(ends == Ends::PASS)
                } else {
                    let given = Given::Policy(Name::clone(name), self.once());
                    self.given(given, Kind::Bool)
                };
                self.truth(&passing, span)
            }
            None => self.inner(policy, span),
        };
        // Whether the context is shared with the policy that was called, releases differ in.
        let writes = self.circumstances.writes_of(policy);
        if writes.user || writes.context == crate::policy::writes::Keys::All {
            self.lost = true;
        }
        let keys = keywords.iter().map(|(key, _)| Name::clone(key)).chain(writes.keys().map(Into::into));
        for key in keys.collect::<Vec<_>>() {
            self.written.push((key, None));
        }
        result.map(|passing| Val::known(Value::PolicyResult(passing)))
    }

    fn inner(&mut self, policy: crate::model::PolicyId, span: Span) -> Flow<bool> {
        let code = self.circumstances.code_of(policy);
        let function = match code {
            Some(Code::Ready(function)) => function,
            Some(Code::Broken(_)) => return Ok(false),
            _ => return self.unclear(span, "a policy that is called and not looked into"),
        };
        let is_sso = self.is_sso_for_called(span);
        let outer = self.is_sso.replace(is_sso);
        self.calling.push(policy);
        let depth = std::mem::replace(&mut self.depth, 0);
        let before = self.asked.len();
        let result = self.body(function);
        // What it asks has no place in the code of the policy that calls.
        self.asked.iter_mut().skip(before).for_each(|(_, at, _)| *at = span);
        self.depth = depth;
        self.calling.pop();
        self.is_sso = outer;
        match self.end(result) {
            End::Pass => Ok(true),
            End::Fail | End::Error => Ok(false),
            End::Unkept(_) => self.unclear(span, "a policy that is called and returns what cannot be kept"),
            End::Unclear(_, reason) => Err(Stop::Unclear(span, reason)),
        }
    }
}
