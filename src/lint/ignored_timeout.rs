//! See [`IgnoredTimeout`].

use super::{Context, Finding, Lint, Object};
use crate::model::Generation;

lint! {
    /// A binding of a policy with a timeout that somebody chose.
    ///
    /// # Why it matters
    ///
    /// authentik's documentation says that a policy is stopped when its time is over. No release does that: a policy
    /// that sleeps longer ends as it would have ended anyway.
    ///
    /// # Example
    ///
    /// ```may
    /// policy on-duty expression "return requests.get('https://duty.example/now', timeout=3).ok"
    /// application wiki { 0: policy on-duty timeout 5 }
    /// ```
    ///
    /// # Instead
    ///
    /// ```may
    /// policy on-duty expression "return requests.get('https://duty.example/now', timeout=3).ok"
    /// application wiki { 0: policy on-duty }
    /// ```
    IgnoredTimeout, "ignored-timeout", Note
}

/// What authentik sets if nobody does.
const DEFAULT: i64 = 30;

impl Lint for IgnoredTimeout {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        let world = context.world();
        if world.edition.generation == Generation::Documented {
            return Vec::new();
        }
        let chosen = world.bindings.iter().filter(|(_, row)| context.counts(row) && row.timeout != DEFAULT);
        let chosen = chosen.filter_map(|(id, row)| Some((id, row, world.policies.row(row.policy?))));
        chosen
            .map(|(id, row, policy)| {
                let message = format!(
                    "the timeout of {} s of {} of {} does nothing",
                    row.timeout,
                    context.binding(id),
                    context.target(row.target)
                );
                Finding::about(world, Object::Binding(id), message)
                    .key(policy.name.as_str())
                    .at_field(row.origin, "/timeout", "authentik does not enforce this")
                    .help("limit what the policy waits for in its code")
            })
            .collect()
    }
}
