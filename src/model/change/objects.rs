//! Changes of the objects that everything else refers to: users, groups, targets, stages and providers.

use super::super::{
    Binding, BoundUser, Details, Edition, Group, GroupId, Origin, ProviderId, SourceFlow, StageId, Target,
    TargetId, TargetKind, User, UserId, World,
};
use super::{Change, Now};

/// Which numbers all of these have now.
#[derive(Default)]
pub(super) struct Everywhere {
    pub(super) users: Now<UserId>,
    pub(super) groups: Now<GroupId>,
    pub(super) stages: Now<StageId>,
    pub(super) providers: Now<ProviderId>,
    pub(super) targets: Now<TargetId>,
}

impl World {
    /// Makes a change of this sort, which was checked before.
    pub(super) fn change_objects(&mut self, change: &Change) {
        let mut now = Everywhere::default();
        match change {
            Change::AddUser(row) => now.users = Now::Added(self.add_user(row)),
            Change::RemoveUser(user) => now.users = Now::Gone(vec![*user]),
            Change::AddGroup(row) => now.groups = Now::Added(self.add_group(row)),
            Change::SetGroup { group, row } => self.set_group(*group, row),
            Change::RemoveGroup(group) => now.groups = Now::Gone(vec![*group]),
            Change::AddTarget(row) => now.targets = Now::Added(self.add_target(row)),
            Change::SetTarget { target, row } => {
                if let Some(old) = self.targets.get_mut(*target) {
                    *old = Target::clone(row);
                }
            }
            Change::RemoveTarget(target) => now.targets = Now::Gone(vec![*target]),
            Change::AddStage(row) => {
                let place = |one: &super::Stage| (one.name.clone(), one.pk.clone());
                let own = place(row);
                now.stages = Now::Added(self.stages.insert((**row).clone(), |one| place(one) <= own));
            }
            Change::RemoveStage(stage) => now.stages = Now::Gone(vec![*stage]),
            Change::AddProvider(row) => {
                let place = |one: &super::Provider| (one.name.clone(), one.pk.clone());
                let own = place(row);
                now.providers = Now::Added(self.providers.insert((**row).clone(), |one| place(one) <= own));
            }
            Change::RemoveProvider(provider) => now.providers = Now::Gone(vec![*provider]),
            Change::SetFlag(is_set) => {
                self.flags.core_default_app_access = Some(*is_set);
                if let Some(release) = self.edition.release {
                    let known = Edition::parse(&release.to_string());
                    // authentik lists the flags that it reads: one that is there is read.
                    self.edition.app_access_flag = !is_set || known.is_ok_and(|known| known.app_access_flag);
                }
            }
            Change::AddScores(scores) => {
                let all = self.reputation.get_or_insert_default();
                all.extend(scores.iter().cloned());
                all.sort_unstable();
            }
            _ => {}
        }
        self.take_along(&mut now);
        self.put(&now);
    }

    fn add_user(&mut self, row: &User) -> UserId {
        let mut groups = row.groups.to_vec();
        groups.sort_unstable();
        groups.dedup();
        let row = User { groups: groups.into(), ..row.clone() };
        let place = (row.username.clone(), row.pk.clone());
        self.users.insert(row, |one| (&one.username, &one.pk) <= (&place.0, &place.1))
    }

    fn add_group(&mut self, row: &Group) -> GroupId {
        let mut row = row.clone();
        let origins = row.parent_origins.iter().copied().chain(std::iter::repeat(Origin::None));
        let mut above: Vec<(GroupId, Origin)> = row.parents.iter().copied().zip(origins).collect();
        above.sort_unstable();
        above.dedup_by_key(|(parent, _)| *parent);
        (row.parents, row.parent_origins) = above.into_iter().unzip();
        let place = (row.name.clone(), row.pk.clone());
        self.groups.insert(row, |one| (&one.name, &one.pk) <= (&place.0, &place.1))
    }

    fn set_group(&mut self, group: GroupId, row: &Group) {
        if let Some(old) = self.groups.get_mut(group) {
            let Group { parents, parent_origins, .. } = std::mem::replace(old, row.clone());
            (old.parents, old.parent_origins) = (parents, parent_origins);
        }
    }

    fn add_target(&mut self, row: &Target) -> TargetId {
        let place = place(row);
        self.targets.insert(row.clone(), |one| self::place(one) <= place)
    }

