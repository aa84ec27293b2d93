//! Prospects: what would users get who are yet to be created?
//!
//! The rules derive the circuit once more, from what is true of everybody: how policies end for the users that there
//! are is left out. Whether somebody is in a group is one more target, with nothing but that group bound to it.

use rules::{Facts, GateId, Nodes};
use rustc_hash::FxHashMap;

use super::possible::{Certainty, Formula, Possible, Question};
use super::{Compared, Reasoner, Unknown, facts};
use crate::model::{GroupId, PolicyId, TargetId};
use crate::policy::For;
use crate::truth::{Ends, Truth};

/// The users who could be created, and what they would get.
///
/// Such a user may be in any groups, together with all above them, is none of the users that there are, and may log
/// in. What code says of them is open unless it says the same of everybody.
pub struct Prospects<'r, 'w> {
    reasoner: &'r Reasoner<'w>,
    nodes: Nodes,
    verdict: FxHashMap<rules::TargetId, GateId>,
    effective: FxHashMap<rules::TargetId, GateId>,
    /// The targets that stand for groups.
    groups: FxHashMap<GroupId, rules::TargetId>,
    counts: Vec<(rules::GroupId, rules::GroupId)>,
}

/// What can be said of all users who could be created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Prospect {
    /// It holds of none of them.
    Nobody,
    /// It holds of whoever is created in these groups and in no others, whatever the unknowns turn out to be.
    Certain(Vec<GroupId>),
    /// It may hold of somebody.
    Perhaps(Perhaps),
    /// Nobody was found; to be certain would take too long.
    GivenUp,
}

/// Somebody who could be created, of whom something may hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Perhaps {
    /// The groups, among those that matter, that the user is in.
    pub groups: Vec<GroupId>,
    /// What it depends on.
    pub unknowns: Vec<Unknown>,
    /// How policies end for the user where it holds.
    pub ends: Vec<(PolicyId, Ends)>,
}

impl<'w> Reasoner<'w> {
    /// What users would get who are yet to be created. `groups` are those of which something will be asked.
    ///
    /// ```
    /// use whomay::reason::{Compared, Prospect};
    /// use whomay::{Reasoner, World};
    ///
    /// let world = World::parse("tenant.may", "
    ///     group staff  group guests
    ///     application wiki any { 0: group staff  1: group guests }
    /// ")?;
    /// let (reasoner, wiki) = (Reasoner::new(&world), world.find_target("wiki")?);
    /// let guests = world.find_group("guests")?;
    /// let prospects = reasoner.prospects(&[guests]);
    /// let found = prospects.search(&[guests], &[wiki], Compared::Effective, |is_guest, gets| {
    ///     gets[0].and(is_guest[0].negated())
    /// });
    /// assert_eq!(found, Prospect::Certain(vec![world.find_group("staff")?]));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn prospects(&self, groups: &[GroupId]) -> Prospects<'_, 'w> {
        let mut facts = self.of_anybody(self.derived.facts.clone());
        let number = |from: usize, index: usize| u32::try_from(from + index).unwrap_or(u32::MAX);
        let mut stand_in = FxHashMap::default();
        for (index, group) in groups.iter().enumerate() {
            let target = rules::TargetId(number(self.world.targets.len(), index));
            let binding = rules::BindingId(number(self.world.bindings.len(), index));
            facts.target.push((target, Some(rules::Mode::Any)));
            facts.row.push((target, 0, binding));
            facts.binds_group.push((binding, rules::GroupId(group.0)));
            stand_in.insert(*group, target);
        }
        let (nodes, relations) = rules::derive(&facts);
        Prospects {
            reasoner: self,
            nodes,
            verdict: relations.verdict.into_iter().collect(),
            effective: relations.effective.into_iter().collect(),
            groups: stand_in,
            counts: rules::memberships(&facts),
        }
    }

    /// The facts without what is said of the users that there are only.
    pub(super) fn of_anybody(&self, facts: Facts) -> Facts {
        let judgement =
            |run: rules::RunId| self.derived.runs().all.get(run.0 as usize).map(|run| &run.judged.judgement);
        let is_kept = |run: rules::RunId| judgement(run).is_some_and(|judgement| judgement.anyone);
        Facts { takes: facts.takes.iter().filter(|(run, ..)| is_kept(*run)).copied().collect(), ..facts }
    }

    /// Everybody that there could be, where `counts` says which groups count for which.
    pub(super) fn possible<'r>(&'r self, counts: &'r [(rules::GroupId, rules::GroupId)]) -> Possible<'r> {
        let ends = self.derived.runs().all.iter().map(|run| match &run.judged.judgement.ends {
            For::All(ends) if run.judged.judgement.anyone => ends.bits(),
            For::Ways(ways) if run.judged.judgement.anyone => {
                ways.iter().fold(0, |ends, way| ends | way.ends().bits())
            }
            _ => rules::Outcomes::ANY.bits(),
        });
        Possible {
            counts,
            limited: self.derived.facts.group_depth.is_some(),
            listed: self.world.partial.then_some(self.world.users.len()),
            ends: ends.collect(),
            runs: &self.derived.runs().all,
        }
    }
}

impl Prospects<'_, '_> {
    /// Looks for somebody of whom `test` holds. It is told which of `groups` the user is in, and which of `targets` the
    /// user gets, each by a request of its own; of a group that was not asked for at first nothing is known.
    pub fn search(
        &self,
        groups: &[GroupId],
        targets: &[TargetId],
        compared: Compared,
        test: impl Fn(&[Truth], &[Truth]) -> Truth,
    ) -> Prospect {
        let missing = GateId(u32::MAX);
        let gates = match compared {
            Compared::Verdicts => &self.verdict,
            Compared::Effective => &self.effective,
        };
        let of_group = |group: &GroupId| self.groups.get(group).and_then(|target| self.verdict.get(target));
        let of_target = |target: &TargetId| gates.get(&facts::target(*target));
        let formulas = groups.iter().map(of_group).chain(targets.iter().map(of_target));
        let formulas: Vec<Formula> = formulas.map(|gate| Formula(gate.copied().unwrap_or(missing))).collect();
        let possible = self.reasoner.possible(&self.counts);
        let found =
            possible.certainty(&self.nodes, &formulas, |of| match of.split_at_checked(groups.len()) {
                Some((is_in, gets)) => test(is_in, gets),
                None => Truth::UNKNOWN,
            });
        match found {
            Certainty::Nobody => Prospect::Nobody,
            Certainty::Certain(groups) => Prospect::Certain(groups),
            Certainty::GivenUp => Prospect::GivenUp,
            Certainty::Perhaps(groups, questions, ends) => {
                let derived = &self.reasoner.derived;
                let policy = |run| derived.runs().get(run).map(|run| run.policy);
                let unknowns = questions.into_iter().filter_map(|question| match question {
                    Question::Run(run) => policy(run).map(Unknown::Policy),
                    Question::Given(unknown) => derived.unknowns.get(unknown.0 as usize).copied(),
                });
                let mut unknowns: Vec<Unknown> = unknowns.collect();
                unknowns.sort_unstable();
                unknowns.dedup();
                let ends = ends.into_iter().filter_map(|(run, ends)| Some((policy(run)?, ends)));
                let mut ends: Vec<(PolicyId, Ends)> = ends.collect();
                ends.sort_unstable();
                ends.dedup();
                Prospect::Perhaps(Perhaps { groups, unknowns, ends })
            }
        }
    }
}
