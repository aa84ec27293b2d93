//! One user alone with what a target rests on: a world in which edits are tried fast.

use super::{Remedy, Trying};
use crate::model::{Binding, BindingId, Part, PolicyId, PolicyKind, TargetId, UserId, World};
use crate::reason::{Reasoner, Touched};
use crate::truth::Verdict;

/// The part of the world that one user and a target need.
pub(super) struct Alone {
    trying: Trying,
    part: Part,
}

impl Alone {
    /// The part in which edits of `user` and of what `target` rests on can be tried. `None` where others may play a part.
    pub(super) fn of(
        reasoner: &Reasoner<'_>,
        user: UserId,
        target: TargetId,
        edits: &[Remedy],
    ) -> Option<Self> {
        let world = reasoner.world();
        let targets = reasoner.may_rest_on(target);
        let rows = || targets.iter().flat_map(|target| world.bindings_of(*target));
        let runs = reasoner.derived.runs();
        let rests_on_others = |(id, _): (BindingId, &Binding)| {
            let row = runs.of_binding.binary_search_by_key(&id, |(id, _)| *id).ok();
            let run = row.and_then(|row| runs.of_binding.get(row)).and_then(|(_, run)| runs.get(*run));
            run.is_some_and(|run| run.judged.judgement.grounds.has_everybody())
        };
        // A policy that is not asked now may be once its binding is enabled, and one that asks for nobody else now may do so
        // of a user in another group.
        let names_others = |(_, row): (BindingId, &Binding)| {
            row.policy.is_some_and(|policy| !row.enabled || may_ask_for_others(world, policy))
        };
        if rows().any(rests_on_others) || rows().any(names_others) {
            return None;
        }
        let groups = edits.iter().filter_map(|edit| match edit {
            Remedy::Join(group) => Some(*group),
            _ => None,
        });
        let part = world.part(user, &targets, &groups.collect::<Vec<_>>());
        let settings = reasoner.settings.clone();
        let reasoner = Reasoner::owning(part.world.clone(), &settings);
        let trying = Trying { reasoner, user: part.user, target: part.target(target)? };
        Some(Self { trying, part })
    }

    /// Whether edits of the whole world give the verdict that is wanted.
    pub(super) fn gives(&mut self, edits: &[&Remedy], wanted: Verdict) -> bool {
        let here: Option<Vec<Remedy>> = edits.iter().map(|edit| self.here(edit)).collect();
        // What is not known here is tried in the whole world.
        here.is_none_or(|here| {
            let edits: Vec<&Remedy> = here.iter().collect();
            let gives = |trying: &Trying, _: &Touched| (trying.verdict() == wanted).then_some(());
            self.trying.with(&edits, &self.part.world, gives).is_some()
        })
    }

    /// What an edit of the whole world is here.
    fn here(&self, edit: &Remedy) -> Option<Remedy> {
        Some(match edit {
            Remedy::Join(group) => Remedy::Join(self.part.group(*group)?),
            Remedy::Leave(group) => Remedy::Leave(self.part.group(*group)?),
            Remedy::Activate => Remedy::Activate,
            Remedy::Enable(id) => Remedy::Enable(self.part.binding(*id)?),
            Remedy::Disable(id) => Remedy::Disable(self.part.binding(*id)?),
            Remedy::Negate(id) => Remedy::Negate(self.part.binding(*id)?),
            Remedy::FailureResult(id) => Remedy::FailureResult(self.part.binding(*id)?),
        })
    }
}

/// Whether the code of a policy can look up other users, in whatever way it may go, or call code that can.
fn may_ask_for_others(world: &World, policy: PolicyId) -> bool {
    let says = |policy: PolicyId, what: &str| match &world.policies.row(policy).kind {
        PolicyKind::Expression(code) => code.text.contains(what),
        _ => false,
    };
    let looks_up = |policy| says(policy, "ak_user_by");
    looks_up(policy) || says(policy, "ak_call_policy") && world.policies.ids().any(looks_up)
}
