//! Reasoning: from a world to answers. The only caller of the rules.
//!
//! The rules derive a circuit: for every target a gate over the few questions that can be asked about a user. All
//! answers are readings of it, so they cannot disagree.

mod access;
mod answer;
mod answers;
mod apply;
mod basis;
mod column;
mod cone;
mod derived;
mod everyone;
pub mod explain;
mod extents;
mod facts;
mod fix;
mod marks;
mod outcomes;
mod path;
mod plan;
mod possible;
mod program;
mod prospects;
mod rests;
mod rows;
mod runs;
mod same;
mod set;
mod sums;
mod touched;
mod trial;
mod versus;

use std::borrow::Cow;

use rules::{Cause, GateId};

use crate::model::{BindingId, GroupId, Id, Mode, PolicyId, TargetId, UserId, World};
use crate::policy::way::Atom;
pub use crate::proof::{AtomId, Unknown};
use crate::truth::Verdict;
pub use access::{Access, Counted, CountedAccess};
pub use answer::{Answer, Decider, Settings, Subject};
pub use answers::Answers;
use derived::Derived;
pub(crate) use extents::Extent;
pub(crate) use fix::{Back, Rows};
pub use fix::{Fix, Fixes, Remedy};
pub use outcomes::{Outcomes, PolicyFacts, PolicyRun};
use plan::{Plan, Variable};
pub use possible::{Formula, Possible, Search, Witness};
pub use prospects::{Perhaps, Prospect, Prospects};
use runs::Kept;
pub(crate) use set::Set;
pub use touched::{Moved, Touched, Verdicts};
pub use trial::{Settling, Trial, Trials};
pub(crate) use versus::Moves;
pub use versus::{Compared, MoveCounts, Versus};

/// Answers questions about a world.
///
/// ```
/// use whomay::{Reasoner, Subject, Verdict, World};
///
/// let world = World::parse("tenant.may", "
///     group staff
///     user anna in staff
///     user eve
///     application wiki any { 0: group staff }
/// ")?;
/// let reasoner = Reasoner::new(&world);
/// let wiki = world.find_target("app:wiki")?;
/// let anna = world.find_user("anna")?;
/// assert_eq!(reasoner.verdict(Subject::User(anna), wiki), Verdict::Yes);
///
/// let who: Vec<&str> = reasoner.who(wiki).map(|user| world.users[user].username.as_str()).collect();
/// assert_eq!(who, ["anna"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Reasoner<'w> {
    world: Cow<'w, World>,
    settings: Settings,
    derived: Derived,
}

impl<'w> Reasoner<'w> {
    /// Derives everything that follows from `world`.
    pub fn new(world: &'w World) -> Self {
        Self::with(world, &Settings::default())
    }

