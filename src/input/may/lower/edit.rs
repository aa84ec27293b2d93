//! What edits say about objects that are there: other settings, more bindings.

use super::super::ast::{Entry, Word};
use super::super::models;
use super::Lower;
use super::settings::{Settings, place};
use super::target::described;
use super::{GROUP, USER, user_kind};
use crate::diagnostic::Diagnostic;
use crate::model::draft::{DraftBinding, Reference};
use crate::model::{Details, Group, GroupMatching, Target, TargetKind, User, UserMatching};

/// What a target is to refer to from now on.
pub(in super::super) enum Link {
    /// What it refers to already.
    Same,
    Nothing,
    To(Reference),
}

/// Everything that a target can refer to.
pub(in super::super) struct Links {
    pub(in super::super) provider: Link,
    pub(in super::super) access_group: Link,
    pub(in super::super) authentication_flow: Link,
    pub(in super::super) enrollment_flow: Link,
}

/// Settings without the primary key, which nobody changes.
fn changeable(known: &[&'static str]) -> Vec<&'static str> {
    known.iter().copied().filter(|name| *name != "pk").collect()
}

impl Lower<'_, '_> {
    /// Puts the settings of `block` into `row`.
    pub(in super::super) fn set_user(&mut self, row: &mut User, block: Vec<Entry<'_>>) {
        let problems = &mut *self.problems;
        let mut settings = Settings::only("a user", &changeable(USER), block, problems);
        row.name = settings.text("name", &row.name, problems).into();
        row.email = settings.text("email", &row.email, problems).into();
        if settings.is_given("type") {
            row.kind = user_kind(&mut settings, problems);
        }
        row.active = settings.bool("active", row.active, problems);
        row.path = settings.text("path", &row.path, problems).into();
        if settings.is_given("password_changed") {
            row.password_changed = settings.timestamp("password_changed", problems);
        }
        if settings.is_given("attributes") {
            row.attributes = settings.attributes(&mut self.pool, problems);
        }
    }

    /// The same for a group.
    pub(in super::super) fn set_group(&mut self, row: &mut Group, block: Vec<Entry<'_>>) {
        let problems = &mut *self.problems;
        let mut settings = Settings::only("a group", &changeable(GROUP), block, problems);
        row.superuser = settings.bool("superuser", row.superuser, problems);
        if settings.is_given("attributes") {
            row.attributes = settings.attributes(&mut self.pool, problems);
        }
    }

    /// The same for a target; what it is to refer to is still to be found.
    pub(in super::super) fn set_target(&mut self, row: &mut Target, block: Vec<Entry<'_>>) -> Links {
        let (called, known) = described(row.kind());
        let known = changeable(known);
        let (mut settings, others) = Settings::of(called, &known, block, self.problems);
        for other in others.iter().filter(|other| !matches!(other, Entry::Broken)) {
            let diagnostic = Diagnostic::error("misplaced", "`set` changes settings and the mode")
                .at(self.problems.origin(place(other)), "no setting")
                .help("bindings are added with `bind app:wiki { 10: group staff }`, parts with `add`");
            self.problems.push(diagnostic);
        }
        let problems = &mut *self.problems;
        if row.kind() == TargetKind::StageBinding {
            // Its name is where it stands.
        } else if known.contains(&"name") {
            row.name = settings.text("name", &row.name, problems);
        }
        match &mut row.details {
            Details::Flow { designation, authentication } => {
                *designation = settings.text("designation", designation, problems);
                *authentication = settings.text("authentication", authentication, problems);
            }
            Details::StageBinding { evaluate_on_plan, re_evaluate_policies, .. } => {
                *evaluate_on_plan = settings.bool("evaluate_on_plan", *evaluate_on_plan, problems);
                *re_evaluate_policies =
                    settings.bool("re_evaluate_policies", *re_evaluate_policies, problems);
            }
            Details::Source(source) => {
                source.enabled = settings.bool("enabled", source.enabled, problems);
                if settings.is_given("type") {
                    source.model = settings.model("type", "source", models::SOURCES, problems);
                }
                let words = UserMatching::ALL.map(UserMatching::as_str);
                let given = settings.choice("user_matching_mode", &words, UserMatching::parse, problems);
                source.user_matching = given.or(source.user_matching);
                let words = GroupMatching::ALL.map(GroupMatching::as_str);
                let given = settings.choice("group_matching_mode", &words, GroupMatching::parse, problems);
                source.group_matching = given.or(source.group_matching);
            }
            Details::Device { expires, .. } if settings.is_given("expires") => {
                *expires = settings.timestamp("expires", problems);
            }
            _ => {}
        }
        let mut link = |name: &str| {
            if !settings.is_given(name) {
                return Link::Same;
            }
            let found = settings.reference(name, self.problems);
            found.map_or(Link::Nothing, |reference| Link::To(self.reference(reference)))
        };
        Links {
            provider: link("provider"),
            access_group: link("access_group"),
            authentication_flow: link("authentication_flow"),
            enrollment_flow: link("enrollment_flow"),
        }
    }

    /// The bindings of `block`, which must hold nothing else. That `what` needs them is said where there are none.
    pub(in super::super) fn bindings(
        &mut self,
        what: &str,
        after: Word<'_>,
        block: Vec<Entry<'_>>,
    ) -> Vec<DraftBinding> {
        if block.is_empty() {
            let diagnostic = Diagnostic::error("missing", format!("`{what}` needs a binding"))
                .at(self.problems.origin(after.range()), "what is bound to it?")
                .help(format!("write `{what} {} {{ 10: group staff }}`", after.raw));
            self.problems.push(diagnostic);
        }
        for entry in block {
            match entry {
                Entry::Binding(binding) => self.binding(Some(0), binding),
                Entry::Broken => {}
                other => {
                    let diagnostic = Diagnostic::error("misplaced", "only bindings belong here")
                        .at(self.problems.origin(place(&other)), "no binding")
                        .help("settings are changed with `set`, parts are added with `add`");
                    self.problems.push(diagnostic);
                }
            }
        }
        std::mem::take(&mut self.draft.bindings)
    }
}
