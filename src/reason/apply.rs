//! What a change of the world changes: nothing else is worked out again.
//!
//! A change about one user leaves the circuit as it is. The user is put into other sets, and the gates above those are
//! evaluated for that user alone. A policy is judged again only where the user answers one of the questions that it
//! rests on otherwise than before, or spoke for others.
//!
//! A change of the objects that everything else refers to (users, groups, targets) is none of these: all is derived anew.
//!
//! Any other change makes another circuit. Its rules are derived again; what they are derived over is taken over
//! wherever it is as it was: judgements, and the members of groups. Gates that are the same as before need no look.

use rules::{GateId, Leaf, Node, RunId};
use rustc_hash::FxHashSet;

use super::derived::Derived;
use super::runs::{Judged, Kept, Run};
use super::same::Same;
use super::touched::{Moved, Touched, Verdicts};
use super::{Reasoner, Subject};
use crate::model::{Change, ChangeError, TargetId, UserId};
use crate::policy::way::Way;
use crate::policy::{For, Study};

/// Whom something is changed for, in the order of how many they are.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Who {
    Nobody,
    /// The user that the change is about.
    One,
    Anybody,
}

/// What a user answers to the questions that a run rests on; `None` for a run that rests on more than questions.
type Answers = Option<Vec<bool>>;

