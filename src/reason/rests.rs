//! What does that which a user gets from a target rest on?

use super::{Reasoner, facts};
use crate::model::{Details, Id, Target, TargetId, World};

impl Reasoner<'_> {
    /// The target, and those through which one gets what it stands for (dossier §3).
    pub(crate) fn rests_on(&self, target: TargetId) -> Vec<TargetId> {
        let mut found = vec![target];
        match &self.world().targets.row(target).details {
            Details::Device { access_group, .. } => found.extend(*access_group),
            Details::RacEndpoint { .. } => {
                let reach = &self.derived.facts.reach;
                let number = facts::target(target);
                let entrance = reach.entrance.binary_search_by_key(&number, |(endpoint, _)| *endpoint).ok();
                let of_number = |id: rules::TargetId| TargetId::from_index(id.0 as usize);
                match entrance.and_then(|row| reach.entrance.get(row)) {
                    Some((_, Some(application))) => found.push(of_number(*application)),
                    Some((_, None)) => {
                        found.extend(reach.remote_access.iter().map(|(_, id, _)| of_number(*id)));
                    }
                    None => {}
                }
            }
            _ => {}
        }
        found
    }

    /// The targets whose bindings can have a part in what a user gets from `target`: those that it rests on, and all
    /// that share a plan with them, because policies of a flow and its stages may write what others read (dossier §2.6).
    pub(crate) fn may_rest_on(&self, target: TargetId) -> Vec<TargetId> {
        let world = self.world();
        let mut targets = self.rests_on(target);
        let flows: Vec<TargetId> = targets.iter().filter_map(|target| plan_of(world, *target)).collect();
        if !flows.is_empty() {
            let shares =
                |target: &TargetId| plan_of(world, *target).is_some_and(|flow| flows.contains(&flow));
            targets.extend(world.targets.ids().filter(shares));
        }
        targets.sort_unstable();
        targets.dedup();
        targets
    }

    /// All targets that rest on one of `targets`, themselves included, in ascending order. `targets` are in that order.
    pub(crate) fn resting_on(&self, targets: &[TargetId]) -> Vec<TargetId> {
        let rests = |(id, row): &(TargetId, &Target)| match row.details {
            Details::Device { .. } | Details::RacEndpoint { .. } => {
                self.rests_on(*id).iter().any(|other| targets.binary_search(other).is_ok())
            }
            _ => targets.binary_search(id).is_ok(),
        };
        self.world().targets.iter().filter(rests).map(|(id, _)| id).collect()
    }
}

/// The flow whose plan a target is a part of.
pub(super) fn plan_of(world: &World, target: TargetId) -> Option<TargetId> {
    match &world.targets.row(target).details {
        Details::Flow { .. } => Some(target),
        Details::StageBinding { flow, .. } => Some(*flow),
        _ => None,
    }
}
