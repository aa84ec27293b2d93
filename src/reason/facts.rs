//! The facts of a world, as the rules want them.

use std::sync::Arc;

use rules::{Engine, Facts, Presence, ReachFacts};
use rustc_hash::FxHashMap;

use super::runs::{Kept, Runs};
use super::{AtomId, Settings, Unknown};
use crate::model::{
    Binding, BindingId, BoundUser, Details, Generation, GroupId, Id, Mode, PolicyId, ProviderId, TargetId,
    UserId, World,
};
use crate::policy::way::{Atom, Way};
use crate::policy::{self, For, Study};

/// Everything that the rules and the evaluation need.
pub(crate) struct Prepared {
    pub(crate) facts: Facts,
    pub(crate) runs: Runs,
    /// What [`rules::UnknownId`]s stand for.
    pub(crate) unknowns: Vec<Unknown>,
    /// What [`Unknown::Request`]s stand for, each with the policy that asks it first.
    pub(crate) atoms: Vec<(Arc<Atom>, PolicyId)>,
}

pub(crate) fn target(id: TargetId) -> rules::TargetId {
    rules::TargetId(id.0)
}

pub(crate) fn binding(id: BindingId) -> rules::BindingId {
    rules::BindingId(id.0)
}

pub(crate) fn group(id: GroupId) -> rules::GroupId {
    rules::GroupId(id.0)
}

/// A user that the input does not list gets a number that no listed one has.
fn user(user: &BoundUser, unlisted: &mut FxHashMap<String, u32>) -> rules::UserId {
    match user {
        BoundUser::Listed(UserId(id)) => rules::UserId(*id),
        BoundUser::Unlisted(key) => {
            let next = u32::MAX - u32::try_from(unlisted.len()).unwrap_or_default();
            rules::UserId(*unlisted.entry(key.clone()).or_insert(next))
        }
    }
}

/// Makes the facts of `world`. What is `kept` is not judged again.
pub(crate) fn prepare(world: &World, settings: &Settings, kept: &Kept) -> Prepared {
    let study = Study::of(world);
    let runs = Runs::of(world, settings, &study, kept);
    let mut unknowns = Vec::new();
    let mut facts = Facts {
        engine: engine(world.edition.generation),
        group_depth: world.edition.group_depth,
        parent: Vec::new(),
        target: Vec::new(),
        open_mode: Vec::new(),
        open_when_unbound: Vec::new(),
        obscured: Vec::new(),
        row: Vec::new(),
        binds_policy: runs.of_binding.iter().map(|(id, run)| (binding(*id), *run)).collect(),
        takes: Vec::new(),
        ends_in: Vec::new(),
        splits: Vec::new(),
        open_way: Vec::new(),
        binds_group: Vec::new(),
        binds_user: Vec::new(),
        negated: Vec::new(),
        passes_on_error: Vec::new(),
        reach: ReachFacts::default(),
    };
    for (child, row) in world.groups.iter() {
        facts.parent.extend(row.parents.iter().map(|parent| (group(child), group(*parent))));
    }
    let atoms = ways(&runs, &mut facts, &mut unknowns);
    targets(world, &mut facts, &mut unknowns);
    obscured(world, &study, settings, &mut facts, &mut unknowns);
    rows(world, settings, &mut facts);
    reach(world, settings, &mut facts.reach, &mut unknowns);
    Prepared { facts, runs, unknowns, atoms }
}

fn engine(generation: Generation) -> Engine {
    match generation {
        Generation::Documented => Engine::Documented,
        Generation::E1 => Engine::Each,
        Generation::E2 => Engine::Pooled,
        // For one user the fourth generation does what the third does; its second engine only makes lists.
        Generation::E3 | Generation::E4 => Engine::Counted,
    }
}

fn unknown(unknowns: &mut Vec<Unknown>, what: Unknown) -> rules::UnknownId {
    unknowns.push(what);
    rules::UnknownId(u32::try_from(unknowns.len() - 1).unwrap_or(u32::MAX))
}

