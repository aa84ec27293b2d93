//! The values that code works with, as Python has them.

use std::cell::RefCell;
use std::net::IpAddr;
use std::rc::Rc;
use std::sync::Arc;

use super::ast::{Comprehension, Function, Name};
use super::network::Network;
use super::regex::Pattern;
use super::scope::Scope;
use super::term::Term;
use super::time::Moment;
use crate::model::{GroupId, UserId};

/// A value, and where it comes from.
///
/// What comes from the subject differs from user to user, so whatever the code does because of it must be noted
/// ([`Run`](super::run::Run) does). The value itself is therefore only for those who note it, and for
/// [`ops`](super::ops), which make values from values.
#[derive(Clone, Debug)]
pub(super) struct Val {
    value: Value,
    term: Option<Arc<Term>>,
}

/// A value as it is for one subject.
#[derive(Clone, Debug)]
pub(super) enum Value {
    None,
    Bool(bool),
    Int(i128),
    Float(f64),
    Str(Arc<str>),
    List(List),
    Tuple(Rc<[Val]>),
    /// Without what the elements come from: see [`Run`](super::run::Run).
    Set(Rc<RefCell<Vec<Value>>>),
    Dict(Dict),
    /// What a dictionary has: its keys, values, or pairs of both.
    View(View, Dict),
    Range(i128, i128, i128),
    User(Who),
    Group(GroupId),
    Groups(Groups),
    Ip(IpAddr),
    Network(Network),
    Moment(Moment),
    Pattern(Pattern),
    /// What a regular expression found; only that it found something is known.
    Matched,
    /// What a policy answered that was called.
    PolicyResult(bool),
    Exception(Rc<Exception>),
    /// A class, by its name.
    Class(&'static str),
    /// A function that Python, its library or authentik has.
    Builtin(&'static str),
    /// A module, by its full name.
    Module(Name),
    Closure(Rc<Closure>),
    Generator(Rc<Generator>),
    /// `map`, `filter`, `zip`, `enumerate`, `reversed`: what is computed when it is asked for.
    Lazy(Rc<Lazy>),
    /// The request that a policy gets.
    Request,
    /// The context of the request.
    Context,
    /// The object that the policy is asked for.
    Target,
    Logger,
    /// Nobody knows.
    Unknown(Kind),
}

/// What is known of a value that is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Kind {
    Any,
    Bool,
    Int,
    Str,
    Ip,
    /// A point in time.
    Moment,
    /// A dictionary or nothing, as what geographic databases answer.
    Record,
}

/// A list.
#[derive(Clone, Debug)]
pub(super) struct List {
    pub(super) items: Rc<RefCell<Vec<Val>>>,
    /// Whether the database gave the order, which nobody knows.
    pub(super) unordered: bool,
}

/// A dictionary, in the order of insertion. Keys are without what they come from.
pub(super) type Dict = Rc<RefCell<Vec<(Value, Val)>>>;

/// Which part of a dictionary is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum View {
    Keys,
    Values,
    Items,
}

/// A user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Who {
    User(UserId),
    /// Django's `AnonymousUser`.
    Anonymous,
}

/// Some groups: a manager (`user.groups`) or a query.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Groups {
    pub(super) ids: Arc<[GroupId]>,
    /// Whether it is a manager, which must be asked for its rows.
    pub(super) manager: bool,
    /// Whether they are the groups of an anonymous user: of Django's own kind, and none.
    pub(super) of_nobody: bool,
    /// Whether they are in an order that somebody asked for.
    pub(super) arranged: bool,
    /// What the rows are made of: the groups themselves, or this field of each.
    pub(super) field: Option<Name>,
}

/// An exception.
#[derive(Clone, Debug)]
pub(super) struct Exception {
    pub(super) class: &'static str,
}

/// A function of the code, with the scope around it.
#[derive(Debug)]
pub(super) struct Closure {
    pub(super) function: Arc<Function>,
    pub(super) scope: Rc<Scope>,
    /// The defaults, evaluated where the function was made.
    pub(super) defaults: Vec<(Name, Val)>,
}

/// What dictionaries and sets held when somebody began to run through them, and how many had been changed until then.
pub(super) type Held = Vec<(Val, Vec<Val>, usize)>;

/// A generator expression that has not run yet.
#[derive(Debug)]
pub(super) struct Generator {
    pub(super) code: Arc<Comprehension>,
    pub(super) scope: Rc<Scope>,
    /// What the first loop runs over, evaluated where the generator was made.
    pub(super) first: Val,
    /// What it held then.
    pub(super) held: Held,
    /// Whether somebody has taken from it.
    pub(super) used: std::cell::Cell<bool>,
}

/// Something that is computed when it is asked for.
#[derive(Debug)]
pub(super) struct Lazy {
    pub(super) kind: LazyKind,
    /// What its sources held when it was made.
    pub(super) held: Held,
    pub(super) used: std::cell::Cell<bool>,
}

#[derive(Debug)]
pub(super) enum LazyKind {
    Map(Val, Val),
    Filter(Val, Val),
    Enumerate(Val, i128),
    Zip(Vec<Val>),
    /// `iter`, `reversed` of what is there already.
    Items(Vec<Val>),
}

impl Val {
    /// A value that is the same for every subject.
    pub(super) fn known(value: Value) -> Self {
        Self { value, term: None }
    }

    /// A value that comes from `term`.
    pub(super) fn of(value: Value, term: Arc<Term>) -> Self {
        Self { value, term: Some(term) }
    }

