//! What do a few targets let through with other bindings? Derived for them alone, over what is known of everybody.

use std::sync::Arc;

use rules::{Facts, GateId, Relations};

use super::Remedy;
use crate::model::{BindingId, TargetId};
use crate::reason::extents::Extents;
use crate::reason::plan::Plan;
use crate::reason::rows::Rows;
use crate::reason::{Access, Reasoner, facts};

/// The binding that an edit is about.
pub(super) fn binding(edit: &Remedy) -> Option<BindingId> {
    match edit {
        Remedy::Join(_) | Remedy::Leave(_) | Remedy::Activate => None,
        Remedy::Enable(id) | Remedy::Disable(id) | Remedy::Negate(id) | Remedy::FailureResult(id) => {
            Some(*id)
        }
    }
}

impl Reasoner<'_> {
    /// The targets of which edits of bindings may change the verdicts. `None` where more than the rules would have to be
    /// asked anew: which policies run, what they read, and which targets are not known.
    pub(super) fn bound_by(&self, edits: &[&Remedy]) -> Option<Vec<TargetId>> {
        let world = self.world();
        let mut targets = Vec::new();
        for edit in edits {
            let Some(id) = binding(edit) else { continue };
            let row = world.bindings.row(id);
            let writes = || row.policy.and_then(|policy| self.derived.runs().writes(policy));
            match edit {
                Remedy::Enable(_) => return None,
                Remedy::Disable(_) if writes().is_some_and(|writes| !writes.is_none()) => return None,
                _ => targets.push(row.target),
            }
        }
        targets.sort_unstable();
        targets.dedup();
        let targets = self.resting_on(&targets);
        let is_obscured = |target: &TargetId| {
            let number = facts::target(*target);
            self.derived.facts.obscured.iter().any(|(other, _)| *other == number)
        };
        (!targets.iter().any(is_obscured)).then_some(targets)
    }

    /// The verdicts of `targets`, in their order, with `edits` of bindings, as [`Reasoner::bound_by`] allows them. `None`
    /// where they are not exact.
    pub(super) fn accesses_with(&self, targets: &[TargetId], edits: &[&Remedy]) -> Option<Vec<Access>> {
        let (nodes, relations) = rules::derive(&self.edited(targets, edits));
        let extents = Extents::of(Arc::clone(self.derived.extents.basis()), &nodes);
        let users = self.world().users.len();
        let mut rows = Rows::new(&nodes, &extents, users);
        let mut extent = |gate| (!Plan::of(&nodes, gate, &extents).coarse).then(|| rows.extent(gate));
        let access = |target: &TargetId| {
            let (verdict, effective) = gates(&relations, *target)?;
            let verdicts = extent(verdict)?;
            let effective = if effective == verdict { None } else { Some(extent(effective)?) };
            Some(Access::of(users, verdicts, effective))
        };
        targets.iter().map(access).collect()
    }

    /// The facts about `targets` with `edits`.
    fn edited(&self, targets: &[TargetId], edits: &[&Remedy]) -> Facts {
        let all = &self.derived.facts;
        let mut asked: Vec<rules::TargetId> =
            targets.iter().flat_map(|target| self.rests_on(*target)).map(facts::target).collect();
        asked.sort_unstable();
        asked.dedup();
        let mut facts = Facts {
            takes: all.takes.clone(),
            ends_in: all.ends_in.clone(),
            splits: all.splits.clone(),
            open_way: all.open_way.clone(),
            ..all.about(&asked)
        };
        for edit in edits {
            match edit {
                Remedy::Disable(id) => facts.row.retain(|(_, _, other)| *other != facts::binding(*id)),
                Remedy::Negate(id) => turn(&mut facts.negated, facts::binding(*id)),
                Remedy::FailureResult(id) => turn(&mut facts.passes_on_error, facts::binding(*id)),
                Remedy::Enable(_) | Remedy::Join(_) | Remedy::Leave(_) | Remedy::Activate => {}
            }
        }
        let mut place: Option<(rules::TargetId, u32)> = None;
        for (target, n, _) in &mut facts.row {
            *n = place.filter(|(before, _)| before == target).map_or(0, |(_, n)| n + 1);
            place = Some((*target, *n));
        }
        facts
    }
}

/// The gates of the verdict of a target and of what users get in the end.
fn gates(relations: &Relations, target: TargetId) -> Option<(GateId, GateId)> {
    let of = |relation: &[(rules::TargetId, GateId)]| {
        relation.iter().find(|(other, _)| *other == facts::target(target)).map(|(_, gate)| *gate)
    };
    Some((of(&relations.verdict)?, of(&relations.effective)?))
}

/// Puts a binding in where it is not, and takes it out where it is.
fn turn(bindings: &mut Vec<rules::BindingId>, binding: rules::BindingId) {
    match bindings.binary_search(&binding) {
        Ok(place) => {
            bindings.remove(place);
        }
        Err(place) => bindings.insert(place, binding),
    }
}
