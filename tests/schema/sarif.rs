//! What `whomay lint --format sarif` writes follows the schema of SARIF 2.1.0.

use std::path::PathBuf;

use serde_json::Value;

use crate::validate::problem;
use crate::{BROKEN, TENANTS, whomay};

/// The schema of the standard, out of the package that reads such logs.
fn schema() -> Value {
    let output = std::process::Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let package = packages.iter().find(|package| package["name"] == "serde-sarif").unwrap();
    let manifest = PathBuf::from(package["manifest_path"].as_str().unwrap());
    let schema: Value =
        serde_json::from_slice(&std::fs::read(manifest.with_file_name("src/schema.json")).unwrap()).unwrap();
    assert!(schema["$id"].as_str().unwrap().ends_with("/sarif-schema-2.1.0.json"));
    schema
}

#[test]
fn a_log_follows_the_schema_of_the_standard() {
    let schema = schema();
    let mut results = 0;
    for tenant in TENANTS.iter().chain(&BROKEN) {
        let text = whomay(&["lint", tenant, "--format", "sarif"]);
        let log: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(problem(&schema, &schema, &log), None, "{tenant}");
        let log: serde_sarif::sarif::Sarif = serde_json::from_str(&text).unwrap();
        for run in &log.runs {
            for result in run.results.iter().flatten() {
                results += 1;
                assert!(result.partial_fingerprints.is_some());
                let places = result.locations.as_ref().map_or(0, Vec::len);
                // What is wrong with a tenant as a whole has no place.
                assert!(
                    places == 1 || result.message.text.as_ref().is_some_and(|text| text.contains("flag"))
                );
            }
        }
    }
    assert!(results > 20, "{results}");
}

#[test]
fn a_wrong_log_is_noticed() {
    let schema = schema();
    let log: Value = serde_json::from_str(&whomay(&["lint", TENANTS[0], "--format", "sarif"])).unwrap();
    let wrongs = [
        ("/version", Value::from("2.2")),
        ("/runs/0/tool", Value::Null),
        ("/runs/0/results/0/level", Value::from("bad")),
        ("/runs/0/results/0/message", serde_json::json!({ "txt": "x" })),
        ("/runs/0/results/0/locations/0/physicalLocation/region/startLine", Value::from(0)),
        ("/runs/0/columnKind", Value::from("bytes")),
    ];
    for (pointer, wrong) in wrongs {
        let mut broken = log.clone();
        *broken.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer}")) = wrong;
        assert!(problem(&schema, &schema, &broken).is_some(), "{pointer}");
    }
}
