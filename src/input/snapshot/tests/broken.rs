//! Is everything that can be wrong with a snapshot reported?

use super::{Files, read, world};
use crate::diagnostic::{Severity, Style, render};
use crate::model::builder::{Defaults, build};

pub(super) const APP: &str =
    r#"{"pk":"a1","slug":"wiki","name":"Wiki","provider":null,"policy_engine_mode":"any"}"#;
const USER: &str = r#"{"pk":7,"username":"anna","name":"","email":"","is_active":true,"path":"users","attributes":{},"groups":["g1"]}"#;
pub(super) const GROUP: &str =
    r#"{"pk":"g1","name":"ops","is_superuser":false,"attributes":{},"parents":[],"users":[7]}"#;
pub(super) const BINDING: &str = r#"{"pk":"b1","target":"a1","policy":null,"group":"g1","user":null,"enabled":true,"negate":false,"order":0,"timeout":30}"#;

/// The only page, with these rows.
pub(super) fn page<T: AsRef<str>>(rows: &[T]) -> String {
    let rows: Vec<_> = rows.iter().map(AsRef::as_ref).collect();
    let count = rows.len();
    format!(
        r#"{{"pagination":{{"next":0,"count":{count},"current":1,"total_pages":1}},"results":[{}]}}"#,
        rows.join(",\n")
    )
}

