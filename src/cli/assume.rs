//! What is assumed, on the command line and in `whomay.toml`.

use jiff::Timestamp;

use super::Stop;
use super::config::Config;
use crate::model::World;
use crate::policy::assumption::{AssumeError, Assumptions, is_same, moment};

/// What both say, and everything that is wrong with it.
pub(super) struct Assumed {
    all: Assumptions,
    /// The keys of the command line, which go before those of the file.
    here: Vec<String>,
    time: [Option<Timestamp>; 2],
    problems: Vec<String>,
    /// Whether a key is none, so that it helps to know which there are.
    lost: bool,
}

/// How problems of the file begin.
const IN_FILE: &str = "in `whomay.toml`: ";

impl Assumed {
    /// Collects what `options`, each a `KEY=VALUE`, and `config` say.
    pub(super) fn of(options: &[String], config: &Config) -> Self {
        let mut assumed = Self {
            all: Assumptions::default(),
            here: Vec::new(),
            time: [None; 2],
            problems: Vec::new(),
            lost: false,
        };
        for option in options {
            let Some((key, value)) = Assumptions::split(option) else {
                assumed.problems.push(format!("`--assume {option}`: an assumption is given as KEY=VALUE"));
                continue;
            };
            assumed.here.push(key.to_owned());
            assumed.put(key, value, "");
        }
        let here = assumed.all.time.take();
        for (key, value) in pairs(&config.assume) {
            if !assumed.here.iter().any(|other| is_same(other, &key)) {
                if let Some(value) = value {
                    assumed.put(&key, &value, IN_FILE);
                } else {
                    let why = "neither dates nor `inf` and `nan` are JSON; in quotes they are text";
                    assumed.problems.push(format!("{IN_FILE}`{key}`: {why}"));
                }
            }
        }
        assumed.time = [here, assumed.all.time.take()];
        assumed
    }

    fn put(&mut self, key: &str, value: &str, place: &str) {
        if let Err(error) = self.all.set(key, value) {
            self.problems.push(format!("{place}{error}"));
            self.lost |= matches!(error, AssumeError::UnknownKey { .. });
        }
    }

    /// The moment, which can be given in two ways in both places: as `at` and as something to assume.
    pub(super) fn moment(&mut self, option: Option<&str>, config: Option<&str>) -> Option<Timestamp> {
        let mut of = |at: Option<&str>, time: Option<Timestamp>, name: &str, place: &str| {
            let at = match at.map(moment) {
                Some(Err(why)) => {
                    self.problems.push(format!("{place}{why}"));
                    return None;
                }
                Some(Ok(at)) => Some(at),
                None => None,
            };
            if let (Some(at), Some(time)) = (at, time)
                && at != time
            {
                let why = "it can only be one of them";
                self.problems.push(format!("{place}`time={time}` contradicts `{name}{at}`: {why}"));
            }
            at.or(time)
        };
        let [here, there] = self.time;
        let here = of(option, here, "--at ", "");
        match option {
            // What the file says is then not asked for.
            Some(_) => here,
            None => here.or_else(|| of(config, there, "at=", IN_FILE)),
        }
    }

    /// Everything that is wrong, if anything is.
    pub(super) fn wrong(&self) -> Option<Stop> {
        let keys = self.lost.then(|| {
            let keys: Vec<String> = Assumptions::keys().map(|key| format!("`{key}`")).collect();
            format!("what can be assumed: {}", keys.join(", "))
        });
        let lines: Vec<&str> = self.problems.iter().chain(&keys).map(String::as_str).collect();
        (!self.problems.is_empty()).then(|| Stop::usage(lines.join("\nwhomay: ")))
    }

    /// The assumptions, once it is known which policies there are.
    pub(super) fn all_of(mut self, world: &World) -> Result<Assumptions, Stop> {
        for error in self.all.unknown_policies(world) {
            let is_here = |name: &str| self.here.iter().any(|key| key.strip_prefix("policy:") == Some(name));
            let place = match &error {
                AssumeError::UnknownPolicy { name, .. } if !is_here(name) => IN_FILE,
                _ => "",
            };
            self.problems.push(format!("{place}{error}"));
        }
        self.wrong().map_or(Ok(self.all), Err)
    }
}

/// The table as keys and values, like those of the command line; no value where it is none that a request can hold.
fn pairs(table: &toml::Table) -> Vec<(String, Option<String>)> {
    let mut pairs = Vec::new();
    for (key, value) in table {
        match value {
            // A value that is a table belongs to a `context.KEY`.
            toml::Value::Table(parts) if !key.contains('.') => {
                let dot = if key == "policy" { ':' } else { '.' };
                let part = |(name, value): (&String, &toml::Value)| {
                    let key = format!("{key}{dot}{name}");
                    let text = text(&key, value);
                    (key, text)
                };
                pairs.extend(parts.iter().map(part));
            }
            _ => pairs.push((key.clone(), text(key, value))),
        }
    }
    pairs
}

/// A value as somebody would write it on the command line. In a file, what is in quotes is text.
fn text(key: &str, value: &toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) if key.starts_with("context.") && text != "absent" => {
            Some(serde_json::Value::from(text.as_str()).to_string())
        }
        toml::Value::String(text) => Some(text.clone()),
        toml::Value::Datetime(moment) if key == "time" => Some(moment.to_string()),
        _ => json(value).map(|json| json.to_string()),
    }
}

/// The same value as JSON, if it can be one.
fn json(value: &toml::Value) -> Option<serde_json::Value> {
    use serde_json::Value as Json;
    Some(match value {
        toml::Value::String(text) => text.as_str().into(),
        toml::Value::Integer(number) => (*number).into(),
        toml::Value::Float(number) => Json::Number(serde_json::Number::from_f64(*number)?),
        toml::Value::Boolean(value) => (*value).into(),
        toml::Value::Datetime(_) => return None,
        toml::Value::Array(items) => Json::Array(items.iter().map(json).collect::<Option<_>>()?),
        toml::Value::Table(items) => {
            let items = items.iter().map(|(key, value)| Some((key.clone(), json(value)?)));
            Json::Object(items.collect::<Option<_>>()?)
        }
    })
}