    pub(super) fn none() -> Self {
        Self::known(Value::None)
    }

    pub(super) fn bool(value: bool) -> Self {
        Self::known(Value::Bool(value))
    }

    pub(super) fn str(value: &str) -> Self {
        Self::known(Value::Str(value.into()))
    }

    /// The value, for those who note what follows from it.
    pub(super) fn raw(&self) -> &Value {
        &self.value
    }

    /// Where it comes from, if it is not the same for everyone. What is inside may have a term of its own.
    pub(super) fn term(&self) -> Option<&Arc<Term>> {
        self.term.as_ref()
    }

    /// What is not known about it, if anything is.
    pub(super) fn unknown(&self) -> Option<Kind> {
        match self.value {
            Value::Unknown(kind) => Some(kind),
            _ => None,
        }
    }

    /// Calls `visit` with this value and everything inside, until it says so.
    pub(super) fn any(&self, visit: &mut impl FnMut(&Self) -> bool) -> bool {
        if visit(self) {
            return true;
        }
        // What comes from a term as a whole has nothing inside that comes from elsewhere.
        if self.term.is_some() {
            return false;
        }
        match &self.value {
            Value::List(list) => list.items.borrow().iter().any(|item| item.any(visit)),
            Value::Tuple(items) => items.iter().any(|item| item.any(visit)),
            Value::Dict(dict) | Value::View(_, dict) => {
                dict.borrow().iter().any(|(_, value)| value.any(visit))
            }
            _ => false,
        }
    }

    /// Whether it, or something inside, is not the same for everyone.
    pub(super) fn is_traced(&self) -> bool {
        self.any(&mut |val| val.unknown().is_some() || val.term.as_ref().is_some_and(|term| term.varies()))
    }

    /// Whether it, or something inside, is not known.
    pub(super) fn has_unknown(&self) -> bool {
        self.any(&mut |val| val.unknown().is_some())
    }
}

impl Value {
    /// A list in a known order.
    pub(super) fn list(items: Vec<Val>) -> Self {
        Self::List(List { items: Rc::new(RefCell::new(items)), unordered: false })
    }

    pub(super) fn tuple(items: Vec<Val>) -> Self {
        Self::Tuple(items.into())
    }

    pub(super) fn dict(items: Vec<(Self, Val)>) -> Self {
        Self::Dict(Rc::new(RefCell::new(items)))
    }

    pub(super) fn set(items: Vec<Self>) -> Self {
        Self::Set(Rc::new(RefCell::new(items)))
    }

    /// The name of its class, as Python calls it.
    pub(super) fn class(&self) -> &'static str {
        match self {
            Self::None => "NoneType",
            Self::Bool(_) => "bool",
            Self::Int(_) => "int",
            Self::Float(_) => "float",
            Self::Str(_) => "str",
            Self::List(_) => "list",
            Self::Tuple(_) => "tuple",
            Self::Set(_) => "set",
            Self::Dict(_) | Self::Context => "dict",
            Self::View(View::Keys, _) => "dict_keys",
            Self::View(View::Values, _) => "dict_values",
            Self::View(View::Items, _) => "dict_items",
            Self::Range(..) => "range",
            Self::User(Who::User(_)) => "User",
            Self::User(Who::Anonymous) => "AnonymousUser",
            Self::Group(_) => "Group",
            Self::Groups(groups) if groups.manager => "ManyRelatedManager",
            Self::Groups(_) => "QuerySet",
            Self::Ip(IpAddr::V4(_)) => "IPv4Address",
            Self::Ip(IpAddr::V6(_)) => "IPv6Address",
            Self::Network(network) => network.class(),
            Self::Moment(moment) => moment.class(),
            Self::Pattern(_) => "Pattern",
            Self::Matched => "Match",
            Self::PolicyResult(_) => "PolicyResult",
            Self::Exception(exception) => exception.class,
            Self::Class(_) => "type",
            Self::Builtin(_) => "builtin_function_or_method",
            Self::Module(_) => "module",
            Self::Closure(_) => "function",
            Self::Generator(_) => "generator",
            Self::Lazy(_) => "iterator",
            Self::Request => "PolicyRequest",
            Self::Target => "object",
            Self::Logger => "BoundLogger",
            Self::Unknown(_) => "unknown",
        }
    }

    /// Whether it is of a class of Python's own that everybody knows, or a row of authentik: nothing can be done with
    /// it that its class does not say.
    pub(super) fn is_basic(&self) -> bool {
        matches!(
            self,
            Self::None
                | Self::Bool(_)
                | Self::Int(_)
                | Self::Float(_)
                | Self::Str(_)
                | Self::List(_)
                | Self::Tuple(_)
                | Self::Set(_)
                | Self::Dict(_)
                | Self::User(_)
                | Self::Group(_)
        )
    }

    /// Whether Python can keep it in a set or as a key; `None` where that is not known.
    pub(super) fn is_hashable(&self) -> Option<bool> {
        match self {
            Self::List(_) | Self::Dict(_) | Self::Context => Some(false),
            // There is a kind of set that can be kept.
            Self::Set(_) => None,
            Self::Tuple(items) => {
                let each = items.iter().map(|item| item.value.is_hashable());
                each.reduce(|all, one| Some(all? && one?)).unwrap_or(Some(true))
            }
            Self::Unknown(Kind::Any | Kind::Record) | Self::View(..) => None,
            _ => Some(true),
        }
    }
}
