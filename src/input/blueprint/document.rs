//! Which parts a blueprint file has, and whether it has the shape that authentik asks for.

use std::rc::Rc;

use super::node::{Data, Map, MapKey, Node, member};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::model::Origin;

/// A blueprint file.
pub(super) struct Blueprint {
    pub(super) name: Option<Rc<str>>,
    /// The label that says that authentik does not apply the file by itself; absent where it does, or where somebody
    /// named the file.
    pub(super) held_back: Option<Origin>,
    pub(super) context: Map,
    pub(super) entries: Rc<Vec<Entry>>,
    /// Nodes of the file, with every alias written out.
    pub(super) nodes: u64,
}

/// One entry of a blueprint.
pub(super) struct Entry {
    pub(super) model: Node,
    pub(super) state: Node,
    pub(super) conditions: Vec<Node>,
    pub(super) identifiers: Rc<Map>,
    pub(super) attrs: Rc<Map>,
    pub(super) id: Option<Rc<str>>,
}

/// The states that an entry can ask for.
pub(super) const STATES: [&str; 4] = ["present", "created", "must_created", "absent"];

/// Takes `root` apart; everything that has the wrong shape is reported and left out.
pub(super) fn read(root: &Node, nodes: u64, named: bool, diagnostics: &mut Diagnostics) -> Option<Blueprint> {
    let mut shape = Shape { diagnostics };
    let top = shape.mapping(root, "a blueprint")?;
    if let Some(version) = member(&top, "version")
        && !matches!(version.data, Data::Int(1))
    {
        shape.wrong(version, "the version of a blueprint is `1`");
    }
    let name = member(&top, "metadata").and_then(|metadata| shape.metadata(metadata));
    let held_back = member(&top, "metadata").and_then(held_back).filter(|_| !named);
    let context = member(&top, "context").and_then(|context| shape.mapping(context, "`context`"));
    let mut entries = Vec::new();
    match member(&top, "entries") {
        Some(Node { data: Data::Seq(items), .. }) => shape.entries(items, &mut entries),
        Some(Node { data: Data::Map(sections), .. }) => {
            for (_, section) in sections.values() {
                match &section.data {
                    Data::Seq(items) => shape.entries(items, &mut entries),
                    _ => shape.wrong(section, "a section of `entries` is a list"),
                }
            }
        }
        Some(other) => shape.wrong(other, "`entries` is a list, or a mapping of lists"),
        None => {}
    }
    Some(Blueprint {
        name,
        held_back,
        context: context.map(|map| Map::clone(&map)).unwrap_or_default(),
        entries: Rc::new(entries),
        nodes,
    })
}

/// The place of the label that keeps authentik from applying a file that it finds.
fn held_back(metadata: &Node) -> Option<Origin> {
    let Data::Map(metadata) = &metadata.data else { return None };
    let Data::Map(labels) = &member(metadata, "labels")?.data else { return None };
    let label = member(labels, "blueprints.goauthentik.io/instantiate")?;
    label.as_text().filter(|text| text.eq_ignore_ascii_case("false")).map(|_| label.at)
}

struct Shape<'d> {
    diagnostics: &'d mut Diagnostics,
}

impl Shape<'_> {
    fn wrong(&mut self, node: &Node, message: impl Into<String>) {
        let label = format!("this is {}", node.noun());
        self.diagnostics.push(Diagnostic::error("blueprint-shape", message).at(node.at, label));
    }

    fn mapping(&mut self, node: &Node, what: &str) -> Option<Rc<Map>> {
        if let Data::Map(map) = &node.data {
            return Some(map.clone());
        }
        self.wrong(node, format!("{what} is a mapping"));
        None
    }

    fn metadata(&mut self, node: &Node) -> Option<Rc<str>> {
        if matches!(node.data, Data::Null) {
            return None;
        }
        let map = self.mapping(node, "`metadata`")?;
        if let Some(labels) = member(&map, "labels").and_then(|labels| self.mapping(labels, "`labels`")) {
            for (_, value) in labels.values().filter(|(_, value)| value.as_text().is_none()) {
                self.wrong(value, "the value of a label is a text; quote it");
            }
        }
        let Some(name) = member(&map, "name") else {
            self.wrong(node, "`metadata` has no `name`");
            return None;
        };
        if name.as_text().is_none() {
            self.wrong(name, "the `name` of a blueprint is a text");
        }
        name.as_text().cloned()
    }

    fn entries(&mut self, items: &[Node], entries: &mut Vec<Entry>) {
        entries.extend(items.iter().filter_map(|item| self.entry(item)));
    }

    fn entry(&mut self, node: &Node) -> Option<Entry> {
        let map = self.mapping(node, "an entry")?;
        let Some(model) = member(&map, "model").cloned() else {
            let at = map.first().map_or(node.at, |(_, (key, _))| key.at);
            self.diagnostics.push(
                Diagnostic::error("blueprint-shape", "an entry needs a `model`")
                    .at(at, "this entry has none"),
            );
            return None;
        };
        if !matches!(model.data, Data::Text(_) | Data::Tag(_)) {
            self.wrong(&model, "a `model` is a text such as `authentik_core.group`");
            return None;
        }
        let state = member(&map, "state").cloned().unwrap_or_else(|| Node::text("present", model.at));
        if !matches!(state.data, Data::Tag(_))
            && !state.as_text().is_some_and(|text| STATES.contains(&&**text))
        {
            self.wrong(&state, format!("a `state` is one of `{}`", STATES.join("`, `")));
            return None;
        }
        let conditions = match member(&map, "conditions") {
            None => Vec::new(),
            Some(Node { data: Data::Seq(items), .. }) => items.to_vec(),
            Some(other) => {
                self.wrong(other, "`conditions` is a list");
                return None;
            }
        };
        let identifiers = self.fields(&map, "identifiers", false)?;
        let attrs = self.fields(&map, "attrs", true)?;
        let id = match member(&map, "id") {
            None | Some(Node { data: Data::Null, .. }) => None,
            Some(id) => {
                if id.as_text().is_none() {
                    self.wrong(id, "an `id` is a text; quote it");
                }
                id.as_text().cloned()
            }
        };
        Some(Entry { model, state, conditions, identifiers, attrs, id })
    }

    fn fields(&mut self, map: &Map, name: &str, nullable: bool) -> Option<Rc<Map>> {
        let fields = match member(map, name) {
            None => return Some(Rc::default()),
            Some(Node { data: Data::Null, .. }) if nullable => return Some(Rc::default()),
            Some(node) => self.mapping(node, &format!("`{name}`"))?,
        };
        for (key, (node, _)) in fields.iter() {
            if !matches!(key, MapKey::Text(_)) {
                self.wrong(node, format!("the keys of `{name}` are names of fields"));
            }
        }
        Some(fields)
    }
}

/// The place of an entry in messages.
pub(super) fn place(entry: &Entry) -> Origin {
    entry.model.at
}
