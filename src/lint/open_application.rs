//! See [`OpenApplication`].

use super::{Context, Finding, Lint, Object};
use crate::model::{Details, TargetKind};

lint! {
    /// An application with a provider that everyone may use, because nothing was ever bound to it.
    ///
    /// # Why it matters
    ///
    /// authentik lets everyone into an application with no bindings: every account, external and new ones too. Admins
    /// expect the opposite, and the request to change it is one of the most wanted ones (authentik issue 3732). From
    /// 2026.5 on, the tenant's flag `core_default_app_access` can turn it round.
    ///
    /// Applications without a provider are left out: nothing is behind their tile.
    ///
    /// # Example
    ///
    /// ```may
    /// provider wiki oauth2
    /// application wiki { provider: wiki }
    /// ```
    ///
    /// # Instead
    ///
    /// Bind the group of those who may use it. If it is meant for everyone, allow the finding with a reason.
    ///
    /// ```may
    /// group staff
    /// provider wiki oauth2
    /// application wiki { provider: wiki  0: group staff }
    /// ```
    OpenApplication, "open-application", Warning
}

impl Lint for OpenApplication {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        let world = context.world();
        let is_open = |target| context.reasoner().is_unbound(target) && context.lets_everyone_through(target);
        let open = world.targets.iter().filter(|(id, row)| {
            row.kind() == TargetKind::Application
                && !matches!(row.details, Details::Application { provider: None })
                && world.bindings_of(*id).next().is_none()
                && is_open(*id)
        });
        open.map(|(id, row)| {
            let message = context.is_open(id);
            let finding = Finding::about(world, Object::Target(id), message)
                .at(row.origin, "nothing is bound to it")
                .because("authentik lets everyone into an application with no bindings")
                .help("bind the group of those who may use it");
            if world.partial {
                finding.because("bindings that are made elsewhere are not seen here")
            } else {
                finding
            }
        })
        .collect()
    }
}
