//! What lints look at: the world, what follows from it, and what its code says.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use crate::diagnostic::Sources;
use crate::graph::Groups;
use crate::model::{
    Binding, BindingId, BoundUser, Details, Generation, Id, Mode, Origin, PolicyId, PolicyKind, TargetId,
    TargetKind, World,
};
use crate::policy::{Fact, Listing, Pitfall, Read, Span, Study, Understood, pitfalls, understood};
use crate::reason::{PolicyRun, Reasoner, Search, Trial, Trials, Witness};

/// What lints look at. What is dear is worked out when the first lint asks for it.
pub struct Context<'a> {
    reasoner: &'a Reasoner<'a>,
    sources: &'a Sources,
    listings: Vec<Option<Listing<'a>>>,
    study: Study<'a>,
    policy_names: FxHashMap<&'a str, PolicyId>,
    groups: OnceLock<Groups>,
    trials: OnceLock<Trials<'a, 'a>>,
    passing: Vec<Passing>,
    runs: OnceLock<Vec<Vec<PolicyRun>>>,
    understood: Vec<OnceLock<Option<Understood>>>,
    pitfalls: Vec<OnceLock<Vec<Pitfall>>>,
}

/// Whom a target lets through, once somebody has asked: many lints do.
#[derive(Default)]
struct Passing {
    everyone: OnceLock<bool>,
    nobody: OnceLock<bool>,
}

/// Where the code of each policy is shown. Code that its file does not show well becomes a text of its own.
pub struct Listings<'a>(Vec<Option<Listing<'a>>>);

impl<'a> Listings<'a> {
    /// The listings of `world`; adds to `sources` what they need.
    pub fn of(world: &'a World, sources: &mut Sources) -> Self {
        let listing = |policy: &'a crate::model::Policy| match &policy.kind {
            PolicyKind::Expression(expression) => Some(Listing::among(policy, expression, sources)),
            _ => None,
        };
        Self(world.policies.values().map(listing).collect())
    }
}

impl<'a> Context<'a> {
    /// What lints look at in the world of `reasoner`, which was read from `sources`.
    pub fn new(reasoner: &'a Reasoner<'a>, sources: &'a Sources, listings: Listings<'a>) -> Self {
        let world = reasoner.world();
        Self {
            reasoner,
            sources,
            listings: listings.0,
            study: Study::of(world),
            policy_names: world.policies.iter().map(|(id, policy)| (policy.name.as_str(), id)).collect(),
            groups: OnceLock::new(),
            trials: OnceLock::new(),
            passing: world.targets.ids().map(|_| Passing::default()).collect(),
            runs: OnceLock::new(),
            understood: world.policies.ids().map(|_| OnceLock::new()).collect(),
            pitfalls: world.policies.ids().map(|_| OnceLock::new()).collect(),
        }
    }

