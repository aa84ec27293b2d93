//! Assertions against a plain reading of what they say, in every way in which the unknowns can turn out; of users who
//! could be created, against all of them that matter.

use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use whomay::diagnostic::{Diagnostics, Sources};
use whomay::input::may;
use whomay::model::draft::{Draft, DraftUser, Key, Reference};
use whomay::model::{Change, GroupId, Origin, SourceId, TargetId, UserId, World};
use whomay::question::assertion::{Outcome, Resolved, Tested};
use whomay::question::{Context, Test};
use whomay::reason::{Compared, Settings};
use whomay::{Reasoner, Subject};

use super::engine;
use super::worlds::{built, draft, every_way_of};

/// One of each generation, and one in which nesting counts for a few levels only.
const EDITIONS: [&str; 5] = ["2024.4.0", "2025.6.4", "2025.12.4", "2026.5.0", "documented"];

/// An assertion that can be written in words.
#[derive(Clone, Debug)]
struct Said {
    whom: Whom,
    form: Form,
    targets: Vec<usize>,
}

#[derive(Clone, Debug)]
enum Whom {
    Users(Vec<usize>),
    Members(Vec<usize>),
    Everyone,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Form {
    Can,
    Cannot,
    Only,
    Apart,
}

/// How the target with a number is called: stages of flows by their flows.
fn target_name(number: usize) -> String {
    if number == 4 { "stage:t3/stage@0".to_owned() } else { format!("t{number}") }
}

impl Said {
    fn text(&self) -> String {
        let list = |prefix: &str, all: &[usize]| {
            all.iter().map(|one| format!("{prefix}{one}")).collect::<Vec<_>>().join(", ")
        };
        let whom = match &self.whom {
            Whom::Users(users) => list("u", users),
            Whom::Members(groups) => format!("members of {}", list("g", groups)),
            Whom::Everyone => "everyone".to_owned(),
        };
        let targets = self.targets.iter().map(|number| target_name(*number)).collect::<Vec<_>>().join(", ");
        match (self.form, &self.whom) {
            (Form::Can, _) => format!("{whom} can {targets}"),
            (Form::Cannot, Whom::Everyone) => format!("nobody can {targets}"),
            (Form::Cannot, _) => format!("{whom} cannot {targets}"),
            (Form::Only, _) => format!("only {whom} can {targets}"),
            (Form::Apart, _) => format!("no user can both {}", targets.replace(", ", " and ")),
        }
    }

