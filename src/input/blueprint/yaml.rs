//! How the text of a file becomes a tree of nodes with their places, whatever the text is.
//!
//! Nothing here recurses over the file: nesting is bounded before anything else walks the tree.

mod seen;
mod tree;

use granit_parser::{Event, Parser};

use super::node::Node;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::model::{Origin, SourceId};
use tree::Tree;

/// Levels of nesting that are read.
pub(super) const DEEPEST: usize = 255;

/// Nodes that aliases may add to a file.
const MOST_ALIASED: u64 = 10_000_000;

/// The tree of a file.
pub(super) struct Read {
    pub(super) root: Node,
    /// How many nodes the file has, with every alias written out.
    pub(super) nodes: u64,
}

/// Reads `text`. Everything that is wrong with it is reported; without a tree, the file is of no use.
pub(super) fn read(
    source: SourceId,
    text: &str,
    tags: &mut usize,
    diagnostics: &mut Diagnostics,
) -> Option<Read> {
    if let Some(problem) = unprintable(source, text) {
        diagnostics.push(problem);
        return None;
    }
    let options = granit_parser::options! { emit_comments: false, emit_unresolved_aliases: true };
    let mut parser = Parser::new_from_str_with_options(text, options);
    let mut tree = Tree::new(source, text.len(), tags, diagnostics);
    let mut documents = 0;
    while let Some(event) = parser.next_event() {
        let (event, span) = match event {
            Ok(event) => event,
            Err(error) => {
                let at = error.marker().byte_offset().unwrap_or(0).min(text.len());
                let end = at + text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
                tree.fail(syntax(&error.info(), Origin::text(source, at..end)));
                break;
            }
        };
        if matches!(event, Event::DocumentStart(..)) {
            documents += 1;
            if documents == 2 {
                let at = tree.place(&span);
                tree.fail(
                    Diagnostic::error("several-documents", "a blueprint is one YAML document")
                        .at(at, "a second document starts here")
                        .help("put it into a file of its own"),
                );
                break;
            }
        }
        tree.take(event, &span);
    }
    let (root, added, physical) = tree.finish()?;
    if added > MOST_ALIASED {
        diagnostics.push(
            Diagnostic::error("alias-bomb", format!("aliases blow the file up by {added} nodes"))
                .at(Origin::File { source }, "this file")
                .because(format!("at most {MOST_ALIASED} are read")),
        );
        return None;
    }
    Some(Read { root, nodes: physical.saturating_add(added) })
}

fn syntax(info: &str, at: Origin) -> Diagnostic {
    let info = info.trim_end_matches('.');
    if info.contains("recursion") || info.contains("nesting") {
        return too_deep(at);
    }
    Diagnostic::error("yaml-syntax", format!("this is not YAML: {info}")).at(at, "here")
}

fn too_deep(at: Origin) -> Diagnostic {
    Diagnostic::error("too-deep", format!("this is nested deeper than {DEEPEST} levels")).at(at, "here")
}

