//! See [`AlwaysRaises`].

use super::raising::{always, causes};
use super::{Context, Finding, Lint, Object};
use crate::model::{Binding, Generation, PolicyId, PolicyKind};
use crate::policy::{Fact, PitfallKind, Understood};
use crate::reason::PolicyRun;
use crate::truth::Ends;

lint! {
    /// A policy of which every run at some binding raises an error, whoever asks.
    ///
    /// # Why it matters
    ///
    /// Not the policy decides then, but the failure result of the binding; negation does not apply to it. The classics
    /// are names that look as if they were there: `user` instead of `request.user`, `context["flow_plan"]` on a flow
    /// (authentik issue 9486), the name of a policy that was renamed. authentik checks the syntax of code when it is
    /// saved, and nothing else.
    ///
    /// # Example
    ///
    /// ```may
    /// policy staff-only expression "return ak_is_group_member(user, name='staff')"
    /// group staff
    /// user anna in staff
    /// application wiki { 0: policy staff-only }
    /// ```
    ///
    /// # Instead
    ///
    /// ```may
    /// policy staff-only expression "return ak_is_group_member(request.user, name='staff')"
    /// group staff
    /// user anna in staff
    /// application wiki { 0: policy staff-only }
    /// ```
    AlwaysRaises, "always-raises", Error
}

impl Lint for AlwaysRaises {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        let world = context.world();
        let is_broken = |policy| matches!(context.understood(policy), Some(Understood::Broken(_)));
        let policies = world.policies.ids().filter(|policy| !is_broken(*policy));
        policies
            .filter_map(|policy| {
                let all = context.runs(policy);
                let raising: Vec<&PolicyRun> = all.iter().filter(|run| always(context, run)).collect();
                (!raising.is_empty()).then(|| finding(context, policy, &raising, raising.len() == all.len()))
            })
            .collect()
    }
}

fn finding(context: &Context<'_>, policy: PolicyId, raising: &[&PolicyRun], everywhere: bool) -> Finding {
    let world = context.world();
    let row = world.policies.row(policy);
    let bindings = raising.iter().flat_map(|run| &run.bindings);
    let mut targets: Vec<_> = bindings.clone().map(|id| world.bindings.row(*id).target).collect();
    targets.dedup();
    let place = match targets.as_slice() {
        _ if everywhere => String::new(),
        [one] => format!(" at {}", context.target(*one)),
        many => format!(" at {} targets", many.len()),
    };
    let message = format!("policy `{}` raises an error at every run{place}", row.name);
    let mut finding = Finding::about(world, Object::Policy(policy), message);
    let causes = causes(context, policy);
    let asked = context.reads(policy).iter().filter_map(|read| match &read.fact {
        Fact::Context(key) if !key.is_empty() => {
            Some((read.span, format!("looks for `{key}` in the context")))
        }
        Fact::Attribute(path) => Some((read.span, format!("looks for the attribute `{path}`"))),
        _ => None,
    });
    let shown = if causes.is_empty() { asked.collect() } else { causes };
    let returned = context.pitfalls(policy).iter().find_map(|pitfall| match pitfall.kind {
        PitfallKind::Returned(what) => Some((pitfall.span, format!("authentik cannot keep {what}"))),
        _ => None,
    });
    if shown.is_empty() {
        finding = match returned {
            Some((span, words)) => finding.at(context.in_code(policy, span), words),
            None => finding.at(row.origin, "this raises"),
        };
    }
    for (span, words) in shown {
        finding = finding.at(context.in_code(policy, span), words);
    }
    // A crash is not an error that failure results are for (dossier §2.5).
    let documented = world.edition.generation == Generation::Documented;
    let is_crash = |run: &&PolicyRun| run.outcomes.crash > 0 || run.anyone == Some(Ends::CRASH);
    if raising.iter().any(is_crash) {
        if let PolicyKind::Dummy(dummy) = &row.kind {
            let words = format!(
                "it waits from {} to {} seconds: there is no number to draw",
                dummy.wait_min, dummy.wait_max
            );
            finding = finding.because(words);
        }
        if !documented {
            return finding.because("its bindings then count as not passed, whatever their options are");
        }
    }
    // As documented, the failure result is negated like any other.
    let passes = |row: &Binding| row.failure_result != (documented && row.negate);
    let passes = bindings.clone().filter(|id| passes(world.bindings.row(**id))).count();
    let all = bindings.clone().count();
    let result = match passes {
        0 => "its failure result decides instead: the binding counts as not passed".to_owned(),
        _ if passes == all => "its failure result decides instead: the binding counts as passed".to_owned(),
        _ => format!("the failure results decide instead: {passes} of {all} bindings count as passed"),
    };
    finding.because(result)
}
