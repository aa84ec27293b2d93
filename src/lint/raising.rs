//! What lints say of runs that raise.

use std::sync::Arc;

use super::{Context, Finding, Object};
use crate::model::{Binding, BindingId, Generation, PolicyId, PolicyKind, TargetKind};
use crate::policy::way::Atom;
use crate::policy::{Fact, Given, PitfallKind, Span};
use crate::reason::PolicyRun;
use crate::truth::Ends;

/// Whether who passes at targets of `kind` gets in.
///
/// A stage that is run is often one that protects, a flow that opens for an error may be a way out of being locked
/// out, and a notification rule lets nobody in. For entitlements, no policy is asked (dossier §3.4).
pub(super) fn is_access(kind: TargetKind) -> bool {
    matches!(
        kind,
        TargetKind::Application
            | TargetKind::Source
            | TargetKind::RacEndpoint
            | TargetKind::Device
            | TargetKind::DeviceAccessGroup
    )
}

/// Findings about bindings that let through whoever their policy raises an error for, among those that are negated or
/// among those that are not; `label` is what is to be seen at the failure result.
pub(super) fn let_through(context: &Context<'_>, negated: bool, label: &str) -> Vec<(Finding, Raising)> {
    let world = context.world();
    let mut findings = Vec::new();
    for (id, _) in world.targets.iter().filter(|(_, row)| is_access(row.kind())) {
        for (binding, row) in context.counted(id) {
            let Some(policy) = row.policy.filter(|_| row.negate == negated && row.failure_result) else {
                continue;
            };
            let run = run_of(context, binding, row).filter(|run| !always(context, run));
            let Some(raising) = run.and_then(|run| raising(context, policy, run)) else { continue };
            let message = format!(
                "{} of {} lets through whoever its policy raises an error for",
                context.binding(binding),
                context.target(id)
            );
            let mut finding = Finding::about(world, Object::Binding(binding), message)
                .key(world.policies.row(policy).name.as_str())
                .at_field(row.origin, "/failure_result", label);
            if let Some(span) = raising.span {
                finding = finding.at(context.in_code(policy, span), "this may raise");
            }
            finding = finding
                .because(format!("it raises {}", raising.when))
                .help("set `failure_result: false`, or handle the error in the code")
                .wants(row.origin, "failure_result", false);
            findings.push((finding, raising));
        }
    }
    findings
}

/// How the run of `binding` ends.
pub(super) fn run_of<'c>(context: &'c Context<'_>, id: BindingId, row: &Binding) -> Option<&'c PolicyRun> {
    context.runs(row.policy?).iter().find(|run| run.bindings.contains(&id))
}

/// Whether a run ends in nothing but errors, for everybody whom the input knows.
pub(super) fn always(context: &Context<'_>, run: &PolicyRun) -> bool {
    let world = context.world();
    let users = world.users.len();
    let raises = |ends: Ends| ends == Ends::ERROR || ends == Ends::CRASH;
    if run.bindings.is_empty() || !raises(run.anonymous) && may_be_anonymous(run.kind) {
        return false;
    }
    let policy = run.bindings.first().and_then(|id| world.bindings.row(*id).policy);
    if policy.is_some_and(|policy| rests_on_assumptions(context, policy)) {
        return false;
    }
    // Where others may be there who are not listed, it must be known of them, too.
    let of_all = users > 0 && !world.partial && [run.outcomes.error, run.outcomes.crash].contains(&users);
    of_all || run.anyone.is_some_and(raises)
}

/// Whether what runs of `policy` come to may be so only for what is assumed, or at one moment.
pub(super) fn rests_on_assumptions(context: &Context<'_>, policy: PolicyId) -> bool {
    let settings = context.reasoner().settings();
    let assumed = &settings.assumptions;
    let reads = context.reads(policy);
    let asks_time = || reads.iter().any(|read| read.fact == Fact::Clock);
    let asks = |fact: &Fact| matches!(fact, Fact::Context(_) | Fact::Request(_) | Fact::Policy(_));
    let kind = &context.world().policies.row(policy).kind;
    // Other types ask for something of the request, without code that would say so.
    let says_so = matches!(kind, PolicyKind::Expression(_) | PolicyKind::Dummy(_) | PolicyKind::Always(_));
    settings.at.is_some() && asks_time()
        || assumed.policies.contains_key(&context.world().policies.row(policy).name)
        || !assumed.is_empty() && (!says_so || asks_time() || reads.iter().any(|read| asks(&read.fact)))
}

/// Whether somebody who has not logged in may be asked about: an event need not be about a user (dossier §3.9).
fn may_be_anonymous(kind: TargetKind) -> bool {
    matches!(
        kind,
        TargetKind::Flow | TargetKind::StageBinding | TargetKind::Source | TargetKind::NotificationRule
    )
}