/// `PyYAML` refuses control characters before it reads anything.
fn unprintable(source: SourceId, text: &str) -> Option<Diagnostic> {
    let bad = |c: char| !matches!(c, '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{a0}'..='\u{fffd}' | '\u{10000}'..);
    let (start, character) = text.char_indices().find(|(_, c)| bad(*c))?;
    let code = u32::from(character);
    Some(
        Diagnostic::error("yaml-character", format!("the character U+{code:04X} is not allowed in YAML"))
            .at(Origin::text(source, start..start + character.len_utf8()), "here")
            .help("inside double quotes, write an escape such as `\\x1b`"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> (Option<Read>, Vec<&'static str>) {
        let mut diagnostics = Diagnostics::default();
        let read = read(SourceId(0), text, &mut 0, &mut diagnostics);
        (read, diagnostics.iter().map(|problem| problem.code).collect())
    }

    fn json(text: &str) -> String {
        let (read, codes) = read_text(text);
        assert!(codes.is_empty(), "{text}: {codes:?}");
        read.unwrap().root.to_json().unwrap().to_string()
    }

    #[test]
    fn a_tree_keeps_the_order_and_the_types() {
        assert_eq!(
            json("b: [yes, 1, 0x10, ~, 'yes']\na: {x: 1.5}"),
            r#"{"a":{"x":1.5},"b":[true,1,16,null,"yes"]}"#
        );
        assert_eq!(json("a: !!str 123\nb: !!int \"3\"\nc: ! 12"), r#"{"a":"123","b":3,"c":"12"}"#);
        assert_eq!(json("a: 1\r\nb:\r\n- x\r\n- y\r\n"), r#"{"a":1,"b":["x","y"]}"#);
        assert_eq!(json("\u{feff}a: 1"), r#"{"a":1}"#);
    }

    #[test]
    fn aliases_and_merge_keys_are_followed() {
        assert_eq!(json("a: &x {k: 1, l: 2}\nb: {<<: *x, k: 3}"), r#"{"a":{"k":1,"l":2},"b":{"k":3,"l":2}}"#);
        assert_eq!(
            json("- &x {k: 1}\n- &y {k: 2, m: 3}\n- {<<: [*x, *y]}\n- *x"),
            r#"[{"k":1},{"k":2,"m":3},{"k":1,"m":3},{"k":1}]"#
        );
    }

    #[test]
    fn what_pyyaml_refuses_is_refused() {
        for (text, code) in [
            ("a: [1", "yaml-syntax"),
            ("a: *nothing", "unknown-anchor"),
            ("a: &x [*x]", "recursive-anchor"),
            ("a: 1\n---\nb: 2", "several-documents"),
            ("a: \u{0}", "yaml-character"),
            ("? [1]\n: 2", "unhashable-key"),
            ("a: !Fnid [x]", "unknown-tag"),
            ("a: !!binary aGk=", "yaml-tag"),
            ("a: !!set {x}", "yaml-tag"),
            ("a: !!python/object:os.system x", "yaml-tag"),
            ("a: !!int x", "wrong-scalar"),
            ("a: =", "wrong-scalar"),
            ("a: <<", "merge-key"),
            ("<<: 3", "merge-key"),
            ("a: !Find x", "tag-shape"),
            ("a: !If [1, 2]", "tag-shape"),
            ("a: !Find {x: y}", "tag-shape"),
            ("a: !!str [x]", "yaml-tag"),
        ] {
            let (_, codes) = read_text(text);
            assert!(codes.contains(&code), "{text}: {codes:?}");
        }
    }

    #[test]
    fn a_repeated_key_is_a_warning_and_the_last_one_wins() {
        let (read, codes) = read_text("a: 1\na: 2");
        assert_eq!(codes, ["duplicate-mapping-key"]);
        assert_eq!(read.unwrap().root.to_json().unwrap().to_string(), r#"{"a":2}"#);
    }

    #[test]
    fn a_billion_laughs_are_counted_not_told() {
        let mut text = "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]\n".to_owned();
        for level in 1..40 {
            let one = format!("*a{}", level - 1);
            text += &format!("a{level}: &a{level} [{}]\n", vec![one; 10].join(", "));
        }
        assert_eq!(read_text(&text).1, ["alias-bomb"]);
    }

    #[test]
    fn nesting_is_bounded_through_aliases_too() {
        assert_eq!(read_text(&"[".repeat(100_000)).1, ["too-deep"]);
        assert_eq!(read_text(&"- ".repeat(100_000)).1, ["too-deep"]);
        let level = |open: usize, inner: &str| format!("{}{inner}{}", "[".repeat(open), "]".repeat(open));
        let text = format!("- &a {}\n- &b {}\n- {}\n", level(200, ""), level(50, "*a"), level(20, "*b"));
        assert_eq!(read_text(&text).1, ["too-deep"]);
    }

    #[test]
    fn several_problems_of_a_file_are_found_in_one_go() {
        assert_eq!(read_text("- !Fnid [x]\n- !!binary x\n- *no\n- [").1.len(), 4);
    }
}
