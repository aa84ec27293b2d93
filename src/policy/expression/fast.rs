//! What one subject makes of a term: in general, and by short ways for the questions that are asked most.

use std::sync::Arc;

use super::ast::{CompareOp, Name};
use super::ops::{self, Applied, Data, Failure, apply};
use super::table::Entry;
use super::term::{Built, Const, Node, Op, Quantity, Term};
use super::value::{List, Val, Value, Who};
use crate::model::{GroupId, Id, User};

/// What a subject answers to the question whether a term is true.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Truth(bool),
    Raises(&'static str),
    Unclear,
}

/// The value of `term` for `who`.
pub(super) fn value(data: &Data<'_>, term: &Term, who: Who) -> Applied<Val> {
    match term.node() {
        Node::Const(constant) => Ok(Val::known(constant.value())),
        Node::Subject => Ok(Val::known(Value::User(who))),
        Node::Given(_) => Err(Failure::Cannot("what nobody knows".into())),
        Node::Op(op, terms) => {
            if let Some(found) = attribute_of(data, op, terms, who) {
                return found;
            }
            if let (Op::Compare(CompareOp::In), [left, right]) = (op, terms.as_slice())
                && let Node::Const(list) = right.node()
                && let Some(list) = texts(list)
            {
                let left = value(data, left, who)?;
                if let Value::Str(text) = left.raw() {
                    return Ok(Val::bool(list.contains(&text.as_ref())));
                }
            }
            let args = terms.iter().map(|term| value(data, term, who)).collect::<Applied<Vec<_>>>()?;
            apply(data, op, &args).map(Val::known)
        }
        Node::Build(built, terms) => {
            let items = terms.iter().map(|term| value(data, term, who)).collect::<Applied<Vec<_>>>()?;
            Ok(Val::known(match (built, Value::list(items)) {
                (Built::Unordered, Value::List(list)) => Value::List(List { unordered: true, ..list }),
                (Built::Tuple, Value::List(list)) => Value::tuple(list.items.borrow().clone()),
                (Built::Dict, Value::List(list)) => {
                    let items = list.items.borrow();
                    let pairs = items
                        .chunks(2)
                        .filter_map(|pair| Some((pair.first()?.raw().clone(), pair.get(1)?.clone())));
                    Value::dict(pairs.collect())
                }
                (_, list) => list,
            }))
        }
    }
}

/// `request.user.attributes.get("k")` and `request.user.attributes["k"]`, without a copy of all other attributes.
fn attribute_of(data: &Data<'_>, op: &Op, terms: &[Arc<Term>], who: Who) -> Option<Applied<Val>> {
    let (of, key, default) = match (op, terms) {
        (Op::Subscript, [of, key]) => (of, key, None),
        (Op::Method(name, names), [of, key]) if name.as_ref() == "get" && names.is_empty() => {
            (of, key, Some(None))
        }
        // A default is computed in any case, and may raise.
        (Op::Method(name, names), [of, key, default])
            if name.as_ref() == "get" && names.is_empty() && matches!(default.node(), Node::Const(_)) =>
        {
            (of, key, Some(Some(default)))
        }
        _ => return None,
    };
    let (Node::Op(Op::Attribute(name), inner), Node::Const(Const::Str(key))) = (of.node(), key.node()) else {
        return None;
    };
    let (true, [subject], Who::User(user)) = (name.as_ref() == "attributes", inner.as_slice(), who) else {
        return None;
    };
    if *subject.node() != Node::Subject {
        return None;
    }
    Some(match (data.world.users.row(user).attributes.get(key.as_ref()), default) {
        (Some(found), _) => ops::of_json(found).map(Val::known),
        (None, None) => Err(Failure::Raise("KeyError")),
        (None, Some(None)) => Ok(Val::none()),
        (None, Some(Some(default))) => value(data, default, who),
    })
}

/// Whether the value of `term` for `who` is `wanted`, also in its type.
pub(super) fn is(data: &Data<'_>, term: &Term, who: Who, wanted: &Const) -> bool {
    value(data, term, who).is_ok_and(|value| Const::of(value.raw()).as_ref() == Some(wanted))
}

