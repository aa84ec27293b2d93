//! See [`OrderTieWithEffects`].

use super::{Context, Finding, Lint, Object};
use crate::policy::Fact;

lint! {
    /// Two policies of the same order at one target, of which one reads what the other writes.
    ///
    /// # Why it matters
    ///
    /// All policies of a target share one context, and run in the order of their bindings. Where two orders are equal,
    /// the database decides which runs first, and it may decide anew at any time: what the second one reads may be
    /// there or not.
    ///
    /// # Example
    ///
    /// ```may
    /// policy note-risk expression "context['risk'] = 3\nreturn True"
    /// policy low-risk expression "return context.get('risk', 0) < 2"
    /// application wiki all { 0: policy note-risk  0: policy low-risk }
    /// ```
    ///
    /// # Instead
    ///
    /// ```may
    /// policy note-risk expression "context['risk'] = 3\nreturn True"
    /// policy low-risk expression "return context.get('risk', 0) < 2"
    /// application wiki all { 0: policy note-risk  10: policy low-risk }
    /// ```
    OrderTieWithEffects, "order-tie-with-effects", Warning
}

impl Lint for OrderTieWithEffects {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        let world = context.world();
        let mut findings = Vec::new();
        for target in world.targets.ids() {
            let asked: Vec<_> = context
                .counted(target)
                .into_iter()
                .filter_map(|(id, row)| Some((id, row, row.policy?)))
                .collect();
            for (_, writing, writer) in &asked {
                let writes = crate::policy::writes(context.study(), *writer);
                let keys: Vec<&str> = writes.keys().collect();
                if keys.is_empty() {
                    continue;
                }
                for (binding, reading, reader) in &asked {
                    let is_tied = reader != writer && reading.order == writing.order;
                    let read = context.reads(*reader).iter().find_map(|read| match &read.fact {
                        Fact::Context(key) if keys.contains(&key.as_str()) => Some((key, read.span)),
                        _ => None,
                    });
                    let Some((key, span)) = read.filter(|_| is_tied) else { continue };
                    let name = |policy| &world.policies.row(policy).name;
                    let message = format!(
                        "policy `{}` reads `{key}`, which `{}` writes at the same order of {}",
                        name(*reader),
                        name(*writer),
                        context.target(target)
                    );
                    findings.push(
                        Finding::about(world, Object::Binding(*binding), message)
                            .key(format!("{} {key}", name(*reader)))
                            .at(context.in_code(*reader, span), "this is read")
                            .at_field(
                                writing.origin,
                                "/order",
                                format!("`{}` may run before or after", name(*writer)),
                            )
                            .because("of equal orders, nobody knows which comes first")
                            .help("give the binding that reads a higher order"),
                    );
                }
            }
        }
        findings
    }
}
