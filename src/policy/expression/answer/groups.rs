//! Short ways for questions about the groups of the subject: each group is asked once, for everybody.

use std::sync::Arc;

use super::super::ast::{CompareOp, Name};
use super::super::ops::{self, Data};
use super::super::table::Entry;
use super::super::term::{Const, Node, Op, Quantity, Term};
use super::super::value::Value;
use crate::model::GroupId;

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

/// The groups of which it takes one to answer yes, when `term` asks whether the user is directly in some group; for
/// all the ways to ask that.
pub(in super::super) fn of(data: &Data<'_>, term: &Term) -> Option<Vec<GroupId>> {
    let Node::Op(op, terms) = term.node() else { return None };
    let (of, args) = terms.split_first()?;
    let found = match op {
        Op::Call("ak_is_group_member", names) if *of.node() == Node::Subject && names.len() == args.len() => {
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
    Some(if found.all { data.ancestry.below(&groups) } else { groups })
}