impl Reasoner<'_> {
    /// Makes `change` in the world, and works out again what it touches. From then on all answers are those of a
    /// reasoner that is made for the changed world.
    ///
    /// A world that is only lent to the reasoner ([`Reasoner::new`]) is copied by its first change;
    /// [`Reasoner::owning`] needs no copy.
    ///
    /// ```
    /// use whomay::model::Change;
    /// use whomay::reason::Settings;
    /// use whomay::{Reasoner, Subject, Verdict, World};
    ///
    /// let world = World::parse("tenant.may", "group ops  user anna  application wiki { 0: group ops }")?;
    /// let (user, group) = (world.find_user("anna")?, world.find_group("ops")?);
    /// let wiki = world.find_target("wiki")?;
    /// let mut reasoner = Reasoner::owning(world, &Settings::default());
    /// assert_eq!(reasoner.verdict(Subject::User(user), wiki), Verdict::No);
    ///
    /// let touched = reasoner.apply(&Change::Join { user, group })?;
    /// assert_eq!(reasoner.verdict(Subject::User(user), wiki), Verdict::Yes);
    /// assert_eq!(touched.moved[0].target, wiki);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When the change cannot be made; everything is as it was then.
    pub fn apply(&mut self, change: &Change) -> Result<Touched, ChangeError> {
        self.world.check(change)?;
        match change {
            Change::Join { user, .. } | Change::Leave { user, .. } => self.change_user(*user, change, true),
            Change::SetUser { user, .. } => self.change_user(*user, change, false),
            Change::Nest { .. } | Change::Unnest { .. } => {
                self.change_graph(change, |run| !run.judged.judgement.grounds.has_groups())
            }
            Change::Bind(_) | Change::Unbind(_) | Change::Rebind(..) => self.change_graph(change, |_| true),
            Change::AddPolicy(_) => {
                self.change_graph(change, |run| !run.judged.judgement.grounds.has_policies())
            }
            Change::SetPolicy(policy, _) | Change::RemovePolicy(policy) => self.change_graph(change, |run| {
                run.policy != *policy && !run.judged.judgement.grounds.has_policies()
            }),
            // What everything else refers to has other numbers now.
            _ => {
                self.world.to_mut().change(change)?;
                self.derived = Derived::of(&self.world, &self.settings, &Kept::default(), None);
                Ok(Touched { targets: self.world.targets.ids().collect(), moved: Vec::new() })
            }
        }
    }

    fn change_user(
        &mut self,
        user: UserId,
        change: &Change,
        groups_only: bool,
    ) -> Result<Touched, ChangeError> {
        let before = self.answers_to_runs(user, groups_only);
        let (groups, active) = {
            let row = self.world.users.row(user);
            (row.groups.clone(), row.active)
        };
        let renumbered = self.world.to_mut().change(change)?;
        let after = self.answers_to_runs(user, groups_only);
        let changed = |((run, before), (_, after)): (&(RunId, Answers), &(RunId, Answers))| {
            (before.is_none() || before != after).then_some(*run)
        };
        let stale: Vec<RunId> = before.iter().zip(&after).filter_map(changed).collect();
        let judged = self.judged_again(&stale);

        let row = self.world.users.row(user);
        let basis = self.derived.extents.basis_mut();
        let mut leaves: Vec<Leaf> =
            basis.move_user(user, &groups, &row.groups).into_iter().map(Leaf::Member).collect();
        if row.active != active {
            basis.activate(user, row.active);
            leaves.push(Leaf::Active);
        }
        let Some(judged) = judged else {
            let is_stale: FxHashSet<RunId> = stale.into_iter().collect();
            let runs = self.derived.runs();
            let kept = runs.kept(&self.world, |id, _| !is_stale.contains(&id), &renumbered);
            return Ok(self.derive_again(&kept, &leaves));
        };
        Ok(self.refresh(user, &leaves, judged))
    }

    /// What `user` answers to the questions that each run rests on, of those on which it may matter.
    fn answers_to_runs(&self, user: UserId, groups_only: bool) -> Vec<(RunId, Answers)> {
        let mut study = None;
        let answers = |(id, run): (RunId, &Run)| {
            let judgement = &run.judged.judgement;
            let is_each = matches!(judgement.ends, For::Each(_)) && !groups_only;
            if is_each || judgement.grounds.has_everybody() {
                return Some((id, None));
            }
            if !judgement.grounds.has_tests(groups_only) {
                return None;
            }
            if judgement.grounds.is_spoken_by(user) {
                return Some((id, None));
            }
            let study = study.get_or_insert_with(|| Study::of(&self.world));
            Some((id, Some(judgement.grounds.answers(study, run.target, user, groups_only))))
        };
        (0_u32..).map(RunId).zip(&self.derived.runs().all).filter_map(answers).collect()
    }

    /// What becomes of the runs that are `stale`. `None` where the rules would be told something else of one.
    fn judged_again(&self, stale: &[RunId]) -> Option<Vec<(RunId, Run)>> {
        if stale.is_empty() {
            return Some(Vec::new());
        }
        let study = Study::of(&self.world);
        let runs = self.derived.runs();
        let again = |id: &RunId| {
            let run = runs.again(*id, &self.world, &self.settings, &study)?;
            let is_alike = runs.get(*id).is_some_and(|old| is_alike(&old.judged, &run.judged));
            is_alike.then_some((*id, run))
        };
        stale.iter().map(again).collect()
    }

    /// Takes over what is known anew: `user` is on the other side of `leaves`, and runs have been judged again.
    fn refresh(&mut self, user: UserId, leaves: &[Leaf], judged: Vec<(RunId, Run)>) -> Touched {
        let crossed: FxHashSet<Leaf> = leaves.iter().copied().collect();
        let stale: FxHashSet<RunId> = judged.iter().map(|(id, _)| *id).collect();
        let rests_on = |leaf: Leaf| match leaf {
            Leaf::Ends(run, _) | Leaf::Takes(run, _) if stale.contains(&run) => Who::Anybody,
            _ if crossed.contains(&leaf) => Who::One,
            _ => Who::Nobody,
        };
        let (mut targets, mut one) = (Vec::new(), Vec::new());
        for (target, who) in self.who_is_touched(rests_on) {
            match who {
                Who::Nobody => {}
                Who::One => one.push((target, self.verdicts(user, target))),
                Who::Anybody => targets.push(target),
            }
        }
        let leaves = self.derived.nodes.iter().filter_map(|(_, node)| match node {
            Node::Leaf(leaf) if rests_on(leaf) > Who::Nobody => Some(leaf),
            _ => None,
        });
        let leaves: Vec<Leaf> = leaves.collect();
        if !judged.is_empty() {
            let runs = self.derived.extents.basis_mut().runs_mut();
            judged.into_iter().for_each(|(id, run)| runs.put(id, run));
            self.derived.reasons = self.derived.runs().reasons();
        }
        leaves.into_iter().for_each(|leaf| self.derived.extents.refresh(leaf));
        let moved = one.into_iter().filter_map(|(target, before)| {
            let after = self.verdicts(user, target);
            (before != after).then_some(Moved { user, target, before, after })
        });
        Touched { moved: moved.collect(), targets }
    }

    fn verdicts(&self, user: UserId, target: TargetId) -> Verdicts {
        let subject = Subject::User(user);
        let verdict = self.verdict(subject, target);
        if self.verdict_gate(target) == self.effective_gate(target) {
            return Verdicts { verdict, effective: verdict };
        }
        Verdicts { verdict, effective: self.effective(subject, target) }
    }

    /// For whom the verdicts of each target may be others, where `rests_on` says for whom leaves are.
    fn who_is_touched(&self, rests_on: impl Fn(Leaf) -> Who) -> impl Iterator<Item = (TargetId, Who)> {
        let mut who: Vec<Who> = Vec::with_capacity(self.derived.nodes.len());
        for (_, node) in self.derived.nodes.iter() {
            let at = |gate: GateId| who.get(gate.0 as usize).copied().unwrap_or(Who::Anybody);
            let found = match node {
                Node::True => Who::Nobody,
                Node::Leaf(leaf) => rests_on(leaf),
                Node::Not(input) => at(input),
                Node::And(a, b) | Node::Or(a, b) => at(a).max(at(b)),
            };
            who.push(found);
        }
        self.world.targets.ids().map(move |target| {
            let gates = [self.verdict_gate(target), self.effective_gate(target)];
            let of_gate = |gate: GateId| who.get(gate.0 as usize).copied().unwrap_or(Who::Anybody);
            (target, gates.map(of_gate).into_iter().max().unwrap_or(Who::Anybody))
        })
    }

    /// Makes a change that is not about one user. Judgements of which `is_kept` holds do not rest on it.
    fn change_graph(
        &mut self,
        change: &Change,
        is_kept: impl Fn(&Run) -> bool,
    ) -> Result<Touched, ChangeError> {
        let renumbered = self.world.to_mut().change(change)?;
        let kept = self.derived.runs().kept(&self.world, |_, run| is_kept(run), &renumbered);
        let is_of_policies =
            matches!(change, Change::AddPolicy(_) | Change::SetPolicy(..) | Change::RemovePolicy(_));
        let kept = if is_of_policies { kept.for_other_policies() } else { kept };
        Ok(self.derive_again(&kept, &[]))
    }

    /// Derives everything again, but for what is `kept`. For some user `leaves` are others than before.
    fn derive_again(&mut self, kept: &Kept, leaves: &[Leaf]) -> Touched {
        let before = self.derived.extents.basis();
        let new = Derived::of(&self.world, &self.settings, kept, Some(before));
        let is_changed = |leaf: Leaf| match leaf {
            Leaf::Member(group) => leaves.contains(&leaf) || !new.extents.basis().counts_alike(before, group),
            _ => leaves.contains(&leaf),
        };
        let same = Same::of(&self.derived, &new);
        let (is_in_order, same) = (same.is_in_order(), same.gates(is_changed));
        let is_same = |gate: GateId, old: GateId| {
            same.get(gate.0 as usize).copied().flatten() == Some(old)
                && (is_in_order || !new.plan(gate).coarse)
        };
        let targets = self.world.targets.ids().filter(|target| {
            !is_same(new.verdict_gate(*target), self.derived.verdict_gate(*target))
                || !is_same(new.effective_gate(*target), self.derived.effective_gate(*target))
        });
        let touched = Touched { targets: targets.collect(), moved: Vec::new() };
        self.derived = new;
        touched
    }
}

/// Whether the rules are told the same of both.
fn is_alike(old: &Judged, new: &Judged) -> bool {
    let (old, new) = (&old.judgement, &new.judgement);
    // Ways are equal wherever their questions are asked, but what is asked is told with its place.
    let ways = |ends: &For| match ends {
        For::Ways(ways) if ways.iter().any(|way| matches!(way, Way::If(..))) => {
            Some(ways.iter().map(|way| (way.clone(), way.places())).collect::<Vec<_>>())
        }
        _ => None,
    };
    (old.repeatable, old.anywhere) == (new.repeatable, new.anywhere) && ways(&old.ends) == ways(&new.ends)
}
