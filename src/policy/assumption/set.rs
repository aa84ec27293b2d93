//! Assumptions from text, one after the other.

use std::collections::BTreeMap;

use serde_json::Value;

use super::form::{ENDS, FIELDS, moment};
use super::{Assumed, Assumption, Assumptions};
use crate::model::World;
use crate::model::builder::nearest;

/// The keys besides those of [`FIELDS`].
const KEYS: [&str; 6] = ["client_ip", "http_request", "sso", "time", "geoip", "asn"];

/// Keys of the context under which authentik keeps objects of its own (dossier §3.12): there is no text for them.
const OBJECTS: [&str; 10] = [
    "application",
    "device",
    "event",
    "flow_plan",
    "invitation",
    "is_redirected",
    "is_restored",
    "outpost",
    "pending_user",
    "source",
];

/// Why something cannot be assumed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AssumeError {
    /// There is no such key.
    #[error("nothing called `{key}` can be assumed{}", did_you_mean(.similar.as_deref()))]
    UnknownKey {
        /// The key.
        key: String,
        /// The most similar key that there is.
        similar: Option<String>,
    },
    /// The value is none of its key.
    #[error("`{assumption}`: expected {expected}")]
    WrongValue {
        /// What was to be assumed.
        assumption: Assumption,
        /// What values of the key are.
        expected: &'static str,
    },
    /// The moment is none.
    #[error("`time={value}`: {why}")]
    WrongTime {
        /// What was to be assumed.
        value: String,
        /// Why it is no moment.
        why: String,
    },
    /// It cannot be together with what was assumed before.
    #[error("`{assumption}` contradicts `{other}`: {why}")]
    Contradiction {
        /// What was to be assumed.
        assumption: Assumption,
        /// What was assumed before.
        other: Assumption,
        /// Why they contradict each other.
        why: &'static str,
    },
    /// No policy has the name.
    #[error("`policy:{name}`: there is no policy called `{name}`{}", did_you_mean(.similar.as_deref()))]
    UnknownPolicy {
        /// The name.
        name: String,
        /// The most similar name that there is.
        similar: Option<String>,
    },
}

fn did_you_mean(similar: Option<&str>) -> String {
    similar.map(|similar| format!(" (did you mean `{similar}`?)")).unwrap_or_default()
}

impl Assumptions {
    /// Assumes `value` of `key`, too.
    ///
    /// | key | value |
    /// | --- | --- |
    /// | `client_ip` | an IPv4 or IPv6 address |
    /// | `http_request`, `sso` | `true` or `false` |
    /// | `time` | a moment such as `2026-03-03T09:00Z` |
    /// | `geoip.country`, `geoip.continent`, `geoip.city`, `geoip.lat`, `geoip.long` | what is found for the address |
    /// | `asn.asn`, `asn.as_org`, `asn.network` | the same |
    /// | `geoip`, `asn` | `none` where the address is not found, `absent` where authentik has no database |
    /// | `context.KEY` | JSON, or text that is none, or `absent` |
    /// | `policy:NAME` | `pass`, `fail` or `error` |
    ///
    /// ```
    /// use whomay::policy::assumption::Assumptions;
    ///
    /// let mut assumed = Assumptions::default();
    /// assumed.set("geoip", "none")?;
    /// assert!(assumed.set("geoip.country", "DE").is_err(), "nothing was found");
    /// assert!(assumed.set("geo.country", "DE").unwrap_err().to_string().contains("did you mean `geoip.country`?"));
    /// # Ok::<(), whomay::policy::assumption::AssumeError>(())
    /// ```
    ///
    /// # Errors
    /// When there is no such key, the value is none of its, or something else was assumed before. Nothing is then
    /// assumed in addition.
    pub fn set(&mut self, key: &str, value: &str) -> Result<(), AssumeError> {
        let new = Assumption::new(key, value);
        let expected = |expected| AssumeError::WrongValue { assumption: new.clone(), expected };
        let known = self.list().into_iter().find(|one| one.key == key);
        let mut after = self.clone();
        let truth = || match value {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err(expected("`true` or `false`")),
        };
        match key {
            "client_ip" => {
                let address = value.parse();
                let address =
                    address.map_err(|_| expected("an address such as `10.1.2.3` or `2001:db8::1`"))?;
                after.client_ip = Some(address);
            }
            "http_request" => after.http_request = Some(truth()?),
            "sso" => after.sso = Some(truth()?),
            "time" => {
                let time =
                    moment(value).map_err(|why| AssumeError::WrongTime { value: value.to_owned(), why });
                after.time = Some(time?);
            }
            "geoip" | "asn" => {
                let assumed = match value {
                    "none" => Assumed::Value(Value::Null),
                    "absent" => Assumed::Absent,
                    _ => return Err(expected("`none` (not found) or `absent` (no database)")),
                };
                after.put(key, assumed, &new)?;
            }
            _ => {
                if let Some(name) = key.strip_prefix("policy:").filter(|name| !name.is_empty()) {
                    let ends = ENDS.iter().find(|(word, _)| *word == value);
                    let (_, ends) = ends.ok_or_else(|| expected("`pass`, `fail` or `error`"))?;
                    after.policies.insert(name.to_owned(), *ends);
                } else if let Some(name) = key.strip_prefix("context.").filter(|name| !name.is_empty()) {
                    let assumed = if value == "absent" {
                        Assumed::Absent
                    } else if OBJECTS.contains(&name) {
                        return Err(expected("`absent` (what authentik has there cannot be written down)"));
                    } else {
                        Assumed::Value(serde_json::from_str(value).unwrap_or_else(|_| value.into()))
                    };
                    after.put(name, assumed, &new)?;
                } else {
                    let field = FIELDS.iter().find(|(field, _)| *field == key);
                    let (_, form) = field.ok_or_else(|| unknown_key(key))?;
                    let value = form.read(value).ok_or_else(|| expected(form.expected()))?;
                    after.put_field(key, value, &new)?;
                }
            }
        }
        if let Some(other) = known.filter(|known| !after.list().contains(known)) {
            return Err(AssumeError::Contradiction {
                assumption: new,
                other,
                why: "it can only be one of them",
            });
        }
        if let Some((other, why)) = after.conflict(key) {
            return Err(AssumeError::Contradiction { assumption: new, other, why });
        }
        *self = after;
        Ok(())
    }

