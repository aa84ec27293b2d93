//! Trials: what would a target let through if some of its bindings were gone?
//!
//! Nothing is worked out anew: a trial is one more target in the facts, with the rows that are left, and the same
//! rules derive its gate. Each gate is read twice, over the users that there are and over all that there could be.

use std::sync::Arc;

use rules::{Cause, Facts, GateId, Nodes, ReachFacts};
use rustc_hash::FxHashMap;

use super::extents::{Extent, Extents};
use super::possible::{Formula, Possible, Search, Witness};
use super::rows::Rows;
use super::set::Set;
use super::{Access, Reasoner, facts};
use crate::model::{BindingId, Id, Target, TargetId, TargetKind, UserId};
use crate::truth::Truth;

/// A target with some of its bindings taken away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trial {
    /// The target.
    pub target: TargetId,
    /// The bindings that are gone; none for the target as it is.
    pub without: Vec<BindingId>,
}

/// What came of trials; each is asked about by its position among those that were asked for.
pub struct Trials<'r, 'w> {
    reasoner: &'r Reasoner<'w>,
    asked: Vec<Trial>,
    today: Tried,
    extents: Extents,
    could: Tried,
    possible: Possible<'r>,
}

/// What the rules derive from the facts of trials.
struct Tried {
    nodes: Nodes,
    verdict: Vec<GateId>,
    unbound: Vec<bool>,
    /// What settles the verdict of each trial, in order.
    settles: Vec<Vec<(Cause, GateId)>>,
    says: FxHashMap<BindingId, GateId>,
}

impl Tried {
    fn of(facts: &Facts, trials: usize) -> Self {
        let (nodes, relations) = rules::derive(facts);
        let mut derived = Self {
            nodes,
            verdict: vec![GateId(u32::MAX); trials],
            unbound: vec![false; trials],
            settles: vec![Vec::new(); trials],
            says: relations.says.iter().map(|(binding, gate)| (BindingId(binding.0), *gate)).collect(),
        };
        // Nothing else than grants is told to the rules, so for all others this is the verdict.
        for (trial, gate) in relations.effective {
            if let Some(slot) = derived.verdict.get_mut(trial.0 as usize) {
                *slot = gate;
            }
        }
        for trial in relations.unbound {
            if let Some(slot) = derived.unbound.get_mut(trial.0 as usize) {
                *slot = true;
            }
        }
        for (trial, _, _, cause, gate) in relations.settles {
            if let Some(slot) = derived.settles.get_mut(trial.0 as usize) {
                slot.push((cause, gate));
            }
        }
        derived
    }

    fn verdict(&self, trial: usize) -> GateId {
        self.verdict.get(trial).copied().unwrap_or(GateId(u32::MAX))
    }
}

impl<'w> Reasoner<'w> {
    /// Tries out `trials`.
    pub fn trials(&self, trials: Vec<Trial>) -> Trials<'_, 'w> {
        let facts = facts_of(&self.derived.facts, &trials);
        let today = Tried::of(&facts, trials.len());
        let extents = Extents::of(Arc::clone(self.derived.extents.basis()), &today.nodes);
        let could = Tried::of(&self.of_anybody(facts), trials.len());
        let possible = self.possible(self.derived.extents.basis().counts());
        Trials { reasoner: self, asked: trials, today, extents, could, possible }
    }
}

/// The facts about `trials`, each of which is a target of its own.
fn facts_of(facts: &Facts, trials: &[Trial]) -> Facts {
    let numbered = || (0_u32..).map(rules::TargetId).zip(trials);
    let of_target: FxHashMap<_, _> = facts.target.iter().copied().collect();
    let open_mode: FxHashMap<_, _> = facts.open_mode.iter().copied().collect();
    let obscured: FxHashMap<_, _> = facts.obscured.iter().copied().collect();
    let opens: rustc_hash::FxHashSet<_> = facts.open_when_unbound.iter().copied().collect();
    let mut row = Vec::new();
    for (number, trial) in numbered() {
        let left = rows(facts, trial.target).filter(|binding| !trial.without.contains(&BindingId(binding.0)));
        row.extend((0_u32..).zip(left).map(|(n, binding)| (number, n, binding)));
    }
    let known = |map: &FxHashMap<rules::TargetId, rules::UnknownId>| {
        let of_trial = |(number, trial): (rules::TargetId, &Trial)| {
            map.get(&facts::target(trial.target)).map(|what| (number, *what))
        };
        numbered().filter_map(of_trial).collect::<Vec<_>>()
    };
    let by_rows: rustc_hash::FxHashSet<_> = facts.reach.granted_row_by_row.iter().copied().collect();
    let is_granted = |trial: &Trial| by_rows.contains(&facts::target(trial.target));
    let granted = numbered().filter(|(_, trial)| is_granted(trial)).map(|(number, _)| number).collect();
    Facts {
        // Which groups count for which is known already.
        parent: Vec::new(),
        target: numbered()
            .filter_map(|(number, trial)| {
                of_target.get(&facts::target(trial.target)).map(|mode| (number, *mode))
            })
            .collect(),
        open_mode: known(&open_mode),
        open_when_unbound: numbered()
            .filter(|(_, trial)| opens.contains(&facts::target(trial.target)))
            .map(|(number, _)| number)
            .collect(),
        obscured: known(&obscured),
        row,
        reach: ReachFacts { granted_row_by_row: granted, ..ReachFacts::default() },
        ..facts.clone()
    }
}

