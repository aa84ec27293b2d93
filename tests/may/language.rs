//! What each sentence of the language means.

use whomay::input::may;
use whomay::model::draft::{DraftBoundUser, DraftDetails, Key, TargetReference};
use whomay::model::{BoundUser, Details, Origin, PolicyKind, Release, TargetKind, UserKind};

use crate::{SOURCE, build, draft, format, world};

const TENANT: &str = r#"# Who may use Grafana and the wiki.
authentik "2025.12.4"
flag core_default_app_access false

group staff
group contractors
group engineers in staff, contractors
group "authentik Admins" { superuser: true, pk: "c0ffee", attributes: { tier: "gold", list: [1, 2.5, true, null, "x"] } }

user anna in engineers, "authentik Admins" {
    email: "anna@example.org"
    name: "Anna"
    type: service_account
    active: false
    path: "users/x"
    password_changed: "2026-01-02T03:04:05Z"
    pk: 7
    attributes: {}
}
user eve

policy own-domain expression """
    return request.user.email.endswith("@example.org")
"""
policy always-open always pass
policy office-hours unknown "depends on the time of the request" { pk: 12 }
policy m event_matcher { action: "login", app: null }
policy old password_expiry { days: 30 }
policy r reputation
policy future other "authentik_policies_x.ypolicy"

reputation {
    alice from "198.51.100.7": -4
    "bob b" from "2001:0DB8::1": 3
}

provider corp rac { pk: 3 }
provider own "my.provider"
stage password-check password

application grafana any {
    name: "Grafana"  provider: corp  pk: "g"
     0: group engineers
    20: disabled not policy office-hours on error pass timeout 60 pk "b"
    30: policy own-domain + group staff + user eve
    40: nothing
    50: user unlisted "1"
    entitlement admin all { 0: group "authentik Admins" }
}
application wiki mode unknown { provider: pk 3 }
flow sign-in {
    designation: authentication
    stage password-check at 20 { evaluate_on_plan: true, 0: policy office-hours }
}
source github mode invalid { enabled: false }
rule "login failed" { 0: group staff }
endpoint ssh { provider: corp }
devices notebooks
device laptop all { access_group: notebooks  expires: "2026-01-01T00:00:00Z" }
"#;

#[test]
fn a_whole_tenant_is_read() {
    let world = world(TENANT);
    assert_eq!(world.edition.release, Release::parse("2025.12.4"));
    assert_eq!(world.flags.core_default_app_access, Some(false));
    assert_eq!(world.groups.len(), 4);
    assert_eq!(world.targets.len(), 10);
    assert_eq!(world.bindings.len(), 8);
    let addresses: Vec<String> = world.targets.ids().map(|id| world.target_address(id)).collect();
    assert_eq!(
        addresses,
        [
            "app:grafana",
            "app:wiki",
            "entitlement:grafana/admin",
            "flow:sign-in",
            "stage:sign-in/password-check@20",
            "source:github",
            "rule:login failed",
            "endpoint:ssh",
            "device:laptop",
            "devices:notebooks",
        ]
    );
    let modes: Vec<String> = world.targets.values().map(|target| format!("{:?}", target.mode)).collect();
    assert_eq!(modes.join(" "), "Any Unexposed All Any Any Invalid Any Any All Any");
}

#[test]
fn users_have_what_is_written_and_the_usual_values_otherwise() {
    let draft = draft(TENANT);
    let anna = &draft.users[0];
    assert_eq!(anna.user.username, "anna");
    assert_eq!((anna.user.name.as_str(), anna.user.email.as_str()), ("Anna", "anna@example.org"));
    assert_eq!((anna.user.kind, anna.user.active), (UserKind::ServiceAccount, false));
    assert_eq!((anna.user.path.as_str(), anna.user.pk.as_deref()), ("users/x", Some("7")));
    assert_eq!(anna.user.password_changed.unwrap().to_string(), "2026-01-02T03:04:05Z");
    let groups: Vec<&Key> = anna.groups.iter().map(|group| &*group.key).collect();
    assert_eq!(groups, [&Key::Name("engineers".to_owned()), &Key::Name("authentik Admins".to_owned())]);
    let eve = &draft.users[1].user;
    assert_eq!(
        (eve.kind, eve.active, eve.path.as_str(), eve.pk.as_deref()),
        (UserKind::Internal, true, "users", None)
    );
}

#[test]
fn attributes_are_read_as_json() {
    let draft = draft(TENANT);
    let attributes = draft.groups[3].group.attributes.to_json();
    assert_eq!(attributes, serde_json::json!({ "tier": "gold", "list": [1, 2.5, true, null, "x"] }));
}

