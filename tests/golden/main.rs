//! What authentik 2026.5 answered on recorded tenants, against ours: through its own blueprint export, and through
//! pages of its API. No verdict may contradict it.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test fails by panicking, and the counts are what it is for"
)]

mod recording;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use recording::{Recording, Said};
use whomay::diagnostic::Style;
use whomay::input::{self, Options};
use whomay::model::{Edition, Flags, Mode, PolicyKind, TargetId, UserId, World};
use whomay::reason::Settings;
use whomay::{Reasoner, Verdict};

/// How many verdicts agree, how many are left open, and those that contradict.
#[derive(Default)]
struct Score {
    decided: usize,
    depends: usize,
    wrong: Vec<String>,
    /// Left open although everything that decides is in the input.
    needless: Vec<String>,
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
    let options = Options {
        edition: Some(Edition::parse(&recording.release).unwrap()),
        flags: Flags { core_default_app_access: Some(recording.app_access_without_bindings) },
        ..Options::default()
    };
    let reading = input::read(&[path], &options);
    let rendered = whomay::diagnostic::render(&reading.diagnostics, &reading.sources, Style::default());
    reading.world.unwrap_or_else(|| panic!("{}:\n{rendered}", path.display()))
}

fn compare(world: &World, recording: &Recording) -> Score {
    let reasoner = Reasoner::with(world, &Settings { at: Some(recording.at), ..Settings::default() });
    let mut score = Score::default();
    let users: BTreeMap<&str, UserId> =
        world.users.iter().map(|(id, row)| (row.username.as_str(), id)).collect();
    let targets: BTreeMap<&str, TargetId> =
        world.targets.iter().filter_map(|(id, row)| Some((row.pk.as_deref()?, id))).collect();
    for said in &recording.said {
        let (Some(user), Some(target)) = (users.get(said.user.as_str()), targets.get(said.target.as_str()))
        else {
            continue;
        };
        let answer = reasoner.answer(*user, *target);
        let ours = if said.in_the_end { answer.effective } else { answer.verdict };
        if said.in_the_end && !world.users[*user].active {
            // What authentik computes for whoever cannot log in, nobody gets.
            assert_eq!(ours, Verdict::No);
            continue;
        }
        let decidable = is_decidable(world, *target, said);
        score.add(ours, said.passing, decidable, || {
            format!(
                "{} for {}: ours {ours}, authentik {}",
                world.target_address(*target),
                said.user,
                said.passing
            )
        });
    }
    score
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

fn through(form: &str, path: impl Fn(&Path) -> PathBuf) {
    let mut total = Score::default();
    for folder in tenants() {
        let recording = Recording::read(&folder);
        let world = read(&path(&folder), &recording);
        let Score { decided, depends, wrong, needless } = compare(&world, &recording);
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        println!("{name} through {form}: {decided} decided, {depends} depend, {} wrong", wrong.len());
        assert!(decided > 0, "{name}: nothing was compared");
        total.decided += decided;
        total.depends += depends;
        total.wrong.extend(wrong.into_iter().map(|line| format!("{name}: {line}")));
        total.needless.extend(needless.into_iter().map(|line| format!("{name}: {line}")));
    }
    println!(
        "all through {form}: {} decided, {} depend, {} wrong",
        total.decided,
        total.depends,
        total.wrong.len()
    );
    assert!(total.wrong.is_empty(), "{} contradictions:\n{}", total.wrong.len(), first(&total.wrong));
    assert!(total.needless.is_empty(), "{} left open:\n{}", total.needless.len(), first(&total.needless));
}

fn first(lines: &[String]) -> String {
    lines.iter().take(20).cloned().collect::<Vec<_>>().join("\n")
}

#[test]
fn no_verdict_contradicts_authentik_through_its_blueprint() {
    through("blueprint", |folder| folder.join("blueprint.yaml"));
}

#[test]
fn no_verdict_contradicts_authentik_through_its_api() {
    through("snapshot", |folder| folder.join("api"));
}