/// Whether every run of `policy` at some binding raises: another finding says so, with what is behind it.
pub(super) fn always_somewhere(context: &Context<'_>, policy: PolicyId) -> bool {
    context.runs(policy).iter().any(|run| always(context, run))
}

/// When the policy of a binding raises, as it is said after "it raises"; `None` where that is not known to happen.
pub(super) struct Raising {
    /// In words.
    pub(super) when: String,
    /// Where in the code, if it has any.
    pub(super) span: Option<Span>,
    /// How many users it raises for, whatever else there is.
    pub(super) users: usize,
}

/// When runs of `policy` raise an error that makes the failure result count.
pub(super) fn raising(context: &Context<'_>, policy: PolicyId, run: &PolicyRun) -> Option<Raising> {
    let world = context.world();
    let users = run.outcomes.error;
    if let PolicyKind::GeoIp(geoip) = &world.policies.row(policy).kind {
        let looks_up = !geoip.asns.is_empty() || !geoip.countries.is_empty();
        let known = world.edition.generation != Generation::Documented && looks_up;
        let when = "for every address that the GeoIP database does not know, such as private ones".to_owned();
        return known.then_some(Raising { when, span: None, users: 0 });
    }
    let cause = cause(context, policy);
    if users > 0 {
        let who = if users == 1 { "one user".to_owned() } else { format!("{users} users") };
        return Some(Raising { when: format!("for {who} today"), span: cause, users });
    }
    of_request(run).or_else(|| without_answer(context, policy))
}

/// What of the request makes a run raise: something that is not there, or a place that nobody knows. Of anything else
/// it is only not known that it does not raise.
fn of_request(run: &PolicyRun) -> Option<Raising> {
    let way = run.raises.iter().find(|way| is_likely(way))?;
    let (atom, answer) = way.last()?;
    let text = atom.text();
    let when = match text.strip_suffix(" raises") {
        Some(part) => format!("where `{part}` does"),
        None if *answer => format!("where `{text}` holds"),
        None => format!("where `{text}` does not hold"),
    };
    let range = atom.span();
    let number = |byte: usize| u32::try_from(byte).unwrap_or(u32::MAX);
    let span = Span { start: number(range.start), end: number(range.end) };
    Some(Raising { when, span: Some(span), users: 0 })
}

fn is_likely(way: &[(Arc<Atom>, bool)]) -> bool {
    let Some((last, answer)) = way.last() else { return false };
    let of_place =
        |given: &&Given| matches!(given, Given::Context(key, _) if ["asn", "geoip"].contains(&&**key));
    let raises = last.text().ends_with(" raises");
    let ends_it = match last.givens().as_slice() {
        [Given::HasContext(..)] => !answer,
        givens => raises && *answer && !givens.is_empty() && givens.iter().all(of_place),
    };
    // Only a few things run without an HTTP request.
    let without = |(atom, answer): &(Arc<Atom>, bool)| {
        !answer && atom.givens().iter().any(|given| matches!(given, Given::HasHttpRequest))
    };
    ends_it && !way.iter().any(without)
}

/// Code that asks another server and does not say what happens without an answer.
fn without_answer(context: &Context<'_>, policy: PolicyId) -> Option<Raising> {
    let PolicyKind::Expression(code) = &context.world().policies.row(policy).kind else { return None };
    let asks = |fact: &Fact| matches!(fact, Fact::Outside(name) if name.starts_with("requests."));
    let read = context.reads(policy).iter().find(|read| asks(&read.fact))?;
    let handled = code.text.contains("try:");
    let when = "where the other server does not answer".to_owned();
    (!handled).then_some(Raising { when, span: Some(read.span), users: 0 })
}

/// The first thing in the code that is known to raise wherever it is reached.
fn cause(context: &Context<'_>, policy: PolicyId) -> Option<Span> {
    causes(context, policy).into_iter().next().map(|(span, _)| span)
}

/// What in the code raises wherever it is reached: names that nothing defines, policies that do not exist, helpers
/// that the release does not have.
pub(super) fn causes(context: &Context<'_>, policy: PolicyId) -> Vec<(Span, String)> {
    let mut found: Vec<(Span, String)> = Vec::new();
    for read in context.reads(policy) {
        match &read.fact {
            Fact::Undefined(name) => found.push((read.span, format!("nothing defines `{name}`"))),
            Fact::Policy(name) if context.policy_named(name).is_none() && !context.world().partial => {
                found.push((read.span, format!("there is no policy called `{name}`")));
            }
            _ => {}
        }
    }
    for pitfall in context.pitfalls(policy) {
        if let PitfallKind::Helper(name) = pitfall.kind
            && let Some(since) = super::newer_helper::since(context, name)
        {
            found.push((pitfall.span, format!("`{name}` is there from authentik {since} on")));
        }
    }
    found.sort();
    found
}
