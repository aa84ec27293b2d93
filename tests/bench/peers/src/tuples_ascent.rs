//! ascent, with the user in every relation; as `tuples_crepe.rs`, rule by rule.

use std::ops::Range;

use crate::facts::{Bound, End, Facts, PASSING, Test};
use crate::relation::Pairs;

const FAIL: u8 = End::Fail as u8;
const PASS: u8 = End::Pass as u8;
const ERROR: u8 = End::Error as u8;

mod rules {
    ascent::ascent_source! { access:
        relation direct(u32, u32);
        relation parent(u32, u32);
        relation user(u32, u32, i32, u32);
        relation domain(u32, u32);
        relation department(u32, i32);
        relation table(u32, u32);
        relation any(u32);
        relation all(u32);
        relation asks_group(u32, u32, bool);
        relation asks_user(u32, u32, bool);
        relation asks_policy(u32, u32, bool, bool);

        relation member(u32, u32);
        member(u, g) <-- direct(u, g);
        member(u, p) <-- member(u, g), parent(g, p);

        relation ends(u32, u32, u8);
        ends(u, p, PASS) <-- domain(p, d), user(u, d, _, _);
        ends(u, p, FAIL) <-- domain(p, d), user(u, o, _, _), if d != o;
        ends(u, p, PASS) <-- department(p, d), user(u, _, d, _);
        ends(u, p, FAIL) <-- department(p, d), user(u, _, o, _), if *o >= 0 && d != o;
        ends(u, p, ERROR) <-- department(p, _), user(u, _, -1, _);
        ends(u, p, ERROR) <-- table(p, b), user(u, _, _, b);
        ends(u, p, PASS) <-- table(p, b), user(u, _, _, o), if *o > *b && *o <= *b + PASSING;
        ends(u, p, FAIL) <-- table(p, b), user(u, _, _, o), if *o < *b || *o > *b + PASSING;

        relation yes(u32, u32, u8);
        yes(t, p, PASS) <-- asks_policy(t, p, false, _), any(t);
        yes(t, p, FAIL) <-- asks_policy(t, p, true, _), any(t);
        yes(t, p, ERROR) <-- asks_policy(t, p, _, true), any(t);
        relation no(u32, u32, u8);
        no(t, p, FAIL) <-- asks_policy(t, p, false, _), all(t);
        no(t, p, PASS) <-- asks_policy(t, p, true, _), all(t);
        no(t, p, ERROR) <-- asks_policy(t, p, _, false), all(t);

        relation access(u32, u32);
        access(u, t) <-- any(t), asks_group(t, g, false), member(u, g);
        access(u, t) <-- any(t), asks_group(t, g, true), user(u, _, _, _), !member(u, g);
        access(u, t) <-- any(t), asks_user(t, u, false), user(u, _, _, _);
        access(u, t) <-- any(t), asks_user(t, o, true), user(u, _, _, _), if u != o;
        access(u, t) <-- yes(t, p, e), ends(u, p, e);

        relation refused(u32, u32);
        refused(u, t) <-- all(t), asks_group(t, g, true), member(u, g);
        refused(u, t) <-- all(t), asks_group(t, g, false), user(u, _, _, _), !member(u, g);
        refused(u, t) <-- all(t), asks_user(t, u, true), user(u, _, _, _);
        refused(u, t) <-- all(t), asks_user(t, o, false), user(u, _, _, _), if u != o;
        refused(u, t) <-- no(t, p, e), ends(u, p, e);
        access(u, t) <-- all(t), user(u, _, _, _), !refused(u, t);

        relation bound(u32);
        bound(t) <-- asks_group(t, _, _);
        bound(t) <-- asks_user(t, _, _);
        bound(t) <-- asks_policy(t, _, _, _);
        access(u, t) <-- any(t), !bound(t), user(u, _, _, _);
    }
}

ascent::ascent! {
    struct Program;
    include_source!(rules::access);
}

ascent::ascent_par! {
    struct Parallel;
    include_source!(rules::access);
}

macro_rules! run {
    ($program:ident, $facts:ident, $users:ident) => {{
        let mut program = $program::default();
        program.user =
            $facts.numbered($users.clone()).map(|(n, u)| (n, u.domain, u.department, u.badge)).collect();
        let direct = $facts.numbered($users).flat_map(|(n, u)| u.groups.iter().map(move |group| (n, *group)));
        program.direct = direct.collect();
        program.parent = $facts.nested().collect();
        let policies = || (0..).zip(&$facts.policies);
        let of = |wanted: fn(&Test) -> Option<u32>| {
            policies().filter_map(move |(number, test)| Some((number, wanted(test)?)))
        };
        program.domain = of(|test| if let Test::Domain(d) = test { Some(*d) } else { None }).collect();
        program.table = of(|test| if let Test::Table(b) = test { Some(*b) } else { None }).collect();
        let departments =
            policies().filter_map(|(n, t)| if let Test::Department(d) = t { Some((n, *d)) } else { None });
        program.department = departments.collect();
        let modes = |is_all| {
            let targets = (0..).zip(&$facts.targets);
            targets.filter(move |(_, target)| target.is_all == is_all).map(|(number, _)| (number,))
        };
        program.any = modes(false).collect();
        program.all = modes(true).collect();
        let groups = $facts.bindings().filter_map(|(t, row)| match row.bound {
            Bound::Group(group) => Some((t, group, row.negate)),
            _ => None,
        });
        program.asks_group = groups.collect();
        let users = $facts.bindings().filter_map(|(t, row)| match row.bound {
            Bound::User(user) => Some((t, user, row.negate)),
            _ => None,
        });
        program.asks_user = users.collect();
        let asked = $facts.bindings().filter_map(|(t, row)| match row.bound {
            Bound::Policy(policy) => Some((t, policy, row.negate, row.failure)),
            _ => None,
        });
        program.asks_policy = asked.collect();
        program.run();
        program.access.into_iter().collect()
    }};
}

/// The relation of `users`.
pub fn access(facts: &Facts, users: Range<usize>) -> Pairs {
    run!(Program, facts, users)
}

/// The relation of all users, with ascent's own parallel evaluation.
pub fn parallel(facts: &Facts) -> Pairs {
    let users = 0..facts.users.len();
    run!(Parallel, facts, users)
}
