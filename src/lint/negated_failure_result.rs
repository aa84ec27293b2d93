//! See [`NegatedFailureResult`].

use super::raising::let_through;
use super::{Context, Finding, Lint};
use crate::model::Generation;

lint! {
    /// A negated binding that lets through whoever its policy raises an error for.
    ///
    /// # Why it matters
    ///
    /// Negation turns the answer of a policy round, but not the failure result: with both set, an error lets the user
    /// through. Who sets them for a rule that keeps somebody out often expects that an error does, too.
    ///
    /// # Example
    ///
    /// ```may
    /// policy blocked expression "return request.user.attributes['blocked']"
    /// user anna { attributes: { blocked: true } }
    /// user eve
    /// application wiki { 0: not policy blocked on error pass }
    /// ```
    ///
    /// # Instead
    ///
    /// ```may
    /// policy blocked expression "return request.user.attributes['blocked']"
    /// user anna { attributes: { blocked: true } }
    /// user eve
    /// application wiki { 0: not policy blocked }
    /// ```
    NegatedFailureResult, "negated-failure-result", Warning
}

impl Lint for NegatedFailureResult {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        // As documented, it is negated.
        if context.world().edition.generation == Generation::Documented {
            return Vec::new();
        }
        let found = let_through(context, true, "this is not negated");
        found.into_iter().map(|(finding, _)| finding).collect()
    }
}
