//! See [`FailsOpen`].

use super::raising::{Raising, let_through};
use super::{Context, Finding, Lint};
use crate::diagnostic::Severity;

lint! {
    /// A binding that lets through whoever its policy raises an error for.
    ///
    /// # Why it matters
    ///
    /// With the failure result set, every error in the code opens the door: an attribute that some users do not have,
    /// an address that no database knows, a server that does not answer. Some of these can be brought about from
    /// outside (the other way round, an error that made a stage be left out was CVE-2024-47070).
    ///
    /// It is an error if the policy raises for somebody today, and a warning if it may. Negated bindings are the
    /// finding of `negated-failure-result`, and policies that raise for everybody that of `always-raises`.
    ///
    /// # Example
    ///
    /// ```may
    /// policy cleared expression "return request.user.attributes['clearance'] >= 2"
    /// user anna { attributes: { clearance: 3 } }
    /// user eve
    /// application vault { 0: policy cleared on error pass }
    /// ```
    ///
    /// # Instead
    ///
    /// ```may
    /// policy cleared expression "return request.user.attributes.get('clearance', 0) >= 2"
    /// user anna { attributes: { clearance: 3 } }
    /// user eve
    /// application vault { 0: policy cleared }
    /// ```
    FailsOpen, "fails-open", Error
}

impl Lint for FailsOpen {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        let found = let_through(context, false, "an error counts as passed").into_iter();
        let weighed = |(finding, raising): (Finding, Raising)| {
            if raising.users > 0 { finding } else { finding.at_most(Severity::Warning) }
        };
        found.map(weighed).collect()
    }
}
