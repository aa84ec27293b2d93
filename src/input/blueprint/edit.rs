//! Small changes of a blueprint.

use std::ops::Range;
use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::node::{Data, Map, Node, member};
use super::yaml;
use crate::diagnostic::Diagnostics;
use crate::model::{Origin, SourceId};

/// A blueprint that can be changed.
pub(in crate::input) struct Editable<'t> {
    source: SourceId,
    text: &'t str,
    root: Node,
    /// In how many places of the tree there is something that stands at each place of the text.
    places: FxHashMap<Origin, usize>,
}

impl<'t> Editable<'t> {
    /// The blueprint that is written in `text`; `None` if it is none.
    pub(in crate::input) fn of(source: SourceId, text: &'t str) -> Option<Self> {
        let root = yaml::read(source, text, &mut 0, &mut Diagnostics::default())?.root;
        let places = places(&root);
        Some(Self { source, text, root, places })
    }

    /// The change that gives `field` the value `value` in the entry that `place` is in.
    pub(in crate::input) fn set(
        &self,
        place: usize,
        field: &str,
        value: bool,
    ) -> Option<(Range<usize>, String)> {
        let Self { source, text, root, places } = self;
        let Data::Map(top) = &root.data else { return None };
        let (whole, entry) = items(member(top, "entries")?).into_iter().find_map(|item| {
            let range = range(item.at).filter(|range| range.contains(&place))?;
            if let Data::Map(entry) = &item.data { Some((range, entry)) } else { None }
        })?;
        let own = |node: &Node| {
            // What stands elsewhere is shared by an anchor, and so is what stands in several places.
            range(node.at).filter(|range| {
                whole.start <= range.start && range.end <= whole.end && places.get(&node.at) == Some(&1)
            })
        };
        // A later entry for the same object has the last word.
        let is_again = |item: &&Node| match &item.data {
            Data::Map(other) => {
                range(item.at) != Some(whole.clone()) && is_same(entry, other) && sets(other, field)
            }
            _ => false,
        };
        if places.get(&Origin::text(*source, whole.clone())) != Some(&1)
            || items(member(top, "entries")?).iter().any(is_again)
        {
            return None;
        }
        for section in ["attrs", "identifiers"] {
            let Some(node @ Node { data: Data::Map(fields), .. }) = member(entry, section) else { continue };
            if let Some((_, (_, known))) = named(fields, field) {
                own(node)?;
                let range = own(known)?;
                let is_word = |text: &str| text.chars().all(|c| c.is_alphanumeric() || "\"'.+-".contains(c));
                let is_plain = matches!(known.data, Data::Bool(_) | Data::Int(_) | Data::Text(_));
                let changes = !matches!(known.data, Data::Bool(known) if known == value);
                return (is_plain && changes && is_word(text.get(range.clone())?))
                    .then(|| (range, value.to_string()));
            }
        }
        if let Some(attrs) = member(entry, "attrs") {
            return into(text, attrs, &own(attrs)?, &format!("{field}: {value}"));
        }
        let model = entry.values().find(|(key, _)| key.as_text().is_some_and(|key| &**key == "model"))?;
        let attrs = format!("attrs: {{ {field}: {value} }}");
        beside(text, &own(&model.0)?, &own(&model.1)?, whole.start, &attrs)
    }
}

fn places(root: &Node) -> FxHashMap<Origin, usize> {
    let mut places = FxHashMap::default();
    let mut seen = FxHashSet::default();
    let mut waiting = vec![root];
    while let Some(node) = waiting.pop() {
        *places.entry(node.at).or_default() += 1;
        // What is shared is looked into once: aliases of aliases grow without end.
        match &node.data {
            Data::Seq(items) if seen.insert(Rc::as_ptr(items).cast::<()>()) => waiting.extend(items.iter()),
            Data::Map(map) if seen.insert(Rc::as_ptr(map).cast::<()>()) => {
                waiting.extend(map.values().flat_map(|(key, value)| [key, value]));
            }
            _ => {}
        }
    }
    places
}

