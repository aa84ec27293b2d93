//! Terms as a person writes them: close to the Python that they come from.

use std::fmt;

use super::super::ast::{BinaryOp, CompareOp, Name, UnaryOp};
use super::{Built, Const, Given, Node, Op, Quantity, Term};

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.node {
            Node::Const(value) => value.fmt(f),
            Node::Subject => f.write_str("request.user"),
            Node::Given(given) => given.fmt(f),
            Node::Op(op, terms) => operation(f, op, terms),
            Node::Build(built, terms) => {
                let (open, close) = match built {
                    Built::List | Built::Unordered => ("[", "]"),
                    Built::Tuple => ("(", ")"),
                    Built::Dict => ("{", "}"),
                };
                f.write_str(open)?;
                list(f, terms, &[])?;
                f.write_str(close)
            }
        }
    }
}

type Terms = [std::sync::Arc<Term>];

fn list(f: &mut fmt::Formatter<'_>, terms: &Terms, names: &[Name]) -> fmt::Result {
    let positional = terms.len().saturating_sub(names.len());
    for (index, term) in terms.iter().enumerate() {
        if index > 0 {
            f.write_str(", ")?;
        }
        if let Some(name) = index.checked_sub(positional).and_then(|index| names.get(index)) {
            write!(f, "{name}=")?;
        }
        write!(f, "{term}")?;
    }
    Ok(())
}

fn operation(f: &mut fmt::Formatter<'_>, op: &Op, terms: &Terms) -> fmt::Result {
    match (op, terms) {
        (Op::Class, [of]) => write!(f, "type({of})"),
        (Op::IsKept, [of]) => write!(f, "whether {of} can be kept"),
        (Op::Attribute(name), [of]) => write!(f, "{of}.{name}"),
        (Op::Subscript, [of, key]) => write!(f, "{of}[{key}]"),
        (Op::Unary(op), [of]) => write!(f, "{}{of}", unary(*op)),
        (Op::Binary(op), [left, right]) => write!(f, "{left} {} {right}", binary(*op)),
        (Op::Compare(op), [left, right]) => write!(f, "{left} {} {right}", compare(*op)),
        (Op::Method(name, names), [of, rest @ ..]) => {
            write!(f, "{of}.{name}(")?;
            list(f, rest, names)?;
            f.write_str(")")
        }
        (Op::Call(name, names), terms) => {
            write!(f, "{name}(")?;
            list(f, terms, names)?;
            f.write_str(")")
        }
        (Op::Format(_), [of, ..]) => write!(f, "{{{of}}}"),
        (Op::IsLarge, [of]) => write!(f, "{of} is very large"),
        (Op::Map(_), [of]) => write!(f, "[... for each of {of}]"),
        (Op::Some(Quantity::Raises, _), [of]) => write!(f, "something raises for one of {of}"),
        (Op::Some(Quantity::Says(true), _), [of]) => write!(f, "any(... for each of {of})"),
        (Op::Some(Quantity::Says(false), _), [of]) => write!(f, "not all(... for each of {of})"),
        (_, terms) => list(f, terms, &[]),
    }
}

fn unary(op: UnaryOp) -> &'static str {
    match op {
        UnaryOp::Minus => "-",
        UnaryOp::Plus => "+",
        UnaryOp::Invert => "~",
    }
}

fn binary(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Add => "+",
        BinaryOp::Sub => "-",
        BinaryOp::Mul => "*",
        BinaryOp::Div => "/",
        BinaryOp::FloorDiv => "//",
        BinaryOp::Mod => "%",
        BinaryOp::Pow => "**",
        BinaryOp::And => "&",
        BinaryOp::Or => "|",
        BinaryOp::Xor => "^",
        BinaryOp::Left => "<<",
        BinaryOp::Right => ">>",
        BinaryOp::MatMul => "@",
    }
}

fn compare(op: CompareOp) -> &'static str {
    match op {
        CompareOp::Eq => "==",
        CompareOp::NotEq => "!=",
        CompareOp::Lt => "<",
        CompareOp::LtE => "<=",
        CompareOp::Gt => ">",
        CompareOp::GtE => ">=",
        CompareOp::Is => "is",
        CompareOp::IsNot => "is not",
        CompareOp::In => "in",
        CompareOp::NotIn => "not in",
    }
}

impl fmt::Display for Const {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = |f: &mut fmt::Formatter<'_>, open: &str, items: &[Self], close: &str| {
            f.write_str(open)?;
            for (index, item) in items.iter().enumerate() {
                write!(f, "{}{item}", if index > 0 { ", " } else { "" })?;
            }
            f.write_str(close)
        };
        match self {
            Self::None => f.write_str("None"),
            Self::Bool(true) => f.write_str("True"),
            Self::Bool(false) => f.write_str("False"),
            Self::Int(value) => value.fmt(f),
            Self::Float(bits) => write!(f, "{:?}", f64::from_bits(*bits)),
            Self::Str(value) => write!(f, "{value:?}"),
            Self::List(items) | Self::Unordered(items) => all(f, "[", items, "]"),
            Self::Tuple(items) => all(f, "(", items, ")"),
            Self::Set(items) => all(f, "{", items, "}"),
            Self::Dict(_) => f.write_str("{...}"),
            Self::Range(from, to, step) => write!(f, "range({from}, {to}, {step})"),
            Self::User(_) => f.write_str("a user"),
            Self::Group(_) => f.write_str("a group"),
            Self::Groups(_) => f.write_str("some groups"),
            Self::Ip(address) => write!(f, "\"{address}\""),
            Self::Network(network) => write!(f, "ip_network(\"{network}\")"),
            Self::Moment(moment) => moment.fmt(f),
            Self::Matched => f.write_str("a match"),
            Self::PolicyResult(passing) => {
                write!(f, "a policy that {}", if *passing { "passes" } else { "fails" })
            }
            Self::Class(name) | Self::Builtin(name) => f.write_str(name),
        }
    }
}

impl fmt::Display for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::HasHttpRequest => f.write_str("there is an HTTP request"),
            Self::HttpRequest => f.write_str("http_request"),
            Self::ClientIp => f.write_str("ak_client_ip"),
            Self::IsSsoFlow => f.write_str("ak_is_sso_flow"),
            Self::Clock => f.write_str("the time"),
            Self::HasContext(key, _) => write!(f, "{key:?} in context"),
            Self::Context(key, _) => write!(f, "context[{key:?}]"),
            Self::AllContext(_) => f.write_str("context"),
            Self::External(what, ..) => f.write_str(what),
            Self::Answer(call, _) => call.fmt(f),
            Self::Order(..) => f.write_str("the order in which the database gives rows"),
            Self::Policy(name, _) => write!(f, "ak_call_policy({name:?}).passing"),
            Self::IsKind(class, ..) => write!(f, "the exception is a {class}"),
            Self::Unclear(reason, _, Some(of), _) => write!(f, "{of} ({reason})"),
            Self::Unclear(reason, ..) => f.write_str(reason),
        }
    }
}
