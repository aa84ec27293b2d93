//! See [`TautologicalBindings`].

use super::conflicting_bindings::conflicts;
use super::vacuous_bindings::{Vacuous, at_most};
use super::{Context, Finding, Lint, Object};

lint! {
    /// A target that lets everyone through because its bindings together leave nobody out.
    ///
    /// # Why it matters
    ///
    /// Under `any`, "members of `staff`" and "everyone but contractors" let each through whom the other keeps out, if
    /// contractors are staff. A negated binding beside a plain one is how an attempt to shut somebody out opens the door
    /// to everybody else (authentik issues 1079, 9627).
    ///
    /// That nobody is kept out is worked out for every user that there could be, in any groups.
    ///
    /// # Example
    ///
    /// ```may
    /// group staff
    /// group contractors in staff
    /// application wiki any { 0: group staff  10: not group contractors }
    /// ```
    ///
    /// # Instead
    ///
    /// ```may
    /// group staff
    /// group contractors in staff
    /// application wiki all { 0: group staff  10: not group contractors }
    /// ```
    TautologicalBindings, "tautological-bindings", Error
}

impl Lint for TautologicalBindings {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        let world = context.world();
        let mut findings = Vec::new();
        for (id, row) in world.targets.iter() {
            let Some(vacuous) = Vacuous::of(context, id).filter(|vacuous| !vacuous.is_simple(row.mode))
            else {
                continue;
            };
            // A binding and its opposite are the finding of another lint.
            if !conflicts(context, id).is_empty() {
                continue;
            }
            let message = format!("{}: its bindings together leave nobody out", context.is_open(id));
            let mut finding = Finding::about(world, Object::Target(id), message).at_most(at_most(row.kind()));
            for (binding, row) in vacuous.counted.iter().take(4) {
                finding = finding.at(row.origin, context.binding(*binding));
            }
            let help = if context.could_ask_all(id) {
                "set the mode to `all` if each of them was meant to hold"
            } else {
                "bind one group or policy that stands for all of them"
            };
            findings.push(finding.because(context.for_whom(id)).help(help));
        }
        findings
    }
}
