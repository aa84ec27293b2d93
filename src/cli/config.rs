//! `whomay.toml`: what somebody does not want to type each time.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::Stop;
use crate::input::{is_revision, why};

/// The file, looked for from the working directory upwards.
const NAME: &str = "whomay.toml";

/// What `whomay.toml` says.
///
/// ```toml
/// input = ["blueprints", "people.may"]    # paths from the folder of this file, or `git:REV:PATH`
/// tests = "assertions.may"                # what `whomay test` checks
/// authentik = "2025.10.3"
/// at = "2026-03-03T09:00:00Z"
///
/// [flags]
/// core_default_app_access = false
///
/// [assume]                                # as with `--assume`
/// client_ip = "10.1.2.3"
/// geoip.country = "DE"
/// "policy:office-hours" = "pass"
///
/// [lint]
/// allow = ["memberless-group"]                # also `warn` and `deny`
/// fail-level = "error"
/// baseline = "lint-baseline.json"
///
/// [[lint.except]]
/// code = "open-application"
/// object = "app:handbook"
/// reason = "meant for everyone"
/// until = 2027-01-31
/// ```
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {
    #[serde(default, deserialize_with = "one_or_many")]
    pub(super) input: Vec<PathBuf>,
    #[serde(default, deserialize_with = "one_or_many")]
    pub(super) tests: Vec<PathBuf>,
    pub(super) authentik: Option<String>,
    pub(super) at: Option<String>,
    #[serde(default)]
    pub(super) flags: BTreeMap<String, bool>,
    #[serde(default)]
    pub(super) assume: toml::Table,
    #[serde(default)]
    pub(super) lint: Lint,
}

/// What it says about `whomay lint`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Lint {
    #[serde(default)]
    pub(super) allow: Vec<String>,
    #[serde(default)]
    pub(super) warn: Vec<String>,
    #[serde(default)]
    pub(super) deny: Vec<String>,
    pub(super) fail_level: Option<String>,
    pub(super) baseline: Option<PathBuf>,
    #[serde(default)]
    pub(super) except: Vec<Except>,
}

/// Findings of one lint about one object that are allowed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Except {
    pub(super) code: String,
    pub(super) object: String,
    pub(super) reason: String,
    /// The last day on which it holds.
    pub(super) until: Option<toml::value::Datetime>,
}

fn one_or_many<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<PathBuf>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "a path or a list of paths is expected")]
    enum Paths {
        One(PathBuf),
        Many(Vec<PathBuf>),
    }
    Ok(match Paths::deserialize(deserializer)? {
        Paths::One(path) => vec![path],
        Paths::Many(paths) => paths,
    })
}

impl Config {
    /// The nearest `whomay.toml`, or nothing.
    pub(super) fn find() -> Result<Self, Stop> {
        let here = std::env::current_dir()?;
        // Paths from here, as somebody in this folder would write them.
        let up = |steps: usize| std::iter::repeat_n("..", steps).collect::<PathBuf>().join(NAME);
        match (0..here.ancestors().count()).map(up).find(|path| path.is_file()) {
            Some(path) => Self::read(&path),
            None => Ok(Self::default()),
        }
    }

    fn read(path: &Path) -> Result<Self, Stop> {
        let failed =
            |why: &str| Stop::failure(format!("cannot read `{}`: {}", path.display(), why.trim_end()));
        let text = std::fs::read_to_string(path).map_err(|error| failed(&why(&error)))?;
        let mut config: Self = toml::from_str(&text).map_err(|error| failed(&error.to_string()))?;
        let folder = path.parent().unwrap_or(Path::new(""));
        for input in config.input.iter_mut().chain(&mut config.tests).filter(|input| !is_revision(input)) {
            *input = folder.join(&*input);
        }
        if let Some(baseline) = &mut config.lint.baseline {
            *baseline = folder.join(&*baseline);
        }
        Ok(config)
    }
}
