//! See [`BrokenCode`].

use super::{Context, Finding, Lint, Object};
use crate::policy::Understood;

lint! {
    /// A policy whose code is not Python.
    ///
    /// # Why it matters
    ///
    /// Every run raises, and the failure results of its bindings decide. Whoever saves a policy through authentik's
    /// interface is told; code that comes by other ways, such as a restored database, is not checked. Code that is
    /// empty, or nothing but comments, is not Python here either.
    ///
    /// # Example
    ///
    /// ```may
    /// policy staff-only expression """
    /// if request.user.is_active
    ///     return True
    /// """
    /// ```
    ///
    /// # Instead
    ///
    /// ```may
    /// policy staff-only expression """
    /// if request.user.is_active:
    ///     return True
    /// return False
    /// """
    /// ```
    BrokenCode, "broken-code", Error
}

impl Lint for BrokenCode {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        let world = context.world();
        let broken = world.policies.iter().filter_map(|(policy, row)| {
            let Some(Understood::Broken(errors)) = context.understood(policy) else { return None };
            // Python stops at the first error, and what comes after it is often said only because of it.
            let (span, error) = errors.iter().min_by_key(|(span, _)| *span)?;
            let mut error = error.clone();
            if let Some(letter) = error.get_mut(..1) {
                letter.make_ascii_lowercase();
            }
            let message = format!("the code of policy `{}` is not Python", row.name);
            let finding = Finding::about(world, Object::Policy(policy), message)
                .at(context.in_code(policy, *span), error)
                .because("every run raises: the bindings of the policy count as their failure results");
            Some(finding)
        });
        broken.collect()
    }
}