    /// Whether it is about `user`; by the names of random worlds.
    fn is_about(&self, world: &World, user: UserId) -> bool {
        let row = &world.users[user];
        let is_named = match &self.whom {
            Whom::Everyone => true,
            Whom::Users(users) => users.iter().any(|number| row.username == format!("u{number}").as_str()),
            Whom::Members(groups) => groups.iter().any(|number| {
                let group = world.find_group(&format!("g{number}")).unwrap();
                is_member(world, user, group)
            }),
        };
        match (self.form, &self.whom) {
            (Form::Can, Whom::Members(_) | Whom::Everyone) => is_named && row.active,
            (Form::Can | Form::Cannot, _) => is_named,
            (Form::Only, _) => !is_named,
            (Form::Apart, _) => true,
        }
    }
}

/// Whether `user` is in `group`, by all ways upwards of as many steps as count.
fn is_member(world: &World, user: UserId, group: GroupId) -> bool {
    let mut reached: Vec<GroupId> = world.users[user].groups.to_vec();
    let most = world.edition.group_depth.map_or(world.groups.len(), |depth| depth as usize);
    for _ in 0..most {
        let above: Vec<GroupId> =
            reached.iter().flat_map(|group| world.groups[*group].parents.clone()).collect();
        reached.extend(above);
        reached.sort_unstable();
        reached.dedup();
    }
    reached.contains(&group)
}

fn said() -> impl Strategy<Value = Said> {
    let groups = || subsequence((0..5).collect::<Vec<usize>>(), 1..3);
    let users = || subsequence((0..4).collect::<Vec<usize>>(), 1..3);
    let whom = prop_oneof![
        2 => users().prop_map(Whom::Users),
        4 => groups().prop_map(Whom::Members),
        3 => Just(Whom::Everyone),
    ];
    let form = select(vec![Form::Can, Form::Cannot, Form::Only, Form::Apart]);
    let targets = subsequence((0..10).collect::<Vec<usize>>(), 1..3);
    (whom, form, targets).prop_filter_map("a form that can be written", |(whom, form, targets)| {
        let is_written = match form {
            Form::Only => !matches!(whom, Whom::Everyone),
            Form::Apart => targets.len() > 1,
            _ => true,
        };
        is_written.then_some(Said { whom, form, targets })
    })
}

fn compared() -> impl Strategy<Value = Compared> {
    select(vec![Compared::Verdicts, Compared::Effective])
}

fn resolved(text: &str, world: &World, settings: &Settings) -> Vec<Resolved> {
    let mut diagnostics = Diagnostics::default();
    let assertions = may::assertions(SourceId(0), text, &mut diagnostics);
    let found = assertions
        .iter()
        .filter_map(|assertion| Resolved::of(assertion, world, settings, &mut diagnostics))
        .collect();
    assert!(diagnostics.is_empty(), "{text}: {diagnostics:?}");
    found
}

/// How the assertions in `text` turn out, under `settings`.
fn rows(world: &World, text: &str, settings: &Settings, compared: Compared) -> Vec<Tested> {
    let reasoner = Reasoner::with(world, settings);
    let sources = Sources::default();
    let context = Context { reasoner: &reasoner, sources: &sources };
    Test::ask(context, resolved(text, world, settings), compared).rows().collect()
}

fn row(world: &World, text: &str, compared: Compared) -> Tested {
    rows(world, text, &Settings::default(), compared).remove(0)
}

/// Whether a user breaks it in all ways, and in any.
fn broken(said: &Said, world: &World, user: UserId, compared: Compared) -> Vec<(bool, bool)> {
    let targets: Vec<TargetId> =
        said.targets.iter().map(|number| world.find_target(&target_name(*number)).unwrap()).collect();
    let gets = |run: &engine::Run<'_>, target: TargetId| match compared {
        Compared::Verdicts => engine::verdict(run, Subject::User(user), target),
        Compared::Effective => engine::effective(run, Subject::User(user), target),
    };
    let seen = |targets: &[TargetId]| {
        let ways = every_way_of(world, targets);
        let broken = |run: &engine::Run<'_>| match said.form {
            Form::Can => !targets.iter().all(|target| gets(run, *target)),
            _ => targets.iter().all(|target| gets(run, *target)),
        };
        let answers: Vec<bool> = ways.iter().map(broken).collect();
        (!answers.contains(&false), answers.contains(&true))
    };
    match said.form {
        // Each target is asked for in a request of its own.
        Form::Apart => vec![
            targets
                .iter()
                .map(|target| seen(&[*target]))
                .fold((true, true), |all, one| (all.0 && one.0, all.1 && one.1)),
        ],
        _ => targets.iter().map(|target| seen(&[*target])).collect(),
    }
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

/// So many ways are tried for one user.
const MOST_WAYS: usize = 1_000;

/// Users in every set of the groups that bindings ask for, and below where nesting may count no more.
fn newcomers() -> Vec<DraftUser> {
    let mut template = None;
    let names = |set: usize| (0..5).filter(move |bit| set & 1 << bit != 0).map(|bit| format!("g{bit}"));
    let deep = [None, Some(0), Some(8), Some(15), Some(16), Some(17), Some(18), Some(19), Some(20), Some(21)];
    let mut found = Vec::new();
    for level in deep {
        for set in 0..32_usize {
            let groups = names(set).chain(level.map(|level| format!("chain{level}")));
            let groups: Vec<Reference> =
                groups.map(|name| Reference { key: Key::Name(name).into(), origin: Origin::None }).collect();
            let user = template.get_or_insert_with(user).clone();
            let username = format!("new-{set}-{level:?}").into();
            found.push(DraftUser { user: whomay::model::User { username, ..user }, groups });
        }
    }
    found
}

