//! See [`RequestInCachedVerdict`].

use super::{Context, Finding, Lint, Object};
use crate::model::{BindingId, Details};
use crate::policy::{Fact, Read};

lint! {
    /// Code that asks for something of the request where authentik keeps the answer for other requests.
    ///
    /// # Why it matters
    ///
    /// For five minutes, authentik keeps the plan of a flow for everybody who has not logged in, and for each user who
    /// has. A stage that was left out when the plan was made, because of the address of one visitor, is then left out
    /// for visitors from everywhere. What a policy of a flow says is kept for each user, too, whichever application the
    /// flow was started for.
    ///
    /// # Example
    ///
    /// ```may
    /// policy from-outside expression "return ak_client_ip not in ip_network('10.0.0.0/8')"
    /// stage mfa authenticator_validate
    /// flow login { stage mfa at 10 { evaluate_on_plan: true  0: policy from-outside } }
    /// ```
    ///
    /// # Instead
    ///
    /// ```may
    /// policy from-outside expression "return ak_client_ip not in ip_network('10.0.0.0/8')"
    /// stage mfa authenticator_validate
    /// flow login { stage mfa at 10 { evaluate_on_plan: false  re_evaluate_policies: true  0: policy from-outside } }
    /// ```
    RequestInCachedVerdict, "request-in-cached-verdict", Note
}

/// Parts of the HTTP request that differ from one request to the next.
const PARTS: [&str; 8] = [
    "client_ip",
    "http_request.COOKIES",
    "http_request.GET",
    "http_request.META",
    "http_request.POST",
    "http_request.headers",
    "http_request.path",
    "http_request.session",
];

impl Lint for RequestInCachedVerdict {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        let world = context.world();
        let mut findings = Vec::new();
        for (id, target) in world.targets.iter() {
            let (flow, planned) = match &target.details {
                Details::Flow { .. } => (id, false),
                Details::StageBinding { flow, evaluate_on_plan: true, .. } => (*flow, true),
                _ => continue,
            };
            let Details::Flow { designation, .. } = &world.targets.row(flow).details else { continue };
            // Plans of this kind are not kept.
            if designation == "stage_configuration" {
                continue;
            }
            for (binding, row) in context.counted(id) {
                let Some(policy) = row.policy else { continue };
                let asks = |read: &&Read| match &read.fact {
                    Fact::Context(key) if key == "application" => true,
                    Fact::Context(key) => planned && ["asn", "geoip"].contains(&key.as_str()),
                    Fact::Request(part) => planned && PARTS.contains(&part.as_str()),
                    _ => false,
                };
                let Some(read) = context.reads(policy).iter().find(asks) else { continue };
                findings.push(finding(context, binding, read, planned));
            }
        }
        findings
    }
}

fn finding(context: &Context<'_>, binding: BindingId, read: &Read, planned: bool) -> Finding {
    let world = context.world();
    let row = world.bindings.row(binding);
    let policy = row.policy.map(|policy| (policy, world.policies.row(policy)));
    let name = policy.map_or("", |(_, policy)| policy.name.as_str());
    let message = format!(
        "policy `{name}` at {} {}, and authentik keeps its answer for other requests",
        context.target(row.target),
        read.fact.describe()
    );
    let mut finding = Finding::about(world, Object::Binding(binding), message).key(name);
    if let Some((policy, _)) = policy {
        finding = finding.at(context.in_code(policy, read.span), "another request has another one");
    }
    if planned {
        finding
            .because(
                "whether the stage is in the plan is kept for five minutes, for all who have not logged in",
            )
            .help("set `evaluate_on_plan: false` and `re_evaluate_policies: true`")
    } else {
        finding
            .because("what the policy says of a user is kept for five minutes, whatever the application is")
    }
}