/// The ways of the runs that ask what nobody can answer.
fn ways(runs: &Runs, facts: &mut Facts, unknowns: &mut Vec<Unknown>) -> Vec<(Arc<Atom>, PolicyId)> {
    let mut numbering = Numbering::default();
    for (index, run) in runs.all.iter().enumerate() {
        let For::Ways(ways) = &run.judged.judgement.ends else { continue };
        if !ways.iter().any(|way| matches!(way, Way::If(..))) {
            continue;
        }
        let id = rules::RunId(u32::try_from(index).unwrap_or(u32::MAX));
        for (n, way) in ways.iter().enumerate() {
            let way = numbering.way(way, id, run.policy, facts, unknowns);
            facts.takes.push((id, u32::try_from(n).unwrap_or(u32::MAX), way));
        }
    }
    numbering.atoms
}

/// Numbers for ways and for what they ask.
#[derive(Default)]
struct Numbering {
    ways: FxHashMap<(Way, Option<rules::RunId>), rules::WayId>,
    asked: FxHashMap<Arc<Atom>, rules::UnknownId>,
    atoms: Vec<(Arc<Atom>, PolicyId)>,
}

impl Numbering {
    fn way(
        &mut self,
        way: &Way,
        run: rules::RunId,
        policy: PolicyId,
        facts: &mut Facts,
        unknowns: &mut Vec<Unknown>,
    ) -> rules::WayId {
        // A way that may end in several ways somewhere is open in each run on its own.
        let key = (way.clone(), (!way.is_settled()).then_some(run));
        if let Some(known) = self.ways.get(&key) {
            return *known;
        }
        let id = rules::WayId(u32::try_from(self.ways.len()).unwrap_or(u32::MAX));
        self.ways.insert(key, id);
        match way {
            Way::Ends(ends) if ends.is_known() => {
                let is_end = |end: &rules::Outcome| rules::Outcomes::only(*end).bits() == ends.bits();
                facts.ends_in.extend(rules::Outcome::ALL.into_iter().find(is_end).map(|end| (id, end)));
            }
            Way::Ends(_) => facts.open_way.push((id, run)),
            Way::If(atom, yes, no) => {
                let unknown = if let Some(known) = self.asked.get(atom) {
                    *known
                } else {
                    let what = Unknown::Request(AtomId::from_index(self.atoms.len()));
                    self.atoms.push((Arc::clone(atom), policy));
                    let number = self::unknown(unknowns, what);
                    self.asked.insert(Arc::clone(atom), number);
                    number
                };
                let yes = self.way(yes, run, policy, facts, unknowns);
                let no = self.way(no, run, policy, facts, unknowns);
                facts.splits.push((id, unknown, yes, no));
            }
        }
        id
    }
}

fn targets(world: &World, facts: &mut Facts, unknowns: &mut Vec<Unknown>) {
    for id in world.targets.ids() {
        let mode = match world.asked_mode(id) {
            Mode::Any => Some(rules::Mode::Any),
            Mode::All => Some(rules::Mode::All),
            Mode::Invalid => Some(rules::Mode::Neither),
            Mode::Unexposed => {
                let what = Unknown::Mode(id);
                facts.open_mode.push((target(id), unknown(unknowns, what)));
                None
            }
        };
        facts.target.push((target(id), mode));
        if world.opens_when_unbound(id) {
            facts.open_when_unbound.push(target(id));
        }
    }
}

/// Targets of which it is not known what is bound to them.
fn obscured(
    world: &World,
    study: &Study<'_>,
    settings: &Settings,
    facts: &mut Facts,
    unknowns: &mut Vec<Unknown>,
) {
    for id in world.targets.ids() {
        let expiring = settings.at.is_none()
            && world.bindings_of(id).any(|(_, row)| row.enabled && row.expires.is_some());
        let what = if exchanges_user(world, study, id) {
            Unknown::Exchange(id)
        } else if expiring {
            Unknown::Bindings(id)
        } else {
            continue;
        };
        facts.obscured.push((target(id), unknown(unknowns, what)));
    }
}