/// Asks a subject.
pub(super) type Asker<'a> = Box<dyn Fn(Who) -> Answer + Send + Sync + 'a>;

/// How to ask for the truth of `term`.
pub(super) fn asker<'a>(data: &'a Data<'a>, term: &'a Arc<Term>) -> Asker<'a> {
    let general = move |who: Who| match value(data, term, who) {
        Ok(value) => Answer::Truth(ops::truth(value.raw())),
        Err(Failure::Raise(class)) => Answer::Raises(class),
        Err(Failure::Cannot(_)) => Answer::Unclear,
    };
    let short: Short<'a> = by_text(term).or_else(|| by_group(data, term));
    match short {
        Some(short) => Box::new(move |who| match who {
            Who::User(user) => short(data.world.users.row(user)),
            Who::Anonymous => general(who),
        }),
        None => Box::new(general),
    }
}

type Short<'a> = Option<Box<dyn Fn(&User) -> Answer + Send + Sync + 'a>>;

/// A text that every user has.
fn text(term: &Term) -> Option<fn(&User) -> &str> {
    let Node::Op(Op::Attribute(name), terms) = term.node() else { return None };
    if !matches!(terms.as_slice(), [subject] if *subject.node() == Node::Subject) {
        return None;
    }
    match name.as_ref() {
        "username" => Some(|user| &user.username),
        "email" => Some(|user| &user.email),
        "name" => Some(|user| &user.name),
        "path" => Some(|user| &user.path),
        "type" => Some(|user| user.kind.as_str()),
        _ => None,
    }
}

fn texts(constant: &Const) -> Option<Vec<&str>> {
    let (Const::List(items) | Const::Tuple(items) | Const::Set(items)) = constant else { return None };
    items.iter().map(|item| if let Const::Str(text) = item { Some(text.as_ref()) } else { None }).collect()
}

/// Comparisons of a text that every user has with constant texts.
fn by_text(term: &Term) -> Short<'_> {
    let Node::Op(op, terms) = term.node() else { return None };
    let [left, right] = terms.as_slice() else { return None };
    let of = text(left)?;
    let Node::Const(constant) = right.node() else { return None };
    if let (Op::Compare(op @ (CompareOp::In | CompareOp::NotIn)), Some(list)) = (op, texts(constant)) {
        let list: rustc_hash::FxHashSet<&str> = list.into_iter().collect();
        let wanted = *op == CompareOp::In;
        return Some(Box::new(move |user| Answer::Truth(list.contains(of(user)) == wanted)));
    }
    let Const::Str(constant) = constant else { return None };
    let constant: &str = constant;
    match op {
        Op::Compare(CompareOp::Eq) => Some(Box::new(move |user| Answer::Truth(of(user) == constant))),
        Op::Compare(CompareOp::NotEq) => Some(Box::new(move |user| Answer::Truth(of(user) != constant))),
        Op::Method(name, names) if names.is_empty() => match name.as_ref() {
            "startswith" => Some(Box::new(move |user| Answer::Truth(of(user).starts_with(constant)))),
            "endswith" => Some(Box::new(move |user| Answer::Truth(of(user).ends_with(constant)))),
            _ => None,
        },
        _ => None,
    }
}

/// Some of the groups of the subject: of those that it is directly in or of all, those that are picked.
struct Picked {
    all: bool,
    picked: Vec<bool>,
}

/// The groups of the subject that `term` is, when that is a question of which groups.
fn picked(data: &Data<'_>, term: &Term) -> Option<Picked> {
    let every = || vec![true; data.world.groups.len()];
    let Node::Op(op, terms) = term.node() else { return None };
    let (of, args) = terms.split_first()?;
    let is_subject = *of.node() == Node::Subject;
    match op {
        Op::Attribute(name) if is_subject && name.as_ref() == "ak_groups" => {
            Some(Picked { all: false, picked: every() })
        }
        Op::Attribute(name) if is_subject && name.as_ref() == "groups" && data.world.edition.user_groups => {
            Some(Picked { all: false, picked: every() })
        }
        Op::Method(name, _) if is_subject && name.as_ref() == "all_groups" && args.is_empty() => {
            Some(Picked { all: true, picked: every() })
        }
        Op::Method(name, _) if ["all", "distinct"].contains(&name.as_ref()) && args.is_empty() => {
            picked(data, of)
        }
        Op::Method(name, names) if name.as_ref() == "filter" && names.len() == args.len() => {
            let mut found = picked(data, of)?;
            narrow(data, &mut found, args, names)?;
            Some(found)
        }
        _ => None,
    }
}

