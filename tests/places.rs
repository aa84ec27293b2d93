//! What is pointed at inside the code of a policy is what stands there, however the code is written in its file.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::ops::Range;

use proptest::collection::vec;
use proptest::prelude::*;
use whomay::World;
use whomay::diagnostic::{Style, render};
use whomay::input::{self, Options};
use whomay::model::{Expression, Origin, PolicyKind};
use whomay::policy::{expression_problems, expression_warnings};

/// The one expression policy of `world`.
fn expression(world: &World) -> &Expression {
    let found = world.policies.values().find_map(|policy| match &policy.kind {
        PolicyKind::Expression(expression) => Some(expression),
        _ => None,
    });
    found.unwrap()
}

fn world(name: &str, file: &str) -> World {
    let reading = input::parse(name, file, &Options::default());
    let problems = render(&reading.diagnostics, &reading.sources, Style::default());
    reading.world.unwrap_or_else(|| panic!("{problems}\n{file:?}"))
}

/// The bytes of the file that `range` of the code is written in.
fn place(expression: &Expression, range: Range<usize>) -> Range<usize> {
    match expression.origin_of(range.clone()) {
        Some(Origin::Text { start, end, .. }) => start as usize..end as usize,
        other => panic!("{range:?} of {:?} is at {other:?}: {:?}", expression.text, expression.places),
    }
}

fn words(text: &str) -> Vec<Range<usize>> {
    let mut words = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        match (c.is_ascii_alphanumeric(), start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                words.push(from..at);
                start = None;
            }
            _ => {}
        }
    }
    words
}

/// Every word of the code is where it is said to be.
fn check(name: &str, file: &str, count: usize) {
    let world = world(name, file);
    let expression = expression(&world);
    let words = words(&expression.text);
    assert_eq!(words.len(), count, "{:?} of {file:?}", expression.text);
    let mut before = 0;
    for word in words {
        let at = place(expression, word.clone());
        assert!(at.start >= before, "{word:?} of {:?} in {file:?}", expression.text);
        assert_eq!(file.get(at.clone()), expression.text.get(word), "{:?} in {file:?}", expression.text);
        before = at.end;
    }
}

const HEAD: &str =
    "entries:\n- model: authentik_policies_expression.expressionpolicy\n  identifiers: {name: p}\n";

