//! Random configurations, small enough that everything happens in them.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

/// What a binding binds: a group, a user, a policy, by number.
pub(crate) type Bound = (Option<usize>, Option<usize>, Option<usize>);

#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) bound: Bound,
    pub(crate) negate: bool,
    pub(crate) disabled: bool,
    pub(crate) on_error: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct App {
    pub(crate) all: bool,
    pub(crate) rows: Vec<Row>,
}

#[derive(Clone, Debug)]
pub(crate) struct User {
    pub(crate) groups: Vec<usize>,
    pub(crate) level: Option<u8>,
}

#[derive(Clone, Debug)]
pub(crate) struct World {
    pub(crate) release: &'static str,
    /// The groups above each group.
    pub(crate) groups: Vec<Vec<usize>>,
    pub(crate) users: Vec<User>,
    pub(crate) policies: Vec<&'static str>,
    pub(crate) apps: Vec<App>,
}

/// What is taken away from a world.
#[derive(Clone, Debug, Default)]
pub(crate) struct Gone {
    /// Rows, by application and position.
    pub(crate) rows: Vec<(usize, usize)>,
    pub(crate) group: Option<usize>,
    pub(crate) user: Option<usize>,
    pub(crate) policy: Option<usize>,
}

const GROUPS: usize = 5;
const USERS: usize = 4;
const POLICIES: [&str; 7] = [
    "always pass",
    "always fail",
    "unknown \"somebody asked\"",
    "expression \"return True\"",
    "expression \"return request.user.attributes.get('level') == 3\"",
    "expression \"return request.user.attributes['level'] == 3\"",
    "expression \"return ak_client_ip in ip_network('10.0.0.0/8')\"",
];

fn row() -> impl Strategy<Value = Row> {
    let bound = prop_oneof![
        6 => (0..GROUPS).prop_map(|group| (Some(group), None, None)),
        2 => (0..USERS).prop_map(|user| (None, Some(user), None)),
        3 => (0..POLICIES.len()).prop_map(|policy| (None, None, Some(policy))),
        1 => (option::of(0..GROUPS), option::of(0..USERS), option::of(0..POLICIES.len())),
    ];
    (bound, prop::bool::weighted(0.25), prop::bool::weighted(0.15), prop::bool::weighted(0.3))
        .prop_map(|(bound, negate, disabled, on_error)| Row { bound, negate, disabled, on_error })
}

pub(crate) fn users(count: impl Into<prop::collection::SizeRange>) -> impl Strategy<Value = Vec<User>> {
    let user = (vec(0..GROUPS, 0..4), option::of(2_u8..5));
    vec(user.prop_map(|(groups, level)| User { groups, level }), count)
}

pub(crate) fn world() -> impl Strategy<Value = World> {
    let app = (any::<bool>(), vec(row(), 0..5)).prop_map(|(all, rows)| App { all, rows });
    let release = prop::sample::select(vec!["2025.4", "2025.10", "2025.12.0", "2026.5", "documented"]);
    (release, vec(vec(0..GROUPS, 0..2), GROUPS), users(USERS), vec(app, 1..4)).prop_map(
        |(release, groups, users, apps)| World { release, groups, users, policies: POLICIES.to_vec(), apps },
    )
}

fn list(names: &[usize], gone: Option<usize>) -> String {
    let mut names: Vec<usize> = names.iter().copied().filter(|name| Some(*name) != gone).collect();
    names.sort_unstable();
    names.dedup();
    let names: Vec<String> = names.iter().map(|name| format!("g{name}")).collect();
    if names.is_empty() { String::new() } else { format!(" in {}", names.join(", ")) }
}

impl World {
    /// The world as a `.may` file, without what is gone, and with others.
    pub(crate) fn text(&self, gone: &Gone, others: &[User]) -> String {
        let release =
            if self.release == "documented" { "documented".into() } else { format!("\"{}\"", self.release) };
        let mut text = format!("authentik {release}\n");
        for (number, parents) in
            self.groups.iter().enumerate().filter(|(number, _)| Some(*number) != gone.group)
        {
            text += &format!("group g{number}{}\n", list(parents, gone.group));
        }
        for (number, user) in self.users.iter().chain(others).enumerate() {
            if Some(number) != gone.user {
                let level = user.level.map(|level| format!(" {{ attributes: {{ level: {level} }} }}"));
                text += &format!(
                    "user u{number}{}{}\n",
                    list(&user.groups, gone.group),
                    level.unwrap_or_default()
                );
            }
        }
        for (number, policy) in
            self.policies.iter().enumerate().filter(|(number, _)| Some(*number) != gone.policy)
        {
            text += &format!("policy p{number} {policy}\n");
        }
        for (app, App { all, rows }) in self.apps.iter().enumerate() {
            text += &format!("application a{app} {} {{\n", if *all { "all" } else { "any" });
            for (number, row) in rows.iter().enumerate() {
                text += &row.text(number, gone.rows.contains(&(app, number)), gone);
            }
            text += "}\n";
        }
        text
    }
}

impl Row {
    fn text(&self, number: usize, is_gone: bool, gone: &Gone) -> String {
        let (group, user, policy) = self.bound;
        // Whoever is deleted takes the rows along.
        let hangs = |bound: Option<usize>, gone: Option<usize>| bound.is_some() && bound == gone;
        if is_gone || hangs(group, gone.group) || hangs(user, gone.user) || hangs(policy, gone.policy) {
            return String::new();
        }
        let parts = [
            policy.map(|policy| format!("policy p{policy}")),
            group.map(|group| format!("group g{group}")),
            user.map(|user| format!("user u{user}")),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        let bound = if parts.is_empty() { "nothing".to_owned() } else { parts.join(" + ") };
        format!(
            "  {number}: {}{}{bound} on error {}\n",
            if self.disabled { "disabled " } else { "" },
            if self.negate { "not " } else { "" },
            if self.on_error { "pass" } else { "fail" }
        )
    }
}
