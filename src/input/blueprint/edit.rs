//! Small changes of a blueprint.

use std::ops::Range;

use super::node::{Data, Map, Node, member};
use super::yaml;
use crate::diagnostic::Diagnostics;
use crate::model::{Origin, SourceId};

/// The change that gives `field` the value `value` in the entry that `place` is in.
pub(in crate::input) fn set(
    source: SourceId,
    text: &str,
    place: usize,
    field: &str,
    value: bool,
) -> Option<(Range<usize>, String)> {
    let mut problems = Diagnostics::default();
    let root = yaml::read(source, text, &mut 0, &mut problems)?.root;
    let Data::Map(top) = &root.data else { return None };
    let (whole, entry) = items(member(top, "entries")?).into_iter().find_map(|item| {
        let range = range(item.at).filter(|range| range.contains(&place))?;
        if let Data::Map(entry) = &item.data { Some((range, entry)) } else { None }
    })?;
    let own = |node: &Node| {
        // What stands elsewhere is shared by an anchor.
        range(node.at).filter(|range| whole.start <= range.start && range.end <= whole.end)
    };
    for section in ["attrs", "identifiers"] {
        let Some(Node { data: Data::Map(fields), .. }) = member(entry, section) else { continue };
        if let Some((_, (_, known))) = named(fields, field) {
            let is_plain = matches!(known.data, Data::Bool(_) | Data::Int(_) | Data::Text(_));
            return is_plain.then(|| own(known)).flatten().map(|range| (range, value.to_string()));
        }
    }
    if let Some(attrs) = member(entry, "attrs") {
        return into(text, attrs, &own(attrs)?, &format!("{field}: {value}"));
    }
    let model = entry.values().find(|(key, _)| key.as_text().is_some_and(|key| &**key == "model"))?;
    let attrs = format!("attrs: {{ {field}: {value} }}");
    beside(text, &own(&model.0)?, &own(&model.1)?, whole.start, &attrs)
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
    let indent = indent(text, first.start)?;
    Some((first.start..first.start, format!("{field}\n{indent}")))
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
    Some((end..end, format!("\n{}{field}", " ".repeat(column))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edited(text: &str, mark: &str) -> Option<String> {
        let place = text.find(mark).unwrap();
        let (range, new) = set(SourceId(0), text, place, "failure_result", true)?;
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
        changed("e.binding", "&shared\n      negate", "&shared\n      failure_result: true\n      negate");
        changed("h.binding", "attrs: {}", "attrs: { failure_result: true }");
    }

    #[test]
    fn what_is_shared_or_computed_stays() {
        assert_eq!(edited(TEXT, "f.binding"), None);
        assert_eq!(edited(TEXT, "g.binding"), None);
        assert_eq!(edited(TEXT, "entries"), None);
    }
}
