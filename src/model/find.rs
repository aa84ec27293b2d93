//! Finds what a person names: `user:erin`, `app:grafana`, or the bare name, slug or key where only one object has it.

use super::builder::nearest;
use super::{GroupId, PolicyId, Table, TargetId, TargetKind, UserId, World};

/// Why a name does not lead to one object.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FindError {
    /// No object has the name.
    #[error("there is no {noun} called `{name}`{}", .similar.as_ref().map(|similar| format!(" (did you mean `{similar}`?)")).unwrap_or_default())]
    Nothing {
        /// What was looked for.
        noun: &'static str,
        /// The name.
        name: String,
        /// The most similar name that there is.
        similar: Option<String>,
    },
    /// The name says that it belongs to something else.
    #[error("`{name}` is not a {noun}; write a {noun} as {example}")]
    Other {
        /// What was looked for.
        noun: &'static str,
        /// The name.
        name: String,
        /// How names of what was looked for are written.
        example: &'static str,
    },
    /// Several objects have the name.
    #[error("`{name}` is the name of several {}: {}", plural(noun), .candidates.iter().map(|one| format!("`{one}`")).collect::<Vec<_>>().join(", "))]
    Several {
        /// What was looked for.
        noun: &'static str,
        /// The name.
        name: String,
        /// Names that are not ambiguous.
        candidates: Vec<String>,
    },
}

impl World {
    /// The user called `name`: `user:erin`, `erin`, or a key.
    ///
    /// # Errors
    /// When there is none, or several.
    pub fn find_user(&self, name: &str) -> Result<UserId, FindError> {
        let bare = name.strip_prefix("user:").unwrap_or(name);
        let found = one("user", bare, &self.users, |user| (&user.username, user.pk.as_deref()));
        not_another(found, name, "`user:anna` or `anna`")
    }

    /// The policy called `name`: `policy:office-hours`, `office-hours`, or a key.
    ///
    /// # Errors
    /// When there is none, or several.
    pub fn find_policy(&self, name: &str) -> Result<PolicyId, FindError> {
        let bare = name.strip_prefix("policy:").unwrap_or(name);
        let found = one("policy", bare, &self.policies, |policy| (&policy.name, policy.pk.as_deref()));
        not_another(found, name, "`policy:office-hours` or `office-hours`")
    }

    /// The group called `name`: `group:ops`, `ops`, or a key.
    ///
    /// # Errors
    /// When there is none, or several.
    pub fn find_group(&self, name: &str) -> Result<GroupId, FindError> {
        let bare = name.strip_prefix("group:").unwrap_or(name);
        one("group", bare, &self.groups, |group| (&group.name, group.pk.as_deref()))
    }

    /// The target called `name`: with its kind (`app:grafana`, `entitlement:grafana/admin`), or bare; by slug, by
    /// display name, or by key.
    ///
    /// # Errors
    /// When there is none, or several.
    pub fn find_target(&self, name: &str) -> Result<TargetId, FindError> {
        let (kind, bare) = match name.split_once(':') {
            Some((prefix, rest)) => match TargetKind::parse(prefix) {
                Some(kind) => (Some(kind), rest),
                None => (None, name),
            },
            None => (None, name),
        };
        let of_kind = |id: &TargetId| kind.is_none_or(|kind| self.targets.row(*id).kind() == kind);
        let by_key = |id: &TargetId| {
            let row = self.targets.row(*id);
            self.target_name(*id) == bare || row.pk.as_deref() == Some(bare)
        };
        let by_name = |id: &TargetId| self.targets.row(*id).name == bare;
        let ids = || self.targets.ids().filter(of_kind);
        let mut found: Vec<TargetId> = ids().filter(by_key).collect();
        // With its kind, a slug or key is an address; a bare word may be meant as the display name of another target.
        if found.is_empty() || kind.is_none() {
            found = ids().filter(|id| by_key(id) || by_name(id)).collect();
        }
        match found.as_slice() {
            [one] => Ok(*one),
            [] if kind.is_none() && ["user:", "group:"].iter().any(|prefix| name.starts_with(prefix)) => {
                let example = "`app:grafana`, `flow:sign-in` or a bare slug";
                Err(FindError::Other { noun: "target", name: name.to_owned(), example })
            }
            [] => {
                // Perhaps only the word for the kind is wrong: `application:` and `app:` are known, `apps:` is not.
                let bare = if kind.is_none() { bare.rsplit(':').next().unwrap_or(bare) } else { bare };
                let addresses: Vec<String> = ids().map(|id| self.target_address(id)).collect();
                let names: Vec<String> = ids().map(|id| self.target_name(id)).collect();
                let similar = nearest(bare, names.iter().map(String::as_str));
                let similar = similar.and_then(|similar| {
                    let position = names.iter().position(|name| name == similar)?;
                    addresses.get(position).cloned()
                });
                Err(FindError::Nothing { noun: "target", name: name.to_owned(), similar })
            }
            _ => {
                let address = |id: &TargetId| match &self.targets.row(*id).pk {
                    Some(pk)
                        if found.iter().any(|other| {
                            other != id && self.target_address(*other) == self.target_address(*id)
                        }) =>
                    {
                        pk.clone()
                    }
                    _ => self.target_address(*id),
                };
                let candidates = found.iter().map(address).collect();
                Err(FindError::Several { noun: "target", name: name.to_owned(), candidates })
            }
        }
    }
}

/// Says so where a name that leads nowhere is an address of something else.
fn not_another<I>(found: Result<I, FindError>, name: &str, example: &'static str) -> Result<I, FindError> {
    let is_other =
        |prefix: &str| ["user", "group", "policy"].contains(&prefix) || TargetKind::parse(prefix).is_some();
    match found {
        Err(FindError::Nothing { noun, .. })
            if name.split_once(':').is_some_and(|(prefix, _)| prefix != noun && is_other(prefix)) =>
        {
            Err(FindError::Other { noun, name: name.to_owned(), example })
        }
        found => found,
    }
}

/// The word for several.
fn plural(noun: &str) -> String {
    noun.strip_suffix('y').map_or_else(|| format!("{noun}s"), |stem| format!("{stem}ies"))
}

fn one<I: super::Id, T>(
    noun: &'static str,
    name: &str,
    table: &Table<I, T>,
    parts: impl Fn(&T) -> (&str, Option<&str>),
) -> Result<I, FindError> {
    // The name of one may be the key of another.
    let is_meant = |row: &T| parts(row).0 == name || parts(row).1 == Some(name);
    let found: Vec<I> = table.iter().filter(|(_, row)| is_meant(row)).map(|(id, _)| id).collect();
    match found.as_slice() {
        [one] => Ok(*one),
        [] => {
            let similar = nearest(name, table.values().map(|row| parts(row).0)).map(str::to_owned);
            Err(FindError::Nothing { noun, name: name.to_owned(), similar })
        }
        several => {
            let otherwise = |id: &I| match parts(table.row(*id)) {
                (known, pk) if known == name => pk.unwrap_or(known).to_owned(),
                (known, _) => known.to_owned(),
            };
            let candidates = several.iter().map(otherwise).collect();
            Err(FindError::Several { noun, name: name.to_owned(), candidates })
        }
    }
}
