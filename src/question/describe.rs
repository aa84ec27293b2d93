//! How objects are named in answers, in JSON and in words.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Context;
use crate::model::{Binding, BindingId, BoundUser, Generation, Mode, TargetId, UserId, World};
use crate::reason::{Decider, Unknown};
use crate::truth::Verdict;

/// A target in an answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TargetName {
    /// The kind: `application`, `stage_binding` and so on.
    pub kind: &'static str,
    /// The display name.
    pub name: String,
    /// The slug, for the kinds that have one.
    pub slug: Option<String>,
    /// The key, as in the input.
    pub pk: Value,
}

/// A user in an answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UserName {
    /// The username.
    pub name: String,
    /// The key, as in the input.
    pub pk: Value,
}

/// What decides a verdict, in an answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum DecidedBy {
    /// A binding settles it, whatever else is bound.
    Binding {
        /// The key, as in the input.
        pk: Value,
        /// The order.
        order: i64,
        /// Whether it is negated.
        negate: bool,
        /// The policy that it asks.
        policy: Option<String>,
        /// The group that it asks for.
        group: Option<String>,
        /// The user that it asks for.
        user: Option<String>,
        /// How the user comes to be in the group: from a direct group upwards.
        path: Vec<String>,
        /// Where it was read from.
        place: Option<String>,
    },
    /// The rows that bind groups and users settle it together.
    Together,
    /// No binding settles it alone: under Any none passes, under All every one does; where rows count together or the
    /// mode is not known, all of them have a part in it.
    Bindings,
    /// Nothing that counts is bound.
    NothingBound,
    /// The mode is no mode.
    Mode,
}

/// Something unknown, in an answer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct NamedUnknown {
    /// What kind of thing is unknown: `policy`, `mode`, `provider`, `expiry` or `bindings`.
    pub kind: &'static str,
    /// Of what.
    pub name: String,
    /// Why.
    pub reason: String,
}

/// A key as it was in the input: numbers as numbers.
pub(super) fn pk(pk: Option<&str>) -> Value {
    let Some(pk) = pk else { return Value::Null };
    match pk.parse::<i64>() {
        Ok(number) if number.to_string() == pk => Value::from(number),
        _ => Value::from(pk),
    }
}

