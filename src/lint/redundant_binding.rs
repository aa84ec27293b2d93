//! See [`RedundantBinding`].

use super::shadowed_binding::shadows;
use super::{Context, Finding, Lint, Object};
use crate::model::{BindingId, Id, Mode, TargetId, TargetKind};
use crate::reason::Trial;

lint! {
    /// A binding that can be taken away without changing any verdict, because those after it say as much.
    ///
    /// # Why it matters
    ///
    /// Every binding that is there for nothing is one more that somebody must read in a review, and one more that looks
    /// as if taking it away would shut somebody out.
    ///
    /// That no verdict changes is worked out for the users that there are and for every user that there could be. All
    /// that are reported for one target can be taken away together. Bindings that those before them make needless are
    /// the finding of `shadowed-binding`.
    ///
    /// # Example
    ///
    /// ```may
    /// group staff
    /// group admins in staff
    /// application wiki any { 0: group admins  10: group staff }
    /// ```
    ///
    /// # Instead
    ///
    /// ```may
    /// group staff
    /// group admins in staff
    /// application wiki any { 0: group staff }
    /// ```
    RedundantBinding, "redundant-binding", Note
}

/// A target with more bindings than this is left out.
const MOST: usize = 128;

impl Lint for RedundantBinding {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        let world = context.world();
        let mut findings = Vec::new();
        for (target, bindings) in redundant(context) {
            for binding in bindings {
                let message =
                    format!("{} of {} can be taken away", context.binding(binding), context.target(target));
                findings.push(
                    Finding::about(world, Object::Binding(binding), message)
                        .key(context.bound(binding))
                        .at(world.bindings.row(binding).origin, "without this, every verdict stays the same")
                        .because(context.for_whom(target)),
                );
            }
        }
        findings
    }
}

/// A target, and what can be taken away from it.
struct Open {
    target: TargetId,
    /// Taken away already: what never decides, and what was found.
    gone: Vec<BindingId>,
    /// Still to be tried.
    left: Vec<BindingId>,
    found: Vec<BindingId>,
}

/// What can be taken away, target by target. One after the other, so that all can go together.
fn redundant(context: &Context<'_>) -> Vec<(TargetId, Vec<BindingId>)> {
    let world = context.world();
    let mut open: Vec<Open> = Vec::new();
    for (target, row) in world.targets.iter() {
        let counted = context.counted(target);
        let is_asked = matches!(row.mode, Mode::Any | Mode::All) && row.kind() != TargetKind::Entitlement;
        if !is_asked || !(2..=MOST).contains(&counted.len()) || !context.matters(target) {
            continue;
        }
        let gone: Vec<BindingId> = shadows(context, target).iter().map(|shadow| shadow.binding).collect();
        // Those that say the same of everybody, and those that bind nothing, are findings of other lints.
        let is_candidate = |binding: &BindingId| {
            !gone.contains(binding)
                && context.trials().says(*binding).is_some()
                && context.trials().is_constant(*binding).is_none()
        };
        let left: Vec<BindingId> = counted.iter().map(|(binding, _)| *binding).filter(is_candidate).collect();
        if gone.len() + left.len() > 1 {
            open.push(Open { target, gone, left, found: Vec::new() });
        }
    }
    let mut done = Vec::new();
    // Each round tries the first binding that is left of every target.
    while !open.is_empty() {
        let trials = open.iter().map(|open| {
            let without = open.gone.iter().chain(open.left.first()).copied().collect();
            Trial { target: open.target, without }
        });
        let as_is = open.iter().map(|open| Trial { target: open.target, without: Vec::new() });
        let tried = context.reasoner().trials(trials.chain(as_is).collect());
        let count = open.len();
        for (index, open) in open.iter_mut().enumerate() {
            let binding = open.left.remove(0);
            if tried.somebody_told_apart(index, count + index).is_none() {
                open.gone.push(binding);
                open.found.push(binding);
            }
        }
        let (finished, rest) = open.into_iter().partition(|open| open.left.is_empty());
        open = rest;
        let finished: Vec<Open> = finished;
        done.extend(finished.into_iter().filter(|open| !open.found.is_empty()));
    }
    done.sort_by_key(|open| open.target.index());
    done.into_iter().map(|open| (open.target, open.found)).collect()
}
