//! Puts what a draft says into a world that is there already.

use rustc_hash::FxHashSet;

use super::super::draft::{
    Draft, DraftBinding, DraftBoundUser, DraftDetails, DraftGroup, DraftTarget, DraftUser, Key, Reference,
    TargetReference,
};
use super::super::{
    Binding, BindingId, BoundUser, Change, Details, GroupId, Id, Origin, PolicyId, ProviderId, SourceFlow,
    StageId, Table, Target, TargetId, TargetKind, UserId, World,
};
use super::missing::{missing, split};
use super::{Names, is_same_key};
use crate::diagnostic::{Diagnostic, Diagnostics};

/// A world that is edited, and what is wrong with the edits.
pub(crate) struct Extension<'e> {
    pub(crate) world: &'e mut World,
    pub(crate) diagnostics: &'e mut Diagnostics,
    /// Names of what could not be added, which was reported there.
    pub(crate) lost: &'e FxHashSet<String>,
}

/// The primary key and the name of an object.
type Parts = (Option<String>, String);

/// Whether `key` may mean what has this primary key or this name.
fn is_meant(key: &Key, pk: Option<&str>, name: &str) -> bool {
    let (Key::Pk(text) | Key::Name(text)) = key;
    name == text || pk.is_some_and(|pk| is_same_key(pk, text))
}