/// A line of code: how far it is indented, its words, and what stands between them.
type Line = (usize, Vec<(String, &'static str)>);

const BETWEEN: [&str; 12] =
    [" ", "  ", ".", " == ", "(", " \"", "\"", " 'x", "\t", " é ", " 日本: ", " # 😀"];

fn lines() -> impl Strategy<Value = Vec<Line>> {
    let word = ("[a-z][a-z0-9]{0,5}", prop::sample::select(&BETWEEN[..]));
    vec((0_usize..4, vec(word, 0..5)), 1..8)
        .prop_filter("something must be there", |lines| lines.iter().any(|(_, words)| !words.is_empty()))
}

fn text_of(lines: &[Line]) -> String {
    let line = |(indent, words): &Line| {
        let words = words.iter().map(|(word, after)| format!("{word}{after}")).collect::<Vec<_>>().concat();
        if words.is_empty() { words } else { " ".repeat(*indent * 2) + &words }
    };
    lines.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// As a block: `|` or `>` with what may follow.
fn block(text: &str, header: &str, indent: usize) -> String {
    let lines = text.lines().map(|line| match line {
        "" => "\n".to_owned(),
        line => format!("{}{line}\n", " ".repeat(4 + indent)),
    });
    let explicit = if header.contains('@') { indent.to_string() } else { String::new() };
    format!(
        "{HEAD}  attrs:\n    expression: {}\n{}",
        header.replace('@', &explicit),
        lines.collect::<String>()
    )
}

/// In quotes or without any: lines fold.
fn flow(text: &str, quote: &str, indent: usize) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    format!(
        "{HEAD}  attrs:\n    expression: {quote}{}{quote}\n",
        lines.join(&format!("\n{}", " ".repeat(5 + indent)))
    )
}

/// In double quotes, with escapes for whatever `escapes` says.
fn double(text: &str, escapes: &[u8], indent: usize) -> String {
    let mut written = String::new();
    for (index, c) in text.chars().enumerate() {
        let choice = escapes[index % escapes.len()];
        match (c, choice % 4) {
            ('"', _) => written.push_str("\\\""),
            ('\\', _) => written.push_str("\\\\"),
            ('\n', 0) => written.push_str("\\x0a"),
            ('\n', 1) => written.push_str(&format!("\\n\\\n{}", " ".repeat(5 + indent))),
            ('\n', _) => written.push_str("\\n"),
            ('\t', _) => written.push_str("\\t"),
            (' ', 0) => written.push_str("\\x20"),
            (' ', 1) => written.push_str(&format!("\\\n{}\\ ", " ".repeat(5 + indent))),
            (c, 0) if !c.is_ascii() => written.push_str(&format!("\\U{:08x}", u32::from(c))),
            (c, 1) if !c.is_ascii() && u32::from(c) < 0x1_0000 => {
                written.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            (c, _) => written.push(c),
        }
    }
    format!("{HEAD}  attrs:\n    expression: \"{written}\"\n")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

    #[test]
    fn every_word_is_found_in_every_style_of_yaml(
        lines in lines(),
        indent in 1_usize..5,
        escapes in vec(any::<u8>(), 1..20),
        crlf in any::<bool>(),
    ) {
        let text = text_of(&lines);
        let count = words(&text).len();
        let ended = |file: String| if crlf { file.replace('\n', "\r\n") } else { file };
        for header in ["|@", "|@-", "|@+", ">@", ">@-", ">@+", "|+@", ">-@  # a comment"] {
            check("a.yaml", &ended(block(&text, header, indent)), count);
        }
        // Without a number, the first line says how far the block is indented.
        let flat = text.trim_start();
        check("a.yaml", &ended(block(flat, "|", indent)), count);
        check("a.yaml", &ended(block(flat, "!!str &code >", indent)), count);
        check("a.yaml", &ended(flow(&text.replace('\'', "''"), "'", indent)), count);
        check("a.yaml", &ended(double(&text, &escapes, indent)), count);
        let plain = text.replace(['\t', '#', ':'], " ");
        check("a.yaml", &ended(flow(&format!("x{}", plain.trim_start()), "", indent)), count);
        // Our own language, in quotes and in a fence.
        let may = whomay::input::may::print(&world("a.yaml", &double(&text, &escapes, indent)));
        check("a.may", &may, count);
        let quoted = text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n").replace('é', "\\u{e9}");
        check("a.may", &format!("policy p expression \"{quoted}\""), count);
    }
}

/// What the code that `code` picks out of the decoded text is written as.
fn written<'f>(file: &'f str, code: &str) -> &'f str {
    let world = world("a.yaml", file);
    let expression = expression(&world);
    let at = expression.text.find(code).unwrap_or_else(|| panic!("{code:?} is not in {:?}", expression.text));
    &file[place(expression, at..at + code.len())]
}

#[test]
fn escapes_are_pointed_at_as_they_are_written() {
    let file = format!("{HEAD}  attrs: {{expression: \"return '\\x41\\u00e9\\n'\\t== \\\"b\\\"\"}}\n");
    assert_eq!(written(&file, "Aé"), "\\x41\\u00e9");
    assert_eq!(written(&file, "\n"), "\\n");
    assert_eq!(written(&file, "'\t== \""), "'\\t== \\\"");
    let file = format!("{HEAD}  attrs: {{expression: 'return ''a'' == 1'}}\n");
    assert_eq!(written(&file, "'a'"), "''a''");
}

#[test]
fn indentation_belongs_to_its_own_line() {
    let file =
        format!("{HEAD}  attrs:\n    expression: |\n      if x:\n\n          return 1\n      return 2\n");
    assert_eq!(written(&file, "    return 1"), "    return 1");
    assert_eq!(written(&file, "x:\n\n    return"), "x:\n\n          return");
    let at = file.find("return 2").unwrap();
    let world = world("a.yaml", &file);
    let code = expression(&world);
    let from = code.text.find("return 2").unwrap();
    assert_eq!(place(code, from..from + 8), at..at + 8);
}

#[test]
fn a_text_that_is_put_together_is_nowhere() {
    let file = format!("{HEAD}  attrs: {{expression: !Format [\"return %s\", \"1\"]}}\n");
    assert_eq!(expression(&world("a.yaml", &file)).origin_of(0..6), None);
}

#[test]
fn code_that_is_not_python_is_pointed_at() {
    let file = "policy good expression \"return True\"\npolicy bad expression \"return (\\n)) + (\"\n\
                policy worse expression \"\"\"\nif x\n    return 1\n\"\"\"\npolicy d dummy";
    let mut reading = input::parse("a.may", file, &Options::default());
    let world = reading.world.unwrap();
    let named: Vec<&str> =
        expression_problems(&world).iter().map(|found| world.policies[found.policy].name.as_str()).collect();
    assert!(named.contains(&"bad") && named.contains(&"worse") && !named.contains(&"good"), "{named:?}");
    let warnings = expression_warnings(&world, &mut reading.sources);
    let places: Vec<String> =
        warnings.iter().map(|warning| reading.sources.place(warning.labels[0].origin).to_string()).collect();
    assert_eq!(places, ["a.may:2:24, code:2:2", "a.may:4:5"]);
}
