//! Expressions against CPython: what every recorded expression ends in for every recorded subject, by the verdicts of
//! applications that it is bound to. No end may contradict the recording; what we leave open is counted.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, and the counts are what it is for"
)]

mod grammar;
mod live;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde_json::Value;
use whomay::reason::Settings;
use whomay::{Reasoner, Subject, Verdict, World};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/expressions")
}

/// An expression and how it ends, one letter for each subject.
struct Recorded {
    name: String,
    idiom: String,
    text: String,
    ends: String,
}

fn recorded() -> (Vec<String>, Vec<Recorded>) {
    let text = std::fs::read_to_string(folder().join("recorded.json")).unwrap();
    let json: Value = serde_json::from_str(&text).unwrap();
    let word = |value: &Value, key: &str| value[key].as_str().unwrap().to_owned();
    let subjects = json["subjects"].as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned());
    let expressions = json["expressions"].as_array().unwrap().iter().map(|row| Recorded {
        name: word(row, "name"),
        idiom: word(row, "idiom"),
        text: word(row, "text"),
        ends: word(row, "ends"),
    });
    (subjects.collect(), expressions.collect())
}

/// A text in quotes, as `.may` files have it.
fn quoted(text: &str) -> String {
    let each = text.chars().map(|c| match c {
        '"' | '\\' => format!("\\{c}"),
        c if c.is_control() => format!("\\u{{{:x}}}", u32::from(c)),
        c => c.to_string(),
    });
    format!("\"{}\"", each.collect::<String>())
}

/// The world of the recording, with each expression bound to three applications, whose verdicts together tell how it
/// ends: plainly, passing on errors, and negated.
fn world(expressions: &[&str]) -> World {
    let mut text = std::fs::read_to_string(folder().join("world.may")).unwrap();
    for (number, expression) in expressions.iter().enumerate() {
        let code = quoted(expression);
        write!(
            text,
            "\npolicy x{number} expression {code}\n\
             application plain-{number} any {{ 0: policy x{number} }}\n\
             application open-{number} any {{ 0: policy x{number} on error pass }}\n\
             application turned-{number} any {{ 0: not policy x{number} }}\n"
        )
        .unwrap();
    }
    World::parse("world.may", &text).unwrap()
}

/// What the three verdicts are for each way to end.
const VERDICTS: [(char, [Verdict; 3]); 4] = [
    ('T', [Verdict::Yes, Verdict::Yes, Verdict::No]),
    ('F', [Verdict::No, Verdict::No, Verdict::Yes]),
    ('E', [Verdict::No, Verdict::Yes, Verdict::No]),
    ('C', [Verdict::No, Verdict::No, Verdict::No]),
];

/// How an expression ends for each subject.
struct Ours {
    /// One letter each; `?` where we leave it open.
    letters: String,
    /// The verdicts, any of which may be certain even there.
    verdicts: Vec<[Verdict; 3]>,
}

impl Ours {
    /// Whether some verdict is not the one of how it really ends, by subject.
    fn contradicts(&self, theirs: &str) -> bool {
        theirs.chars().zip(&self.verdicts).any(|(letter, ours)| {
            let known = VERDICTS.iter().find(|(other, _)| *other == letter);
            let theirs = known.map(|(_, verdicts)| verdicts);
            theirs.is_some_and(|theirs| {
                ours.iter().zip(theirs).any(|(ours, theirs)| ![*theirs, Verdict::Depends].contains(ours))
            })
        })
    }
}

/// How each expression ends for each subject.
fn ends(expressions: &[&str], subjects: &[String]) -> Vec<Ours> {
    let world = world(expressions);
    let reasoner = Reasoner::with(&world, &Settings::default());
    let subjects: Vec<Subject> = subjects
        .iter()
        .map(|name| match name.as_str() {
            "<anonymous>" => Subject::Anonymous,
            name => Subject::User(world.users.ids().find(|id| world.users[*id].username == name).unwrap()),
        })
        .collect();
    let of = |number: usize| {
        let target = |name: &str| world.find_target(&format!("app:{name}-{number}")).unwrap();
        let targets = [target("plain"), target("open"), target("turned")];
        let of = |subject: &Subject| targets.map(|target| reasoner.verdict(*subject, target));
        let verdicts: Vec<[Verdict; 3]> = subjects.iter().map(of).collect();
        let letter = |verdicts: &[Verdict; 3]| match VERDICTS.iter().find(|(_, known)| known == verdicts) {
            Some((letter, _)) => *letter,
            None if verdicts.contains(&Verdict::Depends) => '?',
            None => panic!("no end has the verdicts {verdicts:?}"),
        };
        Ours { letters: verdicts.iter().map(letter).collect(), verdicts }
    };
    (0..expressions.len()).map(of).collect()
}

#[test]
fn every_end_is_the_one_of_cpython() {
    let (subjects, recorded) = recorded();
    let texts: Vec<&str> = recorded.iter().map(|row| row.text.as_str()).collect();
    let (mut agree, mut open, mut open_rows, mut wrong) = (0, 0, Vec::new(), Vec::new());
    let (mut plain, mut plain_open) = (0, 0);
    for (row, ours) in recorded.iter().zip(ends(&texts, &subjects)) {
        let letters = &ours.letters;
        let here = letters.matches('?').count();
        agree += row.ends.chars().zip(letters.chars()).filter(|(theirs, ours)| theirs == ours).count();
        if ours.contradicts(&row.ends) {
            wrong.push(format!("{}: CPython {}, we {letters}:\n{}", row.name, row.ends, row.text));
        }
        open += here;
        // Most traps can only be left open.
        if !row.idiom.starts_with("traps") {
            plain += row.ends.len();
            plain_open += here;
        }
        if here > 0 {
            open_rows.push(format!(
                "{} ({}) {letters}: {}",
                row.name,
                row.idiom,
                row.text.replace('\n', "⏎")
            ));
        }
    }
    println!(
        "{} expressions x {} subjects: {agree} agree, {open} left open, {} wrong",
        recorded.len(),
        subjects.len(),
        wrong.len()
    );
    println!("{} expressions are left open for somebody", open_rows.len());
    if std::env::var_os("WHOMAY_SHOW_OPEN").is_some() {
        open_rows.iter().for_each(|row| println!("{row}"));
    }
    assert!(wrong.is_empty(), "{} contradictions:\n{}", wrong.len(), wrong[..wrong.len().min(60)].join("\n"));
    assert!(recorded.len() >= 2_000 && subjects.len() >= 20);
    println!("without the traps {plain_open} of {plain} are left open");
    // Whoever leaves everything open is never wrong, and of no use.
    assert!(agree * 100 >= (agree + open) * 74, "{open} of {} are left open", agree + open);
    assert!(plain_open * 100 <= plain * 23, "{plain_open} of {plain} are left open");
}
