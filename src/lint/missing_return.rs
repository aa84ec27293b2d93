//! See [`MissingReturn`].

use super::{Context, Finding, Lint, Object};
use crate::diagnostic::Severity;
use crate::model::PolicyId;
use crate::policy::{Ending, Pitfall, PitfallKind};

lint! {
    /// Code that may end without a `return`.
    ///
    /// # Why it matters
    ///
    /// What returns nothing does not pass; authentik takes it for a mistake, too, and logs a warning. If all that the
    /// code returns is `False`, nobody passes, and if it works out an answer and never returns it, neither. Where it
    /// returns something else on another way, this is a note.
    ///
    /// # Example
    ///
    /// ```may
    /// group contractors
    /// policy staff-only expression """
    /// if ak_is_group_member(request.user, name="contractors"):
    ///     return False
    /// """
    /// ```
    ///
    /// # Instead
    ///
    /// ```may
    /// group contractors
    /// policy staff-only expression """
    /// if ak_is_group_member(request.user, name="contractors"):
    ///     return False
    /// return True
    /// """
    /// ```
    MissingReturn, "missing-return", Warning
}

fn changes(context: &Context<'_>, policy: PolicyId) -> bool {
    let does = |pitfall: &Pitfall| matches!(pitfall.kind, PitfallKind::Effect(_));
    context.pitfalls(policy).iter().any(does) || !crate::policy::writes(context.study(), policy).is_none()
}

impl Lint for MissingReturn {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        let world = context.world();
        let mut findings = Vec::new();
        for (policy, row) in world.policies.iter() {
            for pitfall in context.pitfalls(policy) {
                let PitfallKind::NoReturn(ending) = pitfall.kind else { continue };
                // Code that changes the plan of a flow, or anything else, may be there for that alone.
                if ending == Ending::OtherwiseFalse && changes(context, policy) {
                    continue;
                }
                let (what, label, because) = match ending {
                    Ending::OtherwiseFalse => (
                        "never returns anything but `False`",
                        "after this it ends without `return`",
                        "what returns nothing does not pass, so nobody passes",
                    ),
                    Ending::Otherwise => (
                        "may end without `return`",
                        "after this it ends without `return`",
                        "what returns nothing does not pass",
                    ),
                    Ending::Dropped => (
                        "never returns anything",
                        "this is worked out and dropped",
                        "what returns nothing does not pass",
                    ),
                };
                let finding = Finding::about(
                    world,
                    Object::Policy(policy),
                    format!("the code of policy `{}` {what}", row.name),
                )
                .at(context.in_code(policy, pitfall.span), label)
                .because(because);
                findings.push(match ending {
                    Ending::OtherwiseFalse => finding.help("end it with `return True`"),
                    Ending::Otherwise => finding.help("end it with `return False`").at_most(Severity::Note),
                    Ending::Dropped => finding.help("write `return` before it"),
                });
            }
        }
        findings
    }
}
