//! All patterns that were recorded, with all their answers.

use std::collections::BTreeMap;
use std::fs;

use serde::Deserialize;

use super::super::*;

/// All that was recorded.
#[derive(Deserialize)]
pub(super) struct Recorded {
    pub(super) alnum: Vec<u32>,
    pub(super) decimal: Vec<u32>,
    pub(super) space: Vec<u32>,
    /// Characters and ranges, whether `re.A` is set, and which characters they match when case is ignored.
    pub(super) cases: Vec<(char, char, bool, Vec<u32>)>,
    patterns: Vec<Asked>,
}

/// A pattern with its flags, and what it said or what Python raised.
#[derive(Deserialize)]
#[serde(untagged)]
enum Asked {
    Compiled(String, String, String, Vec<Case>),
    Raised(String, String, String),
}

/// Places of a match and its groups, one after the other, in characters.
type Places = Vec<isize>;

/// What a pattern said about a text.
#[derive(Deserialize)]
struct Case(
    String,
    Option<Places>,
    Answer<Option<Places>>,
    Answer<Option<Places>>,
    Answer<Vec<Places>>,
    Option<String>,
);

/// An answer: 1 for that of `re.search`.
#[derive(Deserialize)]
#[serde(untagged)]
enum Answer<T> {
    Same(u8),
    Own(T),
}

/// What was recorded.
pub(super) fn recorded() -> Recorded {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/regex/recorded.json");
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

/// The flags of some letters.
pub(super) fn flags(letters: &str) -> Flags {
    Flags {
        ignore_case: letters.contains('i'),
        multi_line: letters.contains('m'),
        dot_all: letters.contains('s'),
        ascii: letters.contains('a'),
        verbose: letters.contains('x'),
    }
}

/// How often something was told, or refused for which reason.
#[derive(Default)]
struct Counts {
    told: usize,
    refused: BTreeMap<String, usize>,
}

impl Counts {
    fn add<T>(&mut self, answer: Result<T, Refusal>) -> Option<T> {
        match answer {
            Ok(answer) => {
                self.told += 1;
                Some(answer)
            }
            Err(Refusal::Unsupported(reason)) => {
                *self.refused.entry(reason).or_default() += 1;
                None
            }
            Err(Refusal::Invalid(reason)) => panic!("Python took it: {reason}"),
        }
    }

    fn print(&self, of: &str) {
        println!("{of}: {} told, {} refused", self.told, self.refused.values().sum::<usize>());
        let mut refused: Vec<_> = self.refused.iter().collect();
        refused.sort_by_key(|(_, count)| usize::MAX - **count);
        for (reason, count) in refused.into_iter().take(40) {
            println!("    {count} {reason}");
        }
    }
}

/// What has been counted, and what was not the same.
#[derive(Default)]
struct Replay {
    patterns: Counts,
    answers: Counts,
    groups: Counts,
    wrong: Vec<String>,
}

impl Replay {
    fn matched(
        &mut self,
        what: &str,
        found: Result<Option<Found>, Refusal>,
        text: &str,
        python: Option<&Places>,
    ) {
        let Some(found) = self.answers.add(found) else { return };
        let (Some(found), Some(python)) = (&found, python) else {
            if found.is_some() != python.is_some() {
                self.wrong.push(format!("{what} on {text:?}: {found:?} instead of {python:?}"));
            }
            return;
        };
        let bytes = |place: isize| {
            let place = usize::try_from(place).unwrap();
            text.char_indices().map(|(at, _)| at).nth(place).unwrap_or(text.len())
        };
        for (number, places) in python.chunks(2).enumerate() {
            let expected = (places[0] >= 0).then(|| bytes(places[0])..bytes(places[1]));
            let Some(group) = self.groups.add(found.group(number)) else { continue };
            if group != expected {
                self.wrong
                    .push(format!("{what}, group {number}, on {text:?}: {group:?} instead of {expected:?}"));
            }
        }
    }

    fn case<'r>(&mut self, what: &str, pattern: &Pattern, template: &str, case: &'r Case) {
        let Case(text, search, start, full, all, replaced) = case;
        let of = |answer: &'r Answer<Option<Places>>| match answer {
            Answer::Same(same) => search.as_ref().filter(|_| *same == 1),
            Answer::Own(own) => own.as_ref(),
        };
        assert_eq!(
            pattern.is_found(text).ok(),
            pattern.search(text).ok().map(|found| found.is_some()),
            "{what}"
        );
        self.matched(&format!("search {what}"), pattern.search(text), text, search.as_ref());
        self.matched(&format!("match {what}"), pattern.match_start(text), text, of(start));
        self.matched(&format!("fullmatch {what}"), pattern.full_match(text), text, of(full));
        let all: Vec<&Places> = match all {
            Answer::Same(same) => search.iter().filter(|_| *same == 1).collect(),
            Answer::Own(own) => own.iter().collect(),
        };
        if let Some(found) = self.answers.add(pattern.find_all(text)) {
            if found.len() != all.len() {
                self.wrong.push(format!("finditer {what} on {text:?}: {found:?} instead of {all:?}"));
            }
            for (found, python) in found.into_iter().zip(all) {
                self.matched(&format!("finditer {what}"), Ok(Some(found)), text, Some(python));
            }
        }
        match (pattern.replace(text, template), replaced) {
            (answer, None) if answer.is_ok() => {
                self.wrong
                    .push(format!("sub {template:?} {what} on {text:?}: {answer:?} instead of an error"));
            }
            (_, None) => {}
            (answer, Some(python)) => {
                if let Some(answer) = self.answers.add(answer)
                    && answer != *python
                {
                    self.wrong.push(format!(
                        "sub {template:?} {what} on {text:?}: {answer:?} instead of {python:?}"
                    ));
                }
            }
        }
    }
}

