//! Which runs of policies there are, and which of them end alike.

mod writers;

use std::collections::BTreeSet;
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::column::Column;

use crate::model::{BindingId, Id, PolicyId, Renumbered, TargetId, TargetKind, UserId, World};
use crate::policy::assumption::Assumptions;
use crate::policy::way::Atom;
use crate::policy::writes::Writes;
use crate::policy::{self, Judgement, Seen, Setting, Study};
use crate::reason::Settings;
use writers::Writers;

/// Runs of one policy that end alike, for every subject.
#[derive(Clone)]
pub(crate) struct Run {
    /// The policy.
    pub(crate) policy: PolicyId,
    /// Where it was bound that was looked at.
    pub(crate) target: TargetId,
    /// What others wrote before.
    disturbed: Writes,
    /// A number that no other run has.
    number: u32,
    /// What is known of it. Runs of two reasoners that share this are the same.
    pub(crate) judged: Arc<Judged>,
}

/// How runs end, for everybody.
pub(crate) struct Judged {
    pub(crate) judgement: Judgement,
    /// The ends by subject.
    pub(crate) ends: Column,
}

/// Every run, and the run of every enabled binding that asks a policy.
#[derive(Clone, Default)]
pub(crate) struct Runs {
    pub(crate) all: Vec<Run>,
    pub(crate) of_binding: Vec<(BindingId, rules::RunId)>,
    /// What the next run is numbered with.
    next: u32,
    /// What each policy may write.
    writes: Arc<[Writes]>,
}

/// Runs of a reasoner for another world that need not be judged again, where they are of the same policy in the same
/// circumstances.
#[derive(Default)]
pub(crate) struct Kept {
    /// Those that several bindings can share.
    shared: FxHashMap<Alike, Run>,
    /// The others, by what their binding is numbered with now.
    own: FxHashMap<BindingId, Run>,
    /// What the next run is numbered with.
    next: u32,
    /// What each policy may write; nothing where policies are others.
    writes: Option<Arc<[Writes]>>,
}

impl Kept {
    /// The same for a world in which policies are others.
    pub(crate) fn for_other_policies(self) -> Self {
        Self { writes: None, ..self }
    }

    fn get(&self, binding: BindingId, anywhere: &Alike, here: &Alike) -> Option<&Run> {
        let (policy, _, _, disturbed) = anywhere;
        let own = self.own.get(&binding).filter(|run| run.policy == *policy && run.disturbed == *disturbed);
        own.or_else(|| self.shared.get(anywhere)).or_else(|| self.shared.get(here))
    }
}

/// What runs must have in common to end alike: the policy, what it is asked for, and what others wrote before.
type Alike = (PolicyId, TargetKind, Option<TargetId>, Writes);

/// A run in the making.
enum Made {
    Kept(Run),
    New { policy: PolicyId, target: TargetId, disturbed: Writes, number: u32, judgement: Judgement },
}

impl Runs {
    /// The runs of `world`.
    ///
    /// A policy that keeps nothing between two runs ends alike wherever the setting is the same; of any other, no
    /// two runs are known to.
    pub(crate) fn of(world: &World, settings: &Settings, study: &Study<'_>, kept: &Kept) -> Self {
        let of_policies = kept.writes.clone().unwrap_or_else(|| writers::of_policies(world, study));
        let writers = Writers::of(world, &of_policies);
        let of_events = settings.assumptions.without_request();
        let mut ready = Ready::of(world, settings, &of_events, study, &writers, kept);
        let mut known: FxHashMap<Alike, rules::RunId> = FxHashMap::default();
        let mut all: Vec<Made> = Vec::new();
        let mut of_binding = Vec::new();
        for (id, binding) in world.bindings.iter().filter(|(_, binding)| binding.enabled) {
            let Some(policy) = binding.policy else { continue };
            let target = binding.target;
            let kind = world.targets.row(target).kind();
            let disturbed = writers.before(id);
            let anywhere = (policy, kind, None, disturbed.clone());
            let here = (policy, kind, Some(target), disturbed.clone());
            let found = known.get(&anywhere).or_else(|| known.get(&here)).copied();
            let run = found.unwrap_or_else(|| {
                let made = kept.get(id, &anywhere, &here).map_or_else(
                    || {
                        ready.take(&anywhere, target).unwrap_or_else(|| {
                            let number = ready.number();
                            let disturbed = disturbed.clone();
                            let setting = setting(world, settings, &of_events, target, &disturbed, number);
                            let judgement = policy::judge(study, policy, setting);
                            Made::New { policy, target, disturbed, number, judgement }
                        })
                    },
                    |run| Made::Kept(run.clone()),
                );
                let run = rules::RunId(u32::try_from(all.len()).unwrap_or(u32::MAX));
                let judgement = made.judgement();
                match (judgement.repeatable, judgement.anywhere) {
                    (true, true) => known.insert(anywhere, run),
                    (true, false) => known.insert(here, run),
                    _ => None,
                };
                all.push(made);
                run
            });
            of_binding.push((id, run));
        }
        let subjects = world.users.len() + 1;
        let all = all.into_par_iter().map(|made| made.finished(subjects)).collect();
        Self { all, of_binding, next: ready.next, writes: of_policies }
    }

