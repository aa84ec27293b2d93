//! For which users does each leaf hold?

use std::sync::Arc;

use rayon::prelude::*;
use rules::{Facts, Leaf, Node, Nodes};
use rustc_hash::FxHashMap;

use super::marks::Marks;
use super::runs::Runs;
use super::set::{Set, is_few};
use crate::model::{GroupId, Id, Members, World};
use crate::policy::{For, Subject};
use crate::subjects::Subjects;
use crate::truth::{Ends, Truth};

/// The subjects for whom something holds, and for whom it may.
#[derive(Clone, Debug)]
pub(crate) struct Extent {
    pub(crate) must: Set,
    /// `None` where it is the same as `must`.
    pub(crate) may: Option<Set>,
}

impl Extent {
    pub(crate) fn same(truth: Truth) -> Self {
        Self { must: Set::All(truth.must), may: (!truth.is_known()).then_some(Set::All(truth.may)) }
    }

    /// What is known for `subject`.
    pub(crate) fn truth(&self, subject: usize) -> Truth {
        let must = self.must.contains(subject);
        Truth { must, may: self.may.as_ref().map_or(must, |may| may.contains(subject)) }
    }

    /// The same, but for what is known of `subject`, the last one that there is.
    pub(crate) fn with_last(self, subject: usize, truth: Truth) -> Self {
        if self.truth(subject) == truth {
            return self;
        }
        let may = self.may.or_else(|| (!truth.is_known()).then(|| self.must.clone()));
        Self {
            must: self.must.with_last(subject, truth.must),
            may: may.map(|may| may.with_last(subject, truth.may)),
        }
    }
}

/// What leaves are made of: sets of subjects that do not depend on what the rules derive.
pub(crate) struct Basis {
    subjects: usize,
    /// The members of each group that a binding asks for.
    members: FxHashMap<rules::GroupId, Set>,
    active: Set,
    /// For each run its ends, by subject; one for all where they are the same.
    ends: Vec<Column>,
}

/// The extents of all leaves of a circuit.
pub(crate) struct Extents {
    basis: Arc<Basis>,
    leaves: FxHashMap<Leaf, Extent>,
}

/// The ends of a run.
pub(crate) enum Column {
    /// The same for every subject.
    All(Ends),
    /// By subject.
    Each(Vec<(Ends, Set)>),
}

impl Column {
    pub(crate) fn get(&self, subject: usize) -> Ends {
        match self {
            Self::All(ends) => *ends,
            Self::Each(each) => {
                let found = each.iter().find(|(_, subjects)| subjects.contains(subject));
                found.map_or(Ends::UNKNOWN, |(ends, _)| *ends)
            }
        }
    }

    /// Whether the ends of some subject are several.
    pub(crate) fn has_unknown(&self) -> bool {
        match self {
            Self::All(ends) => !ends.is_known(),
            Self::Each(each) => each.iter().any(|(ends, _)| !ends.is_known()),
        }
    }
}

/// Which groups count for each group that a binding asks for, as the rules derive it: sorted.
pub(crate) type Counts = [(rules::GroupId, rules::GroupId)];

impl Basis {
    /// The sets for `facts`, of whose groups `counts` says which others count for them.
    pub(crate) fn of(world: &World, runs: &Runs<'_>, facts: &Facts, counts: &Counts) -> Self {
        let subjects = world.users.len() + 1;
        let (ends, direct) = rayon::join(
            || runs.all.par_iter().map(|run| column(world, &run.judgement.ends)).collect(),
            || Members::of(world),
        );
        let mut groups: Vec<rules::GroupId> = facts.binds_group.iter().map(|(_, group)| *group).collect();
        groups.sort_unstable();
        groups.dedup();
        let members = |marks: &mut Marks, group| (group, members(group, &direct, counts, subjects, marks));
        let (members, active) = rayon::join(
            || groups.into_par_iter().map_init(|| Marks::new(subjects), members).collect(),
            || active(world),
        );
        Self { subjects, members, active, ends }
    }

    fn leaf(&self, runs: &Runs<'_>, leaf: Leaf) -> Extent {
        let set = match leaf {
            Leaf::Member(group) => self.members.get(&group).cloned().unwrap_or(Set::All(false)),
            Leaf::Is(user) if (user.0 as usize) < self.subjects - 1 => Set::Few([user.0].into()),
            Leaf::Is(_) => Set::All(false),
            Leaf::Real => Set::All(true).with_last(self.subjects - 1, false),
            Leaf::Active => self.active.clone(),
            Leaf::Given(_) => return Extent::same(Truth::UNKNOWN),
            Leaf::Takes(run, class) => takes(runs, run, class, self.subjects),
            Leaf::Ends(run, wanted) => return asked(self.ends(run), wanted, self.subjects),
        };
        Extent { must: set, may: None }
    }

    fn ends(&self, run: rules::RunId) -> &Column {
        self.ends.get(run.0 as usize).unwrap_or(&Column::All(Ends::UNKNOWN))
    }
}

