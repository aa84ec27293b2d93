//! See [`NetworkWithoutTimeout`].

use super::{Context, Finding, Lint, Object};
use crate::model::Release;
use crate::policy::PitfallKind;

lint! {
    /// Code that asks another server and waits for the answer without a limit.
    ///
    /// # Why it matters
    ///
    /// While it waits, so does whoever logs in, and a worker of authentik. The timeout of the binding does not help:
    /// authentik never enforces it. The `requests` that authentik gives to code has a limit of its own in newer
    /// releases (authentik pull request 13599); a module that the code imports has none.
    ///
    /// # Example
    ///
    /// ```may
    /// policy on-duty expression """
    /// import requests
    /// return requests.get("https://duty.example/now").ok
    /// """
    /// ```
    ///
    /// # Instead
    ///
    /// ```may
    /// policy on-duty expression """
    /// import requests
    /// return requests.get("https://duty.example/now", timeout=3).ok
    /// """
    /// ```
    NetworkWithoutTimeout, "network-without-timeout", Warning
}

/// Before this release, the given `requests` is certain to have no limit of its own.
const LIMITED: Release = Release { year: 2025, month: 2, patch: 0 };

impl Lint for NetworkWithoutTimeout {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        let world = context.world();
        let unlimited = world.edition.release.is_some_and(|release| release < LIMITED);
        let mut findings = Vec::new();
        for (policy, row) in world.policies.iter() {
            let mut finding: Option<Finding> = None;
            for pitfall in context.pitfalls(policy) {
                let PitfallKind::NoTimeout { given } = pitfall.kind else { continue };
                if given && !unlimited {
                    continue;
                }
                let begun = finding.unwrap_or_else(|| {
                    let message =
                        format!("the code of policy `{}` waits for another server without a limit", row.name);
                    Finding::about(world, Object::Policy(policy), message)
                        .because("authentik does not enforce the timeout of bindings")
                        .help("give it a limit: `timeout=3`")
                });
                finding = Some(begun.at(context.in_code(policy, pitfall.span), "this has no `timeout`"));
            }
            findings.extend(finding);
        }
        findings
    }
}