fn user() -> whomay::model::User {
    let world = World::parse("one.may", "user one").unwrap();
    world.users.values().next().unwrap().clone()
}

fn with(draft: &Draft, users: Vec<DraftUser>) -> Draft {
    let mut draft = draft.clone();
    draft.users.extend(users);
    draft
}

proptest! {
    #![proptest_config(config(2_000))]

    #[test]
    fn an_assertion_says_what_it_says(
        draft in draft(), said in said(), edition in select(EDITIONS.to_vec()), compared in compared(),
    ) {
        let world = built(draft, edition, None);
        let targets: Vec<TargetId> =
            said.targets.iter().map(|number| world.find_target(&target_name(*number)).unwrap()).collect();
        prop_assume!(every_way_of(&world, &targets).len() <= MOST_WAYS);
        let users: Vec<UserId> = world.users.ids().filter(|user| said.is_about(&world, *user)).collect();
        let seen: Vec<(bool, bool)> =
            users.iter().flat_map(|user| broken(&said, &world, *user, compared)).collect();
        let expected = if seen.iter().any(|(always, _)| *always) {
            Outcome::Fails
        } else if seen.iter().any(|(_, ever)| *ever) {
            Outcome::Depends
        } else {
            Outcome::Holds
        };
        let found = row(&world, &format!("assert {}", said.text()), compared);
        prop_assert_eq!(found.outcome, expected, "{} in {:?}", said.text(), world);
        prop_assert_eq!(found.counterexamples.len(), seen.iter().filter(|(always, _)| *always).count());
        prop_assert_eq!(found.undecided.len(), seen.iter().filter(|(always, ever)| *ever && !*always).count());
        prop_assert_eq!(found.unknowns.is_empty(), expected != Outcome::Depends);
    }
}

proptest! {
    #![proptest_config(config(600))]

    /// A world with everybody in it who could be created, as far as that matters, needs no `forever`.
    #[test]
    fn forever_is_with_everybody_who_could_be_created(
        draft in draft(), said in said(), edition in select(EDITIONS.to_vec()), compared in compared(),
    ) {
        let small = built(draft.clone(), edition, None);
        let large = built(with(&draft, newcomers()), edition, None);
        let now = row(&small, &format!("assert {}", said.text()), compared);
        let found = row(&small, &format!("assert forever {}", said.text()), compared);
        let expected = row(&large, &format!("assert {}", said.text()), compared);
        prop_assert_eq!(found.outcome, expected.outcome, "{} in {:?}", said.text(), small);
        if now.outcome == Outcome::Fails {
            prop_assert_eq!(found.outcome, Outcome::Fails);
        }
        // Whoever is found breaks it once created, or may.
        let all = |row: &Tested| {
            row.counterexamples.iter().map(|one| (one.clone(), true)).chain(row.undecided.iter().map(|one| (one.clone(), false))).collect::<Vec<_>>()
        };
        for (one, is_certain) in all(&found) {
            let Some(groups) = one.created_in else { continue };
            let groups = groups.into_iter().map(|name| Reference { key: Key::Name(name).into(), origin: Origin::None });
            let new = DraftUser { user: whomay::model::User { username: "newcomer".into(), ..user() }, groups: groups.collect() };
            let world = built(with(&draft, vec![new]), edition, None);
            let row = row(&world, &format!("assert {}", said.text()), compared);
            let is_there = |(other, certain): &(whomay::question::assertion::Counterexample, bool)| {
                other.user.as_ref().is_some_and(|user| user.name == "newcomer") && *certain == is_certain
            };
            prop_assert!(all(&row).iter().any(is_there), "{}: {} in {:?}", said.text(), one.sentence, small);
        }
    }
}