/// The rows of `target`, in order.
fn rows(facts: &Facts, target: TargetId) -> impl Iterator<Item = rules::BindingId> + '_ {
    // Rows come in the order of their targets.
    let target = facts::target(target);
    let start = facts.row.partition_point(|(row, ..)| *row < target);
    facts.row.iter().skip(start).take_while(move |(row, ..)| *row == target).map(|(_, _, binding)| *binding)
}

impl Trials<'_, '_> {
    /// Whether nothing that counts would be bound.
    pub fn is_unbound(&self, trial: usize) -> bool {
        self.today.unbound.get(trial).copied().unwrap_or(false)
    }

    /// The verdicts of a trial, for the users that there are.
    pub fn access(&self, trial: usize) -> Access {
        let verdict = self.row(self.today.verdict(trial));
        Access { users: self.reasoner.world.users.len(), verdict, effective: None }
    }

    fn row(&self, gate: GateId) -> Extent {
        Rows::new(&self.today.nodes, &self.extents, self.reasoner.world.users.len()).extent(gate)
    }

    /// Whom `binding` lets through on its own, among the users that there are. `None` if it does not count.
    pub fn alone(&self, binding: BindingId) -> Option<Access> {
        let gate = self.today.says.get(&binding)?;
        Some(Access { users: self.reasoner.world.users.len(), verdict: self.row(*gate), effective: None })
    }

    /// The verdict of a trial, for any user.
    pub fn verdict(&self, trial: usize) -> Formula {
        Formula(self.could.verdict(trial))
    }

    /// Whom `binding` lets through on its own, for any user. `None` if it does not count.
    pub fn says(&self, binding: BindingId) -> Option<Formula> {
        self.could.says.get(&binding).map(|gate| Formula(*gate))
    }

    /// Looks for a user that there could be of whom `test` holds, which is told what is known of each formula.
    pub fn search(&self, formulas: &[Formula], kind: TargetKind, test: impl Fn(&[Truth]) -> Truth) -> Search {
        self.possible.search(&self.could.nodes, formulas, asks_anonymous(kind), test)
    }

    /// Whether `binding` lets everybody through that there could be, or nobody; `None` if neither, or if that is not
    /// certain.
    pub fn is_constant(&self, binding: BindingId) -> Option<bool> {
        let says = self.says(binding)?;
        let kind = self.reasoner.world.targets.row(self.reasoner.world.bindings.row(binding).target).kind();
        let subjects = self.reasoner.world.users.len() + usize::from(asks_anonymous(kind));
        let today = self.row(*self.today.says.get(&binding)?);
        let is = |passes: bool| {
            let differs = |of: &[Truth]| if passes { all(of).negated() } else { all(of) };
            (0..subjects).all(|subject| today.truth(subject) == Truth::known(passes))
                && self.search(&[says], kind, differs) == Search::Nobody
        };
        [true, false].into_iter().find(|passes| is(*passes))
    }

    /// Whether nobody that there could be is let through by each of `bindings`.
    pub fn exclude_each_other(&self, bindings: [BindingId; 2]) -> bool {
        let formulas: Option<Vec<Formula>> = bindings.iter().map(|binding| self.says(*binding)).collect();
        let rows = bindings.iter().map(|binding| Some(self.row(*self.today.says.get(binding)?)));
        let (Some(formulas), Some(rows)) = (formulas, rows.collect::<Option<Vec<Extent>>>()) else {
            return false;
        };
        let [first, _] = bindings;
        let kind = self.reasoner.world.targets.row(self.reasoner.world.bindings.row(first).target).kind();
        let subjects = self.reasoner.world.users.len() + usize::from(asks_anonymous(kind));
        (0..subjects).all(|subject| !rows.iter().all(|row| row.truth(subject).may))
            && self.search(&formulas, kind, all) == Search::Nobody
    }

    /// What is known of `formulas` for a user who has just been created and is in no group.
    pub fn stranger(&self, formulas: &[Formula]) -> Vec<Truth> {
        self.possible.stranger(&self.could.nodes, formulas)
    }

    fn kind(&self, trial: usize) -> TargetKind {
        let target = self.asked.get(trial).map_or(TargetId(u32::MAX), |trial| trial.target);
        self.reasoner.world.targets.get(target).map_or(TargetKind::Application, Target::kind)
    }

