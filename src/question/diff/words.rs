//! Differences between objects, in words.

use serde::Serialize;

use super::super::describe::mode;
use super::Sides;
use crate::model::{BindingId, Both, Difference, GroupId, Origin, Side, TargetId, UserId};

/// An object that is another one than before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChangedObject {
    /// Which one: `app:wiki`, `group staff`.
    pub object: String,
    /// What is different about it.
    pub what: String,
    /// Where it was read from before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old_place: Option<String>,
    /// Where it was read from now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_place: Option<String>,
}

impl<'a> Sides<'a> {
    /// The side on which an object is; the new one where it is on both.
    pub(in super::super) fn either<I: Copy, T>(
        &self,
        both: Both<I>,
        of: impl Fn(&super::Context<'a>, I) -> T,
    ) -> Option<T> {
        match (both.old, both.new) {
            (_, Some(id)) => Some(of(&self.new, id)),
            (Some(id), None) => Some(of(&self.old, id)),
            (None, None) => None,
        }
    }

    fn places<I: Copy>(
        &self,
        both: Both<I>,
        of: impl Fn(&super::Context<'a>, I) -> Origin,
    ) -> (Option<String>, Option<String>) {
        let place = |context: &super::Context<'a>, id: Option<I>| {
            let origin = of(context, id?);
            origin.source().map(|_| context.sources.place(origin).to_string())
        };
        (place(&self.old, both.old), place(&self.new, both.new))
    }

    pub(in super::super) fn target_name(&self, both: Both<TargetId>) -> String {
        self.either(both, |context, id| context.world().target_address(id)).unwrap_or_default()
    }

    pub(in super::super) fn user_name(&self, both: Both<UserId>) -> String {
        self.either(both, |context, id| context.world().users.row(id).username.to_string())
            .unwrap_or_default()
    }

    pub(super) fn group_name(&self, both: Both<GroupId>) -> String {
        self.either(both, |context, id| context.world().groups.row(id).name.clone()).unwrap_or_default()
    }

    /// A difference in words.
    pub(super) fn in_words(&self, difference: &Difference) -> ChangedObject {
        let (object, what, (old_place, new_place)) = match difference {
            Difference::Edition => {
                let editions = [&self.old, &self.new].map(|side| side.world().edition.to_string());
                let [old, new] = editions;
                ("release".to_owned(), format!("from {old} to {new}"), (None, None))
            }
            Difference::Flag => {
                let opens = self.new.world().flags.core_default_app_access != Some(false);
                ("flag core_default_app_access".to_owned(), format!("now {opens}"), (None, None))
            }
            Difference::Reputation => ("reputation".to_owned(), "other scores".to_owned(), (None, None)),
            Difference::Target(both, what) => (
                self.target_name(*both),
                changed(*both, what, |part| self.mode(*both).filter(|_| part == "mode")),
                self.places(*both, |context, id| context.world().targets.row(id).origin),
            ),
            Difference::Binding(both, target, what) => {
                let name = self.either(*both, super::Context::binding_in_words).unwrap_or_default();
                (
                    format!("{}: {name}", self.target_name(*target)),
                    changed(*both, what, |part| self.option(*both, part)),
                    self.places(*both, |context, id| context.world().bindings.row(id).origin),
                )
            }
            Difference::Policy(both, what) => {
                let name = self.either(*both, |context, id| context.world().policies.row(id).name.clone());
                (
                    format!("policy {}", name.unwrap_or_default()),
                    changed(*both, what, |_| None),
                    self.places(*both, |context, id| context.world().policies.row(id).origin),
                )
            }
            Difference::Group(both, what) => (
                format!("group {}", self.group_name(*both)),
                changed(*both, what, |_| None),
                self.places(*both, |context, id| context.world().groups.row(id).origin),
            ),
            Difference::Nesting(child, parent, side) => {
                let is = if *side == Side::New { "below" } else { "no longer below" };
                let origin = |context: &super::Context<'a>, id: GroupId, parent: Option<GroupId>| {
                    let row = context.world().groups.row(id);
                    parent.map_or(row.origin, |parent| row.parent_origin(parent))
                };
                let places = match side {
                    Side::Old => self
                        .places(Both { new: None, ..*child }, |context, id| origin(context, id, parent.old)),
                    Side::New => self
                        .places(Both { old: None, ..*child }, |context, id| origin(context, id, parent.new)),
                };
                (
                    format!("group {}", self.group_name(*child)),
                    format!("{is} {}", self.group_name(*parent)),
                    places,
                )
            }
            Difference::User(both, what) => (
                format!("user {}", self.user_name(*both)),
                changed(*both, what, |part| self.user_part(*both, part)),
                self.places(*both, |context, id| context.world().users.row(id).origin),
            ),
            Difference::Membership(user, group, side) => {
                let is = if *side == Side::New { "in" } else { "no longer in" };
                (
                    format!("user {}", self.user_name(*user)),
                    format!("{is} {}", self.group_name(*group)),
                    self.places(*user, |context, id| context.world().users.row(id).origin),
                )
            }
        };
        ChangedObject { object, what, old_place, new_place }
    }

    fn mode(&self, both: Both<TargetId>) -> Option<String> {
        let (old, new) = both.pair()?;
        let modes = (self.old.world().targets.row(old).mode, self.new.world().targets.row(new).mode);
        (modes.0 != modes.1).then(|| format!("mode {} instead of {}", mode(modes.1), mode(modes.0)))
    }

    fn option(&self, both: Both<BindingId>, part: &str) -> Option<String> {
        let (old, new) = both.pair()?;
        let (old, new) = (self.old.world().bindings.row(old), self.new.world().bindings.row(new));
        let now = |is: bool, yes: &str, no: &str| Some(if is { yes } else { no }.to_owned());
        match part {
            "enabled" => now(new.enabled, "enabled", "disabled"),
            "negated" => now(new.negate, "negated", "no longer negated"),
            "failure result" => now(new.failure_result, "passes on errors", "no longer passes on errors"),
            "order" => Some(format!("order {} instead of {}", new.order, old.order)),
            _ => None,
        }
    }

    fn user_part(&self, both: Both<UserId>, part: &str) -> Option<String> {
        let (_, new) = both.pair()?;
        let active = self.new.world().users.row(new).active;
        (part == "is active").then(|| if active { "active" } else { "inactive" }.to_owned())
    }
}

/// `added`, `removed`, or the parts that are different, each as `told` says it, if it does.
fn changed<I>(both: Both<I>, what: &[&'static str], told: impl Fn(&'static str) -> Option<String>) -> String {
    match (both.old, both.new) {
        (None, _) => "added".to_owned(),
        (_, None) => "removed".to_owned(),
        _ => {
            let parts = what.iter().map(|part| told(part).unwrap_or_else(|| format!("other {part}")));
            parts.collect::<Vec<_>>().join(", ")
        }
    }
}
