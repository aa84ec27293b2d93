//! How a stream of YAML events becomes one tree.

use std::borrow::Cow;
use std::hash::BuildHasherDefault;
use std::rc::Rc;

use granit_parser::{Event, ScalarStyle, Span, Tag as YamlTag};
use rustc_hash::FxHashMap;

use super::super::node::{Data, Map, Node};
use super::super::scalar;
use super::super::tag::{self, TagKind};
use super::seen::Seen;
use super::{DEEPEST, too_deep};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::model::{Origin, SourceId};

const CORE: &str = "tag:yaml.org,2002:";

/// A node with what it weighs.
#[derive(Clone)]
struct Weighed {
    node: Node,
    /// Nodes in it that aliases added.
    added: u64,
    /// Nodes in it, with every alias written out.
    size: u64,
    depth: usize,
}

/// A collection that is not complete yet.
struct Open {
    items: Vec<Node>,
    mapping: bool,
    anchor: usize,
    tag: Option<Result<TagKind, ()>>,
    start: usize,
    added: u64,
    size: u64,
    depth: usize,
}

/// A tree that grows with every event.
pub(super) struct Tree<'a> {
    source: SourceId,
    length: usize,
    tags: &'a mut usize,
    diagnostics: &'a mut Diagnostics,
    open: Vec<Open>,
    anchors: FxHashMap<usize, Weighed>,
    /// Plain texts, most of which are names of fields and stand in every entry.
    seen: Seen,
    root: Option<Weighed>,
    physical: u64,
    failed: bool,
    too_deep: bool,
}

impl<'a> Tree<'a> {
    pub(super) fn new(
        source: SourceId,
        length: usize,
        tags: &'a mut usize,
        diagnostics: &'a mut Diagnostics,
    ) -> Self {
        Self {
            source,
            length,
            tags,
            diagnostics,
            open: Vec::new(),
            anchors: FxHashMap::default(),
            seen: Seen::default(),
            root: None,
            physical: 0,
            failed: false,
            too_deep: false,
        }
    }

    /// Reports what makes the file useless.
    pub(super) fn fail(&mut self, problem: Diagnostic) {
        self.failed = true;
        self.diagnostics.push(problem);
    }

    /// The place of an event.
    pub(super) fn place(&self, span: &Span) -> Origin {
        let range = span.byte_range().unwrap_or(0..0);
        let end = range.end.min(self.length);
        Origin::text(self.source, range.start.min(end)..end)
    }

    /// The root, how many nodes aliases add to it, and how many there are without.
    pub(super) fn finish(self) -> Option<(Node, u64, u64)> {
        if self.failed {
            return None;
        }
        let physical = self.physical;
        match self.root {
            Some(root) => Some((root.node, root.added, physical)),
            None => Some((Node::new(Data::Null, Origin::File { source: self.source }), 0, 0)),
        }
    }