/// Whether two entries are about the same object, as far as they say so in the same words.
fn is_same(one: &Map, other: &Map) -> bool {
    ["model", "identifiers"].iter().all(|name| match (member(one, name), member(other, name)) {
        (Some(one), Some(other)) => equal(one, other),
        _ => false,
    })
}

fn equal(one: &Node, other: &Node) -> bool {
    match (&one.data, &other.data) {
        (Data::Map(one), Data::Map(other)) => {
            one.len() == other.len()
                && one
                    .iter()
                    .all(|(key, (_, value))| other.get(key).is_some_and(|(_, other)| equal(value, other)))
        }
        (Data::Seq(one), Data::Seq(other)) => {
            one.len() == other.len() && one.iter().zip(other.iter()).all(|(one, other)| equal(one, other))
        }
        // What tags give is not known here, so it may be the same.
        (Data::Tag(_), _) | (_, Data::Tag(_)) => true,
        _ => one.map_key().is_some() && one.map_key() == other.map_key(),
    }
}

fn sets(entry: &Map, field: &str) -> bool {
    ["attrs", "identifiers"].iter().any(|section| match member(entry, section) {
        Some(Node { data: Data::Map(fields), .. }) => named(fields, field).is_some(),
        Some(Node { data: Data::Tag(_), .. }) => true,
        _ => false,
    })
}

/// The entries, whether they are in sections or not.
fn items(entries: &Node) -> Vec<&Node> {
    match &entries.data {
        Data::Seq(items) => items.iter().collect(),
        Data::Map(sections) => sections.values().flat_map(|(_, section)| items(section)).collect(),
        _ => Vec::new(),
    }
}

fn named<'m>(map: &'m Map, name: &str) -> Option<(usize, (&'m Node, &'m Node))> {
    let found =
        map.values().enumerate().find(|(_, (key, _))| key.as_text().is_some_and(|key| &**key == name));
    found.map(|(index, (key, value))| (index, (key, value)))
}

fn range(at: Origin) -> Option<Range<usize>> {
    match at {
        Origin::Text { start, end, .. } => Some(start as usize..end as usize),
        _ => None,
    }
}

/// What stands before `byte` on its line, if that is nothing but blanks.
fn indent(text: &str, byte: usize) -> Option<&str> {
    let before = text.get(..byte)?;
    let line = before.get(before.rfind('\n').map_or(0, |at| at + 1)..)?;
    line.chars().all(|c| c == ' ').then_some(line)
}

/// Adds `field` as the first one of a mapping.
fn into(text: &str, map: &Node, whole: &Range<usize>, field: &str) -> Option<(Range<usize>, String)> {
    let Data::Map(fields) = &map.data else { return None };
    if text.get(whole.start..)?.starts_with('{') {
        let start = whole.start + 1;
        let more = if fields.is_empty() { " " } else { "," };
        return Some((start..start, format!(" {field}{more}")));
    }
    let first = range(fields.values().next()?.0.at)?;
    // The fields that a merge brings stand elsewhere.
    if !whole.contains(&first.start) {
        return None;
    }
    let indent = indent(text, first.start)?;
    Some((first.start..first.start, format!("{field}{}{indent}", line_end(text))))
}

/// Adds `field` to an entry, after its model.
fn beside(
    text: &str,
    key: &Range<usize>,
    model: &Range<usize>,
    entry: usize,
    field: &str,
) -> Option<(Range<usize>, String)> {
    if text.get(entry..)?.starts_with('{') {
        return Some((model.end..model.end, format!(", {field}")));
    }
    let before = text.get(..key.start)?;
    let column = before.get(before.rfind('\n').map_or(0, |at| at + 1)..)?.chars().count();
    let end = model.end + text.get(model.end..)?.find('\n').unwrap_or(text.len() - model.end);
    let end = if text.get(..end)?.ends_with('\r') { end - 1 } else { end };
    Some((end..end, format!("{}{}{field}", line_end(text), " ".repeat(column))))
}

