//! See [`ShadowedBinding`].

use super::duplicate_binding::repeated;
use super::{Context, Finding, Lint, Object};
use crate::model::{BindingId, Generation, Id, Mode, TargetId, TargetKind};
use crate::reason::Settling;

lint! {
    /// A binding that never decides, because those before it settle everything that it could settle.
    ///
    /// # Why it matters
    ///
    /// Whoever reads the list of bindings takes each for a lock or a door. One that never decides is neither: taking it
    /// away, or changing it, does nothing. Often it was meant to do something, and the mode is the wrong one.
    ///
    /// Whether a binding can decide is worked out for every user that there could be, in any groups. One that merely
    /// happens to decide for nobody today is no finding.
    ///
    /// # Example
    ///
    /// Members of `admins` are members of `staff`, so the second binding adds nobody.
    ///
    /// ```may
    /// group staff
    /// group admins in staff
    /// application wiki any { 0: group staff  10: group admins }
    /// ```
    ///
    /// # Instead
    ///
    /// ```may
    /// group staff
    /// group admins in staff
    /// application wiki any { 0: group staff }
    /// ```
    ShadowedBinding, "shadowed-binding", Note
}

/// A binding that never decides.
pub(super) struct Shadow {
    pub(super) binding: BindingId,
    /// The binding that is enough to keep it from deciding, if one alone is.
    by: Option<BindingId>,
}

/// The bindings of `target` that never decide; none where all of them together do not matter.
pub(super) fn shadows(context: &Context<'_>, target: TargetId) -> Vec<Shadow> {
    let trials = context.trials();
    let trial = target.index();
    let mode = context.world().targets.row(target).mode;
    if !matches!(mode, Mode::Any | Mode::All) || !context.matters(target) || is_granted(context, target) {
        return Vec::new();
    }
    let mut shadows = Vec::new();
    let mut earlier: Vec<(Option<BindingId>, Settling)> = Vec::new();
    for (binding, settling) in trials.settling(trial) {
        let before: Vec<Settling> = earlier.iter().map(|(_, settling)| *settling).collect();
        let shadowed = binding
            .filter(|_| !before.is_empty() && trials.is_shadowed(trial, &settling, &before))
            // One that says the same of everybody is the finding of another lint.
            .filter(|binding| trials.is_constant(*binding).is_none());
        match shadowed {
            Some(binding) => {
                let is_enough = |(_, other): &&(_, Settling)| trials.is_shadowed(trial, &settling, &[*other]);
                let by = earlier.iter().find(is_enough).and_then(|(binding, _)| *binding);
                shadows.push(Shadow { binding, by });
            }
            None => earlier.push((binding, settling)),
        }
    }
    shadows
}

/// Whether it is an entitlement that is granted in another way than the engine would: by any row, without its policy.
fn is_granted(context: &Context<'_>, target: TargetId) -> bool {
    let world = context.world();
    let row = world.targets.row(target);
    row.kind() == TargetKind::Entitlement
        && world.edition.generation != Generation::Documented
        && (row.mode == Mode::All || context.counted(target).iter().any(|(_, row)| !row.asks_only_who()))
}

impl Lint for ShadowedBinding {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        let world = context.world();
        let mut findings = Vec::new();
        for (id, row) in world.targets.iter() {
            let repeated = repeated(context, id);
            for Shadow { binding, by } in shadows(context, id) {
                // The same once more is the finding of another lint.
                if repeated.iter().any(|(again, _)| *again == binding) {
                    continue;
                }
                let message = format!("{} of {} never decides", context.binding(binding), context.target(id));
                let mut finding = Finding::about(world, Object::Binding(binding), message)
                    .key(context.bound(binding))
                    .at(world.bindings.row(binding).origin, "this never decides");
                if let Some(by) = by {
                    let does = if row.mode == Mode::Any { "lets through" } else { "keeps out" };
                    let words = format!("{} {does} everyone whom it would", context.binding(by));
                    finding = finding.at(world.bindings.row(by).origin, words);
                } else {
                    finding = finding.because("the bindings before it settle every case together");
                }
                findings.push(
                    finding
                        .because(context.for_whom(id))
                        .help("take it away, or look again at the mode and at the order"),
                );
            }
        }
        findings
    }
}
