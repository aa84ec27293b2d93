//! Why is a verdict what it is? Reasons for one user and one target, as a graph from the verdict down to facts.
//!
//! The rules give reasons for what is certain. A verdict that is certain although something is unknown, because every
//! way in which it can turn out leads there, is shown way by way; a verdict that depends by two ways that lead to
//! different answers.

mod case;
mod ends;
mod graph;
mod proof;
mod search;
mod seen;
mod statements;

pub use rules::{Claim, Mode, Rule};

use rules::{Facts, Known};

use super::plan::Plan;
use super::{Reasoner, facts};
use crate::model::{self, BindingId, GroupId, Id, PolicyId, TargetId, UserId};
use crate::proof::{RunId, Shown, Unknown};
use crate::truth::{Ends, Verdict};
use case::Case;
use ends::Run;
use graph::Graph;
pub use statements::Statements;

/// Why something holds.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Because {
    /// By a rule, from what is named with it; from the configuration, where nothing is.
    Rule(Rule),
    /// The configuration says so: who is in which group, who is who, who may log in.
    Fact,
    /// That is how the policy ends, with these answers to what it asks.
    Said,
    /// It is assumed.
    Assumed,
    /// In every way in which something can turn out: in turn what is assumed and what holds then. Before those for the
    /// ends of a policy, what says which ends there can be.
    Cases,
}

/// A reason: a claim, why it holds, and the positions of what it rests on, which come before it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Reason {
    /// What holds.
    pub claim: Claim,
    /// Why.
    pub because: Because,
    /// From what.
    pub from: Vec<usize>,
}

/// The reasons for the verdict of one target for one user, and for what the user gets in the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reasons {
    /// Whom they are about.
    pub user: UserId,
    /// What they are about.
    pub target: TargetId,
    /// What authentik's engine answers.
    pub verdict: Verdict,
    /// Which reasons show that.
    pub verdict_shown: Shown,
    /// What the user gets in the end.
    pub effective: Verdict,
    /// Which reasons show that.
    pub effective_shown: Shown,
    /// All reasons.
    pub all: Vec<Reason>,
    /// The reasons for what is certain of the bindings of the target, by their ids, each for the first part of it that
    /// tells.
    rows: Vec<(BindingId, usize)>,
    /// What is certain of the bindings of the target and of those that it rests on, whatever the unknowns turn out to
    /// be; in order.
    certain: Vec<Claim>,
    /// What unknowns stand for.
    unknowns: Vec<Unknown>,
}

impl Reasons {
    /// Whether a claim about the target or what it rests on holds whatever the unknowns turn out to be.
    pub fn is_certain(&self, claim: Claim) -> bool {
        self.certain.binary_search(&claim).is_ok()
    }

    /// Whether it is certain that the groups and users that are bound to the target match together as they must.
    pub fn match_together(&self) -> bool {
        let is_meant =
            |claim: &Claim| matches!(claim, Claim::Together(of, true) if target(*of) == self.target);
        self.certain.iter().any(is_meant)
    }

    /// The reason for what is certain of a binding of the target.
    pub fn of_binding(&self, id: BindingId) -> Option<&Reason> {
        let row = self.rows.binary_search_by_key(&id, |(id, _)| *id).ok()?;
        self.rows.get(row).and_then(|(_, number)| self.all.get(*number))
    }

    /// What an unknown of a claim stands for.
    pub fn unknown(&self, id: rules::UnknownId) -> Option<Unknown> {
        self.unknowns.get(id.0 as usize).copied()
    }
}

/// What is asked for reasons.
#[derive(Clone, Copy)]
enum Goal {
    Verdict,
    Effective,
}

/// All that reasons are made of.
struct Explainer<'r> {
    reasoner: &'r Reasoner<'r>,
    user: UserId,
    target: rules::TargetId,
    facts: Facts,
    /// What is known of the user, but for policies and what is unknown.
    known: Known,
    runs: Vec<(rules::RunId, Run<'r>)>,
    graph: Graph,
}

impl Reasoner<'_> {
    /// Why `user` may access `target`, or not.
    ///
    /// ```
    /// use whomay::{Reasoner, World};
    /// use whomay::proof::Shown;
    ///
    /// let world = World::parse("tenant.may", "group staff  user anna in staff  application wiki { 0: group staff }")?;
    /// let (anna, wiki) = (world.find_user("anna")?, world.find_target("app:wiki")?);
    /// let reasons = Reasoner::new(&world).reasons(anna, wiki);
    /// let Shown::Decided(shown) = reasons.verdict_shown else { panic!() };
    /// assert_eq!(format!("{:?}", reasons.all[shown].claim), "Verdict(TargetId(0), true)");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn reasons(&self, user: UserId, target: TargetId) -> Reasons {
        let mut targets: Vec<rules::TargetId> =
            self.rests_on(target).into_iter().map(facts::target).collect();
        targets.sort_unstable();
        targets.dedup();
        let facts = self.derived.facts.about(&targets);
        let row = self.world.users.row(user);
        let known = Known {
            user: rules::UserId(user.0),
            groups: self.derived.extents.basis().asked(&row.groups),
            active: row.active,
            ends: Vec::new(),
            given: Vec::new(),
        };
        let runs = ends::of(self, &facts, user);
        let target_number = facts::target(target);
        let mut explainer = Explainer {
            reasoner: self,
            user,
            target: target_number,
            facts,
            known,
            runs,
            graph: Graph::default(),
        };
        let subject = super::Subject::User(user);
        let (verdict, effective) = (self.verdict(subject, target), self.effective(subject, target));
        let verdict_shown = explainer.show(Goal::Verdict, verdict);
        let effective_shown = explainer.show(Goal::Effective, effective);
        let (certain, rows) = explainer.certain();
        Reasons {
            user,
            target,
            verdict,
            verdict_shown,
            effective,
            effective_shown,
            all: explainer.graph.finish(),
            certain,
            rows,
            unknowns: self.derived.unknowns.clone(),
        }
    }

    /// The policy of runs.
    pub fn policy_of(&self, run: RunId) -> Option<PolicyId> {
        self.derived.runs().get(rules::RunId(run.0)).map(|run| run.policy)
    }
}

