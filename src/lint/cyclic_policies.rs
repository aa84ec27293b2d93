//! See [`CyclicPolicies`].

use super::{Context, Finding, Lint, Object};
use crate::graph::Calls;
use crate::model::{Id, PolicyId};

lint! {
    /// Policies that call each other, or a policy that calls itself.
    ///
    /// # Why it matters
    ///
    /// Unless a condition ends it, each run calls the next until Python gives up, after hundreds of calls. authentik
    /// swallows that error in the innermost call and takes it for "not passed", and all the others work on with that:
    /// what comes out has nothing to do with what was meant, and every check takes long.
    ///
    /// # Example
    ///
    /// ```may
    /// policy internal expression "return not ak_call_policy('external').passing"
    /// policy external expression "return not ak_call_policy('internal').passing"
    /// ```
    ///
    /// # Instead
    ///
    /// ```may
    /// policy internal expression "return request.user.type == 'internal'"
    /// policy external expression "return not ak_call_policy('internal').passing"
    /// ```
    CyclicPolicies, "cyclic-policies", Error
}

impl Lint for CyclicPolicies {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        let world = context.world();
        let name = |policy: PolicyId| world.policies.row(policy).name.as_str();
        let called = |policy| context.calls(policy).into_iter().map(|(called, _)| called).collect::<Vec<_>>();
        let knots = Calls::of(world, called).knots();
        let findings = knots.into_iter().filter_map(|knot| {
            let cycle: Vec<PolicyId> = knot.cycle.into_iter().map(PolicyId::from_index).collect();
            let first = *cycle.first()?;
            let message = if let [alone] = cycle.as_slice() {
                format!("policy `{}` calls itself", name(*alone))
            } else {
                let way: Vec<String> =
                    cycle.iter().chain([&first]).map(|policy| format!("`{}`", name(*policy))).collect();
                format!("policies call each other: {}", way.join(" > "))
            };
            let mut finding = Finding::about(world, Object::Policy(first), message);
            for (policy, next) in cycle.iter().zip(cycle.iter().cycle().skip(1)) {
                let place = context.calls(*policy).into_iter().find(|(called, _)| called == next);
                if let Some((_, span)) = place {
                    let words = format!("`{}` calls `{}`", name(*policy), name(*next));
                    finding = finding.at(context.in_code(*policy, span), words);
                }
            }
            if knot.members.len() > cycle.len() {
                let all = knot.members.iter().map(|policy| name(PolicyId::from_index(*policy)));
                let (number, names) = (knot.members.len(), context.names(all));
                let words = format!("{number} policies call each other in all: {names}");
                finding = finding.because(words);
            }
            Some(
                finding
                    .because("unless a condition ends it, Python gives up: the innermost call is a no")
                    .help("take out the call that was not meant"),
            )
        });
        findings.collect()
    }
}
