//! What tags come to.

use super::*;

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
    let outside = Outside { environment: Some(environment), files: true, context, ..Outside::default() };
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
fn a_stage_that_is_not_there_is_known_by_its_name() {
    let yaml = with_base(
        "\n- {model: authentik_flows.flowstagebinding, identifiers: {target: !KeyOf flow, stage: !Find [authentik_stages_deny.denystage, [name, deny]], order: 0}}\n",
    );
    assert_eq!(codes(&yaml), BTreeSet::from(["stage-not-in-input"]));
    let world = world(&yaml);
    assert!(world.targets.values().any(|target| matches!(target.details, Details::StageBinding { .. })));
}
