//! Policies: in which ways can a run end, for whom, and what is it that we do not know?
//!
//! One file for each of authentik's types (dossier §1.6, §2.5). A type that the data decides ends in one way; where
//! the request, the clock or anything else from outside decides, every way that is possible is given, with the
//! reason.

mod always;
pub mod assumption;
mod dummy;
mod event_matcher;
mod expression;
mod geoip;
mod other;
mod password;
mod password_expiry;
mod reputation;
mod study;
mod unique_password;
pub mod way;
pub mod writes;

use jiff::Timestamp;

use crate::model::{Edition, PolicyId, PolicyKind, Score, TargetId, TargetKind, User, UserId, World};
use crate::subjects::Subjects;
use crate::truth::Ends;
use assumption::Assumptions;
pub(crate) use expression::Grounds;
pub use expression::{
    Effect, Ending, Fact, Given, Listing, Lookup, Pitfall, PitfallKind, Problem as CodeProblem, Read, Seen,
    Span, Understood, pitfalls, problems as expression_problems, understood, warnings as expression_warnings,
};
pub use study::Study;
use way::Ways;
use writes::Writes;

/// Where and when a policy runs.
#[derive(Clone, Copy, Debug)]
pub struct Setting<'w, 's> {
    /// What is asked about: an event comes with notification rules only, a prompt with flows only.
    pub target: TargetKind,
    /// The moment; `None` when nobody says.
    pub at: Option<Timestamp>,
    /// The semantics.
    pub edition: &'w Edition,
    /// The reputation scores, if they are known.
    pub scores: Option<&'w [Score]>,
    /// The target itself.
    pub id: TargetId,
    /// What other policies may have written into the request before: all policies of a target share it (dossier
    /// §2.6), and those of a flow share its plan.
    pub disturbed: &'s Writes,
    /// What is assumed of the request.
    pub assumptions: &'s Assumptions,
    /// A number that no other run has.
    pub run: u32,
}

impl Setting<'_, '_> {
    /// Whether another policy may have changed the request that this one reads.
    fn request_may_change(&self) -> bool {
        !self.disturbed.is_none()
    }
}

/// Whom a policy is asked about.
#[derive(Clone, Copy, Debug)]
pub enum Subject<'w> {
    /// A saved user.
    User(&'w User),
    /// Somebody who has not logged in (Django's `AnonymousUser`).
    Anonymous,
}

/// How runs of one policy end in one setting.
pub struct Judgement<E = ByEnds> {
    /// For whom in which ways.
    pub ends: For<E>,
    /// What is not known, where the ends are several.
    pub unknown: Option<String>,
    /// Whether all runs in one request end alike. Code that may keep something between two runs does not.
    pub repeatable: bool,
    /// Whether runs for all targets of a kind end alike.
    pub anywhere: bool,
    /// Whether runs end so for every subject that there could be, not only for those that there are.
    pub anyone: bool,
    /// Where code does what is not certain, and why that is so.
    pub unclear: Vec<(Span, String)>,
    /// What it rests on beyond the policy and the setting.
    pub(crate) grounds: Grounds,
}

/// The ends of runs, by subject.
pub enum For<E = ByEnds> {
    /// The same for everyone.
    All(Ends),
    /// For each on its own.
    Each(E),
    /// For each on its own, by the answers to what nobody can answer.
    Ways(Ways),
}

/// All subjects by how runs end for them.
pub struct ByEnds(pub(crate) Vec<(Ends, Subjects)>);

/// What a type of policy says, before anybody is asked about.
type Ruling<'w> = Judgement<Box<dyn Fn(Subject<'_>) -> Ends + Sync + 'w>>;

impl<E> Judgement<E> {
    /// Ends so for everyone.
    fn same(ends: Ends) -> Self {
        Self {
            ends: For::All(ends),
            unknown: None,
            repeatable: true,
            anywhere: true,
            anyone: true,
            unclear: Vec::new(),
            grounds: Grounds::default(),
        }
    }

    /// May end in these ways, because of what is not known.
    fn unknown(ends: Ends, reason: impl Into<String>) -> Self {
        Self { unknown: Some(reason.into()), ..Self::same(ends) }
    }
}

impl<'w> Ruling<'w> {
    /// Ends for each subject on its own.
    fn each(ends: impl Fn(Subject<'_>) -> Ends + Sync + 'w) -> Self {
        Self { ends: For::Each(Box::new(ends)), anyone: false, ..Self::same(Ends::UNKNOWN) }
    }

    /// Asks it about everybody in `world`.
    fn asked_of_all(self, world: &World) -> Judgement {
        let ends = match self.ends {
            For::All(ends) => For::All(ends),
            For::Ways(ways) => For::Ways(ways),
            For::Each(each) => {
                let users = world.users.values().as_slice();
                let subject = |subject: usize| users.get(subject).map_or(Subject::Anonymous, Subject::User);
                For::Each(ByEnds(Subjects::by(users.len() + 1, |number| each(subject(number)))))
            }
        };
        Judgement {
            ends,
            unknown: self.unknown,
            repeatable: self.repeatable,
            anywhere: self.anywhere,
            anyone: self.anyone,
            unclear: self.unclear,
            grounds: self.grounds,
        }
    }
}

#[cfg(test)]
impl Ruling<'_> {
    /// How a run of a policy without code ends for `subject`.
    fn ends_for(&self, subject: Subject<'_>) -> Ends {
        match &self.ends {
            For::All(ends) => *ends,
            For::Each(ends) => ends(subject),
            For::Ways(_) => Ends::UNKNOWN,
        }
    }
}

