//! What authentik 2026.5 answered on recorded tenants, against ours: through its own blueprint export, and through
//! pages of its API. No verdict may contradict it.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test fails by panicking, and the counts are what it is for"
)]

mod answers;
mod claims;
mod proofs;
mod recording;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use recording::{Recording, Said};
use whomay::diagnostic::{Sources, Style};
use whomay::input::{self, Options};
use whomay::model::{Edition, Flags, Mode, PolicyKind, TargetId, UserId, World};
use whomay::policy::assumption::{Assumed, Assumptions};
use whomay::reason::{Settings, Unknown};
use whomay::{Reasoner, Subject, Verdict};

/// How many verdicts agree, how many are left open, and those that contradict.
#[derive(Default)]
struct Score {
    decided: usize,
    depends: usize,
    wrong: Vec<String>,
    /// Left open although everything that decides is in the input.
    needless: Vec<String>,
    /// Verdicts in which code has a part and no unknown mode, and those of them that are left open.
    with_code: usize,
    code_open: usize,
    /// What those depend on, and how often.
    reasons: BTreeMap<String, usize>,
}

impl Score {
    fn add(&mut self, ours: Verdict, theirs: bool, decidable: bool, what: impl FnOnce() -> String) {
        match (ours, theirs) {
            (Verdict::Yes, true) | (Verdict::No, false) => self.decided += 1,
            (Verdict::Depends, _) => {
                self.depends += 1;
                if decidable {
                    self.needless.push(what());
                }
            }
            _ => self.wrong.push(what()),
        }
    }
}

/// Where recorded tenants are: some in the repository, all of them where they are at hand.
fn tenants() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut tenants: BTreeMap<String, PathBuf> = BTreeMap::new();
    for folder in [root.join("tests/golden"), root.join("../shared/golden")] {
        let Ok(entries) = folder.read_dir() else { continue };
        for path in entries
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| path.join("verdicts.json").exists())
        {
            tenants.insert(path.file_name().unwrap().to_string_lossy().into_owned(), path);
        }
    }
    assert!(tenants.len() >= 5, "the repository holds recorded tenants");
    tenants.into_values().collect()
}

fn read(path: &Path, recording: &Recording) -> World {
    read_with_sources(path, recording).0
}

fn read_with_sources(path: &Path, recording: &Recording) -> (World, Sources) {
    let options = Options {
        edition: Some(Edition::parse(&recording.release).unwrap()),
        flags: Flags { core_default_app_access: Some(recording.app_access_without_bindings) },
        ..Options::default()
    };
    let reading = input::read(&[path], &options);
    let rendered = whomay::diagnostic::render(&reading.diagnostics, &reading.sources, Style::default());
    let world = reading.world.unwrap_or_else(|| panic!("{}:\n{rendered}", path.display()));
    (world, reading.sources)
}

/// What is known of each request.
fn assumed(recording: &Recording, http: Option<bool>) -> Assumptions {
    let mut assumptions = Assumptions { http_request: http, sso: Some(false), ..Assumptions::default() };
    // The engine was asked in no flow.
    for key in ["flow_plan", "pending_user", "prompt_data", "auth_method", "flag"] {
        assumptions.context.insert(key.to_owned(), Assumed::Absent);
    }
    if http == Some(true) {
        assumptions.client_ip = Some(recording.client_ip);
        // The recording had no database of places.
        assumptions.context.insert("geoip".to_owned(), Assumed::Absent);
        assumptions.context.insert("asn".to_owned(), Assumed::Absent);
    }
    assumptions
}

/// Compares everything that was recorded with what we say: as it is, or with what is known of each request.
fn compare(world: &World, recording: &Recording, assuming: bool) -> Score {
    let asked = |http| {
        let assumptions = if assuming { assumed(recording, http) } else { Assumptions::default() };
        Reasoner::with(world, &Settings { at: Some(recording.at), assumptions })
    };
    let reasoners = [None, Some(false), Some(true)].map(|http| (http, asked(http)));
    let mut score = Score::default();
    let users: BTreeMap<&str, UserId> =
        world.users.iter().map(|(id, row)| (row.username.as_str(), id)).collect();
    let targets: BTreeMap<&str, TargetId> =
        world.targets.iter().filter_map(|(id, row)| Some((row.pk.as_deref()?, id))).collect();
    for said in &recording.said {
        let reasoner = &reasoners.iter().find(|(http, _)| *http == said.http).unwrap().1;
        let Some(target) = targets.get(said.target.as_str()) else { continue };
        let (ours, unknowns) = match users.get(said.user.as_str()) {
            Some(user) => {
                let answer = reasoner.answer(*user, *target);
                if said.in_the_end && !world.users[*user].active {
                    // What authentik computes for whoever cannot log in, nobody gets.
                    assert_eq!(answer.effective, Verdict::No);
                    continue;
                }
                let ours = if said.in_the_end { answer.effective } else { answer.verdict };
                (ours, answer.unknowns)
            }
            None if said.user == "<anonymous>" && !said.in_the_end => {
                (reasoner.verdict(Subject::Anonymous, *target), Vec::new())
            }
            None => continue,
        };
        let decidable = is_decidable(world, *target, said);
        score.add(ours, said.passing, decidable, || {
            format!(
                "{} for {}: ours {ours}, authentik {}",
                world.target_address(*target),
                said.user,
                said.passing
            )
        });
        if has_code(world, *target) {
            // Where the mode decides, code does not.
            let by_mode = unknowns.iter().any(|unknown| matches!(unknown, Unknown::Mode(_)));
            if ours == Verdict::Depends && by_mode {
                continue;
            }
            score.with_code += 1;
            score.code_open += usize::from(ours == Verdict::Depends);
            for unknown in unknowns.iter().filter(|_| ours == Verdict::Depends) {
                *score.reasons.entry(reasoner.reason(*unknown)).or_default() += 1;
            }
        }
    }
    score
}