    /// The world.
    pub fn world(&self) -> &'a World {
        self.reasoner.world()
    }

    /// The reasoner of the world.
    pub fn reasoner(&self) -> &'a Reasoner<'a> {
        self.reasoner
    }

    /// The texts that the world was read from, and the code of policies.
    pub fn sources(&self) -> &'a Sources {
        self.sources
    }

    /// The nesting of the groups.
    pub fn groups(&self) -> &Groups {
        self.groups.get_or_init(|| Groups::of(self.world()))
    }

    /// Every target as it is: the trial of a target is at its own position.
    pub fn trials(&self) -> &Trials<'a, 'a> {
        self.trials.get_or_init(|| {
            let as_is = |target| Trial { target, without: Vec::new() };
            self.reasoner.trials(self.world().targets.ids().map(as_is).collect())
        })
    }

    /// Whether anybody ever asks what is bound to `target`: of a stage, that can be switched off.
    pub fn is_asked(&self, target: TargetId) -> bool {
        !matches!(
            self.world().targets.row(target).details,
            Details::StageBinding { evaluate_on_plan: false, re_evaluate_policies: false, .. }
        )
    }

    /// Whether mode all would make all bindings of `target` count, and is not set.
    pub fn could_ask_all(&self, target: TargetId) -> bool {
        let row = self.world().targets.row(target);
        let ignored = matches!(row.kind(), TargetKind::Entitlement | TargetKind::NotificationRule)
            && self.world().edition.generation != Generation::Documented;
        row.mode != Mode::All && !ignored
    }

    /// The bindings of `target` that count, in order: those that are enabled and have not expired.
    pub fn counted(&self, target: TargetId) -> Vec<(BindingId, &'a Binding)> {
        self.world().bindings_of(target).filter(|(_, row)| self.counts(row)).collect()
    }

    /// Whether a binding counts: it is enabled and has not expired.
    pub fn counts(&self, row: &Binding) -> bool {
        let at = self.reasoner.settings().at;
        row.enabled && !matches!((row.expires, at), (Some(expires), Some(at)) if expires < at)
    }

    /// Whether it matters at all what is bound to `target`: it is asked, and neither everybody passes, whoever there
    /// could be, nor nobody.
    pub fn matters(&self, target: TargetId) -> bool {
        !self.lets_everyone_through(target) && !self.lets_nobody_through(target)
    }

    /// Whether `target` lets everyone through, whoever there could be.
    pub fn lets_everyone_through(&self, target: TargetId) -> bool {
        let known = |passing: &Passing| {
            *passing.everyone.get_or_init(|| self.trials().somebody_left_out(target.index()).is_none())
        };
        self.passing.get(target.index()).is_some_and(known)
    }

    /// Whether `target` lets nobody through, whoever there could be.
    pub fn lets_nobody_through(&self, target: TargetId) -> bool {
        let known = |passing: &Passing| {
            *passing.nobody.get_or_init(|| self.trials().somebody_let_in(target.index()).is_none())
        };
        self.passing.get(target.index()).is_some_and(known)
    }

    /// For whom something holds that was worked out for every user that there could be. Users that bindings of `target`
    /// name are taken as they are.
    pub fn for_whom(&self, target: TargetId) -> String {
        let mut users: Vec<&str> = self
            .counted(target)
            .into_iter()
            .filter_map(|(_, row)| match row.user {
                Some(BoundUser::Listed(user)) => Some(self.world().users.row(user).username.as_str()),
                _ => None,
            })
            .collect();
        users.sort_unstable();
        users.dedup();
        let all = "so it is for every user that there could be";
        match users.len() {
            0 => all.to_owned(),
            1 => format!("{all}, while {} is in the same groups as now", self.names(users)),
            _ => format!("{all}, while {} are in the same groups as now", self.names(users)),
        }
    }

    /// How runs of `policy` end, setting by setting.
    pub fn runs(&self, policy: PolicyId) -> &[PolicyRun] {
        let runs = self.runs.get_or_init(|| self.reasoner.policy_runs());
        runs.get(policy.index()).map(Vec::as_slice).unwrap_or_default()
    }

    /// What is understood of the code of `policy`, if it has any.
    pub fn understood(&self, policy: PolicyId) -> Option<&Understood> {
        self.understood.get(policy.index())?.get_or_init(|| understood(&self.study, policy)).as_ref()
    }

    /// What the code of `policy` asks for; nothing where it is not looked into.
    pub fn reads(&self, policy: PolicyId) -> &[Read] {
        match self.understood(policy) {
            Some(Understood::Reads { reads, .. }) => reads,
            _ => &[],
        }
    }

    /// The pitfalls in the code of `policy`.
    pub fn pitfalls(&self, policy: PolicyId) -> &[Pitfall] {
        match self.pitfalls.get(policy.index()) {
            Some(found) => found.get_or_init(|| pitfalls(&self.study, policy)),
            None => &[],
        }
    }

    /// The policies that the code of `policy` calls, each with where it names it first.
    pub fn calls(&self, policy: PolicyId) -> Vec<(PolicyId, Span)> {
        let called = |read: &Read| match &read.fact {
            Fact::Policy(name) => self.policy_named(name).map(|called| (called, read.span)),
            _ => None,
        };
        self.reads(policy).iter().filter_map(called).collect()
    }

    /// The study of the policies.
    pub fn study(&self) -> &Study<'a> {
        &self.study
    }

    /// Where `span` of the code of `policy` is shown.
    pub fn in_code(&self, policy: PolicyId, span: Span) -> Origin {
        match self.listings.get(policy.index()) {
            Some(Some(listing)) => listing.origin(span),
            _ => self.world().policies.row(policy).origin,
        }
    }

    /// The policy with a name.
    pub fn policy_named(&self, name: &str) -> Option<PolicyId> {
        self.policy_names.get(name).copied()
    }

    /// What a binding binds, in words: ``not group `contractors` ``, ``policy `a` with group `b` ``, `nothing`.
    pub fn bound(&self, id: BindingId) -> String {
        let world = self.world();
        let row = world.bindings.row(id);
        let parts = [
            row.policy.map(|policy| format!("policy `{}`", world.policies.row(policy).name)),
            row.group.map(|group| format!("group `{}`", world.groups.row(group).name)),
            row.user.as_ref().map(|user| match user {
                BoundUser::Listed(user) => format!("user `{}`", world.users.row(*user).username),
                BoundUser::Unlisted(key) => format!("user `{key}` (not listed)"),
            }),
        ];
        let bound: Vec<String> = parts.into_iter().flatten().collect();
        let bound = if bound.is_empty() { "nothing".to_owned() } else { bound.join(" with ") };
        if row.negate { format!("not {bound}") } else { bound }
    }

    /// A binding in words: ``binding 10 (not group `contractors`)``.
    pub fn binding(&self, id: BindingId) -> String {
        format!("binding {} ({})", self.world().bindings.row(id).order, self.bound(id))
    }

    /// A target in words: ``application `wiki` ``, ``stage `mfa` at 10 of flow `login` ``.
    pub fn target(&self, id: TargetId) -> String {
        let world = self.world();
        let row = world.targets.row(id);
        if let Details::StageBinding { flow, stage, order, .. } = &row.details {
            let (stage, flow) = (&world.stages.row(*stage).name, world.target_name(*flow));
            return format!("stage `{stage}` at {order} of flow `{flow}`");
        }
        let kind = match row.kind() {
            TargetKind::RacEndpoint => "RAC endpoint".to_owned(),
            kind => kind.as_str().replace('_', " "),
        };
        format!("{kind} `{}`", world.target_name(id))
    }

    /// What it means that a target lets everyone through: ``application `wiki` is open to everyone``.
    pub fn is_open(&self, id: TargetId) -> String {
        let does = match self.world().targets.row(id).kind() {
            TargetKind::StageBinding => "always runs",
            TargetKind::NotificationRule => "notifies whatever happens",
            // Its application may keep somebody out.
            TargetKind::RacEndpoint => "keeps nobody out",
            _ => "is open to everyone",
        };
        format!("{} {does}", self.target(id))
    }

    /// A few names in words: `` `a`, `b` and 3 more``.
    pub fn names<'n>(&self, names: impl IntoIterator<Item = &'n str>) -> String {
        const SHOWN: usize = 3;
        let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
        match names.as_slice() {
            [] => "nobody".to_owned(),
            [one] => one.clone(),
            [shown @ .., last] if names.len() <= SHOWN + 1 => format!("{} and {last}", shown.join(", ")),
            _ => {
                let shown = names.get(..SHOWN).unwrap_or_default().join(", ");
                format!("{shown} and {} more", names.len() - SHOWN)
            }
        }
    }

    /// Somebody in words: `` user `anna` ``, ``a new user in group `staff` ``.
    pub fn witness(&self, witness: &Witness) -> String {
        let world = self.world();
        match witness {
            Witness::Listed(user) => format!("user `{}`", world.users.row(*user).username),
            Witness::Anonymous => "somebody who has not logged in".to_owned(),
            Witness::New { groups, ends } => {
                let mut words = if groups.is_empty() {
                    "a new user in no group".to_owned()
                } else {
                    let groups = groups.iter().map(|group| world.groups.row(*group).name.as_str());
                    format!("a new user in {}", self.names(groups))
                };
                for (policy, end) in ends {
                    let end = match *end {
                        crate::truth::Ends::PASS => "passes",
                        crate::truth::Ends::FAIL => "fails",
                        crate::truth::Ends::ERROR => "raises",
                        _ => "crashes",
                    };
                    words += &format!(", for whom `{}` {end}", world.policies.row(*policy).name);
                }
                words
            }
        }
    }

    /// Whom a search found, in words.
    pub fn found(&self, search: &Search) -> Option<String> {
        match search {
            Search::Found(witness) => Some(self.witness(witness)),
            Search::Nobody | Search::GivenUp => None,
        }
    }
}
