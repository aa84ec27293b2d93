//! crepe, with the user in every relation.

use std::collections::HashSet;
use std::ops::Range;

use rustc_hash::FxBuildHasher;

use crate::facts::{Bound, End, Facts, PASSING, Test};
use crate::relation::Relation;

const FAIL: u8 = End::Fail as u8;
const PASS: u8 = End::Pass as u8;
const ERROR: u8 = End::Error as u8;

crepe::crepe! {
    @input
    struct Direct(u32, u32);
    @input
    struct Parent(u32, u32);
    @input
    struct User(u32, u32, i32, u32);
    @input
    struct Domain(u32, u32);
    @input
    struct Department(u32, i32);
    @input
    struct Table(u32, u32);
    @input
    struct Any(u32);
    @input
    struct All(u32);
    @input
    struct AsksGroup(u32, u32, bool);
    @input
    struct AsksUser(u32, u32, bool);
    @input
    struct AsksPolicy(u32, u32, bool, bool);

    @output
    struct Access(u32, u32);

    struct Member(u32, u32);
    Member(user, group) <- Direct(user, group);
    Member(user, parent) <- Member(user, group), Parent(group, parent);

    struct Ends(u32, u32, u8);
    Ends(user, policy, PASS) <- Domain(policy, domain), User(user, domain, _, _);
    Ends(user, policy, FAIL) <- Domain(policy, domain), User(user, other, _, _), (domain != other);
    Ends(user, policy, PASS) <- Department(policy, department), User(user, _, department, _);
    Ends(user, policy, FAIL) <-
        Department(policy, department), User(user, _, other, _), (other >= 0 && department != other);
    Ends(user, policy, ERROR) <- Department(policy, _), User(user, _, -1, _);
    Ends(user, policy, ERROR) <- Table(policy, badge), User(user, _, _, badge);
    Ends(user, policy, PASS) <-
        Table(policy, badge), User(user, _, _, other), (other > badge && other <= badge + PASSING);
    Ends(user, policy, FAIL) <-
        Table(policy, badge), User(user, _, _, other), (other < badge || other > badge + PASSING);

    struct Yes(u32, u32, u8);
    Yes(target, policy, PASS) <- AsksPolicy(target, policy, false, _), Any(target);
    Yes(target, policy, FAIL) <- AsksPolicy(target, policy, true, _), Any(target);
    Yes(target, policy, ERROR) <- AsksPolicy(target, policy, _, true), Any(target);
    struct No(u32, u32, u8);
    No(target, policy, FAIL) <- AsksPolicy(target, policy, false, _), All(target);
    No(target, policy, PASS) <- AsksPolicy(target, policy, true, _), All(target);
    No(target, policy, ERROR) <- AsksPolicy(target, policy, _, false), All(target);

    Access(user, target) <- Any(target), AsksGroup(target, group, false), Member(user, group);
    Access(user, target) <- Any(target), AsksGroup(target, group, true), User(user, _, _, _), !Member(user, group);
    Access(user, target) <- Any(target), AsksUser(target, user, false), User(user, _, _, _);
    Access(user, target) <- Any(target), AsksUser(target, other, true), User(user, _, _, _), (user != other);
    Access(user, target) <- Yes(target, policy, end), Ends(user, policy, end);

    struct Refused(u32, u32);
    Refused(user, target) <- All(target), AsksGroup(target, group, true), Member(user, group);
    Refused(user, target) <- All(target), AsksGroup(target, group, false), User(user, _, _, _), !Member(user, group);
    Refused(user, target) <- All(target), AsksUser(target, user, true), User(user, _, _, _);
    Refused(user, target) <- All(target), AsksUser(target, other, false), User(user, _, _, _), (user != other);
    Refused(user, target) <- No(target, policy, end), Ends(user, policy, end);
    Access(user, target) <- All(target), User(user, _, _, _), !Refused(user, target);

    struct Locked(u32);
    Locked(target) <- AsksGroup(target, _, _);
    Locked(target) <- AsksUser(target, _, _);
    Locked(target) <- AsksPolicy(target, _, _, _);
    Access(user, target) <- Any(target), !Locked(target), User(user, _, _, _);
}

/// The relation of `users`.
pub fn access(facts: &Facts, users: Range<usize>) -> impl Relation + use<> {
    let mut program = Crepe::new();
    for (number, user) in facts.numbered(users) {
        program.extend([User(number, user.domain, user.department, user.badge)]);
        program.extend(user.groups.iter().map(|group| Direct(number, *group)));
    }
    program.extend(facts.nested().map(|(child, parent)| Parent(child, parent)));
    for (number, policy) in (0..).zip(&facts.policies) {
        match *policy {
            Test::Domain(domain) => program.extend([Domain(number, domain)]),
            Test::Department(department) => program.extend([Department(number, department)]),
            Test::Table(badge) => program.extend([Table(number, badge)]),
        }
    }
    for (number, target) in (0..).zip(&facts.targets) {
        if target.is_all {
            program.extend([All(number)]);
        } else {
            program.extend([Any(number)]);
        }
    }
    for (target, row) in facts.bindings() {
        match row.bound {
            Bound::Group(group) => program.extend([AsksGroup(target, group, row.negate)]),
            Bound::User(user) => program.extend([AsksUser(target, user, row.negate)]),
            Bound::Policy(policy) => program.extend([AsksPolicy(target, policy, row.negate, row.failure)]),
        }
    }
    Found(program.run_with_hasher::<FxBuildHasher>().0)
}

struct Found(HashSet<Access, FxBuildHasher>);

impl Relation for Found {
    fn each(&self, cell: &mut dyn FnMut(u32, u32)) {
        self.0.iter().for_each(|Access(user, target)| cell(*user, *target));
    }
}
