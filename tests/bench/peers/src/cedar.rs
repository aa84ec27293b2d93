//! cedar-policy, one decision at a time, for a sample of users and targets.

use std::collections::{HashMap, HashSet};
use std::hint::black_box;
use std::str::FromStr;
use std::time::Instant;

use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityUid, PolicySet, Request, RestrictedExpression,
};
use rustc_hash::FxBuildHasher;

use crate::facts::{Bound, Facts, PASSING, Target, Test};
use crate::loops;
use crate::measure::{Repeat, say, times};

/// So many users and so many targets are asked about, all with all.
const USERS: usize = 200;
const TARGETS: usize = 100;

/// What a decision is given to look at.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// The policies of its target, and the user with the groups above.
    Sliced,
    /// All policies, and all users that are asked about with all groups.
    Whole,
}

pub fn run(facts: &Facts, view: View, repeat: &Repeat) {
    let some =
        |all: usize, wanted: usize| (0..all).step_by((all / wanted).max(1)).take(wanted).collect::<Vec<_>>();
    let (users, mut targets) = (some(facts.users.len(), USERS), some(facts.targets.len(), TARGETS));
    if view == View::Whole {
        // Each decision looks at everything, so fewer of them are enough.
        targets.truncate(TARGETS / 50);
    }
    let groups = loops::groups::<FxBuildHasher>(facts);
    let all: HashSet<u32> = (0..facts.parents.len() as u32).collect();
    let entities: Vec<Entities> = match view {
        View::Sliced => users.iter().map(|user| entities(facts, &[*user], &groups[*user])).collect(),
        View::Whole => vec![entities(facts, &users, &all)],
    };
    let policies: Vec<PolicySet> = match view {
        View::Sliced => targets.iter().map(|target| set(&policies_of(facts, *target))).collect(),
        View::Whole => {
            vec![set(&(0..facts.targets.len()).map(|target| policies_of(facts, target)).collect::<String>())]
        }
    };
    let authorizer = Authorizer::new();
    let requests: Vec<(usize, usize, Request)> = (0..users.len())
        .flat_map(|user| (0..targets.len()).map(move |target| (user, target)))
        .map(|(user, target)| {
            let action = uid("Action", "access");
            let (principal, resource) = (uid("User", users[user]), uid("App", targets[target]));
            (user, target, Request::new(principal, action, resource, Context::empty(), None).unwrap())
        })
        .collect();
    let decide = |(user, target, request): &(usize, usize, Request)| {
        let (policies, entities) = (&policies[*target % policies.len()], &entities[*user % entities.len()]);
        authorizer.is_authorized(request, policies, entities).decision() == Decision::Allow
    };
    times(repeat, || {
        let start = Instant::now();
        requests.iter().for_each(|request| {
            black_box(decide(request));
        });
        say(&format!("each {}", start.elapsed().as_secs_f64() / requests.len() as f64));
    });
    let passes = |(user, target, _): &&(usize, usize, Request)| {
        let (user, target) = (users[*user], targets[*target]);
        loops::passes(facts, &groups, user, &facts.targets[target])
    };
    let wrong = requests.iter().filter(|request| passes(request) != decide(request)).count();
    let word = if wrong == 0 { "sample" } else { "differs" };
    say(&format!("{word} {}", requests.len()));
}

fn uid(kind: &str, name: impl std::fmt::Display) -> EntityUid {
    EntityUid::from_str(&format!("{kind}::\"{name}\"")).unwrap()
}

fn set(text: &str) -> PolicySet {
    PolicySet::from_str(text).unwrap()
}

fn entities<'g>(facts: &Facts, users: &[usize], groups: impl IntoIterator<Item = &'g u32>) -> Entities {
    let above =
        |groups: &[u32]| -> HashSet<EntityUid> { groups.iter().map(|group| uid("Group", group)).collect() };
    let group = |group: &u32| {
        let parents = above(&facts.parents[*group as usize]);
        Entity::new(uid("Group", group), HashMap::new(), parents).unwrap()
    };
    let user = |user: &usize| {
        let row = &facts.users[*user];
        let text = |text: String| RestrictedExpression::new_string(text);
        let mut attributes = HashMap::from([
            ("email".to_owned(), text(format!("u{user}@dom{}.example", row.domain))),
            ("badge".to_owned(), RestrictedExpression::new_long(row.badge.into())),
        ]);
        if row.department >= 0 {
            attributes.insert("department".to_owned(), text(format!("d{}", row.department)));
        }
        Entity::new(uid("User", user), attributes, above(&row.groups)).unwrap()
    };
    let all = groups.into_iter().map(group).chain(users.iter().map(user));
    Entities::from_entities(all, None).unwrap()
}

fn policies_of(facts: &Facts, number: usize) -> String {
    let target: &Target = &facts.targets[number];
    let scope = format!("principal, action, resource == App::\"{number}\"");
    let mut text = String::new();
    if target.is_all || target.bindings.is_empty() {
        text.push_str(&format!("permit({scope});\n"));
    }
    for row in &target.bindings {
        let not = if row.negate { "!" } else { "" };
        // Cedar skips a policy that is an error; here an error has a result of its own.
        let asks = match row.bound {
            Bound::Group(group) => format!("{not}(principal in Group::\"{group}\")"),
            Bound::User(user) => format!("{not}(principal == User::\"{user}\")"),
            Bound::Policy(policy) => match facts.policies[policy as usize] {
                Test::Domain(domain) => format!("{not}(principal.email like \"*@dom{domain}.example\")"),
                Test::Department(department) => format!(
                    "if principal has department then {not}(principal.department == \"d{department}\") else {}",
                    row.failure
                ),
                Test::Table(badge) => format!(
                    "if principal.badge == {badge} then {} else {not}(principal.badge > {badge} && principal.badge <= {})",
                    row.failure,
                    badge + PASSING
                ),
            },
        };
        text.push_str(&if target.is_all {
            format!("forbid({scope}) unless {{ {asks} }};\n")
        } else {
            format!("permit({scope}) when {{ {asks} }};\n")
        });
    }
    text
}