/// What every type of policy can say.
trait Type {
    /// How runs end in `setting`.
    fn judge<'w>(&'w self, setting: Setting<'w, '_>) -> Ruling<'w>;
}

/// The table of types; none for code, which has a world of its own to look at.
fn type_of(kind: &PolicyKind) -> Option<&dyn Type> {
    Some(match kind {
        PolicyKind::Expression(_) => return None,
        PolicyKind::Dummy(policy) => policy,
        PolicyKind::PasswordExpiry(policy) => policy,
        PolicyKind::EventMatcher(policy) => policy,
        PolicyKind::GeoIp(policy) => policy,
        PolicyKind::Password(policy) => policy,
        PolicyKind::UniquePassword(policy) => policy,
        PolicyKind::Reputation(policy) => policy,
        PolicyKind::Always(true) => &always::Always::<true>,
        PolicyKind::Always(false) => &always::Always::<false>,
        PolicyKind::Unknown(_) | PolicyKind::Other(_) => kind,
    })
}

/// How runs of `policy` end in `setting`.
pub fn judge<'w>(study: &Study<'w>, policy: PolicyId, setting: Setting<'w, '_>) -> Judgement {
    let row = study.world.policies.row(policy);
    if let Some(ends) = setting.assumptions.policies.get(&row.name) {
        return Judgement::same(*ends);
    }
    match type_of(&row.kind) {
        None => expression::judge(study, policy, setting),
        Some(kind) => {
            let judgement = kind.judge(setting).asked_of_all(study.world);
            // What may change between two runs may end them in two ways.
            Judgement { repeatable: judgement.repeatable && !setting.request_may_change(), ..judgement }
        }
    }
}

/// What decides how runs of `policy` end for `user` in `setting`, where code does: the values that it looked at, and
/// what it made of them, when the questions that nobody can answer have these answers.
pub fn seen(
    study: &Study<'_>,
    policy: PolicyId,
    setting: Setting<'_, '_>,
    user: UserId,
    answer: &dyn Fn(&way::Atom) -> Option<bool>,
) -> Vec<Seen> {
    if setting.assumptions.policies.contains_key(&study.world.policies.row(policy).name) {
        return Vec::new();
    }
    expression::seen(study, policy, setting, user, answer)
}

/// Makes ready what [`judge`] needs for several policies at once.
pub(crate) fn foresee(study: &Study<'_>, asked: &[(PolicyId, Setting<'_, '_>)]) {
    let is_assumed = |policy: PolicyId, setting: &Setting<'_, '_>| {
        setting.assumptions.policies.contains_key(&study.world.policies.row(policy).name)
    };
    let asked: Vec<_> =
        asked.iter().filter(|(policy, setting)| !is_assumed(*policy, setting)).copied().collect();
    expression::foresee(study, &asked);
}

/// How runs of a policy without code end, when that is the same for everybody.
fn ends_for_everyone(study: &Study<'_>, policy: PolicyId, setting: Setting<'_, '_>) -> Ends {
    let kind = type_of(&study.world.policies.row(policy).kind);
    match kind.map(|kind| kind.judge(setting).ends) {
        Some(For::All(ends)) => ends,
        _ => Ends::UNKNOWN,
    }
}

/// What a run of `policy` may leave behind in the request that later policies read.
pub fn writes(study: &Study<'_>, policy: PolicyId) -> Writes {
    study.library.writes(policy)
}

/// Why something that another policy wrote may decide.
const REQUEST_MAY_CHANGE: &str = "an expression policy may change the request that it reads";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Attributes, Origin, UserKind};

    pub(super) fn setting(target: TargetKind) -> Setting<'static, 'static> {
        static NEWEST: std::sync::LazyLock<Edition> = std::sync::LazyLock::new(Edition::newest);
        static NONE: std::sync::LazyLock<(Writes, Assumptions)> = std::sync::LazyLock::new(Default::default);
        let (disturbed, assumptions) = &*NONE;
        let id = TargetId(0);
        Setting { target, id, at: None, edition: &NEWEST, scores: None, disturbed, assumptions, run: 0 }
    }

    pub(super) fn anyone() -> Subject<'static> {
        Subject::Anonymous
    }

    pub(super) fn user(username: &str) -> User {
        User {
            pk: None,
            username: username.into(),
            name: "".into(),
            email: "".into(),
            kind: UserKind::Internal,
            active: true,
            path: "users".into(),
            attributes: Attributes::new(),
            password_changed: None,
            groups: Box::default(),
            origin: Origin::None,
        }
    }
}
