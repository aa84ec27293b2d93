//! Which differences between objects does a difference between verdicts rest on?

use rustc_hash::{FxHashMap, FxHashSet};

use super::Sides;
use crate::model::{
    Ancestry, Both, Details, Difference, GroupId, PolicyId, PolicyKind, Side, TargetId, UserId, World,
};
use crate::reason::Compared;
use crate::subjects::Subjects;

/// What verdicts are others for. Users do not count one by one: whoever joins a group does so for one cause.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Cause {
    /// The difference with this number.
    Object(usize),
    /// Users were put into the group, or taken out of it.
    Members(Both<GroupId>, Side),
    /// Users are others in these parts.
    Users(Vec<&'static str>),
    /// Users were added, or removed.
    People(Side),
    /// Something that the target rests on elsewhere.
    Elsewhere,
}

/// All differences, by what they can matter for.
pub(super) struct Causes<'d> {
    sides: Sides<'d>,
    compared: Compared,
    differences: &'d [Difference],
    everywhere: Vec<usize>,
    of_target: FxHashMap<Both<TargetId>, Vec<usize>>,
    of_policy: FxHashMap<(Side, PolicyId), usize>,
    /// Differences between groups that code can see.
    of_groups: Vec<usize>,
    nestings: Vec<usize>,
    reputation: Option<usize>,
    of_user: FxHashMap<Both<UserId>, Vec<usize>>,
    /// The same targets, by their numbers on either side.
    targets: FxHashMap<(Side, TargetId), Both<TargetId>>,
    ancestries: [Ancestry<'d>; 2],
}

/// What matters at one target.
pub(super) struct AtTarget {
    /// Whoever asks.
    fixed: Vec<usize>,
    /// Nestings that groups rest on which are asked for.
    nestings: Vec<usize>,
    /// Whether a policy is asked that may look at the user.
    asks_users: bool,
    /// Whether code is asked, which may look at any group.
    asks_code: bool,
    /// The groups that count, on either side.
    groups: [FxHashSet<GroupId>; 2],
}

impl<'d> Causes<'d> {
    pub(super) fn of(
        sides: Sides<'d>,
        compared: Compared,
        targets: &[Both<TargetId>],
        differences: &'d [Difference],
    ) -> Self {
        let mut causes = Self {
            sides,
            compared,
            differences,
            everywhere: Vec::new(),
            of_target: FxHashMap::default(),
            of_policy: FxHashMap::default(),
            of_groups: Vec::new(),
            nestings: Vec::new(),
            reputation: None,
            of_user: FxHashMap::default(),
            targets: FxHashMap::default(),
            ancestries: [Ancestry::of(sides.old.world()), Ancestry::of(sides.new.world())],
        };
        for both in targets {
            causes.targets.extend(both.old.map(|id| ((Side::Old, id), *both)));
            causes.targets.extend(both.new.map(|id| ((Side::New, id), *both)));
        }
        for (number, difference) in differences.iter().enumerate() {
            match difference {
                Difference::Edition | Difference::Flag => causes.everywhere.push(number),
                Difference::Reputation => causes.reputation = Some(number),
                Difference::Target(target, _) | Difference::Binding(_, target, _) => {
                    causes.of_target.entry(*target).or_default().push(number);
                }
                Difference::Policy(policy, _) => {
                    causes.of_policy.extend(policy.old.map(|id| ((Side::Old, id), number)));
                    causes.of_policy.extend(policy.new.map(|id| ((Side::New, id), number)));
                }
                Difference::Group(..) => causes.of_groups.push(number),
                Difference::Nesting(..) => causes.nestings.push(number),
                Difference::User(user, _) | Difference::Membership(user, ..) => {
                    causes.of_user.entry(*user).or_default().push(number);
                }
            }
        }
        causes
    }