impl Extents {
    /// The extents of the leaves of `nodes`.
    pub(crate) fn of(basis: &Arc<Basis>, runs: &Runs<'_>, nodes: &Nodes) -> Self {
        let leaves =
            nodes.iter().filter_map(|(_, node)| if let Node::Leaf(leaf) = node { Some(leaf) } else { None });
        let leaves: Vec<Leaf> = leaves.collect();
        let leaves = leaves.into_par_iter().map(|leaf| (leaf, basis.leaf(runs, leaf))).collect();
        Self { basis: Arc::clone(basis), leaves }
    }

    /// These extents.
    #[cfg(test)]
    pub(crate) fn from_leaves(leaves: impl IntoIterator<Item = (Leaf, Extent)>, subjects: usize) -> Self {
        let basis =
            Basis { subjects, members: FxHashMap::default(), active: Set::All(true), ends: Vec::new() };
        Self { basis: Arc::new(basis), leaves: leaves.into_iter().collect() }
    }

    /// The extent of `leaf`; `None` for a leaf of another circuit.
    pub(crate) fn leaf(&self, leaf: Leaf) -> Option<&Extent> {
        self.leaves.get(&leaf)
    }

    /// What is known of `leaf` for `subject`.
    pub(crate) fn truth(&self, leaf: Leaf, subject: usize) -> Truth {
        self.leaves.get(&leaf).map_or(Truth::UNKNOWN, |extent| extent.truth(subject))
    }

    /// The ends of `run`.
    pub(crate) fn ends(&self, run: rules::RunId) -> &Column {
        self.basis.ends(run)
    }
}

pub(crate) fn column(world: &World, ends: &For<'_>) -> Column {
    let subjects = world.users.len() + 1;
    match ends {
        For::All(ends) => Column::All(*ends),
        For::Ways(ways) => {
            let mut each: Vec<(Ends, Vec<&Arc<Subjects>>)> = Vec::new();
            for (way, subjects) in &ways.0 {
                match each.iter_mut().find(|(ends, _)| *ends == way.ends()) {
                    Some((_, known)) => known.push(subjects),
                    None => each.push((way.ends(), vec![subjects])),
                }
            }
            let joined = |sets: Vec<&Arc<Subjects>>| {
                if let [set] = sets.as_slice() {
                    return Set::of_shared(set, subjects);
                }
                let mut all = Subjects::none(subjects);
                sets.into_iter().for_each(|set| all.extend(set));
                Set::of_bits(all, subjects)
            };
            of_each(each.into_iter().map(|(ends, sets)| (ends, joined(sets))).collect())
        }
        For::Each(each) => {
            let users: Vec<_> = world.users.values().collect();
            let by_ends = Subjects::by(subjects, |subject| {
                each(users.get(subject).map_or(Subject::Anonymous, |user| Subject::User(user)))
            });
            of_each(by_ends.into_iter().map(|(ends, set)| (ends, Set::of_bits(set, subjects))).collect())
        }
    }
}

fn of_each(each: Vec<(Ends, Set)>) -> Column {
    match each.as_slice() {
        [(ends, _)] => Column::All(*ends),
        _ => Column::Each(each),
    }
}

/// The subjects of one class of a run.
fn takes(runs: &Runs<'_>, run: rules::RunId, class: u32, subjects: usize) -> Set {
    match runs.all.get(run.0 as usize).map(|run| &run.judgement.ends) {
        Some(For::Ways(ways)) => match ways.0.get(class as usize) {
            Some((_, found)) => Set::of_shared(found, subjects),
            None => Set::All(false),
        },
        _ => Set::All(false),
    }
}

/// Where a run ends in one of the `wanted` ways, and where it can.
fn asked(column: &Column, wanted: rules::Outcomes, subjects: usize) -> Extent {
    let truth =
        |ends: Ends| Truth { must: ends.bits() & !wanted.bits() == 0, may: ends.bits() & wanted.bits() != 0 };
    match column {
        Column::All(ends) => Extent::same(truth(*ends)),
        Column::Each(each) => {
            let joined = |test: fn(Truth) -> bool| {
                let (inside, outside): (Vec<_>, Vec<_>) =
                    each.iter().partition(|(ends, _)| test(truth(*ends)));
                match (inside.as_slice(), outside.as_slice()) {
                    ([], _) => Set::All(false),
                    ([(_, set)], _) => set.clone(),
                    // Every subject has ends, so what is left is what the others leave.
                    (_, []) => Set::All(true),
                    (_, [(_, set)]) => set.inverted(),
                    (sets, _) => {
                        let mut all = Subjects::none(subjects);
                        sets.iter().for_each(|(_, set)| set.add_to(&mut all, subjects));
                        Set::of_bits(all, subjects)
                    }
                }
            };
            let is_open = each.iter().any(|(ends, _)| !truth(*ends).is_known());
            Extent { must: joined(|truth| truth.must), may: is_open.then(|| joined(|truth| truth.may)) }
        }
    }
}

fn members(
    group: rules::GroupId,
    direct: &Members,
    counts: &Counts,
    subjects: usize,
    marks: &mut Marks,
) -> Set {
    let start = counts.partition_point(|(asked, _)| *asked < group);
    let below = counts.get(start..).unwrap_or_default().iter().take_while(|(asked, _)| *asked == group);
    let lists = below.flat_map(|(_, below)| direct.of_one(GroupId::from_index(below.0 as usize)));
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
