//! Texts that nobody would write: they are refused, or leave a world that can be written and read.

use proptest::collection::vec;
use proptest::prelude::*;
use whomay::World;
use whomay::input::may;

/// What random edits are made of.
const WORDS: [&str; 86] = [
    "delete",
    "enable",
    "disable",
    "negate",
    "change",
    "bind",
    "add",
    "remove",
    "set",
    "replace",
    "binding",
    "parent",
    "to",
    "from",
    "in",
    "with",
    "at",
    "20",
    "0",
    "group",
    "user",
    "policy",
    "application",
    "flow",
    "stage",
    "provider",
    "source",
    "rule",
    "devices",
    "device",
    "endpoint",
    "entitlement",
    "flag",
    "mode",
    "any",
    "all",
    "{",
    "}",
    "{",
    "}",
    "[",
    "]",
    ",",
    "+",
    "10:",
    "0:",
    "name:",
    "provider:",
    "active:",
    "superuser:",
    "attributes:",
    "pk:",
    "pk",
    "staff",
    "contractors",
    "anna",
    "eve",
    "p",
    "desktop",
    "ask",
    "wiki",
    "vault",
    "sign-in",
    "new",
    "\"login failed\"",
    "app:wiki",
    "app:vault#0",
    "app:vault#0.2",
    "vault#5",
    "user:eve",
    "group:staff",
    "flow:sign-in",
    "stage:sign-in/ask@20",
    "entitlement:vault/admin",
    "rule:\"login failed\"#0",
    "b1",
    "g1",
    "true",
    "null",
    "dummy",
    "unknown",
    "\"text",
    "not",
    "on error pass",
    "\n",
    "# why\n",
];

/// Edits that can be made, or nearly.
const EDITS: [&str; 24] = [
    "delete user eve\n",
    "delete group contractors\n",
    "delete policy p\n",
    "delete provider desktop\n",
    "delete stage ask\n",
    "delete flow sign-in\n",
    "delete app:vault\n",
    "delete entitlement:vault/admin\n",
    "delete binding app:vault#0.2\n",
    "negate binding app:vault#0.1\n",
    "change binding pk b1 { 0: not group staff }\n",
    "bind app:wiki { 10: user anna  20: policy p + group staff }\n",
    "set app:vault any { provider: desktop }\n",
    "set group staff { attributes: { a: [1, null] } }\n",
    "set source:github { authentication_flow: null, enrollment_flow: sign-in }\n",
    "set device laptop { access_group: pk \"d1\" }\n",
    "add group new in staff with eve, anna\n",
    "add user zoe in new { pk: 9 }\n",
    "add application new { 0: group staff  entitlement new { 0: user eve } }\n",
    "add entitlement more to vault { 0: group staff }\n",
    "add stage ask at 30 to flow:sign-in\n",
    "add parent contractors to staff\n",
    "add source new { authentication_flow: elsewhere }\n",
    "add reputation { eve from \"10.0.0.1\": -4 }\n",
];

const WORLD: &str = r#"
authentik "2026.5"
group staff
group contractors in staff { pk: "g1" }
user anna in staff { pk: 1 }
user eve in contractors
policy p unknown "depends"
provider desktop rac
stage ask password
application wiki any { provider: desktop  10: group contractors }
application vault all { 0: group staff  0: user eve pk "b1"  5: policy p + group staff
    entitlement admin { 0: user anna } }
flow sign-in { stage ask at 20 { 0: policy p } }
source github { authentication_flow: sign-in }
rule "login failed" { 0: group staff }
endpoint ssh { provider: desktop }
devices notebooks { pk: "d1" 0: group staff }
device laptop { access_group: notebooks }
"#;

fn check(world: &World, text: &str) -> bool {
    let Ok(edited) = world.edited(text) else { return false };
    let printed = may::print(&edited);
    let again = World::parse("edited.may", &printed).unwrap_or_else(|error| panic!("{text}: {error}"));
    super::same(again, edited, text);
    true
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_words_are_refused_or_leave_a_world(words in vec(prop::sample::select(&WORDS[..]), 0..24)) {
        check(&World::parse("tenant.may", WORLD).unwrap(), &words.join(" "));
    }

    #[test]
    fn any_characters_are_refused_or_leave_a_world(text in "[a-z#:/.\"{} \n0-9]{0,60}") {
        check(&World::parse("tenant.may", WORLD).unwrap(), &text);
    }

    #[test]
    fn edits_that_are_spoiled_leave_a_world(
        edits in vec(prop::sample::select(&EDITS[..]), 1..6),
        (at, with) in (any::<prop::sample::Index>(), prop::option::weighted(0.5, prop::sample::select(&WORDS[..]))),
    ) {
        let mut text = edits.concat();
        if let Some(with) = with {
            let at = at.index(text.len());
            text.insert_str(at, with);
        }
        check(&World::parse("tenant.may", WORLD).unwrap(), &text);
    }
}

/// Each of the edits can be made.
#[test]
fn edits_can_be_made() {
    let world = World::parse("tenant.may", WORLD).unwrap();
    for edit in EDITS {
        let edit = edit.replace("in new", "in staff");
        assert!(check(&world, &edit), "{edit}: {}", world.edited(&edit).unwrap_err());
    }
}

/// However an edit is broken, those beside it are understood.
#[test]
fn a_broken_edit_takes_no_other_along() {
    let world = World::parse("tenant.may", WORLD).unwrap();
    for broken in [
        "delete",
        "delete binding",
        "bind app:wiki { 10 group staff",
        "bind app:wiki { 10: group staff",
        "bind app:wiki 10: group staff }",
        "set user anna { active: }",
        "set user anna { attributes: [ }",
        "change binding app:vault#0.1 { }",
        "add group in with",
        "add user anna to",
        "add app:wiki",
        "remove anna to staff",
        "set app:wiki mode",
        "eve",
        "group more",
        "app:wiki",
        "replace group staff",
        "add flag core_default_app_access true",
        "delete policy \"p",
    ] {
        let text = format!("delete user:nobody1\n{broken}\ndelete user:nobody2");
        let said = world.edited(&text).unwrap_err().to_string();
        for other in ["nobody1", "nobody2"] {
            assert!(said.contains(&format!("there is no user called `{other}`")), "{broken}: {said}");
        }
        assert!(said.matches(" error: ").count() > 2, "{broken}: {said}");
    }
}
