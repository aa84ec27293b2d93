//! Python's own functions.

use super::super::ast::{BinaryOp, Name};
use super::super::value::{List, Value};
use super::number::{Number, whole};
use super::{
    Applied, Data, Failure, HELPERS, arithmetic, attribute, cannot, collection, format, helper, integer,
    library, raise, range, ranking, truth,
};

/// Every name that Python defines by itself, in any release that authentik runs on. Those that are not looked into
/// are here, too: they are defined.
pub(in super::super) const BUILTINS: [&str; 81] = [
    "__build_class__",
    "__debug__",
    "__import__",
    "abs",
    "aiter",
    "all",
    "anext",
    "any",
    "ascii",
    "bin",
    "bool",
    "breakpoint",
    "bytearray",
    "bytes",
    "callable",
    "chr",
    "classmethod",
    "compile",
    "complex",
    "copyright",
    "credits",
    "delattr",
    "dict",
    "dir",
    "divmod",
    "enumerate",
    "eval",
    "exec",
    "exit",
    "filter",
    "float",
    "format",
    "frozenset",
    "getattr",
    "globals",
    "hasattr",
    "hash",
    "help",
    "hex",
    "id",
    "input",
    "int",
    "isinstance",
    "issubclass",
    "iter",
    "len",
    "license",
    "list",
    "locals",
    "map",
    "max",
    "memoryview",
    "min",
    "next",
    "object",
    "oct",
    "open",
    "ord",
    "pow",
    "print",
    "property",
    "quit",
    "range",
    "repr",
    "reversed",
    "round",
    "set",
    "setattr",
    "slice",
    "sorted",
    "staticmethod",
    "str",
    "sum",
    "super",
    "tuple",
    "type",
    "vars",
    "zip",
    "Ellipsis",
    "NotImplemented",
    "_",
];

/// Names of Python's classes that are also functions.
const CLASSES: [&str; 10] =
    ["bool", "dict", "float", "frozenset", "int", "list", "object", "set", "str", "tuple"];

/// What a name of Python's own stands for, when it is looked into.
pub(in super::super) fn is_builtin(name: &str) -> Option<Value> {
    const OTHER: [&str; 13] = [
        "Ellipsis",
        "NotImplemented",
        "_",
        "__debug__",
        "__build_class__",
        "__import__",
        "copyright",
        "credits",
        "exit",
        "help",
        "license",
        "quit",
        "super",
    ];
    let known = BUILTINS.iter().find(|known| **known == name && !OTHER.contains(&name))?;
    Some(if CLASSES.contains(known) { Value::Class(known) } else { Value::Builtin(known) })
}

