//! What is refused, and that nothing makes it panic.

use proptest::prelude::*;

use super::*;

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
        ("app", "order: 0, group: !KeyOf ops, timeout: ~", "wrong-type"),
        ("app", "order: 0, group: !KeyOf ops, negate: ~", "wrong-type"),
        ("app", "order: 0, group: !KeyOf ops, enabled: ~", "wrong-type"),
        ("app", "order: 0, group: !KeyOf ops, failure_result: ~", "wrong-type"),
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
fn a_stage_binding_is_evaluated_at_some_time() {
    let flags = |entries: &[(&str, &str)]| {
        let mut yaml =
            with_base("\n- {model: authentik_stages_deny.denystage, identifiers: {name: deny}, id: deny}\n");
        for (pk, flags) in entries {
            yaml += &format!(
                "- {{model: authentik_flows.flowstagebinding, identifiers: {{{pk}target: !KeyOf flow, stage: !KeyOf deny, order: 0}}, attrs: {{{flags}}}}}\n"
            );
        }
        errors(&read(&yaml))
    };
    let neither = "evaluate_on_plan: no, re_evaluate_policies: no";
    let key = "pk: 105d2c0d-c71d-5da0-9d39-bc597b019079, ";
    assert_eq!(flags(&[("", neither)]), ["never-evaluated"]);
    assert_eq!(flags(&[("", "re_evaluate_policies: 0")]), ["never-evaluated"]);
    assert!(flags(&[("", "evaluate_on_plan: false")]).is_empty());
    assert!(flags(&[(key, neither)]).is_empty());
    let planned = "evaluate_on_plan: true, re_evaluate_policies: false";
    assert!(flags(&[("", planned), ("", "evaluate_on_plan: false")]).is_empty());
    assert_eq!(flags(&[("", planned), ("", neither)]), ["never-evaluated"]);
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
fn rows_that_cannot_be_told_apart_are_reported() {
    let rules = "- {model: authentik_core.group, identifiers: {name: x}, id: x}\n- {model: authentik_core.group, identifiers: {name: y}, attrs: {is_superuser: false, attributes: {t: 1}}, id: y}\n- {model: authentik_core.group, identifiers: {name: z}, attrs: {is_superuser: false}}\n";
    let both =
        "- {model: authentik_core.group, identifiers: {is_superuser: false}, attrs: {attributes: {}}}\n";
    assert_eq!(codes(&format!("entries:\n{rules}{both}")), BTreeSet::from(["ambiguous-identifiers"]));
    let same = "- {model: authentik_core.group, identifiers: {attributes: {t: 1}}, attrs: {name: x}}\n";
    let member = "- {model: authentik_core.user, identifiers: {username: u}, attrs: {groups: [!KeyOf x]}}\n";
    assert!(codes(&format!("entries:\n{rules}{same}{member}")).contains("ambiguous-name"));
}

#[test]
fn what_was_deleted_cannot_be_referred_to() {
    let yaml = with_base(
        "
- {model: authentik_core.group, identifiers: {name: ops}, state: absent}
- {model: authentik_core.group, identifiers: {name: kid}, attrs: {parents: [!KeyOf ops]}}
",
    );
    assert_eq!(errors(&read(&yaml)), ["unresolved-key-of"]);
}

#[test]
fn a_file_that_is_too_large_is_not_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large");
    std::fs::File::create(&path).unwrap().set_len(20 * 1024 * 1024).unwrap();
    let yaml = format!(
        "entries: [{{model: authentik_core.group, identifiers: {{name: !File '{}'}}}}]",
        path.display()
    );
    let (_, diagnostics) = files(&[&yaml], &Outside { files: true, ..Outside::default() });
    assert_eq!(diagnostics.iter().map(|problem| problem.code).collect::<Vec<_>>(), ["file-too-large"]);
}

#[test]
fn secrets_stay_outside() {
    let yaml = "entries:\n- {model: authentik_core.user, identifiers: {username: a}, attrs: {password: hunter2}}\n- {model: authentik_providers_oauth2.oauth2provider, identifiers: {name: o}, attrs: {client_secret: hunter2}}\n";
    let (draft, _) = files(&[yaml], &Outside::default());
    assert!(!format!("{draft:?}").contains("hunter2"));
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

#[test]
fn deleting_and_failing_take_linear_time() {
    let (mut yaml, mut gone, mut failing) = ("entries:\n".to_owned(), String::new(), String::new());
    for number in 0..3_000 {
        let row = format!("model: authentik_core.user, identifiers: {{username: user-{number:05}}}");
        yaml += &format!("- {{{row}}}\n");
        gone += &format!("- {{{row}, state: absent}}\n");
        failing += &format!(
            "- {{model: authentik_policies.policybinding, identifiers: {{order: {number}, target: ~, user: !Find [authentik_core.user, [username, usre-{number:05}]]}}}}\n"
        );
    }
    assert_eq!(world(&format!("{yaml}{gone}")).users.len(), 0);
    let reading = read(&format!("{yaml}{failing}"));
    let helped = reading
        .diagnostics
        .iter()
        .filter(|it| it.help.as_ref().is_some_and(|help| help.contains("did you mean")));
    assert_eq!(helped.count(), 20);
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
