//! What the caller assumes of the request: answers to what the configuration does not say.

use std::collections::BTreeMap;
use std::net::IpAddr;

use serde_json::Value;

use crate::truth::Ends;

/// What is taken for granted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Assumptions {
    /// The address that the request comes from. There then is an HTTP request.
    pub client_ip: Option<IpAddr>,
    /// Whether there is an HTTP request.
    pub http_request: Option<bool>,
    /// Whether the flow began at another identity provider, or at the authorization of an application.
    pub sso: Option<bool>,
    /// How policies end, by name.
    pub policies: BTreeMap<String, Ends>,
    /// What the context of the request has, by key.
    pub context: BTreeMap<String, Assumed>,
}

/// What is assumed of one key of the context.
#[derive(Clone, Debug, PartialEq)]
pub enum Assumed {
    /// It is not there.
    Absent,
    /// It has this value.
    Value(Value),
    /// It is a dictionary, of which these keys are assumed and no other is known.
    Fields(BTreeMap<String, Value>),
}

impl Assumptions {
    /// Whether nothing is assumed.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether there is an HTTP request, if that is assumed.
    pub fn has_http_request(&self) -> Option<bool> {
        self.http_request.or(self.client_ip.map(|_| true))
    }
}