#[test]
fn bindings_have_what_is_written_and_the_usual_values_otherwise() {
    let world = world(TENANT);
    let grafana = world.targets.ids().next().unwrap();
    let rows: Vec<_> = world.bindings_of(grafana).map(|(_, row)| row).collect();
    let plain = rows[0];
    assert!(plain.enabled && !plain.negate && !plain.failure_result && plain.group.is_some());
    assert_eq!((plain.order, plain.timeout, plain.pk.as_deref()), (0, 30, None));
    let rich = rows[1];
    assert!(!rich.enabled && rich.negate && rich.failure_result && rich.policy.is_some());
    assert_eq!((rich.order, rich.timeout, rich.pk.as_deref()), (20, 60, Some("b")));
    assert!(rows[2].policy.is_some() && rows[2].group.is_some() && rows[2].user.is_some());
    assert!(rows[3].policy.is_none() && rows[3].group.is_none() && rows[3].user.is_none());
    assert_eq!(rows[4].user, Some(BoundUser::Unlisted("1".to_owned())));
}

#[test]
fn policies_are_read_with_the_usual_values_of_their_type() {
    let draft = draft(
        "policy a dummy  policy b geoip  policy c password  policy d unique_password  policy e reputation",
    );
    let shown: Vec<String> = draft.policies.iter().map(|policy| format!("{:?}", policy.kind)).collect();
    assert!(shown[0].contains("result: false, wait_min: 5, wait_max: 30"), "{}", shown[0]);
    assert!(
        shown[1].contains("history_max_distance_km: 100, distance_tolerance_km: 50, history_login_count: 5"),
        "{}",
        shown[1]
    );
    assert!(shown[2].contains("password_field: \"password\", check_static_rules: true"), "{}", shown[2]);
    assert!(shown[3].contains("num_historical_passwords: 1"), "{}", shown[3]);
    assert!(shown[4].contains("check_ip: true, check_username: true, threshold: -5"), "{}", shown[4]);
}

#[test]
fn an_expression_is_taken_as_it_stands_between_its_fences() {
    let text = "policy p expression \"\"\"\n    return \"\\n\"\n\"\"\"";
    let draft = draft(text);
    let PolicyKind::Expression(expression) = &draft.policies[0].kind else { panic!("{:?}", draft.policies) };
    assert_eq!(expression.text, "    return \"\\n\"\n");
    let Origin::Text { start, end, .. } = expression.origin else { panic!("{:?}", expression.origin) };
    assert_eq!(&text[start as usize..end as usize], expression.text);
}

#[test]
fn a_fence_without_a_line_break_after_it_begins_the_text_at_once() {
    for (text, wanted) in [
        ("policy p expression \"\"\"return True\"\"\"", "return True"),
        ("policy p expression \"\"\"\r\na\r\n\"\"\"", "a\r\n"),
        ("policy p expression \"\"\"\n\n\"\"\"", "\n"),
        ("policy p expression \"\"\"\"\"\"", ""),
        ("policy p expression \"a\\n\\u{e9}\\\"\"", "a\né\""),
    ] {
        let draft = draft(text);
        let PolicyKind::Expression(expression) = &draft.policies[0].kind else {
            panic!("{:?}", draft.policies)
        };
        assert_eq!(expression.text, wanted, "{text}");
    }
}

#[test]
fn no_block_of_scores_says_that_they_are_unknown_and_an_empty_one_that_there_are_none() {
    assert_eq!(draft("").reputation, None);
    assert_eq!(draft("reputation {}").reputation, Some(Vec::new()));
    let scores = draft(TENANT).reputation.unwrap();
    assert_eq!(
        (scores[0].identifier.as_str(), scores[0].ip.as_str(), scores[0].score),
        ("alice", "198.51.100.7", -4)
    );
    assert_eq!(scores[1].ip, "2001:db8::1");
}

#[test]
fn short_words_stand_for_models() {
    let draft = draft(TENANT);
    assert_eq!(draft.providers[0].model, "authentik_providers_rac.racprovider");
    assert_eq!(draft.providers[1].model, "my.provider");
    assert_eq!(draft.stages[0].model, "authentik_stages_password.passwordstage");
    assert_eq!(crate::draft("stage s").stages[0].model, "");
}

#[test]
fn parts_and_bindings_belong_to_the_target_around_them() {
    let draft = draft(TENANT);
    let at =
        |kind: TargetKind| draft.targets.iter().position(|target| target.details.kind() == kind).unwrap();
    let DraftDetails::Entitlement { application } = &draft.targets[at(TargetKind::Entitlement)].details
    else {
        panic!()
    };
    assert_eq!(application, &TargetReference::Here(0));
    let of_stage = TargetReference::Here(at(TargetKind::StageBinding));
    assert_eq!(draft.bindings.iter().filter(|row| row.target == of_stage).count(), 1);
}