impl Context<'_> {
    pub(crate) fn target(&self, id: TargetId) -> TargetName {
        let row = self.world().targets.row(id);
        TargetName {
            kind: row.kind().as_str(),
            name: row.name.clone(),
            slug: row.slug.clone(),
            pk: pk(row.pk.as_deref()),
        }
    }

    pub(crate) fn user(&self, id: UserId) -> UserName {
        let row = self.world().users.row(id);
        UserName { name: row.username.to_string(), pk: pk(row.pk.as_deref()) }
    }

    pub(super) fn decided_by(&self, decider: Decider, user: UserId) -> Option<DecidedBy> {
        Some(match decider {
            Decider::Nobody => return None,
            Decider::Together => DecidedBy::Together,
            Decider::Bindings => DecidedBy::Bindings,
            Decider::NothingBound => DecidedBy::NothingBound,
            Decider::Mode => DecidedBy::Mode,
            Decider::Binding(id) => {
                let world = self.world();
                let row = world.bindings.row(id);
                let source = row.origin.source();
                DecidedBy::Binding {
                    pk: pk(row.pk.as_deref()),
                    order: row.order,
                    negate: row.negate,
                    policy: row.policy.map(|policy| world.policies.row(policy).name.clone()),
                    group: row.group.map(|group| world.groups.row(group).name.clone()),
                    user: row.user.as_ref().map(|user| user_name(world, user)),
                    path: self.path(row, user),
                    place: source.map(|_| self.sources.place(row.origin).to_string()),
                }
            }
        })
    }

    fn path(&self, row: &Binding, user: UserId) -> Vec<String> {
        // Where a policy is asked too, the group need not be what decided.
        let asked = row.group.filter(|_| row.policy.is_none());
        let path = asked.map(|group| self.reasoner.membership(user, group)).unwrap_or_default();
        path.into_iter().map(|group| self.world().groups.row(group).name.clone()).collect()
    }

    /// What decides, in words.
    pub(super) fn decider_in_words(&self, decider: Decider, verdict: Verdict, target: TargetId) -> String {
        match decider {
            Decider::Nobody => String::new(),
            Decider::Together => "its group and user bindings do not match together".to_owned(),
            Decider::Bindings => self.together_in_words(target, verdict).to_owned(),
            Decider::NothingBound => self.why_unbound(target),
            Decider::Mode => "the mode is neither any nor all".to_owned(),
            Decider::Binding(id) => self.binding_in_words(id),
        }
    }

    /// Why a verdict holds that no binding settles alone.
    fn together_in_words(&self, target: TargetId, verdict: Verdict) -> &'static str {
        let world = self.world();
        let rows = || world.bindings_of(target).map(|(_, row)| row).filter(|row| row.enabled);
        let is_static = |row: &Binding| row.group.is_some() || row.user.is_some();
        // Where rows are counted or pooled, a binding that fails need not stand in the way.
        let one_by_one = match world.edition.generation {
            Generation::E1 => true,
            Generation::E2 => rows().filter(|row| is_static(row)).count() <= 1,
            _ => !rows().any(|row| row.policy.is_some() && is_static(row)),
        };
        match (world.asked_mode(target), verdict) {
            (Mode::Any, Verdict::No) => "no binding passes",
            (Mode::All, Verdict::Yes) if one_by_one => "every binding passes",
            (Mode::Unexposed, Verdict::Yes) => "its bindings let the user through in either mode",
            (Mode::Unexposed, _) => "its bindings keep the user out in either mode",
            (_, Verdict::Yes) => "its bindings let the user through together",
            _ => "its bindings keep the user out together",
        }
    }

    /// A binding in words: `not group contractors (order 10)`.
    pub(super) fn binding_in_words(&self, id: BindingId) -> String {
        let row = self.world().bindings.row(id);
        format!("{} (order {})", self.world().bound_in_words(row), row.order)
    }

    /// How `user` comes to be in the group of the deciding binding: `anna > admins > engineers`.
    pub(super) fn path_in_words(&self, decider: Decider, user: UserId) -> String {
        let Decider::Binding(id) = decider else { return String::new() };
        let path = self.path(self.world().bindings.row(id), user);
        if path.is_empty() {
            return String::new();
        }
        let name = self.world().users.row(user).username.to_string();
        std::iter::once(name).chain(path).collect::<Vec<_>>().join(" > ")
    }

    /// Why nothing that counts is bound.
    pub(super) fn why_unbound(&self, target: TargetId) -> String {
        let rows: Vec<&Binding> = self.world().bindings_of(target).map(|(_, row)| row).collect();
        match (rows.len(), rows.iter().filter(|row| row.enabled).count()) {
            (0, _) => "nothing bound",
            (1, 0) => "its only binding is disabled",
            (_, 0) => "all bindings are disabled",
            _ => "only empty bindings",
        }
        .to_owned()
    }

    pub(super) fn unknowns(&self, unknowns: &[Unknown]) -> Vec<NamedUnknown> {
        unknowns.iter().map(|unknown| self.unknown(*unknown)).collect()
    }

    pub(super) fn unknown(&self, unknown: Unknown) -> NamedUnknown {
        let world = self.world();
        let (kind, name) = match unknown {
            Unknown::Policy(policy) => ("policy", world.policies.row(policy).name.clone()),
            Unknown::Request(_) => {
                let question = self.reasoner.question(unknown).map(|(atom, _)| atom.text());
                ("request", question.unwrap_or_default())
            }
            Unknown::Mode(target) => ("mode", world.target_address(target)),
            Unknown::Provider(provider) => ("provider", world.providers.row(provider).name.clone()),
            Unknown::Expiry(target) => ("expiry", world.target_address(target)),
            Unknown::Bindings(target) | Unknown::Exchange(target) => {
                ("bindings", world.target_address(target))
            }
        };
        NamedUnknown { kind, name, reason: self.reasoner.reason(unknown) }
    }

    /// Unknowns in words: `policy office-hours, mode device:laptop`.
    pub(super) fn unknowns_in_words(&self, unknowns: &[Unknown]) -> String {
        let names: Vec<String> =
            self.unknowns(unknowns).iter().map(|one| format!("{} {}", one.kind, one.name)).collect();
        names.join(", ")
    }
}

/// Why what a user gets in the end from a target of some kind is something else than the verdict.
pub(super) fn why_otherwise(active: bool, effective: Verdict, kind: &str) -> &'static str {
    if !active && effective == Verdict::No {
        return "the user is inactive and cannot log in";
    }
    match kind {
        "entitlement" => {
            "entitlements are granted by any group or user that matches; policies and mode are not asked"
        }
        "rac_endpoint" => "the endpoint is reached through its application, too",
        "device" => "the device opens by its access group, too",
        "stage_binding" => "nobody evaluates the bindings of this stage: it always runs",
        _ => "",
    }
}

/// A mode in words.
pub(super) fn mode(mode: Mode) -> &'static str {
    match mode {
        Mode::Any => "any",
        Mode::All => "all",
        Mode::Invalid => "invalid",
        Mode::Unexposed => "unknown",
    }
}

fn user_name(world: &World, user: &BoundUser) -> String {
    match user {
        BoundUser::Listed(user) => world.users.row(*user).username.to_string(),
        BoundUser::Unlisted(key) => format!("{key} (not listed)"),
    }
}