impl Extension<'_> {
    /// Makes a change that `origin` asks for. Says whether it could be made.
    pub(crate) fn make(&mut self, change: &Change, origin: Origin) -> bool {
        match self.world.apply(change) {
            Ok(()) => true,
            Err(error) => {
                let problem = Diagnostic::error(error.code(), error.to_string());
                self.diagnostics.push(problem.at(origin, "cannot be done"));
                false
            }
        }
    }

    fn resolve<I: Id, T>(
        &mut self,
        noun: &'static str,
        reference: &Reference,
        table: fn(&World) -> &Table<I, T>,
        parts: impl Fn(&World, I, &T) -> Option<Parts>,
    ) -> Option<I> {
        let world = &*self.world;
        let mut names: Names<'_, I> = Names::new(noun);
        let rows = || table(world).iter().filter_map(|(id, row)| Some((id, parts(world, id, row)?)));
        for (id, (pk, name)) in rows().filter(|(_, (pk, name))| is_meant(&reference.key, pk.as_deref(), name))
        {
            names.add(id, pk, name);
        }
        if names.knows(&reference.key) {
            return names.resolve(reference, self.diagnostics);
        }
        let (Key::Pk(text) | Key::Name(text)) = &*reference.key;
        if self.lost.contains(text) {
            return None;
        }
        for (id, (pk, name)) in rows() {
            names.add(id, pk, name);
        }
        names.resolve(reference, self.diagnostics)
    }

    pub(crate) fn user(&mut self, reference: &Reference) -> Option<UserId> {
        let parts = |_: &World, _, row: &super::super::User| {
            Some((row.pk.as_deref().map(str::to_owned), row.username.to_string()))
        };
        self.resolve("user", reference, |world| &world.users, parts)
    }

    pub(crate) fn group(&mut self, reference: &Reference) -> Option<GroupId> {
        self.resolve(
            "group",
            reference,
            |world| &world.groups,
            |_, _, row| Some((row.pk.clone(), row.name.clone())),
        )
    }

    pub(crate) fn policy(&mut self, reference: &Reference) -> Option<PolicyId> {
        let parts = |_: &World, _, row: &super::super::Policy| Some((row.pk.clone(), row.name.clone()));
        self.resolve("policy", reference, |world| &world.policies, parts)
    }

    pub(crate) fn stage(&mut self, reference: &Reference) -> Option<StageId> {
        self.resolve(
            "stage",
            reference,
            |world| &world.stages,
            |_, _, row| Some((row.pk.clone(), row.name.clone())),
        )
    }

    pub(crate) fn provider(&mut self, reference: &Reference) -> Option<ProviderId> {
        let parts = |_: &World, _, row: &super::super::Provider| Some((row.pk.clone(), row.name.clone()));
        self.resolve("provider", reference, |world| &world.providers, parts)
    }

    /// The target of `kind`; by primary key one of any kind is found, too, and reported.
    pub(crate) fn target(&mut self, kind: TargetKind, reference: &Reference) -> Option<TargetId> {
        let is_pk = matches!(*reference.key, Key::Pk(_));
        let parts = |world: &World, id, row: &Target| {
            (row.kind() == kind || is_pk).then(|| (row.pk.clone(), world.target_name(id)))
        };
        let found = self.resolve(kind.noun(), reference, |world| &world.targets, parts)?;
        let row = self.world.targets.get(found)?;
        if row.kind() == kind {
            return Some(found);
        }
        let message = format!("`{}` is not a {}", row.name, kind.noun());
        self.diagnostics.push(Diagnostic::error("wrong-kind", message).at(reference.origin, "here"));
        None
    }

    /// The flow that a source names, which need not be in the world.
    pub(crate) fn flow(&mut self, reference: &Reference) -> SourceFlow {
        let mut unresolved = Diagnostics::default();
        let mut quiet = Extension { world: self.world, diagnostics: &mut unresolved, lost: self.lost };
        if let Some(flow) = quiet.target(TargetKind::Flow, reference) {
            return SourceFlow::Listed(flow);
        }
        if !self.world.partial {
            self.diagnostics.push(missing("flow-not-in-input", "flow", reference));
        }
        SourceFlow::Unlisted(split(&reference.key).1)
    }

    /// Adds everything that `draft` says; a part of a target that is not in it is one of `owner`.
    pub(crate) fn add(&mut self, draft: Draft, owner: Option<TargetId>) {
        let Draft { users, groups, policies, stages, providers, targets, bindings, reputation, .. } = draft;
        for row in stages {
            let origin = row.origin;
            self.make(&Change::AddStage(Box::new(row)), origin);
        }
        for row in providers {
            let origin = row.origin;
            self.make(&Change::AddProvider(Box::new(row)), origin);
        }
        for row in policies {
            let origin = row.origin;
            self.make(&Change::AddPolicy(Box::new(row)), origin);
        }
        groups.into_iter().for_each(|group| self.add_group(group));
        users.into_iter().for_each(|user| self.add_user(user));
        if let Some(scores) = reputation {
            self.make(&Change::AddScores(scores), Origin::None);
        }
        let origins: Vec<Origin> = targets.iter().map(|target| target.origin).collect();
        targets.into_iter().for_each(|target| self.add_target(target, owner, &origins));
        for row in bindings {
            let target = self.here(&row.target, &origins);
            self.bind(row, target);
        }
    }

    fn add_group(&mut self, DraftGroup { mut group, parents, users, .. }: DraftGroup) {
        let origin = group.origin;
        for parent in &parents {
            let Some(id) = self.group(parent) else { continue };
            group.parents.push(id);
            group.parent_origins.push(parent.origin);
        }
        let users: Vec<(UserId, Origin)> =
            users.iter().filter_map(|user| Some((self.user(user)?, user.origin))).collect();
        let name = group.name.clone();
        if !self.make(&Change::AddGroup(Box::new(group)), origin) {
            return;
        }
        let is_new = |row: &super::super::Group| row.name == name && row.origin == origin;
        let Some(group) = self.world.groups.iter().find(|(_, row)| is_new(row)).map(|(id, _)| id) else {
            return;
        };
        for (user, origin) in users {
            self.make(&Change::Join { user, group }, origin);
        }
    }

    fn add_user(&mut self, DraftUser { mut user, groups }: DraftUser) {
        user.groups = groups.iter().filter_map(|group| self.group(group)).collect();
        let origin = user.origin;
        self.make(&Change::AddUser(Box::new(user)), origin);
    }

    /// The target that a draft refers to, whose own targets are at `origins`.
    fn here(&self, reference: &TargetReference, origins: &[Origin]) -> Option<TargetId> {
        let TargetReference::Here(position) = reference else { return None };
        let origin = *origins.get(*position)?;
        self.world.targets.iter().find(|(_, row)| row.origin == origin).map(|(id, _)| id)
    }

    fn add_target(&mut self, target: DraftTarget, owner: Option<TargetId>, origins: &[Origin]) {
        let DraftTarget { pk, details, mut name, slug, mode, origin, .. } = target;
        let Some(details) = self.details(details, owner, origins) else { return };
        if let Details::StageBinding { flow, stage, order, .. } = details {
            let stage = self.world.stages.get(stage).map_or("", |stage| stage.name.as_str());
            name = format!("{}/{stage}@{order}", self.world.target_name(flow));
        }
        self.make(&Change::AddTarget(Box::new(Target { pk, details, name, slug, mode, origin })), origin);
    }

    fn details(
        &mut self,
        details: DraftDetails,
        owner: Option<TargetId>,
        origins: &[Origin],
    ) -> Option<Details> {
        Some(match details {
            DraftDetails::Application { provider } => {
                let provider = match provider {
                    Some(provider) => Some(self.provider(&provider)?),
                    None => None,
                };
                Details::Application { provider }
            }
            DraftDetails::Entitlement { application } => {
                Details::Entitlement { application: owner.or_else(|| self.here(&application, origins))? }
            }
            DraftDetails::Flow { designation, authentication } => {
                Details::Flow { designation, authentication }
            }
            DraftDetails::StageBinding { flow, stage, order, evaluate_on_plan, re_evaluate_policies } => {
                let stage = self.stage(&stage)?;
                let flow = owner.or_else(|| self.here(&flow, origins))?;
                Details::StageBinding { flow, stage, order, evaluate_on_plan, re_evaluate_policies }
            }
            DraftDetails::Source(source) => {
                let source = source.with_flows(|flow| match flow {
                    TargetReference::Elsewhere(flow) => Some(self.flow(&flow)),
                    TargetReference::Here(_) => None,
                });
                Details::Source(source)
            }
            DraftDetails::NotificationRule => Details::NotificationRule,
            DraftDetails::RacEndpoint { provider } => {
                let provider = match provider {
                    Some(provider) => Some(self.provider(&provider)?),
                    None => None,
                };
                Details::RacEndpoint { provider }
            }
            DraftDetails::Device { access_group, expires } => {
                let access_group = match access_group {
                    Some(TargetReference::Elsewhere(group)) => {
                        Some(self.target(TargetKind::DeviceAccessGroup, &group)?)
                    }
                    _ => None,
                };
                Details::Device { access_group, expires }
            }
            DraftDetails::DeviceAccessGroup => Details::DeviceAccessGroup,
        })
    }

    /// Adds a binding to `target`; what it refers to is looked at even where there is none.
    pub(crate) fn bind(&mut self, row: DraftBinding, target: Option<TargetId>) {
        let origin = row.origin;
        if let Some(row) = self.binding(row, target, None) {
            self.make(&Change::Bind(Box::new(row)), origin);
        }
    }

    /// The binding that `row` describes, which may stand in the place of the one that `was` there.
    pub(crate) fn binding(
        &mut self,
        row: DraftBinding,
        target: Option<TargetId>,
        was: Option<BindingId>,
    ) -> Option<Binding> {
        let DraftBinding { pk, policy, group, user, enabled, negate, failure_result, order, timeout, .. } =
            row;
        let policy = policy.map(|policy| self.policy(&policy));
        let group = group.map(|group| self.group(&group));
        let user = user.map(|user| match user {
            DraftBoundUser::Listed(user) => self.user(&user).map(BoundUser::Listed),
            DraftBoundUser::Unlisted(key) => Some(BoundUser::Unlisted(key)),
        });
        if matches!(policy, Some(None)) || matches!(group, Some(None)) || matches!(user, Some(None)) {
            return None;
        }
        if let Some(pk) = pk.as_ref().filter(|pk| self.has_binding(pk)) {
            let problem =
                Diagnostic::error("duplicate-key", format!("there is another binding with the key `{pk}`"));
            self.diagnostics.push(problem.at(row.origin, "cannot be done"));
            return None;
        }
        let (target, policy) = (target?, policy.flatten());
        self.say_what_is_unique((target, policy, order), was, row.origin);
        Some(Binding {
            pk,
            target,
            policy,
            group: group.flatten(),
            user: user.flatten(),
            enabled,
            negate,
            failure_result,
            order,
            timeout,
            expires: row.expires,
            origin: row.origin,
        })
    }

    /// authentik keeps policy, target and order of bindings unique together (dossier §1.5).
    fn say_what_is_unique(
        &mut self,
        place: (TargetId, Option<PolicyId>, i64),
        was: Option<BindingId>,
        origin: Origin,
    ) {
        let mut others = self.world.bindings_of(place.0).filter(|(id, _)| Some(*id) != was);
        if place.1.is_some() && others.any(|(_, row)| (row.target, row.policy, row.order) == place) {
            let message = "authentik refuses a second binding of one policy with one order";
            let problem = Diagnostic::warning("refused", message).at(origin, "give it another order");
            self.diagnostics.push(problem);
        }
    }

    fn has_binding(&self, pk: &str) -> bool {
        self.world.bindings.values().any(|row| row.pk.as_deref() == Some(pk))
    }
}
