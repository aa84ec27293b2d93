//! Blueprints mean to us what they mean to authentik.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops at the first surprise")]

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use whomay::diagnostic::{Diagnostics, Severity, Sources};
use whomay::input::blueprint::{self, Outside};
use whomay::input::{Options, Reading, parse};
use whomay::model::draft::{Draft, DraftBinding, Key, TargetReference};
use whomay::model::{Details, Mode, PolicyKind, World};

fn read(yaml: &str) -> Reading {
    parse("test.yaml", yaml, &Options::default())
}

fn errors(reading: &Reading) -> Vec<&'static str> {
    let errors = reading.diagnostics.iter().filter(|problem| problem.severity == Severity::Error);
    errors.map(|problem| problem.code).collect()
}

fn codes(yaml: &str) -> BTreeSet<&'static str> {
    read(yaml).diagnostics.iter().map(|problem| problem.code).collect()
}

fn world(yaml: &str) -> World {
    let reading = read(yaml);
    assert!(errors(&reading).is_empty(), "{:#?}\n{yaml}", reading.diagnostics);
    reading.world.unwrap()
}

/// Reads several files as one configuration.
fn files(texts: &[&str], outside: &Outside) -> (Draft, Diagnostics) {
    let mut sources = Sources::default();
    let ids: Vec<_> = texts.iter().map(|text| (sources.add("f.yaml", *text), *text)).collect();
    let mut diagnostics = Diagnostics::default();
    let draft = blueprint::parse(&ids, outside, &mut diagnostics);
    (draft, diagnostics)
}

/// What `tag` comes to, read off the attributes of a user. `before` are entries that come first.
fn value_with(before: &str, context: &str, tag: &str) -> Result<serde_json::Value, Vec<&'static str>> {
    let yaml = format!(
        "context: {{{context}}}\nentries:\n{before}\n- model: authentik_core.user\n  identifiers: {{username: u}}\n  attrs:\n    attributes:\n      x: {tag}\n"
    );
    let reading = read(&yaml);
    let failed = errors(&reading);
    if !failed.is_empty() {
        return Err(failed);
    }
    Ok(reading.world.unwrap().users.values().find(|user| user.username == "u").unwrap().attributes["x"]
        .clone())
}

fn value(tag: &str) -> String {
    match value_with("", "key: [1, two], map: {a: 1, b: 2}, nay: false", tag) {
        Ok(value) => value.to_string(),
        Err(codes) => format!("!{}", codes.join(" ")),
    }
}

fn groups(world: &World, user: &str) -> Vec<String> {
    let user = world.users.values().find(|known| known.username == user).unwrap();
    user.groups.iter().map(|group| world.groups.row(*group).name.clone()).collect()
}

const BASE: &str = "
- {model: authentik_core.group, identifiers: {name: staff}, id: staff}
- {model: authentik_core.group, identifiers: {name: ops}, id: ops}
- {model: authentik_policies_dummy.dummypolicy, identifiers: {name: p}, id: p}
- {model: authentik_core.user, identifiers: {username: anna}, id: anna}
- {model: authentik_core.application, identifiers: {slug: wiki}, attrs: {name: Wiki}, id: app}
- {model: authentik_flows.flow, identifiers: {slug: f}, attrs: {name: F, title: F, designation: authentication}, id: flow}
- {model: authentik_core.applicationentitlement, identifiers: {app: !KeyOf app, name: e}, id: ent}
";

fn with_base(entries: &str) -> String {
    format!("entries:{BASE}{entries}")
}

