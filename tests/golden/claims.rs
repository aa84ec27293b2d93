//! What lints claim of verdicts, against what authentik's own engine answered on the same tenant.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use whomay::Reasoner;
use whomay::lint::{Context, Finding, Levels, Listings, Object, run};
use whomay::model::{BindingId, BoundUser, Details, Mode, TargetId, TargetKind};
use whomay::policy::assumption::Assumptions;
use whomay::reason::Settings;

use super::answers::{Answers, Claimed, Recorded, Step, User};
use super::recording::Recording;

/// How many claims of each lint were looked at, and those that authentik contradicts.
#[derive(Default)]
struct Checked {
    of_lint: BTreeMap<&'static str, usize>,
    answers: BTreeMap<&'static str, usize>,
    wrong: Vec<String>,
}

/// What is behind the first backtick, up to the next.
fn quoted(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

/// The answers that `finding` makes a claim about; `None` where it makes none that was recorded.
fn claimed(answers: &Answers<'_>, finding: &Finding) -> Option<Claimed> {
    of_verdicts(answers, finding)
        .or_else(|| of_flows(answers, finding))
        .or_else(|| of_bindings(answers, finding))
        .or_else(|| of_policies(answers, finding))
        .or_else(|| of_groups(answers, finding))
}

/// What is claimed of who passes.
fn of_verdicts(answers: &Answers<'_>, finding: &Finding) -> Option<Claimed> {
    let message = finding.diagnostic.message.as_str();
    let world = answers.world;
    let opened = message.contains("is open to everyone")
        || message.contains(" always runs")
        || message.contains("notifies whatever happens");
    Some(match (finding.diagnostic.code, finding.object) {
        (
            "open-application"
            | "all-bindings-disabled"
            | "vacuous-bindings"
            | "tautological-bindings"
            | "empty-binding",
            Object::Target(id),
        ) if opened => answers.all(id, true),
        ("conflicting-bindings", Object::Target(id)) if message.ends_with("always passes") => {
            // Under a mode that nobody knows, only the binding does.
            let known = matches!(world.targets.row(id).kind(), TargetKind::Entitlement)
                || world.targets.row(id).mode == Mode::Any;
            if known { answers.these(id, true, |user| !user.starts_with('<')) } else { return None }
        }
        (
            "conflicting-bindings"
            | "contradictory-bindings"
            | "invalid-mode"
            | "closed-when-empty"
            | "never-denies",
            Object::Target(id),
        ) => answers.all(id, false),
        ("nobody-passes", Object::Target(id)) => answers.these(id, false, |user| {
            answers.users.get(user).is_some_and(|user| user.active && user.name != "AnonymousUser")
        }),
        ("everyone-passes-today", Object::Target(id)) => {
            let listed: BTreeSet<&str> = answers.listed().collect();
            answers.these(id, true, |user| listed.contains(user))
        }
        ("negated-binding-opens", Object::Target(id)) => {
            let negated: Vec<BindingId> = answers
                .context
                .counted(id)
                .into_iter()
                .filter(|(_, row)| row.negate && row.asks_only_who())
                .map(|(binding, _)| binding)
                .collect();
            let is_all = |user: &str| negated.iter().all(|binding| answers.is_asked_for(user, *binding));
            answers.these(id, true, |user| !user.starts_with('<') && !is_all(user))
        }
        ("entitlement-without-access", Object::Target(id)) => {
            let Details::Entitlement { application } = world.targets.row(id).details else { return None };
            let out: BTreeSet<&str> = answers
                .verdicts(application)
                .into_iter()
                .filter(|(_, passing)| !passing)
                .map(|(user, _)| user)
                .collect();
            let entitled = answers.verdicts(id);
            let both: BTreeSet<&str> = entitled
                .into_iter()
                .filter(|(user, passing)| *passing && out.contains(user))
                .map(|(user, _)| user)
                .collect();
            let number = message.split_once(" users (").map_or(1, |(number, _)| number.parse().unwrap());
            let named = message.split_once(" entitlement ")?.0;
            let mut claims: Claimed =
                quoted(named).into_iter().map(|user| (user.to_owned(), both.contains(user))).collect();
            claims.push((format!("{} users", both.len()), both.len() >= number));
            claims
        }
        _ => return None,
    })
}

/// What is claimed of walks through flows.
fn of_flows(answers: &Answers<'_>, finding: &Finding) -> Option<Claimed> {
    let message = finding.diagnostic.message.as_str();
    let world = answers.world;
    Some(match (finding.diagnostic.code, finding.object) {
        ("static-binding-on-anonymous-flow", Object::Target(id)) => {
            let mut claims = answers.these(id, false, |user| user.starts_with('<'));
            claims.extend(answers.flow(id, |run| (run.ctx == "anonymous").then_some(run.refused)));
            claims
        }
        ("evaluated-before-login", Object::Target(id)) if !message.contains("plays no part") => {
            answers.these(id, message.contains("it runs"), |user| user == "<anonymous>")
        }
        ("ignored-stage-bindings", Object::Target(id)) => {
            let Details::StageBinding { flow, stage, .. } = &world.targets.row(id).details else {
                return None;
            };
            let name = &world.stages.row(*stage).name;
            answers.flow(*flow, |run| (!run.refused).then(|| run.executed.contains(name)))
        }
        ("empty-flow", Object::Target(id)) => answers.flow(id, |run| Some(run.refused)),
        ("stage-after-deny", Object::Target(id)) => answers.flow(id, |run| {
            let deny = |id: &TargetId| match &world.targets.row(*id).details {
                Details::StageBinding { stage, .. } => {
                    let stage = world.stages.row(*stage);
                    stage.is("deny") && run.executed.contains(&stage.name)
                }
                _ => false,
            };
            (!run.refused).then(|| world.targets.ids().any(|id| deny(&id)))
        }),
        _ => return None,
    })
}

/// What is claimed of one binding.
fn of_bindings(answers: &Answers<'_>, finding: &Finding) -> Option<Claimed> {
    let message = finding.diagnostic.message.as_str();
    let world = answers.world;
    Some(match (finding.diagnostic.code, finding.object) {
        ("mixed-binding", Object::Binding(id)) => {
            let row = world.bindings.row(id);
            let any = world.targets.row(row.target).mode == Mode::Any;
            let matches = match message {
                _ if !any => return None,
                text if text.contains("who matches its") => true,
                text if text.contains("who does not match its") => false,
                _ => return None,
            };
            answers.these(row.target, true, |user| {
                !user.starts_with('<') && answers.is_asked_for(user, id) == matches
            })
        }
        ("fails-open" | "negated-failure-result", Object::Binding(id)) => {
            let note = finding.diagnostic.notes.iter().find(|note| note.starts_with("it raises for "))?;
            answers.raising(id, note.strip_prefix("it ")?)
        }
        ("failure-skips-protection", Object::Binding(id)) => {
            let label =
                finding.diagnostic.labels.iter().find(|label| label.message.starts_with("raises for "))?;
            answers.raising(id, &label.message)
        }
        ("constant-binding", Object::Binding(id)) => {
            let passes = message.ends_with(" always passes");
            let steps = answers.steps(id);
            steps.into_iter().map(|step| (step.user.clone(), step.result == passes)).collect()
        }
        ("useless-policy", Object::Binding(id)) => match message {
            text if text.contains(" always passes at ") => Answers::raw(answers.steps(id), &["pass"]),
            text if text.contains(" never passes at ") => Answers::raw(answers.steps(id), &["fail"]),
            _ => Answers::alike(answers.steps(id)),
        },
        ("negated-entitlement", Object::Binding(id)) => {
            let row = world.bindings.row(id);
            answers.these(row.target, true, |user| !answers.is_asked_for(user, id))
        }
        ("entitlement-policy", Object::Binding(id)) if message.ends_with("grants nothing") => {
            let row = world.bindings.row(id);
            let alone = answers.context.counted(row.target).len() == 1;
            if alone { answers.all(row.target, false) } else { return None }
        }
        ("entitlement-policy", Object::Binding(id)) => {
            let row = world.bindings.row(id);
            answers.these(row.target, true, |user| answers.is_asked_for(user, id) != row.negate)
        }
        ("inactive-user-binding", Object::Binding(id)) if message.ends_with("is inactive") => {
            let Some(BoundUser::Listed(user)) = &world.bindings.row(id).user else { return None };
            let name = &world.users.row(*user).username;
            vec![(name.to_string(), answers.users.get(name.as_str()).is_some_and(|user| !user.active))]
        }
        _ => return None,
    })
}

/// What is claimed of runs of a policy.
fn of_policies(answers: &Answers<'_>, finding: &Finding) -> Option<Claimed> {
    let message = finding.diagnostic.message.as_str();
    Some(match (finding.diagnostic.code, finding.object) {
        ("always-raises", Object::Policy(id)) => {
            let at = message.split_once(" raises an error at every run").map(|(_, at)| at)?;
            // What cannot be kept is an error of the engine, not of the code.
            let crashes =
                finding.diagnostic.notes.iter().any(|note| note.contains("whatever their options are"));
            let ends = |steps: Vec<&Step>| -> Claimed {
                let is_claimed =
                    |step: &Step| if crashes { !step.result } else { step.raw == "policy_exception" };
                steps.into_iter().map(|step| (step.user.clone(), is_claimed(step))).collect()
            };
            match at.strip_prefix(" at ") {
                None => ends(answers.steps_of(id, None)),
                Some(many) if many.ends_with(" targets") => return None,
                Some(one) => ends(answers.steps_of(id, Some(one))),
            }
        }
        ("broken-code", Object::Policy(id)) => {
            Answers::raw(answers.steps_of(id, None), &["policy_exception"])
        }
        ("constant-policy", Object::Policy(id)) => {
            let raw = if message.ends_with(" always passes") { "pass" } else { "fail" };
            Answers::raw(answers.steps_of(id, None), &[raw])
        }
        ("geoip-settings", Object::Policy(id)) if message.contains("checks nothing") => {
            Answers::raw(answers.steps_of(id, None), &["pass"])
        }
        ("reputation-settings", Object::Policy(id)) if message.contains("checks neither") => {
            let steps = answers.steps_of(id, None).into_iter().filter(|step| !step.user.starts_with('<'));
            Answers::alike(steps.collect())
        }
        ("direct-groups-only", Object::Policy(_)) => {
            let (_, missed) = message.split_once(", and misses ")?;
            let group = finding.key.clone();
            let is_missed = |user: &str| {
                answers
                    .users
                    .get(user)
                    .is_some_and(|user| user.all_groups.contains(&group) && !user.groups.contains(&group))
            };
            quoted(missed).into_iter().map(|user| (user.to_owned(), is_missed(user))).collect()
        }
        _ => return None,
    })
}

/// What is claimed of members.
fn of_groups(answers: &Answers<'_>, finding: &Finding) -> Option<Claimed> {
    let message = finding.diagnostic.message.as_str();
    Some(match (finding.diagnostic.code, finding.object) {
        ("cyclic-groups", Object::Group(_)) => {
            let groups = quoted(message);
            let is_same = |user: &&&User| {
                let count = groups.iter().filter(|group| user.all_groups.contains(**group)).count();
                count == 0 || count == groups.len()
            };
            answers.users.values().map(|user| (user.name.clone(), is_same(&user))).collect()
        }
        ("inherited-superuser", Object::Group(id)) => {
            let inside = answers.users.values().filter(|user| answers.is_member(&user.name, id));
            let mut claims: Claimed = inside.map(|user| (user.name.clone(), user.superuser)).collect();
            if let Some((_, through)) = message.split_once(": ") {
                let number: usize = through.split(' ').next()?.parse().unwrap();
                claims.push((format!("{} members", claims.len()), claims.len() >= number));
            }
            claims
        }
        ("memberless-group", Object::Group(id)) => answers
            .users
            .values()
            .map(|user| (user.name.clone(), !answers.is_member(&user.name, id)))
            .collect(),
        _ => return None,
    })
}

fn check(
    checked: &mut Checked,
    name: &str,
    path: &Path,
    recording: &Recording,
    recorded: &Recorded,
    http: Option<bool>,
) {
    let (world, sources) = super::read_with_sources(path, recording);
    let mut sources = sources;
    let listings = Listings::of(&world, &mut sources);
    let assumptions = http.map_or_else(Assumptions::default, |http| super::assumed(recording, Some(http)));
    let reasoner = Reasoner::with(&world, &Settings { at: Some(recording.at), assumptions });
    let context = Context::new(&reasoner, &sources, listings);
    let users = recorded.users.iter().map(|user| (user.name.as_str(), user)).collect();
    let answers = Answers { world: &world, recording, recorded, context: &context, http, users };
    for finding in run(&context, &Levels::default()).findings {
        let Some(claims) = claimed(&answers, &finding).filter(|claims| !claims.is_empty()) else { continue };
        let code = finding.diagnostic.code;
        *checked.of_lint.entry(code).or_default() += 1;
        *checked.answers.entry(code).or_default() += claims.len();
        let against: Vec<&str> =
            claims.iter().filter(|(_, holds)| !holds).map(|(what, _)| what.as_str()).collect();
        if !against.is_empty() {
            checked.wrong.push(format!(
                "{name}: {code}: {}: against {} of {}: {}",
                finding.diagnostic.message,
                against.len(),
                claims.len(),
                against.iter().take(4).copied().collect::<Vec<_>>().join(", ")
            ));
        }
    }
}

/// Looks at what is found in every tenant, as it is in the folder of each that `path` gives.
pub(crate) fn through(form: &str, path: impl Fn(&Path) -> std::path::PathBuf) {
    let mut checked = Checked::default();
    for folder in super::tenants() {
        let (recording, recorded) = (Recording::read(&folder), Recorded::read(&folder));
        let name = folder.file_name().unwrap().to_string_lossy();
        for http in [None, Some(false), Some(true)] {
            check(&mut checked, &name, &path(&folder), &recording, &recorded, http);
        }
    }
    for (code, findings) in &checked.of_lint {
        println!("{form}: {findings} findings of {code}, {} answers", checked.answers[code]);
    }
    let findings: usize = checked.of_lint.values().sum();
    println!("{form}: {findings} findings of {} lints", checked.of_lint.len());
    assert!(findings >= 50, "{findings} findings were looked at");
    assert!(
        checked.wrong.is_empty(),
        "authentik contradicts {} findings:\n{}",
        checked.wrong.len(),
        checked.wrong.join("\n")
    );
}
