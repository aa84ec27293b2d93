//! See [`UnusedStage`].

use rustc_hash::FxHashSet;

use super::{Context, Finding, Lint, Object};
use crate::model::{Details, StageId};

lint! {
    /// A stage that is in no flow.
    ///
    /// # Why it matters
    ///
    /// A stage does something only at a place in a flow. One that is in none was forgotten, or taken out "for a moment"
    /// and never put back.
    ///
    /// Types of stages that others use without a flow, such as those for passwords and authenticators, are left out.
    ///
    /// # Example
    ///
    /// ```may
    /// stage terms consent
    /// ```
    ///
    /// # Instead
    ///
    /// ```may
    /// stage terms consent
    /// flow authorize {
    ///     designation: authorization
    ///     stage terms at 10
    /// }
    /// ```
    UnusedStage, "unused-stage", Note
}

/// Whether another object may use such a stage: the identification a password or a captcha, the second factor the
/// stages that set one up, an admin one that sends mails.
fn is_used_otherwise(word: &str) -> bool {
    word == "password"
        || word == "captcha"
        || word == "email"
        || word == "mtls"
        || word.starts_with("authenticator_") && word != "authenticator_validate"
}

impl Lint for UnusedStage {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        let world = context.world();
        if world.partial {
            return Vec::new();
        }
        let used: FxHashSet<StageId> = world
            .targets
            .values()
            .filter_map(|row| {
                if let Details::StageBinding { stage, .. } = row.details { Some(stage) } else { None }
            })
            .collect();
        let unused = world.stages.iter().filter(|(id, stage)| {
            !used.contains(id) && stage.word().is_some_and(|word| !is_used_otherwise(word))
        });
        unused
            .map(|(id, stage)| {
                Finding::about(world, Object::Stage(id), format!("stage `{}` is in no flow", stage.name))
                    .at(stage.origin, "does nothing")
                    .help("give it a place in a flow, or take it away")
            })
            .collect()
    }
}
