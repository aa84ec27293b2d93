//! What entries make of rows.

use super::*;

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
fn a_mode_that_the_api_does_not_have_is_not_set() {
    for (kind, rest) in [
        ("authentik_core.applicationentitlement", ", app: !KeyOf app"),
        ("authentik_events.notificationrule", ""),
        ("authentik_providers_rac.endpoint", ""),
        ("authentik_endpoints.deviceaccessgroup", ""),
    ] {
        for (pk, mode) in [("", Mode::Any), ("pk: 105d2c0d-c71d-5da0-9d39-bc597b019079, ", Mode::Unexposed)] {
            let yaml = with_base(&format!(
                "\n- {{model: {kind}, identifiers: {{{pk}name: x}}, attrs: {{policy_engine_mode: all{rest}}}}}\n"
            ));
            assert!(codes(&yaml).contains("unknown-field"), "{kind}");
            let found = world(&yaml).targets.values().find(|target| target.name == "x").unwrap().mode;
            assert_eq!(found, mode, "{kind}");
        }
    }
}

#[test]
fn a_binding_can_expire() {
    let expires = |fields: &str| {
        let reading = read(&with_base(&format!(
            "\n- {{model: authentik_policies.policybinding, identifiers: {{target: !KeyOf app, order: 0}}, attrs: {{group: !KeyOf ops, {fields}}}}}\n"
        )));
        let codes: Vec<_> = reading.diagnostics.iter().map(|problem| problem.code).collect();
        (codes, reading.world.map(|world| world.bindings.values().next().unwrap().expires))
    };
    let noon: Option<jiff::Timestamp> = Some("2027-01-01T12:00:00Z".parse().unwrap());
    for (fields, time) in [
        ("expiring: true, expires: 2027-01-01T12:00:00Z", noon),
        ("expiring: true, expires: '2027-01-01T13:00:00+01:00'", noon),
        ("expiring: true, expires: 2027-01-01 12:00:00", noon),
        ("expiring: true, expires: ~", None),
        ("expiring: true", None),
        ("expiring: false, expires: 2027-01-01T12:00:00Z", None),
    ] {
        assert_eq!(expires(fields), (vec![], Some(time)), "{fields}");
    }
    for (fields, code) in [
        ("expiring: true, expires: soon", "wrong-type"),
        ("expiring: true, expires: 2027-01-01", "wrong-type"),
        ("expiring: true, expires: 3", "wrong-type"),
        ("expiring: perhaps, expires: 2027-01-01T12:00:00Z", "wrong-type"),
        ("expires: 2027-01-01T12:00:00Z", "missing-field"),
    ] {
        assert_eq!(expires(fields), (vec![code], None), "{fields}");
    }
}

