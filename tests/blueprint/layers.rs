//! What several files make of one database.

use super::*;

fn said(diagnostics: &Diagnostics) -> Vec<&'static str> {
    diagnostics.iter().map(|problem| problem.code).collect()
}

#[test]
fn files_are_layers_of_one_database() {
    let one = "entries: [{model: authentik_core.user, identifiers: {username: a}, attrs: {email: x, path: p}, id: a}]";
    let two = "entries: [{model: authentik_core.user, identifiers: {username: a}, attrs: {email: y}}]";
    let (draft, diagnostics) = files(&[one, two], &Outside::default());
    assert_eq!(said(&diagnostics), ["conflicting-blueprints"]);
    assert_eq!(draft.users.len(), 1);
    assert_eq!((draft.users[0].user.email.as_str(), draft.users[0].user.path.as_str()), ("y", "p"));
    // An `id` is good inside of its file only.
    let three =
        "entries: [{model: authentik_core.group, identifiers: {name: g}, attrs: {users: [!KeyOf a]}}]";
    let (_, diagnostics) = files(&[one, three], &Outside::default());
    assert_eq!(said(&diagnostics), ["unresolved-key-of"]);
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
fn files_that_do_not_agree_are_one_warning_for_each_row() {
    let user = |attrs: &str| {
        format!(
            "entries: [{{model: authentik_core.group, identifiers: {{name: g}}, id: g}}, {{model: authentik_core.group, identifiers: {{name: h}}, id: h}}, {{model: authentik_core.user, identifiers: {{username: a}}, attrs: {{{attrs}}}, id: a}}]"
        )
    };
    let group = |users: &str| {
        format!(
            "entries: [{{model: authentik_core.user, identifiers: {{username: a}}, id: a}}, {{model: authentik_core.group, identifiers: {{name: g}}, attrs: {{users: [{users}]}}}}]"
        )
    };
    let gone = "entries: [{model: authentik_core.user, identifiers: {username: a}, state: absent}]";
    let found = |one: &str, two: &str| {
        let (_, diagnostics) = files(&[one, two], &Outside::default());
        said(&diagnostics).len()
    };
    for (one, two, conflicts) in [
        ("email: x, path: p", "email: y, path: q", 1),
        ("email: x", "email: x", 0),
        ("email: x", "path: p", 0),
        ("groups: [!KeyOf g]", "groups: []", 1),
        ("groups: [!KeyOf g, !KeyOf h]", "groups: [!KeyOf h, !KeyOf g]", 0),
        ("attributes: {k: 1}", "attributes: {k: 2}", 1),
        ("attributes: {k: 1}", "attributes: {k: 1}", 0),
    ] {
        assert_eq!(found(&user(one), &user(two)), conflicts, "{one} | {two}");
    }
    assert_eq!(found(&user("groups: [!KeyOf g]"), &group("")), 1);
    assert_eq!(found(&group(""), &user("groups: [!KeyOf g]")), 1);
    assert_eq!(found(&group("!KeyOf a"), &user("groups: [!KeyOf g]")), 0);
    assert_eq!(found(&user("email: x"), gone), 1);
    // A place for each of them, the one that counts first.
    let (_, diagnostics) = files(&[&user("email: x"), &user("email: y")], &Outside::default());
    let labels: Vec<_> = diagnostics.iter().flat_map(|problem| &problem.labels).collect();
    assert_eq!(labels.iter().map(|label| label.origin.source().unwrap().0).collect::<Vec<_>>(), [1, 0]);
}

#[test]
fn a_blueprint_that_fails_is_tried_again_after_the_others() {
    let group = "entries: [{model: authentik_core.group, identifiers: {name: g}}]";
    let find = "!Find [authentik_core.group, [name, g]]";
    let member = format!(
        "entries: [{{model: authentik_core.user, identifiers: {{username: u}}, attrs: {{email: early}}}}, {{model: authentik_core.user, identifiers: {{username: u}}, attrs: {{groups: [{find}]}}}}]"
    );
    let above = format!(
        "entries: [{{model: authentik_core.group, identifiers: {{name: kid}}, attrs: {{parents: [{find}]}}}}]"
    );
    let (draft, diagnostics) = files(&[&member, &above, group], &Outside::default());
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    assert_eq!((draft.users.len(), draft.groups.len()), (1, 2));
    assert_eq!(*draft.users[0].groups[0].key, Key::Name("g".into()));
    // Two that wait for one another wait for ever.
    let (_, diagnostics) = files(&[&member, &above], &Outside::default());
    let found: Vec<_> = diagnostics.iter().map(|problem| problem.code).collect();
    assert_eq!(found, ["unresolved-find", "unresolved-find"]);
    // Nothing is left of an attempt that failed.
    let deletes = format!(
        "entries: [{{model: authentik_core.user, identifiers: {{username: v}}, state: absent}}, {{model: authentik_core.user, identifiers: {{username: v}}, attrs: {{groups: [{find}]}}, state: must_created}}]"
    );
    let kept = "entries: [{model: authentik_core.user, identifiers: {username: v}, attrs: {email: kept}}]";
    let (draft, diagnostics) = files(&[kept, &deletes, group], &Outside::default());
    assert_eq!(said(&diagnostics), ["conflicting-blueprints"]);
    assert_eq!((draft.users.len(), draft.users[0].user.email.as_str()), (1, ""));
    // What no verdict rests on is no reason to wait.
    let loose = "entries: [{model: authentik_core.application, identifiers: {slug: a}, attrs: {name: first, provider: !Find [authentik_providers_oauth2.oauth2provider, [name, p]]}}]";
    let last = "entries: [{model: authentik_core.application, identifiers: {slug: a}, attrs: {name: last}}]";
    let (draft, _) = files(&[loose, last], &Outside::default());
    assert_eq!(draft.targets[0].name, "last");
}

#[test]
fn a_blueprint_of_a_folder_can_be_held_back() {
    let held = |name: &str| {
        format!(
            "metadata: {{name: {name}, labels: {{blueprints.goauthentik.io/instantiate: 'False'}}}}\nentries: [{{model: authentik_core.user, identifiers: {{username: {name}}}}}]\n"
        )
    };
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("a.yaml", &held("a"));
    write("b.yaml", &held("b"));
    write(
        "c.yaml",
        "entries: [{model: authentik_blueprints.metaapplyblueprint, attrs: {identifiers: {name: b}}}]",
    );
    let names = |path: &std::path::Path| {
        let reading = whomay::input::read(&[path], &Options::default());
        let codes: Vec<_> = reading.diagnostics.iter().map(|problem| problem.code).collect();
        let world = reading.world.unwrap();
        (world.users.values().map(|user| user.username.to_string()).collect::<Vec<_>>(), codes)
    };
    assert_eq!(names(folder.path()), (vec!["b".to_owned()], vec!["not-instantiated"]));
    assert_eq!(names(&folder.path().join("a.yaml")), (vec!["a".to_owned()], vec![]));
}