#[test]
fn tags_come_to_what_authentik_makes_of_them() {
    for (tag, expected) in [
        ("!Context key", r#"[1,"two"]"#),
        ("!Context nothing", "null"),
        ("!Context [nothing, 7]", "7"),
        ("!Context [nothing, !Context nay]", "false"),
        ("!ParseJSON '{\"a\": [1, null]}'", r#"{"a":[1,null]}"#),
        ("!ParseJSON '{'", "!tag-value"),
        ("!Format ['%s-%05d-%.2f-%r%%', a, 42, 1.5, b]", r#""a-00042-1.50-'b'%""#),
        ("!Format ['%s %s %s', !Context key, true, ~]", r#""[1, 'two'] True None""#),
        ("!Format ['%-4d|%+d|%x|%*d', 1, 2, 255, 3, 9]", r#""1   |+2|ff|  9""#),
        ("!Format ['%(name)s', a]", "!tag-value"),
        ("!Format ['%s']", "!tag-value"),
        ("!Format ['x', 1]", "!tag-value"),
        ("!Format ['%d', x]", "!tag-value"),
        ("!Format ['%', 1]", "!tag-value"),
        ("!Format ['%99999999d', 1]", "!tag-value"),
        ("!Condition [AND, true, 'false']", "true"),
        ("!Condition [nand, true, !Context nay]", "true"),
        ("!Condition [OR, 0, '', []]", "false"),
        ("!Condition [NOR, 0]", "true"),
        ("!Condition [XOR, 1, 1, 1]", "true"),
        ("!Condition [XNOR, 1, 1]", "true"),
        ("!Condition [AND]", "!tag-value"),
        ("!Condition [MAYBE, 1]", "!tag-value"),
        ("!If [!Context nay]", "false"),
        ("!If [yes, [!Context nay], 2]", "[false]"),
        ("!If [!Context nay, 1, {a: !Context key}]", r#"{"a":[1,"two"]}"#),
        ("!Enumerate [[a, b], SEQ, !Format ['%d=%s', !Index 0, !Value 0]]", r#"["0=a","1=b"]"#),
        ("!Enumerate [!Context map, SEQ, [!Index 0, !Value 0]]", r#"[["a",1],["b",2]]"#),
        ("!Enumerate [!Context map, MAP, [!Value 0, !Index 0]]", r#"{"1":"a","2":"b"}"#),
        ("!Enumerate [!Context map, MAP, [!Index 0, 5]]", r#"{"a":5,"b":5}"#),
        ("!Enumerate [[a, b], MAP, {all: [!Value 0]}]", r#"{"all":["a","b"]}"#),
        ("!Enumerate [ab, SEQ, !Value 0]", r#"["a","b"]"#),
        (
            "!Enumerate [[a, b], SEQ, !Enumerate [[1], SEQ, !Format ['%s%s', !Value 1, !Value 0]]]",
            r#"[["a1"],["b1"]]"#,
        ),
        ("!Enumerate [!Value 0, SEQ, 1]", "!tag-value"),
        ("!Enumerate [5, SEQ, 1]", "!tag-value"),
        ("!Enumerate [[1], HEAP, 1]", "!tag-value"),
        ("!Enumerate [[1], MAP, 1]", "!tag-value"),
        ("!Condition [AND, !Enumerate [[1], SEQ, !Value 0]]", "!tag-value"),
        ("!Value 0", "!tag-value"),
        ("!AtIndex [!Context key, -1]", r#""two""#),
        ("!AtIndex [!Context key, 5, gone]", r#""gone""#),
        ("!AtIndex [!Context key, 5]", "!tag-value"),
        ("!AtIndex [!Context key, a]", "!tag-value"),
        ("!AtIndex [!Context map, b]", "2"),
        ("!AtIndex [!Context map, c]", "!tag-value"),
        ("!AtIndex [!Context nothing, c, 1]", "!tag-value"),
        ("!Env HOME", "!env-not-allowed"),
        ("!Env [HOME, x]", "!env-not-allowed"),
        ("!File /etc/hostname", "!file-not-allowed"),
        ("!Fnid [a, b]", "!unknown-tag"),
        ("!KeyOf [a]", "!tag-shape"),
        ("!Enumerate [[1], SEQ, [!Context key]]", r#"[[[1,"two"]]]"#),
        // A tag inside of an argument that is none itself is not resolved.
        ("!Condition [OR, [!Context nay]]", "true"),
        ("!Enumerate [[!Context nay], SEQ, !Value 0]", "!wrong-type"),
    ] {
        assert_eq!(value(tag), expected, "{tag}");
    }
}

#[test]
fn a_context_value_that_is_made_of_itself_is_an_error() {
    assert_eq!(value_with("", "a: !Context b, b: !Context a", "!Context a"), Err(vec!["cyclic-context"]));
    assert_eq!(value_with("", "a: !Context b, b: 3", "!Context a"), Ok(3.into()));
}

#[test]
fn contexts_that_double_one_another_come_to_an_end() {
    let mut context = "c0: x".to_owned();
    for level in 1..60 {
        context += &format!(", c{level}: !Format ['%s%s', !Context c{}, !Context c{}]", level - 1, level - 1);
    }
    assert_eq!(value_with("", &context, "!Context c59"), Err(vec!["alias-bomb"]));
    let mut context = "c0: x".to_owned();
    for level in 1..5000 {
        context += &format!(", c{level}: !Context c{}", level - 1);
    }
    assert_eq!(value_with("", &context, "!Context c4999"), Err(vec!["too-deep"]));
}

#[test]
fn the_outside_is_read_only_when_somebody_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("name.txt");
    std::fs::write(&path, "  ops\r\n").unwrap();
    let yaml = format!(
        "entries:\n- {{model: authentik_core.group, identifiers: {{name: !File '{}'}}}}\n- {{model: authentik_core.group, identifiers: {{name: !Env A}}}}\n- {{model: authentik_core.group, identifiers: {{name: !Env [EMPTY, d]}}}}\n- {{model: authentik_core.group, identifiers: {{name: !File [/nowhere, e]}}}}\n- {{model: authentik_core.group, identifiers: {{name: !Context given}}}}",
        path.display()
    );
    let environment = BTreeMap::from([("A".into(), "a".into()), ("EMPTY".into(), String::new())]);
    let mut context = serde_json::Map::new();
    context.insert("given".into(), "c".into());
    let outside = Outside { environment: Some(environment), files: true, context };
    let (draft, diagnostics) = files(&[&yaml], &outside);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    let names: Vec<_> = draft.groups.iter().map(|group| group.group.name.as_str()).collect();
    assert_eq!(names, ["ops", "a", "d", "e", "c"]);
}

#[test]
fn licences_count_as_valid() {
    assert_eq!(value("!If [!Context goauthentik.io/enterprise/licensed]"), "true");
}

#[test]
fn a_find_leads_to_a_row_of_the_files() {
    let yaml = with_base(
        "
- model: authentik_policies.policybinding
  identifiers: {target: !Find [authentik_core.application, [slug, wiki]], group: !Find [authentik_core.group, [name, ops]], order: '10'}
- model: authentik_policies.policybinding
  identifiers: {target: !KeyOf app, policy: !Find [authentik_policies.policy, [name, p]], order: 5}
  attrs: {negate: 'on', enabled: 1, failure_result: y}
",
    );
    let world = world(&yaml);
    let bindings: Vec<_> = world.bindings.values().collect();
    assert_eq!(bindings.len(), 2);
    assert_eq!((bindings[0].order, bindings[0].negate, bindings[0].failure_result), (5, true, true));
    assert_eq!(world.groups.row(bindings[1].group.unwrap()).name, "ops");
    assert!(world.groups.values().all(|group| group.pk.is_none()));
}

#[test]
fn a_find_of_nothing_is_an_error_where_a_verdict_rests_on_it() {
    let bound = |target: &str, bound: &str| {
        with_base(&format!(
            "\n- model: authentik_policies.policybinding\n  identifiers: {{target: {target}, order: 0}}\n  attrs: {{{bound}}}\n"
        ))
    };
    for (target, other, code) in [
        ("!KeyOf app", "group: !Find [authentik_core.group, [name, opps]]", "unresolved-find"),
        ("!KeyOf app", "policy: !KeyOf q", "unresolved-key-of"),
        ("!Find [authentik_core.application, [slug, x]]", "group: !KeyOf ops", "unresolved-find"),
        ("!KeyOf staff", "group: !KeyOf ops", "wrong-kind"),
        ("!KeyOf app", "group: !KeyOf p", "wrong-kind"),
        ("!KeyOf app", "group: ops", "wrong-type"),
        ("!KeyOf app", "group: !Find [authentik_core.group]", "ambiguous-find"),
        ("!KeyOf app", "group: !Find [authentik_core.group, [name__regex, x]]", "unresolved-find"),
    ] {
        assert_eq!(errors(&read(&bound(target, other))), [code], "{target} {other}");
    }
    let elsewhere = with_base(
        "\n- model: authentik_providers_oauth2.oauth2provider\n  identifiers: {name: o}\n  attrs: {authorization_flow: !Find [authentik_flows.flow, [slug, none]], property_mappings: [!Find [authentik_providers_oauth2.scopemapping, [managed, x]]]}\n",
    );
    assert_eq!(codes(&elsewhere), BTreeSet::from(["unresolved-elsewhere"]));
    let condition = with_base(
        "\n- model: authentik_core.group\n  identifiers: {name: x}\n  conditions: [!Find [authentik_core.group, [name, none]]]\n",
    );
    assert_eq!(errors(&read(&condition)), ["unresolved-find"]);
}

#[test]
fn a_found_object_gives_its_fields() {
    let got = value_with(BASE, "", "!AtIndex [!FindObject [authentik_core.application, [slug, wiki]], name]");
    assert_eq!(got.as_ref().map_or(&serde_json::Value::Null, |value| value), "Wiki");
    let unknown = value_with(
        BASE,
        "",
        "!AtIndex [!FindObject [authentik_core.application, [slug, wiki]], meta_icon, x]",
    );
    assert_eq!(unknown, Err(vec!["tag-value"]));
}

#[test]
fn states_do_what_they_say() {
    let world = world(
        "entries:
- {model: authentik_core.user, identifiers: {username: a}, attrs: {email: one}}
- {model: authentik_core.user, identifiers: {username: a}, attrs: {path: two}}
- {model: authentik_core.user, state: created, identifiers: {username: a}, attrs: {email: three}}
- {model: authentik_core.user, state: must_created, identifiers: {username: b}}
- {model: authentik_core.user, state: absent, identifiers: {username: none}}
- {model: authentik_core.user, conditions: [true, ''], identifiers: {username: c}}
- {model: authentik_core.user, conditions: ['false'], identifiers: {username: d}}
",
    );
    let names: Vec<_> = world.users.values().map(|user| user.username.as_str()).collect();
    assert_eq!(names, ["a", "b", "d"]);
    let a = world.users.values().next().unwrap();
    assert_eq!((a.email.as_str(), a.path.as_str()), ("one", "two"));
    let twice = "entries:\n- {model: authentik_core.user, identifiers: {username: a}}\n- {model: authentik_core.user, STATE, identifiers: {username: a}}";
    assert_eq!(errors(&read(&twice.replace("STATE", "state: must_created"))), ["must-be-created"]);
    assert!(errors(&read(&twice.replace("STATE", "state: !Format [must_created]"))).is_empty());
    assert_eq!(errors(&read(&twice.replace("STATE", "state: there"))), ["blueprint-shape"]);
}

#[test]
fn deleting_takes_along_what_authentik_takes_along() {
    let bindings = "
- {model: authentik_policies.policybinding, identifiers: {target: !KeyOf app, group: !KeyOf ops, order: 0}}
- {model: authentik_policies.policybinding, identifiers: {target: !KeyOf app, policy: !KeyOf p, order: 1}}
- {model: authentik_policies.policybinding, identifiers: {target: !KeyOf app, user: !KeyOf anna, order: 2}}
- {model: authentik_policies.policybinding, identifiers: {target: !KeyOf ent, user: !KeyOf anna, order: 2}}
- {model: authentik_stages_deny.denystage, identifiers: {name: deny}, id: deny}
- {model: authentik_flows.flowstagebinding, identifiers: {target: !KeyOf flow, stage: !KeyOf deny, order: 0}, id: fsb}
- {model: authentik_policies.policybinding, identifiers: {target: !KeyOf fsb, group: !KeyOf ops, order: 0}}
- {model: authentik_core.group, identifiers: {name: kid}, attrs: {parents: [!KeyOf ops], users: [!KeyOf anna]}}
";
    let after = |model: &str, identifiers: &str| {
        let gone = format!("- {{model: {model}, state: absent, identifiers: {{{identifiers}}}}}\n");
        world(&(with_base(bindings) + &gone))
    };
    assert_eq!(world(&with_base(bindings)).bindings.len(), 5);
    let without = after("authentik_core.group", "name: ops");
    assert_eq!(without.bindings.len(), 3);
    assert!(without.groups.values().all(|group| group.parents.is_empty()));
    assert_eq!(after("authentik_policies_dummy.dummypolicy", "name: p").bindings.len(), 4);
    assert_eq!(after("authentik_core.user", "username: anna").bindings.len(), 3);
    let without = after("authentik_core.application", "slug: wiki");
    assert_eq!((without.bindings.len(), without.targets.len()), (1, 2));
    let without = after("authentik_flows.flow", "slug: f");
    assert_eq!((without.bindings.len(), without.targets.len()), (4, 2));
}

#[test]
fn memberships_can_be_written_on_either_side_and_lists_replace() {
    let world = world(&with_base(
        "
- {model: authentik_core.user, identifiers: {username: ben}, attrs: {groups: [!KeyOf staff]}, id: ben}
- {model: authentik_core.group, identifiers: {name: ops}, attrs: {users: [!KeyOf anna, !KeyOf ben]}}
- {model: authentik_core.user, identifiers: {username: anna}, attrs: {groups: [!KeyOf staff]}}
- {model: authentik_core.group, identifiers: {name: staff}, attrs: {users: []}}
",
    ));
    assert_eq!(groups(&world, "ben"), ["ops"]);
    assert!(groups(&world, "anna").is_empty());
}

#[test]
fn identifiers_win_and_lists_are_appended() {
    let world = world(
        "entries:
- {model: authentik_core.user, identifiers: {username: a, attributes: {k: [1], y: 1}}, attrs: {username: b, attributes: {k: [0], x: 1}}}
- {model: authentik_core.user, identifiers: {attributes: {y: 1}}, attrs: {email: found}}
",
    );
    assert_eq!(world.users.len(), 1);
    let user = world.users.values().next().unwrap();
    assert_eq!((user.username.as_str(), user.email.as_str()), ("a", "found"));
}

#[test]
fn a_changed_binding_keeps_what_the_entry_does_not_null() {
    let world = world(&with_base(
        "
- {model: authentik_policies.policybinding, identifiers: {target: !KeyOf app, order: 0}, attrs: {group: !KeyOf ops}}
- {model: authentik_policies.policybinding, identifiers: {target: !KeyOf app, order: 0}, attrs: {policy: !KeyOf p}}
",
    ));
    let binding = world.bindings.values().next().unwrap();
    assert!(binding.group.is_some() && binding.policy.is_some());
}

#[test]
fn a_binding_says_exactly_one_thing_that_it_binds() {
    for (target, bound, code) in [
        ("app", "order: 0", "binding-kinds"),
        ("app", "order: 0, group: !KeyOf ops, user: !KeyOf anna", "binding-kinds"),
        ("ent", "order: 0, policy: !KeyOf p", "binding-kinds"),
        ("app", "group: !KeyOf ops", "missing-field"),
        ("app", "order: ten, group: !KeyOf ops", "wrong-type"),
        ("app", "order: 0, group: !KeyOf ops, enabled: maybe", "wrong-type"),
        ("app", "order: 0, group: !KeyOf ops, timeout: -1", "wrong-type"),
    ] {
        let yaml = with_base(&format!(
            "\n- {{model: authentik_policies.policybinding, identifiers: {{target: !KeyOf {target}}}, attrs: {{{bound}}}}}\n"
        ));
        assert_eq!(errors(&read(&yaml)), [code], "{bound}");
    }
    let mixed = with_base(
        "\n- {model: authentik_policies.policybinding, identifiers: {target: !KeyOf ent, order: 0}, attrs: {policy: !KeyOf p, group: !KeyOf ops}}\n",
    );
    assert_eq!(world(&mixed).bindings.len(), 1);
    let odd = with_base(
        "\n- {model: authentik_policies.policybinding, identifiers: {target: !KeyOf app, order: 0}, attrs: {negated: true, group: !KeyOf ops}}\n",
    );
    assert!(codes(&odd).contains("unknown-field"));
}

#[test]
fn a_find_of_a_flow_never_matches_the_binding_that_is_there() {
    let entry = |target: &str| {
        format!(
            "- {{model: authentik_policies.policybinding, identifiers: {{target: {target}, group: !KeyOf ops, order: 0}}}}\n"
        )
    };
    let count = |first: &str, second: &str| {
        world(&with_base(&format!("\n{}{}", entry(first), entry(second)))).bindings.len()
    };
    let find = "!Find [authentik_flows.flow, [slug, f]]";
    assert_eq!(count(find, find), 2);
    assert_eq!(count("!KeyOf flow", "!KeyOf flow"), 1);
    assert_eq!(count("!Find [authentik_core.application, [slug, wiki]]", "!KeyOf app"), 1);
    let policy = entry(find).replace("group: !KeyOf ops", "policy: !KeyOf p");
    assert_eq!(errors(&read(&with_base(&format!("\n{policy}{policy}")))), ["duplicate-binding"]);
}

#[test]
fn modes_that_the_api_hides_are_open_in_exports_only() {
    let modes = |pk: &str| {
        let world = world(&format!(
            "entries:\n- {{model: authentik_core.application, identifiers: {{slug: a}}, attrs: {{name: A, policy_engine_mode: all}}, id: a}}\n- {{model: authentik_core.applicationentitlement, identifiers: {{{pk} name: e}}, attrs: {{app: !KeyOf a}}}}\n"
        ));
        world.targets.values().map(|target| target.mode).collect::<Vec<_>>()
    };
    assert_eq!(modes(""), [Mode::All, Mode::Any]);
    assert_eq!(modes("pk: 105d2c0d-c71d-5da0-9d39-bc597b019079,"), [Mode::All, Mode::Unexposed]);
}

#[test]
fn policies_have_authentiks_defaults() {
    let world = world(
        "entries:
- {model: authentik_policies_geoip.GeoIPPolicy, identifiers: {name: a}, attrs: {countries: 'DE, CH', asns: [1]}}
- {model: authentik_policies_dummy.dummypolicy, identifiers: {name: b}, attrs: {result: yes}}
- model: authentik_policies_expression.expressionpolicy
  identifiers: {name: c}
  attrs:
    expression: |
      return True
- {model: authentik_policies_conditional.conditionalpolicy, identifiers: {name: d}}
",
    );
    let kinds: Vec<_> = world.policies.values().map(|policy| policy.kind.clone()).collect();
    assert!(
        matches!(&kinds[0], PolicyKind::GeoIp(geo) if geo.countries == ["DE", "CH"] && geo.distance_tolerance_km == 50)
    );
    assert!(matches!(&kinds[1], PolicyKind::Dummy(dummy) if dummy.result && dummy.wait_max == 30));
    assert!(matches!(&kinds[2], PolicyKind::Expression(e) if e.text == "return True"));
    assert!(matches!(&kinds[3], PolicyKind::Other(model) if model.ends_with("conditionalpolicy")));
}

#[test]
fn wrong_things_are_named() {
    for (entry, code) in [
        ("{model: authentik_core.groop, identifiers: {name: x}}", "wrong-model"),
        ("{model: group, identifiers: {name: x}}", "wrong-model"),
        ("{model: vendor.thing, identifiers: {name: x}}", "unknown-model"),
        ("{model: authentik_core.group}", "no-identifiers"),
        (
            "{model: authentik_core.group, identifiers: {name: x}, attrs: {parent: ~, is_superuser: 2}}",
            "wrong-type",
        ),
        ("{model: authentik_core.group, identifiers: {name: x}, attrs: {users: anna}}", "wrong-type"),
        ("{model: authentik_core.group, identifiers: {name: x}, attrs: {attributes: 3}}", "wrong-type"),
        ("{model: authentik_core.group, identifiers: {is_superuser: true}}", "missing-field"),
        (
            "{model: authentik_core.application, identifiers: {slug: x}, attrs: {name: X, policy_engine_mode: al}}",
            "wrong-type",
        ),
        ("{identifiers: {name: x}}", "blueprint-shape"),
        ("3", "blueprint-shape"),
        ("{model: authentik_core.group, identifiers: [name]}", "blueprint-shape"),
        ("{model: authentik_core.group, identifiers: {name: x}, conditions: yes}", "blueprint-shape"),
        ("{model: authentik_core.group, identifiers: {name: x}, id: 3}", "blueprint-shape"),
        (
            "{model: authentik_blueprints.metaapplyblueprint, attrs: {identifiers: {name: other}}}",
            "meta-not-found",
        ),
        ("{model: authentik_blueprints.metaapplyblueprint, attrs: {}}", "blueprint-shape"),
    ] {
        let found = codes(&format!("entries:\n- {entry}"));
        assert_eq!(found, BTreeSet::from([code]), "{entry}");
    }
    for yaml in [
        "version: 2",
        "[]",
        "",
        "metadata: {labels: {a: b}}",
        "entries: 3",
        "metadata: {name: x, labels: {a: yes}}",
    ] {
        assert_eq!(codes(yaml), BTreeSet::from(["blueprint-shape"]), "{yaml}");
    }
}

#[test]
fn the_old_parent_is_a_parent_and_a_warning() {
    let yaml = with_base(
        "\n- {model: authentik_core.group, identifiers: {name: kid}, attrs: {parent: !KeyOf ops}}\n",
    );
    assert_eq!(codes(&yaml), BTreeSet::from(["removed-field"]));
    let world = world(&yaml);
    let kid = world.groups.values().find(|group| group.name == "kid").unwrap();
    assert_eq!(world.groups.row(kid.parents[0]).name, "ops");
}

#[test]
fn sections_are_read_in_order() {
    let world = world(
        "entries:\n  one: [{model: authentik_core.group, identifiers: {name: a}, id: a}]\n  two: [{model: authentik_core.group, identifiers: {name: b}, attrs: {parents: [!KeyOf a]}}]\n",
    );
    assert_eq!(world.groups.len(), 2);
}

#[test]
fn files_are_layers_of_one_database() {
    let one = "entries: [{model: authentik_core.user, identifiers: {username: a}, attrs: {email: x, path: p}, id: a}]";
    let two = "entries: [{model: authentik_core.user, identifiers: {username: a}, attrs: {email: y}}]";
    let (draft, diagnostics) = files(&[one, two], &Outside::default());
    assert!(diagnostics.is_empty());
    assert_eq!(draft.users.len(), 1);
    assert_eq!((draft.users[0].user.email.as_str(), draft.users[0].user.path.as_str()), ("y", "p"));
    // An `id` is good inside of its file only.
    let three =
        "entries: [{model: authentik_core.group, identifiers: {name: g}, attrs: {users: [!KeyOf a]}}]";
    let (_, diagnostics) = files(&[one, three], &Outside::default());
    assert_eq!(diagnostics.iter().map(|problem| problem.code).collect::<Vec<_>>(), ["unresolved-key-of"]);
}

#[test]
fn a_blueprint_that_another_one_needs_comes_first() {
    let needs = |other: &str, own: &str, user: &str| {
        format!(
            "metadata: {{name: {own}}}\nentries:\n- {{model: authentik_blueprints.metaapplyblueprint, attrs: {{identifiers: {{name: {other}}}}}}}\n- {{model: authentik_core.user, identifiers: {{username: a}}, attrs: {{email: {user}}}}}\n"
        )
    };
    let (draft, diagnostics) =
        files(&[&needs("two", "one", "last"), &needs("one", "two", "first")], &Outside::default());
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    assert_eq!(draft.users[0].user.email, "last");
}

#[test]
fn keys_of_the_file_stand_for_the_rows_that_they_matched() {
    let world = world(
        "entries:
- {model: authentik_core.group, identifiers: {name: g}, id: g}
- {model: authentik_core.group, identifiers: {pk: 105d2c0d-c71d-5da0-9d39-bc597b019079, name: g}}
- {model: authentik_core.user, identifiers: {username: u}, attrs: {groups: [105d2c0d-c71d-5da0-9d39-bc597b019079]}}
",
    );
    assert_eq!(groups(&world, "u"), ["g"]);
}

#[test]
fn secrets_stay_outside() {
    let yaml = "entries:\n- {model: authentik_core.user, identifiers: {username: a}, attrs: {password: hunter2}}\n- {model: authentik_providers_oauth2.oauth2provider, identifiers: {name: o}, attrs: {client_secret: hunter2}}\n";
    let (draft, _) = files(&[yaml], &Outside::default());
    assert!(!format!("{draft:?}").contains("hunter2"));
}

#[test]
fn references_of_a_draft_go_by_position_name_or_key() {
    let (draft, _) = files(
        &[&with_base(
            "\n- {model: authentik_policies.policybinding, identifiers: {target: !KeyOf app, group: !KeyOf ops, order: 0}}\n",
        )],
        &Outside::default(),
    );
    let DraftBinding { target, group, .. } = &draft.bindings[0];
    assert_eq!(*target, TargetReference::Here(0));
    assert_eq!(group.as_ref().unwrap().key, Key::Name("ops".into()));
    assert!(draft.partial);
}

#[test]
fn a_stage_that_is_not_there_is_known_by_its_name() {
    let yaml = with_base(
        "\n- {model: authentik_flows.flowstagebinding, identifiers: {target: !KeyOf flow, stage: !Find [authentik_stages_deny.denystage, [name, deny]], order: 0}}\n",
    );
    assert_eq!(codes(&yaml), BTreeSet::from(["stage-not-in-input"]));
    let world = world(&yaml);
    assert!(world.targets.values().any(|target| matches!(target.details, Details::StageBinding { .. })));
}

#[test]
fn a_large_file_takes_linear_time() {
    let mut yaml = "entries:\n".to_owned();
    for number in 0..5_000 {
        yaml +=
            &format!("- {{model: authentik_core.group, identifiers: {{name: g{number}}}, id: g{number}}}\n");
        yaml += &format!(
            "- {{model: authentik_core.user, identifiers: {{username: u{number}}}, attrs: {{groups: [!Find [authentik_core.group, [name, g{number}]]]}}}}\n"
        );
    }
    assert_eq!(world(&yaml).users.len(), 5_000);
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "\\PC*") {
        read(&text);
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        read(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn no_blueprint_makes_it_panic(parts in proptest::collection::vec(part(), 0..40)) {
        read(&format!("entries:\n- {}", parts.concat()));
    }
}

fn part() -> impl Strategy<Value = String> {
    proptest::sample::select(vec![
        "model: authentik_core.group\n  ",
        "identifiers: ",
        "attrs: ",
        "{name: x}\n  ",
        "- ",
        "\n- ",
        "[",
        "]",
        "{",
        "}",
        "!Find ",
        "!KeyOf x",
        "!Context ",
        "!Format ",
        "!Enumerate ",
        "!Value 0",
        "!If ",
        "!Condition ",
        "!AtIndex ",
        "'%s'",
        ", ",
        ": ",
        "&a ",
        "*a",
        "<<: ",
        "|\n    x\n  ",
        "authentik_core.user",
        "~",
        "1:30",
        "\t",
        "\r\n",
        "# c\n",
        "? ",
        "!!str ",
        "\"\\x",
        "---\n",
        "%YAML 1.1\n",
        "id: x\n  ",
        "state: absent\n  ",
        "conditions: []\n  ",
    ])
    .prop_map(str::to_owned)
}
