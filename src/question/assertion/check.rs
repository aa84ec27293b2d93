//! Whether an assertion holds: of the users that there are, and of those that could be created.

use super::resolve::{Resolved, ResolvedClaim, Subject};
use crate::model::{Id, TargetId, TargetKind, UserId, World};
use crate::reason::{Access, Compared, Perhaps, Prospect, Prospects, Reasoner};
use crate::subjects::Subjects;
use crate::truth::{Truth, Verdict};

/// How an assertion turns out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// It holds, whatever the unknowns turn out to be.
    Holds,
    /// There is a counterexample, whatever the unknowns turn out to be.
    Fails,
    /// That depends on what the configuration does not say, or would take too long to find out.
    Depends,
}

impl Outcome {
    /// `holds`, `fails` or `depends`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::Fails => "fails",
            Self::Depends => "depends",
        }
    }
}

/// Somebody by whom an assertion is broken, or may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Breach {
    pub(super) who: Who,
    pub(super) targets: Vec<TargetId>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Who {
    /// A user that there is.
    Listed(UserId),
    /// A user who could be created.
    Created(Perhaps),
}

/// What was found.
#[derive(Clone, Debug, Default)]
pub(super) struct Found {
    /// They break it for certain.
    pub(super) certain: Vec<Breach>,
    /// They may break it.
    pub(super) perhaps: Vec<Breach>,
    /// Whether somebody who breaks it could be created all the same: to look further would take too long.
    pub(super) given_up: bool,
    /// What is to be known of it.
    pub(super) notes: Vec<String>,
}

impl Found {
    pub(super) fn outcome(&self) -> Outcome {
        if !self.certain.is_empty() {
            Outcome::Fails
        } else if !self.perhaps.is_empty() || self.given_up {
            Outcome::Depends
        } else {
            Outcome::Holds
        }
    }

    fn count(&mut self, broken: Verdict, who: UserId, targets: &[TargetId]) {
        let found = match broken {
            Verdict::Yes => &mut self.certain,
            Verdict::Depends => &mut self.perhaps,
            Verdict::No => return,
        };
        found.push(Breach { who: Who::Listed(who), targets: targets.to_vec() });
    }
}

/// Checks `resolved`. `prospects` are asked where it is to hold forever, and know of the groups that it names.
pub(super) fn check(
    resolved: &Resolved,
    reasoner: &Reasoner<'_>,
    prospects: Option<&Prospects<'_, '_>>,
    compared: Compared,
) -> Found {
    let mut found = Found::default();
    today(&resolved.claim, reasoner, compared, &mut found);
    if let Some(prospects) = prospects.filter(|_| resolved.assertion.forever) {
        ever(&resolved.claim, prospects, compared, &mut found);
    }
    found
}

/// What is asked of one verdict.
fn read(access: &Access, user: UserId, compared: Compared) -> Verdict {
    match compared {
        Compared::Verdicts => access.verdict(user),
        Compared::Effective => access.effective(user),
    }
}

fn today(claim: &ResolvedClaim, reasoner: &Reasoner<'_>, compared: Compared, found: &mut Found) {
    let world = reasoner.world();
    let access = reasoner.accesses(claim.targets());
    if let ResolvedClaim::Apart(targets) = claim {
        for user in world.users.ids() {
            // Each target is asked for in a request of its own, so what is unknown of requests is never the same.
            let verdicts = access.iter().map(|access| read(access, user, compared));
            let broken = verdicts.fold(Verdict::Yes, Verdict::and);
            found.count(broken, user, targets);
        }
        return;
    }
    let users = range(claim, reasoner, found);
    if matches!(claim, ResolvedClaim::Cannot(Subject::Everyone, _) | ResolvedClaim::Only(..)) {
        note_strangers(claim.targets(), &access, world, found);
    }
    for (target, access) in claim.targets().iter().zip(&access) {
        for user in &users {
            let verdict = read(access, *user, compared);
            let broken = if matches!(claim, ResolvedClaim::Can(..)) { verdict.negated() } else { verdict };
            found.count(broken, *user, &[*target]);
        }
    }
}

/// Says where whoever has not logged in may get what nobody else is to get: of them no assertion speaks.
fn note_strangers(targets: &[TargetId], access: &[Access], world: &World, found: &mut Found) {
    for (target, access) in targets.iter().zip(access) {
        let kind = world.targets.row(*target).kind();
        let asks = matches!(kind, TargetKind::Flow | TargetKind::StageBinding | TargetKind::Source);
        if asks && access.anonymous() != Verdict::No {
            let address = world.target_address(*target);
            found.notes.push(format!(
                "`{address}` is asked for before anybody has logged in, of which this says nothing"
            ));
        }
    }
}