/// A snapshot that nothing is wrong with.
pub(super) fn minimal() -> Files {
    [
        ("admin_version", r#"{"version_current":"2025.10.1"}"#.to_owned()),
        ("core_users", page(&[USER])),
        ("core_groups", page(&[GROUP])),
        ("core_applications", page(&[APP])),
        ("policies_bindings", page(&[BINDING])),
        ("policies_all", page::<&str>(&[])),
        ("flows_instances", page::<&str>(&[])),
        ("flows_bindings", page::<&str>(&[])),
        ("sources_all", page::<&str>(&[])),
    ]
    .map(|(endpoint, text)| (format!("{endpoint}.p1.json"), text))
    .to_vec()
}

/// Puts `text` in the place of a file, or beside the others.
pub(super) fn replace(files: &mut Files, name: &str, text: &str) {
    files.retain(|(known, _)| known != name);
    files.push((name.to_owned(), text.to_owned()));
}

pub(super) fn with(name: &str, text: &str) -> Files {
    let mut files = minimal();
    replace(&mut files, name, text);
    files
}

/// The problems, as `code file#field`.
pub(super) fn problems(files: &Files) -> Vec<String> {
    let (draft, mut diagnostics, sources) = read(files);
    if !diagnostics.has_errors() {
        build(vec![draft], &Defaults::default(), &mut diagnostics);
    }
    let text = render(&diagnostics, &sources, Style::default());
    for word in ["i64", "usize", "String", "struct", "Option"] {
        assert!(!text.contains(word), "{text}");
    }
    let place = |problem: &crate::diagnostic::Diagnostic| {
        let label = problem.labels.first();
        label.map_or(String::new(), |label| format!(" {}{}", sources.place(label.origin), label.field))
    };
    diagnostics.iter().map(|problem| format!("{}{}", problem.code, place(problem))).collect()
}

#[track_caller]
pub(super) fn finds(files: &Files, expected: &[&str]) {
    assert_eq!(problems(files), expected);
}

#[test]
fn a_snapshot_that_is_whole_is_read() {
    finds(&minimal(), &[]);
    let world = world(&minimal());
    assert_eq!((world.users.len(), world.groups.len(), world.bindings.len()), (1, 1, 1));
    assert_eq!(world.flags.core_default_app_access, None);
    assert_eq!(world.reputation, None);
}

#[test]
fn a_file_name_needs_no_number_when_there_is_one_page() {
    let files: Files =
        minimal().into_iter().map(|(name, text)| (name.replace(".p1.json", ".json"), text)).collect();
    finds(&files, &[]);
}

#[test]
fn an_empty_folder_is_no_snapshot() {
    finds(&Vec::new(), &["empty-snapshot"]);
}

#[test]
fn every_endpoint_that_verdicts_rest_on_must_be_there() {
    let files = vec![("admin_version.p1.json".to_owned(), r#"{"version_current":"2025.10"}"#.to_owned())];
    assert_eq!(problems(&files), vec!["incomplete-snapshot admin_version.p1.json"; 8]);
}

#[test]
fn lists_of_policies_by_type_do_instead_of_the_list_of_all() {
    let mut files = minimal();
    files.retain(|(name, _)| name != "policies_all.p1.json");
    replace(&mut files, "policies_dummy.p1.json", &page::<&str>(&[]));
    finds(&files, &[]);
}

#[test]
fn pages_that_are_missing_are_named() {
    let text =
        page(&[USER]).replace("\"total_pages\":1", "\"total_pages\":4").replace("\"next\":0", "\"next\":2");
    let files = with("core_users.p1.json", &text);
    let (_, diagnostics, _) = read(&files);
    let messages: Vec<_> = diagnostics.iter().map(|problem| problem.message.as_str()).collect();
    assert_eq!(messages, ["pages 2 to 4 of `core_users` are not in the folder"]);
    let endless = text.replace(":4", ":18446744073709551615");
    finds(&with("core_users.p1.json", &endless), &["page-missing core_users.p1.json"]);
}

#[test]
fn pages_must_add_up() {
    for (from, to) in [
        ("\"count\":1", "\"count\":2"),
        ("\"current\":1", "\"current\":2"),
        ("\"total_pages\":1", "\"total_pages\":0"),
        ("\"next\":0", "\"next\":2"),
        ("\"next\":0", "\"start_index\":1,\"end_index\":3"),
        ("\"count\":1,", ""),
        ("\"count\":1", "\"count\":\"1\""),
    ] {
        let files = with("core_users.p1.json", &page(&[USER]).replace(from, to));
        finds(&files, &["pagination core_users.p1.json"]);
    }
    finds(
        &with("core_users.json", &page(&[USER])),
        &[
            "pagination core_users.json",
            "pagination core_users.p1.json",
            "repeated-row core_users.json#/results/0/pk",
        ],
    );
    finds(
        &with("admin_version.p2.json", r#"{"version_current":"2025.10.1"}"#),
        &["pagination admin_version.p2.json"],
    );
}

#[test]
fn pages_of_different_moments_do_not_fit() {
    let first = page(&[USER])
        .replace("\"next\":0,\"count\":1", "\"next\":2,\"count\":3")
        .replace("\"total_pages\":1", "\"total_pages\":2");
    let second = page(&[USER.replace(":7", ":8").replace("anna", "bert").replace("\"g1\"", "")])
        .replace("\"current\":1", "\"current\":2")
        .replace("\"count\":1", "\"count\":2")
        .replace("\"total_pages\":1", "\"total_pages\":2");
    let mut files = with("core_users.p1.json", &first);
    replace(&mut files, "core_users.p2.json", &second);
    finds(&files, &["pagination core_users.p2.json"]);
    replace(&mut files, "core_users.p2.json", &second.replace("\"count\":2", "\"count\":3"));
    finds(&files, &["pagination core_users.p1.json"]);
}

#[test]
fn a_row_that_is_there_twice_may_have_displaced_another() {
    finds(
        &with("core_applications.p1.json", &page(&[APP, APP])),
        &["repeated-row core_applications.p1.json#/results/1/pk"],
    );
}

#[test]
fn a_page_that_ends_in_the_middle_is_shown_where_it_ends() {
    let text = page(&[USER]);
    finds(
        &with("core_users.p1.json", &text[..text.len() - 20]),
        &["page-truncated core_users.p1.json:1:167"],
    );
    finds(&with("core_users.p1.json", ""), &["page-truncated core_users.p1.json:1:1"]);
    finds(&with("core_users.p1.json", "\n\n  {nonsense}"), &["invalid-json core_users.p1.json:3:4"]);
}

#[test]
fn a_page_of_another_endpoint_is_recognised() {
    finds(&with("core_users.p1.json", &page(&[APP])), &["wrong-page core_users.p1.json"]);
    finds(&with("core_applications.p1.json", &page(&[USER])), &["wrong-page core_applications.p1.json"]);
    finds(&with("core_groups.p1.json", &page(&[USER])), &["wrong-page core_groups.p1.json"]);
    finds(&with("policies_all.p1.json", &page(&[BINDING])), &["wrong-page policies_all.p1.json"]);
    finds(&with("admin_settings.p1.json", &page(&[USER])), &["wrong-page admin_settings.p1.json"]);
    finds(&with("admin_settings.p1.json", "{}"), &["wrong-page admin_settings.p1.json"]);
    finds(&with("core_users.p1.json", "[]"), &["wrong-page core_users.p1.json:1:1"]);
    finds(&with("core_users.p1.json", "{}"), &["wrong-page core_users.p1.json"]);
    let dummy = r#"{"pk":"p1","name":"p","meta_model_name":"authentik_policies_reputation.reputationpolicy","result":true,"wait_min":1,"wait_max":2}"#;
    finds(
        &with("policies_dummy.p1.json", &page(&[dummy])),
        &["wrong-page policies_dummy.p1.json#/results/0/meta_model_name"],
    );
}

#[test]
fn a_refusal_is_no_page() {
    let text = r#"{"detail":"You do not have permission to perform this action."}"#;
    finds(&with("core_users.p1.json", text), &["incomplete-snapshot core_users.p1.json"]);
    finds(&with("admin_settings.p1.json", text), &["incomplete-snapshot admin_settings.p1.json"]);
}

#[test]
fn every_field_that_is_wrong_is_reported_at_its_place() {
    let binding = BINDING
        .replace("\"order\":0", "\"order\":\"ten\"")
        .replace("\"enabled\":true", "\"enabled\":1")
        .replace("\"timeout\":30", "\"timeout\":3.5");
    let other = BINDING.replace("\"pk\":\"b1\",", "").replace("\"policy\":null,", "");
    let files = with("policies_bindings.p1.json", &page(&[binding, other, "5".into()]));
    finds(
        &files,
        &[
            "wrong-type policies_bindings.p1.json#/results/0/enabled",
            "wrong-type policies_bindings.p1.json#/results/0/order",
            "wrong-type policies_bindings.p1.json#/results/0/timeout",
            "missing-field policies_bindings.p1.json#/results/1",
            "missing-field policies_bindings.p1.json#/results/1",
            "wrong-type policies_bindings.p1.json#/results/2",
        ],
    );
    let deep = format!("{}{}", "[".repeat(300), "]".repeat(300));
    let user = USER
        .replace(
            "\"attributes\":{}",
            &format!("\"attributes\":{{\"a\":{deep}}},\"password_change_date\":\"soon\",\"type\":\"robot\""),
        )
        .replace("\"name\":\"\"", "\"name\":\"\",\"name\":\"x\"");
    finds(
        &with("core_users.p1.json", &page(&[user])),
        &[
            "repeated-field core_users.p1.json#/results/0/name",
            "invalid-value core_users.p1.json#/results/0/type",
            "unreadable-value core_users.p1.json#/results/0/attributes",
            "invalid-value core_users.p1.json#/results/0/password_change_date",
        ],
    );
    finds(
        &with("core_users.p1.json", &page(&[USER.replace("\"path\":\"users\",", "")])),
        &["missing-field core_users.p1.json#/results/0"],
    );
}

#[test]
fn addresses_are_read_in_any_form_and_nothing_else() {
    let score = |ip: &str| page(&[format!(r#"{{"pk":"s","identifier":"x","ip":"{ip}","score":-3}}"#)]);
    let read = world(&with("policies_reputation_scores.p1.json", &score("2001:0DB8:0::1")));
    assert_eq!(read.reputation.unwrap()[0].ip, "2001:db8::1");
    finds(
        &with("policies_reputation_scores.p1.json", &score("here")),
        &["invalid-value policies_reputation_scores.p1.json#/results/0/ip"],
    );
}

#[test]
fn the_index_must_agree_with_the_folder() {
    let listed = |files: &Files, extra: &str| {
        let entries: Vec<_> = files
            .iter()
            .map(|(name, _)| {
                format!(r#"{{"file":"{name}","url":"/x/?page=1&superuser_full_list=true","status":200}}"#)
            })
            .collect();
        format!("[{}{extra}]", entries.join(","))
    };
    let files = minimal();
    let index = listed(&files, "");
    finds(&with("index.json", &index), &[]);
    finds(
        &with("index.json", &listed(&files, r#",{"file":"core_users.p2.json","status":200}"#)),
        &["page-missing index.json:1:815"],
    );
    finds(
        &with("index.json", &listed(&files, r#",{"file":"stages_all.p1.json","status":403}"#)),
        &["incomplete-snapshot index.json:1:815"],
    );
    finds(&with("index.json", &listed(&files, r#",{"file":"endpoints_devices.p1.json","status":404}"#)), &[]);
    finds(&with("index.json", &listed(&files, r#",{"file":"core_brands.p1.json","status":403}"#)), &[]);
    finds(&with("index.json", &listed(&files, ",{}")), &["invalid-index index.json:1:815"]);
    let filtered = index.replacen(
        "core_users.p1.json\",\"url\":\"/x/?page=1",
        "core_users.p1.json\",\"url\":\"/x/?is_active=true",
        1,
    );
    finds(&with("index.json", &filtered), &["incomplete-snapshot index.json:1:92"]);
    let found = problems(&with("index.json", &index.replace("&superuser_full_list=true", "")));
    assert_eq!(found.len(), 1, "{found:?}");
    let mut stale = with("index.json", &index);
    replace(&mut stale, "endpoints_devices.p1.json", &page::<&str>(&[]));
    finds(&stale, &["page-not-listed endpoints_devices.p1.json"]);
}

#[test]
fn files_that_are_not_read_are_a_note() {
    let files = with("policies_binding.p1.json", "");
    finds(&files, &["unknown-page policies_binding.p1.json"]);
    let (_, diagnostics, _) = read(&files);
    let note = diagnostics.iter().next().unwrap();
    assert_eq!(note.severity, Severity::Note);
    assert_eq!(note.help.as_deref(), Some("did you mean `policies_bindings.p1.json`?"));
    finds(&with("core_brands.p1.json", ""), &[]);
}

#[test]
fn a_snapshot_taken_while_the_tenant_changed_is_refused() {
    let alone = GROUP.replace("[7]", "[]");
    finds(
        &with("core_groups.p1.json", &page(&[alone])),
        &["inconsistent-snapshot core_groups.p1.json#/results/0/users"],
    );
    let more = USER.replace("[\"g1\"]", "[]");
    finds(
        &with("core_users.p1.json", &page(&[more])),
        &["inconsistent-snapshot core_groups.p1.json#/results/0/users"],
    );
    let silent = GROUP.replace(",\"users\":[7]", "");
    finds(&with("core_groups.p1.json", &page(&[silent])), &[]);
    let policy = r#"{"pk":"p1","name":"p","meta_model_name":"authentik_policies_expression.expressionpolicy","expression":"return True"}"#;
    let mut files = with("policies_all.p1.json", &page(&[policy]));
    replace(&mut files, "policies_expression.p1.json", &page(&[policy]));
    finds(&files, &[]);
    replace(&mut files, "policies_expression.p1.json", &page(&[policy.replace("True", "False")]));
    finds(&files, &["inconsistent-snapshot policies_all.p1.json#/results/0"]);
}

#[test]
fn what_a_binding_refers_to_must_be_there() {
    for (from, to) in [
        ("\"group\":\"g1\"", "\"group\":\"g2\""),
        ("\"target\":\"a1\"", "\"target\":\"a2\""),
        ("\"user\":null", "\"user\":1"),
        ("\"user\":null", "\"user\":1,\"user_obj\":{\"pk\":1,\"username\":\"bert\"}"),
        ("\"user\":null", "\"user\":1,\"user_obj\":{\"pk\":2,\"username\":\"AnonymousUser\"}"),
        ("\"policy\":null", "\"policy\":\"p\""),
    ] {
        finds(
            &with("policies_bindings.p1.json", &page(&[BINDING.replace(from, to)])),
            &["dangling-reference policies_bindings.p1.json#/results/0"],
        );
    }
}

#[test]
fn a_policy_knows_how_many_bindings_there_must_be() {
    let policy = |times: usize| {
        page(&[format!(
            r#"{{"pk":"p1","name":"p","meta_model_name":"authentik_policies_expression.expressionpolicy","expression":"return True","bound_to":{times}}}"#
        )])
    };
    let mut files =
        with("policies_bindings.p1.json", &page(&[BINDING.replace("\"policy\":null", "\"policy\":\"p1\"")]));
    replace(&mut files, "policies_all.p1.json", &policy(1));
    finds(&files, &[]);
    replace(&mut files, "stages_all.p1.json", &page::<&str>(&[]));
    finds(&files, &[]);
    for times in [0, 2] {
        replace(&mut files, "policies_all.p1.json", &policy(times));
        finds(&files, &["incomplete-snapshot policies_all.p1.json#/results/0/bound_to"]);
    }
    // Prompt stages may be the other uses.
    let prompt = r#"{"pk":"s1","name":"prompt","meta_model_name":"authentik_stages_prompt.promptstage"}"#;
    replace(&mut files, "stages_all.p1.json", &page(&[prompt]));
    finds(&files, &["uses-not-checked policies_all.p1.json#/results/0/bound_to"]);
    for (used, problem) in [
        (r#""p1""#, vec![]),
        ("", vec!["incomplete-snapshot policies_all.p1.json#/results/0/bound_to"]),
        (r#""p1","p1""#, vec!["incomplete-snapshot policies_all.p1.json#/results/0/bound_to"]),
        ("3", vec!["wrong-type stages_prompt_stages.p1.json#/results/0/validation_policies"]),
    ] {
        let row = format!(r#"{{"pk":"s1","name":"prompt","validation_policies":[{used}]}}"#);
        replace(&mut files, "stages_prompt_stages.p1.json", &page(&[row]));
        finds(&files, &problem);
    }
}