/// The call of a function that only looks at its arguments. Generators were run before.
pub(super) fn call(data: &Data<'_>, name: &str, args: &[&Value], names: &[Name]) -> Applied {
    if HELPERS.contains(&name) {
        return helper::call(data, name, args, names);
    }
    if name.contains('.') {
        return library::call(data, name, args, names);
    }
    match name {
        "sorted" => return ranking::sorted(data, args, names),
        "min" | "max" => return ranking::extreme(data, name == "max", args, names),
        "sum"
            if names.is_empty() || matches!(names, [name] if name.as_ref() == "start" && args.len() == 2) =>
        {
            return ranking::sum(data, args);
        }
        _ if !names.is_empty() => return cannot(format!("named arguments of `{name}`")),
        _ => {}
    }
    match (name, args) {
        ("len", [value]) => length(value),
        ("bool", []) => Ok(Value::Bool(false)),
        ("bool", [value]) => Ok(Value::Bool(truth(value))),
        ("str", []) => Ok(Value::Str("".into())),
        ("str", [value]) => format::str(data, value).map(|text| Value::Str(text.into())),
        ("repr", [value]) => format::repr(data, value).map(|text| Value::Str(text.into())),
        ("format", [value]) => format::str(data, value).map(|text| Value::Str(text.into())),
        ("format", [value, Value::Str(spec)]) => {
            format::formatted(data, value, spec).map(|text| Value::Str(text.into()))
        }
        ("int", []) => Ok(Value::Int(0)),
        ("int", [value]) => integer::int(value),
        ("int", [value, base]) => integer::int_of_base(value, base),
        ("bin" | "oct" | "hex", [value]) => integer::digits(name, value),
        ("chr", [value]) => integer::character(value),
        ("divmod", [left, right]) => integer::divided(data, left, right),
        ("pow", [base, exponent] | [base, exponent, Value::None]) => {
            arithmetic::binary(data, BinaryOp::Pow, base, exponent)
        }
        ("pow", [base, exponent, modulus]) => integer::power_modulo(base, exponent, modulus),
        ("float", []) => Ok(Value::Float(0.0)),
        ("float", [value]) => float(value),
        ("abs", [value]) => match Number::of(value) {
            Some(Number::Int(value)) => value
                .checked_abs()
                .map_or_else(|| cannot("a very large number"), |value| Ok(Value::Int(value))),
            Some(Number::Float(value)) => Ok(Value::Float(value.abs())),
            None if value.is_basic() => raise("TypeError"),
            None => cannot("`abs` of this"),
        },
        ("round", [value]) => match Number::of(value) {
            Some(Number::Int(value)) => Ok(Value::Int(value)),
            Some(Number::Float(value)) => whole(value.round_ties_even())
                .map_or_else(|| cannot("a very large number"), |value| Ok(Value::Int(value))),
            None if value.is_basic() => raise("TypeError"),
            None => cannot("`round` of this"),
        },
        ("list" | "tuple", []) => {
            Ok(if name == "list" { Value::list(Vec::new()) } else { Value::tuple(Vec::new()) })
        }
        ("list" | "tuple", [value]) => {
            let (items, unordered) = collection::iterate(data, value)?;
            let unordered = unordered && items.len() > 1;
            match (name, Value::list(items)) {
                ("list", Value::List(list)) => Ok(Value::List(List { unordered, ..list })),
                (_, Value::List(list)) if !unordered => Ok(Value::tuple(list.items.borrow().clone())),
                _ => cannot("the order in which the database gives rows"),
            }
        }
        ("set" | "frozenset", []) => Ok(Value::set(Vec::new())),
        ("set" | "frozenset", [value]) => helper::distinct(data, value).map(Value::set),
        ("dict", []) => Ok(Value::dict(Vec::new())),
        ("dict", [Value::Dict(dict)]) => Ok(Value::dict(dict.borrow().clone())),
        ("dict", [pairs]) => dictionary(data, pairs),
        ("range", args) => range::range(args),
        ("isinstance", [value, class]) => is_instance(value, class).map(Value::Bool),
        ("type", [value]) => class_of(value),
        ("hasattr", [of, Value::Str(name)]) => has(data, of, name).map(Value::Bool),
        ("getattr", [of, Value::Str(name)]) => attribute::get(data, of, name),
        ("getattr", [of, Value::Str(name), default]) => match attribute::get(data, of, name) {
            Err(Failure::Raise("AttributeError")) => Ok((*default).clone()),
            found => found,
        },
        ("callable", [value]) => is_callable(value).map(Value::Bool),
        ("ord", [Value::Str(text)]) => {
            let mut chars = text.chars();
            match (chars.next(), chars.next()) {
                (Some(c), None) => Ok(Value::Int(i128::from(u32::from(c)))),
                _ => raise("TypeError"),
            }
        }
        ("len" | "abs" | "ord" | "chr" | "bin" | "oct" | "hex" | "callable" | "repr", _)
            if args.len() != 1 =>
        {
            raise("TypeError")
        }
        ("divmod" | "isinstance" | "hasattr", _) if args.len() != 2 => raise("TypeError"),
        ("round" | "pow", _) if args.len() < 2 => raise("TypeError"),
        _ => cannot(format!("`{name}` of this kind")),
    }
}

fn has(data: &Data<'_>, of: &Value, name: &str) -> Applied<bool> {
    if let (
        Value::User(super::super::value::Who::User(_)),
        "all_groups" | "group_attributes" | "app_entitlements",
    ) = (of, name)
    {
        return Ok(true);
    }
    match attribute::get(data, of, name) {
        Ok(_) => Ok(true),
        Err(Failure::Raise("AttributeError")) => Ok(false),
        Err(Failure::Raise(_)) => cannot(format!("whether there is `.{name}`")),
        Err(failure) => match of {
            // What is not missing from these classes is a method that they have.
            Value::Str(_) | Value::List(_) | Value::Dict(_) | Value::Set(_) | Value::Tuple(_)
                if !name.starts_with("__") =>
            {
                Ok(true)
            }
            _ => Err(failure),
        },
    }
}