/// Whether code has a part in the verdict.
fn has_code(world: &World, target: TargetId) -> bool {
    world.bindings_of(target).filter(|(_, row)| row.enabled).any(|(_, row)| {
        row.policy.is_some_and(|policy| matches!(world.policies[policy].kind, PolicyKind::Expression(_)))
    })
}

/// Whether everything that decides is in the input: no code, no request, no mode that the API does not show.
fn is_decidable(world: &World, target: TargetId, said: &Said) -> bool {
    let granted_by_rows = said.in_the_end && world.targets[target].kind().as_str() == "entitlement";
    let known_mode = world.targets[target].mode != Mode::Unexposed || granted_by_rows;
    let known = |target: TargetId| {
        world.bindings_of(target).filter(|(_, row)| row.enabled).all(|(_, row)| match row.policy {
            Some(policy) => matches!(world.policies[policy].kind, PolicyKind::Dummy(_)),
            None => true,
        })
    };
    known_mode && (granted_by_rows || known(target)) && world.targets[target].kind().as_str() != "device"
}

fn through(form: &str, assuming: bool, path: impl Fn(&Path) -> PathBuf) {
    let mut total = Score::default();
    let how = if assuming { ", requests known" } else { "" };
    for folder in tenants() {
        let recording = Recording::read(&folder);
        let world = read(&path(&folder), &recording);
        let score = compare(&world, &recording, assuming);
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        println!(
            "{name} through {form}{how}: {} decided, {} depend, {} wrong; with code: {} of {} decided",
            score.decided,
            score.depends,
            score.wrong.len(),
            score.with_code - score.code_open,
            score.with_code
        );
        assert!(score.decided > 0, "{name}: nothing was compared");
        total.decided += score.decided;
        total.depends += score.depends;
        total.with_code += score.with_code;
        total.code_open += score.code_open;
        score
            .reasons
            .into_iter()
            .for_each(|(reason, count)| *total.reasons.entry(reason).or_default() += count);
        total.wrong.extend(score.wrong.into_iter().map(|line| format!("{name}: {line}")));
        total.needless.extend(score.needless.into_iter().map(|line| format!("{name}: {line}")));
    }
    println!(
        "all through {form}{how}: {} decided, {} depend, {} wrong; with code: {} of {} decided",
        total.decided,
        total.depends,
        total.wrong.len(),
        total.with_code - total.code_open,
        total.with_code
    );
    for (reason, count) in &total.reasons {
        println!("    {count} depend: {reason}");
    }
    assert!(total.wrong.is_empty(), "{} contradictions:\n{}", total.wrong.len(), first(&total.wrong));
    // Blueprints do not say whether what they leave out is there.
    let most = if form == "blueprint" { 6 } else { 5 };
    assert!(
        total.code_open * 100 <= total.with_code * most,
        "{} of {} left open",
        total.code_open,
        total.with_code
    );
    assert!(total.needless.is_empty(), "{} left open:\n{}", total.needless.len(), first(&total.needless));
}

fn first(lines: &[String]) -> String {
    lines.iter().take(20).cloned().collect::<Vec<_>>().join("\n")
}

#[test]
fn no_verdict_contradicts_authentik_through_its_blueprint() {
    through("blueprint", false, |folder| folder.join("blueprint.yaml"));
}

#[test]
fn no_verdict_contradicts_authentik_through_its_api() {
    through("snapshot", false, |folder| folder.join("api"));
}

#[test]
fn no_verdict_contradicts_authentik_when_requests_are_known() {
    through("snapshot", true, |folder| folder.join("api"));
}

#[test]
fn no_finding_contradicts_authentik_through_its_api() {
    claims::through("snapshot", |folder| folder.join("api"));
}

#[test]
fn no_finding_contradicts_authentik_through_its_blueprint() {
    claims::through("blueprint", |folder| folder.join("blueprint.yaml"));
}
