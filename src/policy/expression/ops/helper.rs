//! The functions that authentik gives to expressions (dossier §4.2).

use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use rustc_hash::FxHashMap;

use super::super::ast::Name;
use super::super::network::{Network, address};
use super::super::regex::{Flags, Pattern, Refusal};
use super::super::value::{Value, Who};
use super::{Applied, Data, cannot, collection, lookup, query, raise};
use crate::model::{Attributes, Id, Origin, PolicyId, User, UserKind};

/// Every name that authentik defines for expressions.
pub(in super::super) const HELPERS: [&str; 19] = [
    "ak_call_policy",
    "ak_create_event",
    "ak_create_jwt",
    "ak_create_jwt_raw",
    "ak_is_group_member",
    "ak_logger",
    "ak_message",
    "ak_send_email",
    "ak_user_by",
    "ak_user_has_authenticator",
    "ip_address",
    "ip_network",
    "list_flatten",
    "regex_match",
    "regex_replace",
    "requests",
    "resolve_dns",
    "reverse_dns",
    "slugify",
];

/// The call of a helper that only looks.
pub(super) fn call(data: &Data<'_>, name: &str, args: &[&Value], names: &[Name]) -> Applied {
    let positional = args.len() - names.len().min(args.len());
    match name {
        "ak_is_group_member" => match args {
            [user, filters @ ..] if positional == 1 => member(data, user, filters, names),
            _ if names.iter().any(|name| name.as_ref() == "user") => cannot("`user=` given by name"),
            _ => raise("TypeError"),
        },
        "ak_user_by" if positional == 0 => user_by(data, args, names),
        "ak_user_by" => raise("TypeError"),
        "regex_match" => match (args, names) {
            ([value, pattern], []) => {
                regex(value, pattern, |pattern, text| pattern.is_found(text).map(Value::Bool))
            }
            (_, []) => raise("TypeError"),
            _ => cannot("named arguments of a helper"),
        },
        "regex_replace" => match (args, names) {
            ([value, pattern, Value::Str(replacement)], []) => regex(value, pattern, |pattern, text| {
                pattern.replace(text, replacement).map(|text| Value::Str(text.into()))
            }),
            (args, []) if args.len() != 3 => raise("TypeError"),
            _ => cannot("`regex_replace` of this kind"),
        },
        "list_flatten" => match args {
            [Value::List(list)] => {
                let items = list.items.borrow();
                if list.unordered && items.len() > 1 {
                    return cannot("the order in which the database gives rows");
                }
                Ok(items.first().map_or(Value::None, |item| item.raw().clone()))
            }
            [value] => Ok((*value).clone()),
            _ => raise("TypeError"),
        },
        "ip_address" => match (args, names) {
            ([Value::Str(text)], []) if text.contains('%') => cannot("an address with a zone"),
            ([Value::Str(text)], []) => {
                address(text).map_or_else(|| raise("ValueError"), |address| Ok(Value::Ip(address)))
            }
            ([Value::Ip(_) | Value::Int(_) | Value::Bool(_)], _) | (_, [_, ..]) => {
                cannot("`ip_address` of this kind")
            }
            ([Value::None | Value::List(_) | Value::Dict(_) | Value::Float(_)], []) => raise("ValueError"),
            ([_], _) => cannot("`ip_address` of this kind"),
            _ => raise("TypeError"),
        },
        "ip_network" => network(args, names),
        "slugify" => match (args, names) {
            ([Value::Str(text)], []) if text.is_ascii() => Ok(Value::Str(slug(text).into())),
            _ => cannot("`slugify` of this"),
        },
        "ak_user_has_authenticator" => match args {
            [Value::User(Who::Anonymous), ..] if args.len() <= 2 => Ok(Value::Bool(false)),
            _ => cannot("the authenticators of users, which are not in the input"),
        },
        _ => cannot(format!("`{name}`")),
    }
}

fn member(data: &Data<'_>, user: &Value, filters: &[&Value], names: &[Name]) -> Applied {
    match user {
        Value::User(Who::User(user)) => {
            let Value::Groups(groups) = query::method(
                data,
                &super::super::value::Groups {
                    ids: data.ancestry.groups_of(*user).into(),
                    manager: false,
                    of_nobody: false,
                    arranged: false,
                    field: None,
                },
                "filter",
                filters,
                names,
            )?
            else {
                return cannot("`ak_is_group_member` of this kind");
            };
            Ok(Value::Bool(!groups.ids.is_empty()))
        }
        Value::User(Who::Anonymous) | Value::None | Value::Str(_) | Value::Int(_) | Value::Bool(_) => {
            raise("AttributeError")
        }
        _ => cannot("`ak_is_group_member` of something else than a user"),
    }
}

