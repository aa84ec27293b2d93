//! Terms: where a value comes from, as a formula over the subject and the request.
//!
//! Two values of equal terms are equal, for every subject. So what the code asks about a value is a question about
//! its term, and can be asked for all users at once.

mod constant;
mod text;

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::ast::{BinaryOp, CompareOp, Conversion, Name, Span, UnaryOp};
use super::table::Table;
use crate::model::TargetId;
pub(super) use constant::Const;

/// A formula.
#[derive(Debug)]
pub struct Term {
    node: Node,
    hash: u64,
    /// Of how many parts it is made, counted as often as they occur.
    size: u32,
    /// Whether it is another for some subjects than for others.
    varies: bool,
}

/// What a formula is made of.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Node {
    Const(Const),
    /// The user that the policy is asked about.
    Subject,
    /// Something of the request.
    Given(Given),
    Op(Op, Vec<Arc<Term>>),
    Build(Built, Vec<Arc<Term>>),
}

/// A container of which some parts come from terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Built {
    List,
    Unordered,
    Tuple,
    /// Keys and values in turn.
    Dict,
}

/// Something that the configuration does not say.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Given {
    /// Whether there is an HTTP request.
    HasHttpRequest,
    /// The HTTP request.
    HttpRequest,
    /// The address of the client.
    ClientIp,
    /// Whether the flow began at another identity provider, or at the authorization of an application.
    IsSsoFlow,
    /// The moment.
    Clock,
    /// Whether the context of the request has a key.
    HasContext(Name, Validity),
    /// What the context of the request has under a key.
    Context(Name, Validity),
    /// The whole context of the request.
    AllContext(Validity),
    /// Something from outside, such as the answer of another server.
    External(Name, Span, Validity),
    /// What something from outside answers when it is called.
    Answer(Arc<Term>, Validity),
    /// The order in which the database gives rows.
    Order(Span, Validity),
    /// How a policy ends that is called.
    Policy(Name, Validity),
    /// Whether an exception is of a class.
    IsKind(Name, Span, Validity),
    /// What is not certain, for this reason; made from a term, if it is not the same for everyone.
    Unclear(Name, Span, Option<Arc<Term>>, Validity),
}

/// How far something unknown is the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Validity {
    /// Everywhere.
    #[default]
    Everywhere,
    /// In all runs for one target, until code writes.
    Target(TargetId),
    /// In one run, between two writes into what is not known.
    Run {
        /// The number of the run.
        run: u32,
        /// So many writes came before.
        writes: u32,
    },
    /// Once: whoever asks again may get another answer.
    Once {
        /// The number of the run.
        run: u32,
        /// Which of its unknown values it is.
        number: u32,
    },
}

/// How a value is made from others.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Op {
    Attribute(Name),
    Subscript,
    Slice,
    Unary(UnaryOp),
    Binary(BinaryOp),
    Compare(CompareOp),
    /// A method of the first value, with the names of its last arguments.
    Method(Name, Vec<Name>),
    /// A function of Python, its library or authentik, with the names of its last arguments.
    Call(&'static str, Vec<Name>),
    /// A value in an f-string, with the format behind it.
    Format(Conversion),
    /// The parts of an f-string put together.
    Concat,
    /// The class of a value, by its name.
    Class,
    /// Whether a value is too large to be handed on (dossier §2.5).
    IsLarge,
    /// Whether a value can be written down, as whatever is handed on must be (dossier §2.5).
    IsKept,
    /// What a comprehension makes of groups.
    Map(Table),
    /// Whether some of the groups are so in a table.
    Some(Quantity, Table),
}

impl Op {
    /// Whether all that comes of it is a new value: it gives back, changes and calls nothing that it is given.
    pub(super) fn only_looks(&self) -> bool {
        matches!(
            self,
            Self::Compare(_)
                | Self::Format(_)
                | Self::Concat
                | Self::Class
                | Self::IsKept
                | Self::IsLarge
                | Self::Map(_)
                | Self::Some(..)
                | Self::Unary(_)
        )
    }
}

/// What is asked of the groups in a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Quantity {
    /// That the entry of one is true, or is not.
    Says(bool),
    /// That the entry of one raises.
    Raises,
}

impl Given {
    /// Why nobody knows it.
    pub fn reason(&self) -> String {
        match self {
            Self::HasHttpRequest | Self::HttpRequest => "the HTTP request decides".to_owned(),
            Self::ClientIp => "the address of the client decides".to_owned(),
            Self::IsSsoFlow => "how the flow began decides".to_owned(),
            Self::Clock => "the time decides (give the moment with `--at`)".to_owned(),
            Self::HasContext(key, _) | Self::Context(key, _) => match key.as_ref() {
                "geoip" | "asn" => "where the request comes from decides".to_owned(),
                "prompt_data" => "what the user enters decides".to_owned(),
                "event" => "the event decides".to_owned(),
                "flow_plan" | "pending_user" => "the state of the flow decides".to_owned(),
                key => format!("`{key}` in the context of the request decides"),
            },
            Self::AllContext(_) => "the context of the request decides".to_owned(),
            Self::External(what, ..) => format!("something from outside decides: `{what}`"),
            Self::Answer(call, _) => {
                call.first_given().map_or_else(|| "something from outside decides".to_owned(), Self::reason)
            }
            Self::Order(..) => "the order in which the database gives rows decides".to_owned(),
            Self::Policy(name, _) => format!("how the policy `{name}` ends decides"),
            Self::IsKind(class, ..) => format!("whether an exception is a `{class}` decides"),
            Self::Unclear(reason, ..) => format!("{reason} decides"),
        }
    }

