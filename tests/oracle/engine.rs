//! What authentik does, read plainly: one user, one target, one binding after the other (dossier §2.3 to §2.5, §3).

use std::collections::{HashMap, HashSet};

use whomay::Subject;
use whomay::model::{
    Binding, BindingId, BoundUser, Details, Generation, GroupId, Mode, TargetId, TargetKind, World,
};

/// How one run of a policy ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Pass,
    Fail,
    Error,
    Crash,
}

impl End {
    pub(crate) const ALL: [Self; 4] = [Self::Pass, Self::Fail, Self::Error, Self::Crash];
}

/// One way in which everything unknown turns out.
pub(crate) struct Run<'w> {
    pub(crate) world: &'w World,
    /// How the run of each binding's policy ends.
    pub(crate) ends: HashMap<BindingId, End>,
    /// The modes that the world leaves open.
    pub(crate) modes: HashMap<TargetId, Mode>,
}

impl Run<'_> {
    fn mode(&self, target: TargetId) -> Mode {
        let row = &self.world.targets[target];
        if row.kind() == TargetKind::NotificationRule && self.generation() != Generation::Documented {
            return Mode::Any;
        }
        self.modes.get(&target).copied().unwrap_or(row.mode)
    }

    fn generation(&self) -> Generation {
        super::generation(&self.world.edition)
    }

    fn enabled(&self, target: TargetId) -> Vec<(BindingId, &Binding)> {
        self.world.bindings.iter().filter(|(_, row)| row.target == target && row.enabled).collect()
    }

    /// Direct groups plus everything above, as far up as the edition looks.
    fn groups(&self, subject: Subject) -> HashSet<GroupId> {
        let Subject::User(user) = subject else { return HashSet::new() };
        let mut all: HashSet<GroupId> = self.world.users[user].groups.iter().copied().collect();
        let mut level: HashSet<GroupId> = all.clone();
        let mut levels = 0;
        while !level.is_empty() && self.world.edition.group_depth.is_none_or(|limit| levels < limit) {
            let above: HashSet<GroupId> =
                level.iter().flat_map(|group| self.world.groups[*group].parents.iter().copied()).collect();
            level = above.difference(&all).copied().collect();
            all.extend(above);
            levels += 1;
        }
        all
    }

    fn is_user(subject: Subject, bound: &BoundUser) -> bool {
        matches!((subject, bound), (Subject::User(user), BoundUser::Listed(listed)) if user == *listed)
    }

    /// §2.3 `static_match`.
    fn matches(&self, row: &Binding, subject: Subject) -> bool {
        if subject == Subject::Anonymous {
            return false;
        }
        let groups = self.groups(subject);
        let user = row.user.as_ref().map(|user| Self::is_user(subject, user));
        let group = row.group.map(|group| groups.contains(&group));
        if row.negate {
            user == Some(false) || group == Some(false)
        } else {
            user == Some(true) || group == Some(true)
        }
    }

    /// §2.5 `eval_policy`.
    fn policy_passes(&self, id: BindingId, row: &Binding) -> bool {
        let documented = self.generation() == Generation::Documented;
        match self.ends[&id] {
            End::Pass => !row.negate,
            End::Fail => row.negate,
            End::Error | End::Crash if documented => row.failure_result != row.negate,
            End::Error => row.failure_result,
            End::Crash => false,
        }
    }

    /// §2.4, one row of the first generation.
    fn one(&self, id: BindingId, row: &Binding, subject: Subject) -> bool {
        if row.policy.is_some() {
            return self.policy_passes(id, row);
        }
        if let Some(group) = row.group {
            return subject != Subject::Anonymous && self.groups(subject).contains(&group) != row.negate;
        }
        row.user.as_ref().is_some_and(|user| Self::is_user(subject, user)) != row.negate
    }
}

/// What the engine answers.
pub(crate) fn verdict(run: &Run<'_>, subject: Subject, target: TargetId) -> bool {
    let empty = opens_when_unbound(run, target);
    let rows = run.enabled(target);
    let mode = run.mode(target);
    let combine = |results: Vec<bool>| match mode {
        _ if results.is_empty() => empty,
        Mode::Any => results.contains(&true),
        Mode::All => !results.contains(&false),
        Mode::Invalid | Mode::Unexposed => false,
    };
    if run.generation() == Generation::E1 {
        return combine(rows.iter().map(|(id, row)| run.one(*id, row, subject)).collect());
    }
    let is_static = |row: &Binding| row.group.is_some() || row.user.is_some();
    let total = rows.iter().filter(|(_, row)| row.policy.is_none() && is_static(row)).count();
    let passing = rows.iter().filter(|(_, row)| is_static(row) && run.matches(row, subject)).count();
    let ignored = run.generation() == Generation::Documented && subject == Subject::Anonymous;
    let together = match mode {
        _ if (total == 0 && passing == 0) || ignored => None,
        Mode::Any => Some(passing > 0),
        Mode::All if run.generation() == Generation::E2 => Some(passing > 0),
        Mode::All => Some(passing == total),
        Mode::Invalid | Mode::Unexposed => Some(false),
    };
    let mut results: Vec<bool> = rows
        .iter()
        .filter(|(_, row)| row.policy.is_some())
        .map(|(id, row)| run.policy_passes(*id, row))
        .collect();
    results.extend(together);
    combine(results)
}

fn opens_when_unbound(run: &Run<'_>, target: TargetId) -> bool {
    if run.generation() == Generation::Documented {
        return true;
    }
    match run.world.targets[target].kind() {
        TargetKind::Application => {
            let release = run.world.edition.release.unwrap();
            (release.year, release.month) < (2026, 5)
                || run.world.flags.core_default_app_access != Some(false)
        }
        TargetKind::Flow | TargetKind::StageBinding | TargetKind::Source | TargetKind::RacEndpoint => true,
        _ => false,
    }
}

/// What the subject gets in the end.
pub(crate) fn effective(run: &Run<'_>, subject: Subject, target: TargetId) -> bool {
    let world = run.world;
    let active = matches!(subject, Subject::User(user) if world.users[user].active);
    let own = verdict(run, subject, target);
    let reach = match &world.targets[target].details {
        Details::Entitlement { .. } if run.generation() != Generation::Documented => {
            run.enabled(target).iter().any(|(_, row)| run.matches(row, subject))
        }
        Details::StageBinding { evaluate_on_plan: false, re_evaluate_policies: false, .. } => return true,
        Details::Device { access_group: Some(group), .. } => own || verdict(run, subject, *group),
        Details::RacEndpoint { provider } => {
            let entrances = world.targets.iter().filter(|(_, row)| match row.details {
                Details::Application { provider: Some(of) } if world.edition.rac_checks_provider => {
                    Some(of) == *provider
                }
                Details::Application { provider: Some(of) } => world.providers[of].is_rac() == Some(true),
                _ => false,
            });
            own && entrances.map(|(id, _)| id).any(|application| verdict(run, subject, application))
        }
        Details::Flow { .. } | Details::StageBinding { .. } | Details::NotificationRule => return own,
        _ => own,
    };
    active && reach
}
