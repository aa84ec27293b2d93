//! See [`StaticBindingOnAnonymousFlow`].

use super::{Context, Finding, Lint, Object};
use crate::model::{Generation, Mode};
use crate::reason::Subject;
use crate::truth::Verdict;

lint! {
    /// A flow to log in with that nobody may begin, because it is bound to a group or user.
    ///
    /// # Why it matters
    ///
    /// Who begins such a flow has not logged in yet, and somebody who has not logged in matches no group and no user,
    /// negated or not. The flow is refused for everybody; the documentation says that such bindings are ignored
    /// (dossier §2.10 D4, §3.5).
    ///
    /// Flows that sources log in with are left out: they begin with a known user. Where the input does not say which those
    /// are, flows without a stage that asks who it is are left out unless they are for enrollment, which begins with nobody
    /// even through a source.
    ///
    /// # Example
    ///
    /// ```may
    /// group staff
    /// stage who identification
    /// stage enter user_login
    /// flow login {
    ///     designation: authentication
    ///     0: group staff
    ///     stage who at 10
    ///     stage enter at 20
    /// }
    /// ```
    ///
    /// # Instead
    ///
    /// Keep the others out once it is known who they are.
    ///
    /// ```may
    /// group staff
    /// stage who identification
    /// stage out deny
    /// stage enter user_login
    /// flow login {
    ///     designation: authentication
    ///     stage who at 10
    ///     stage out at 15 { 0: not group staff }
    ///     stage enter at 20
    /// }
    /// ```
    StaticBindingOnAnonymousFlow, "static-binding-on-anonymous-flow", Error
}

impl Lint for StaticBindingOnAnonymousFlow {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        let world = context.world();
        let mut findings = Vec::new();
        for flow in context.flows().into_iter().filter(super::flows::Flow::begins_with_nobody) {
            let counted = context.counted(flow.id);
            let who = || counted.iter().filter(|(_, row)| row.asks_only_who());
            // Under Any another binding may let somebody begin; until 2025.6 a negated user does.
            let decides = match world.targets.row(flow.id).mode {
                Mode::All => who().next().is_some(),
                _ => who().next().is_some() && who().count() == counted.len(),
            };
            let is_refused = context.reasoner().verdict(Subject::Anonymous, flow.id) == Verdict::No;
            if !decides || !is_refused || world.edition.generation == Generation::Documented {
                continue;
            }
            let message = format!("nobody who has not logged in may begin {}", context.target(flow.id));
            let mut finding = Finding::about(world, Object::Target(flow.id), message);
            for (id, row) in who().take(3) {
                finding = finding
                    .at(row.origin, format!("{} fails for whoever has not logged in", context.binding(*id)));
            }
            findings.push(
                finding
                    .because("the flow is refused before anybody is asked who they are")
                    .help("take the binding away, and bind a deny stage that comes after the user is known"),
            );
        }
        findings
    }
}