/// The users of whom `claim` says something.
fn range(claim: &ResolvedClaim, reasoner: &Reasoner<'_>, found: &mut Found) -> Vec<UserId> {
    let world = reasoner.world();
    let is_active = |user: &UserId| world.users.row(*user).active;
    match claim {
        ResolvedClaim::Can(Subject::Users(users), _) => users.clone(),
        ResolvedClaim::Can(subject, _) => {
            let users = all_of(subject, reasoner, found);
            let active: Vec<UserId> = users.iter().copied().filter(is_active).collect();
            if active.is_empty() && !users.is_empty() {
                found.notes.push(match subject {
                    Subject::Members(groups) => format!("nobody in {} is active", names(world, groups)),
                    _ => "nobody is active".to_owned(),
                });
            }
            active
        }
        ResolvedClaim::Cannot(subject, _) => all_of(subject, reasoner, found),
        ResolvedClaim::Only(subject, _) => {
            let mut named = Subjects::none(world.users.len());
            all_of(subject, reasoner, found).into_iter().for_each(|user| named.insert(user.index()));
            world.users.ids().filter(|user| !named.contains(user.index())).collect()
        }
        ResolvedClaim::Apart(_) => Vec::new(),
    }
}

/// Whom `subject` means, by username.
fn all_of(subject: &Subject, reasoner: &Reasoner<'_>, found: &mut Found) -> Vec<UserId> {
    let world = reasoner.world();
    match subject {
        Subject::Users(users) => users.clone(),
        Subject::Everyone => {
            if world.users.is_empty() {
                found.notes.push("there are no users".to_owned());
            }
            world.users.ids().collect()
        }
        Subject::Members(groups) => {
            let mut all = Vec::new();
            for group in groups {
                let members = reasoner.members(*group);
                if members.is_empty() {
                    found.notes.push(format!("nobody is in {}", names(world, &[*group])));
                }
                all.extend(members);
            }
            all.sort_unstable();
            all.dedup();
            all
        }
    }
}

fn names(world: &World, groups: &[crate::model::GroupId]) -> String {
    let names = groups.iter().map(|group| format!("`{}`", world.groups.row(*group).name));
    names.collect::<Vec<_>>().join(" or ")
}

fn ever(claim: &ResolvedClaim, prospects: &Prospects<'_, '_>, compared: Compared, found: &mut Found) {
    let all = |of: &[Truth]| of.iter().copied().fold(Truth::YES, Truth::and);
    let any = |of: &[Truth]| of.iter().copied().fold(Truth::NO, Truth::or);
    let groups = claim.groups();
    let mut look = |targets: &[TargetId], test: &dyn Fn(&[Truth], &[Truth]) -> Truth| {
        let breach = |who| Breach { who: Who::Created(who), targets: targets.to_vec() };
        match prospects.search(groups, targets, compared, test) {
            Prospect::Nobody => {}
            Prospect::Certain(groups) => {
                found.certain.push(breach(Perhaps { groups, unknowns: Vec::new(), ends: Vec::new() }));
            }
            Prospect::Perhaps(perhaps) => found.perhaps.push(breach(perhaps)),
            Prospect::GivenUp => found.given_up = true,
        }
    };
    let test: &dyn Fn(&[Truth], &[Truth]) -> Truth = match claim {
        ResolvedClaim::Apart(targets) => return look(targets, &|_, gets| all(gets)),
        ResolvedClaim::Can(Subject::Users(_), _) | ResolvedClaim::Cannot(Subject::Users(_), _) => {
            found.notes.push("`forever` adds nothing here: who is created is none of those named".to_owned());
            return;
        }
        ResolvedClaim::Can(Subject::Members(_), _) => &|is_in, gets| any(is_in).and(all(gets).negated()),
        ResolvedClaim::Can(Subject::Everyone, _) => &|_, gets| all(gets).negated(),
        ResolvedClaim::Cannot(Subject::Members(_), _) => &|is_in, gets| any(is_in).and(all(gets)),
        ResolvedClaim::Only(Subject::Members(_), _) => &|is_in, gets| any(is_in).negated().and(all(gets)),
        ResolvedClaim::Only(Subject::Everyone, _) => return,
        ResolvedClaim::Cannot(Subject::Everyone, _) | ResolvedClaim::Only(Subject::Users(_), _) => {
            &|_, gets| all(gets)
        }
    };
    for target in claim.targets() {
        look(&[*target], test);
    }
}
