//! What the tags of an entry come to, evaluated as authentik evaluates them (dossier §5.4).

mod enumerate;
mod find;
mod format;
mod outside;
mod pick;

pub(super) use find::matching;

use std::hash::BuildHasherDefault;
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::Outside;
use super::node::{Data, Key, Map, MapKey, Node};
use super::store::Store;
use super::tag::{Tag, TagKind};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::model::Origin;

/// Something was wrong, and was reported.
#[derive(Debug)]
pub(super) struct Failed;

/// What a tag should have found, and did not.
#[derive(Clone)]
pub(super) struct Missing {
    pub(super) at: Origin,
    /// What is wrong, in words; `None`: reported already.
    pub(super) problem: Option<Diagnostic>,
    /// The name that it was looked for by.
    pub(super) name: Option<String>,
    /// Whether somebody was told.
    pub(super) told: bool,
}

/// Levels of tags and collections that are evaluated.
const DEEPEST: usize = 400;

/// So many failures get a "did you mean": each costs a look at all names.
const SUGGESTIONS: usize = 20;

/// What outlives one entry.
pub(super) struct Shared<'a> {
    pub(super) store: Store,
    pub(super) missing: Vec<Missing>,
    pub(super) outside: &'a Outside,
    pub(super) diagnostics: Diagnostics,
    /// Steps that may still be taken.
    pub(super) fuel: u64,
}

/// The row of an `id`, or that its entry failed.
pub(super) type Ids = FxHashMap<Rc<str>, Option<usize>>;

/// Evaluates the tags of one entry.
pub(super) struct Resolver<'r, 'a> {
    pub(super) shared: &'r mut Shared<'a>,
    pub(super) context: &'r Map,
    pub(super) ids: &'r Ids,
    /// The place of the entry.
    pub(super) at: Origin,
    /// Whether the entry is written as one of a binding: `!KeyOf` gives the other key there.
    pub(super) for_binding: bool,
    /// Whether verdicts rest on what the entry makes.
    pub(super) matters: bool,
    /// The `!Enumerate` tags around the value at hand, the innermost last.
    frames: Vec<usize>,
    /// The key and the value at hand of each of them.
    items: FxHashMap<usize, Option<(Node, Node)>>,
    /// The context keys that are being asked for.
    keys: Vec<MapKey>,
    depth: usize,
}

impl<'r, 'a> Resolver<'r, 'a> {
    pub(super) fn new(
        shared: &'r mut Shared<'a>,
        context: &'r Map,
        ids: &'r Ids,
        at: Origin,
        for_binding: bool,
        matters: bool,
    ) -> Self {
        Self {
            shared,
            context,
            ids,
            at,
            for_binding,
            matters,
            frames: Vec::new(),
            items: FxHashMap::default(),
            keys: Vec::new(),
            depth: 0,
        }
    }

    fn fail<T>(&mut self, problem: Diagnostic) -> Result<T, Failed> {
        self.shared.diagnostics.push(problem);
        Err(Failed)
    }

    /// An error inside of a tag.
    fn wrong<T>(&mut self, at: Origin, message: impl Into<String>) -> Result<T, Failed> {
        let place = if at.source().is_some() { at } else { self.at };
        self.fail(Diagnostic::error("tag-value", message).at(place, "here"))
    }

    fn burn(&mut self, steps: u64) -> Result<(), Failed> {
        match self.shared.fuel.checked_sub(steps) {
            Some(left) => {
                self.shared.fuel = left;
                Ok(())
            }
            None => self.fail(
                Diagnostic::error("alias-bomb", "evaluating the tags of the blueprints takes too many steps")
                    .at(self.at, "given up at this entry"),
            ),
        }
    }

