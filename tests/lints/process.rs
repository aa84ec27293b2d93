//! What only shows in the real process: files that are mended, baselines, exit codes.

use std::fs;
use std::process::{Command, Output};

use tempfile::TempDir;
use whomay::lint::{Document, LINTS};

const BLUEPRINT: &str = "\
version: 1
entries:
  # Whoever needs a second factor is asked for it.
  - model: authentik_policies_expression.expressionpolicy
    id: needs-mfa
    identifiers: { name: needs-mfa }
    attrs:
      expression: return request.user.attributes['level'] == 3
  - model: authentik_stages_authenticator_validate.authenticatorvalidatestage
    id: mfa
    identifiers: { name: mfa }
  - model: authentik_flows.flow
    id: login
    identifiers: { slug: login }
    attrs: { name: Login, title: Login, designation: authentication }
  - model: authentik_flows.flowstagebinding
    id: mfa-at-10
    identifiers: { target: !KeyOf login, stage: !KeyOf mfa, order: 10 }
  - model: authentik_policies.policybinding # the policy
    identifiers: { target: !KeyOf mfa-at-10, policy: !KeyOf needs-mfa, order: 0 }
    attrs:
      # until everybody has one
      enabled: true
  - model: authentik_core.user
    identifiers: { username: anna }
    attrs: { name: Anna }
";

const TENANT: &str = "\
group staff # all of us
policy level expression \"return request.user.attributes['level'] == 3\"
user anna in staff
user bob in staff { attributes: { level: 3 } }
provider vault oauth2
application vault { provider: vault  0: group staff
  10: policy level on error pass # fails open
}
";

fn whomay(folder: &TempDir, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_whomay"))
        .args(arguments)
        .current_dir(folder.path())
        .env_remove("WHOMAY_INPUT")
        .output()
        .unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn folder(name: &str, text: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(name), text).unwrap();
    folder
}

#[test]
fn a_fix_changes_one_word_and_keeps_the_rest() {
    for (name, text, lint, from, to) in [
        (
            "login.yaml",
            BLUEPRINT,
            "failure-skips-protection",
            "      enabled: true",
            "      failure_result: true\n      enabled: true",
        ),
        ("tenant.may", TENANT, "fails-open", "on error pass #", "on error fail #"),
    ] {
        let folder = folder(name, text);
        let before = stdout(&whomay(&folder, &["lint", name, "--format", "plain"]));
        assert!(before.contains(lint), "{before}");
        let fixed = whomay(&folder, &["lint", name, "--format", "plain", "--fix"]);
        assert!(!stdout(&fixed).contains(lint), "{fixed:?}");
        let written = fs::read_to_string(folder.path().join(name)).unwrap();
        assert_eq!(written, text.replacen(from, to, 1));
        let after = stdout(&whomay(&folder, &["lint", name, "--format", "plain"]));
        assert!(!after.contains(lint), "{after}");
    }
}

#[test]
fn a_baseline_hides_what_is_known_and_nothing_else() {
    let folder = folder("tenant.may", TENANT);
    assert_eq!(code(&whomay(&folder, &["lint", "tenant.may"])), 3);
    let written = whomay(&folder, &["lint", "tenant.may", "--write-baseline", "known.json"]);
    assert_eq!((code(&written), written.stdout.is_empty()), (0, true));
    let arguments =
        ["lint", "tenant.may", "--baseline", "known.json", "--format", "plain", "--fail-level", "note"];
    let clean = whomay(&folder, &arguments);
    assert_eq!(code(&clean), 0);
    assert!(stdout(&clean).starts_with("nothing found ("), "{clean:?}");
    let more = format!("{TENANT}application wiki {{ provider: wiki }} provider wiki oauth2\n");
    fs::write(folder.path().join("tenant.may"), more).unwrap();
    let found = whomay(&folder, &arguments);
    assert_eq!(code(&found), 3);
    assert!(stdout(&found).contains("[open-application]"), "{found:?}");
    assert!(!stdout(&found).contains("[fails-open]"), "{found:?}");
    fs::write(folder.path().join("known.json"), "{}").unwrap();
    assert_eq!(code(&whomay(&folder, &arguments)), 1);
}

#[test]
fn exit_codes_are_by_the_level() {
    let folder =
        folder("tenant.may", "group staff\nuser anna in staff\napplication wiki { 0: group staff }\n");
    let exit = |level: &str| code(&whomay(&folder, &["lint", "tenant.may", "--fail-level", level]));
    assert_eq!(["error", "warning", "note", "never"].map(exit), [0, 0, 3, 0]);
    assert_eq!(exit("worse"), 2);
}

#[test]
fn every_lint_is_listed_and_explained() {
    let folder = tempfile::tempdir().unwrap();
    let list = stdout(&whomay(&folder, &["lint", "--list"]));
    for (lint, line) in LINTS.iter().zip(list.lines()) {
        let about = lint.about();
        assert!(line.starts_with(about.code) && line.contains(about.level.as_str()), "{line}");
        let explained = stdout(&whomay(&folder, &["explain", about.code]));
        let document = Document::of(about.docs);
        let expected = format!("{} ({})\n\n{}\n", about.code, about.level.as_str(), document.text);
        assert_eq!(explained, expected);
    }
    assert_eq!(list.lines().count(), LINTS.len());
}

#[test]
fn what_a_fix_did_not_mend_is_still_reported() {
    let folder = folder("a.yaml", BLUEPRINT);
    // The last entry for an object counts, and this one is in another file.
    let again = "\
version: 1
entries:
  - model: authentik_flows.flowstagebinding
    id: mfa-at-10
    identifiers:
      target: !Find [authentik_flows.flow, [slug, login]]
      stage: !Find [authentik_stages_authenticator_validate.authenticatorvalidatestage, [name, mfa]]
      order: 10
  - model: authentik_policies.policybinding
    identifiers:
      target: !KeyOf mfa-at-10
      policy: !Find [authentik_policies_expression.expressionpolicy, [name, needs-mfa]]
      order: 0
    attrs: { failure_result: false }
";
    fs::write(folder.path().join("b.yaml"), again).unwrap();
    let lint = |more: &[&str]| whomay(&folder, &[&["lint", ".", "--format", "plain"], more].concat());
    assert!(stdout(&lint(&[])).contains("failure-skips-protection"));
    let fixed = lint(&["--fix"]);
    let written = fs::read_to_string(folder.path().join("a.yaml")).unwrap();
    assert!(written.contains("failure_result: true"), "{written}");
    assert!(stdout(&fixed).contains("failure-skips-protection"), "{fixed:?}");
    assert_eq!(code(&fixed), 3);
}

#[test]
fn a_name_of_several_lines_begins_no_line() {
    let text = "\
version: 1
entries:
  - model: authentik_core.group
    id: top
    identifiers: { name: \"a\\n::error::x\" }
    attrs: { is_superuser: true }
  - model: authentik_core.group
    identifiers: { name: below }
    attrs: { parents: [!KeyOf top] }
";
    let folder = folder("groups.yaml", text);
    for format in ["human", "plain", "github", "markdown"] {
        let found = stdout(&whomay(&folder, &["lint", "groups.yaml", "--format", format]));
        assert!(found.contains("inherited-superuser"), "{format}: {found}");
        assert!(!found.lines().any(|line| line.starts_with("::error::x")), "{format}: {found}");
    }
}
