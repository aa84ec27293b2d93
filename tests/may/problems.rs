//! What is said about files that are wrong.

use whomay::diagnostic::Diagnostics;
use whomay::input::may;
use whomay::model::SourceId;

use crate::{problems, read};

#[test]
fn every_problem_is_reported_and_what_is_right_is_kept() {
    let text = "group staff
aplication grafana any { 0: group staff }
user anna in staff { emial: \"anna@example.org\" }
policy p expresion \"return True\"
application wiki all {
    0: grp staff
    10: user anna on error maybe
    20: group staff
}
user bob in staff";
    insta::assert_snapshot!(problems(text).join("\n"));
    let (draft, _) = read(text);
    assert_eq!((draft.groups.len(), draft.users.len(), draft.targets.len()), (1, 2, 1));
    assert!(draft.bindings.iter().any(|binding| binding.order == 20));
}

#[test]
fn a_broken_item_does_not_take_its_neighbours_down() {
    for broken in [
        "group",
        "group group",
        "user anna in",
        "policy p",
        "application {",
        "application x }",
        "}",
        "]",
        "xyz",
        "\"xyz\"",
        "policy p expression",
        "application x { 0: }",
        "application x { 0 group a }",
        "application x { [ }",
        "flow f { stage }",
        "reputation {",
        "provider p p p",
        "flag core_default_app_access",
        "authentik",
        "(",
        "é",
        "1",
        "group g { attributes: { a: [ } }",
        "assert",
        "assert anna can",
        "assert anna kan wiki",
        "assert no user can both wiki",
        "assert members staff can wiki",
        "assert anna can wiki { 0: nothing }",
        "assert anna can wiki = /",
        "assert [",
        "query q(?x) <- member(?x, user)",
        "application x { stage s at }",
        "10: group a",
        "name: x",
    ] {
        let text = format!("group before\n{broken}\ngroup after\nuser last in after");
        let (draft, diagnostics) = read(&text);
        assert!(diagnostics.has_errors(), "{text}");
        let names: Vec<&str> = draft.groups.iter().map(|group| group.group.name.as_str()).collect();
        assert!(
            names.contains(&"before") && names.contains(&"after"),
            "{text}\n{}",
            problems(&text).join("\n")
        );
        assert_eq!(draft.users.last().map(|user| user.user.username.as_str()), Some("last"), "{text}");
        let found = problems(&text);
        assert!(found.len() <= 2, "{text}\n{}", found.join("\n"));
    }
}

#[test]
fn a_broken_binding_does_not_take_its_neighbours_down() {
    for broken in [
        "5: grp a",
        "5 group a",
        "5:",
        "group a",
        "5: group",
        "5: group a +",
        "5: group a on error",
        "nme: \"x\"",
        "5: group a timeout x",
        "5: group a group b",
        "5: not not group a",
        "xyz",
        "\"x\"",
        "entitlement",
        "entitlement e x { 3: nothing }",
        "5: group a]",
        "entitlement e { 3: }",
        "name:",
        "name: [1",
        "provider: ]",
        "é",
        "5: nothing + group a",
    ] {
        let text =
            format!("group a\napplication x {{\n    0: group a\n    {broken}\n    10: group a\n}}\ngroup b");
        let (draft, diagnostics) = read(&text);
        assert!(diagnostics.has_errors(), "{text}");
        let orders: Vec<i64> = draft.bindings.iter().map(|binding| binding.order).collect();
        assert!(
            orders.contains(&0) && orders.contains(&10),
            "{text}\n{orders:?}\n{}",
            problems(&text).join("\n")
        );
        assert_eq!(draft.groups.len(), 2, "{text}");
        let found = problems(&text);
        assert!(found.len() <= 2, "{text}\n{}", found.join("\n"));
    }
}

#[test]
fn problems_of_syntax_are_said_in_words() {
    let found: Vec<String> = [
        "grup staff",
        "group group",
        "user 10",
        "user anna on staff",
        "application x {\n 0: staff\n}",
        "application x {\n group staff\n}",
        "application x {\n 0 group staff\n}",
        "application x {\n 0: group staff",
        "group x }",
        "group x { attributes: [ } }",
        "group é",
        "group “staff”",
        "group x; group y",
        "group \"x\ngroup y",
        "policy p expression \"\"\"\nreturn",
        "group \"a\\qb\\u{110000}\\u{}\"",
        "application x mode",
        "policy p",
        "stage s at 10",
        "query anna can wiki",
        "asert anna can wiki",
        "assert",
        "assert : can wiki",
        "user anna in",
        "group x { attributes: { a 1 } }",
        "group x { attributes: { a: [1 2] } }",
        "application x anyy { 0: nothing }",
        "reputation { alice \"1.1.1.1\": 3 }",
    ]
    .iter()
    .map(|text| format!("{text}\n    => {}", problems(text).join("\n    => ")))
    .collect();
    insta::assert_snapshot!(found.join("\n"));
}

#[test]
fn problems_of_meaning_are_said_in_words() {
    let found: Vec<String> = [
        "authentik \"2025.10\"  authentik documented",
        "flag core_default_app_acess true",
        "flag core_default_app_access 1",
        "flag core_default_app_access true  flag core_default_app_access true",
        "group x { superuser: yes }",
        "group x { superuser: true, superuser: false }",
        "group x { 0: nothing }",
        "group x { attributes: { a: gold, b: 1, b: 2 } }",
        "group x { attributes: { a: 99999999999999999999, b: 1e999 } }",
        "user x { type: intern, pk: [1], colour: 1 }",
        "user x { password_changed: \"yesterday\" }",
        "policy p dumy",
        "policy p always",
        "policy p always \"pass\"",
        "policy p expression pass",
        "policy p expression",
        "policy p password_expiry",
        "policy p dummy \"x\" { wait_min: 1.5 }",
        "policy p geoip { countries: \"DE\", asns: [1, \"x\"] }",
        "provider p oauht2",
        "stage s { type: \"x\" }",
        "reputation { alice: 3  0: nothing  bob from \"x\": 99999999999999999999 }",
        "application x mode unknwon",
        "application x { stage s at 1 { 0: nothing } }",
        "flow f { entitlement e }",
        "flow f { stage s { 99999999999999999999: group a } }",
        "flow f { stage s at 99999999999999999999 }",
        "application x { entitlement e at 5 }",
        "application x { 0: group a + group b  1: nothing timeout 1 timeout 2  2: nothing pk 1 pk 2 }",
        "device d { expires: 5, acces_group: x }",
        "source s { enabled: \"true\" }",
    ]
    .iter()
    .map(|text| format!("{text}\n    => {}", problems(text).join("\n    => ")))
    .collect();
    insta::assert_snapshot!(found.join("\n"));
}

#[test]
fn deep_nesting_is_refused_whatever_its_shape() {
    let deep = |open: &str, close: &str, levels: usize| {
        format!(
            "group before\ngroup x {{ attributes: {{ a: {}{} }} }}\ngroup after",
            open.repeat(levels),
            close.repeat(levels)
        )
    };
    for levels in [1_000, 1_000_000] {
        for (open, close) in [("[", "]"), ("{ a: ", "}"), ("[{ a: ", "}]")] {
            let text = deep(open, close, levels);
            assert_eq!(
                read(&text).1.iter().map(|problem| problem.code).collect::<Vec<_>>(),
                ["too-deep"],
                "{open}"
            );
            assert_eq!(read(&text).0.groups.len(), 3);
        }
        for text in
            ["[".repeat(levels), "application x { ".repeat(levels), deep("[", "", levels), "]".repeat(levels)]
        {
            assert!(read(&text).1.has_errors());
        }
    }
    assert!(read(&deep("[", "]", 128)).1.is_empty());
}

#[test]
fn what_has_syntax_errors_is_not_formatted() {
    let mut diagnostics = Diagnostics::default();
    assert_eq!(may::format(SourceId(3), "group x\ngrup y", &mut diagnostics), None);
    let problems: Vec<_> = diagnostics.iter().collect();
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].labels[0].origin.source(), Some(SourceId(3)));
    // What is only not understood can be formatted.
    assert!(crate::format("group x { colour: 1 }").is_ok());
}
