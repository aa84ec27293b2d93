//! Is everything that can be wrong with a snapshot reported?

use super::{Files, read, world};
use crate::diagnostic::{Severity, Style, render};
use crate::model::builder::{Defaults, build};
use crate::model::{BoundUser, Details, Mode, PolicyKind};

const APP: &str = r#"{"pk":"a1","slug":"wiki","name":"Wiki","provider":null,"policy_engine_mode":"any"}"#;
const USER: &str = r#"{"pk":7,"username":"anna","name":"","email":"","is_active":true,"path":"users","attributes":{},"groups":["g1"]}"#;
const GROUP: &str =
    r#"{"pk":"g1","name":"ops","is_superuser":false,"attributes":{},"parents":[],"users":[7]}"#;
const BINDING: &str = r#"{"pk":"b1","target":"a1","policy":null,"group":"g1","user":null,"enabled":true,"negate":false,"order":0,"timeout":30}"#;

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

fn with(name: &str, text: &str) -> Files {
    let mut files = minimal();
    replace(&mut files, name, text);
    files
}

/// The problems, as `code file#field`.
fn problems(files: &Files) -> Vec<String> {
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
fn finds(files: &Files, expected: &[&str]) {
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
    assert_eq!(messages, ["pages 2 to 4 of `core_users` is not in the folder"]);
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
fn authentiks_own_anonymous_user_may_be_bound_although_no_list_has_it() {
    let binding =
        BINDING.replace("\"user\":null", "\"user\":1,\"user_obj\":{\"pk\":1,\"username\":\"AnonymousUser\"}");
    let files = with("policies_bindings.p1.json", &page(&[binding]));
    finds(&files, &[]);
    let read = world(&files);
    assert_eq!(read.bindings.values().next().unwrap().user, Some(BoundUser::Unlisted("1".into())));
    let member = GROUP.replace("[7]", "[7,1]");
    finds(
        &with("core_groups.p1.json", &page(&[&member])),
        &["dangling-reference core_groups.p1.json#/results/0"],
    );
    let told =
        member.replace("\"users\"", "\"users_obj\":[{\"pk\":1,\"username\":\"AnonymousUser\"}],\"users\"");
    finds(&with("core_groups.p1.json", &page(&[told])), &[]);
}

#[test]
fn a_binding_that_expires_is_kept_with_a_warning() {
    let expiring = |expiring: &str| {
        let binding = BINDING.replace(
            "\"order\":0",
            &format!("\"order\":0,\"expires\":\"2027-01-01T00:00:00Z\",\"expiring\":{expiring}"),
        );
        with("policies_bindings.p1.json", &page(&[binding]))
    };
    finds(&expiring("false"), &[]);
    finds(&expiring("true"), &["expiring-binding policies_bindings.p1.json#/results/0/expires"]);
    assert_eq!(world(&expiring("true")).bindings.len(), 1);
}

#[test]
fn the_flag_is_on_where_the_settings_do_not_say() {
    for (settings, flag) in [
        (r#"{"flags":{}}"#, true),
        (r#"{"flags":{"core_default_app_access":null}}"#, true),
        (r#"{"flags":{"core_default_app_access":true}}"#, true),
        (r#"{"flags":{"core_default_app_access":false}}"#, false),
        (r#"{"default_user_change_name":true}"#, true),
    ] {
        let read = world(&with("admin_settings.p1.json", settings));
        assert_eq!(read.flags.core_default_app_access, Some(flag), "{settings}");
    }
    for settings in [r#"{"flags":{"core_default_app_access":"no"}}"#, r#"{"flags":[]}"#] {
        let found = problems(&with("admin_settings.p1.json", settings));
        assert!(found[0].starts_with("invalid-value admin_settings.p1.json"), "{found:?}");
    }
    finds(&with("admin_version.p1.json", r#"{"version_current":"2026.5.1"}"#), &["flag-not-in-input"]);
}

#[test]
fn fields_that_old_releases_do_not_have_are_as_authentik_has_them_by_default() {
    let geoip = r#"{"pk":"p1","name":"p","meta_model_name":"authentik_policies_geoip.geoippolicy","asns":[1],"countries":["DE"]}"#;
    let mut files = with("policies_all.p1.json", &page(&[geoip]));
    let child = r#"{"pk":"g2","name":"devs","is_superuser":false,"attributes":{},"parent":"g1","users":[]}"#;
    replace(
        &mut files,
        "core_groups.p1.json",
        &page(&[&GROUP.replace("\"parents\":[]", "\"parent\":null"), child]),
    );
    finds(&files, &[]);
    let read = world(&files);
    let PolicyKind::GeoIp(geoip) = &read.policies.values().next().unwrap().kind else { panic!() };
    assert_eq!((geoip.check_history_distance, geoip.history_login_count), (false, 5));
    let parents: Vec<_> = read.groups.values().map(|group| group.parents.len()).collect();
    assert_eq!(parents, [1, 0]);
    assert!(!read.bindings.values().next().unwrap().failure_result);
}

#[test]
fn rows_tell_about_stages_and_providers_that_have_no_pages() {
    let app = APP.replace("\"provider\":null", r#""provider":3,"provider_obj":{"pk":3,"name":"rac","meta_model_name":"authentik_providers_rac.racprovider"}"#);
    let mut files = with("core_applications.p1.json", &page(&[app]));
    let flow = r#"{"pk":"f1","policybindingmodel_ptr_id":"f2","slug":"login","name":"Login","designation":"authentication","authentication":"none","policy_engine_mode":"most"}"#;
    replace(&mut files, "flows_instances.p1.json", &page(&[flow]));
    let stage = r#"{"pk":"s1","policybindingmodel_ptr_id":"s2","target":"f1","stage":"t1","order":10,"evaluate_on_plan":false,"re_evaluate_policies":true,"policy_engine_mode":"all"}"#;
    let told = stage.replace("\"order\"", r#""stage_obj":{"pk":"t1","name":"password","meta_model_name":"authentik_stages_password.passwordstage"},"order""#);
    replace(&mut files, "flows_bindings.p1.json", &page(&[told]));
    finds(&files, &[]);
    let read = world(&files);
    assert_eq!(read.providers.values().next().unwrap().is_rac(), Some(true));
    assert_eq!(read.stages.values().next().unwrap().model, "authentik_stages_password.passwordstage");
    let flow = read.targets.values().find(|it| matches!(it.details, Details::Flow { .. })).unwrap();
    assert_eq!(flow.mode, Mode::Invalid);
    replace(&mut files, "flows_bindings.p1.json", &page(&[stage]));
    finds(&files, &["dangling-reference flows_bindings.p1.json#/results/0"]);
}

#[test]
fn bindings_of_devices_are_on_two_lists_and_count_once() {
    let mut files =
        with("endpoints_device_bindings.p1.json", &page(&[BINDING, &BINDING.replace("b1", "b2")]));
    finds(&files, &[]);
    assert_eq!(world(&files).bindings.len(), 2);
    replace(
        &mut files,
        "endpoints_devices.p1.json",
        &page(&[
            r#"{"device_uuid":"d1","pbm_uuid":"d2","name":"laptop","access_group":null,"expiring":false,"expires":"2027-01-01T00:00:00Z"}"#,
        ]),
    );
    finds(&files, &[]);
    let read = world(&files);
    let device = read.targets.values().find(|it| matches!(it.details, Details::Device { .. })).unwrap();
    assert_eq!(device.details, Details::Device { access_group: None, expires: None });
    assert_eq!(device.mode, Mode::Unexposed);
}