proptest! {
    #![proptest_config(config(60))]

    #[test]
    fn what_is_not_exercised_makes_no_difference(
        draft in draft(),
        said in prop::collection::vec((said(), any::<bool>(), any::<bool>()), 1..4),
        edition in select(EDITIONS.to_vec()),
        compared in compared(),
    ) {
        let world = built(draft, edition, None);
        let text: Vec<String> = said.iter().map(|(said, forever, under)| {
            let under = if *under { " under policy:unknown-p=pass" } else { "" };
            format!("assert {}{}{under}", if *forever { "forever " } else { "" }, said.text())
        }).collect();
        let text = text.join("\n");
        let settings = Settings::default();
        let outcomes = |world: &World| -> Vec<Outcome> {
            rows(world, &text, &settings, compared).iter().map(|row| row.outcome).collect()
        };
        let reasoner = Reasoner::new(&world);
        let sources = Sources::default();
        let context = Context { reasoner: &reasoner, sources: &sources };
        let test = Test::ask(context, resolved(&text, &world, &settings), compared).with_coverage();
        let before = outcomes(&world);
        let mut idle = 0;
        for (binding, _) in world.bindings.iter().filter(|(_, row)| row.enabled) {
            let mut without = world.clone();
            without.apply(&Change::Unbind(binding)).unwrap();
            idle += usize::from(outcomes(&without) == before);
        }
        let coverage = test.coverage().unwrap();
        prop_assert_eq!(coverage.idle.len(), idle, "{} in {:?}", text, world);
        prop_assert_eq!(coverage.exercised + idle, coverage.bindings);
    }

    #[test]
    fn under_is_as_assumed_for_all(
        draft in draft(), said in said(), forever in any::<bool>(), ends in select(vec!["pass", "fail", "error"]), compared in compared(),
    ) {
        let world = built(draft, "2026.5.0", None);
        let text = format!("assert {}{}", if forever { "forever " } else { "" }, said.text());
        let mut settings = Settings::default();
        settings.assumptions.set("policy:unknown-p", ends).unwrap();
        let assumed = rows(&world, &text, &settings, compared).remove(0);
        let mut other = Settings::default();
        other.assumptions.set("policy:unknown-p", "fail").unwrap();
        let under = rows(&world, &format!("{text} under policy:unknown-p={ends}\n{text}"), &other, compared);
        prop_assert_eq!(under[0].outcome, assumed.outcome);
        prop_assert_eq!(&under[0].counterexamples, &assumed.counterexamples);
        prop_assert_eq!(&under[0].undecided, &assumed.undecided);
        prop_assert_eq!(under[1].outcome, rows(&world, &text, &other, compared).remove(0).outcome);
    }
}

/// Eight pigeons in seven holes: nobody can be created who gets all of that, and no search finds it out in time.
#[test]
fn what_would_take_too_long_is_not_said_to_hold() {
    let holes = 0..7;
    let at = |pigeon: usize, hole: usize| format!("p{pigeon}h{hole}");
    let mut text = String::new();
    let mut targets = Vec::new();
    let mut clause = |text: &mut String, negate: &str, groups: Vec<String>| {
        let rows = groups.iter().enumerate().map(|(order, group)| format!("{order}: {negate}group {group}"));
        *text +=
            &format!("application a{} any {{ {} }}\n", targets.len(), rows.collect::<Vec<_>>().join(", "));
        targets.push(format!("a{}", targets.len()));
    };
    for pigeon in 0..8 {
        holes.clone().for_each(|hole| text += &format!("group {}\n", at(pigeon, hole)));
        clause(&mut text, "", holes.clone().map(|hole| at(pigeon, hole)).collect());
        for (other, hole) in (0..pigeon).flat_map(|other| holes.clone().map(move |hole| (other, hole))) {
            clause(&mut text, "not ", vec![at(pigeon, hole), at(other, hole)]);
        }
    }
    let world = World::parse("pigeons.may", &text).unwrap();
    let found =
        row(&world, &format!("assert forever no user can both {}", targets.join(", ")), Compared::Effective);
    assert_eq!(found.outcome, Outcome::Depends);
    assert!(found.undecided.is_empty() && found.notes[0].contains("too long"), "{:?}", found.notes);
}