    /// Adds what goes with what goes.
    fn take_along(&self, now: &mut Everywhere) {
        let mut gone = match &now.targets {
            Now::Added(_) => return,
            Now::Same => Vec::new(),
            Now::Gone(gone) => gone.clone(),
        };
        for (id, row) in self.targets.iter() {
            let goes = match &row.details {
                Details::StageBinding { flow, stage, .. } => gone.contains(flow) || !now.stages.keeps(*stage),
                Details::Entitlement { application } => gone.contains(application),
                Details::RacEndpoint { provider: Some(provider) } => !now.providers.keeps(*provider),
                _ => false,
            };
            if goes {
                gone.push(id);
            }
        }
        gone.sort_unstable();
        gone.dedup();
        now.targets = Now::Gone(gone);
    }

    /// Gives everything the numbers that it has now; what is gone is taken away, with all bindings of it.
    pub(super) fn put(&mut self, now: &Everywhere) {
        // What was added is in its table already.
        self.users.retain(|id| matches!(now.users, Now::Added(_)) || now.users.keeps(id));
        self.groups.retain(|id| matches!(now.groups, Now::Added(_)) || now.groups.keeps(id));
        self.stages.retain(|id| matches!(now.stages, Now::Added(_)) || now.stages.keeps(id));
        self.providers.retain(|id| matches!(now.providers, Now::Added(_)) || now.providers.keeps(id));
        self.targets.retain(|id| matches!(now.targets, Now::Added(_)) || now.targets.keeps(id));
        if !now.groups.is_same() {
            for user in self.users.values_mut() {
                user.groups = user.groups.iter().filter_map(|group| now.groups.of(*group)).collect();
            }
            for group in self.groups.values_mut() {
                let origins = group.parent_origins.iter().copied().chain(std::iter::repeat(Origin::None));
                let above = group.parents.iter().zip(origins);
                (group.parents, group.parent_origins) =
                    above.filter_map(|(parent, origin)| Some((now.groups.of(*parent)?, origin))).unzip();
            }
        }
        self.targets.values_mut().for_each(|row| now.in_details(&mut row.details));
        let bindings = std::mem::take(&mut self.bindings);
        self.bindings = bindings.into_iter().filter_map(|row| now.in_binding(row)).collect();
    }
}

impl Everywhere {
    fn in_details(&self, details: &mut Details) {
        let rename = |id: &mut TargetId| *id = self.targets.of(*id).unwrap_or(*id);
        match details {
            Details::Application { provider } | Details::RacEndpoint { provider } => {
                *provider = provider.and_then(|provider| self.providers.of(provider));
            }
            Details::Entitlement { application } => rename(application),
            Details::StageBinding { flow, stage, .. } => {
                rename(flow);
                *stage = self.stages.of(*stage).unwrap_or(*stage);
            }
            Details::Device { access_group, .. } => {
                *access_group = access_group.and_then(|group| self.targets.of(group));
            }
            Details::Source(source) => {
                for slot in [&mut source.authentication_flow, &mut source.enrollment_flow] {
                    if let Some(SourceFlow::Listed(flow)) = slot {
                        *slot = self.targets.of(*flow).map(SourceFlow::Listed);
                    }
                }
            }
            Details::Flow { .. } | Details::NotificationRule | Details::DeviceAccessGroup => {}
        }
    }

    /// The binding, unless something that it refers to is gone.
    fn in_binding(&self, mut row: Binding) -> Option<Binding> {
        row.target = self.targets.of(row.target)?;
        if let Some(group) = &mut row.group {
            *group = self.groups.of(*group)?;
        }
        if let Some(BoundUser::Listed(user)) = &mut row.user {
            *user = self.users.of(*user)?;
        }
        Some(row)
    }
}

/// Where a target stands among all targets, as the builder sorts them.
type Place = (TargetKind, Option<TargetId>, i64, Option<StageId>, String, Option<String>);

pub(super) fn place(row: &Target) -> Place {
    let (owner, order, stage) = match &row.details {
        Details::Entitlement { application } => (Some(*application), 0, None),
        Details::StageBinding { flow, stage, order, .. } => (Some(*flow), *order, Some(*stage)),
        _ => (None, 0, None),
    };
    // Stage bindings are named after their place.
    let own = if stage.is_some() { "" } else { row.slug.as_deref().unwrap_or(&row.name) };
    (row.kind(), owner, order, stage, own.to_owned(), row.pk.clone())
}