    /// authentik's `tag_resolver`: a tag becomes its value; mappings and lists are walked.
    pub(super) fn resolve(&mut self, node: &Node) -> Result<Node, Failed> {
        self.burn(1)?;
        match &node.data {
            Data::Tag(tag) => {
                let frame = tag.kind == TagKind::Enumerate;
                if frame {
                    self.frames.push(tag.id);
                }
                let value = self.tag(tag, node.at);
                if frame {
                    self.frames.pop();
                }
                value
            }
            Data::Seq(items) => {
                self.enter(node.at)?;
                let items: Result<_, _> = items.iter().map(|item| self.resolve(item)).collect();
                self.depth -= 1;
                Ok(Node::seq(items?, node.at))
            }
            Data::Map(map) => {
                self.enter(node.at)?;
                let map = self.resolve_map(map);
                self.depth -= 1;
                Ok(Node::map(map?, node.at))
            }
            _ => Ok(node.clone()),
        }
    }

    /// The same for the members of a mapping.
    pub(super) fn resolve_map(&mut self, map: &Map) -> Result<Map, Failed> {
        let mut failed = false;
        let mut resolved = Map::with_capacity_and_hasher(map.len(), BuildHasherDefault::default());
        for (key, (name, value)) in map {
            match self.resolve(value) {
                Ok(value) => {
                    resolved.insert(key.clone(), (name.clone(), value));
                }
                // The other members may have problems of their own.
                Err(Failed) => failed = true,
            }
        }
        if failed { Err(Failed) } else { Ok(resolved) }
    }

    fn enter(&mut self, at: Origin) -> Result<(), Failed> {
        if self.depth >= DEEPEST {
            let place = if at.source().is_some() { at } else { self.at };
            return self.fail(
                Diagnostic::error(
                    "too-deep",
                    format!("tags and values are nested deeper than {DEEPEST} levels"),
                )
                .at(place, "here"),
            );
        }
        self.depth += 1;
        Ok(())
    }

    /// An argument: resolved if it is a tag itself, taken as it is otherwise.
    fn argument(&mut self, node: &Node) -> Result<Node, Failed> {
        match &node.data {
            Data::Tag(tag) => self.tag(tag, node.at),
            _ => Ok(node.clone()),
        }
    }

    /// authentik's `resolve` of the tag itself.
    fn tag(&mut self, tag: &Tag, at: Origin) -> Result<Node, Failed> {
        self.burn(1)?;
        self.enter(at)?;
        let value = self.tag_inside(tag, at);
        self.depth -= 1;
        let mut value = value?;
        // What is wrong with a value is shown where the value is used.
        if !matches!(value.data, Data::Missing(_)) && value.at.source().is_none() {
            value.at = at;
        }
        Ok(value)
    }

    fn tag_inside(&mut self, tag: &Tag, at: Origin) -> Result<Node, Failed> {
        let [first, rest @ ..] = tag.args.as_slice() else {
            return self.wrong(at, format!("`{}` has no arguments", tag.kind.name()));
        };
        match tag.kind {
            TagKind::KeyOf => Ok(self.key_of(first, at)),
            TagKind::Env => self.env(first, rest.first(), at),
            TagKind::File => self.file(first, rest.first(), at),
            TagKind::Context => self.context(first, rest.first(), at),
            TagKind::ParseJson => {
                let text = first.as_text().cloned().unwrap_or_default();
                match serde_json::from_str(&text) {
                    Ok(value) => Ok(Node { at, ..Node::from_json(&value) }),
                    Err(error) => self.wrong(at, format!("`!ParseJSON` gets no JSON: {error}")),
                }
            }
            TagKind::Format => self.format(first, rest, at),
            TagKind::Find => self.find(first, rest, at, false),
            TagKind::FindObject => self.find(first, rest, at, true),
            TagKind::Condition => self.condition(first, rest, at),
            TagKind::If => {
                let condition = self.argument(first)?;
                let truth = self.truth(&condition)?;
                match rest {
                    [then, or, ..] => self.resolve(if truth { then } else { or }),
                    _ => Ok(Node::new(Data::Bool(truth), at)),
                }
            }
            TagKind::Enumerate => self.enumerate(tag.id, first, rest, at),
            TagKind::Index | TagKind::Value => self.item(tag.kind, first, at),
            TagKind::AtIndex => self.at_index(first, rest, at),
        }
    }

    /// Python's `bool()`, where a verdict may rest on the answer.
    pub(super) fn truth(&mut self, node: &Node) -> Result<bool, Failed> {
        if let Data::Missing(missing) = node.data
            && self.matters
        {
            return self.tell(missing);
        }
        Ok(node.truthy())
    }