#[test]
fn identifiers_match_what_a_field_holds_though_nobody_wrote_it() {
    let left = |made: &str, gone: &str| {
        let entry = |attrs: &str, state: &str| {
            format!(
                "- {{model: authentik_policies.policybinding, identifiers: {{target: !KeyOf app, order: 0{attrs}}}{state}}}\n"
            )
        };
        let made = entry("", &format!(", attrs: {{group: !KeyOf ops{made}}}"));
        // Once asked for, a field is kept in an index.
        let asked = entry(", enabled: true", ", state: absent");
        let gone = entry(gone, ", state: absent");
        let count = |entries: &[&str]| world(&with_base(&format!("\n{}", entries.concat()))).bindings.len();
        let plain = count(&[&made, &gone]);
        assert_eq!(count(&[&asked, &made, &gone]), plain);
        plain
    };
    for field in ["enabled: true", "negate: false", "failure_result: false", "timeout: 30"] {
        assert_eq!(left("", &format!(", {field}")), 0, "{field}");
    }
    assert_eq!(left("", ", enabled: false"), 1);
    assert_eq!(left(", enabled: false", ", enabled: true"), 1);
    assert_eq!(left(", enabled: false", ", enabled: false"), 0);
    for (model, made, gone) in [
        ("authentik_core.user", "username: x", "is_active: true, type: internal, path: users"),
        ("authentik_core.group", "name: x", "is_superuser: false"),
        ("authentik_policies_reputation.reputationpolicy", "name: x", "threshold: -5"),
    ] {
        let yaml = format!(
            "entries:\n- {{model: {model}, identifiers: {{{made}}}}}\n- {{model: {model}, identifiers: {{{gone}}}, state: absent}}\n"
        );
        let world = world(&yaml);
        assert_eq!((world.users.len(), world.groups.len(), world.policies.len()), (0, 0, 0), "{model}");
    }
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
- {model: authentik_policies_reputation.reputationpolicy, identifiers: {name: e}}
",
    );
    let kinds: Vec<_> = world.policies.values().map(|policy| policy.kind.clone()).collect();
    assert!(
        matches!(&kinds[0], PolicyKind::GeoIp(geo) if geo.countries == ["DE", "CH"] && geo.distance_tolerance_km == 50)
    );
    assert!(matches!(&kinds[1], PolicyKind::Dummy(dummy) if dummy.result && dummy.wait_max == 30));
    assert!(matches!(&kinds[2], PolicyKind::Expression(e) if e.text == "return True"));
    assert!(matches!(&kinds[3], PolicyKind::Other(model) if model.ends_with("conditionalpolicy")));
    assert!(
        matches!(&kinds[4], PolicyKind::Reputation(it) if it.threshold == -5 && it.check_ip && it.check_username)
    );
}

#[test]
fn a_release_knows_one_of_the_fields_that_name_parents() {
    let parents = |field: &str, release: Option<&str>| {
        let kid =
            format!("\n- {{model: authentik_core.group, identifiers: {{name: kid}}, attrs: {{{field}}}}}\n");
        let edition = release.map(|release| Edition::parse(release).unwrap());
        let reading = parse("test.yaml", &with_base(&kid), &Options { edition, ..Options::default() });
        let codes: Vec<_> = reading.diagnostics.iter().map(|problem| problem.code).collect();
        let names = reading.world.map(|world| {
            let kid = world.groups.values().find(|group| group.name == "kid").unwrap();
            kid.parents.iter().map(|parent| world.groups.row(*parent).name.clone()).collect::<Vec<_>>()
        });
        (names.map(|names| names.join(" ")), codes)
    };
    let (one, many) = ("parent: !KeyOf ops", "parents: [!KeyOf staff]");
    let both = &format!("{one}, {many}");
    for (field, release, names, code) in [
        (one, Some("2025.10"), Some("ops"), None),
        (one, Some("2026.5"), Some(""), Some("removed-field")),
        (one, None, None, Some("which-release")),
        ("parent: ~", None, Some(""), None),
        (many, Some("2025.10"), Some(""), Some("removed-field")),
        (many, Some("2026.5"), Some("staff"), None),
        (many, None, Some("staff"), None),
        (both, Some("2025.10"), Some("ops"), Some("removed-field")),
        (both, None, Some("staff"), Some("removed-field")),
    ] {
        let expected = (names.map(str::to_owned), code.into_iter().collect());
        assert_eq!(parents(field, release), expected, "{field} in {release:?}");
    }
}

#[test]
fn sections_are_read_in_order() {
    let world = world(
        "entries:\n  one: [{model: authentik_core.group, identifiers: {name: a}, id: a}]\n  two: [{model: authentik_core.group, identifiers: {name: b}, attrs: {parents: [!KeyOf a]}}]\n",
    );
    assert_eq!(world.groups.len(), 2);
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
fn references_of_a_draft_go_by_position_name_or_key() {
    let (draft, _) = files(
        &[&with_base(
            "\n- {model: authentik_policies.policybinding, identifiers: {target: !KeyOf app, group: !KeyOf ops, order: 0}}\n",
        )],
        &Outside::default(),
    );
    let DraftBinding { target, group, .. } = &draft.bindings[0];
    assert_eq!(*target, TargetReference::Here(0));
    assert_eq!(*group.as_ref().unwrap().key, Key::Name("ops".into()));
    assert!(draft.partial);
}
