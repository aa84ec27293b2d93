//! datafrog, with the user in every relation: joins and antijoins written out, in the order that suits them.

use std::ops::Range;

use datafrog::{Iteration, Relation};

use crate::facts::{Bound, End, Facts};

/// The relation of `users`.
pub fn access(facts: &Facts, users: Range<usize>) -> Relation<(u32, u32)> {
    let everyone: Vec<u32> = facts.numbered(users.clone()).map(|(number, _)| number).collect();
    let everyone: Relation<((), u32)> = everyone.into_iter().map(|user| ((), user)).collect();
    let member = members(facts, users.clone());
    let in_group: Relation<(u32, u32)> = Relation::from_map(&member, |(group, user)| (*group, *user));
    let ends = ends(facts, users);

    // What lets somebody through under Any, and what keeps somebody out under All.
    let found = |is_all: bool| -> Relation<(u32, u32)> {
        let rows =
            || facts.bindings().filter(move |(target, _)| facts.targets[*target as usize].is_all == is_all);
        let groups = |inside: bool| -> Relation<(u32, u32)> {
            let asked = rows().filter_map(|(target, row)| match row.bound {
                Bound::Group(group) => ((row.negate == is_all) == inside).then_some((group, target)),
                _ => None,
            });
            asked.collect()
        };
        let members = Relation::from_join(&in_group, &groups(true), |_, user, target| (*user, *target));

        let outside = groups(false);
        let asked: Relation<((), u32)> = outside.iter().map(|(group, _)| ((), *group)).collect();
        let candidates: Relation<((u32, u32), ())> =
            Relation::from_join(&asked, &everyone, |(), group, user| ((*group, *user), ()));
        let strangers: Relation<(u32, u32)> = without(candidates, &member);
        let strangers = Relation::from_join(&strangers, &outside, |_, user, target| (*user, *target));

        let named: Vec<(u32, u32, bool)> = rows()
            .filter_map(|(target, row)| match row.bound {
                Bound::User(user) => Some((user, target, row.negate == is_all)),
                _ => None,
            })
            .collect();
        let users = Relation::from_vec(
            named
                .iter()
                .flat_map(|(user, target, is_this)| {
                    let wanted = everyone.iter().map(|(_, user)| *user);
                    wanted.filter(move |other| (other == user) == *is_this).map(move |user| (user, *target))
                })
                .collect(),
        );

        let asked: Relation<((u32, u8), u32)> = rows()
            .filter_map(|(target, row)| match row.bound {
                Bound::Policy(policy) => Some((target, policy, row)),
                _ => None,
            })
            .flat_map(|(target, policy, row)| {
                let wanted = [End::Fail, End::Pass, End::Error].into_iter();
                let wanted = wanted.filter(move |end| row.says_yes(*end) != is_all);
                wanted.map(move |end| ((policy, end as u8), target))
            })
            .collect();
        let policies = Relation::from_join(&ends, &asked, |_, user, target| (*user, *target));
        members.merge(strangers).merge(users).merge(policies)
    };

    let refused: Relation<(u32, u32)> = found(true);
    let closed: Relation<((), u32)> = (0..)
        .zip(&facts.targets)
        .filter(|(_, target)| target.is_all)
        .map(|(number, _)| ((), number))
        .collect();
    let candidates: Relation<((u32, u32), ())> =
        Relation::from_join(&closed, &everyone, |(), target, user| ((*user, *target), ()));
    let all = without(candidates, &refused);
    let open: Relation<((), u32)> = (0..)
        .zip(&facts.targets)
        .filter(|(_, target)| !target.is_all && target.bindings.is_empty())
        .map(|(number, _)| ((), number))
        .collect();
    let open = Relation::from_join(&open, &everyone, |(), target, user| (*user, *target));
    found(false).merge(all).merge(open)
}

/// The candidates that are not in `known`.
fn without(candidates: Relation<((u32, u32), ())>, known: &Relation<(u32, u32)>) -> Relation<(u32, u32)> {
    // `Relation::from_antijoin` of datafrog 2.0.1 finds nothing: it looks at recent rows, which only variables have.
    let mut iteration = Iteration::new();
    let (all, left) = (iteration.variable_indistinct("all"), iteration.variable("left"));
    all.insert(candidates);
    while iteration.changed() {
        left.from_antijoin(&all, known, |pair, ()| *pair);
    }
    left.complete()
}

/// Each group with each of its members.
fn members(facts: &Facts, users: Range<usize>) -> Relation<(u32, u32)> {
    let mut iteration = Iteration::new();
    let member = iteration.variable::<(u32, u32)>("member");
    let direct = facts
        .numbered(users)
        .flat_map(|(number, user)| user.groups.iter().map(move |group| (*group, number)));
    member.extend(direct);
    let parent: Relation<(u32, u32)> = facts.nested().collect();
    while iteration.changed() {
        member.from_join(&member, &parent, |_, user, parent| (*parent, *user));
    }
    member.complete()
}

/// Each policy and way to end with each user that it ends so for.
fn ends(facts: &Facts, users: Range<usize>) -> Relation<((u32, u8), u32)> {
    let policies = (0..).zip(&facts.policies);
    let ends = policies.flat_map(|(number, policy)| {
        facts.numbered(users.clone()).map(move |(user, row)| ((number, policy.ends(row) as u8), user))
    });
    ends.collect()
}
