//! Which differences between objects does a difference between verdicts rest on?

use std::sync::OnceLock;

use rustc_hash::{FxHashMap, FxHashSet};

use super::Sides;
use crate::model::{
    Ancestry, Both, Difference, GroupId, PolicyId, PolicyKind, Side, TargetId, UserId, World,
};
use crate::reason::{Compared, Versus};
use crate::subjects::Subjects;

/// With so many nestings that are different, those of a target are not told apart any more.
const NESTINGS: usize = 16;

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
    /// Groups are nested in another way, at many places.
    Hierarchy,
    /// Users are others in so many ways that they are not told apart.
    Various,
    /// Something that the target rests on elsewhere.
    Elsewhere,
}

/// What is different about a user.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Personal {
    Member(Both<GroupId>, Side),
    /// On which sides they are, and which parts of them are others.
    User(bool, bool, Vec<&'static str>),
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
    /// For each nesting, the users below it on either side, by number; worked out when somebody asks.
    below: Vec<OnceLock<Subjects>>,
    versus: &'d Versus<'d>,
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
    /// Nestings that groups rest on which are asked for, by their positions among all nestings; at most [`NESTINGS`].
    nestings: Vec<usize>,
    /// Whether there are more than are told apart.
    has_hierarchy: bool,
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
        versus: &'d Versus<'d>,
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
            below: Vec::new(),
            versus,
            reputation: None,
            of_user: FxHashMap::default(),
            targets: FxHashMap::default(),
            ancestries: [Ancestry::of(sides.old.world()), Ancestry::of(sides.new.world())],
        };
        for both in versus.targets() {
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
        causes.below = causes.nestings.iter().map(|_| OnceLock::new()).collect();
        causes
    }

    fn worlds(&self) -> [(Side, &'d World); 2] {
        [(Side::Old, self.sides.old.world()), (Side::New, self.sides.new.world())]
    }

    /// The users about whom something is different, by number, and for each user the number of what it is: the same
    /// where the same is different.
    pub(super) fn personal(&self) -> (Subjects, Vec<u32>) {
        let users = self.versus.users();
        let mut personal = Subjects::none(users);
        let mut classes = vec![0; users];
        let mut known: FxHashMap<Vec<Personal>, u32> = FxHashMap::default();
        if self.of_user.is_empty() {
            return (personal, classes);
        }
        for (number, class) in classes.iter_mut().enumerate() {
            let Some(found) = self.of_user.get(&self.versus.user(number)) else { continue };
            personal.insert(number);
            let key: Vec<Personal> = found
                .iter()
                .filter_map(|number| match self.differences.get(*number)? {
                    Difference::Membership(_, group, side) => Some(Personal::Member(*group, *side)),
                    Difference::User(both, parts) => {
                        Some(Personal::User(both.old.is_some(), both.new.is_some(), parts.clone()))
                    }
                    _ => None,
                })
                .collect();
            let next = u32::try_from(known.len() + 1).unwrap_or(u32::MAX);
            *class = *known.entry(key).or_insert(next);
        }
        (personal, classes)
    }

    /// What matters at `target`.
    pub(super) fn at(&self, target: Both<TargetId>) -> AtTarget {
        let mut at = AtTarget {
            fixed: self.everywhere.clone(),
            nestings: Vec::new(),
            has_hierarchy: false,
            asks_users: false,
            asks_code: false,
            groups: [FxHashSet::default(), FxHashSet::default()],
        };
        for ((side, world), (ancestry, groups)) in
            self.worlds().into_iter().zip(self.ancestries.iter().zip(&mut at.groups))
        {
            let (id, context) = match side {
                Side::Old => (target.old, self.sides.old),
                Side::New => (target.new, self.sides.new),
            };
            let mut asked = Vec::new();
            for target in id.into_iter().flat_map(|id| context.reasoner.rests_on(id)) {
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
        let nestings = self.nestings.iter().enumerate().filter(|(_, number)| self.has_nesting(&at, **number));
        let mut nestings: Vec<usize> = nestings.map(|(position, _)| position).take(NESTINGS + 1).collect();
        at.has_hierarchy = nestings.len() > NESTINGS;
        if at.has_hierarchy {
            nestings.clear();
        }
        at.nestings = nestings;
        at
    }

    /// Whether a nesting can matter at a target.
    fn has_nesting(&self, at: &AtTarget, number: usize) -> bool {
        let Some(Difference::Nesting(_, parent, _)) = self.differences.get(number) else { return false };
        at.asks_code || at.counts(*parent)
    }

    /// The users below any of the nestings that matter at a target, if any does.
    pub(super) fn nested(&self, at: &AtTarget) -> Option<Subjects> {
        let mut below = at.nestings.iter().filter_map(|position| self.below(*position));
        let mut all = below.next()?.clone();
        below.for_each(|below| all.extend(below));
        Some(all)
    }

    /// Which of the nestings that matter at a target the user is below, a bit for each.
    pub(super) fn nestings_of(&self, at: &AtTarget, user: usize) -> u32 {
        let is_below = |position: &usize| self.below(*position).is_some_and(|below| below.contains(user));
        at.nestings
            .iter()
            .enumerate()
            .fold(0, |all, (bit, position)| all | u32::from(is_below(position)) << bit)
    }

    /// What the verdicts at a target of the user with a number rest on that is different.
    pub(super) fn of_one(&self, at: &AtTarget, number: usize) -> Vec<Cause> {
        let user = self.versus.user(number);
        let mut found: Vec<Cause> = at.fixed.iter().map(|number| Cause::Object(*number)).collect();
        found.extend(at.has_hierarchy.then_some(Cause::Hierarchy));
        let is_below = |position: &&usize| self.below(**position).is_some_and(|below| below.contains(number));
        let nestings = at.nestings.iter().filter(is_below);
        found.extend(
            nestings.filter_map(|position| self.nestings.get(*position)).map(|number| Cause::Object(*number)),
        );
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

    /// The users below the nesting at a position, on either side.
    fn below(&self, position: usize) -> Option<&Subjects> {
        let number = self.nestings.get(position)?;
        let Some(Difference::Nesting(child, ..)) = self.differences.get(*number) else { return None };
        Some(self.below.get(position)?.get_or_init(|| {
            let [old, new] = [(child.old, Side::Old), (child.new, Side::New)].map(|(child, side)| {
                let ancestry = self.ancestries.get(usize::from(side == Side::New));
                child.zip(ancestry).map(|(child, ancestry)| ancestry.below(&[child])).unwrap_or_default()
            });
            let mut users = Subjects::none(self.versus.users());
            let [(_, before), (_, after)] = self.worlds();
            let is_in = |world: &World, user: Option<UserId>, groups: &[GroupId]| {
                let direct = user.map_or(&[][..], |user| &world.users.row(user).groups);
                direct.iter().any(|group| groups.binary_search(group).is_ok())
            };
            for number in 0..self.versus.users() {
                let user = self.versus.user(number);
                if is_in(before, user.old, &old) || is_in(after, user.new, &new) {
                    users.insert(number);
                }
            }
            users
        }))
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
            Cause::Hierarchy => "groups are nested otherwise at many places".to_owned(),
            Cause::Various => "users changed in many ways".to_owned(),
            Cause::Elsewhere => "something that the target rests on".to_owned(),
        }
    }
}

impl AtTarget {
    /// What the verdicts here rest on that is different, whoever asks.
    pub(super) fn of_anybody(&self) -> Vec<Cause> {
        let mut found: Vec<Cause> = self.fixed.iter().map(|number| Cause::Object(*number)).collect();
        found.extend(self.has_hierarchy.then_some(Cause::Hierarchy));
        if found.is_empty() { vec![Cause::Elsewhere] } else { found }
    }

    /// The same, and that the users are others in many ways.
    pub(super) fn of_many(&self) -> Vec<Cause> {
        let mut found = self.of_anybody();
        found.retain(|cause| *cause != Cause::Elsewhere);
        found.push(Cause::Various);
        found
    }

    /// Whether members of `group` are members of a group that is asked for, on either side.
    fn counts(&self, group: Both<GroupId>) -> bool {
        let [old, new] = &self.groups;
        group.old.is_some_and(|group| old.contains(&group))
            || group.new.is_some_and(|group| new.contains(&group))
    }
}
