//! What comes before the rows: what the verdicts stand on, and whom and what they are about.

use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;

use super::BitmapError;
use crate::model::TargetKind;
use crate::policy::assumption::Assumption;
use crate::question::{Context, Ground, TargetName, UserName};

const SCHEMA: &str = "whomay.bitmap/1";

/// What a bitmap says before its rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Head {
    /// What the verdicts stand on.
    pub ground: Ground,
    /// The users, by username.
    pub users: Vec<UserName>,
    /// The targets, in the order of the rows.
    pub targets: Vec<Target>,
}

/// A target of a bitmap.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Target {
    /// What it is called.
    #[serde(flatten)]
    pub name: TargetName,
    /// What the command line calls it: `app:grafana`.
    pub address: String,
}

impl Target {
    /// The kind.
    pub fn kind(&self) -> Option<TargetKind> {
        TargetKind::parse(self.name.kind)
    }

    /// The name or slug that tables show: the address without its kind.
    pub(super) fn shown(&self) -> &str {
        self.address.split_once(':').map_or(&self.address, |(_, shown)| shown)
    }
}

/// A head as it is written.
#[derive(Serialize)]
pub(super) struct Written<'a, U, T> {
    schema: &'static str,
    ground: &'a Ground,
    users: U,
    targets: T,
}

impl<'a, U: Serialize, T: Serialize> Written<'a, U, T> {
    pub(super) fn new(ground: &'a Ground, users: U, targets: T) -> Self {
        Self { schema: SCHEMA, ground, users, targets }
    }
}

/// Rows that are made while they are written.
pub(super) struct Each<F>(pub(super) F);

impl<T: Serialize, I: Iterator<Item = T>, F: Fn() -> I> Serialize for Each<F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((self.0)())
    }
}

pub(super) fn target(context: Context<'_>, id: crate::model::TargetId) -> Target {
    Target { name: context.target(id), address: context.world().target_address(id) }
}

/// A head as it is read.
#[derive(Deserialize)]
struct Read {
    schema: String,
    ground: ReadGround,
    users: Vec<UserName>,
    targets: Vec<ReadTarget>,
}

#[derive(Deserialize)]
struct ReadGround {
    edition: String,
    edition_from: String,
    core_default_app_access: Option<bool>,
    #[serde(default)]
    flag_assumed: bool,
    at: Option<String>,
    #[serde(default)]
    assumptions: Vec<Assumption>,
}

#[derive(Deserialize)]
struct ReadTarget {
    kind: String,
    name: String,
    slug: Option<String>,
    pk: Value,
    address: String,
}

/// The head in `content`, which begins at byte `at`.
pub(super) fn read(content: &[u8], at: u64) -> Result<Head, BitmapError> {
    let wrong = |what: String| BitmapError::damaged(at, what);
    let found: Read = serde_json::from_slice(content).map_err(|error| {
        // What whomay writes is one line.
        let inside = if error.line() == 1 { error.column().saturating_sub(1) } else { 0 };
        BitmapError::damaged(at + inside as u64, format!("the head is not as it should be: {error}"))
    })?;
    if found.schema != SCHEMA {
        return Err(wrong(format!("the head is `{}`, and not `{SCHEMA}`", found.schema)));
    }
    if u32::try_from(found.users.len()).is_err() {
        return Err(wrong(format!("{} users are more than there can be", found.users.len())));
    }
    let edition_from =
        ["input", "caller", "newest"].into_iter().find(|from| *from == found.ground.edition_from);
    let Some(edition_from) = edition_from else {
        return Err(wrong(format!("`{}` names no edition", found.ground.edition_from)));
    };
    if let Some(user) = found.users.iter().find(|user| !is_key(&user.pk)) {
        return Err(wrong(format!("the key of user `{}` is no key", user.name)));
    }
    let target = |target: ReadTarget| {
        let Some(kind) = TargetKind::parse(&target.kind).filter(|kind| kind.as_str() == target.kind) else {
            return Err(wrong(format!("there are no targets of kind `{}`", target.kind)));
        };
        if !is_key(&target.pk) {
            return Err(wrong(format!("the key of target `{}` is no key", target.address)));
        }
        let name = TargetName { kind: kind.as_str(), name: target.name, slug: target.slug, pk: target.pk };
        Ok(Target { name, address: target.address })
    };
    Ok(Head {
        ground: Ground {
            edition: found.ground.edition,
            edition_from,
            core_default_app_access: found.ground.core_default_app_access,
            flag_assumed: found.ground.flag_assumed,
            at: found.ground.at,
            assumptions: found.ground.assumptions,
        },
        users: found.users,
        targets: found.targets.into_iter().map(target).collect::<Result<_, _>>()?,
    })
}

fn is_key(pk: &Value) -> bool {
    pk.is_null() || pk.is_string() || pk.is_i64()
}

/// A key as tables show it.
pub(super) fn key(pk: &Value) -> String {
    match pk {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