fn length(value: &Value) -> Applied {
    let count = match value {
        Value::Str(text) => text.chars().count(),
        Value::List(list) => list.items.borrow().len(),
        Value::Tuple(items) => items.len(),
        Value::Set(items) => items.borrow().len(),
        Value::Dict(dict) | Value::View(_, dict) => dict.borrow().len(),
        Value::Range(from, to, step) => return Ok(Value::Int(range::length(*from, *to, *step))),
        Value::Groups(groups) if !groups.manager => groups.ids.len(),
        Value::None | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::User(_) | Value::Group(_) => {
            return raise("TypeError");
        }
        Value::Groups(_) | Value::Closure(_) | Value::Ip(_) | Value::Network(_) => return raise("TypeError"),
        _ => return cannot(format!("the length of a {}", value.class())),
    };
    Ok(Value::Int(i128::try_from(count).unwrap_or(i128::MAX)))
}

fn float(value: &Value) -> Applied {
    match value {
        Value::Str(text) => {
            if text.chars().any(|c| ('\x1c'..='\x1f').contains(&c)) {
                return cannot("a number between unusual spaces");
            }
            let plain = text.trim_matches(super::super::wrap::is_space);
            let lower = plain.to_ascii_lowercase();
            let unsigned = lower.trim_start_matches(['+', '-']);
            if ["nan", "inf", "infinity"].contains(&unsigned) && lower.len() - unsigned.len() <= 1 {
                let value = if unsigned == "nan" { f64::NAN } else { f64::INFINITY };
                return Ok(Value::Float(if lower.starts_with('-') { -value } else { value }));
            }
            let digits = |c: char| c.is_ascii_digit() || matches!(c, '.' | '+' | '-' | 'e' | 'E');
            if !plain.chars().all(digits) {
                return if text.is_ascii() && !text.contains('_') {
                    raise("ValueError")
                } else {
                    cannot("a number of unusual digits")
                };
            }
            plain.parse().map_or_else(|_| raise("ValueError"), |value| Ok(Value::Float(value)))
        }
        Value::None | Value::List(_) | Value::Dict(_) | Value::Tuple(_) | Value::Set(_) | Value::User(_) => {
            raise("TypeError")
        }
        _ => match Number::of(value).map(Number::float) {
            Some(Some(value)) => Ok(Value::Float(value)),
            _ => cannot("a number made of this"),
        },
    }
}

/// `isinstance(value, class)`
pub(in super::super) fn is_instance(value: &Value, class: &Value) -> Applied<bool> {
    match class {
        Value::Tuple(classes) => {
            for class in classes.iter() {
                if is_instance(value, class.raw())? {
                    return Ok(true);
                }
            }
            Ok(false)
        }
        Value::Class("object") => Ok(true),
        Value::Class(class) if CLASSES.contains(class) || *class == "NoneType" => {
            let own = value.class();
            match value {
                Value::Unknown(_) | Value::Groups(_) | Value::Target => cannot("the class of a value"),
                Value::Set(_) => cannot("which kind of set it is"),
                _ => Ok(own == *class || (own == "bool" && *class == "int")),
            }
        }
        Value::None | Value::Bool(_) | Value::Int(_) | Value::Str(_) | Value::List(_) => raise("TypeError"),
        _ => cannot("whether a value is of this class"),
    }
}

fn is_callable(value: &Value) -> Applied<bool> {
    match value {
        Value::Class(_) | Value::Closure(_) => Ok(true),
        Value::Builtin(name) if is_builtin(name).is_some() || HELPERS.contains(name) => Ok(true),
        Value::Range(..) => Ok(false),
        value if value.is_basic() => Ok(false),
        _ => cannot("whether a value can be called"),
    }
}

/// `dict(pairs)`
fn dictionary(data: &Data<'_>, pairs: &Value) -> Applied {
    let (pairs, unordered) = collection::iterate(data, pairs)?;
    if unordered && pairs.len() > 1 {
        return cannot("the order in which the database gives rows");
    }
    let mut dict = Vec::new();
    for pair in &pairs {
        let (parts, unordered) = collection::iterate(data, pair.raw())?;
        let [key, value] = parts.as_slice() else { return raise("ValueError") };
        if unordered {
            return cannot("the order of a set");
        }
        collection::insert(data, &mut dict, key.raw(), value.clone())?;
    }
    Ok(Value::dict(dict))
}

fn class_of(value: &Value) -> Applied {
    let known = CLASSES.iter().find(|class| **class == value.class());
    match (value, known) {
        (Value::Set(_) | Value::Unknown(_), _) => cannot("the class of a value"),
        (Value::None, _) => Ok(Value::Class("NoneType")),
        (_, Some(class)) => Ok(Value::Class(class)),
        _ => cannot("the class of a value"),
    }
}
