//! Which bindings of a target are the same, and what is different about them.

use super::super::{Binding, BindingId, Both, BoundUser, PolicyKind, TargetId, World};
use super::Difference;

/// What a binding binds, by name.
type Bound = (Option<String>, Option<String>, Option<String>);

/// Whether two bindings are the same, by what can be said for it.
type Sign = fn(&Binding, &Bound, &Binding, &Bound) -> bool;

fn bound(world: &World, row: &Binding) -> Bound {
    (
        row.policy.map(|id| world.policies.row(id).name.clone()),
        row.group.map(|id| world.groups.row(id).name.clone()),
        row.user.as_ref().map(|user| match user {
            BoundUser::Listed(id) => world.users.row(*id).username.to_string(),
            BoundUser::Unlisted(key) => format!("\0{key}"),
        }),
    )
}

/// The bindings of one target on one side, with what they bind.
fn rows(world: &World, target: Option<TargetId>) -> Vec<(BindingId, &Binding, Bound)> {
    let rows = target.into_iter().flat_map(|target| world.bindings_of(target));
    rows.map(|(id, row)| (id, row, bound(world, row))).collect()
}

/// Adds what is different about the bindings of `target`.
pub(super) fn differences(old: &World, new: &World, target: Both<TargetId>, found: &mut Vec<Difference>) {
    let (mut before, after) = (rows(old, target.old), rows(new, target.new));
    let mut matched: Vec<Option<(BindingId, &Binding, Bound)>> = after.iter().map(|_| None).collect();
    // The surest signs first.
    let signs: [Sign; 4] = [
        |one, _, other, _| one.pk.is_some() && one.pk == other.pk,
        |one, bound, other, other_bound| bound == other_bound && same_options(one, other),
        |one, bound, other, other_bound| bound == other_bound && one.order == other.order,
        |_, bound, _, other_bound| bound == other_bound,
    ];
    for is_same in signs {
        for (slot, (_, other, other_bound)) in matched.iter_mut().zip(&after) {
            if slot.is_none() {
                let at = before.iter().position(|(_, one, bound)| is_same(one, bound, other, other_bound));
                *slot = at.map(|at| before.remove(at));
            }
        }
    }
    for ((id, other, other_bound), one) in after.iter().zip(matched) {
        let Some((old_id, one, bound)) = one else {
            found.push(Difference::Binding(Both { old: None, new: Some(*id) }, target, Vec::new()));
            continue;
        };
        let parts = [
            ("what it binds", bound != *other_bound),
            ("enabled", one.enabled != other.enabled),
            ("negated", one.negate != other.negate),
            ("failure result", one.failure_result != other.failure_result),
            ("order", one.order != other.order),
            ("expiry", one.expires != other.expires),
        ];
        let what: Vec<_> = parts.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect();
        if !what.is_empty() {
            found.push(Difference::Binding(Both { old: Some(old_id), new: Some(*id) }, target, what));
        }
    }
    let gone = before.into_iter().map(|(id, ..)| Both { old: Some(id), new: None });
    found.extend(gone.map(|both| Difference::Binding(both, target, Vec::new())));
}

fn same_options(one: &Binding, other: &Binding) -> bool {
    let options = |row: &Binding| (row.order, row.enabled, row.negate, row.failure_result, row.expires);
    options(one) == options(other)
}

/// Whether two policies do the same, wherever they are written.
pub(super) fn same_policy(one: &PolicyKind, other: &PolicyKind) -> bool {
    match (one, other) {
        (PolicyKind::Expression(one), PolicyKind::Expression(other)) => one.text == other.text,
        _ => one == other,
    }
}