    /// Every key that there is; two of them have a name in them.
    ///
    /// ```
    /// use whomay::policy::assumption::Assumptions;
    ///
    /// let keys: Vec<&str> = Assumptions::keys().collect();
    /// assert!(keys.contains(&"geoip.country") && keys.contains(&"policy:NAME"));
    /// ```
    pub fn keys() -> impl Iterator<Item = &'static str> {
        KEYS.into_iter().chain(FIELDS.into_iter().map(|(key, _)| key)).chain(["context.KEY", "policy:NAME"])
    }

    /// What is wrong with the names of policies: every policy of which something is assumed must be one of `world`.
    ///
    /// ```
    /// use whomay::World;
    /// use whomay::policy::assumption::Assumptions;
    ///
    /// let world = World::parse("tenant.may", "policy hours unknown \"the clock\"")?;
    /// let mut assumed = Assumptions::default();
    /// assumed.set("policy:ours", "pass")?;
    /// let wrong = assumed.unknown_policies(&world);
    /// assert_eq!(wrong[0].to_string(), "`policy:ours`: there is no policy called `ours` (did you mean `hours`?)");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn unknown_policies(&self, world: &World) -> Vec<AssumeError> {
        let names = || world.policies.values().map(|policy| policy.name.as_str());
        let unknown = self.policies.keys().filter(|name| !names().any(|known| known == *name));
        let error = |name: &String| AssumeError::UnknownPolicy {
            name: name.clone(),
            similar: nearest(name, names()).map(str::to_owned),
        };
        unknown.map(error).collect()
    }

    /// `KEY=VALUE` in its two parts. The name of a policy may have a `=` in it, and so may any other value.
    ///
    /// ```
    /// use whomay::policy::assumption::Assumptions;
    ///
    /// assert_eq!(Assumptions::split("context.next=a=b"), Some(("context.next", "a=b")));
    /// assert_eq!(Assumptions::split("policy:a=b=pass"), Some(("policy:a=b", "pass")));
    /// assert_eq!(Assumptions::split("sso"), None);
    /// ```
    pub fn split(text: &str) -> Option<(&str, &str)> {
        let parts = if text.starts_with("policy:") { text.rsplit_once('=') } else { text.split_once('=') };
        parts.filter(|(key, _)| !key.is_empty())
    }

    /// Assumes something of all of `key` of the context.
    fn put(&mut self, key: &str, assumed: Assumed, new: &Assumption) -> Result<(), AssumeError> {
        match self.of_context(key).into_iter().next() {
            Some(other) if self.context.get(key) != Some(&assumed) => Err(twice(new, other)),
            _ => {
                self.context.insert(key.to_owned(), assumed);
                Ok(())
            }
        }
    }

    /// Assumes something of one part of what is looked up for an address: `geoip.country`.
    fn put_field(&mut self, key: &str, value: Value, new: &Assumption) -> Result<(), AssumeError> {
        let (part, field) = key.split_once('.').unwrap_or((key, ""));
        let other = self.of_context(part).into_iter().next();
        let assumed = self.context.entry(part.to_owned()).or_insert_with(|| Assumed::Fields(BTreeMap::new()));
        match (assumed, other) {
            (Assumed::Fields(fields), _) => {
                fields.insert(field.to_owned(), value);
                Ok(())
            }
            (_, Some(other)) => Err(twice(new, other)),
            (_, None) => Ok(()),
        }
    }

    /// What `key` cannot be together with, and why.
    fn conflict(&self, key: &str) -> Option<(Assumption, &'static str)> {
        let list = self.list();
        let of = |keys: &[&str]| {
            // What is said of the other key, whichever of both was said first.
            list.iter().find(|one| one.key != key && keys.contains(&one.key.as_str())).cloned()
        };
        if self.http_request == Some(false) {
            if self.client_ip.is_some() {
                let other = of(&["client_ip", "http_request"]);
                return Some((other?, "only an HTTP request comes from an address"));
            }
            if let Some(part) = ["geoip", "asn"].into_iter().find(|part| self.has_context(part)) {
                let entries = self.of_context(part);
                let is_new = entries.iter().any(|one| one.key == key);
                let other = if is_new { of(&["http_request"]) } else { entries.into_iter().next() };
                return Some((other?, "only for an HTTP request is an address looked up"));
            }
        }
        let said = match self.context.get("is_sso") {
            None => return None,
            Some(Assumed::Absent) => Some(false),
            Some(Assumed::Value(Value::Bool(said))) => Some(*said),
            Some(_) => None,
        };
        if self.sso.is_some_and(|sso| said != Some(sso)) {
            return Some((of(&["sso", "context.is_sso"])?, "`sso` is what the context has as `is_sso`"));
        }
        None
    }
}

