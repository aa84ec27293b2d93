//! Every lint fires where it says, and is silent where it should be.
//!
//! The examples of its documentation are run, and the cases of `tests/lints/<code>.md`.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod cases;
mod chapter;
mod laws;
mod levels;
mod process;
mod worlds;

use std::path::Path;

use cases::Case;
use whomay::Reasoner;
use whomay::input::{Options, parse};
use whomay::lint::{Context, Document, LINTS, Levels, Listings, run};
use whomay::reason::Settings;

const UNREAD: &str = "the input has errors";

/// What `code` finds in a configuration: addresses and messages, in order.
fn findings(code: &str, language: &str, text: &str, at: Option<&str>) -> Vec<String> {
    let mut reading = parse(&format!("example.{language}"), text, &Options::default());
    let sources = reading.sources.clone();
    let problems =
        whomay::diagnostic::render(&reading.diagnostics, &sources, whomay::diagnostic::Style::default());
    let Some(world) = reading.world else { return vec![format!("the input has errors:\n{problems}")] };
    let listings = Listings::of(&world, &mut reading.sources);
    let settings = Settings { at: at.map(|at| at.parse().unwrap()), ..Settings::default() };
    let reasoner = Reasoner::with(&world, &settings);
    let context = Context::new(&reasoner, &reading.sources, listings);
    let report = run(&context, &Levels::default());
    let own = report.findings.iter().filter(|finding| finding.diagnostic.code == code);
    own.map(|finding| format!("{}: {}", finding.address, finding.diagnostic.message)).collect()
}

#[test]
fn every_lint_fires_on_its_example_and_not_on_what_it_says_instead() {
    for lint in LINTS {
        let about = lint.about();
        let document = Document::of(about.docs);
        for section in ["Why it matters", "Example", "Instead"] {
            let heading = format!("\n# {section}\n");
            assert!(document.text.contains(&heading), "{}: no section {section}", about.code);
        }
        for (section, fires) in [("Example", true), ("Instead", false)] {
            let examples = document.examples(section);
            assert!(!examples.is_empty(), "{}: nothing to run under {section}", about.code);
            for example in examples {
                // A comment in the first line gives the moment, where one is needed.
                let first = example.text.lines().next().unwrap_or_default();
                let at = first.strip_prefix("# at ");
                let found = findings(about.code, &example.language, &example.text, at);
                let is_read = found.iter().all(|found| !found.starts_with(UNREAD));
                assert!(is_read, "{}, {section}: {found:?}", about.code);
                assert_eq!(
                    !found.is_empty(),
                    fires,
                    "{}, {section}: {found:#?}\n{}",
                    about.code,
                    example.text
                );
            }
        }
    }
}

#[test]
fn every_lint_does_what_its_cases_say() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lints");
    let mut wrong = Vec::new();
    for lint in LINTS {
        let code = lint.about().code;
        let path = folder.join(format!("{code}.md"));
        let text = std::fs::read_to_string(&path).unwrap_or_else(|_| panic!("no {}", path.display()));
        let cases = cases::of(&text);
        let silent = cases.iter().filter(|case| case.expected.is_empty()).count();
        assert!(silent >= 3, "{code}: {silent} cases where it must be silent; three are needed");
        assert!(cases.len() > silent, "{code}: no case where it fires");
        for Case { title, language, text, at, expected } in cases {
            let found = findings(code, &language, &text, at.as_deref());
            if found != expected {
                wrong.push(format!("{code}, {title}:\n  expected {expected:#?}\n  found {found:#?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn codes_are_unique_and_are_words() {
    let mut codes: Vec<&str> = LINTS.iter().map(|lint| lint.about().code).collect();
    for code in &codes {
        assert!(code.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{code}");
    }
    let all = codes.len();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), all);
}