impl Goal {
    fn claim(self, target: rules::TargetId, holds: bool) -> Claim {
        match self {
            Self::Verdict => Claim::Verdict(target, holds),
            Self::Effective => Claim::Effective(target, holds),
        }
    }

    fn plan(self, reasoner: &Reasoner<'_>, target: TargetId) -> Plan {
        reasoner.plan(match self {
            Self::Verdict => reasoner.verdict_gate(target),
            Self::Effective => reasoner.effective_gate(target),
        })
    }
}

impl Explainer<'_> {
    /// Shows why a verdict is what it is.
    fn show(&mut self, goal: Goal, verdict: Verdict) -> Shown {
        let target = TargetId::from_index(self.target.0 as usize);
        let plan = goal.plan(self.reasoner, target);
        let mut search = search::Search::new(self, &plan, goal);
        match verdict {
            Verdict::Yes | Verdict::No => {
                search.in_every_case(verdict == Verdict::Yes).map_or(Shown::Nothing, Shown::Decided)
            }
            Verdict::Depends => match (search.in_some_case(true), search.in_some_case(false)) {
                (Some(yes), Some(no)) => Shown::Depends { yes, no },
                _ => Shown::Nothing,
            },
        }
    }

    /// What holds of the bindings whatever the unknowns turn out to be, and why.
    fn certain(&mut self) -> (Vec<Claim>, Vec<(BindingId, usize)>) {
        let reasons = self.reasons(&Case::default());
        let mut claims: Vec<Claim> = reasons.iter().map(|reason| reason.conclusion).collect();
        claims.dedup();
        let bindings = self.facts.row.iter().filter(|(target, ..)| *target == self.target);
        let is_certain = |claim: &Claim| claims.binary_search(claim).is_ok();
        let all = self.reasoner.world.asked_mode(target(self.target)) == model::Mode::All;
        // What counts of a binding, and why: a part of a row says why only where it says what the whole row does.
        let parts = |binding: rules::BindingId| {
            let both = |claim: fn(_, bool) -> Claim| [claim(binding, true), claim(binding, false)];
            let asks_policy = self.reasoner.world.bindings.row(binding_id(binding)).policy.is_some();
            match self.facts.engine {
                _ if self.by_rows() => both(Claim::Match).to_vec(),
                rules::Engine::Each => both(Claim::Row).to_vec(),
                _ if all && asks_policy => both(Claim::Policy).to_vec(),
                _ if all => both(Claim::Match).to_vec(),
                _ => {
                    let holds =
                        [true, false].into_iter().find(|holds| is_certain(&Claim::Row(binding, *holds)));
                    let parts = |holds| {
                        [
                            Claim::Policy(binding, holds),
                            Claim::Match(binding, holds),
                            Claim::Row(binding, holds),
                        ]
                    };
                    holds.into_iter().flat_map(parts).collect()
                }
            }
        };
        let told: Vec<(BindingId, Claim)> = bindings
            .filter_map(|(_, _, binding)| {
                let claim = parts(*binding).into_iter().find(is_certain)?;
                Some((binding_id(*binding), claim))
            })
            .collect();
        let mut rows = search::certain(&mut self.graph, &self.runs, reasons, told);
        rows.sort_unstable();
        (claims, rows)
    }

    /// Whether groups and users alone grant the target, which is an entitlement.
    fn by_rows(&self) -> bool {
        self.facts.engine != rules::Engine::Documented
            && self.facts.reach.granted_row_by_row.contains(&self.target)
    }

    /// What follows for the user in a case.
    fn reasons(&self, case: &Case) -> Vec<rules::Reason> {
        let mut known = self.known.clone();
        known.given.extend(case.all_given());
        known.ends.extend(self.runs.iter().map(|(id, run)| (*id, run.ends(*id, case).0)));
        rules::explain(&self.facts, &known)
    }
}

/// The target that a claim is about.
pub fn target(id: rules::TargetId) -> TargetId {
    TargetId::from_index(id.0 as usize)
}

/// The binding that a claim is about.
pub fn binding_id(id: rules::BindingId) -> BindingId {
    BindingId::from_index(id.0 as usize)
}

/// The group that a claim is about.
pub fn group_id(id: rules::GroupId) -> GroupId {
    GroupId::from_index(id.0 as usize)
}

/// What claims call a binding.
pub fn binding(id: BindingId) -> rules::BindingId {
    facts::binding(id)
}

/// The ends that a claim is about.
pub fn ends(ends: rules::Outcomes) -> Ends {
    let can_be = Ends::UNKNOWN.each().filter(|end| end.bits() & ends.bits() != 0);
    can_be.reduce(Ends::or).unwrap_or(Ends::UNKNOWN)
}