/// How lines of `text` end.
fn line_end(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edited(text: &str, mark: &str) -> Option<String> {
        let place = text.find(mark).unwrap();
        let (range, new) = Editable::of(SourceId(0), text)?.set(place, "failure_result", true)?;
        let edited = format!("{}{new}{}", &text[..range.start], &text[range.end..]);
        let mut problems = Diagnostics::default();
        yaml::read(SourceId(0), &edited, &mut 0, &mut problems).unwrap();
        assert!(problems.is_empty(), "{edited}\n{problems:?}");
        Some(edited)
    }

    const TEXT: &str = "\
entries:
  # the first
  - model: a.binding # one
    identifiers: { order: 0 }
    attrs:
      # why
      negate: true
      failure_result: no  # it was so
  - model: b.binding # two
    identifiers: { order: 0 }
  - identifiers: { order: 1 }
    model: c.binding
    attrs: { negate: true }
  - { model: d.binding, identifiers: { order: 2 } }
  - model: e.binding
    attrs: &shared
      negate: true
  - model: f.binding
    attrs: *shared
  - model: g.binding
    attrs: { failure_result: !If [true, true, false] }
  - model: h.binding
    attrs: {}
";

    #[test]
    fn only_what_must_be_changed_is() {
        let changed = |mark: &str, from: &str, to: &str| {
            assert_eq!(edited(TEXT, mark).unwrap(), TEXT.replacen(from, to, 1));
        };
        changed("a.binding", "failure_result: no ", "failure_result: true ");
        changed("b.binding", "binding # two", "binding # two\n    attrs: { failure_result: true }");
        changed("c.binding", "{ negate: true }", "{ failure_result: true, negate: true }");
        changed("d.binding", "d.binding,", "d.binding, attrs: { failure_result: true },");
        changed("h.binding", "attrs: {}", "attrs: { failure_result: true }");
    }

    #[test]
    fn what_is_shared_or_computed_stays() {
        assert_eq!(edited(TEXT, "e.binding"), None);
        assert_eq!(edited(TEXT, "f.binding"), None);
        assert_eq!(edited(TEXT, "g.binding"), None);
        assert_eq!(edited(TEXT, "entries"), None);
    }

    #[test]
    fn what_another_place_shares_or_overrules_stays() {
        let twice = |second: &str| {
            format!(
                "entries:\n  - {{model: a, identifiers: {{order: 0}}, attrs: {{failure_result: false}}}}\n  - {second}\n"
            )
        };
        assert_eq!(
            edited(&twice("{model: a, identifiers: {order: 0}, attrs: {failure_result: no}}"), "a,"),
            None
        );
        assert!(edited(&twice("{model: a, identifiers: {order: 0}, attrs: {negate: no}}"), "a,").is_some());
        assert!(
            edited(&twice("{model: a, identifiers: {order: 1}, attrs: {failure_result: no}}"), "a,")
                .is_some()
        );
        let shared = "entries:\n  - {model: a, attrs: {failure_result: &no false, negate: *no}}\n";
        assert_eq!(edited(shared, "a,"), None);
        let merged = "entries:\n  - model: a\n    attrs:\n      <<: {enabled: true}\n";
        assert!(edited(merged, "a\n").is_none_or(|edited| edited.contains("failure_result: true")));
    }

    #[test]
    fn texts_of_several_lines_and_values_that_are_right_stay() {
        let block =
            "entries:\n  - model: a\n    attrs:\n      failure_result: |-\n        no\n      negate: no\n";
        assert_eq!(edited(block, "a\n"), None);
        assert_eq!(edited("entries:\n  - {model: a, attrs: {failure_result: yes}}\n", "a,"), None);
    }

    #[test]
    fn lines_end_as_the_others_do() {
        let text = "entries:\r\n  - model: a\r\n    attrs:\r\n      negate: no\r\n  - model: b\r\n";
        let changed = |mark: &str| edited(text, mark).unwrap();
        assert!(
            changed("a\r").contains("\r\n      failure_result: true\r\n      negate"),
            "{:?}",
            changed("a\r")
        );
        assert!(
            changed("b\r").ends_with("model: b\r\n    attrs: { failure_result: true }\r\n"),
            "{:?}",
            changed("b\r")
        );
    }
}
