//! See [`ShadowedBinding`].

use super::{Context, Finding, Lint, Object};
use crate::model::{BindingId, Mode};
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

impl Lint for ShadowedBinding {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        let world = context.world();
        let trials = context.trials();
        let mut findings = Vec::new();
        for (id, row) in world.targets.iter() {
            if !matches!(row.mode, Mode::Any | Mode::All) {
                continue;
            }
            let mut earlier: Vec<(Option<BindingId>, Settling)> = Vec::new();
            for (binding, settling) in trials.settling(id.0 as usize) {
                let before: Vec<Settling> = earlier.iter().map(|(_, settling)| *settling).collect();
                let shadowed = binding.filter(|_| !before.is_empty())
                    .filter(|_| trials.is_shadowed(id.0 as usize, &settling, &before));
                let Some(binding) = shadowed else {
                    earlier.push((binding, settling));
                    continue;
                };
                // One of them may be enough.
                let alone = earlier.iter().find(|(_, other)| trials.is_shadowed(id.0 as usize, &settling, &[*other]));
                let message = format!("{} of {} never decides", context.binding(binding), context.target(id));
                let mut finding = Finding::about(world, Object::Binding(binding), message)
                    .key(context.bound(binding))
                    .at(world.bindings.row(binding).origin, "this never decides");
                let passes = row.mode == Mode::Any;
                match alone.and_then(|(other, _)| *other) {
                    Some(other) => {
                        let words = if passes { "lets through everyone whom it would" } else { "keeps out everyone whom it would" };
                        finding = finding.at(world.bindings.row(other).origin, format!("{} {words}", context.binding(other)));
                    }
                    None => finding = finding.because("the bindings before it settle every case together"),
                }
                findings.push(
                    finding
                        .because("so it is for every user that there could be")
                        .help("take it away, or look again at the mode and at the order"),
                );
            }
        }
        findings
    }
}
