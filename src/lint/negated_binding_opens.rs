//! See [`NegatedBindingOpens`].

use super::{Context, Finding, Lint, Object};
use crate::model::{BindingId, Mode, TargetKind};

lint! {
    /// A binding that is meant to keep a group or user out, and lets everybody else in.
    ///
    /// # Why it matters
    ///
    /// Under Any one passing binding is enough, and a negated one passes for everyone whom it does not name. "Members of
    /// `staff`, but not `contractors`" therefore lets in every account that is not in `contractors`, whether or not it is
    /// in `staff`. That is among the most common misunderstandings of bindings (authentik issues 9627, 1079).
    ///
    /// It is found only where a user who was just created, and is in no group, gets in by the negated binding and by no
    /// other one. A stage that runs for "not this group" is left out: that is how stages are skipped.
    ///
    /// # Example
    ///
    /// ```may
    /// group staff
    /// group contractors
    /// application wiki any { 0: group staff  10: not group contractors }
    /// ```
    ///
    /// # Instead
    ///
    /// ```may
    /// group staff
    /// group contractors
    /// application wiki all { 0: group staff  10: not group contractors }
    /// ```
    NegatedBindingOpens, "negated-binding-opens", Warning
}

impl Lint for NegatedBindingOpens {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        let world = context.world();
        let trials = context.trials();
        let mut findings = Vec::new();
        for (target, row) in world.targets.iter() {
            // How entitlements are granted is the matter of another lint.
            if matches!(row.kind(), TargetKind::StageBinding | TargetKind::Entitlement)
                || row.mode == Mode::Invalid
                || !context.matters(target)
            {
                continue;
            }
            let counted = context.counted(target);
            let negated: Vec<BindingId> = counted
                .iter()
                .filter(|(_, row)| row.negate && row.asks_only_who())
                .map(|(binding, _)| *binding)
                .collect();
            let Some(first) = negated.first() else { continue };
            let others =
                counted.iter().filter(|(_, row)| !(row.is_empty() || row.negate && row.asks_only_who()));
            let others: Vec<BindingId> = others.map(|(binding, _)| *binding).collect();
            let says = |bindings: &[BindingId]| {
                let formulas: Vec<_> = bindings.iter().filter_map(|binding| trials.says(*binding)).collect();
                trials.stranger(&formulas)
            };
            let gets_in =
                trials.stranger(&[trials.verdict(target.0 as usize)]).iter().all(|truth| truth.must);
            // Under All somebody in no group gets in only where every binding says so.
            let by_another = says(&others).iter().any(|truth| truth.must);
            let by_each = says(&negated).iter().all(|truth| truth.must);
            if others.is_empty() || !gets_in || by_another || !by_each {
                continue;
            }
            let names: Vec<String> = negated.iter().map(|binding| context.bound(*binding)).collect();
            let names: Vec<&str> = names.iter().filter_map(|name| name.strip_prefix("not ")).collect();
            let out = match names.as_slice() {
                [one] => (*one).to_owned(),
                [first, second, third, _, rest @ ..] => format!(
                    "who is all of these at once: {first}, {second}, {third} and {} more",
                    rest.len() + 1
                ),
                all => format!("who is all of these at once: {}", all.join(", ")),
            };
            let does = match row.kind() {
                TargetKind::NotificationRule => "notifies of every event of",
                _ => "lets in",
            };
            let message = format!("{} {does} everybody but {out}", context.target(target));
            let mut finding = Finding::about(world, Object::Target(target), message);
            for binding in negated.iter().take(3) {
                let words = format!("{} passes for everyone else", context.binding(*binding));
                finding = finding.at(world.bindings.row(*binding).origin, words);
            }
            findings.push(
                finding
                    .because(format!(
                        "one passing binding is enough, so {} keeps nobody out",
                        context.binding(*first)
                    ))
                    .because("a user who has just been created and is in no group gets in")
                    .help(if context.could_ask_all(target) {
                        "set the mode to all if every binding must pass"
                    } else {
                        "bind one policy that stands for all of them"
                    }),
            );
        }
        findings
    }
}
