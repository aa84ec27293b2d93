//! The facts that go in and the relations that come out.

use crate::{
    BindingId, Cause, Engine, GateId, GroupId, Mode, Outcome, RunId, TargetId, UnknownId, UserId, WayId,
};

/// What is known before any rule is applied. No fact speaks of who is a user or a direct member of what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The generation of the engine.
    pub engine: Engine,
    /// `group_depth(n)`: memberships reach through at most `n` levels of ancestors; `None`: through all.
    pub group_depth: Option<u32>,
    /// `parent(child, parent)`: `parent` is directly above `child`.
    pub parent: Vec<(GroupId, GroupId)>,
    /// `target(t, m)`: `t` combines its bindings by `m`; `None`: by Any or by All, as `open_mode` says.
    pub target: Vec<(TargetId, Option<Mode>)>,
    /// `open_mode(t, x)`: `t` combines its bindings by All where `x` holds, by Any where not.
    pub open_mode: Vec<(TargetId, UnknownId)>,
    /// `open_when_unbound(t)`: `t` lets everyone through when nothing that counts is bound to it.
    pub open_when_unbound: Vec<TargetId>,
    /// `obscured(t, x)`: what is bound to `t` is not known; `x` stands for its verdict.
    pub obscured: Vec<(TargetId, UnknownId)>,
    /// `row(t, n, b)`: `b` is the `n`th enabled binding of `t`, counted from 0 without gaps.
    pub row: Vec<(TargetId, u32, BindingId)>,
    /// `binds_policy(b, r)`: `b` asks a policy, and that run is `r`.
    pub binds_policy: Vec<(BindingId, RunId)>,
    /// `takes(r, n, w)`: the subjects of the `n`th class of `r` take the way `w`; counted from 0 without gaps. Runs
    /// without such a fact end as their own question says.
    pub takes: Vec<(RunId, u32, WayId)>,
    /// `ends_in(w, o)`: `w` ends in `o`.
    pub ends_in: Vec<(WayId, Outcome)>,
    /// `splits(w, x, v, u)`: `w` goes on as `v` where `x` holds, as `u` where not.
    pub splits: Vec<(WayId, UnknownId, WayId, WayId)>,
    /// `open_way(w, r)`: how `w` ends, the question of `r` says.
    pub open_way: Vec<(WayId, RunId)>,
    /// `binds_group(b, g)`: `b` asks for `g`.
    pub binds_group: Vec<(BindingId, GroupId)>,
    /// `binds_user(b, u)`: `b` asks for `u`.
    pub binds_user: Vec<(BindingId, UserId)>,
    /// `negated(b)`: the result of `b` is turned round.
    pub negated: Vec<BindingId>,
    /// `passes_on_error(b)`: the failure result of `b` is to pass.
    pub passes_on_error: Vec<BindingId>,
    /// What follows target by target.
    pub reach: ReachFacts,
}