    /// A user who is not certain to be let through; `None` where everybody is, whoever there could be.
    pub fn somebody_left_out(&self, trial: usize) -> Option<Search> {
        let is_new = self.search(&[self.verdict(trial)], self.kind(trial), |of| all(of).negated());
        let extent = self.row(self.today.verdict(trial));
        self.found(&extent, is_new, |truth| !truth.must, trial)
    }

    /// A user who may be let through; `None` where nobody is, whoever there could be.
    pub fn somebody_let_in(&self, trial: usize) -> Option<Search> {
        let is_new = self.somebody_new_let_in(trial);
        let extent = self.row(self.today.verdict(trial));
        self.found(&extent, is_new, |truth| truth.may, trial)
    }

    /// A user that there could be, and is not there yet, who may be let through.
    pub fn somebody_new_let_in(&self, trial: usize) -> Search {
        self.search(&[self.verdict(trial)], self.kind(trial), all)
    }

    /// A user of whom two trials may say different things; `None` where there is none, whoever there could be.
    pub fn somebody_told_apart(&self, one: usize, other: usize) -> Option<Search> {
        let formulas = [self.verdict(one), self.verdict(other)];
        let differ = |of: &[Truth]| match of {
            [a, b] => a.and(b.negated()).or(b.and(a.negated())),
            _ => Truth::UNKNOWN,
        };
        let is_new = self.search(&formulas, self.kind(one), differ);
        let (a, b) = (self.today.verdict(one), self.today.verdict(other));
        if a == b {
            return (is_new != Search::Nobody).then_some(is_new);
        }
        let (a, b) = (self.row(a), self.row(b));
        let apart = |subject: usize| {
            let (a, b) = (a.truth(subject), b.truth(subject));
            !a.is_known() || a != b
        };
        self.listed(apart, one).map(Search::Found).or_else(|| (is_new != Search::Nobody).then_some(is_new))
    }

    /// The first of the users that there are, and the anonymous one where that one may ask, of whom `test` holds.
    fn listed(&self, test: impl Fn(usize) -> bool, trial: usize) -> Option<Witness> {
        let users = self.reasoner.world.users.len();
        let mut subjects = 0..users + usize::from(asks_anonymous(self.kind(trial)));
        subjects.find(|subject| test(*subject)).map(|subject| match subject {
            subject if subject == users => Witness::Anonymous,
            subject => Witness::Listed(UserId::from_index(subject)),
        })
    }

    fn found(
        &self,
        extent: &Extent,
        is_new: Search,
        test: impl Fn(Truth) -> bool,
        trial: usize,
    ) -> Option<Search> {
        let listed = match &extent.must {
            // The same for everybody needs no look at each.
            Set::All(all) if extent.may.is_none() && !test(Truth::known(*all)) => None,
            _ => self.listed(|subject| test(extent.truth(subject)), trial),
        };
        listed.map(Search::Found).or_else(|| (is_new != Search::Nobody).then_some(is_new))
    }

    /// What settles the verdict of a trial: binding by binding in order, and `None` for those that count together.
    pub fn settling(&self, trial: usize) -> Vec<(Option<BindingId>, Settling)> {
        let (today, could) = (self.today.settles.get(trial), self.could.settles.get(trial));
        let rows = today.into_iter().flatten().zip(could.into_iter().flatten());
        rows.map(|((cause, today), (_, could))| {
            let binding = match cause {
                Cause::Binding(binding) => Some(BindingId(binding.0)),
                Cause::Together => None,
            };
            (binding, Settling { today: *today, could: Formula(*could) })
        })
        .collect()
    }

    /// Whether `settling` never decides after `earlier`, for any user that there could be.
    pub fn is_shadowed(&self, trial: usize, settling: &Settling, earlier: &[Settling]) -> bool {
        let formulas: Vec<Formula> =
            std::iter::once(settling).chain(earlier).map(|settling| settling.could).collect();
        let decides = |of: &[Truth]| match of {
            [last, earlier @ ..] => earlier.iter().fold(*last, |left, earlier| left.and(earlier.negated())),
            [] => Truth::UNKNOWN,
        };
        if self.search(&formulas, self.kind(trial), decides) != Search::Nobody {
            return false;
        }
        let last = self.row(settling.today);
        let earlier: Vec<Extent> = earlier.iter().map(|settling| self.row(settling.today)).collect();
        let decides = |subject: usize| {
            last.truth(subject).may && !earlier.iter().any(|earlier| earlier.truth(subject).must)
        };
        self.listed(decides, trial).is_none()
    }
}

/// For whom something settles a verdict.
#[derive(Clone, Copy, Debug)]
pub struct Settling {
    today: GateId,
    /// The same for any user.
    pub could: Formula,
}

/// Whether somebody who has not logged in asks for targets of `kind`, too.
fn asks_anonymous(kind: TargetKind) -> bool {
    matches!(kind, TargetKind::Flow | TargetKind::StageBinding | TargetKind::Source)
}

/// Whether all of them hold.
fn all(of: &[Truth]) -> Truth {
    of.iter().copied().fold(Truth::YES, Truth::and)
}