    /// Reports what is missing: something rests on it.
    pub(super) fn tell<T>(&mut self, missing: usize) -> Result<T, Failed> {
        tell(self.shared, missing);
        Err(Failed)
    }

    fn missing(&mut self, at: Origin, problem: Option<Diagnostic>, name: Option<String>) -> Node {
        let told = problem.is_none();
        self.shared.missing.push(Missing { at, problem, name, told });
        Node::new(Data::Missing(self.shared.missing.len() - 1), at)
    }

    fn suggests(&self) -> bool {
        self.shared.missing.len() < SUGGESTIONS
    }

    fn key_of(&mut self, id: &Node, at: Origin) -> Node {
        let id = id.as_text().cloned().unwrap_or_default();
        match self.ids.get(&id) {
            Some(Some(row)) if self.shared.store.alive(*row).is_some() => {
                Node::new(Data::Row(Key { row: *row, pbm: self.for_binding }), at)
            }
            // The entry itself was reported.
            Some(None) => self.missing(at, None, None),
            _ => {
                let mut problem = Diagnostic::error(
                    "unresolved-key-of",
                    format!("no entry with the `id` `{id}` was applied before this one"),
                )
                .at(at, "this leads nowhere");
                let mut known: Vec<&Rc<str>> =
                    if self.suggests() { self.ids.keys().collect() } else { Vec::new() };
                known.sort_unstable();
                if let Some(similar) =
                    crate::model::builder::nearest(&id, known.into_iter().take(10_000).map(|id| &**id))
                {
                    problem = problem.help(format!("did you mean `{similar}`?"));
                }
                self.missing(at, Some(problem), None)
            }
        }
    }

    fn context(&mut self, key: &Node, default: Option<&Node>, at: Origin) -> Result<Node, Failed> {
        let Some(name) = key.map_key() else {
            return self.wrong(at, format!("{} cannot be a key of the context", key.noun()));
        };
        let found = self.context.get(&name).map(|(_, value)| value).or(default);
        let Some(found) = found else { return Ok(Node::new(Data::Null, at)) };
        let Data::Tag(tag) = &found.data else { return Ok(found.clone()) };
        if self.keys.contains(&name) {
            let shown = key.as_text().map_or_else(|| "this key".to_owned(), |text| format!("`{text}`"));
            return self.fail(
                Diagnostic::error("cyclic-context", format!("the context value {shown} is made of itself"))
                    .at(at, "asked for here")
                    .at(found.at, "again here"),
            );
        }
        self.keys.push(name);
        let value = self.tag(tag, found.at);
        self.keys.pop();
        value
    }

    fn condition(&mut self, mode: &Node, args: &[Node], at: Origin) -> Result<Node, Failed> {
        let args: Vec<Node> = args.iter().map(|arg| self.argument(arg)).collect::<Result<_, _>>()?;
        if args.is_empty() {
            return self.wrong(at, "`!Condition` has nothing to judge");
        }
        let mut truths = Vec::new();
        for arg in &args {
            truths.push(self.truth(arg)?);
        }
        let all = truths.iter().all(|truth| *truth);
        let any = truths.iter().any(|truth| *truth);
        let odd = truths.iter().filter(|truth| **truth).count() % 2 == 1;
        let mode = mode.as_text().map(|text| text.to_uppercase()).unwrap_or_default();
        let value = match mode.as_str() {
            "AND" => all,
            "NAND" => !all,
            "OR" => any,
            "NOR" => !any,
            "XOR" => odd,
            "XNOR" => !odd,
            _ => {
                return self.wrong(
                    at,
                    "the mode of a `!Condition` is one of `AND`, `NAND`, `OR`, `NOR`, `XOR`, `XNOR`",
                );
            }
        };
        Ok(Node::new(Data::Bool(value), at))
    }
}

/// Reports what is missing, once.
pub(super) fn tell(shared: &mut Shared<'_>, missing: usize) {
    let Some(missing) = shared.missing.get_mut(missing) else { return };
    missing.told = true;
    if let Some(problem) = missing.problem.take() {
        shared.diagnostics.push(problem);
    }
}
