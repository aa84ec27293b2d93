//! See [`InactiveUserBinding`].

use super::{Context, Finding, Lint, Object};
use crate::diagnostic::Severity;
use crate::model::{BoundUser, TargetKind};

/// The row that authentik keeps for requests of nobody (dossier §1.1).
const ANONYMOUS: &str = "AnonymousUser";

lint! {
    /// A binding that asks for a user who cannot log in: an inactive one, or authentik's own `AnonymousUser`.
    ///
    /// # Why it matters
    ///
    /// For an inactive user the binding does nothing until somebody activates the account, and then it does again what
    /// everybody forgot. The user `AnonymousUser` is not what its name says: a person who has not logged in does not
    /// match it. It stands for requests that belong to nobody, such as those with the token of another server
    /// (dossier §1.1, §3.1).
    ///
    /// # Example
    ///
    /// ```may
    /// user anna { active: false }
    /// application wiki { 0: user anna }
    /// ```
    ///
    /// # Instead
    ///
    /// ```may
    /// user anna
    /// application wiki { 0: user anna }
    /// ```
    InactiveUserBinding, "inactive-user-binding", Warning
}

impl Lint for InactiveUserBinding {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        let world = context.world();
        let mut findings = Vec::new();
        for (id, row) in world.bindings.iter().filter(|(_, row)| context.counts(row) && !row.negate) {
            let (is_anonymous, is_inactive) = match &row.user {
                Some(BoundUser::Listed(user)) => {
                    let user = world.users.row(*user);
                    (user.username == ANONYMOUS, !user.active)
                }
                // A part of a tenant leaves out other users, too.
                Some(BoundUser::Unlisted(key)) => (!world.partial || key == ANONYMOUS, false),
                None => continue,
            };
            // Events that belong to nobody are that user's.
            let is_anonymous =
                is_anonymous && world.targets.row(row.target).kind() != TargetKind::NotificationRule;
            let place = format!("{} of {}", context.binding(id), context.target(row.target));
            if is_anonymous {
                findings.push(
                    Finding::about(world, Object::Binding(id), format!("{place} asks for `{ANONYMOUS}`"))
                        .key(context.bound(id))
                        .at_field(row.origin, "/user", "nobody is this user")
                        .because("people who have not logged in are not this user; requests with the token of another server may be")
                        .help("take the binding away"),
                );
            } else if is_inactive {
                findings.push(
                    Finding::about(
                        world,
                        Object::Binding(id),
                        format!("{place} asks for a user who is inactive"),
                    )
                    .key(context.bound(id))
                    .at_field(row.origin, "/user", "is inactive")
                    .because("it counts again as soon as somebody activates the account")
                    .help("take the binding away")
                    .at_most(Severity::Note),
                );
            }
        }
        findings
    }
}
