//! Changes that a random world seldom meets, each with what once went wrong or easily could.

use whomay::model::{Attributes, Binding, BindingId, Change, User, UserId};
use whomay::reason::Settings;
use whomay::{Reasoner, Subject, World};

use super::check;

fn check_changes(world: &World, changes: &[Change]) {
    check(world, changes, &Settings::default(), |_, change| Some(change.clone()));
}

/// A world of two users, who both are in `staff`, with one policy.
fn world(code: &str) -> World {
    let text = format!(
        "group staff  group more\nuser anna in staff  user eve in staff\npolicy p expression \"\"\"\n{code}\n\"\"\"\n\
         application wiki {{ 0: policy p }}"
    );
    World::parse("tenant.may", &text).unwrap()
}

fn with_attributes(world: &World, user: UserId, pairs: &[(&str, String)]) -> Change {
    let pairs = pairs.iter().map(|(key, value)| ((*key).to_owned(), serde_json::Value::from(value.as_str())));
    let attributes: Attributes = pairs.collect();
    Change::SetUser { user, row: Box::new(User { attributes, ..world.users[user].clone() }) }
}

/// A run for somebody with large attributes is given up on, whatever it is asked.
#[test]
fn attributes_may_grow_too_large_to_look_into() {
    let world = world("return request.user.attributes.get('team') is None");
    let photo = |size| [("photo", "x".repeat(size))];
    let set = |name, size| with_attributes(&world, world.find_user(name).unwrap(), &photo(size));
    check_changes(&world, &[set("anna", 10), set("anna", 200_000), set("eve", 200_000), set("anna", 10)]);
}

/// What a value is where nothing certain can be made of it, is no question that is put to others.
#[test]
fn what_is_not_certain_may_be_another_thing() {
    let world = world("return ak_call_policy(request.user.ak_groups.first())");
    let staff = world.find_group("staff").unwrap();
    let (anna, eve) = (world.find_user("anna").unwrap(), world.find_user("eve").unwrap());
    let leave = |user| Change::Leave { user, group: staff };
    check_changes(&world, &[leave(anna), leave(eve), Change::Join { user: anna, group: staff }]);
}

/// Code that calls what users have says what it called.
#[test]
fn what_is_called_may_be_another_thing() {
    let world = world("return request.user.attributes.get('team')()");
    let set = |name: &str, pairs| with_attributes(&world, world.find_user(name).unwrap(), pairs);
    let red = [("team", "red".to_owned())];
    check_changes(&world, &[set("eve", &red), set("anna", &red), set("eve", &[]), set("anna", &[])]);
}

/// Code asks for a group above, whether or not any binding asks for it.
#[test]
fn groups_may_be_nested_otherwise() {
    for code in [
        "return ak_is_group_member(request.user, name='more')",
        "return len(request.user.all_groups()) > 1",
        "return any(group.name == 'more' for group in request.user.all_groups())",
    ] {
        let world = world(code);
        let (child, parent) = (world.find_group("staff").unwrap(), world.find_group("more").unwrap());
        let leave = Change::Leave { user: world.find_user("eve").unwrap(), group: child };
        let nest = Change::Nest { child, parent };
        check_changes(&world, &[nest.clone(), leave, Change::Unnest { child, parent }, nest]);
    }
}

/// Code looks somebody up, whoever asks.
#[test]
fn somebody_else_may_be_another_one() {
    let world = world("return ak_user_by(username='eve').attributes.get('team') == 'red'");
    let set = |name: &str, pairs| with_attributes(&world, world.find_user(name).unwrap(), pairs);
    let red = [("team", "red".to_owned())];
    check_changes(&world, &[set("eve", &red), set("anna", &red), set("eve", &[])]);
}

/// Where too many are told apart, some have runs of their own, and what those asked is not noted.
#[test]
fn whoever_is_alone_may_be_another_one() {
    let user = |n| format!("user u{n:02} {{ attributes: {{ team: \"t{n}\" }} }}\n");
    let users = (0..80).map(user).collect::<Vec<_>>().concat();
    let text = format!(
        "{users}policy yes always pass\n\
         policy p expression \"return ak_call_policy(request.user.attributes.get('team')).passing\"\n\
         application wiki {{ 0: policy p }}"
    );
    let world = World::parse("tenant.may", &text).unwrap();
    let last = world.find_user("u79").unwrap();
    check_changes(&world, &[with_attributes(&world, last, &[("team", "yes".into())])]);
}

