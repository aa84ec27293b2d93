//! Finds what a person names: `user:erin`, `app:grafana`, or the bare name, slug or key where only one object has it.

use super::builder::nearest;
use super::{GroupId, Table, TargetId, TargetKind, UserId, World};

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
    /// Several objects have the name.
    #[error("`{name}` is the name of several {noun}s: {}", .candidates.iter().map(|one| format!("`{one}`")).collect::<Vec<_>>().join(", "))]
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
        one("user", bare, &self.users, |user| (&user.username, user.pk.as_deref()))
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
        let ids = || self.targets.ids().filter(of_kind);
        let mut found: Vec<TargetId> = ids().filter(by_key).collect();
        if found.is_empty() {
            found = ids().filter(|id| self.targets.row(*id).name == bare).collect();
        }
        match found.as_slice() {
            [one] => Ok(*one),
            [] => {
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

fn one<I: super::Id, T>(
    noun: &'static str,
    name: &str,
    table: &Table<I, T>,
    parts: impl Fn(&T) -> (&String, Option<&str>),
) -> Result<I, FindError> {
    let named: Vec<I> = table.iter().filter(|(_, row)| parts(row).0 == name).map(|(id, _)| id).collect();
    let keyed = || table.iter().find(|(_, row)| parts(row).1 == Some(name)).map(|(id, _)| id);
    match named.as_slice() {
        [one] => Ok(*one),
        [] => keyed().ok_or_else(|| {
            let similar = nearest(name, table.values().map(|row| parts(row).0.as_str())).map(str::to_owned);
            FindError::Nothing { noun, name: name.to_owned(), similar }
        }),
        several => Err(FindError::Several {
            noun,
            name: name.to_owned(),
            candidates: several.iter().map(|id| parts(table.row(*id)).1.unwrap_or(name).to_owned()).collect(),
        }),
    }
}
