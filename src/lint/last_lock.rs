//! See [`LastLock`].

use std::collections::BTreeMap;

use super::{Context, Finding, Lint, Object};
use crate::model::{Binding, BindingId, BoundUser, Generation, Id, Mode, TargetId, TargetKind};
use crate::reason::Trial;
use crate::truth::Verdict;

lint! {
    /// A group, policy or user whose deletion opens an application or endpoint to everyone.
    ///
    /// # Why it matters
    ///
    /// Who deletes a group, a policy or a user deletes its bindings with it: authentik does not ask, and does not
    /// tell. An application whose last binding goes that way is open to every account from that moment on. The same
    /// happens when the binding is merely disabled. Users that are removed when they leave the company, and groups that
    /// another system keeps, are gone before anybody looks at what hangs on them.
    ///
    /// # Example
    ///
    /// ```may
    /// user anna
    /// user eve
    /// application payroll { 0: user anna }
    /// ```
    ///
    /// # Instead
    ///
    /// A second binding keeps the application shut when the first one goes: one that nothing can delete by accident.
    ///
    /// ```may
    /// group finance
    /// group payroll-access
    /// user anna in finance
    /// application payroll { 0: group finance  10: group payroll-access }
    /// ```
    LastLock, "last-lock", Note
}

/// What a row binds that can be deleted.
fn bound(row: &Binding) -> impl Iterator<Item = Object> {
    let user = match row.user {
        Some(BoundUser::Listed(user)) => Some(Object::User(user)),
        _ => None,
    };
    [row.policy.map(Object::Policy), row.group.map(Object::Group), user].into_iter().flatten()
}

/// A target that opens.
struct Opens {
    target: TargetId,
    bindings: Vec<BindingId>,
    admits: usize,
}

impl Lint for LastLock {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        let world = context.world();
        let mut candidates: Vec<(Object, Trial)> = Vec::new();
        for (target, row) in world.targets.iter() {
            let can_open = matches!(row.kind(), TargetKind::Application | TargetKind::RacEndpoint);
            if !can_open || context.lets_everyone_through(target) {
                continue;
            }
            let mut of_object: BTreeMap<Object, Vec<BindingId>> = BTreeMap::new();
            for (binding, row) in context.counted(target) {
                bound(row).for_each(|object| of_object.entry(object).or_default().push(binding));
            }
            // Only what takes all of them away may open it; to try everything out would take long.
            let keeping = keeping(context, target);
            let takes_all =
                |without: &[BindingId]| keeping.iter().all(|binding| without.binary_search(binding).is_ok());
            let opening = of_object.into_iter().map(|(object, mut without)| {
                without.sort_unstable();
                without.dedup();
                (object, Trial { target, without })
            });
            candidates.extend(opening.filter(|(_, trial)| takes_all(&trial.without)));
        }
        let tried = context.reasoner().trials(candidates.iter().map(|(_, trial)| trial.clone()).collect());
        let users = world.users.len();
        let mut opened: BTreeMap<Object, Vec<Opens>> = BTreeMap::new();
        for (index, (object, trial)) in candidates.into_iter().enumerate() {
            if tried.somebody_left_out(index).is_none() {
                let inside = context.trials().access(trial.target.index()).count(Verdict::Yes);
                let opens = Opens { target: trial.target, bindings: trial.without, admits: users - inside };
                opened.entry(object).or_default().push(opens);
            }
        }
        opened.into_iter().map(|(object, opens)| finding(context, object, &opens)).collect()
    }
}

/// Bindings of which each keeps `target` from being open to everyone, whatever else is gone.
fn keeping(context: &Context<'_>, target: TargetId) -> Vec<BindingId> {
    let world = context.world();
    let generation = world.edition.generation;
    let counted = context.counted(target);
    let is_bound = |row: &Binding| !row.is_empty() || generation == Generation::E1;
    if world.targets.row(target).mode != Mode::All {
        // To take one away lets nobody in, unless it was the last.
        return counted.iter().filter(|(_, row)| is_bound(row)).map(|(id, _)| *id).collect();
    }
    // Rows that are counted together may make up for each other.
    let counts_alone = generation != Generation::E2 && !counted.iter().any(|(_, row)| is_mixed(row));
    let keeps = |id: BindingId, row: &Binding| {
        let alone = counts_alone || row.policy.is_some() && !row.asks_who();
        is_bound(row) && alone && context.trials().is_constant(id) != Some(true)
    };
    counted.iter().filter(|(id, row)| keeps(*id, row)).map(|(id, _)| *id).collect()
}

fn is_mixed(row: &Binding) -> bool {
    row.policy.is_some() && row.asks_who()
}

fn finding(context: &Context<'_>, object: Object, opens: &[Opens]) -> Finding {
    let world = context.world();
    let address = object.address(world);
    let name = address.replacen(':', " `", 1) + "`";
    let targets: Vec<String> = opens.iter().map(|opens| world.target_address(opens.target)).collect();
    let targets = context.names(targets.iter().map(String::as_str));
    let is_application = |opens: &Opens| world.targets.row(opens.target).kind() == TargetKind::Application;
    let message = if opens.iter().all(is_application) {
        format!("deleting {name} opens {targets} to everyone")
    } else {
        // The application of an endpoint may keep somebody out.
        format!("deleting {name} leaves nothing that keeps anybody out of {targets}")
    };
    let mut finding = Finding::about(world, object, message);
    for Opens { target, bindings, admits } in opens.iter().take(5) {
        let Some(first) = bindings.first() else { continue };
        let who = match admits {
            _ if world.partial => "everyone in".to_owned(),
            0 => "in whoever comes".to_owned(),
            1 => "in 1 more user".to_owned(),
            many => format!("in {many} more users"),
        };
        let words = format!("without this, {} lets {who}", context.target(*target));
        finding = finding.at(world.bindings.row(*first).origin, words);
    }
    finding
        .because("bindings are deleted together with what they bind; a target with nothing bound is open")
        .help("bind something else, too, that keeps the target shut when this one goes")
}
