//! Python, as far as it is understood: what an expression policy is made of.
//!
//! Everything else is [`ExprKind::Unsupported`], with the reason, or keeps the whole code from being read
//! ([`Unread`]).

use std::ops::Range;
use std::sync::Arc;

/// A name in Python.
pub(super) type Name = Arc<str>;

/// A range of bytes of the text of the policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The bytes.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// Why a text is not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Unread {
    /// It is not Python: authentik raises at every run (dossier §4.1).
    Syntax(Vec<(Span, String)>),
    /// It uses something of Python that is not looked into, anywhere in it.
    Unsupported(Span, String),
}

/// The body of a function.
#[derive(Debug)]
pub(super) struct Function {
    pub(super) parameters: Parameters,
    pub(super) body: Body,
    /// The names that are assigned in it: those are local.
    pub(super) locals: Vec<Name>,
}

/// What a function does.
#[derive(Debug)]
pub(super) enum Body {
    Block(Vec<Stmt>),
    /// A `lambda`.
    Value(Expr),
}

/// The parameters of a function.
#[derive(Debug, Default)]
pub(super) struct Parameters {
    /// Those that can be given by position, with their defaults.
    pub(super) positional: Vec<(Name, Option<Expr>)>,
    /// How many of them cannot be given by name.
    pub(super) positional_only: usize,
    pub(super) keyword_only: Vec<(Name, Option<Expr>)>,
}

#[derive(Debug)]
pub(super) struct Stmt {
    pub(super) span: Span,
    pub(super) kind: StmtKind,
}

#[derive(Debug)]
pub(super) enum StmtKind {
    Expr(Expr),
    Return(Option<Expr>),
    Assign(Vec<Target>, Expr),
    /// `target op= value`
    Augment(Target, BinaryOp, Expr),
    Delete(Vec<Target>),
    If(Vec<(Expr, Vec<Stmt>)>, Vec<Stmt>),
    For {
        target: Target,
        iterable: Expr,
        body: Vec<Stmt>,
        otherwise: Vec<Stmt>,
    },
    While {
        test: Expr,
        body: Vec<Stmt>,
        otherwise: Vec<Stmt>,
    },
    Try {
        body: Vec<Stmt>,
        handlers: Vec<Handler>,
        otherwise: Vec<Stmt>,
        finally: Vec<Stmt>,
    },
    Raise(Option<Expr>, Option<Expr>),
    Assert(Expr, Option<Expr>),
    Match(Expr, Vec<Case>),
    /// `import module as name`
    Import(Vec<Import>),
    Function(Name, Arc<Function>),
    Pass,
    Break,
    Continue,
}

/// One name that an import binds.
#[derive(Debug)]
pub(super) struct Import {
    /// The module, as it is written.
    pub(super) module: Name,
    /// What is taken from it; `None` for the module itself.
    pub(super) member: Option<Name>,
    pub(super) bound: Name,
}

#[derive(Debug)]
pub(super) struct Handler {
    pub(super) class: Option<Expr>,
    pub(super) name: Option<Name>,
    pub(super) body: Vec<Stmt>,
}

#[derive(Debug)]
pub(super) struct Case {
    pub(super) pattern: Pattern,
    pub(super) guard: Option<Expr>,
    pub(super) body: Vec<Stmt>,
}

#[derive(Debug)]
pub(super) enum Pattern {
    /// Compared with `==`.
    Value(Expr),
    /// Compared with `is`: `None`, `True`, `False`.
    Singleton(Expr),
    Sequence(Vec<Pattern>),
    Mapping(Vec<(Expr, Pattern)>),
    /// `str()`, `int(x)`: the class and the one pattern inside.
    Class(Name, Option<Box<Pattern>>),
    /// Everything, or what the inner pattern takes, bound to the name if there is one.
    As(Option<Box<Pattern>>, Option<Name>),
    Or(Vec<Pattern>),
}

/// What is assigned to.
#[derive(Debug)]
pub(super) enum Target {
    Name(Name),
    Tuple(Vec<Target>),
    Attribute(Expr, Name),
    Subscript(Expr, Expr),
}

impl Target {
    /// The names that it binds.
    pub(super) fn names(&self) -> Vec<Name> {
        match self {
            Self::Name(name) => vec![Name::clone(name)],
            Self::Tuple(targets) => targets.iter().flat_map(Self::names).collect(),
            Self::Attribute(..) | Self::Subscript(..) => Vec::new(),
        }
    }
}

#[derive(Debug)]
pub(super) struct Expr {
    pub(super) span: Span,
    pub(super) kind: ExprKind,
}

impl Expr {
    /// Whether it is written down as it is: nothing is computed.
    pub(super) fn is_literal(&self) -> bool {
        matches!(
            self.kind,
            ExprKind::None | ExprKind::Bool(_) | ExprKind::Int(_) | ExprKind::Float(_) | ExprKind::Str(_)
        )
    }
}

#[derive(Debug)]
pub(super) enum ExprKind {
    None,
    Bool(bool),
    Int(i128),
    Float(f64),
    Str(Arc<str>),
    Name(Name),
    And(Vec<Expr>),
    Or(Vec<Expr>),
    Not(Box<Expr>),
    Unary(UnaryOp, Box<Expr>),
    Binary(BinaryOp, Box<Expr>, Box<Expr>),
    Compare(Box<Expr>, Vec<(CompareOp, Expr)>),
    /// `then if test else otherwise`
    Conditional(Box<[Expr; 3]>),
    /// `name := value`
    Walrus(Name, Box<Expr>),
    Lambda(Arc<Function>),
    List(Vec<Expr>),
    Tuple(Vec<Expr>),
    Set(Vec<Expr>),
    Dict(Vec<(Option<Expr>, Expr)>),
    Starred(Box<Expr>),
    Comprehension(Arc<Comprehension>),
    Call {
        function: Box<Expr>,
        positional: Vec<Expr>,
        keywords: Vec<(Option<Name>, Expr)>,
    },
    Attribute(Box<Expr>, Name),
    Subscript(Box<Expr>, Box<Expr>),
    Slice([Option<Box<Expr>>; 3]),
    /// An f-string.
    Format(Vec<FormatPart>),
    Unsupported(&'static str),
}

#[derive(Debug)]
pub(super) enum FormatPart {
    Text(Arc<str>),
    Value { value: Expr, conversion: Conversion, spec: Vec<FormatPart> },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Conversion {
    None,
    Str,
    Repr,
}

#[derive(Debug)]
pub(super) struct Comprehension {
    pub(super) shape: Shape,
    /// The element; of a dictionary, the key.
    pub(super) element: Expr,
    /// Of a dictionary, the value.
    pub(super) value: Option<Expr>,
    pub(super) loops: Vec<Loop>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    List,
    Set,
    Dict,
    Generator,
}

#[derive(Debug)]
pub(super) struct Loop {
    pub(super) target: Target,
    pub(super) iterable: Expr,
    pub(super) tests: Vec<Expr>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum UnaryOp {
    Minus,
    Plus,
    Invert,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum BinaryOp {
    Add,
    Sub,
    Mul,
    Div,
    FloorDiv,
    Mod,
    Pow,
    And,
    Or,
    Xor,
    Left,
    Right,
    MatMul,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum CompareOp {
    Eq,
    NotEq,
    Lt,
    LtE,
    Gt,
    GtE,
    Is,
    IsNot,
    In,
    NotIn,
}
