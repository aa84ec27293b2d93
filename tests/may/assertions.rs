//! How assertions are read, written in their usual form, and what is said of those that are wrong.

use whomay::input::may;
use whomay::model::assertion::{Assertion, Claim, Named, Whom};

use crate::{draft, format, problems, read, world};

fn assertions(text: &str) -> Vec<Assertion> {
    draft(text).assertions
}

fn names(named: &[Named]) -> String {
    named.iter().map(|named| named.name.as_str()).collect::<Vec<_>>().join("|")
}

/// What an assertion says, in another way than it is written.
fn meaning(assertion: &Assertion) -> String {
    let whom = |whom: &Whom| match whom {
        Whom::Users(users) => format!("users({})", names(users)),
        Whom::Members(groups) => format!("members({})", names(groups)),
        Whom::Everyone => "all".to_owned(),
    };
    let claim = match &assertion.claim {
        Claim::Can(who, targets) => format!("can {} {}", whom(who), names(targets)),
        Claim::Cannot(who, targets) => format!("cannot {} {}", whom(who), names(targets)),
        Claim::Only(who, targets) => format!("only {} {}", whom(who), names(targets)),
        Claim::Apart(targets) => format!("apart {}", names(targets)),
    };
    let under: Vec<String> =
        assertion.under.iter().map(|given| format!("{}:={}", given.key, given.value)).collect();
    let ever = if assertion.forever { "ever " } else { "" };
    format!("{ever}{claim} {}", under.join(" ")).trim_end().to_owned()
}

#[test]
fn every_form_is_read() {
    for (text, expected) in [
        ("anna can wiki", "can users(anna) wiki"),
        ("anna may wiki", "can users(anna) wiki"),
        ("anna cannot vault", "cannot users(anna) vault"),
        ("user:anna, eve can app:wiki, flow:sign-in", "can users(user:anna|eve) app:wiki|flow:sign-in"),
        ("members of staff can wiki", "can members(staff) wiki"),
        ("members of staff, \"authentik Admins\" cannot x", "cannot members(staff|authentik Admins) x"),
        ("only members of staff can wiki", "only members(staff) wiki"),
        ("only anna, eve may vault", "only users(anna|eve) vault"),
        ("everyone may grafana", "can all grafana"),
        ("everyone cannot grafana", "cannot all grafana"),
        ("nobody can legacy", "cannot all legacy"),
        ("nobody may legacy, older", "cannot all legacy|older"),
        ("no user can both a and b", "apart a|b"),
        ("no user may both a, b and c", "apart a|b|c"),
        ("no user can both a, b, and c", "apart a|b|c"),
        ("forever no user can both \"a\" and b", "ever apart a|b"),
        ("anna can entitlement:grafana/admin", "can users(anna) entitlement:grafana/admin"),
        ("anna can stage:sign-in/ask@20", "can users(anna) stage:sign-in/ask@20"),
        ("anna can device:laptop under sso=true", "can users(anna) device:laptop sso:=true"),
        (
            "anna can x under client_ip=2001:db8::1, geoip.country=DE, time=2026-03-03T09:00:00+01:00",
            "can users(anna) x client_ip:=2001:db8::1 geoip.country:=DE time:=2026-03-03T09:00:00+01:00",
        ),
        (
            "anna can x under policy:office-hours=pass, \"policy:a = b=fail\", context.n=-1.5",
            "can users(anna) x policy:office-hours:=pass policy:a = b:=fail context.n:=-1.5",
        ),
        ("\"everyone\" can \"both\"", "can users(everyone) both"),
        ("members of \"members\" can 7", "can members(members) 7"),
    ] {
        let found = assertions(&format!("assert {text}"));
        assert_eq!(found.iter().map(meaning).collect::<Vec<_>>(), [expected], "{text}");
        assert_eq!(found[0].text, text);
    }
}

#[test]
fn its_words_are_names_everywhere_else() {
    let words = "can may cannot members of only everyone nobody no both and forever under";
    for word in words.split(' ') {
        let world = world(&format!(
            "group {word}  user {word} in {word} {{ attributes: {{ {word}: 1 }} }}
             application {word} {{ 0: group {word}, 1: user {word} }} assert \"{word}\" can \"{word}\""
        ));
        assert_eq!((world.groups.len(), world.users.len(), world.bindings.len()), (1, 1, 2));
    }
}

#[test]
fn an_assertion_ends_where_the_next_item_begins() {
    let text = "assert no user can both a and b user no assert nobody can flow:x flow x group g
assert anna can
    wiki # on two lines
    ,
    vault
user last in g";
    let read = draft(text);
    assert_eq!(
        read.assertions.iter().map(|one| one.text.as_str()).collect::<Vec<_>>(),
        ["no user can both a and b", "nobody can flow:x", "anna can wiki, vault"]
    );
    assert_eq!((read.users.len(), read.targets.len(), read.groups.len()), (2, 1, 1));
}

#[test]
fn the_usual_form_keeps_it() {
    let text = "user anna assert   anna can\n  app:wiki ,vault under sso=true # why\n\n\nassert nobody can x";
    let formatted = format(text).unwrap();
    assert_eq!(
        formatted,
        "user anna\nassert anna can app:wiki, vault under sso=true # why\n\nassert nobody can x\n"
    );
    let texts = |text: &str| assertions(text).into_iter().map(|one| one.text).collect::<Vec<_>>();
    assert_eq!(texts(text), texts(&formatted));
}

#[test]
fn a_world_is_written_without_it() {
    let world = world("user anna application wiki assert anna can wiki");
    assert!(!may::print(&world).contains("assert"));
}

#[test]
fn what_is_wrong_is_said_in_words() {
    let found: Vec<String> = [
        "assert",
        "assert ,",
        "assert anna",
        "assert anna kann wiki",
        "assert anna canot wiki",
        "assert anna can",
        "assert anna can ,",
        "assert anna can wiki vault",
        "assert anna can wiki und sso=true",
        "assert anna can wiki under",
        "assert anna can wiki under sso",
        "assert anna can wiki under sso = true",
        "assert anna can wiki under sso=true client_ip=1.1.1.1",
        "assert members staff can wiki",
        "assert members of can wiki",
        "assert everyone wiki",
        "assert nobody cannot wiki",
        "assert no one can wiki",
        "assert no user can wiki and vault",
        "assert no user can both wiki",
        "assert no user can both wiki and",
        "assert only everyone can wiki",
        "assert forever",
        "assert anna can any",
        "assert anna can app: wiki",
        "assert anna can \"app\":wiki",
        "assert anna can wiki { 0: nothing }",
        "assert anna can /",
        "assert änna can wiki",
    ]
    .iter()
    .map(|text| format!("{text}\n    => {}", problems(text).join("\n    => ")))
    .collect();
    insta::assert_snapshot!(found.join("\n"));
}

#[test]
fn one_that_is_wrong_takes_no_other_down() {
    let (draft, diagnostics) = read(
        "assert anna can wiki assert members staff can wiki assert nobody can legacy assert eve can a b assert bert can x",
    );
    assert_eq!(draft.assertions.len(), 3);
    assert_eq!(diagnostics.iter().count(), 2);
}
