//! What the caller assumes of the request: answers to what the configuration does not say.
//!
//! ```
//! use whomay::policy::assumption::Assumptions;
//!
//! let mut assumed = Assumptions::default();
//! assumed.set("client_ip", "10.1.2.3")?;
//! assumed.set("geoip.country", "DE")?;
//! assumed.set("policy:office-hours", "pass")?;
//! let list: Vec<String> = assumed.list().iter().map(ToString::to_string).collect();
//! assert_eq!(list, ["client_ip=10.1.2.3", "geoip.country=DE", "policy:office-hours=pass"]);
//!
//! let wrong = assumed.set("http_request", "false").unwrap_err();
//! assert_eq!(
//!     wrong.to_string(),
//!     "`http_request=false` contradicts `client_ip=10.1.2.3`: only an HTTP request comes from an address",
//! );
//! # Ok::<(), whomay::policy::assumption::AssumeError>(())
//! ```

mod form;
mod list;
mod set;

use std::collections::BTreeMap;
use std::net::IpAddr;

use jiff::Timestamp;
use serde_json::Value;

use crate::truth::Ends;
pub(super) use form::is_country;
pub use form::moment;
pub use list::Assumption;
#[cfg(feature = "cli")]
pub(crate) use list::is_same;
pub use set::AssumeError;

/// What is taken for granted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Assumptions {
    /// The address that the request comes from. There then is an HTTP request.
    pub client_ip: Option<IpAddr>,
    /// Whether there is an HTTP request.
    pub http_request: Option<bool>,
    /// Whether the flow began at another identity provider, or at the authorization of an application.
    pub sso: Option<bool>,
    /// The moment. That of the settings goes before it.
    pub time: Option<Timestamp>,
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

    /// What is left of it where no HTTP request can be, as with events.
    #[must_use]
    pub fn without_request(&self) -> Self {
        let mut left = Self { client_ip: None, http_request: Some(false), sso: None, ..self.clone() };
        left.context.retain(|key, _| !["geoip", "asn"].contains(&key.as_str()));
        left
    }

    /// Whether `key` of the context is assumed to be there.
    pub(super) fn has_context(&self, key: &str) -> bool {
        self.context.get(key).is_some_and(|assumed| *assumed != Assumed::Absent)
    }
}
