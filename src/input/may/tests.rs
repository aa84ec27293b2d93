//! A file that is read in chunks is read as if it was read at once, whatever is wrong with it.

use super::*;

/// Pieces of files, broken ones too.
const PIECES: [&str; 52] = [
    "group",
    "user",
    "policy",
    "application",
    "flow",
    "flag",
    "reputation",
    "provider",
    "stage",
    "devices",
    "authentik",
    "assert",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "+",
    "in",
    "with",
    "any",
    "not",
    "nothing",
    "pk",
    "at",
    "from",
    "true",
    "on error pass",
    "a",
    "b.c",
    "7",
    "-1.5",
    "\"x\"",
    "\"x",
    "\"\"\"y\"\"\"",
    "\"\"\"",
    "ö",
    "?",
    "name: a",
    "0:",
    "# {\n",
    "\n",
    "attributes: { x: [1, {}] }",
    "assert no",
    "user can",
    "members of",
    "flow:x/y",
    "both a and",
    "under a=b",
    "=",
    "/",
];

/// The tenant of the documentation.
fn tenant() -> &'static str {
    let text = include_str!("../may.rs");
    let (_, rest) = text.split_once("r##\"").unwrap();
    rest.split_once("\"##").unwrap().0
}

struct Random(u64);

impl Random {
    fn below(&mut self, count: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % count
    }
}

#[test]
fn chunks_change_nothing() {
    let tenant = tenant().replace("//!", "");
    let words: Vec<&str> = tenant.split_inclusive([' ', '\n']).collect();
    let mut random = Random(1);
    let (mut clean, mut broken) = (0, 0);
    for round in 0..3000 {
        let mut words = words.clone();
        for _ in 0..random.below(3) {
            let at = random.below(words.len());
            match random.below(3) {
                0 => drop(words.remove(at)),
                1 => words.insert(at, PIECES[random.below(PIECES.len())]),
                _ => words.truncate(at + 1),
            }
        }
        // Some are nothing but pieces.
        if round % 3 == 0 {
            words = (0..random.below(12)).flat_map(|_| [PIECES[random.below(PIECES.len())], " "]).collect();
        }
        let text = words.concat();
        let read = |chunk| {
            let mut diagnostics = Diagnostics::default();
            let draft = parse_by(SourceId(0), &text, chunk, &Progress::default(), &mut diagnostics);
            (draft, diagnostics)
        };
        let whole = read(usize::MAX);
        for chunk in [0, 1, 10] {
            assert_eq!(read(chunk), whole, "{text}");
        }
        *if whole.1.has_errors() { &mut broken } else { &mut clean } += 1;
    }
    assert!(clean > 100 && broken > 1000, "{clean} {broken}");
}

#[test]
fn a_word_out_of_place_hides_nothing() {
    let mut diagnostics = Diagnostics::default();
    let text = "from group 1 user anna flag : user eve { query: 1, query 2, name: 3 }";
    let draft = parse(SourceId(0), text, &mut diagnostics);
    assert_eq!((diagnostics.iter().count(), draft.users.len()), (6, 2), "{diagnostics:?}");
}