/// Code that looks at what it is asked for, for everybody or for some, ends otherwise elsewhere.
#[test]
fn targets_may_come_to_be_told_apart() {
    for code in [
        "return request.obj.name == 'wiki'",
        "if request.user.attributes.get('team') == 'red':\n    return request.obj.name == 'wiki'\nreturn True",
    ] {
        let text = format!(
            "user anna  user eve\npolicy p expression \"\"\"\n{code}\n\"\"\"\n\
             application wiki {{ 0: policy p }}\napplication code {{ 0: policy p }}"
        );
        let world = World::parse("tenant.may", &text).unwrap();
        let eve = world.find_user("eve").unwrap();
        let again = Binding { order: 1, enabled: false, ..world.bindings[BindingId(0)].clone() };
        let red = with_attributes(&world, eve, &[("team", "red".into())]);
        let bind = Change::Bind(Box::new(again));
        check_changes(&world, &[bind.clone(), red, bind, with_attributes(&world, eve, &[])]);
    }
}

/// What is thrown in one run says nothing about another one, also where that is added later.
#[test]
fn new_runs_throw_their_own_dice() {
    let code = "import random\nreturn random.random() > 0.5";
    let text = format!(
        "user anna\npolicy p expression \"\"\"\n{code}\n\"\"\"\npolicy q expression \"\"\"\n{code}\n\"\"\"\n\
         application wiki all {{ 0: policy p }}"
    );
    let world = World::parse("tenant.may", &text).unwrap();
    let first = world.bindings[BindingId(0)].clone();
    let other = Binding { order: 1, negate: true, policy: world.find_policy("q").ok(), ..first };
    check_changes(&world, &[Change::Bind(Box::new(other))]);
}

/// The same question is asked at two places.
#[test]
fn a_question_may_be_asked_at_another_place_first() {
    let world = world(
        "if request.user.attributes.get('team') == 'red':\n    return request.http_request.path == '/x'\n\
         return request.http_request.path == '/x'",
    );
    let anna = world.find_user("anna").unwrap();
    check_changes(
        &world,
        &[with_attributes(&world, anna, &[("team", "red".into())]), with_attributes(&world, anna, &[])],
    );
}

/// Where too much is unknown to try everything, it matters what is tried first.
#[test]
fn other_questions_may_be_tried() {
    let asked = |n| format!("request.http_request.META.get('k{n}') == 'x'");
    let policy = |n| {
        let (one, both) = (asked(n), asked(n) + " and " + &asked(n + 100));
        format!("policy p{n} expression \"return {one}\"\npolicy q{n} expression \"return {both}\"\n")
    };
    let policies = (0..12).map(policy).collect::<Vec<_>>().concat();
    let twice =
        (1..12).map(|n| format!(" {n}: policy p{n}  {}: policy q{n}", n + 12)).collect::<Vec<_>>().concat();
    let text = format!(
        "user anna\n{policies}application a all {{ }}\napplication b any {{{twice} 30: policy p0  31: not policy q0 on error pass }}"
    );
    let world = World::parse("tenant.may", &text).unwrap();
    let (a, b) = (world.find_target("a").unwrap(), world.find_target("b").unwrap());
    let first = world.bindings_of(b).find(|(_, row)| row.order == 30).unwrap().1;
    let ask = Binding { target: a, order: 0, ..first.clone() };
    let mut reasoner = Reasoner::new(&world);
    let mut before = reasoner.verdict(Subject::Anonymous, b);
    for change in [Change::Bind(Box::new(ask)), Change::Unbind(BindingId(0))] {
        let touched = reasoner.apply(&change).unwrap();
        let after = reasoner.verdict(Subject::Anonymous, b);
        assert_ne!(before, after, "another question is tried");
        assert!(touched.targets.contains(&b), "{touched:?}");
        before = after;
    }
}