#[test]
fn what_python_said_is_said_again() {
    let recorded = recorded();
    let mut replay = Replay::default();
    let mut raised = [0; 3];
    for asked in &recorded.patterns {
        let (Asked::Compiled(text, letters, ..) | Asked::Raised(text, letters, _)) = asked;
        let what: String = format!("{text:?} with {letters:?}").chars().take(300).collect();
        let pattern = Pattern::parse(text, flags(letters));
        match asked {
            Asked::Raised(.., error) => match pattern {
                Ok(_) => replay.wrong.push(format!("{what} is accepted instead of {error}")),
                Err(Refusal::Invalid(_)) if error == "error" => raised[0] += 1,
                Err(Refusal::Invalid(reason)) => {
                    replay.wrong.push(format!("{what} is invalid ({reason}) instead of {error}"));
                }
                Err(Refusal::Unsupported(_)) if error == "error" => raised[1] += 1,
                Err(Refusal::Unsupported(_)) => raised[2] += 1,
            },
            Asked::Compiled(.., template, cases) => {
                if let Err(Refusal::Invalid(reason)) = pattern {
                    replay.wrong.push(format!("{what} is invalid ({reason})"));
                } else if let Some(pattern) = replay.patterns.add(pattern) {
                    for case in cases {
                        replay.case(&what, &pattern, template, case);
                    }
                }
            }
        }
    }
    println!("errors: {} invalid, {} only refused, {} of other kinds", raised[0], raised[1], raised[2]);
    replay.patterns.print("patterns");
    replay.answers.print("answers");
    replay.groups.print("groups");
    let wrong = replay.wrong.len();
    assert!(wrong == 0, "{wrong} are wrong:\n{}", replay.wrong[..wrong.min(60)].join("\n"));
    // Refusing everything would never be wrong.
    assert!(raised[0] >= 1070 && replay.patterns.told >= 3850);
    assert!(replay.answers.told >= 260_000 && replay.groups.told >= 124_000);
}
