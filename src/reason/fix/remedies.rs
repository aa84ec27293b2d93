//! The edits that may help.

use std::collections::{BTreeMap, BTreeSet};

use super::Remedy;
use crate::model::{Ancestry, Binding, BindingId, GroupId, PolicyId, TargetId, UserId};
use crate::policy::{self, Fact, Study, Understood};
use crate::reason::Reasoner;
use crate::truth::Verdict;

impl Reasoner<'_> {
    /// Every edit that may help.
    pub(super) fn remedies(&self, user: UserId, target: TargetId, wanted: Verdict) -> Vec<Remedy> {
        let world = self.world();
        let ancestry = Ancestry::of(world);
        let row = world.users.row(user);
        let is_in = ancestry.groups_of(user);
        let bindings: Vec<(BindingId, &Binding)> =
            self.rests_on(target).into_iter().flat_map(|target| world.bindings_of(target)).collect();
        let mut groups: Vec<GroupId> = bindings.iter().filter_map(|(_, row)| row.group).collect();
        let of_code = self.groups_of_code(&bindings);
        groups.extend(&of_code);
        groups.sort_unstable();
        groups.dedup();
        let mut edits = Vec::new();
        edits.extend((!row.active && wanted == Verdict::Yes).then_some(Remedy::Activate));
        let missing = groups.iter().filter(|group| is_in.binary_search(group).is_err()).copied();
        edits.extend(to_join(&ancestry, missing.collect()).into_iter().map(Remedy::Join));
        // Code may ask who is directly in a group.
        let is_below = |group: &GroupId| is_in.binary_search(group).is_ok() && !row.groups.contains(group);
        edits.extend(
            groups
                .iter()
                .filter(|group| of_code.contains(group) && is_below(group))
                .copied()
                .map(Remedy::Join),
        );
        let leads_there = ancestry.below(&groups);
        edits.extend(
            row.groups
                .iter()
                .filter(|group| leads_there.binary_search(group).is_ok())
                .copied()
                .map(Remedy::Leave),
        );
        for (id, row) in bindings {
            edits.push(switch(id, row));
            edits.push(Remedy::Negate(id));
            edits.extend(row.policy.is_some().then_some(Remedy::FailureResult(id)));
        }
        edits.extend(self.writers(target).into_iter().map(|(id, row)| switch(id, row)));
        edits
    }

    /// Bindings whose policies may write what those of the target read, but are bound elsewhere.
    fn writers(&self, target: TargetId) -> Vec<(BindingId, &Binding)> {
        let world = self.world();
        let own = self.rests_on(target);
        let others: Vec<TargetId> =
            self.may_rest_on(target).into_iter().filter(|other| !own.contains(other)).collect();
        if others.is_empty() {
            return Vec::new();
        }
        let of_policy = |policy| self.derived.runs().writes(policy);
        let writes = |(_, row): &(BindingId, &Binding)| {
            row.policy.and_then(of_policy).is_some_and(|writes| writes.user)
        };
        others.into_iter().flat_map(|other| world.bindings_of(other)).filter(writes).collect()
    }

    /// The groups that the code of policies asks for by name, or that of policies which it calls.
    fn groups_of_code(&self, bindings: &[(BindingId, &Binding)]) -> Vec<GroupId> {
        let world = self.world();
        let study = Study::of(world);
        let mut open: Vec<PolicyId> = bindings.iter().filter_map(|(_, row)| row.policy).collect();
        let mut seen = BTreeSet::new();
        let mut groups = Vec::new();
        while let Some(policy) = open.pop() {
            if !seen.insert(policy) {
                continue;
            }
            let Some(Understood::Reads { reads, .. }) = policy::understood(&study, policy) else { continue };
            for read in reads {
                match read.fact {
                    Fact::Group(name) => {
                        groups.extend(
                            world.groups.iter().filter(|(_, row)| row.name == name).map(|(id, _)| id),
                        );
                    }
                    Fact::Policy(name) => {
                        open.extend(
                            world.policies.iter().filter(|(_, row)| row.name == name).map(|(id, _)| id),
                        );
                    }
                    Fact::UserField(name) if name == "is_superuser" => {
                        groups.extend(world.groups.iter().filter(|(_, row)| row.superuser).map(|(id, _)| id));
                    }
                    _ => {}
                }
            }
        }
        groups
    }
}

/// The edit that enables a binding that is disabled, and disables one that is not.
fn switch(id: BindingId, row: &Binding) -> Remedy {
    if row.enabled { Remedy::Disable(id) } else { Remedy::Enable(id) }
}

/// Groups to join: those that are `missing`, and others that lead to several of them at once, one for each that does so
/// in another way.
fn to_join(ancestry: &Ancestry<'_>, missing: Vec<GroupId>) -> Vec<GroupId> {
    let mut leads_to: BTreeMap<GroupId, Vec<GroupId>> = BTreeMap::new();
    for group in &missing {
        for below in ancestry.below(&[*group]) {
            leads_to.entry(below).or_default().push(*group);
        }
    }
    let mut known: BTreeSet<Vec<GroupId>> =
        missing.iter().filter_map(|group| leads_to.get(group).cloned()).collect();
    let mut found = missing;
    found.extend(leads_to.into_iter().filter(|(_, led)| known.insert(led.clone())).map(|(group, _)| group));
    found
}
