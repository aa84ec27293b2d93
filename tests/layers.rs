//! The structure that `src/docs/design.md` promises.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

/// Each layer names only modules of the layers before it, and its own.
const LAYERS: [&[&str]; 10] = [
    &["diagnostic", "progress", "subjects", "truth"],
    &["model"],
    &["proof"],
    &["policy", "graph", "verify"],
    &["input", "reason", "workload"],
    &["question"],
    &["lint", "bitmap"],
    &["report"],
    &["cli"],
    &["docs"],
];

/// A diagnostic points at origins, which belong to the model.
const EXCEPTIONS: [(&str, &str); 1] = [("diagnostic", "model")];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut queue = vec![root().join(folder)];
    while let Some(folder) = queue.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                queue.push(path);
            } else if path.extension().is_some_and(|found| found == ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    assert!(!found.is_empty());
    found
}

fn name(path: &Path) -> String {
    path.strip_prefix(root()).unwrap().display().to_string()
}

/// The module right below the crate that a file belongs to.
fn module(path: &Path) -> String {
    let inside = path.strip_prefix(root().join("src")).unwrap();
    inside.components().next().unwrap().as_os_str().to_string_lossy().trim_end_matches(".rs").to_owned()
}

fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.contains(&module))
}

#[test]
fn each_layer_names_only_those_before_it() {
    for path in files("src", "rs") {
        let here = module(&path);
        if ["lib", "main"].contains(&here.as_str()) {
            continue;
        }
        let level = layer(&here).unwrap_or_else(|| panic!("{here} is in no layer"));
        // Documentation may point anywhere.
        let text = fs::read_to_string(&path).unwrap();
        let code: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        let text = code.join("\n");
        for (position, _) in text.match_indices("crate::") {
            let rest = &text.get(position + "crate::".len()..).unwrap();
            let named: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            let Some(other) = layer(&named) else { continue };
            let allowed =
                named == here || other < level || EXCEPTIONS.contains(&(here.as_str(), named.as_str()));
            assert!(allowed, "{} names {named}", name(&path));
        }
    }
}

#[test]
fn only_the_reasoning_names_the_rules_and_only_the_renderer_names_ariadne() {
    for path in files("src", "rs") {
        let text = fs::read_to_string(&path).unwrap();
        let here = name(&path);
        let names =
            |word: &str| text.contains(&format!("use {word}")) || text.contains(&format!(" {word}::"));
        assert!(!names("rules") || here.starts_with("src/reason"), "{here} names the rules");
        assert!(!names("ariadne") || here == "src/diagnostic/render.rs", "{here} names ariadne");
        assert!(
            !names("granit_parser") || here.starts_with("src/input/blueprint/"),
            "{here} names the YAML parser"
        );
    }
}

#[test]
fn no_file_is_over_400_lines() {
    let long: Vec<String> = ["src", "rules", "tests", "fuzz/targets"]
        .iter()
        .flat_map(|folder| files(folder, "rs"))
        .filter(|path| fs::read_to_string(path).unwrap().lines().count() > 400)
        .map(|path| name(&path))
        .collect();
    assert!(long.is_empty(), "{long:?}");
}

/// crepe takes a variable that `for`, an or-pattern or a second `let` binds for a new one, and the join becomes a
/// product; see `rules/Cargo.toml`.
#[test]
fn rules_bind_variables_in_the_one_way_that_joins() {
    for path in files("rules", "rs") {
        let text = fs::read_to_string(&path).unwrap();
        let Some(start) = text.find("crepe::crepe! {") else { continue };
        let body = text.get(start..).unwrap().split("\n}\n").next().unwrap();
        for line in body.lines().filter(|line| !line.trim_start().starts_with("//")) {
            assert!(
                !line.trim_start().starts_with("for ") && !line.contains(", for "),
                "{}: {line}",
                name(&path)
            );
            assert!(line.matches("let ").count() <= 1, "{}: {line}", name(&path));
        }
    }
}
