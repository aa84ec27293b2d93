//! See [`ConstantBinding`].

use super::{Context, Finding, Lint, Object};
use crate::model::{BindingId, Mode, TargetId, TargetKind};
use crate::reason::Trial;

lint! {
    /// A binding that says the same of everybody, so that it changes nothing: one that never passes under `any`, or one
    /// that always passes under `all`.
    ///
    /// # Why it matters
    ///
    /// It reads like a condition and is none. Usually a policy was switched off in its code, or it asks for something
    /// that is never there where it is bound, and the binding was forgotten.
    ///
    /// Where such a binding decides everything, that is the finding of `vacuous-bindings` or `contradictory-bindings`.
    ///
    /// # Example
    ///
    /// ```may
    /// group staff
    /// policy freeze expression "return True"
    /// application wiki all { 0: group staff  10: policy freeze }
    /// ```
    ///
    /// # Instead
    ///
    /// ```may
    /// group staff
    /// application wiki all { 0: group staff }
    /// ```
    ConstantBinding, "constant-binding", Warning
}

/// A binding that says the same of everybody, and what it says.
struct Constant {
    binding: BindingId,
    target: TargetId,
    passes: bool,
}

impl Lint for ConstantBinding {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        let world = context.world();
        let mut constants = Vec::new();
        for (target, row) in world.targets.iter() {
            let passes = match row.mode {
                Mode::Any => false,
                Mode::All => true,
                Mode::Invalid | Mode::Unexposed => continue,
            };
            // Entitlements have no mode, and their policies are not asked.
            if row.kind() == TargetKind::Entitlement || !context.matters(target) {
                continue;
            }
            for (binding, row) in context.counted(target) {
                let binds_nothing = row.policy.is_none() && row.group.is_none() && row.user.is_none();
                if !binds_nothing && context.trials().is_constant(binding) == Some(passes) {
                    constants.push(Constant { binding, target, passes });
                }
            }
        }
        // A row that binds a policy and a group counts in ways of its own, so it is tried out.
        let without = constants.iter().map(|one| Trial { target: one.target, without: vec![one.binding] });
        let as_is = constants.iter().map(|one| Trial { target: one.target, without: Vec::new() });
        let tried = context.reasoner().trials(without.chain(as_is).collect());
        let count = constants.len();
        let changes_nothing = |index: &usize| tried.somebody_told_apart(*index, count + index).is_none();
        let found = constants.iter().enumerate().filter(|(index, _)| changes_nothing(index));
        found.map(|(_, constant)| finding(context, constant)).collect()
    }
}

fn finding(context: &Context<'_>, constant: &Constant) -> Finding {
    let Constant { binding, target, passes } = *constant;
    let (does, mode) = if passes { ("always passes", "all") } else { ("never passes", "any") };
    let message = format!("{} of {} {does}", context.binding(binding), context.target(target));
    Finding::about(context.world(), Object::Binding(binding), message)
        .key(context.bound(binding))
        .at(context.world().bindings.row(binding).origin, format!("under `{mode}`, this changes nothing"))
        .because(context.for_whom(target))
        .help("take it away, or disable it while it is not needed")
}
