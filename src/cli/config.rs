//! `whomay.toml`: what somebody does not want to type each time.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::Stop;
use crate::input::why;

/// The file, looked for from the working directory upwards.
const NAME: &str = "whomay.toml";

/// What `whomay.toml` says.
///
/// ```toml
/// input = ["blueprints", "people.may"]    # paths from the folder of this file
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
/// ```
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {
    #[serde(default, deserialize_with = "one_or_many")]
    pub(super) input: Vec<PathBuf>,
    pub(super) authentik: Option<String>,
    pub(super) at: Option<String>,
    #[serde(default)]
    pub(super) flags: BTreeMap<String, bool>,
    #[serde(default)]
    pub(super) assume: toml::Table,
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
        for input in &mut config.input {
            *input = folder.join(&*input);
        }
        Ok(config)
    }
}
