//! What leaves are made of: sets of subjects that do not depend on what the rules derive.

use std::sync::Arc;

use rayon::prelude::*;
use rules::Facts;
use rustc_hash::FxHashMap;

use super::column::Column;
use super::marks::Marks;
use super::runs::Runs;
use super::set::{Set, is_few};
use crate::model::{GroupId, Id, Members, UserId, World};
use crate::subjects::Subjects;
use crate::truth::Ends;

/// Which groups count for each group that a binding asks for, as the rules derive it: sorted.
pub(crate) type Counts = [(rules::GroupId, rules::GroupId)];

/// The sets.
#[derive(Clone)]
pub(crate) struct Basis {
    subjects: usize,
    direct: Arc<Members>,
    counts: Vec<(rules::GroupId, rules::GroupId)>,
    /// The members of each group that a binding asks for.
    members: FxHashMap<rules::GroupId, Set>,
    active: Set,
    runs: Runs,
}

impl Basis {
    /// The sets for `facts`, of whose groups `counts` says which others count for them. What `before` has of the same
    /// users is taken over.
    pub(crate) fn of(
        world: &World,
        runs: Runs,
        facts: &Facts,
        counts: Vec<(rules::GroupId, rules::GroupId)>,
        before: Option<&Self>,
    ) -> Self {
        let subjects = world.users.len() + 1;
        let direct = before.map_or_else(|| Arc::new(Members::of(world)), |before| Arc::clone(&before.direct));
        let mut groups: Vec<rules::GroupId> = facts.binds_group.iter().map(|(_, group)| *group).collect();
        groups.sort_unstable();
        groups.dedup();
        let members = |marks: &mut Marks, group| {
            let below = below(&counts, group);
            let known = before.filter(|before| self::below(&before.counts, group) == below);
            let known = known.and_then(|before| before.members.get(&group)).cloned();
            (group, known.unwrap_or_else(|| members(below, &direct, subjects, marks)))
        };
        let (members, active) = rayon::join(
            || groups.into_par_iter().map_init(|| Marks::new(subjects), members).collect(),
            || before.map_or_else(|| active(world), |before| before.active.clone()),
        );
        Self { subjects, direct, counts, members, active, runs }
    }

    /// Nothing but `subjects`.
    #[cfg(test)]
    pub(crate) fn empty(subjects: usize) -> Self {
        Self {
            subjects,
            direct: Arc::default(),
            counts: Vec::new(),
            members: FxHashMap::default(),
            active: Set::All(true),
            runs: Runs::default(),
        }
    }

    /// How many subjects there are.
    pub(crate) fn subjects(&self) -> usize {
        self.subjects
    }

    /// The members of a group that a binding asks for.
    pub(crate) fn members(&self, group: rules::GroupId) -> Option<&Set> {
        self.members.get(&group)
    }

    /// Which groups count for each group that a binding asks for.
    pub(crate) fn counts(&self) -> &Counts {
        &self.counts
    }

    /// Everybody who may log in.
    pub(crate) fn active(&self) -> &Set {
        &self.active
    }

    /// The runs of policies.
    pub(crate) fn runs(&self) -> &Runs {
        &self.runs
    }

    /// How `run` ends for everybody.
    pub(crate) fn ends(&self, run: rules::RunId) -> &Column {
        self.runs.get(run).map_or(&Column::All(Ends::UNKNOWN), |run| &run.judged.ends)
    }

    /// The groups that bindings ask for and of which a user is a member who is directly in `groups`, which ascend.
    pub(crate) fn asked(&self, groups: &[GroupId]) -> Vec<rules::GroupId> {
        let is_direct = |group: &rules::GroupId| groups.binary_search(&GroupId(group.0)).is_ok();
        let mut asked: Vec<rules::GroupId> =
            self.counts.iter().filter(|(_, direct)| is_direct(direct)).map(|(group, _)| *group).collect();
        asked.dedup();
        asked
    }

    /// Whether the same groups count for `group` as in `other`.
    pub(crate) fn counts_alike(&self, other: &Self, group: rules::GroupId) -> bool {
        other.members.contains_key(&group) && below(&self.counts, group) == below(&other.counts, group)
    }

    /// Writes down that `user` is directly in `after` instead of in `before`, and gives the groups that bindings ask
    /// for and of which that makes the user a member, or no member any more.
    pub(crate) fn move_user(
        &mut self,
        user: UserId,
        before: &[GroupId],
        after: &[GroupId],
    ) -> Vec<rules::GroupId> {
        let direct = Arc::make_mut(&mut self.direct);
        let other = |of: &[GroupId], groups: &[GroupId]| -> Vec<GroupId> {
            of.iter().filter(|group| groups.binary_search(group).is_err()).copied().collect()
        };
        other(before, after).into_iter().for_each(|group| direct.take_out(user, group));
        other(after, before).into_iter().for_each(|group| direct.put(user, group));
        let (was, is) = (self.asked(before), self.asked(after));
        let mut flipped = Vec::new();
        for (from, to, is_member) in [(&is, &was, true), (&was, &is, false)] {
            for group in from.iter().filter(|group| to.binary_search(group).is_err()) {
                if let Some(set) = self.members.get_mut(group) {
                    *set = std::mem::replace(set, Set::All(false)).with(user.index(), is_member);
                }
                flipped.push(*group);
            }
        }
        flipped
    }

    /// Writes down whether `user` may log in.
    pub(crate) fn activate(&mut self, user: UserId, active: bool) {
        self.active = std::mem::replace(&mut self.active, Set::All(false)).with(user.index(), active);
    }

    /// The runs of policies, to be changed.
    pub(crate) fn runs_mut(&mut self) -> &mut Runs {
        &mut self.runs
    }
}

/// The groups that count for `group`.
fn below(counts: &Counts, group: rules::GroupId) -> &Counts {
    let start = counts.partition_point(|(asked, _)| *asked < group);
    let rest = counts.get(start..).unwrap_or_default();
    rest.get(..rest.partition_point(|(asked, _)| *asked == group)).unwrap_or_default()
}

fn members(below: &Counts, direct: &Members, subjects: usize, marks: &mut Marks) -> Set {
    let lists = below.iter().flat_map(|(_, below)| direct.of_one(GroupId::from_index(below.0 as usize)));
    let most: usize = lists.clone().map(<[u32]>::len).sum();
    if is_few(most, subjects) {
        let mut list = Vec::with_capacity(most);
        lists.for_each(|members| marks.put(members));
        marks.take(&mut list);
        return Set::of_list(&list, subjects);
    }
    let mut bits = Subjects::none(subjects);
    lists.flatten().for_each(|user| bits.insert(*user as usize));
    Set::of_bits(bits, subjects)
}

fn active(world: &World) -> Set {
    let subjects = world.users.len() + 1;
    let is_active = |(_, user): &(_, &crate::model::User)| user.active;
    let mut bits = Subjects::none(subjects);
    world.users.iter().filter(is_active).for_each(|(id, _)| bits.insert(id.index()));
    Set::of_bits(bits, subjects)
}