/// The first user by primary key that all filters find.
fn user_by(data: &Data<'_>, args: &[&Value], names: &[Name]) -> Applied {
    data.looked.users.store(true, Ordering::Relaxed);
    let users = &data.world.users;
    let mut found = Vec::new();
    for (id, user) in users.iter() {
        if lookup::user(user, args, names)? {
            found.push(id);
        }
    }
    // The row that stands for nobody is not in the API, and it comes first.
    let is_hidden = !users.values().any(|user| user.username == GUARDIAN);
    if is_hidden && lookup::user(&guardian(), args, names)? {
        return cannot("the user `AnonymousUser`, who is not in the input");
    }
    match found.as_slice() {
        [] if data.world.partial => cannot("a user who is not in the input"),
        [] => Ok(Value::None),
        [user] => Ok(Value::User(Who::User(*user))),
        many => {
            let key = |user: &crate::model::UserId| {
                users.row(*user).pk.as_deref().and_then(|pk| pk.parse::<i64>().ok())
            };
            let mut keys: Vec<_> = many.iter().filter_map(|user| Some((key(user)?, *user))).collect();
            keys.sort_unstable();
            match keys.first() {
                Some((_, user)) if keys.len() == many.len() => Ok(Value::User(Who::User(*user))),
                _ => cannot("the first of several users, whose keys are not in the input"),
            }
        }
    }
}

/// The username of the row that stands for nobody.
const GUARDIAN: &str = "AnonymousUser";

/// The row that stands for nobody (dossier §1.1).
fn guardian() -> User {
    User {
        pk: None,
        username: GUARDIAN.into(),
        name: GUARDIAN.into(),
        email: "".into(),
        kind: UserKind::Internal,
        active: true,
        path: "users".into(),
        attributes: Attributes::new(),
        password_changed: None,
        groups: Box::default(),
        origin: Origin::None,
    }
}

thread_local! {
    /// Patterns that were read already: every user is asked with the same few.
    static PATTERNS: RefCell<FxHashMap<Arc<str>, Result<Pattern, Refusal>>> = RefCell::default();
}

/// So many patterns are kept.
const MOST_PATTERNS: usize = 512;

fn compiled(pattern: &Arc<str>) -> Result<Pattern, Refusal> {
    PATTERNS.with_borrow_mut(|patterns| {
        if let Some(known) = patterns.get(pattern) {
            return known.clone();
        }
        if patterns.len() >= MOST_PATTERNS {
            patterns.clear();
        }
        let read = Pattern::parse(pattern, Flags::default());
        patterns.insert(Arc::clone(pattern), read.clone());
        read
    })
}

/// Runs a regular expression over a text.
pub(super) fn regex(
    value: &Value,
    pattern: &Value,
    run: impl FnOnce(&Pattern, &str) -> Result<Value, Refusal>,
) -> Applied {
    let pattern = match pattern {
        Value::Str(pattern) => compiled(pattern),
        Value::Pattern(pattern) => Ok(pattern.clone()),
        Value::None | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::List(_) => {
            return raise("TypeError");
        }
        _ => return cannot("a regular expression of this kind"),
    };
    let pattern = match pattern {
        Ok(pattern) => pattern,
        Err(Refusal::Invalid(_)) => return raise("error"),
        Err(Refusal::Unsupported(reason)) => return cannot(reason),
    };
    match value {
        Value::Str(text) => run(&pattern, text).or_else(|refusal| match refusal {
            Refusal::Invalid(_) => raise("error"),
            Refusal::Unsupported(reason) => cannot(reason),
        }),
        Value::None | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::List(_) | Value::Dict(_) => {
            raise("TypeError")
        }
        _ => cannot("a regular expression over this"),
    }
}

fn network(args: &[&Value], names: &[Name]) -> Applied {
    let strict = match (args, names) {
        ([_], []) => true,
        ([_, Value::Bool(strict)], []) => *strict,
        ([_, Value::Bool(strict)], [name]) if name.as_ref() == "strict" => *strict,
        _ => return cannot("`ip_network` of this kind"),
    };
    match args.first() {
        Some(Value::Str(text)) => match Network::parse(text, strict) {
            Ok(Some(network)) => Ok(Value::Network(network)),
            Ok(None) => raise("ValueError"),
            Err(reason) => cannot(reason),
        },
        Some(Value::Ip(address)) => Ok(Value::Network(Network::of_address(*address))),
        Some(Value::None | Value::List(_) | Value::Dict(_)) => raise("ValueError"),
        _ => cannot("`ip_network` of this kind"),
    }
}

/// Django's `slugify` of a text in ASCII.
fn slug(text: &str) -> String {
    let kept = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-' || super::super::wrap::is_space(c);
    let kept: String = text.to_ascii_lowercase().chars().filter(|c| kept(*c)).collect();
    let mut slug = String::new();
    for c in kept.chars() {
        let c = if super::super::wrap::is_space(c) { '-' } else { c };
        if c != '-' || !slug.ends_with('-') {
            slug.push(c);
        }
    }
    slug.trim_matches(['-', '_']).to_owned()
}

/// The policy of that name, for `ak_call_policy`.
///
/// # Errors
/// `ValueError` where there is none.
pub(in super::super) fn policy_named(data: &Data<'_>, name: &str) -> Applied<PolicyId> {
    data.looked.policies.store(true, Ordering::Relaxed);
    let found = data.world.policies.values().position(|policy| policy.name == name);
    match found {
        Some(index) => Ok(PolicyId::from_index(index)),
        None if data.world.partial => cannot(format!("the policy `{name}`, which is not in the input")),
        None => raise("ValueError"),
    }
}

/// The distinct elements of a value, for `set`.
pub(super) fn distinct(data: &Data<'_>, value: &Value) -> Applied<Vec<Value>> {
    let (items, _) = collection::iterate(data, value)?;
    collection::set_of(data, items.iter().map(super::super::value::Val::raw))
}
