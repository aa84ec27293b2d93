//! How runs of policies end, counted over all users.

use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::Reasoner;
use super::column::Column;
use crate::model::{BindingId, PolicyId, TargetId, TargetKind};
use crate::policy::way::{Atom, Way};
use crate::policy::writes::Writes;
use crate::policy::{self, For, Judgement, Setting, Span, Study, Understood};
use crate::truth::Ends;

/// So many ways to errors are kept.
const MOST_WAYS: usize = 64;

/// How many users runs end for in each way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize)]
pub struct Outcomes {
    /// They pass.
    pub pass: usize,
    /// They do not pass.
    pub fail: usize,
    /// They raise an error that authentik expects: the failure result of the binding counts.
    pub error: usize,
    /// They raise another one: the binding fails.
    pub crash: usize,
    /// That is not known.
    pub depends: usize,
}

/// Runs of a policy that end alike.
#[derive(Clone, Debug, PartialEq)]
pub struct PolicyRun {
    /// What they are asked for.
    pub kind: TargetKind,
    /// The bindings that ask; none where the policy is bound nowhere, and runs as it would on an application.
    pub bindings: Vec<BindingId>,
    /// How they end.
    pub outcomes: Outcomes,
    /// The questions that nobody can answer and that decide, in the order of the code.
    pub atoms: Vec<Arc<Atom>>,
    /// What is not certain, and where.
    pub unclear: Vec<(Span, String)>,
    /// What is not known, where that has no place.
    pub unknown: Option<String>,
    /// How they may end for somebody who has not logged in.
    pub anonymous: Ends,
    /// How they may end for every subject that there could be; `None` where they are told apart.
    pub anyone: Option<Ends>,
    /// When they are certain to raise an error that authentik expects, for some user: the answers that lead there, the
    /// fewest first. Of many ways, some.
    pub raises: Vec<Vec<(Arc<Atom>, bool)>>,
}

impl PolicyRun {
    /// Adds runs that end like these.
    fn extend(&mut self, other: Self) {
        self.bindings.extend(other.bindings);
        self.anonymous = self.anonymous.or(other.anonymous);
        if self.anyone != other.anyone {
            self.anyone = None;
        }
        if self.raises.is_empty() {
            self.raises = other.raises;
        }
    }

    /// Whether the same is to be said about both.
    fn ends_like(&self, other: &Self) -> bool {
        // Every run has a request of its own, but the same questions about it.
        let asks = |run: &Self| run.atoms.iter().map(|atom| (atom.span(), atom.text())).collect::<Vec<_>>();
        (self.kind, self.outcomes, &self.unclear, &self.unknown)
            == (other.kind, other.outcomes, &other.unclear, &other.unknown)
            && asks(self) == asks(other)
    }
}

/// What is known of a policy, whoever it is asked about.
#[derive(Clone, Debug, PartialEq)]
pub struct PolicyFacts {
    /// How it ends, setting by setting; empty where it is bound nowhere and there is no application to try it on.
    pub runs: Vec<PolicyRun>,
    /// What a run may leave behind in the request.
    pub writes: Writes,
    /// What is understood of its code, if it has any.
    pub understood: Option<Understood>,
}

