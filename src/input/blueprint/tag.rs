//! Which tags authentik knows, and which shape each of them takes in a file.

use std::rc::Rc;

use super::node::{Data, Node};
use crate::diagnostic::Diagnostic;
use crate::model::Origin;
use crate::model::builder::nearest;

/// A tag with its arguments.
#[derive(Debug)]
pub(super) struct Tag {
    pub(super) kind: TagKind,
    /// The arguments, whose number was checked.
    pub(super) args: Vec<Node>,
    /// Tells tags apart: authentik keeps the item of an `!Enumerate` at the tag.
    pub(super) id: usize,
}

/// The tags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TagKind {
    KeyOf,
    Env,
    File,
    Context,
    ParseJson,
    Format,
    Find,
    FindObject,
    Condition,
    If,
    Enumerate,
    Index,
    Value,
    AtIndex,
}

const NAMES: [(&str, TagKind, &str); 14] = [
    ("KeyOf", TagKind::KeyOf, "`!KeyOf id`"),
    ("Env", TagKind::Env, "`!Env NAME` or `!Env [NAME, default]`"),
    ("File", TagKind::File, "`!File path` or `!File [path, default]`"),
    ("Context", TagKind::Context, "`!Context key` or `!Context [key, default]`"),
    ("ParseJSON", TagKind::ParseJson, "`!ParseJSON 'text'`"),
    ("Format", TagKind::Format, "`!Format [format, value, ...]`"),
    ("Find", TagKind::Find, "`!Find [model, [field, value], ...]`"),
    ("FindObject", TagKind::FindObject, "`!FindObject [model, [field, value], ...]`"),
    ("Condition", TagKind::Condition, "`!Condition [AND, value, ...]`"),
    ("If", TagKind::If, "`!If [condition]` or `!If [condition, then, else]`"),
    ("Enumerate", TagKind::Enumerate, "`!Enumerate [items, SEQ, body]` or `!Enumerate [items, MAP, body]`"),
    ("Index", TagKind::Index, "`!Index depth`"),
    ("Value", TagKind::Value, "`!Value depth`"),
    ("AtIndex", TagKind::AtIndex, "`!AtIndex [object, key]` or `!AtIndex [object, key, default]`"),
];

impl TagKind {
    /// The tag called `name`, or why there is none.
    pub(super) fn parse(name: &str, at: Origin) -> Result<Self, Diagnostic> {
        if let Some((_, kind, _)) = NAMES.iter().find(|(known, ..)| *known == name) {
            return Ok(*kind);
        }
        let problem = Diagnostic::error("unknown-tag", format!("there is no tag `!{name}`"))
            .at(at, "authentik cannot read this");
        Err(match nearest(name, NAMES.iter().map(|(known, ..)| *known)) {
            Some(known) => problem.help(format!("did you mean `!{known}`?")),
            None => problem,
        })
    }

    fn row(self) -> (&'static str, &'static str) {
        NAMES.iter().find(|(_, kind, _)| *kind == self).map_or(("", ""), |(name, _, form)| (*name, *form))
    }

    /// The name, as in `!Find`.
    pub(super) fn name(self) -> String {
        format!("!{}", self.row().0)
    }
}

/// The tag of a scalar. Its text is taken as it is: `!Context 5` asks for the key `5`.
pub(super) fn of_scalar(kind: TagKind, text: &str, id: usize, at: Origin) -> Result<Node, Diagnostic> {
    let argument = match kind {
        TagKind::KeyOf | TagKind::Env | TagKind::File | TagKind::Context | TagKind::ParseJson => {
            Node::text(text, at)
        }
        TagKind::Index | TagKind::Value => {
            let depth = text.trim().replace('_', "").parse().map_err(|_| shape(kind, at))?;
            Node::new(Data::Int(depth), at)
        }
        _ => return Err(shape(kind, at)),
    };
    Ok(Node::new(Data::Tag(Rc::new(Tag { kind, args: vec![argument], id })), at))
}

/// The tag of a sequence.
pub(super) fn of_sequence(kind: TagKind, args: Vec<Node>, id: usize, at: Origin) -> Result<Node, Diagnostic> {
    let fits = match kind {
        TagKind::KeyOf | TagKind::ParseJson | TagKind::Index | TagKind::Value => false,
        TagKind::Env | TagKind::File | TagKind::Context | TagKind::AtIndex => args.len() >= 2,
        TagKind::Format | TagKind::Condition => !args.is_empty(),
        TagKind::If => args.len() == 1 || args.len() >= 3,
        TagKind::Enumerate => args.len() >= 3,
        TagKind::Find | TagKind::FindObject => {
            let pair = |arg: &Node| matches!(&arg.data, Data::Seq(pair) if pair.len() >= 2);
            !args.is_empty() && args.iter().skip(1).all(pair)
        }
    };
    if !fits {
        return Err(shape(kind, at));
    }
    Ok(Node::new(Data::Tag(Rc::new(Tag { kind, args, id })), at))
}

/// A tag in a form that it does not take.
pub(super) fn shape(kind: TagKind, at: Origin) -> Diagnostic {
    let (name, form) = kind.row();
    Diagnostic::error("tag-shape", format!("`!{name}` does not take these arguments"))
        .at(at, "written here")
        .help(format!("write {form}"))
}