    /// What a policy may write.
    pub(crate) fn writes(&self, policy: PolicyId) -> Option<&Writes> {
        self.writes.get(policy.index())
    }

    /// The run with a number.
    pub(crate) fn get(&self, run: rules::RunId) -> Option<&Run> {
        self.all.get(run.0 as usize)
    }

    /// Puts `run` in the place of another one.
    pub(crate) fn put(&mut self, id: rules::RunId, run: Run) {
        if let Some(slot) = self.all.get_mut(id.0 as usize) {
            *slot = run;
        }
    }

    /// What becomes of run `run` in `world`, where the same policies have the same bindings as before.
    pub(crate) fn again(
        &self,
        run: rules::RunId,
        world: &World,
        settings: &Settings,
        study: &Study<'_>,
    ) -> Option<Run> {
        let Run { policy, target, disturbed, number, .. } = self.get(run)?.clone();
        let of_events = settings.assumptions.without_request();
        let setting = setting(world, settings, &of_events, target, &disturbed, number);
        let judgement = policy::judge(study, policy, setting);
        let made = Made::New { policy, target, disturbed, number, judgement };
        Some(made.finished(world.users.len() + 1))
    }

    /// What decides how a run ends for one user, where code does.
    pub(crate) fn seen(
        &self,
        run: rules::RunId,
        world: &World,
        settings: &Settings,
        study: &Study<'_>,
        user: UserId,
        answer: &dyn Fn(&Atom) -> Option<bool>,
    ) -> Vec<Seen> {
        let Some(Run { policy, target, disturbed, number, .. }) = self.get(run) else { return Vec::new() };
        let of_events = settings.assumptions.without_request();
        let setting = setting(world, settings, &of_events, *target, disturbed, *number);
        policy::seen(study, *policy, setting, user, answer)
    }

    /// These runs, for a world where bindings and policies have other numbers; but for those of which nothing
    /// `is_kept`.
    pub(crate) fn kept(
        &self,
        world: &World,
        is_kept: impl Fn(rules::RunId, &Run) -> bool,
        renumbered: &Renumbered,
    ) -> Kept {
        let writes = Some(Arc::clone(&self.writes));
        let mut kept = Kept { next: self.next, writes, ..Kept::default() };
        for (binding, id) in &self.of_binding {
            let Some(run) = self.get(*id).filter(|run| is_kept(*id, run)) else { continue };
            let Some(policy) = renumbered.policy(run.policy) else { continue };
            let run = Run { policy, ..run.clone() };
            let judgement = &run.judged.judgement;
            if judgement.repeatable {
                let kind = world.targets.row(run.target).kind();
                let target = (!judgement.anywhere).then_some(run.target);
                kept.shared.entry((policy, kind, target, run.disturbed.clone())).or_insert(run);
            } else if let Some(binding) = renumbered.binding(*binding) {
                kept.own.insert(binding, run);
            }
        }
        kept
    }
}

/// Judgements that were made in advance, at the same time: of each policy the first one for every kind of target.
struct Ready {
    made: FxHashMap<Alike, Made>,
    next: u32,
}