/// In the first generation each row asks about the user of the request anew, so code that exchanges that user
/// changes what later rows for groups and users say (dossier §2.4).
fn exchanges_user(world: &World, study: &Study<'_>, target: TargetId) -> bool {
    if world.edition.generation != Generation::E1 {
        return false;
    }
    let enabled = || world.bindings_of(target).map(|(_, row)| row).filter(|row| row.enabled);
    let may_change = |row: &&Binding| row.policy.is_some_and(|policy| policy::writes(study, policy).user);
    let first = enabled().filter(may_change).map(|row| row.order).min();
    enabled().any(|row| row.policy.is_none() && first.is_some_and(|first| first <= row.order))
}

fn rows(world: &World, settings: &Settings, facts: &mut Facts) {
    let mut unlisted = FxHashMap::default();
    let mut place: Option<(TargetId, u32)> = None;
    for (id, row) in world.bindings.iter().filter(|(_, row)| row.counts(settings.at)) {
        let n = match place {
            Some((before, n)) if before == row.target => n + 1,
            _ => 0,
        };
        place = Some((row.target, n));
        let id = binding(id);
        facts.row.push((target(row.target), n, id));
        facts.binds_group.extend(row.group.map(|bound| (id, group(bound))));
        facts.binds_user.extend(row.user.as_ref().map(|bound| (id, user(bound, &mut unlisted))));
        if row.negate {
            facts.negated.push(id);
        }
        if row.failure_result {
            facts.passes_on_error.push(id);
        }
    }
}

fn reach(world: &World, settings: &Settings, reach: &mut ReachFacts, unknowns: &mut Vec<Unknown>) {
    let mut of_provider: FxHashMap<ProviderId, TargetId> = FxHashMap::default();
    let mut asked: FxHashMap<ProviderId, rules::UnknownId> = FxHashMap::default();
    for (id, row) in world.targets.iter() {
        if let Details::Application { provider: Some(provider) } = row.details {
            of_provider.entry(provider).or_insert(id);
            let present = match world.providers.row(provider).is_rac() {
                Some(true) => Presence::Yes,
                Some(false) => continue,
                None => Presence::Unknown(
                    *asked.entry(provider).or_insert_with(|| unknown(unknowns, Unknown::Provider(provider))),
                ),
            };
            let n = u32::try_from(reach.remote_access.len()).unwrap_or(u32::MAX);
            reach.remote_access.push((n, target(id), present));
        }
    }
    for (id, row) in world.targets.iter() {
        let id = target(id);
        // What a user who cannot log in gets from a flow, a stage or a rule is not access of theirs (dossier §3.2).
        if row.kind().needs_login() {
            reach.needs_login.push(id);
        }
        match &row.details {
            Details::Entitlement { .. } => reach.granted_row_by_row.push(id),
            Details::StageBinding { evaluate_on_plan: false, re_evaluate_policies: false, .. } => {
                reach.never_asked.push(id);
            }
            Details::RacEndpoint { provider } => {
                reach.endpoint.push(id);
                if !world.edition.rac_checks_provider {
                    reach.entrance.push((id, None));
                } else if let Some(application) = provider.and_then(|provider| of_provider.get(&provider)) {
                    reach.entrance.push((id, Some(target(*application))));
                }
            }
            Details::Device { access_group, expires } => {
                reach.device_group.extend(access_group.map(|group| (id, target(group))));
                if let Some(expires) = expires {
                    let visible = match settings.at {
                        Some(at) if *expires < at => Presence::No,
                        Some(_) => Presence::Yes,
                        None => Presence::Unknown(unknown(
                            unknowns,
                            Unknown::Expiry(TargetId::from_index(id.0 as usize)),
                        )),
                    };
                    reach.visible.push((id, visible));
                }
            }
            _ => {}
        }
    }
}
