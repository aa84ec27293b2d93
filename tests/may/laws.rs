//! What holds for every world and every text.

use proptest::collection::vec;
use proptest::prelude::*;
use whomay::input::may;

use crate::{build, draft, essence, format, read, shown, without_origins, worlds};

/// What people put between tokens.
fn trivia() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        " ",
        "\n",
        "\n\n",
        "\n\n\n",
        "\r\n",
        "\t",
        " # a remark\n",
        "\n# a line\n",
        "\n\n# apart\n\n",
        "  ",
        "\n    ",
        " #\r\n",
    ])
}

/// `text` with other blanks and comments at every place where blanks are.
fn disturb(text: &str, trivia: &[&str]) -> String {
    let mut out = String::new();
    let mut trivia = trivia.iter().cycle();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let length = if let Some(block) = rest.strip_prefix("\"\"\"") {
            block.find("\"\"\"").unwrap() + 6
        } else if c == '"' {
            let mut escaped = false;
            let end = rest[1..].find(|c| {
                let ends = c == '"' && !escaped;
                escaped = c == '\\' && !escaped;
                ends
            });
            end.unwrap() + 2
        } else {
            c.len_utf8()
        };
        if c == ' ' || c == '\n' {
            // A name and its `from` stay on a line.
            let fixed = rest.starts_with(" from \"");
            out.push_str(if fixed { " " } else { trivia.next().unwrap() });
        } else {
            out.push_str(&rest[..length]);
        }
        rest = &rest[length..];
    }
    out
}

fn tokens() -> impl Strategy<Value = String> {
    let token = prop::sample::select(vec![
        "authentik",
        "flag",
        "group",
        "user",
        "policy",
        "reputation",
        "provider",
        "stage",
        "application",
        "flow",
        "source",
        "rule",
        "endpoint",
        "device",
        "devices",
        "assert",
        "assert no user can both",
        "assert forever",
        "everyone can",
        "members of",
        "flow:x/y",
        "and",
        "under",
        "sso=true",
        "=",
        "/",
        "query",
        "entitlement",
        "in",
        "with",
        "at",
        "any",
        "all",
        "mode",
        "disabled",
        "not",
        "nothing",
        "unlisted",
        "on",
        "error",
        "pass",
        "fail",
        "timeout",
        "pk",
        "from",
        "true",
        "null",
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "+",
        "10",
        "10:",
        "name:",
        "attributes:",
        "x",
        "staff",
        "\"text\"",
        "\"",
        "\"\"\"",
        "\\",
        "#",
        "é",
        "(",
        "1.5",
        "-",
        "expression",
        "always",
        "unknown",
        "dummy",
        "{",
        "}",
        "10: group staff",
        "application x {",
        "superuser: true",
        "\n",
    ]);
    vec((token, prop::sample::select(vec![" ", "\n", "", "\n\n", "\r\n"])), 0..60)
        .prop_map(|tokens| tokens.into_iter().flat_map(|(token, gap)| [token, gap]).collect())
}

/// Whatever `text` is: no panic, and what can be formatted keeps its meaning.
fn check(text: &str) -> Result<(), TestCaseError> {
    let (read_draft, diagnostics) = read(text);
    let Ok(formatted) = format(text) else {
        prop_assert!(diagnostics.has_errors());
        return Ok(());
    };
    let (again, _) = read(&formatted);
    prop_assert_eq!(without_origins(&read_draft), without_origins(&again), "{}\n---\n{}", text, formatted);
    let twice = format(&formatted);
    prop_assert_eq!(twice.as_deref(), Ok(formatted.as_str()), "{}", text);
    if diagnostics.has_errors() {
        return Ok(());
    }
    let Ok(world) = build(read_draft) else { return Ok(()) };
    let printed = may::print(&world);
    let (draft, problems) = read(&printed);
    prop_assert!(!problems.has_errors(), "{}\n{}", shown(&printed, &problems), text);
    prop_assert_eq!(may::print(&build(draft).unwrap()), printed);
    Ok(())
}

#[test]
fn recorded_tenants_are_written_and_read_as_they_are() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut seen = 0;
    for entry in std::fs::read_dir(root).unwrap() {
        let pages = entry.unwrap().path().join("api");
        if !pages.is_dir() {
            continue;
        }
        seen += 1;
        let reading = whomay::input::read(&[&pages], &whomay::input::Options::default());
        let Some(world) = reading.world else { continue };
        let text = may::print(&world);
        assert_eq!(essence(&world), essence(&crate::world(&text)), "{}", pages.display());
        assert_eq!(format(&text).as_deref(), Ok(text.as_str()), "{}", pages.display());
    }
    assert!(seen > 0);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn a_world_that_is_written_reads_as_the_same_world(world in worlds::world()) {
        let text = may::print(&world);
        let (draft, diagnostics) = read(&text);
        prop_assert!(!diagnostics.has_errors(), "{}\n{}", shown(&text, &diagnostics), text);
        let again = match build(draft) {
            Ok(again) => again,
            Err(problems) => return Err(TestCaseError::fail(format!("{}\n{text}", shown(&text, &problems)))),
        };
        prop_assert_eq!(essence(&world), essence(&again), "{}", text);
    }

    #[test]
    fn a_world_is_written_in_the_usual_form(world in worlds::world()) {
        let text = may::print(&world);
        let formatted = format(&text);
        prop_assert_eq!(formatted.as_deref(), Ok(text.as_str()));
    }

    #[test]
    fn formatting_keeps_the_meaning_and_every_comment(world in worlds::world(), trivia in vec(trivia(), 1..40)) {
        let text = may::print(&world);
        let disturbed = disturb(&text, &trivia);
        let formatted = match format(&disturbed) {
            Ok(formatted) => formatted,
            Err(problems) => return Err(TestCaseError::fail(format!("{}\n{disturbed}", shown(&disturbed, &problems)))),
        };
        prop_assert_eq!(without_origins(&draft(&text)), without_origins(&draft(&formatted)), "{}", formatted);
        for remark in ["# a remark", "# a line", "# apart"] {
            prop_assert_eq!(disturbed.matches(remark).count(), formatted.matches(remark).count(), "{}", formatted);
        }
        let twice = format(&formatted);
        prop_assert_eq!(twice.as_deref(), Ok(formatted.as_str()), "{}", disturbed);
    }

    #[test]
    fn no_text_makes_it_panic(text in any::<String>()) {
        check(&text)?;
    }

    #[test]
    fn no_sequence_of_tokens_makes_it_panic(text in tokens()) {
        check(&text)?;
    }

    #[test]
    fn no_damage_to_a_file_makes_it_panic(
        world in worlds::world(),
        at in any::<prop::sample::Index>(),
        length in 0usize..20,
        put in prop::sample::select(vec!["", "{", "}", "[", "]", "\"", "\"\"\"", ":", "group", "\n", "é"]),
    ) {
        let text = may::print(&world);
        let characters: Vec<char> = text.chars().collect();
        let start = at.index(characters.len() + 1);
        let end = (start + length).min(characters.len());
        let damaged: String = characters[..start].iter().copied().chain(put.chars()).chain(characters[end..].iter().copied()).collect();
        check(&damaged)?;
    }
}