/// Keeps the groups that filters with constant values find.
fn narrow(data: &Data<'_>, found: &mut Picked, filters: &[Arc<Term>], names: &[Name]) -> Option<()> {
    let constants = filters.iter().map(|filter| match filter.node() {
        Node::Const(constant) => Some(constant.value()),
        _ => None,
    });
    let values: Vec<Value> = constants.collect::<Option<_>>()?;
    let values: Vec<&Value> = values.iter().collect();
    for (group, kept) in data.world.groups.ids().zip(&mut found.picked) {
        *kept &= ops::finds_group(data, group, &values, names).ok()?;
    }
    Some(())
}

/// Whether the user is in some group, for all the ways to ask that.
fn by_group<'a>(data: &'a Data<'a>, term: &'a Term) -> Short<'a> {
    let Node::Op(op, terms) = term.node() else { return None };
    let (of, args) = terms.split_first()?;
    let found = match op {
        Op::Call("ak_is_group_member", names) if *of.node() == Node::Subject => {
            let mut found = Picked { all: true, picked: vec![true; data.world.groups.len()] };
            narrow(data, &mut found, args, names)?;
            found
        }
        Op::Attribute(name)
            if *of.node() == Node::Subject && ["is_superuser", "is_staff"].contains(&name.as_ref()) =>
        {
            Picked { all: true, picked: data.world.groups.values().map(|group| group.superuser).collect() }
        }
        Op::Method(name, _) if name.as_ref() == "exists" && args.is_empty() => picked(data, of)?,
        Op::Method(name, _) if name.as_ref() == "filter" => picked(data, term)?,
        Op::Some(quantity, table) => {
            let mut found = picked(data, of)?;
            let wanted = |entry: &Entry| match (quantity, entry) {
                (Quantity::Says(truth), Entry::Is(value)) => ops::truth(&value.value()) == *truth,
                (Quantity::Raises, Entry::Raises(_)) => true,
                _ => false,
            };
            found.picked.iter_mut().zip(table.which(wanted)).for_each(|(kept, wanted)| *kept &= wanted);
            found
        }
        // `"x" in [group.name for group in ...]`
        Op::Compare(CompareOp::In) => {
            let (Node::Const(Const::Str(text)), [list]) = (of.node(), args) else { return None };
            let Node::Op(Op::Map(table), inner) = list.node() else { return None };
            let [inner] = inner.as_slice() else { return None };
            if table.which(|entry| !matches!(entry, Entry::Is(Const::Str(_)) | Entry::Skip)).contains(&true) {
                return None;
            }
            let mut found = picked(data, inner)?;
            let wanted = |entry: &Entry| matches!(entry, Entry::Is(Const::Str(other)) if other == text);
            found.picked.iter_mut().zip(table.which(wanted)).for_each(|(kept, wanted)| *kept &= wanted);
            found
        }
        _ => return None,
    };
    let groups: Vec<GroupId> = data
        .world
        .groups
        .ids()
        .zip(&found.picked)
        .filter(|(_, kept)| **kept)
        .map(|(group, _)| group)
        .collect();
    let mut member = found.picked;
    if found.all {
        for group in data.ancestry.below(&groups) {
            if let Some(slot) = member.get_mut(group.index()) {
                *slot = true;
            }
        }
    }
    Some(Box::new(move |user| {
        let is_in = |group: &GroupId| member.get(group.index()).copied().unwrap_or(false);
        Answer::Truth(user.groups.iter().any(is_in))
    }))
}