    /// Takes the next event.
    pub(super) fn take(&mut self, event: Event<'_>, span: &Span) {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.physical += 1;
                let node = self.scalar(&text, style, tag.as_deref(), span);
                self.complete(Weighed { node, added: 0, size: 1, depth: 1 }, anchor);
            }
            Event::SequenceStart(_, anchor, tag) => self.start(false, anchor, tag, span),
            Event::MappingStart(_, anchor, tag) => self.start(true, anchor, tag, span),
            Event::SequenceEnd | Event::MappingEnd => self.end(span),
            Event::Alias(anchor) => {
                self.physical += 1;
                let at = self.place(span);
                let mut weighed = self.anchors.get(&anchor).cloned().unwrap_or_else(|| {
                    self.failed = true;
                    self.diagnostics.push(
                        Diagnostic::error("recursive-anchor", "an anchor contains itself")
                            .at(at, "this is inside of it"),
                    );
                    Weighed { node: Node::new(Data::Null, at), added: 0, size: 1, depth: 1 }
                });
                weighed.added = weighed.size;
                self.complete(weighed, 0);
            }
            Event::UnresolvedAlias(name) => {
                let at = self.place(span);
                self.fail(
                    Diagnostic::error(
                        "unknown-anchor",
                        format!("there is no anchor `&{name}` before this place"),
                    )
                    .at(at, "no such anchor"),
                );
                self.complete(Weighed { node: Node::new(Data::Null, at), added: 0, size: 1, depth: 1 }, 0);
            }
            _ => {}
        }
    }

    fn start(&mut self, mapping: bool, anchor: usize, tag: Option<Cow<'_, YamlTag>>, span: &Span) {
        self.physical += 1;
        let at = tag_place(self, span);
        let tag = tag.and_then(|tag| self.collection_tag(&tag, mapping, at));
        let start = start_of(at);
        self.open.push(Open { items: Vec::new(), mapping, anchor, tag, start, added: 0, size: 1, depth: 0 });
    }

    fn end(&mut self, span: &Span) {
        let Some(open) = self.open.pop() else { return };
        // The end of a block collection is where the next thing starts; its last child ends before that.
        let end = span.byte_range().map_or(open.start, |range| range.end);
        let last = open.items.last().map_or(open.start, |item| end_of(item.at));
        let end = if span.is_empty() { last } else { end }.clamp(open.start, self.length.max(open.start));
        let at = Origin::text(self.source, open.start..end);
        let Open { mut items, mapping, anchor, tag, added, size, depth, .. } = open;
        items.shrink_to_fit();
        let node = match tag {
            Some(Ok(kind)) => {
                let id = self.next_tag();
                let made =
                    if mapping { Err(tag::shape(kind, at)) } else { tag::of_sequence(kind, items, id, at) };
                self.made(made, at)
            }
            Some(Err(())) => Node::new(Data::Null, at),
            None if mapping => self.mapping(items, at),
            None => Node::seq(items, at),
        };
        self.complete(Weighed { node, added, size, depth: depth + 1 }, anchor);
    }

    fn made(&mut self, made: Result<Node, Diagnostic>, at: Origin) -> Node {
        made.unwrap_or_else(|problem| {
            self.fail(problem);
            Node::new(Data::Null, at)
        })
    }

    fn next_tag(&mut self) -> usize {
        *self.tags += 1;
        *self.tags
    }

    fn complete(&mut self, weighed: Weighed, anchor: usize) {
        if weighed.depth > DEEPEST && !self.too_deep {
            self.too_deep = true;
            self.fail(too_deep(weighed.node.at));
        }
        if anchor != 0 {
            self.anchors.insert(anchor, weighed.clone());
        }
        let Some(parent) = self.open.last_mut() else {
            if self.root.is_none() {
                self.root = Some(weighed);
            }
            return;
        };
        parent.added = parent.added.saturating_add(weighed.added);
        parent.size = parent.size.saturating_add(weighed.size);
        parent.depth = parent.depth.max(weighed.depth);
        let key = parent.mapping && parent.items.len() % 2 == 0;
        let stray = !key && matches!(weighed.node.data, Data::Merge);
        let at = weighed.node.at;
        // A tree that is too deep is dropped level by level, not in one recursion.
        if !self.too_deep {
            parent.items.push(weighed.node);
        } else if parent.mapping {
            parent.items.push(Node::new(Data::Null, at));
        }
        if stray {
            self.fail(
                Diagnostic::error("merge-key", "a plain `<<` is a key only").at(at, "here").help("quote it"),
            );
        }
    }

    fn collection_tag(&mut self, tag: &YamlTag, mapping: bool, at: Origin) -> Option<Result<TagKind, ()>> {
        let full = full(tag);
        match full.strip_prefix(CORE) {
            Some("map") if mapping => None,
            Some("seq") if !mapping => None,
            Some(_) => {
                self.fail(foreign(&full, at));
                Some(Err(()))
            }
            None if full == "!" => None,
            None => Some(self.custom(&full, at)),
        }
    }

    fn custom(&mut self, full: &str, at: Origin) -> Result<TagKind, ()> {
        let Some(name) = full.strip_prefix('!') else {
            self.fail(foreign(full, at));
            return Err(());
        };
        TagKind::parse(name, at).map_err(|problem| self.fail(problem))
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, tag: Option<&YamlTag>, span: &Span) -> Node {
        let at = self.place(span);
        let Some(tag) = tag else {
            if style != ScalarStyle::Plain {
                return Node::text(text, at);
            }
            if let Some(known) = self.seen.get(text) {
                return Node::new(Data::Text(known), at);
            }
            return match scalar::plain(text) {
                Ok(data) => {
                    if let Data::Text(text) = &data {
                        self.seen.put(text);
                    }
                    Node::new(data, at)
                }
                Err(problem) => self.wrong_scalar(problem, at),
            };
        };
        let full = full(tag);
        let tag_at = tag_place(self, span);
        if full == "!" {
            return Node::text(text, at);
        }
        if let Some(core) = full.strip_prefix(CORE) {
            return match scalar::tagged(core, text) {
                Some(Ok(data)) => Node::new(data, at),
                Some(Err(problem)) => self.wrong_scalar(problem, at),
                None => {
                    self.fail(foreign(&full, tag_at));
                    Node::new(Data::Null, at)
                }
            };
        }
        let Ok(kind) = self.custom(&full, tag_at) else { return Node::new(Data::Null, at) };
        let id = self.next_tag();
        let made = tag::of_scalar(kind, text, id, tag_at);
        self.made(made, tag_at)
    }

    fn wrong_scalar(&mut self, problem: String, at: Origin) -> Node {
        self.fail(Diagnostic::error("wrong-scalar", problem).at(at, "here").help("quote it if it is a text"));
        Node::new(Data::Null, at)
    }

    /// A mapping of its keys and values in turn. What `<<` brings in comes first, so that own keys win.
    fn mapping(&mut self, items: Vec<Node>, at: Origin) -> Node {
        let mut own = Map::with_capacity_and_hasher(items.len() / 2, BuildHasherDefault::default());
        let mut merged = Map::default();
        let mut items = items.into_iter();
        while let (Some(key), Some(value)) = (items.next(), items.next()) {
            if matches!(key.data, Data::Merge) {
                self.merge(&value, &mut merged);
                continue;
            }
            let Some(name) = key.map_key() else {
                let noun = key.noun();
                self.fail(
                    Diagnostic::error("unhashable-key", format!("{noun} cannot be a key of a mapping"))
                        .at(key.at, "used as a key"),
                );
                continue;
            };
            if let Some((first, _)) = own.get(&name) {
                let shown = key.as_text().map_or_else(|| "this".into(), |text| format!("`{text}`"));
                self.diagnostics.push(
                    Diagnostic::warning("duplicate-mapping-key", format!("the key {shown} is written twice"))
                        .at(key.at, "this one counts")
                        .at(first.at, "this one does not"),
                );
            }
            own.insert(name, (key, value));
        }
        if merged.is_empty() {
            return Node::map(own, at);
        }
        merged.extend(own);
        Node::map(merged, at)
    }

    fn merge(&mut self, value: &Node, merged: &mut Map) {
        let parts: Vec<Rc<Map>> = match &value.data {
            Data::Map(map) => vec![map.clone()],
            Data::Seq(items) => {
                let maps = items.iter().filter_map(|item| match &item.data {
                    Data::Map(map) => Some(map.clone()),
                    _ => None,
                });
                let maps: Vec<_> = maps.collect();
                if maps.len() < items.len() {
                    self.not_mergeable(value.at);
                }
                maps
            }
            _ => {
                self.not_mergeable(value.at);
                Vec::new()
            }
        };
        for (key, pair) in parts.iter().flat_map(|map| map.iter()) {
            merged.entry(key.clone()).or_insert_with(|| pair.clone());
        }
    }

    fn not_mergeable(&mut self, at: Origin) {
        self.fail(
            Diagnostic::error("merge-key", "`<<` takes a mapping, or a list of mappings")
                .at(at, "this is neither"),
        );
    }
}

fn foreign(full: &str, at: Origin) -> Diagnostic {
    let shown = full.strip_prefix(CORE).map_or_else(|| full.to_owned(), |short| format!("!!{short}"));
    Diagnostic::error("yaml-tag", format!("blueprints do not use `{shown}` here")).at(at, "here")
}

fn full(tag: &YamlTag) -> String {
    let (handle, suffix) = tag.parts();
    format!("{handle}{suffix}")
}

/// The node together with its tag.
fn tag_place(tree: &Tree<'_>, span: &Span) -> Origin {
    let at = tree.place(span);
    let start = span.tag_start().and_then(|marker| marker.byte_offset());
    match (start, at) {
        (Some(start), Origin::Text { source, end, .. }) => {
            let end = (end as usize).max(start + 1).min(tree.length.max(start));
            Origin::text(source, start..end)
        }
        _ => at,
    }
}

fn start_of(at: Origin) -> usize {
    if let Origin::Text { start, .. } = at { start as usize } else { 0 }
}

fn end_of(at: Origin) -> usize {
    if let Origin::Text { end, .. } = at { end as usize } else { 0 }
}