impl Ready {
    fn of(
        world: &World,
        settings: &Settings,
        of_events: &Assumptions,
        study: &Study<'_>,
        writers: &Writers,
        kept: &Kept,
    ) -> Self {
        let mut seen: FxHashSet<Alike> = FxHashSet::default();
        let mut first: Vec<(PolicyId, TargetId, &Writes)> = Vec::new();
        for (id, binding) in world.bindings.iter().filter(|(_, binding)| binding.enabled) {
            let Some(policy) = binding.policy else { continue };
            let (target, disturbed) = (binding.target, writers.before(id));
            let kind = world.targets.row(target).kind();
            let anywhere = (policy, kind, None, disturbed.clone());
            let here = (policy, kind, Some(target), disturbed.clone());
            if kept.get(id, &anywhere, &here).is_none() && seen.insert(anywhere) {
                first.push((policy, target, disturbed));
            }
        }
        let numbered = (kept.next..).zip(&first);
        let asked: Vec<(PolicyId, Setting<'_, '_>)> = numbered
            .map(|(number, (policy, target, disturbed))| {
                (*policy, setting(world, settings, of_events, *target, disturbed, number))
            })
            .collect();
        if rayon::current_num_threads() > 1 {
            policy::foresee(study, &asked);
        }
        let made = |(policy, setting): &(PolicyId, Setting<'_, '_>)| {
            let (policy, target, disturbed) = (*policy, setting.id, setting.disturbed.clone());
            let judgement = policy::judge(study, policy, *setting);
            let made = Made::New { policy, target, disturbed, number: setting.run, judgement };
            ((policy, setting.target, None, setting.disturbed.clone()), made)
        };
        let next = kept.next.saturating_add(u32::try_from(asked.len()).unwrap_or(u32::MAX));
        Self { made: asked.par_iter().map(made).collect(), next }
    }

    /// The first judgement of a policy, if that was asked for `target`.
    fn take(&mut self, anywhere: &Alike, target: TargetId) -> Option<Made> {
        let is_meant = |made: &Made| matches!(made, Made::New { target: of, .. } if *of == target);
        self.made.get(anywhere).is_some_and(is_meant).then(|| self.made.remove(anywhere)).flatten()
    }

    /// A number that no other run has.
    fn number(&mut self) -> u32 {
        self.next += 1;
        self.next - 1
    }
}

impl Made {
    fn judgement(&self) -> &Judgement {
        match self {
            Self::Kept(run) => &run.judged.judgement,
            Self::New { judgement, .. } => judgement,
        }
    }

    fn finished(self, subjects: usize) -> Run {
        match self {
            Self::Kept(run) => run,
            Self::New { policy, target, disturbed, number, judgement } => {
                let ends = Column::of(&judgement.ends, subjects);
                Run { policy, target, disturbed, number, judged: Arc::new(Judged { judgement, ends }) }
            }
        }
    }
}

fn setting<'s>(
    world: &'s World,
    settings: &'s Settings,
    of_events: &'s Assumptions,
    target: TargetId,
    disturbed: &'s Writes,
    run: u32,
) -> Setting<'s, 's> {
    let kind = world.targets.row(target).kind();
    Setting {
        target: kind,
        id: target,
        at: settings.at,
        edition: &world.edition,
        scores: world.reputation.as_deref(),
        disturbed,
        assumptions: match kind {
            TargetKind::NotificationRule => of_events,
            _ => &settings.assumptions,
        },
        run,
    }
}

impl Runs {
    /// Why each policy is unknown: everything that is not known of any of its runs.
    pub(crate) fn reasons(&self) -> FxHashMap<PolicyId, String> {
        let mut reasons: FxHashMap<PolicyId, BTreeSet<&str>> = FxHashMap::default();
        for run in &self.all {
            let unclear = run.judged.judgement.unclear.iter().map(|(_, reason)| reason.as_str());
            let unknown =
                run.judged.judgement.unknown.as_deref().filter(|_| run.judged.judgement.unclear.is_empty());
            reasons.entry(run.policy).or_default().extend(unclear.chain(unknown));
        }
        let joined = |reasons: BTreeSet<&str>| reasons.into_iter().collect::<Vec<_>>().join("; ");
        reasons.into_iter().map(|(policy, reasons)| (policy, joined(reasons))).collect()
    }
}
