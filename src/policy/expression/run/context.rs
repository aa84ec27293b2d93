//! What the request says: its parts by name, and the context that all policies of a target share (dossier §3.12).

use std::collections::BTreeMap;

use super::super::ast::{Name, Span};
use super::super::ops::{self, Failure};
use super::super::term::{Given, Node, Term, Validity};
use super::super::value::{Kind, Val, Value};
use super::{About, Flow, Run};
use crate::model::TargetKind;
use crate::policy::assumption::Assumed;

impl Run<'_> {
    /// Whether there is an HTTP request.
    pub(super) fn has_http_request(&mut self, span: Span) -> bool {
        if self.circumstances.kind == TargetKind::NotificationRule {
            return false;
        }
        match self.circumstances.assumptions.has_http_request() {
            Some(known) => known,
            None => self.choose(&Term::new(Node::Given(Given::HasHttpRequest)), About::Truth, span),
        }
    }

    /// `ak_client_ip`
    pub(super) fn client_ip(&mut self, span: Span) -> Flow<Val> {
        // An event has an address of its own, in newer releases.
        if self.circumstances.kind == TargetKind::NotificationRule {
            return self.unclear(span, "the address of an event");
        }
        if !self.has_http_request(span) {
            return self.raise("NameError");
        }
        Ok(match self.circumstances.assumptions.client_ip {
            Some(address) => Val::known(Value::Ip(address)),
            None => self.given(Given::ClientIp, Kind::Ip),
        })
    }

    /// `http_request`, or `request.http_request`
    pub(super) fn http_request(&mut self, name: bool, span: Span) -> Flow<Val> {
        match (self.has_http_request(span), name) {
            (true, _) => Ok(self.given(Given::HttpRequest, Kind::Any)),
            (false, true) => self.raise("NameError"),
            (false, false) => Ok(Val::none()),
        }
    }

    /// `ak_is_sso_flow`: what the context has under `is_sso` when the policy begins, which is always false outside of
    /// flows (dossier §4.4, 23).
    pub(super) fn is_sso_flow(&self) -> Val {
        if let Some(called_with) = &self.is_sso {
            return called_with.clone();
        }
        if self.circumstances.disturbed.writes("is_sso") {
            let validity = Validity::Run { run: self.circumstances.run, writes: 0 };
            return self.given(Given::Context("is_sso".into(), validity), Kind::Any);
        }
        match self.circumstances.kind {
            TargetKind::Flow | TargetKind::StageBinding => match self.circumstances.assumptions.sso {
                Some(known) => Val::bool(known),
                None => self.given(Given::IsSsoFlow, Kind::Bool),
            },
            _ => Val::bool(false),
        }
    }

    /// What `ak_is_sso_flow` is for a policy that is called now.
    pub(super) fn is_sso_for_called(&mut self, span: Span) -> Val {
        match self.written.iter().rev().find(|(key, _)| key.as_ref() == "is_sso") {
            Some((_, Some(value))) => value.clone(),
            Some((_, None)) => {
                self.nobody_knows("a part of the context that another policy may have written", span)
            }
            None if self.lost => self.nobody_knows("a context that another policy may have written", span),
            None => self.is_sso_flow(),
        }
    }

    fn of_target(&self) -> Validity {
        Validity::Target(self.circumstances.target)
    }

    /// `request.name`
    pub(super) fn request_attribute(&mut self, name: &str, span: Span) -> Flow<Val> {
        match name {
            "user" => self.user(span),
            "http_request" => self.http_request(false, span),
            "context" => Ok(Val::known(Value::Context)),
            "debug" => Ok(Val::bool(false)),
            "obj" if self.circumstances.kind == TargetKind::NotificationRule => {
                Ok(self.given(Given::Context("event".into(), self.of_target()), Kind::Any))
            }
            "obj" => {
                self.reads_target = true;
                Ok(Val::known(Value::Target))
            }
            _ => self.unclear(span, format!("`request.{name}`")),
        }
    }

    /// `request.user`
    pub(super) fn user(&mut self, span: Span) -> Flow<Val> {
        if self.circumstances.disturbed.user || self.lost {
            return self.unclear(span, "the user of the request, whom another policy may exchange or change");
        }
        Ok(Val::of(Value::User(self.subject), Term::new(Node::Subject)))
    }

    /// Until the code itself writes something, what others read is the same; after that, it may be something else.
    fn validity_of(&self, key: &str) -> Validity {
        if self.is_disturbed(key) || self.writes > 0 {
            Validity::Run { run: self.circumstances.run, writes: self.writes }
        } else {
            self.of_target()
        }
    }

    /// Whether another policy may have written `key`.
    fn is_disturbed(&self, key: &str) -> bool {
        self.circumstances.disturbed.writes(key) || self.lost
    }

    /// What the context has under `key`; `None` where it is not there.
    pub(super) fn context_get(&mut self, key: &Name, span: Span) -> Flow<Option<Val>> {
        if let Some((_, value)) = self.written.iter().rev().find(|(other, _)| other == key) {
            return match value {
                Some(value) => Ok(Some(value.clone())),
                None => self.unclear(span, "a part of the context that another policy may have written"),
            };
        }
        let kind = if ["geoip", "asn"].contains(&key.as_ref()) { Kind::Record } else { Kind::Any };
        let validity = self.validity_of(key);
        let value = self.given(Given::Context(Name::clone(key), validity), kind);
        let disturbed = self.is_disturbed(key);
        match self.circumstances.assumptions.context.get(key.as_ref()) {
            Some(_) if disturbed => {}
            Some(Assumed::Absent) => return Ok(None),
            Some(Assumed::Value(json)) => {
                return match ops::of_json(json) {
                    Ok(value) => Ok(Some(Val::known(value))),
                    Err(_) => self.unclear(span, "an assumed value"),
                };
            }
            // A dictionary with something in it is there, and is no `None`.
            Some(Assumed::Fields(_)) => {
                return Ok(Some(self.given(Given::Context(Name::clone(key), validity), Kind::Any)));
            }
            None => {}
        }
        if !disturbed && !self.may_have(key) {
            return Ok(None);
        }
        let present = Term::new(Node::Given(Given::HasContext(Name::clone(key), validity)));
        Ok(self.choose(&present, About::Truth, span).then_some(value))
    }

    /// Whether authentik may put `key` into the context of such a target (dossier §3.12).
    fn may_have(&self, key: &str) -> bool {
        let place = ["geoip", "asn"].contains(&key)
            && self.circumstances.assumptions.has_http_request() != Some(false);
        match self.circumstances.kind {
            TargetKind::Flow | TargetKind::StageBinding => true,
            TargetKind::Application | TargetKind::Entitlement => place || key.starts_with("oauth"),
            TargetKind::Source | TargetKind::RacEndpoint => place,
            TargetKind::NotificationRule => key == "event",
            TargetKind::Device | TargetKind::DeviceAccessGroup => key != "is_sso",
        }
    }

    /// What is assumed of parts of `term`, when it is something in the context that no policy may have written.
    fn assumed_fields(&self, term: &Term) -> Option<&BTreeMap<String, serde_json::Value>> {
        let Node::Given(Given::Context(name, validity)) = term.node() else { return None };
        match self.circumstances.assumptions.context.get(name.as_ref()) {
            Some(Assumed::Fields(fields)) if *validity == self.of_target() => Some(fields),
            _ => None,
        }
    }

    /// Whether `term` is something in the context of which some keys are assumed, so that it is a dictionary.
    pub(super) fn is_assumed_record(&self, term: &Term) -> bool {
        self.assumed_fields(term).is_some_and(|fields| !fields.is_empty())
    }

    /// What is assumed of a part of something in the context: `context["geoip"]["country"]`.
    pub(super) fn assumed_field(&self, of: &Val, key: &Val) -> Option<Result<Val, ()>> {
        let Value::Str(key) = key.raw() else { return None };
        let value = self.assumed_fields(of.term()?)?.get(key.as_ref())?;
        Some(ops::of_json(value).map(Val::known).map_err(|_: Failure| ()))
    }
}
