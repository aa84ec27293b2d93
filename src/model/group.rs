//! Groups: a graph of many parents, which may hold cycles (dossier §1.2).

use super::{Attributes, GroupId, Origin};

/// A group.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// The primary key, when the input has one.
    pub pk: Option<String>,
    /// The name.
    pub name: String,
    /// The groups directly above, without duplicates, in ascending order. Members of this group are members
    /// of all of them.
    pub parents: Vec<GroupId>,
    /// Where each of them is named.
    pub parent_origins: Vec<Origin>,
    /// Whether its members are superusers.
    pub superuser: bool,
    /// The group's own attributes.
    pub attributes: Attributes,
    /// Where the group was read from.
    pub origin: Origin,
}

impl Group {
    /// The groups directly above.
    pub fn parents(&self) -> &[GroupId] {
        &self.parents
    }

    /// Where it is said that `parent` is directly above; the group's own place where that has none.
    pub fn parent_origin(&self, parent: GroupId) -> Origin {
        let position = self.parents.binary_search(&parent).ok();
        let named = position.and_then(|position| self.parent_origins.get(position)).copied();
        named.filter(|origin| *origin != Origin::None).unwrap_or(self.origin)
    }
}
