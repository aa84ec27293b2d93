//! See [`SourceBinding`].

use super::{Context, Finding, Lint, Object};
use crate::model::{Details, Generation};

lint! {
    /// Bindings of a source, which do not decide who logs in through it.
    ///
    /// # Why it matters
    ///
    /// authentik asks for the bindings of a source in one place only: the list of sources that a user may connect, in the
    /// user's own settings. The button to log in, the login and the enrollment do not ask, whatever the documentation
    /// says (dossier §3.7, authentik issue 13561). A source that is bound to `staff` lets everybody in.
    ///
    /// # Example
    ///
    /// ```may
    /// group staff
    /// source github { 0: group staff }
    /// ```
    ///
    /// # Instead
    ///
    /// Bind the flow that the source logs in with, where its user is known.
    ///
    /// ```may
    /// group staff
    /// stage enter user_login
    /// flow github-login {
    ///     designation: authentication
    ///     authentication: require_unauthenticated
    ///     0: group staff
    ///     stage enter at 10
    /// }
    /// source github
    /// ```
    SourceBinding, "source-binding", Warning
}

impl Lint for SourceBinding {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        let world = context.world();
        if world.edition.generation == Generation::Documented {
            return Vec::new();
        }
        let mut findings = Vec::new();
        for (id, row) in world.targets.iter() {
            if !matches!(&row.details, Details::Source(source) if source.enabled) {
                continue;
            }
            let counted = context.counted(id);
            let Some((first, binding)) = counted.iter().find(|(_, row)| !row.is_empty()) else { continue };
            // What lets everyone through was not meant as a restriction.
            if context.lets_everyone_through(id) {
                continue;
            }
            let message =
                format!("what is bound to {} does not decide who logs in through it", context.target(id));
            findings.push(
                Finding::about(world, Object::Target(id), message)
                    .at(
                        binding.origin,
                        format!(
                            "{} is asked for the list of sources in the user's settings only",
                            context.binding(*first)
                        ),
                    )
                    .help("bind the flows that the source logs in and enrolls with"),
            );
        }
        findings
    }
}
