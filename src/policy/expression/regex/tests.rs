//! What was recorded from CPython, asked again; see `tests/regex/record.py`.

mod replay;

use proptest::prelude::*;
use regex_syntax::hir::ClassUnicode;

use super::*;
use replay::{flags, recorded};

/// Whether a character is in ranges that are written one after the other.
fn is_in(ranges: &[u32], character: char) -> bool {
    ranges.chunks(2).any(|range| (range[0]..=range[1]).contains(&u32::from(character)))
}

#[test]
fn what_is_known_of_characters_is_what_python_says() {
    let recorded = recorded();
    let word = Pattern::parse("\\w", Flags::default()).unwrap();
    let digit = Pattern::parse("\\d", Flags::default()).unwrap();
    let space = Pattern::parse("\\s", Flags::default()).unwrap();
    let mut known = 0;
    for character in '\u{80}'..=char::MAX {
        let text = character.to_string();
        let is_space = space.search(&text).unwrap().is_some();
        assert_eq!(is_space, is_in(&recorded.space, character), "{character:?}");
        let Ok(found) = word.search(&text) else { continue };
        known += 1;
        assert_eq!(found.is_some(), is_in(&recorded.alnum, character), "{character:?}");
        let is_digit = digit.search(&text).unwrap().is_some();
        assert_eq!(is_digit, is_in(&recorded.decimal, character), "{character:?}");
    }
    assert!(known > 40_000, "{known} are known");
}

#[test]
fn what_matches_when_case_is_ignored_is_what_python_says() {
    for (first, last, ascii, python) in recorded().cases {
        let mut set = ClassUnicode::empty();
        if set::add(&mut set, first, last, Flags { ignore_case: true, ascii, ..Flags::default() }).is_ok() {
            let ranges = set.iter().flat_map(|range| [u32::from(range.start()), u32::from(range.end())]);
            assert_eq!(ranges.collect::<Vec<_>>(), python, "{first:?} to {last:?}");
        } else {
            assert!(!last.is_ascii(), "{first:?} to {last:?}");
        }
    }
}

#[test]
fn what_releases_differ_in_is_refused() {
    let parse = |pattern| Pattern::parse(pattern, Flags::default());
    assert!(matches!(parse("a\\z"), Err(Refusal::Unsupported(_))));
    assert!(matches!(parse("(?t)a"), Err(Refusal::Unsupported(_))));
    let no_boundary = parse("\\B").unwrap();
    assert!(matches!(no_boundary.search(""), Err(Refusal::Unsupported(_))));
    assert!(no_boundary.search("-").unwrap().is_some());
    // New in Unicode 16.0.
    assert!(matches!(parse("\\d").unwrap().search("\u{10d40}"), Err(Refusal::Unsupported(_))));
}

#[test]
fn groups_have_names_and_numbers() {
    fn shared<T: Send + Sync + Clone>(_: &T) {}
    let pattern = Pattern::parse("(?P<user>[^@]+)@(.+)", Flags::default()).unwrap();
    shared(&pattern);
    assert_eq!(pattern.groups(), 2);
    assert_eq!(pattern.group_index("user"), Some(1));
    assert_eq!(pattern.group_index("host"), None);
    let found = pattern.clone().search("änna@example.com").unwrap().unwrap();
    assert_eq!(found.group(1), Ok(Some(0..5)));
    assert_eq!(found.group(2), Ok(Some(6..17)));
    assert!(found.group(3).is_err());
}

#[test]
fn what_is_large_is_refused_in_time() {
    let parse = |pattern: &str| Pattern::parse(pattern, Flags::default());
    for large in ["(".repeat(20_000), "(?:".repeat(1300), "a{900}".repeat(600), "(?:a{900}){900}".to_owned()]
    {
        assert!(matches!(parse(&large), Err(Refusal::Unsupported(_))));
    }
    assert!(parse(r"^[\w.+-]{1,64}@[\w-]{1,255}(\.[\w-]{1,63}){1,8}$").is_ok());
    let slow = parse("(?:a*a*)*b|a").unwrap();
    let text = "a".repeat(1 << 14);
    assert!(slow.search(&text).unwrap().is_some());
    assert!(slow.search(&"a".repeat(1 << 15)).is_err());
    assert!(parse(".*b|a").unwrap().find_all(&text).is_err());
}

/// Asks everything, for nothing but to see it end.
fn ask(pattern: &str, letters: &str, text: &str, template: &str) {
    let Ok(pattern) = Pattern::parse(pattern, flags(letters)) else { return };
    assert_eq!(pattern.is_found(text).ok(), pattern.search(text).ok().map(|found| found.is_some()));
    for found in [pattern.search(text), pattern.match_start(text), pattern.full_match(text)] {
        let Ok(Some(found)) = found else { continue };
        for number in 0..=pattern.groups() + 1 {
            if let Ok(Some(range)) = found.group(number) {
                assert!(text.get(range).is_some());
            }
        }
    }
    let _ = pattern.find_all(text);
    let _ = pattern.replace(text, template);
}

proptest! {
    #[test]
    fn nothing_panics(pattern in ".{0,40}", letters in "[imsax]{0,3}", text in "(?s).{0,20}", template in ".{0,9}") {
        ask(&pattern, &letters, &text, &template);
    }

    #[test]
    fn nothing_that_is_nearly_a_pattern_panics(
        pattern in r"([\(){}\[\]*+?|.^$:#<>PN=!,imsx0-9a-fuU\-éß
 ]|\(\?|\[wWdDsSbBAZx0-9]|\(\?P<[ab]>|\{[0-9],|\[\^){0,30}",
        letters in "[imsax]{0,3}",
        text in "[ab
 é1_A]{0,12}",
        template in r"(\[g0-9<]|[<>ab0-9]){0,6}",
    ) {
        ask(&pattern, &letters, &text, &template);
    }
}
