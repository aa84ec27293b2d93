//! Who is directly in which group, and which groups are directly in others.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::super::draft::{DraftGroup, DraftUser, Key, Reference};
use super::super::{Group, GroupId, Id, Origin, Pool, Table, User, UserId};
use super::Index;
use super::hierarchy::Hierarchy;
use crate::diagnostic::Diagnostics;

/// What the references of users and groups mean.
pub(super) struct Links {
    /// The groups that users name, one user after the other.
    groups: Vec<GroupId>,
    /// Where those of each user end.
    ends: Vec<usize>,
    /// Users whom groups name, in ascending order.
    members: Vec<(UserId, GroupId)>,
    /// The parents of each group, and where they are named.
    parents: Vec<Vec<(GroupId, Origin)>>,
}

/// Follows all references of users and groups.
pub(super) fn resolve(
    users: &[DraftUser],
    groups: &[DraftGroup],
    index: &Index<'_>,
    hierarchy: &Hierarchy<'_>,
    diagnostics: &mut Diagnostics,
) -> Links {
    let mut links = Links {
        groups: Vec::with_capacity(users.iter().map(|user| user.groups.len()).sum()),
        ends: Vec::with_capacity(users.len()),
        members: Vec::new(),
        parents: Vec::with_capacity(groups.len()),
    };
    // Many references share one key; what it means is looked up once.
    let mut known: FxHashMap<*const Key, GroupId> = FxHashMap::default();
    for reference in users {
        for group in &reference.groups {
            let key = Arc::as_ptr(&group.key);
            let found = known.get(&key).copied().or_else(|| {
                let found = index.groups.resolve(group, diagnostics)?;
                known.insert(key, found);
                Some(found)
            });
            links.groups.extend(found);
        }
        links.ends.push(links.groups.len());
    }
    for (position, group) in groups.iter().enumerate() {
        let mut parents = group.parents.clone();
        parents.extend(hierarchy.counting(group.shaped.clone(), diagnostics));
        let resolved = |parent: &Reference| Some((index.groups.resolve(parent, diagnostics)?, parent.origin));
        let mut above: Vec<(GroupId, Origin)> = parents.iter().filter_map(resolved).collect();
        above.sort_unstable();
        above.dedup_by_key(|(parent, _)| *parent);
        links.parents.push(above);
        let members = group.users.iter().filter_map(|member| index.users.resolve(member, diagnostics));
        links.members.extend(members.map(|user| (user, GroupId::from_index(position))));
    }
    links.members.sort_unstable();
    links
}

impl Links {
    /// Puts every membership where it belongs: on the user. Attributes are shared within a draft; what several drafts
    /// have in common, too, if `is_mixed`.
    pub(super) fn put(
        self,
        is_mixed: bool,
        users: Vec<DraftUser>,
        groups: Vec<DraftGroup>,
    ) -> (Table<UserId, User>, Table<GroupId, Group>) {
        let Self { groups: named, ends, members, parents } = self;
        let mut pool = is_mixed.then(Pool::default);
        let mut shared = |attributes| match &mut pool {
            Some(pool) => pool.share(attributes),
            None => attributes,
        };
        let mut members = members.into_iter().peekable();
        let mut start = 0;
        let users =
            users.into_iter().zip(ends).enumerate().map(|(position, (DraftUser { mut user, .. }, end))| {
                let mut own = named.get(start..end).unwrap_or_default().to_vec();
                start = end;
                while let Some((_, group)) = members.next_if(|(user, _)| user.index() == position) {
                    own.push(group);
                }
                own.sort_unstable();
                own.dedup();
                user.groups = own.into();
                user.attributes = shared(user.attributes);
                user
            });
        let users = users.collect();
        let groups = groups.into_iter().zip(parents).map(|(DraftGroup { mut group, .. }, parents)| {
            (group.parents, group.parent_origins) = parents.into_iter().unzip();
            group.attributes = shared(group.attributes);
            group
        });
        (users, groups.collect())
    }
}