#[test]
fn reserved_words_are_names_in_quotes_and_settings_as_they_are() {
    let world = world(
        "group \"group\"  user \"user\" in \"group\" { attributes: { group: 1, null: 2, \"a b\": 3 } }",
    );
    assert_eq!(world.groups.len(), 1);
    assert_eq!(world.users.values().next().unwrap().attributes.len(), 3);
}

#[test]
fn a_primary_key_tells_groups_of_one_name_apart() {
    let world = world(
        "authentik \"2025.6\"  group a { pk: 1 }  group a { pk: 2 }  group \"2\"  user u in pk 2, \"2\"
         application x { 0: group pk \"1\" pk \"b\" }",
    );
    let user = world.users.values().next().unwrap();
    let pks: Vec<_> = user.groups.iter().map(|group| world.groups[*group].pk.as_deref()).collect();
    assert_eq!(pks, [None, Some("2")]);
    let binding = world.bindings.values().next().unwrap();
    assert_eq!(world.groups[binding.group.unwrap()].pk.as_deref(), Some("1"));
    assert_eq!(binding.pk.as_deref(), Some("b"));
}

#[test]
fn a_group_may_name_its_members() {
    let world = world("user anna  user bob  group staff with anna, bob");
    assert!(world.users.values().all(|user| user.groups.len() == 1));
}

#[test]
fn nothing_depends_on_lines() {
    let one_line = TENANT.lines().filter(|line| !line.starts_with('#')).collect::<Vec<_>>().join(" ");
    let unix = crate::without_origins(&world(&one_line));
    let windows = crate::without_origins(&world(
        &TENANT
            .replace("expression \"\"\"\n", "expression \"\"\" ")
            .replace("\")\n\"\"\"", "\") \"\"\"")
            .replace('\n', "\r\n"),
    ));
    assert_eq!(unix, windows);
}

#[test]
fn origins_point_at_the_words() {
    let draft = draft(TENANT);
    let text = |origin: Origin| match origin {
        Origin::Text { start, end, source: SOURCE } => &TENANT[start as usize..end as usize],
        other => panic!("{other:?}"),
    };
    assert_eq!(text(draft.groups[3].group.origin), "group \"authentik Admins\"");
    assert_eq!(text(draft.groups[2].parents[1].origin), "contractors");
    assert_eq!(
        text(draft.bindings[1].origin),
        "20: disabled not policy office-hours on error pass timeout 60 pk \"b\""
    );
    assert_eq!(text(draft.bindings[1].policy.as_ref().unwrap().origin), "office-hours");
    let Some(DraftBoundUser::Listed(user)) = &draft.bindings[2].user else { panic!() };
    assert_eq!(text(user.origin), "eve");
    assert_eq!(text(draft.release.as_ref().unwrap().1), "authentik \"2025.12.4\"");
}

#[test]
fn a_device_refers_to_its_access_group_by_name() {
    let world = world("device d { access_group: g }  devices g");
    let (_, device) = world.targets.iter().next().unwrap();
    assert!(matches!(device.details, Details::Device { access_group: Some(_), .. }), "{device:?}");
}

#[test]
fn formatting_gives_the_usual_form() {
    let text = "# top\n\n\n\ngroup   staff{superuser:true pk:1} # why\n# next\nuser anna   in staff ,\n  others\napplication x{\n\n\
        0:group staff\n # note\n\n\n10 : nothing ,\nentitlement e {0: nothing 5: nothing}\n\n}\ngroup others{attributes:{a:[1,2,],\n\
        b:[\n1,# one\n2],c:{}}}";
    let wanted = "# top\n\ngroup staff { superuser: true, pk: 1 } # why\n# next\nuser anna in staff, others\napplication x {\n    \
        0: group staff\n    # note\n\n    10: nothing\n    entitlement e { 0: nothing, 5: nothing }\n}\ngroup others {\n    \
        attributes: {\n        a: [1, 2],\n        b: [\n            1, # one\n            2,\n        ],\n        c: {},\n    }\n}\n";
    let formatted = format(text).unwrap();
    assert_eq!(formatted, wanted);
    assert!(build(draft(text)).is_ok());
}

#[test]
fn a_comment_inside_of_a_sentence_stays_there() {
    let text = "group a # one\n in # two\n b\ngroup b {\n# empty\n}\n# end";
    let wanted = "group a # one\n    in # two\n    b\ngroup b {\n    # empty\n}\n# end\n";
    assert_eq!(format(text).unwrap(), wanted);
    assert_eq!(format(wanted).unwrap(), wanted);
}

#[test]
fn a_world_is_written_for_people() {
    insta::assert_snapshot!(may::print(&world(TENANT)));
}