    /// The same for a world of its own, which [`Reasoner::apply`] can change without a copy.
    pub fn owning(world: World, settings: &Settings) -> Reasoner<'static> {
        Reasoner::of(Cow::Owned(world), settings.clone())
    }

    /// Derives everything that follows from `world` under `settings`.
    pub fn with(world: &'w World, settings: &Settings) -> Self {
        Self::of(Cow::Borrowed(world), settings.clone())
    }

    fn of(world: Cow<'w, World>, mut settings: Settings) -> Self {
        // The moment has one place from here on.
        let time = settings.assumptions.time.take();
        settings.at = settings.at.or(time);
        let derived = Derived::of(&world, &settings, &Kept::default(), None);
        Self { world, settings, derived }
    }

    /// The world that is asked about.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// The circumstances that it answers for.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// What authentik's policy engine answers for `subject` and `target`.
    ///
    /// ```
    /// # use whomay::{Reasoner, Subject, Verdict, World};
    /// let world = World::parse("tenant.may", "user anna  application hr { 0: not user anna }")?;
    /// let (anna, hr) = (world.find_user("anna")?, world.find_target("app:hr")?);
    /// assert_eq!(Reasoner::new(&world).verdict(Subject::User(anna), hr), Verdict::No);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn verdict(&self, subject: Subject, target: TargetId) -> Verdict {
        Verdict::of(self.plan(self.verdict_gate(target)).truth(self.number(subject), &self.derived.extents))
    }

    /// What `subject` gets from `target` in the end.
    pub fn effective(&self, subject: Subject, target: TargetId) -> Verdict {
        Verdict::of(self.plan(self.effective_gate(target)).truth(self.number(subject), &self.derived.extents))
    }

    /// Everything about `user` and `target`.
    pub fn answer(&self, user: UserId, target: TargetId) -> Answer {
        let verdict = self.verdict(Subject::User(user), target);
        let effective = self.effective(Subject::User(user), target);
        let settles = self.settles(target);
        let decider = self.decider(
            verdict,
            target,
            |_, gate| self.plan(gate).truth(user.index(), &self.derived.extents).must,
            &settles,
        );
        let gates = [(verdict, self.verdict_gate(target)), (effective, self.effective_gate(target))];
        let plans: Vec<Plan> = gates
            .iter()
            .filter(|(verdict, _)| *verdict == Verdict::Depends)
            .map(|(_, gate)| self.plan(*gate))
            .collect();
        let unknowns =
            self.named(plans.iter().flat_map(|plan| plan.unknowns(user.index(), &self.derived.extents)));
        Answer { verdict, effective, decider, unknowns }
    }

    /// The users whom `target` lets through for certain, by username.
    ///
    /// ```
    /// # use whomay::{Reasoner, World};
    /// let world = World::parse("tenant.may", "user anna  user eve  application hr { 0: user anna }")?;
    /// let reasoner = Reasoner::new(&world);
    /// let who: Vec<_> = reasoner.who(world.find_target("hr")?).collect();
    /// assert_eq!(who, [world.find_user("anna")?]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn who(&self, target: TargetId) -> impl Iterator<Item = UserId> + use<'_, 'w> {
        let access = self.access(target);
        self.world.users.ids().filter(move |user| access.verdict(*user) == Verdict::Yes)
    }

    /// The targets that let `user` through for certain, in the order of reports.
    ///
    /// ```
    /// # use whomay::{Reasoner, World};
    /// let world = World::parse("tenant.may", "user anna  user eve  application hr { 0: user anna }  source github")?;
    /// let reasoner = Reasoner::new(&world);
    /// let what: Vec<String> =
    ///     reasoner.what(world.find_user("anna")?).map(|target| world.target_address(target)).collect();
    /// assert_eq!(what, ["app:hr", "source:github"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn what(&self, user: UserId) -> impl Iterator<Item = TargetId> {
        self.world
            .targets
            .ids()
            .filter(move |target| self.verdict(Subject::User(user), *target) == Verdict::Yes)
    }

    /// What verdicts of `target` can depend on, for anybody; and what effective access to it can.
    pub fn unknowns_of(&self, target: TargetId) -> (Vec<Unknown>, Vec<Unknown>) {
        let named = |gate| self.named(self.plan(gate).variables(&self.derived.extents).into_iter());
        (named(self.verdict_gate(target)), named(self.effective_gate(target)))
    }

    /// The first binding that lets every user through alone, if there is one.
    pub fn admits_everyone(&self, target: TargetId) -> Option<BindingId> {
        let users = self.world.users.len();
        let mut rows = self.rows();
        let mut passes = |gate: GateId| rows.extent(gate).must.count(users) == users;
        self.settles(target).into_iter().find_map(|(mode, cause, gate)| match cause {
            Cause::Binding(binding) if mode == rules::Mode::Any && passes(gate) => Some(BindingId(binding.0)),
            _ => None,
        })
    }

    /// Whether nothing that counts is bound to `target`.
    pub fn is_unbound(&self, target: TargetId) -> bool {
        self.derived.unbound.get(target.index()).copied().unwrap_or(false)
    }

    /// Whether `target` has so many shared unknowns that not all of their combinations were tried: a verdict may then
    /// depend although it need not.
    pub fn is_coarse(&self, target: TargetId) -> bool {
        self.plan(self.verdict_gate(target)).coarse || self.plan(self.effective_gate(target)).coarse
    }

    /// Whether the effective access to `target` is something else than its verdict, for a user who can log in.
    pub fn has_reach(&self, target: TargetId) -> bool {
        use crate::model::Details;
        match &self.world.targets.row(target).details {
            Details::Entitlement { .. } | Details::RacEndpoint { .. } | Details::Device { .. } => true,
            Details::StageBinding { evaluate_on_plan, re_evaluate_policies, .. } => {
                !evaluate_on_plan && !re_evaluate_policies
            }
            _ => false,
        }
    }

    /// Why `unknown` is not known.
    pub fn reason(&self, unknown: Unknown) -> String {
        match unknown {
            Unknown::Policy(policy) => self.derived.reasons.get(&policy).cloned().unwrap_or_default(),
            Unknown::Request(atom) => match self.derived.atoms.get(atom.0 as usize) {
                Some((atom, _)) => atom.reason(),
                None => String::new(),
            },
            Unknown::Mode(_) => "authentik's API does not show the mode of such targets".to_owned(),
            Unknown::Provider(_) => "the provider is not in the input".to_owned(),
            Unknown::Bindings(_) => "a binding expires (give the moment with `--at`)".to_owned(),
            Unknown::Exchange(_) => {
                "an expression policy may exchange the user that later bindings ask about".to_owned()
            }
            Unknown::Expiry(_) => "the device expires (give the moment with `--at`)".to_owned(),
        }
    }

    /// The question about the request that `unknown` is, and a policy that asks it.
    pub fn question(&self, unknown: Unknown) -> Option<(&Atom, PolicyId)> {
        let Unknown::Request(id) = unknown else { return None };
        self.derived.atoms.get(id.0 as usize).map(|(atom, policy)| (atom.as_ref(), *policy))
    }

    /// How `user` comes to be in `group`: from a group that the user is directly in, upwards. Empty if it is not.
    pub fn membership(&self, user: UserId, group: GroupId) -> Vec<GroupId> {
        path::shortest(&self.world, user, group)
    }

    /// Everybody who is in `group`, directly or through as much nesting as the edition follows, by username.
    pub fn members(&self, group: GroupId) -> Vec<UserId> {
        path::members(&self.world, group)
    }

    fn number(&self, subject: Subject) -> usize {
        match subject {
            Subject::User(user) => user.index(),
            Subject::Anonymous => self.world.users.len(),
        }
    }

    fn plan(&self, gate: GateId) -> Plan {
        self.derived.plan(gate)
    }

    fn verdict_gate(&self, target: TargetId) -> GateId {
        self.derived.verdict_gate(target)
    }

    fn effective_gate(&self, target: TargetId) -> GateId {
        self.derived.effective_gate(target)
    }

    fn settles(&self, target: TargetId) -> Vec<(rules::Mode, Cause, GateId)> {
        self.derived.settles(target)
    }

    fn decider(
        &self,
        verdict: Verdict,
        target: TargetId,
        settled: impl Fn(usize, GateId) -> bool,
        settles: &[(rules::Mode, Cause, GateId)],
    ) -> Decider {
        let asked_with = self.world.asked_mode(target);
        let mode = match verdict {
            Verdict::Depends => return Decider::Nobody,
            _ if self.is_unbound(target) => return Decider::NothingBound,
            // What settles it in one mode need not in the other.
            _ if asked_with == Mode::Unexposed => return Decider::Bindings,
            Verdict::Yes => rules::Mode::Any,
            Verdict::No if asked_with == Mode::Invalid => return Decider::Mode,
            Verdict::No => rules::Mode::All,
        };
        settles
            .iter()
            .enumerate()
            .find(|(index, (row, _, gate))| *row == mode && settled(*index, *gate))
            .map_or(Decider::Bindings, |(_, (_, cause, _))| match cause {
                Cause::Binding(binding) => Decider::Binding(BindingId(binding.0)),
                Cause::Together => Decider::Together,
            })
    }

    fn named(&self, variables: impl Iterator<Item = Variable>) -> Vec<Unknown> {
        let mut unknowns: Vec<Unknown> = variables
            .filter_map(|variable| match variable {
                Variable::Run(run) => self.derived.runs().get(run).map(|run| Unknown::Policy(run.policy)),
                Variable::Given(unknown) => self.derived.unknowns.get(unknown.0 as usize).copied(),
            })
            .collect();
        unknowns.sort_unstable();
        unknowns.dedup();
        unknowns
    }
}
