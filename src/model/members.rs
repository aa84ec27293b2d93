//! The direct members of every group.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::{GroupId, Id, UserId, World};
use crate::subjects::Subjects;

/// The users who are directly in each group.
///
/// The users are taken in a few parts, in parallel; each part has its own lists.
#[derive(Clone, Debug, Default)]
pub(crate) struct Members {
    parts: Vec<Part>,
    /// The groups whose members have changed since, with all of them.
    changed: FxHashMap<GroupId, Vec<u32>>,
}

#[derive(Clone, Debug)]
struct Part {
    /// Where the list of each group begins; one more for the end.
    starts: Vec<u32>,
    lists: Vec<u32>,
}

/// Fewer users than so many are not worth a part of their own.
const PART: usize = 1 << 16;

impl Members {
    pub(crate) fn of(world: &World) -> Self {
        let users = world.users.values().as_slice();
        let parts = (users.len() / PART).clamp(1, rayon::current_num_threads());
        let size = users.len().div_ceil(parts).max(1);
        let of_part = |(index, users)| Part::of(users, index * size, world.groups.len());
        let parts = users.par_chunks(size).enumerate().map(of_part).collect();
        Self { parts, changed: FxHashMap::default() }
    }

    /// The numbers of those who are directly in `group`, in ascending order, in pieces.
    pub(crate) fn of_one(&self, group: GroupId) -> impl Iterator<Item = &[u32]> + Clone {
        let changed = self.changed.get(&group).map(Vec::as_slice);
        let parts = if changed.is_some() { &[] } else { self.parts.as_slice() };
        changed.into_iter().chain(parts.iter().map(move |part| part.of_one(group)))
    }

    /// Puts `user` into `group`.
    pub(crate) fn put(&mut self, user: UserId, group: GroupId) {
        let list = self.all_of(group);
        if let Err(at) = list.binary_search(&user.0) {
            list.insert(at, user.0);
        }
    }

    /// Takes `user` out of `group`.
    pub(crate) fn take_out(&mut self, user: UserId, group: GroupId) {
        let list = self.all_of(group);
        if let Ok(at) = list.binary_search(&user.0) {
            list.remove(at);
        }
    }

    fn all_of(&mut self, group: GroupId) -> &mut Vec<u32> {
        let Self { parts, changed } = self;
        let of_parts = || parts.iter().flat_map(|part| part.of_one(group)).copied().collect();
        changed.entry(group).or_insert_with(of_parts)
    }

    /// Those of `subjects` who are directly in one of `groups`.
    pub(crate) fn of_any(&self, groups: &[GroupId], subjects: usize) -> Subjects {
        let mut found = Subjects::none(subjects);
        let members = groups.iter().flat_map(|group| self.of_one(*group)).flatten();
        members.for_each(|user| found.insert(*user as usize));
        found
    }
}

impl Part {
    /// The lists of `users`, the first of whom has the number `first`.
    fn of(users: &[super::User], first: usize, groups: usize) -> Self {
        let mut starts = vec![0_u32; groups + 1];
        // Memberships lie wherever their user does, so they are looked at but once.
        let mut all: Vec<(u32, GroupId)> = Vec::with_capacity(users.len() * 4);
        for (number, user) in (first..).zip(users) {
            let number = u32::try_from(number).unwrap_or(u32::MAX);
            all.extend(user.groups.iter().map(|group| (number, *group)));
        }
        for (_, group) in &all {
            if let Some(count) = starts.get_mut(group.index() + 1) {
                *count += 1;
            }
        }
        let mut before = 0;
        for start in &mut starts {
            before += *start;
            *start = before;
        }
        let mut lists = vec![0; before as usize];
        let mut next = starts.clone();
        for (user, group) in all {
            let Some(next) = next.get_mut(group.index()) else { continue };
            if let Some(slot) = lists.get_mut(*next as usize) {
                *slot = user;
                *next += 1;
            }
        }
        Self { starts, lists }
    }

    fn of_one(&self, group: GroupId) -> &[u32] {
        let at = |index: usize| self.starts.get(index).map_or(0, |start| *start as usize);
        self.lists.get(at(group.index())..at(group.index() + 1)).unwrap_or_default()
    }
}
