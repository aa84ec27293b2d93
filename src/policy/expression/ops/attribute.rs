//! `value.name`.

use std::net::IpAddr;

use super::super::network::is_private;
use super::super::value::Value;
use super::{Applied, Data, cannot, library, number, raise, text};
use crate::model::Details;

/// `of.name`
pub(super) fn get(data: &Data<'_>, of: &Value, name: &str) -> Applied {
    match of {
        Value::User(who) => data.user_attribute(*who, name),
        Value::Group(group) => data.group_attribute(*group, name),
        Value::PolicyResult(passing) if name == "passing" => Ok(Value::Bool(*passing)),
        Value::Ip(address) => ip(*address, name),
        Value::Network(network) => match name {
            "version" => Ok(Value::Int(network.version())),
            "prefixlen" => Ok(Value::Int(i128::from(network.prefix()))),
            "network_address" => Ok(Value::Ip(network.base())),
            _ => cannot(format!("`.{name}` of a network")),
        },
        Value::Moment(moment) => match moment.field(name) {
            Some(number) => Ok(Value::Int(number)),
            None => cannot(format!("`.{name}` of a {}", moment.class())),
        },
        Value::Target => target(data, name),
        Value::Module(module) => library::member(module, name),
        Value::Builtin(function) if function.contains('.') => library::member(function, name),
        Value::Class("type(request.obj)") if name == "__name__" => Ok(Value::Str(target_class(data)?.into())),
        Value::Class(class) if name == "__name__" => Ok(Value::Str((*class).into())),
        Value::Class(class) => library::class_member(class, name),
        _ if is_missing(of, name) => raise("AttributeError"),
        Value::Bool(_) | Value::Int(_) | Value::Float(_) => number::attribute(of, name),
        _ => cannot(format!("`.{name}` of a {}", of.class())),
    }
}

/// Whether values of this class have nothing of that name, in any release of Python.
pub(in super::super) fn is_missing(of: &Value, name: &str) -> bool {
    let has: &[&str] = match of {
        Value::None => &[],
        Value::Bool(_) | Value::Int(_) => &[
            "real",
            "imag",
            "numerator",
            "denominator",
            "conjugate",
            "bit_length",
            "bit_count",
            "to_bytes",
            "from_bytes",
            "as_integer_ratio",
            "is_integer",
        ],
        Value::Float(_) => {
            &["real", "imag", "conjugate", "as_integer_ratio", "is_integer", "hex", "fromhex", "from_number"]
        }
        Value::Str(_) => &text::METHODS,
        Value::List(_) => &[
            "append", "clear", "copy", "count", "extend", "index", "insert", "pop", "remove", "reverse",
            "sort",
        ],
        Value::Tuple(_) => &["count", "index"],
        Value::Dict(_) => &[
            "clear",
            "copy",
            "fromkeys",
            "get",
            "items",
            "keys",
            "pop",
            "popitem",
            "setdefault",
            "update",
            "values",
        ],
        Value::Set(_) => &[
            "add",
            "clear",
            "copy",
            "difference",
            "difference_update",
            "discard",
            "intersection",
            "intersection_update",
            "isdisjoint",
            "issubset",
            "issuperset",
            "pop",
            "remove",
            "symmetric_difference",
            "symmetric_difference_update",
            "union",
            "update",
        ],
        Value::Range(..) => &["start", "stop", "step", "count", "index"],
        _ => return false,
    };
    !name.starts_with("__") && !has.contains(&name)
}

fn ip(address: IpAddr, name: &str) -> Applied {
    let known = |value: Option<bool>| {
        value.map_or_else(
            || cannot("an address that releases of Python class differently"),
            |value| Ok(Value::Bool(value)),
        )
    };
    match name {
        "version" => Ok(Value::Int(if address.is_ipv4() { 4 } else { 6 })),
        "is_loopback" => known(match address {
            IpAddr::V6(address) if address.to_ipv4_mapped().is_some() => None,
            _ => Some(address.is_loopback()),
        }),
        "is_private" => known(is_private(address)),
        _ => cannot(format!("`.{name}` of an address")),
    }
}

/// The method of an address, network or point in time.
pub(super) fn method(of: &Value, name: &str, args: &[&Value]) -> Applied {
    match (of, name, args) {
        (Value::Moment(moment), name, []) => match moment.method(name) {
            Some(Ok(number)) => Ok(Value::Int(number)),
            Some(Err(moment)) => Ok(Value::Moment(moment)),
            None => cannot(format!("`.{name}()` of a {}", moment.class())),
        },
        (Value::Network(network), "subnet_of", [Value::Network(other)]) => match network.is_within(other) {
            Some(within) => Ok(Value::Bool(within)),
            None => raise("TypeError"),
        },
        (Value::Network(network), "supernet_of", [Value::Network(other)]) => match other.is_within(network) {
            Some(within) => Ok(Value::Bool(within)),
            None => raise("TypeError"),
        },
        _ => cannot(format!("`.{name}()` of a {}", of.class())),
    }
}

/// An attribute of the object that the policy is asked for.
fn target(data: &Data<'_>, name: &str) -> Applied {
    let row = data.world.targets.row(data.target);
    let text = |text: &str| Ok(Value::Str(text.into()));
    match (&row.details, name) {
        (Details::Application { .. } | Details::Source { .. } | Details::Flow { .. }, "slug") => {
            match &row.slug {
                Some(slug) => text(slug),
                None => cannot("a slug that is not in the input"),
            }
        }
        (Details::Application { .. } | Details::Source { .. } | Details::Flow { .. }, "name") => {
            text(&row.name)
        }
        (Details::Entitlement { .. } | Details::RacEndpoint { .. }, "name") => text(&row.name),
        (
            Details::Entitlement { .. } | Details::RacEndpoint { .. } | Details::StageBinding { .. },
            "slug",
        ) => raise("AttributeError"),
        _ => cannot(format!("`.{name}` of `request.obj`")),
    }
}

/// The class of the object that the policy is asked for.
pub(super) fn target_class(data: &Data<'_>) -> Applied<&'static str> {
    match &data.world.targets.row(data.target).details {
        Details::Application { .. } => Ok("Application"),
        Details::Entitlement { .. } => Ok("ApplicationEntitlement"),
        Details::Flow { .. } => Ok("Flow"),
        Details::StageBinding { .. } => Ok("FlowStageBinding"),
        _ => cannot("the class of `request.obj`"),
    }
}
