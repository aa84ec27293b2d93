//! Reading under what an answer stands on.

use serde_json::Value;

use super::super::config::Config;
use super::super::{Session, Stop};
use super::{About, Input, Loaded};
use crate::policy;

impl Input {
    /// The same under what `ground`, that of an answer, stands on.
    pub(in super::super) fn load_for(&self, ground: &Value, session: &Session) -> Result<Loaded, Stop> {
        if let Some(option) =
            self.about.first().filter(|option| !["--allow-env", "--allow-file"].contains(option))
        {
            return Err(Stop::usage(format!(
                "`{option}` changes nothing here: the proof says what it stands on"
            )));
        }
        let text = |key: &str| ground.get(key).and_then(Value::as_str).map(str::to_owned);
        let edition = text("edition").map(|name| match name.strip_prefix("authentik ") {
            Some("as documented") => "documented".to_owned(),
            Some(release) => release.to_owned(),
            None => name,
        });
        let pair = |assumed: &Value| {
            Some(format!("{}={}", assumed.get("key")?.as_str()?, assumed.get("value")?.as_str()?))
        };
        let assumptions = ground.get("assumptions").and_then(Value::as_array);
        let flag = ground.get("core_default_app_access").and_then(Value::as_bool);
        let flag = flag.filter(|_| ground.get("flag_assumed").is_none());
        let about = About {
            authentik: edition,
            at: text("at"),
            assume: assumptions.into_iter().flatten().filter_map(pair).collect(),
            flag: flag.map(|value| format!("core_default_app_access={value}")).into_iter().collect(),
            ..self.about.clone()
        };
        let paths = self.paths(&[], &Config::find()?)?;
        about.load(&paths, &Config::default(), session, policy::expression_warnings)
    }
}