    fn worlds(&self) -> [(Side, &'d World); 2] {
        [(Side::Old, self.sides.old.world()), (Side::New, self.sides.new.world())]
    }

    /// The users about whom something is different, by the numbers that `number` gives them.
    pub(super) fn personal(&self, users: usize, user: impl Fn(usize) -> Both<UserId>) -> Subjects {
        let mut personal = Subjects::none(users);
        if !self.of_user.is_empty() {
            let is_other = |number: &usize| self.of_user.contains_key(&user(*number));
            (0..users).filter(is_other).for_each(|number| personal.insert(number));
        }
        personal
    }

    /// What matters at `target`.
    pub(super) fn at(&self, target: Both<TargetId>) -> AtTarget {
        let mut at = AtTarget {
            fixed: self.everywhere.clone(),
            nestings: Vec::new(),
            asks_users: false,
            asks_code: false,
            groups: [FxHashSet::default(), FxHashSet::default()],
        };
        for ((side, world), (ancestry, groups)) in
            self.worlds().into_iter().zip(self.ancestries.iter().zip(&mut at.groups))
        {
            let id = if side == Side::Old { target.old } else { target.new };
            let mut asked = Vec::new();
            for target in id.into_iter().flat_map(|id| rests_on(world, id)) {
                if let Some(both) = self.targets.get(&(side, target)) {
                    at.fixed.extend(self.of_target.get(both).into_iter().flatten());
                }
                for (_, row) in world.bindings_of(target).filter(|(_, row)| row.enabled) {
                    asked.extend(row.group);
                    let Some(policy) = row.policy else { continue };
                    at.fixed.extend(self.of_policy.get(&(side, policy)));
                    match &world.policies.row(policy).kind {
                        PolicyKind::Expression(code) => {
                            at.asks_users = true;
                            at.asks_code = true;
                            // What it calls, it calls by name.
                            let is_called =
                                |other: &PolicyId| code.text.contains(&world.policies.row(*other).name);
                            let others = self
                                .of_policy
                                .iter()
                                .filter(|((of, other), _)| *of == side && is_called(other));
                            at.fixed.extend(others.map(|(_, number)| number));
                        }
                        PolicyKind::Reputation(_) => {
                            at.asks_users = true;
                            at.fixed.extend(self.reputation);
                        }
                        PolicyKind::PasswordExpiry(_) => at.asks_users = true,
                        _ => {}
                    }
                }
            }
            groups.extend(ancestry.below(&asked));
        }
        if at.asks_code {
            at.fixed.extend(&self.of_groups);
        }
        at.fixed.sort_unstable();
        at.fixed.dedup();
        at.nestings = self.nestings.iter().copied().filter(|number| self.has_nesting(&at, *number)).collect();
        at
    }

    /// Whether a nesting can matter at a target.
    fn has_nesting(&self, at: &AtTarget, number: usize) -> bool {
        let Some(Difference::Nesting(_, parent, _)) = self.differences.get(number) else { return false };
        at.asks_code || at.counts(*parent)
    }

    /// What `user`'s verdicts at a target rest on that is different.
    pub(super) fn of_one(&self, at: &AtTarget, user: Both<UserId>) -> Vec<Cause> {
        let mut found: Vec<Cause> = at.fixed.iter().map(|number| Cause::Object(*number)).collect();
        let nestings = at.nestings.iter().filter(|number| self.concerns(**number, user));
        found.extend(nestings.map(|number| Cause::Object(*number)));
        for number in self.of_user.get(&user).into_iter().flatten() {
            match self.differences.get(*number) {
                Some(Difference::User(Both { old: None, .. }, _)) => found.push(Cause::People(Side::New)),
                Some(Difference::User(Both { new: None, .. }, _)) => found.push(Cause::People(Side::Old)),
                Some(Difference::User(_, parts)) => {
                    let matters = |part: &&'static str| match *part {
                        "is active" => self.compared == Compared::Effective || at.asks_code,
                        _ => at.asks_users,
                    };
                    let parts: Vec<&'static str> = parts.iter().copied().filter(matters).collect();
                    if !parts.is_empty() {
                        found.push(Cause::Users(parts));
                    }
                }
                Some(Difference::Membership(_, group, side)) if at.asks_code || at.counts(*group) => {
                    found.push(Cause::Members(*group, *side));
                }
                _ => {}
            }
        }
        found.sort_unstable();
        found.dedup();
        if found.is_empty() { vec![Cause::Elsewhere] } else { found }
    }

    /// Whether `user` is below the nesting, on either side.
    fn concerns(&self, number: usize, user: Both<UserId>) -> bool {
        let Some(Difference::Nesting(child, ..)) = self.differences.get(number) else { return false };
        let is_below =
            |world: &World, ancestry: &Ancestry<'_>, user: Option<UserId>, group: Option<GroupId>| {
                let (Some(user), Some(group)) = (user, group) else { return false };
                let below = ancestry.below(&[group]);
                world.users.row(user).groups.iter().any(|group| below.binary_search(group).is_ok())
            };
        let [(_, old), (_, new)] = self.worlds();
        let [before, after] = &self.ancestries;
        is_below(old, before, user.old, child.old) || is_below(new, after, user.new, child.new)
    }

    /// A cause in words.
    pub(super) fn in_words(&self, cause: &Cause) -> String {
        match cause {
            Cause::Object(number) => self.differences.get(*number).map_or_else(String::new, |difference| {
                let changed = self.sides.in_words(difference);
                format!("{}: {}", changed.object, changed.what)
            }),
            Cause::Members(group, Side::New) => format!("joined {}", self.sides.group_name(*group)),
            Cause::Members(group, Side::Old) => format!("left {}", self.sides.group_name(*group)),
            Cause::Users(parts) => format!("user changed: {}", parts.join(", ")),
            Cause::People(Side::New) => "user added".to_owned(),
            Cause::People(Side::Old) => "user removed".to_owned(),
            Cause::Elsewhere => "something that the target rests on".to_owned(),
        }
    }
}

impl AtTarget {
    /// Whether every user has the same causes, but for those about whom something is different.
    pub(super) fn is_uniform(&self) -> bool {
        self.nestings.is_empty()
    }

    /// Whether members of `group` are members of a group that is asked for, on either side.
    fn counts(&self, group: Both<GroupId>) -> bool {
        let [old, new] = &self.groups;
        group.old.is_some_and(|group| old.contains(&group))
            || group.new.is_some_and(|group| new.contains(&group))
    }
}

/// The target, and those through which one gets what it stands for.
fn rests_on(world: &World, target: TargetId) -> Vec<TargetId> {
    let mut found = vec![target];
    match &world.targets.row(target).details {
        Details::Device { access_group, .. } => found.extend(*access_group),
        Details::RacEndpoint { provider: Some(provider) } => {
            let opens = |id: &TargetId| matches!(world.targets.row(*id).details, Details::Application { provider: Some(other) } if other == *provider);
            found.extend(world.targets.ids().find(opens));
        }
        _ => {}
    }
    found
}