impl Reasoner<'_> {
    /// How runs of `policy` end, what they write, and what is understood of its code.
    pub fn policy(&self, policy: PolicyId) -> PolicyFacts {
        let study = Study::of(&self.world);
        let runs = self.runs_of(policy, &self.asked().remove(&policy).unwrap_or_default(), &study);
        PolicyFacts {
            runs,
            writes: policy::writes(&study, policy),
            understood: policy::understood(&study, policy),
        }
    }

    /// How runs of every policy end, in the order of the policies.
    pub fn policy_runs(&self) -> Vec<Vec<PolicyRun>> {
        let study = Study::of(&self.world);
        let asked = self.asked();
        let ids: Vec<PolicyId> = self.world.policies.ids().collect();
        let none = Vec::new();
        ids.par_iter()
            .map(|policy| self.runs_of(*policy, asked.get(policy).unwrap_or(&none), &study))
            .collect()
    }

    /// The ways in which the policy of `binding` may end, for any of the users that there are. Where there are none,
    /// for somebody who has not logged in. `None` where no policy is asked.
    pub fn may_end(&self, binding: BindingId) -> Option<Ends> {
        let row = self.derived.runs().of_binding.binary_search_by_key(&binding, |(id, _)| *id).ok()?;
        let (_, run) = self.derived.runs().of_binding.get(row)?;
        let users = self.world.users.len();
        Some(match self.derived.extents.ends(*run) {
            Column::All(ends) => *ends,
            Column::Each(each) => each
                .iter()
                .filter(
                    |(_, subjects)| if users == 0 { subjects.contains(0) } else { subjects.count(users) > 0 },
                )
                .map(|(ends, _)| *ends)
                .reduce(Ends::or)?,
        })
    }

    /// The runs of each policy, with the bindings that ask.
    fn asked(&self) -> FxHashMap<PolicyId, Vec<(rules::RunId, Vec<BindingId>)>> {
        let mut bindings: FxHashMap<rules::RunId, Vec<BindingId>> = FxHashMap::default();
        for (binding, run) in &self.derived.runs().of_binding {
            bindings.entry(*run).or_default().push(*binding);
        }
        let mut asked: FxHashMap<PolicyId, Vec<_>> = FxHashMap::default();
        for (number, run) in (0_u32..).map(rules::RunId).zip(&self.derived.runs().all) {
            let bindings = bindings.remove(&number).unwrap_or_default();
            asked.entry(run.policy).or_default().push((number, bindings));
        }
        asked
    }

    fn runs_of(
        &self,
        policy: PolicyId,
        asked: &[(rules::RunId, Vec<BindingId>)],
        study: &Study<'_>,
    ) -> Vec<PolicyRun> {
        let mut runs: Vec<PolicyRun> = Vec::new();
        for (number, bindings) in asked {
            let (Some(run), Some(first)) = (self.derived.runs().all.get(number.0 as usize), bindings.first())
            else {
                continue;
            };
            let kind = self.world.targets.row(self.world.bindings.row(*first).target).kind();
            let ends = self.derived.extents.ends(*number);
            let run = self.counted(kind, &run.judged.judgement, ends, bindings.clone());
            // Code has a run for each target; most of them end alike.
            match runs.iter_mut().find(|known| known.ends_like(&run)) {
                Some(known) => known.extend(run),
                None => runs.push(run),
            }
        }
        if asked.is_empty() {
            runs.extend(self.run_nowhere(policy, study));
        }
        runs.sort_by_key(|run| (run.kind, run.bindings.first().copied()));
        runs
    }

    /// How a policy would end on an application, if it were bound to one.
    fn run_nowhere(&self, policy: PolicyId, study: &Study<'_>) -> Option<PolicyRun> {
        let kind = TargetKind::Application;
        let is_meant = |id: &TargetId| self.world.targets.row(*id).kind() == kind;
        let setting = Setting {
            target: kind,
            id: self.world.targets.ids().find(is_meant)?,
            at: self.settings.at,
            edition: &self.world.edition,
            scores: self.world.reputation.as_deref(),
            disturbed: &Writes::default(),
            assumptions: &self.settings.assumptions,
            run: u32::MAX,
        };
        let judgement = policy::judge(study, policy, setting);
        let ends = Column::of(&judgement.ends, self.world.users.len() + 1);
        Some(self.counted(kind, &judgement, &ends, Vec::new()))
    }

    fn counted(
        &self,
        kind: TargetKind,
        judgement: &Judgement,
        ends: &Column,
        bindings: Vec<BindingId>,
    ) -> PolicyRun {
        let users = self.world.users.len();
        let mut outcomes = Outcomes::default();
        let mut count = |ends: Ends, users: usize| {
            *match ends {
                Ends::PASS => &mut outcomes.pass,
                Ends::FAIL => &mut outcomes.fail,
                Ends::ERROR => &mut outcomes.error,
                Ends::CRASH => &mut outcomes.crash,
                _ => &mut outcomes.depends,
            } += users;
        };
        match ends {
            Column::All(ends) => count(*ends, users),
            Column::Each(each) => {
                each.iter().for_each(|(ends, subjects)| count(*ends, subjects.count(users)));
            }
        }
        let mut atoms: Vec<Arc<Atom>> = match &judgement.ends {
            For::Ways(ways) => ways.iter().flat_map(Way::atoms).cloned().collect(),
            For::All(_) | For::Each(_) => Vec::new(),
        };
        atoms.sort_by_cached_key(|atom| (atom.span().start, atom.span().end, atom.text()));
        // Two runs ask the same in the same words, of two requests.
        atoms.dedup_by(|one, other| one.span() == other.span() && one.text() == other.text());
        let (unclear, unknown) = (judgement.unclear.clone(), judgement.unknown.clone());
        let anyone = judgement.anyone.then(|| all_ends(&judgement.ends)).flatten();
        let raises = match &judgement.ends {
            For::All(Ends::ERROR) => vec![Vec::new()],
            For::Ways(ways) => {
                let mut found = Vec::new();
                let of_users = ways.0.iter().filter(|(_, subjects)| subjects.count(users) > 0);
                of_users.for_each(|(way, _)| ways_to_errors(way, &mut Vec::new(), &mut found));
                found.sort_by_key(Vec::len);
                found
            }
            For::All(_) | For::Each(_) => Vec::new(),
        };
        let anonymous = ends.get(users);
        PolicyRun { kind, bindings, outcomes, atoms, unclear, unknown, anonymous, anyone, raises }
    }
}

/// Every way in which runs may end.
fn all_ends(ends: &For) -> Option<Ends> {
    match ends {
        For::All(ends) => Some(*ends),
        For::Each(_) => None,
        For::Ways(ways) => ways.iter().map(Way::ends).reduce(Ends::or),
    }
}

/// Finds answers that lead to an error and nothing else, after those `before`.
fn ways_to_errors(way: &Way, before: &mut Vec<(Arc<Atom>, bool)>, found: &mut Vec<Vec<(Arc<Atom>, bool)>>) {
    if found.len() >= MOST_WAYS {
        return;
    }
    match way {
        Way::Ends(Ends::ERROR) => found.push(before.clone()),
        Way::Ends(_) => {}
        Way::If(atom, yes, no) => {
            for (way, answer) in [(yes, true), (no, false)] {
                before.push((Arc::clone(atom), answer));
                ways_to_errors(way, before, found);
                before.pop();
            }
        }
    }
}
