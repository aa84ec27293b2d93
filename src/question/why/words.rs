//! What reasons say, in words.

use crate::model::{
    BindingId, BoundUser, Generation, GroupId, Mode, Origin, PolicyKind, TargetId, TargetKind,
};
use crate::proof::{RunId, Unknown};
use crate::question::Context;
use crate::question::policy::fields;
use crate::reason::explain::{self, Claim, Reason, Reasons};
use crate::reason::explain::{Because, Rule};
use crate::truth::Ends;

pub(super) struct Words<'w> {
    pub(super) context: Context<'w>,
    pub(super) reasons: &'w Reasons,
}

impl Words<'_> {
    fn user(&self) -> String {
        self.context.world().users.row(self.reasons.user).username.to_string()
    }

    fn address(&self, target: TargetId) -> String {
        self.context.world().target_address(target)
    }

    fn group(&self, group: GroupId) -> &str {
        &self.context.world().groups.row(group).name
    }

    /// What a verdict is about: whether the target does this for the user.
    fn lets(&self, target: TargetId, holds: bool) -> String {
        let (user, address) = (self.user(), self.address(target));
        match (self.context.world().targets.row(target).kind(), holds) {
            (TargetKind::StageBinding, true) => format!("{address} runs for {user}"),
            (TargetKind::StageBinding, false) => format!("{address} does not run for {user}"),
            (TargetKind::NotificationRule, true) => format!("{address} notifies of events of {user}"),
            (TargetKind::NotificationRule, false) => format!("{address} does not notify of events of {user}"),
            (_, true) => format!("{address} lets {user} through"),
            (_, false) => format!("{address} does not let {user} through"),
        }
    }

    /// What is asked, in the end or of the engine.
    pub(super) fn title(&self, in_the_end: bool) -> String {
        let target = self.reasons.target;
        if in_the_end {
            format!("whether {} gets {}", self.user(), self.address(target))
        } else {
            format!("whether {}", self.lets(target, true))
        }
    }

    pub(super) fn depends(&self, in_the_end: bool) -> String {
        format!("{} depends", self.title(in_the_end))
    }

    /// What a reason says.
    pub(super) fn text(&self, reason: &Reason) -> String {
        let user = self.user();
        let by = match reason.because {
            Because::Rule(rule) => Some(rule),
            _ => None,
        };
        match reason.claim {
            Claim::Effective(target, true) => {
                format!("{user} gets {}", self.address(explain::target(target)))
            }
            Claim::Effective(target, false) => {
                format!("{user} does not get {}", self.address(explain::target(target)))
            }
            Claim::Reach(target, holds) => self.reach(explain::target(target), holds, by),
            Claim::Verdict(target, holds) => self.verdict(explain::target(target), holds, by),
            Claim::Under(_, mode, holds) => match (mode, holds) {
                (explain::Mode::Any, true) => "mode any: one binding that passes is enough",
                (explain::Mode::Any, false) => "mode any: no binding passes",
                (explain::Mode::All, true) => "mode all: every binding passes",
                (explain::Mode::All, false) => "mode all: one binding that fails is too many",
                (explain::Mode::Neither, _) => "its mode is neither any nor all, so nobody passes",
            }
            .to_owned(),
            Claim::Together(target, _) => self.together(explain::target(target), by, reason),
            Claim::Row(id, holds) => {
                let binding = self.context.binding_in_words(explain::binding_id(id));
                match by {
                    Some(Rule::BindsNothing) if holds => {
                        format!("{binding} passes: it binds nothing and is negated")
                    }
                    Some(Rule::BindsNothing) => format!("{binding} fails: it binds nothing"),
                    _ => self.matches(&binding, holds, reason),
                }
            }
            Claim::Match(id, holds) => {
                let binding = self.context.binding_in_words(explain::binding_id(id));
                self.matches(&binding, holds, reason)
            }
            Claim::Policy(id, holds) => self.policy(explain::binding_id(id), holds, reason),
            Claim::Member(..) | Claim::Is(..) => {
                self.membership(reason.claim).map(|(text, _)| text).unwrap_or_default()
            }
            Claim::Active(true) => format!("{user} may log in"),
            Claim::Active(false) => format!("{user} is inactive and cannot log in"),
            Claim::Visible(target, true) => {
                format!("{} has not expired", self.address(explain::target(target)))
            }
            Claim::Visible(target, false) => format!("{} has expired", self.address(explain::target(target))),
            Claim::Opens(target, holds) => {
                let target = self.address(explain::target(target));
                if holds {
                    format!("{target} is an entrance for {user}")
                } else {
                    format!("{target} is no entrance for {user}")
                }
            }
            Claim::Enters(true) => {
                "authentik does not look which application for remote access it is, and one lets the user in"
                    .to_owned()
            }
            Claim::Enters(false) => "no application for remote access lets the user in".to_owned(),
            Claim::Ends(..) | Claim::Given(..) => self.assumed(reason.claim),
        }
    }

    fn verdict(&self, target: TargetId, holds: bool, by: Option<Rule>) -> String {
        let said = self.lets(target, holds);
        match by {
            Some(Rule::NothingBound) => {
                let kind = self.context.world().targets.row(target).kind();
                let opens = if holds { "opens it to everyone" } else { "closes it to everyone" };
                let flag = match kind {
                    TargetKind::Application if !holds => " (core_default_app_access is false)",
                    _ => "",
                };
                format!("{said}: {}, which {opens}{flag}", self.context.why_unbound(target))
            }
            Some(Rule::EitherMode) => format!("{said}, whichever mode it has"),
            _ => said,
        }
    }

    fn reach(&self, target: TargetId, holds: bool, by: Option<Rule>) -> String {
        let (user, address) = (self.user(), self.address(target));
        match by {
            Some(Rule::RowGrants) => format!("{address} is granted by any group or user that matches"),
            Some(Rule::NoRowGrants) => {
                format!("{address} is granted by groups and users alone, and none matches")
            }
            Some(Rule::NothingBound) => {
                format!("{address} is granted by groups and users, and none is bound")
            }
            Some(Rule::EitherOpens) => format!("{address} opens by its access group or by itself"),
            Some(Rule::NeitherOpens) => format!("{address} opens neither by its access group nor by itself"),
            Some(Rule::BothPass) => {
                format!("{address} and the application that it is reached through let {user} in")
            }
            Some(Rule::OneFails) => {
                format!("{address} needs the application that it is reached through, too")
            }
            Some(Rule::NoEntrance) => format!("{address} is reached through no application"),
            Some(Rule::NeverAsked) => {
                format!("{address} always runs: it is evaluated neither on plan nor when the stage runs")
            }
            _ if holds => format!("{address} is open to {user}"),
            _ => format!("{address} is not open to {user}"),
        }
    }

    fn together(&self, target: TargetId, by: Option<Rule>, reason: &Reason) -> String {
        let rows = self.context.world().rows_of(target, self.context.reasoner.settings().at);
        let needed = rows.iter().filter(|(_, row)| row.asks_only_who()).count();
        let facts = reason.from.iter().filter_map(|fact| self.reasons.all.get(*fact));
        let found = facts.filter(|fact| matches!(fact.claim, Claim::Match(_, true))).count();
        match by {
            Some(Rule::OneMatches) => {
                "bindings of groups and users are pooled: one that matches is enough".to_owned()
            }
            Some(Rule::NoneMatches) => "bindings of groups and users are pooled, and none matches".to_owned(),
            _ => format!(
                "bindings of groups and users are counted: exactly {needed} must match, and {found} do"
            ),
        }
    }

    /// What a binding says by who the user is.
    fn matches(&self, binding: &str, holds: bool, reason: &Reason) -> String {
        let facts = reason.from.iter().filter_map(|fact| self.reasons.all.get(*fact));
        let why: Vec<String> = facts.filter_map(|fact| self.fact(fact.claim)).collect();
        let why = if why.is_empty() { String::new() } else { format!(": {}", why.join(", ")) };
        format!("{binding} {}{why}", says(holds))
    }

    /// A fact about who the user is.
    fn fact(&self, claim: Claim) -> Option<String> {
        let user = self.user();
        Some(match claim {
            Claim::Member(group, true) => format!("{user} is in {}", self.group(explain::group_id(group))),
            Claim::Member(group, false) => {
                format!("{user} is not in {}", self.group(explain::group_id(group)))
            }
            Claim::Is(_, true) => format!("that is {user}"),
            Claim::Is(id, false) => {
                let row = self.context.world().bindings.row(explain::binding_id(id));
                match &row.user {
                    Some(BoundUser::Listed(other)) => {
                        format!("{user} is not {}", self.context.world().users.row(*other).username)
                    }
                    _ => format!("{user} is somebody else"),
                }
            }
            _ => return None,
        })
    }

    /// How the user comes to be in a group, and where that stands.
    pub(super) fn membership(&self, claim: Claim) -> Option<(String, Origin)> {
        let Claim::Member(group, true) = claim else { return None };
        let path = self.context.reasoner.membership(self.reasons.user, explain::group_id(group));
        let names = path.iter().map(|group| self.group(*group).to_owned());
        let chain: Vec<String> = std::iter::once(self.user()).chain(names).collect();
        Some((chain.join(" > "), self.context.world().users.row(self.reasons.user).origin))
    }

    fn policy(&self, id: BindingId, holds: bool, reason: &Reason) -> String {
        let world = self.context.world();
        let row = world.bindings.row(id);
        let binding = self.context.binding_in_words(id);
        let name = row.policy.map(|policy| world.policies.row(policy).name.as_str()).unwrap_or_default();
        let said = reason.from.first().and_then(|said| self.reasons.all.get(*said));
        let Some(Claim::Ends(_, ends)) = said.map(|said| said.claim) else {
            return format!("{binding} {}", says(holds));
        };
        let ends = explain::ends(ends);
        let mut why = format!("{name} {}", Self::ends(ends));
        let documented = world.edition.generation == Generation::Documented;
        if ends.has(Ends::ERROR) {
            // As documented, negation turns the failure result round, too.
            let counts = if row.failure_result == (documented && row.negate) { "fail" } else { "pass" };
            why += &format!(", and errors count as a {counts} here");
        }
        if row.negate && ends.has(Ends::PASS.or(Ends::FAIL)) {
            why += ", which the binding turns round";
        }
        format!("{binding} {}: {why}", says(holds))
    }

    /// What a policy without code goes by.
    pub(super) fn settings(&self, claim: Claim) -> Option<(String, Origin)> {
        let Claim::Ends(run, _) = claim else { return None };
        let world = self.context.world();
        let row = world.policies.row(self.context.reasoner.policy_of(RunId(run.0))?);
        if self.context.reasoner.settings().assumptions.policies.contains_key(&row.name) {
            return Some((format!("that is assumed of {}", row.name), Origin::None));
        }
        let fields = fields(&row.kind);
        let mut parts: Vec<String> = fields
            .iter()
            .filter(|(_, value)| !value.is_null() && value.as_array().is_none_or(|list| !list.is_empty()))
            .map(|(name, value)| match value.as_str() {
                Some(text) => format!("{name} {text}"),
                None => format!("{name} {value}"),
            })
            .collect();
        let user = world.users.row(self.reasons.user);
        match (&row.kind, user.password_changed) {
            (PolicyKind::Expression(_), _) => return None,
            (PolicyKind::PasswordExpiry(_), Some(changed)) => {
                parts.push(format!("password changed {changed}"));
            }
            _ => {}
        }
        let settings = if parts.is_empty() { String::new() } else { format!(": {}", parts.join(", ")) };
        Some((format!("{} is of the type {}{settings}", row.name, row.kind.as_str()), row.origin))
    }

    fn ends(ends: Ends) -> String {
        let does = |end| match end {
            Ends::PASS => "passes",
            Ends::FAIL => "does not pass",
            Ends::ERROR => "raises an error",
            _ => "raises an error that nothing handles",
        };
        ends.each().map(does).collect::<Vec<_>>().join(" or ")
    }

    /// Something that is assumed.
    pub(super) fn assumed(&self, claim: Claim) -> String {
        let user = self.user();
        match claim {
            Claim::Ends(run, ends) => {
                let policy = self.context.reasoner.policy_of(RunId(run.0));
                let name = policy.map(|policy| self.context.world().policies.row(policy).name.clone());
                format!("policy {} {}", name.unwrap_or_default(), Self::ends(explain::ends(ends)))
            }
            Claim::Given(unknown, holds) => match self.reasons.unknown(unknown) {
                Some(unknown @ Unknown::Request(_)) => {
                    let name = self.context.unknown(unknown).name;
                    format!("{name}: {}", if holds { "yes" } else { "no" })
                }
                Some(Unknown::Mode(target)) => {
                    let mode = super::super::describe::mode(if holds { Mode::All } else { Mode::Any });
                    format!("the mode of {} is {mode}", self.address(target))
                }
                Some(Unknown::Provider(provider)) => {
                    let name = &self.context.world().providers.row(provider).name;
                    let is = if holds { "is" } else { "is not" };
                    format!("provider {name} {is} one for remote access")
                }
                Some(Unknown::Expiry(target)) => {
                    format!("{} has {}expired", self.address(target), if holds { "not " } else { "" })
                }
                Some(Unknown::Bindings(target) | Unknown::Exchange(target)) => {
                    let not = if holds { "" } else { "do not " };
                    format!("the bindings of {} {not}let {user} through", self.address(target))
                }
                Some(Unknown::Policy(_)) | None => String::new(),
            },
            _ => String::new(),
        }
    }

    /// Where what a claim is about was read from.
    pub(super) fn origin(&self, claim: Claim) -> Origin {
        let world = self.context.world();
        let binding = |id: BindingId| world.bindings.row(id).origin;
        match claim {
            Claim::Match(id, _) | Claim::Policy(id, _) | Claim::Row(id, _) => {
                binding(explain::binding_id(id))
            }
            Claim::Verdict(target, _) | Claim::Visible(target, _) => {
                world.targets.row(explain::target(target)).origin
            }
            Claim::Active(_) => world.users.row(self.reasons.user).origin,
            Claim::Ends(run, _) => {
                let policy = self.context.reasoner.policy_of(RunId(run.0));
                policy.map(|policy| world.policies.row(policy).origin).unwrap_or_default()
            }
            Claim::Given(unknown, _) => match self.reasons.unknown(unknown) {
                Some(Unknown::Request(atom)) => {
                    let asked = self.context.reasoner.question(Unknown::Request(atom));
                    asked.map(|(_, policy)| world.policies.row(policy).origin).unwrap_or_default()
                }
                Some(
                    Unknown::Mode(target)
                    | Unknown::Expiry(target)
                    | Unknown::Bindings(target)
                    | Unknown::Exchange(target),
                ) => world.targets.row(target).origin,
                Some(Unknown::Provider(provider)) => world.providers.row(provider).origin,
                _ => Origin::None,
            },
            _ => Origin::None,
        }
    }
}

fn says(holds: bool) -> &'static str {
    if holds { "passes" } else { "fails" }
}