    /// How far it is the same.
    pub(super) fn validity(&self) -> Validity {
        match self {
            Self::HasContext(_, validity)
            | Self::Context(_, validity)
            | Self::AllContext(validity)
            | Self::External(.., validity)
            | Self::Answer(_, validity)
            | Self::Order(_, validity)
            | Self::Policy(_, validity)
            | Self::IsKind(.., validity)
            | Self::Unclear(.., validity) => *validity,
            Self::HasHttpRequest | Self::HttpRequest | Self::ClientIp | Self::IsSsoFlow | Self::Clock => {
                Validity::Everywhere
            }
        }
    }

    /// Whether it is no object that something can change.
    fn is_steady(&self) -> bool {
        matches!(
            self,
            Self::HasHttpRequest
                | Self::ClientIp
                | Self::IsSsoFlow
                | Self::Clock
                | Self::HasContext(..)
                | Self::Order(..)
                | Self::Policy(..)
                | Self::IsKind(..)
        )
    }
}

impl Term {
    pub(super) fn new(node: Node) -> Arc<Self> {
        let mut hasher = rustc_hash::FxHasher::default();
        node.hash(&mut hasher);
        let (size, varies) = match &node {
            Node::Op(_, terms) | Node::Build(_, terms) => (
                terms.iter().fold(1, |size: u32, term| size.saturating_add(term.size)),
                terms.iter().any(|term| term.varies),
            ),
            Node::Given(Given::Answer(term, _) | Given::Unclear(_, _, Some(term), _)) => {
                (term.size.saturating_add(1), term.varies)
            }
            Node::Subject => (1, true),
            Node::Const(_) | Node::Given(_) => (1, false),
        };
        Arc::new(Self { hash: hasher.finish(), node, size, varies })
    }

    /// Whether it is a truth value or a number, whenever it is anything.
    pub(super) fn is_plain(&self) -> bool {
        let Node::Op(op, _) = &self.node else { return false };
        match op {
            Op::Compare(_) | Op::Some(..) | Op::IsLarge | Op::IsKept => true,
            Op::Call(name, _) => {
                ["ak_is_group_member", "bool", "callable", "hasattr", "isinstance", "len", "regex_match"]
                    .contains(name)
            }
            Op::Method(name, _) => ["endswith", "exists", "startswith"].contains(&name.as_ref()),
            Op::Attribute(_)
            | Op::Subscript
            | Op::Slice
            | Op::Unary(_)
            | Op::Binary(_)
            | Op::Format(_)
            | Op::Concat
            | Op::Class
            | Op::Map(_) => false,
        }
    }

    /// Of how many parts it is made.
    pub(super) fn size(&self) -> u32 {
        self.size
    }

    /// Whether it is another for some subjects than for others.
    pub(super) fn varies(&self) -> bool {
        self.varies
    }

    pub(super) fn node(&self) -> &Node {
        &self.node
    }

    /// What it is made of.
    pub(super) fn parts(&self) -> &[Arc<Self>] {
        match &self.node {
            Node::Op(_, terms) | Node::Build(_, terms) => terms,
            Node::Const(_) | Node::Subject | Node::Given(_) => &[],
        }
    }

    /// Puts it and everything that it is made of into `terms`.
    pub(super) fn collect<'t>(&'t self, terms: &mut FxHashSet<&'t Self>) {
        // With a term, all of its parts are there.
        if terms.insert(self) {
            self.parts().iter().for_each(|part| part.collect(terms));
        }
    }

    /// Everything of the request that plays a part in it.
    pub(super) fn givens(&self) -> Vec<&Given> {
        match &self.node {
            Node::Given(given) => vec![given],
            _ => self.parts().iter().flat_map(|part| part.givens()).collect(),
        }
    }

    fn first_given(&self) -> Option<&Given> {
        self.givens().into_iter().next()
    }

    /// Whether it is the same however much is written into what is not known.
    pub(super) fn is_steady(&self) -> bool {
        self.givens().into_iter().all(Given::is_steady)
    }

    /// Whether something from outside plays a part in it.
    pub(super) fn is_from_outside(&self) -> bool {
        self.givens().into_iter().any(|given| matches!(given, Given::External(..) | Given::Answer(..)))
    }
}

impl Hash for Term {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.hash.hash(state);
    }
}

impl PartialEq for Term {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other) || (self.hash == other.hash && self.node == other.node)
    }
}

impl Eq for Term {}