impl Facts {
    /// The facts about `targets`, which must be sorted.
    #[must_use]
    pub fn about(&self, targets: &[TargetId]) -> Self {
        let asked = |target: &TargetId| targets.binary_search(target).is_ok();
        let row: Vec<_> = self.row.iter().filter(|(target, ..)| asked(target)).copied().collect();
        let mut bindings: Vec<_> = row.iter().map(|(_, _, binding)| *binding).collect();
        bindings.sort_unstable();
        let bound = |binding: &BindingId| bindings.binary_search(binding).is_ok();
        let reach = &self.reach;
        Self {
            engine: self.engine,
            group_depth: self.group_depth,
            parent: Vec::new(),
            target: self.target.iter().filter(|(target, _)| asked(target)).copied().collect(),
            open_mode: self.open_mode.iter().filter(|(target, _)| asked(target)).copied().collect(),
            open_when_unbound: self
                .open_when_unbound
                .iter()
                .filter(|target| asked(target))
                .copied()
                .collect(),
            obscured: self.obscured.iter().filter(|(target, _)| asked(target)).copied().collect(),
            row,
            binds_policy: self.binds_policy.iter().filter(|(binding, _)| bound(binding)).copied().collect(),
            takes: Vec::new(),
            ends_in: Vec::new(),
            splits: Vec::new(),
            open_way: Vec::new(),
            binds_group: self.binds_group.iter().filter(|(binding, _)| bound(binding)).copied().collect(),
            binds_user: self.binds_user.iter().filter(|(binding, _)| bound(binding)).copied().collect(),
            negated: self.negated.iter().filter(|binding| bound(binding)).copied().collect(),
            passes_on_error: self.passes_on_error.iter().filter(|binding| bound(binding)).copied().collect(),
            reach: ReachFacts {
                needs_login: reach.needs_login.iter().filter(|target| asked(target)).copied().collect(),
                granted_row_by_row: reach
                    .granted_row_by_row
                    .iter()
                    .filter(|target| asked(target))
                    .copied()
                    .collect(),
                never_asked: reach.never_asked.iter().filter(|target| asked(target)).copied().collect(),
                device_group: reach
                    .device_group
                    .iter()
                    .filter(|(device, _)| asked(device))
                    .copied()
                    .collect(),
                visible: reach.visible.iter().filter(|(device, _)| asked(device)).copied().collect(),
                endpoint: reach.endpoint.iter().filter(|endpoint| asked(endpoint)).copied().collect(),
                entrance: reach.entrance.iter().filter(|(endpoint, _)| asked(endpoint)).copied().collect(),
                remote_access: reach
                    .remote_access
                    .iter()
                    .filter(|(_, target, _)| asked(target))
                    .copied()
                    .collect(),
            },
        }
    }
}

/// Facts about what a verdict leads to (dossier §3).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReachFacts {
    /// `needs_login(t)`: only who may log in gets anything from `t`.
    pub needs_login: Vec<TargetId>,
    /// `granted_row_by_row(t)`: `t` is an entitlement, which authentik grants by a query of its own.
    pub granted_row_by_row: Vec<TargetId>,
    /// `never_asked(t)`: `t` is a stage binding that authentik never evaluates.
    pub never_asked: Vec<TargetId>,
    /// `device_group(d, g)`: the device `d` is in the access group `g`.
    pub device_group: Vec<(TargetId, TargetId)>,
    /// `visible(d, x)`: the device `d` is in sight where `x` holds; a device without such a fact always is.
    pub visible: Vec<(TargetId, Presence)>,
    /// `endpoint(e)`: `e` is an endpoint for remote access.
    pub endpoint: Vec<TargetId>,
    /// `entrance(e, a)`: `e` is reached through the application `a`, or through any application (`None`).
    pub entrance: Vec<(TargetId, Option<TargetId>)>,
    /// `remote_access(n, a, x)`: `a` is the `n`th application for remote access, where `x` holds.
    pub remote_access: Vec<(u32, TargetId, Presence)>,
}

/// Whether something holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Presence {
    /// It does.
    Yes,
    /// It does not.
    No,
    /// Nobody knows.
    Unknown(UnknownId),
}

/// What follows from [`Facts`]. Every relation is sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Relations {
    /// `says(b, gate)`: `b` passes for these subjects, taken alone.
    pub says: Vec<(BindingId, GateId)>,
    /// `settles(t, m, n, c, gate)`: under `m`, `c` settles the verdict of `t` for these subjects, whatever else
    /// is bound: under Any by passing, under All by failing. The smallest `n` decides.
    pub settles: Vec<(TargetId, Mode, u32, Cause, GateId)>,
    /// `unbound(t)`: nothing that counts is bound to `t`.
    pub unbound: Vec<TargetId>,
    /// `verdict(t, gate)`: `t` lets these subjects through.
    pub verdict: Vec<(TargetId, GateId)>,
    /// `effective(t, gate)`: these subjects get what `t` stands for in the end.
    pub effective: Vec<(TargetId, GateId)>,
}

/// Collects a derived relation in a fixed order.
pub(crate) fn sorted<T: Ord>(rows: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut rows: Vec<T> = rows.into_iter().collect();
    rows.sort_unstable();
    rows
}
