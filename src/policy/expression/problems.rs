//! Code that is not Python.

use rayon::prelude::*;

use super::ast::Span;
use super::code::Code;
use super::listing::Listing;
use crate::diagnostic::{Diagnostic, Diagnostics, Sources};
use crate::model::{PolicyId, PolicyKind, World};

/// Something that keeps the code of a policy from being Python.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The policy.
    pub policy: PolicyId,
    /// Where in its code.
    pub span: Span,
    /// What is wrong there.
    pub message: String,
}

/// Everything that keeps code in `world` from being Python. authentik raises at every run of such a policy (dossier
/// §4.1).
pub fn problems(world: &World) -> Vec<Problem> {
    let ids: Vec<PolicyId> = world.policies.ids().collect();
    let found = ids.into_par_iter().flat_map_iter(|policy| {
        let errors = match &world.policies.row(policy).kind {
            PolicyKind::Expression(expression) => match Code::of(&expression.text) {
                Code::Broken(errors) => errors,
                Code::Ready(_) | Code::Unread(..) => Vec::new(),
            },
            _ => Vec::new(),
        };
        errors.into_iter().map(move |(span, message)| Problem { policy, span, message })
    });
    found.collect()
}

/// The same as warnings. Code that its file does not show well is added to `sources`.
pub fn warnings(world: &World, sources: &mut Sources) -> Diagnostics {
    let problems = problems(world);
    let mut diagnostics = Diagnostics::default();
    // Python stops at the first error, and what comes after it is often said only because of it.
    for of_policy in problems.chunk_by(|one, next| one.policy == next.policy) {
        let Some(first) = of_policy.iter().min_by_key(|problem| problem.span) else { continue };
        let policy = world.policies.row(first.policy);
        let PolicyKind::Expression(expression) = &policy.kind else { continue };
        let origin = Listing::among(policy, expression, sources).origin(first.span);
        let mut message = first.message.clone();
        if let Some(letter) = message.get_mut(..1) {
            letter.make_ascii_lowercase();
        }
        let warning = format!("the code of the policy `{}` is not Python", policy.name);
        diagnostics.push(Diagnostic::warning("broken-code", warning).at(origin, message).because(
            "authentik raises at every run of this policy: its bindings count as their failure result",
        ));
    }
    diagnostics
}
