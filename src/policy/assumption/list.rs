//! Assumptions as text, for reports.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{AssumeError, Assumed, Assumptions};

/// One assumption, as it is written on the command line.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Assumption {
    /// What it is about: `client_ip`, `geoip.country`, `policy:office-hours`.
    pub key: String,
    /// What is assumed of it.
    pub value: String,
}

impl fmt::Display for Assumption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.key, self.value)
    }
}

impl Assumption {
    pub(super) fn new(key: impl Into<String>, value: impl fmt::Display) -> Self {
        Self { key: key.into(), value: value.to_string() }
    }
}

impl Assumptions {
    /// Everything that is assumed, by key. [`Assumptions::set`] of each gives the same assumptions again.
    ///
    /// ```
    /// use whomay::policy::assumption::Assumptions;
    ///
    /// let mut assumed = Assumptions::default();
    /// assumed.set("context.auth_method", "password")?;
    /// assert_eq!(assumed.list()[0].to_string(), r#"context.auth_method="password""#);
    /// # Ok::<(), whomay::policy::assumption::AssumeError>(())
    /// ```
    pub fn list(&self) -> Vec<Assumption> {
        let mut list: Vec<Assumption> = Vec::new();
        list.extend(self.client_ip.map(|address| Assumption::new("client_ip", address)));
        list.extend(self.http_request.map(|known| Assumption::new("http_request", known)));
        list.extend(self.sso.map(|known| Assumption::new("sso", known)));
        list.extend(self.time.map(|time| Assumption::new("time", time)));
        list.extend(self.context.keys().flat_map(|key| self.of_context(key)));
        list.extend(
            self.policies
                .iter()
                .map(|(name, ends)| Assumption::new(format!("policy:{name}"), ends.to_string())),
        );
        list.sort_unstable();
        list
    }

    /// These assumptions, but for those about what `others` assume something of: there `others` count.
    ///
    /// ```
    /// use whomay::policy::assumption::Assumptions;
    ///
    /// let (mut all, mut one) = (Assumptions::default(), Assumptions::default());
    /// all.set("sso", "true")?;
    /// all.set("geoip.country", "DE")?;
    /// one.set("geoip", "none")?;
    /// let list: Vec<String> = all.overridden_by(&one)?.list().iter().map(ToString::to_string).collect();
    /// assert_eq!(list, ["geoip=none", "sso=true"]);
    /// # Ok::<(), whomay::policy::assumption::AssumeError>(())
    /// ```
    ///
    /// # Errors
    /// When what is left contradicts `others`.
    pub fn overridden_by(&self, others: &Self) -> Result<Self, AssumeError> {
        let mut all = others.clone();
        // A program can assume several ends of a policy, which no text says.
        for (name, ends) in &self.policies {
            all.policies.entry(name.clone()).or_insert(*ends);
        }
        let said = others.list();
        for one in self.list().into_iter().filter(|one| !one.key.starts_with("policy:")) {
            if !said.iter().any(|other| is_same(&other.key, &one.key)) {
                all.set(&one.key, &one.value)?;
            }
        }
        Ok(all)
    }

    /// What is assumed of `key` of the context.
    pub(super) fn of_context(&self, key: &str) -> Vec<Assumption> {
        let looked_up = ["geoip", "asn"].contains(&key);
        let name = if looked_up { key.to_owned() } else { format!("context.{key}") };
        match self.context.get(key) {
            None => Vec::new(),
            Some(Assumed::Absent) => vec![Assumption::new(name, "absent")],
            Some(Assumed::Value(Value::Null)) if looked_up => vec![Assumption::new(name, "none")],
            Some(Assumed::Value(value)) => vec![Assumption::new(format!("context.{key}"), value)],
            Some(Assumed::Fields(fields)) => fields
                .iter()
                .map(|(field, value)| Assumption::new(format!("{name}.{field}"), plain(value)))
                .collect(),
        }
    }
}

/// Whether both keys are about the same: `geoip=none` says something of `geoip.country`, too.
pub(crate) fn is_same(here: &str, there: &str) -> bool {
    let (here, there) = (without_context(here), without_context(there));
    let holds = |whole: &str, part: &str| {
        ["geoip", "asn"].contains(&whole)
            && part.strip_prefix(whole).is_some_and(|rest| rest.starts_with('.'))
    };
    here == there || holds(here, there) || holds(there, here)
}

/// `geoip` and `context.geoip` are the same.
fn without_context(key: &str) -> &str {
    key.strip_prefix("context.").filter(|part| ["geoip", "asn"].contains(part)).unwrap_or(key)
}

/// The value of a part of `geoip` or `asn`.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => "none".to_owned(),
        other => other.to_string(),
    }
}
