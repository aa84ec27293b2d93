//! Real answers have the form that `whomay schema` promises.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod sarif;
mod validate;

use std::process::Command;

use serde_json::Value;
use validate::problem;

fn whomay(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_whomay"))
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env_remove("WHOMAY_INPUT")
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

fn schema(name: &str) -> Value {
    serde_json::from_str(&whomay(&["schema", name])).unwrap()
}

/// Tenants with users and targets of every sort.
const TENANTS: [&str; 4] = [
    "tests/example",
    "tests/golden/tenant-05/api",
    "tests/golden/tenant-17/blueprint.yaml",
    "tests/cli/kinds.may",
];

/// Tenants with much that is wrong.
const BROKEN: [&str; 2] = ["tests/golden/tenant-25/api", "tests/golden/tenant-22/blueprint.yaml"];

fn check(name: &str, arguments: &[&str]) -> Value {
    let schema = schema(name);
    let answer = whomay(&[&[name, "--format", "json"], arguments].concat());
    let answer: Value =
        serde_json::from_str(&answer).unwrap_or_else(|error| panic!("{arguments:?}: {error}"));
    assert_eq!(problem(&schema, &schema, &answer), None, "{name} {arguments:?}");
    assert_eq!(answer["schema"], format!("whomay.{name}/1"));
    answer
}

#[test]
fn every_answer_has_its_form() {
    for tenant in TENANTS {
        check("audit", &[tenant]);
        let assuming =
            check("audit", &[tenant, "--assume", "client_ip=10.1.2.3", "--assume", "context.x=[1]"]);
        assert_eq!(assuming["ground"]["assumptions"][1]["value"], "[1]");
        let matrix = check("matrix", &[tenant, "--at", "2026-03-03T09:00Z", "--assume", "sso=false"]);
        let cell = &matrix["cells"][0];
        let user = format!("user:{}", cell["user"]["name"].as_str().unwrap());
        check("what", &[&user, "--all", "-i", tenant]);
        let target = ["slug", "name"].iter().find_map(|key| cell["target"][key].as_str()).unwrap();
        let target = format!("{}:{target}", cell["target"]["kind"].as_str().unwrap());
        check("who", &[&target, "--all", "-i", tenant]);
        check("can", &[&user, &target, "-i", tenant]);
        for all in [&[][..], &["--all"]] {
            let why = check("why", &[&[&user, &target, "-i", tenant], all].concat());
            assert!(!why["reasons"].as_array().unwrap().is_empty());
        }
        check("why-not", &[&user, &target, "-i", tenant]);
        let fixes = check("why-not", &[&user, &target, "-i", tenant, "--fix"]);
        assert!(fixes["fixes"]["found"].is_array());
    }
}

#[test]
fn proofs_hold_and_their_checks_have_their_form() {
    let folder = std::env::temp_dir().join(format!("whomay-proofs-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("proof.json");
    let path = file.to_str().unwrap();
    for (user, target) in
        [("anna", "vault"), ("eve", "vault"), ("zoe", "wiki"), ("bob", "entitlement:pager/on-call")]
    {
        let tenant = "tests/cli/why/tenant.may";
        let mut why = check("why", &[user, target, "-i", tenant]);
        std::fs::write(&file, why.to_string()).unwrap();
        let holds = check("verify", &[path, "-i", tenant]);
        assert_eq!(holds["holds"], true, "{holds:#}");
        why["reasons"][0]["text"] = "because I say so".into();
        std::fs::write(&file, why.to_string()).unwrap();
        let refused = check("verify", &[path, "-i", tenant]);
        assert_eq!(refused["holds"], false, "{refused:#}");
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn every_policy_has_its_form() {
    let list = schema("policies");
    for tenant in [&TENANTS[..], &["tests/cli/policy.may"]].concat() {
        let answer: Value =
            serde_json::from_str(&whomay(&["policy", "-i", tenant, "--format", "json"])).unwrap();
        assert_eq!(problem(&list, &list, &answer), None, "{tenant}");
        for row in answer["policies"].as_array().unwrap() {
            let name = format!("policy:{}", row["policy"]["name"].as_str().unwrap());
            let one = check("policy", &[&name, "-i", tenant]);
            assert_eq!(one["policy"], row["policy"]);
            let users = |answer: &Value| {
                answer["settings"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|one| one["users"].clone())
                    .collect::<Vec<_>>()
            };
            let (mut known, mut these) = (users(row), users(&one));
            for settings in [&mut known, &mut these] {
                settings.sort_by_key(Value::to_string);
                settings.dedup();
            }
            assert_eq!(known, these, "{name}");
        }
    }
}

#[test]
fn findings_have_their_form() {
    let found = |tenant: &&str| check("lint", &[tenant])["findings"].as_array().unwrap().len();
    let found: Vec<usize> = TENANTS.iter().chain(&BROKEN).map(found).collect();
    assert!(found.iter().sum::<usize>() > 20, "{found:?}");
}

#[test]
fn checked_assertions_have_their_form() {
    let mut outcomes = Vec::new();
    for file in ["holds", "fails", "depends"] {
        let file = format!("tests/cli/test/{file}.may");
        let answer = check("test", &[&file, "-i", "tests/cli/test/tenant.may", "--coverage"]);
        let rows = answer["assertions"].as_array().unwrap();
        outcomes.extend(rows.iter().map(|row| row["outcome"].as_str().unwrap().to_owned()));
        assert_eq!(answer["counts"]["holds"], rows.iter().filter(|row| row["outcome"] == "holds").count());
    }
    for outcome in ["holds", "fails", "depends"] {
        assert!(outcomes.iter().any(|found| found == outcome), "{outcomes:?}");
    }
}

#[test]
fn differences_have_their_form() {
    let schema = schema("diff");
    let pairs = [("tests/cli/diff/before.may", "tests/cli/diff/after.may"), (TENANTS[1], TENANTS[2])];
    let pairs = pairs.into_iter().chain(TENANTS.map(|tenant| (TENANTS[0], tenant)));
    for (old, new) in pairs {
        let answer = check("diff", &[old, new]);
        let rows = answer["verdicts"].as_array().unwrap();
        let moved: u64 =
            answer["moved"].as_object().unwrap().values().map(|count| count.as_u64().unwrap()).sum();
        assert_eq!(rows.len() as u64, moved);
        let lines = whomay(&["diff", old, new, "--format", "jsonl"]);
        assert_eq!(lines.lines().count(), rows.len());
        for (line, row) in lines.lines().zip(rows) {
            let line: Value = serde_json::from_str(line).unwrap();
            assert_eq!(&line, row);
            let form = &schema["$defs"]["moved_verdict"];
            assert_eq!(problem(form, &schema, &line), None, "{line}");
        }
    }
}

#[test]
fn what_if_answers_as_diff_does() {
    let edits = ["delete group contractors", "add user zoe in staff  add application pager"];
    let input = ["-i", "tests/cli/what-if/tenant.may", "--format", "json"];
    let answer = whomay(&[&["what-if"], &edits[..], &input].concat());
    let answer: Value = serde_json::from_str(&answer).unwrap();
    let schema = schema("diff");
    assert_eq!(problem(&schema, &schema, &answer), None);
    assert_eq!(answer["schema"], "whomay.diff/1");
    assert!(answer["moved"]["gained"].as_u64().unwrap() > 0);
}

#[test]
fn upgrades_have_their_form() {
    let schema = schema("upgrade");
    let releases =
        [("documented", "2025.6"), ("2025.6.4", "2026.5.6"), ("2025.12.4", "2026.8"), ("2026.5", "2026.5")];
    let mut moved = 0;
    for tenant in [&TENANTS[..], &["tests/cli/upgrade.may"]].concat() {
        for (from, to) in releases {
            let asked = [tenant, "--from", from, "--to", to];
            let answer = check("upgrade", &asked);
            let rows = answer["verdicts"].as_array().unwrap();
            let lines = whomay(&[&["upgrade", "--format", "jsonl"][..], &asked].concat());
            assert_eq!(lines.lines().count(), rows.len());
            for (line, row) in lines.lines().zip(rows) {
                let line: Value = serde_json::from_str(line).unwrap();
                assert_eq!(&line, row);
                assert_eq!(problem(&schema["$defs"]["moved_verdict"], &schema, &line), None, "{line}");
            }
            assert!(from != to || rows.is_empty());
            moved += rows.len();
        }
    }
    assert!(moved > 0);
}

#[test]
fn a_line_of_the_matrix_is_a_cell() {
    let schema = schema("matrix");
    for tenant in TENANTS {
        let lines = whomay(&["matrix", tenant, "--format", "jsonl"]);
        let cells = check("matrix", &[tenant]);
        let cells = cells["cells"].as_array().unwrap();
        assert_eq!(lines.lines().count(), cells.len());
        for (line, cell) in lines.lines().zip(cells) {
            let line: Value = serde_json::from_str(line).unwrap();
            assert_eq!(&line, cell);
            assert_eq!(problem(&schema, &schema, &line), None, "{line}");
        }
    }
}

#[test]
fn a_bitmap_is_shown_as_the_matrix_that_it_was_made_of() {
    let schema = schema("verdicts");
    let of_bitmap = |format: &str| whomay(&["matrix", "tests/cli/kinds.bits", "--format", format]);
    let answer: Value = serde_json::from_str(&of_bitmap("json")).unwrap();
    assert_eq!(problem(&schema, &schema, &answer), None);
    let matrix = check("matrix", &["tests/cli/kinds.may", "--authentik", "2026.5"]);
    assert_eq!(answer["ground"], matrix["ground"]);
    let (cells, lines) = (answer["cells"].as_array().unwrap(), of_bitmap("jsonl"));
    assert_eq!(
        (cells.len(), lines.lines().count()),
        (matrix["cells"].as_array().unwrap().len(), cells.len())
    );
    for ((cell, line), expected) in cells.iter().zip(lines.lines()).zip(matrix["cells"].as_array().unwrap()) {
        let line: Value = serde_json::from_str(line).unwrap();
        assert_eq!(problem(&schema, &schema, &line), None, "{line}");
        assert_eq!(cell, &line);
        for key in ["target", "user", "verdict"] {
            assert_eq!(cell[key], expected[key]);
        }
        let effective = expected.get("effective").unwrap_or(&expected["verdict"]);
        assert_eq!(&cell["effective"], effective);
    }
}

#[test]
fn all_kinds_are_there_each_sorted_and_keys_are_numbers_where_they_are() {
    let lines = whomay(&["matrix", "tests/cli/kinds.may", "--format", "jsonl"]);
    let cells: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let mut kinds: Vec<&str> = cells.iter().map(|cell| cell["target"]["kind"].as_str().unwrap()).collect();
    kinds.dedup();
    let all = schema("matrix")["$defs"]["target"]["properties"]["kind"]["enum"].clone();
    assert_eq!(Value::from(kinds), all);
    let users: Vec<&str> = cells[..2].iter().map(|cell| cell["user"]["name"].as_str().unwrap()).collect();
    assert_eq!(users, ["anna", "bob"]);
    assert_eq!((&cells[0]["user"]["pk"], &cells[1]["user"]["pk"]), (&Value::from(7), &Value::Null));
    assert_eq!(cells[0]["target"]["pk"], "5f1b3c1e-0000-4000-8000-000000000001");
    // Only an inactive user and targets that open in several ways can end otherwise than the verdict says.
    let has_effective = |cell: &&Value| cell.get("effective").is_some();
    let effective: Vec<&str> =
        cells.iter().filter(has_effective).map(|cell| cell["target"]["kind"].as_str().unwrap()).collect();
    let expected = [
        "application",
        "entitlement",
        "entitlement",
        "source",
        "rac_endpoint",
        "rac_endpoint",
        "device",
        "device",
        "device_access_group",
    ];
    assert_eq!(effective, expected);
}

#[test]
fn a_wrong_answer_is_noticed() {
    let schema = schema("can");
    let answer = check("can", &["bob", "app:grafana", "-i", "tests/example"]);
    let wrongs = [
        ("/verdict", Value::from("maybe")),
        ("/target/kind", Value::from("door")),
        ("/user/pk", Value::from(1.5)),
        ("/decided_by/order", Value::Null),
        ("/unknowns", Value::Null),
        ("/ground", serde_json::json!({ "edition": "x", "edition_from": "input", "more": 1 })),
    ];
    for (pointer, wrong) in wrongs {
        let mut broken = answer.clone();
        *broken.pointer_mut(pointer).unwrap() = wrong;
        assert!(problem(&schema, &schema, &broken).is_some(), "{pointer}");
    }
}
