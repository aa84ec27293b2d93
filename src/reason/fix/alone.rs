//! One user alone with what a target rests on: a world in which edits are tried fast.

use super::{Remedy, Trying};
use crate::model::{Binding, BindingId, BoundUser, Id, TargetId, UserId, World};
use crate::reason::{Reasoner, Settings};
use crate::truth::Verdict;

/// The world of one user, and which of its bindings is which of the whole one.
pub(super) struct Alone {
    trying: Trying,
    /// The world as it is at first.
    first: World,
    /// The bindings of the whole world, by their numbers here.
    bindings: Vec<BindingId>,
}

impl Alone {
    /// The world of `user` alone, as far as `target` rests on it. `None` where other users may play a part.
    pub(super) fn of(reasoner: &Reasoner<'_>, user: UserId, target: TargetId) -> Option<Self> {
        let world = reasoner.world();
        let targets = reasoner.may_rest_on(target);
        let rows = || world.bindings.iter().filter(|(_, row)| targets.binary_search(&row.target).is_ok());
        let runs = reasoner.derived.runs();
        let rests_on_others = |(id, _): (BindingId, &Binding)| {
            let row = runs.of_binding.binary_search_by_key(&id, |(id, _)| *id).ok();
            let run = row.and_then(|row| runs.of_binding.get(row)).and_then(|(_, run)| runs.get(*run));
            run.is_some_and(|run| run.judged.judgement.grounds.has_everybody())
        };
        // A policy that is not asked now may be once its binding is enabled.
        if rows().any(rests_on_others) || rows().any(|(_, row)| row.policy.is_some() && !row.enabled) {
            return None;
        }
        let (bindings, alone): (Vec<BindingId>, Vec<Binding>) = rows()
            .map(|(id, row)| {
                (id, Binding { user: row.user.as_ref().map(|bound| bound_alone(bound, user)), ..row.clone() })
            })
            .unzip();
        let world = World {
            edition: world.edition.clone(),
            edition_from: world.edition_from,
            flags: world.flags,
            partial: world.partial,
            users: [world.users.row(user).clone()].into_iter().collect(),
            groups: world.groups.clone(),
            policies: world.policies.clone(),
            stages: world.stages.clone(),
            providers: world.providers.clone(),
            targets: world.targets.clone(),
            bindings: alone.into_iter().collect(),
            reputation: world.reputation.clone(),
        };
        let settings =
            Settings { at: reasoner.settings.at, assumptions: reasoner.settings.assumptions.clone() };
        let reasoner = Reasoner::owning(world.clone(), &settings);
        let trying = Trying { reasoner, user: UserId::from_index(0), target };
        Some(Self { trying, first: world, bindings })
    }

    /// How many bindings there are.
    pub(super) fn bindings(&self) -> usize {
        self.bindings.len()
    }

    /// Whether edits of the whole world give the verdict that is wanted.
    pub(super) fn gives(&mut self, edits: &[&Remedy], wanted: Verdict) -> bool {
        let here: Option<Vec<Remedy>> = edits.iter().map(|edit| self.here(edit)).collect();
        // What is not known here is tried in the whole world.
        here.is_none_or(|here| {
            let edits: Vec<&Remedy> = here.iter().collect();
            self.trying.with(&edits, &self.first, wanted, |_, _, _| ()).is_some()
        })
    }

    /// What an edit of the whole world is here.
    fn here(&self, edit: &Remedy) -> Option<Remedy> {
        let here = |id: &BindingId| self.bindings.binary_search(id).ok().map(BindingId::from_index);
        Some(match edit {
            Remedy::Join(_) | Remedy::Leave(_) | Remedy::Activate => edit.clone(),
            Remedy::Enable(id) => Remedy::Enable(here(id)?),
            Remedy::Disable(id) => Remedy::Disable(here(id)?),
            Remedy::Negate(id) => Remedy::Negate(here(id)?),
            Remedy::FailureResult(id) => Remedy::FailureResult(here(id)?),
        })
    }
}

/// The bound user, where only `user` is there.
fn bound_alone(bound: &BoundUser, user: UserId) -> BoundUser {
    match bound {
        BoundUser::Listed(other) if *other == user => BoundUser::Listed(UserId::from_index(0)),
        BoundUser::Listed(other) => BoundUser::Unlisted(format!("listed {}", other.index())),
        BoundUser::Unlisted(key) => BoundUser::Unlisted(key.clone()),
    }
}
