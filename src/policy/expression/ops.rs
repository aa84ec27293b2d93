//! What Python's operators, methods and functions make of values: the same for the same values, without effects.
//!
//! One file for each kind of operation. Where it is not certain what every known release does, an operation
//! says so ([`Failure::Cannot`]) instead of guessing.

mod arithmetic;
mod attribute;
mod builtin;
mod case;
mod collection;
mod data;
mod equality;
mod format;
mod helper;
mod integer;
mod json;
mod justify;
mod library;
mod lookup;
mod number;
mod order;
mod query;
mod range;
mod ranking;
mod search;
mod sequence;
mod size;
mod text;
mod truth;

use std::borrow::Cow;

use super::ast::{BinaryOp, CompareOp, Name};
use super::term::{Op, Quantity};
use super::value::{Val, Value};
pub(super) use attribute::is_missing;
pub(super) use builtin::{BUILTINS, is_builtin};
pub(super) use collection::{check_key, find, insert, iterate, set_of};
pub(super) use data::Data;
pub(super) use equality::equal;
pub(super) use helper::{HELPERS, policy_named};
pub(super) use json::{of as of_json, truth as json_truth};
pub(super) use library::member as library_member;
pub(super) use lookup::group as finds_group;
pub(super) use order::{is_ordered, less};
pub(super) use sequence::position;
pub(super) use text::METHODS as TEXT_METHODS;
pub(super) use truth::truth;

/// Why an operation gives no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// Python raises an exception of this class.
    Raise(&'static str),
    /// It is not certain what happens, for this reason.
    Cannot(Cow<'static, str>),
}

pub(super) type Applied<T = Value> = Result<T, Failure>;

/// Raises an exception of `class`.
fn raise<T>(class: &'static str) -> Applied<T> {
    Err(Failure::Raise(class))
}

/// Says what is not certain.
fn cannot<T>(what: impl Into<Cow<'static, str>>) -> Applied<T> {
    Err(Failure::Cannot(what.into()))
}

/// What `op` makes of `args`. None of them, nor anything in them, may be unknown.
pub(super) fn apply(data: &Data<'_>, op: &Op, args: &[Val]) -> Applied {
    let values: Vec<&Value> = args.iter().map(Val::raw).collect();
    if takes_small_numbers(op, &values) && values.iter().any(|value| is_huge(value)) {
        return cannot("a very large number");
    }
    match (op, values.as_slice()) {
        (Op::Attribute(name), [of]) => attribute::get(data, of, name),
        (Op::Subscript, [of, key]) => sequence::subscript(data, of, key),
        (Op::Slice, [of, lower, upper, step]) => sequence::slice(of, [lower, upper, step]),
        (Op::Unary(op), [of]) => arithmetic::unary(*op, of),
        (Op::Binary(op), [left, right]) => arithmetic::binary(data, *op, left, right),
        (Op::Compare(op), [left, right]) => compare(data, *op, left, right).map(Value::Bool),
        (Op::Method(name, names), [of, rest @ ..]) => method(data, of, name, rest, names),
        (Op::Call(name, names), args) => builtin::call(data, name, args, names),
        (Op::Format(conversion), [of, spec]) => format::interpolate(data, *conversion, of, spec),
        (Op::Concat, parts) => format::concat(parts),
        (Op::Map(table), [Value::Groups(groups)]) => table.list(groups),
        (Op::Some(Quantity::Says(truth), table), [Value::Groups(groups)]) => {
            Ok(Value::Bool(table.some(groups, *truth)))
        }
        (Op::Some(Quantity::Raises, table), [Value::Groups(groups)]) => Ok(Value::Bool(table.raises(groups))),
        (Op::Class, [of]) => Ok(Value::Str(of.class().into())),
        (Op::IsKept, [of]) => size::is_kept(of).map(Value::Bool),
        (Op::IsLarge, [of]) => Ok(Value::Bool(size::is_large(data, of))),
        _ => cannot("an operation of this kind"),
    }
}

/// Whether Python may hand numbers on to what takes no larger ones than the machine.
fn takes_small_numbers(op: &Op, values: &[&Value]) -> bool {
    match op {
        Op::Method(..) | Op::Slice => true,
        Op::Subscript => !matches!(values.first(), Some(Value::Dict(_))),
        Op::Binary(BinaryOp::Mul) => values.iter().any(|value| number::Number::of(value).is_none()),
        Op::Call(name, _) => ![
            "abs",
            "bin",
            "bool",
            "divmod",
            "float",
            "hex",
            "int",
            "isinstance",
            "len",
            "max",
            "min",
            "oct",
            "repr",
            "round",
            "str",
            "sum",
        ]
        .contains(name),
        _ => false,
    }
}

fn is_huge(value: &Value) -> bool {
    matches!(value, Value::Int(number) if i32::try_from(*number).is_err())
}

fn compare(data: &Data<'_>, op: CompareOp, left: &Value, right: &Value) -> Applied<bool> {
    match op {
        CompareOp::Eq => equal(data, left, right),
        CompareOp::NotEq => equal(data, left, right).map(|equal| !equal),
        CompareOp::Lt => less(data, left, right),
        CompareOp::Gt => less(data, right, left),
        CompareOp::LtE => order::at_most(data, left, right),
        CompareOp::GtE => order::at_most(data, right, left),
        CompareOp::Is => equality::same(left, right),
        CompareOp::IsNot => equality::same(left, right).map(|same| !same),
        CompareOp::In => sequence::contains(data, right, left),
        CompareOp::NotIn => sequence::contains(data, right, left).map(|contains| !contains),
    }
}

fn method(data: &Data<'_>, of: &Value, name: &str, args: &[&Value], names: &[Name]) -> Applied {
    match of {
        Value::Str(of) => text::method(data, of, name, args, names),
        Value::User(who) => data.user_method(*who, name, args, names),
        Value::Groups(groups) => query::method(data, groups, name, args, names),
        Value::Ip(_) | Value::Network(_) | Value::Moment(_) => attribute::method(of, name, args),
        Value::List(_) | Value::Tuple(_) | Value::Dict(_) | Value::Set(_) | Value::Range(..) => {
            collection::method(data, of, name, args, names)
        }
        Value::Pattern(_) | Value::Module(_) => library::method(data, of, name, args, names),
        _ if attribute::is_missing(of, name) => raise("AttributeError"),
        Value::Bool(_) | Value::Int(_) | Value::Float(_) => number::method(of, name, args, names),
        _ => cannot(format!("`.{name}()` of a {}", of.class())),
    }
}

/// The one argument that a method takes.
fn one<'v>(args: &[&'v Value], names: &[Name]) -> Applied<&'v Value> {
    match (args, names) {
        ([one], []) => Ok(*one),
        (_, []) => raise("TypeError"),
        _ => cannot("named arguments of a method"),
    }
}

/// No argument, which a method takes.
fn none(args: &[&Value], names: &[Name]) -> Applied<()> {
    if args.is_empty() && names.is_empty() { Ok(()) } else { raise("TypeError") }
}