fn twice(new: &Assumption, other: Assumption) -> AssumeError {
    AssumeError::Contradiction { assumption: new.clone(), other, why: "it can only be one of them" }
}

fn unknown_key(key: &str) -> AssumeError {
    let known = KEYS.into_iter().chain(FIELDS.iter().map(|(field, _)| *field));
    let similar = match key.split_once(['.', ':', '=']) {
        Some(("policies" | "policy", name)) if !name.is_empty() => Some(format!("policy:{name}")),
        Some(("ctx" | "contexts", name)) => Some(format!("context.{name}")),
        _ => nearest(key, known).map(str::to_owned),
    };
    AssumeError::UnknownKey { key: key.to_owned(), similar }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pairs: &[&str]) -> Result<Assumptions, AssumeError> {
        let mut assumed = Assumptions::default();
        for pair in pairs {
            let (key, value) = Assumptions::split(pair).unwrap();
            assumed.set(key, value)?;
        }
        Ok(assumed)
    }

    #[test]
    fn what_is_listed_says_everything_that_is_assumed() {
        for pairs in [
            &["client_ip=2001:db8:0::1", "http_request=true", "sso=false", "time=2026-03-03T09:00+01:00"][..],
            &["geoip.country=DE", "geoip.city=none", "geoip.lat=52", "geoip.long=none", "geoip.continent=EU"],
            &["asn.asn=64512", "asn.as_org=Harbour Ltd", "asn.network=none", "geoip=none"],
            &["geoip=absent", "asn=absent", "http_request=false"],
            &[r#"context.geoip={"country": "DE"}"#, "context.a.b=c=d", "context.x=5", "context.y=\"absent\""],
            &["context.z=absent", "context.is_sso=true", "sso=true", "policy:a=b=pass", "policy:c=error"],
        ] {
            let assumed = of(pairs).unwrap();
            let listed: Vec<String> = assumed.list().iter().map(ToString::to_string).collect();
            assert_eq!(listed.len(), pairs.len());
            let again: Vec<&str> = listed.iter().map(String::as_str).collect();
            assert_eq!(of(&again), Ok(assumed), "{listed:?}");
        }
    }

    #[test]
    fn contradictions_name_both() {
        for (first, second) in [
            ("client_ip=10.1.2.3", "client_ip=10.1.2.4"),
            ("client_ip=10.1.2.3", "http_request=false"),
            ("geoip.country=DE", "geoip.country=FR"),
            ("geoip.country=DE", "geoip=absent"),
            ("geoip.country=DE", "http_request=false"),
            ("asn=none", "http_request=false"),
            ("context.asn=[1]", "asn.asn=1"),
            ("context.x=1", "context.x=absent"),
            ("sso=true", "context.is_sso=absent"),
            ("policy:p=pass", "policy:p=fail"),
        ] {
            for (first, second) in [(first, second), (second, first)] {
                let error = of(&[first, second]).unwrap_err().to_string();
                assert!(error.starts_with(&format!("`{second}` contradicts `{first}`: ")), "{error}");
                // The same once more is no contradiction.
                of(&[first, first]).unwrap();
            }
        }
    }

    #[test]
    fn what_is_wrong_changes_nothing() {
        let mut assumed = of(&["geoip.country=DE"]).unwrap();
        let before = assumed.clone();
        for (key, value) in [
            ("geoip.country", "Germany"),
            ("geoip.lat", "90.5"),
            ("geoip.long", "NaN"),
            ("geoip.continent", "XX"),
            ("asn.asn", "0"),
            ("asn.name", "x"),
            ("context.", "1"),
            ("context.pending_user", "anna"),
            ("policy:", "pass"),
            ("policy:p", "crash"),
            ("sso", "yes"),
            ("time", "2026-03-03"),
            ("http_request", "false"),
        ] {
            assumed.set(key, value).unwrap_err();
            assert_eq!(assumed, before);
        }
    }
}
