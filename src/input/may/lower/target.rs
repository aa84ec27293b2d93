//! What targets say, and what is bound to them.

use super::super::ast::{Binding, Bound, Choice, Entry, Mode, Reference, Target, Word};
use super::super::models;
use super::Lower;
use super::settings::{Settings, int, moment, place, unknown_value};
use crate::diagnostic::Diagnostic;
use crate::model::draft::{DraftBinding, DraftBoundUser, DraftDetails, DraftTarget, TargetReference};
use crate::model::{self, GroupMatching, Source, TargetKind, UserMatching};

/// What a kind of target is called, and its settings besides `pk`.
pub(super) fn described(kind: TargetKind) -> (&'static str, &'static [&'static str]) {
    match kind {
        TargetKind::Application => ("an application", &["name", "provider", "pk"]),
        TargetKind::Entitlement => ("an entitlement", &["pk"]),
        TargetKind::Flow => ("a flow", &["name", "designation", "authentication", "pk"]),
        TargetKind::StageBinding => {
            ("a stage of a flow", &["evaluate_on_plan", "re_evaluate_policies", "pk"])
        }
        TargetKind::Source => (
            "a source",
            &[
                "name",
                "type",
                "enabled",
                "user_matching_mode",
                "group_matching_mode",
                "authentication_flow",
                "enrollment_flow",
                "pk",
            ],
        ),
        TargetKind::NotificationRule => ("a notification rule", &["pk"]),
        TargetKind::RacEndpoint => ("an endpoint", &["provider", "pk"]),
        TargetKind::Device => ("a device", &["access_group", "expires", "pk"]),
        TargetKind::DeviceAccessGroup => ("a device access group", &["pk"]),
    }
}

impl Lower<'_, '_> {
    pub(super) fn target(&mut self, start: usize, target: Target<'_>) {
        self.target_of(start, target, None);
    }

    /// `owner` is the position of the target that this one is a part of.
    pub(in super::super) fn target_of(&mut self, start: usize, target: Target<'_>, owner: Option<usize>) {
        let Target { kind, name: reference, at, mode, block } = target;
        let name = reference.word;
        let origin = self.origin(start, name);
        let (called, known) = described(kind);
        let (mut settings, entries) = Settings::of(called, known, block, self.problems);
        let text = name.text().into_owned();
        let has_slug = matches!(kind, TargetKind::Application | TargetKind::Flow | TargetKind::Source);
        let display = if has_slug { settings.text("name", &text, self.problems) } else { text.clone() };
        let pk = settings.pk(self.problems);
        let mode = self.mode(mode.as_ref(), &["unknown", "invalid"]);
        let details = self.details(kind, reference, at, owner, &mut settings);
        let position = details.map(|details| {
            self.draft.targets.push(DraftTarget {
                pk,
                pbm: None,
                details,
                name: if kind == TargetKind::StageBinding { String::new() } else { display },
                slug: has_slug.then_some(text),
                mode,
                origin,
            });
            self.draft.targets.len() - 1
        });
        for entry in entries {
            match entry {
                Entry::Binding(binding) => self.binding(position, binding),
                Entry::Part { start, target } => self.part(start, target, position, kind),
                Entry::Score { .. } => {
                    let diagnostic = Diagnostic::error("misplaced", format!("{called} has no scores"))
                        .at(self.problems.origin(place(&entry)), "does not belong here")
                        .help("scores are written into `reputation { ... }`");
                    self.problems.push(diagnostic);
                }
                Entry::Setting(..) | Entry::Broken => {}
            }
        }
    }

    /// A part of the target at `position`; without one, the target could not be understood itself.
    fn part(&mut self, start: usize, target: Target<'_>, position: Option<usize>, owner: TargetKind) {
        let fits = matches!(
            (owner, target.kind),
            (TargetKind::Application, TargetKind::Entitlement) | (TargetKind::Flow, TargetKind::StageBinding)
        );
        if !fits {
            let (what, home) = if target.kind == TargetKind::Entitlement {
                ("entitlements", "an application")
            } else {
                ("stages", "a flow")
            };
            let diagnostic = Diagnostic::error("misplaced", format!("{} has no {what}", described(owner).0))
                .at(self.problems.origin(start..target.name.word.range().end), "does not belong here")
                .help(format!("{what} are written into the block of {home}"));
            self.problems.push(diagnostic);
        }
        self.target_of(start, target, position.filter(|_| fits));
    }

    /// The mode, whose `known` words are told to whoever writes another one.
    pub(in super::super) fn mode(&mut self, mode: Option<&Mode<'_>>, known: &[&str]) -> model::Mode {
        match mode {
            None | Some(Mode::Any) => model::Mode::Any,
            Some(Mode::All) => model::Mode::All,
            Some(Mode::Named(word)) => match word.text().as_ref() {
                "unknown" => model::Mode::Unexposed,
                "invalid" => model::Mode::Invalid,
                other => {
                    unknown_value("mode", other, word.range(), known, self.problems);
                    model::Mode::Any
                }
            },
        }
    }

    fn details(
        &mut self,
        kind: TargetKind,
        Reference { word: name, is_pk }: Reference<'_>,
        at: Option<Word<'_>>,
        owner: Option<usize>,
        settings: &mut Settings<'_>,
    ) -> Option<DraftDetails> {
        if let Some(at) = at.filter(|_| kind != TargetKind::StageBinding) {
            self.problems.error(at.range(), "misplaced", "only stages of flows have a place", "a place");
        }
        let problems = &mut *self.problems;
        Some(match kind {
            TargetKind::Application => {
                let provider = settings.reference("provider", problems);
                DraftDetails::Application { provider: provider.map(|provider| self.reference(provider)) }
            }
            TargetKind::Entitlement => {
                let position = owner?;
                DraftDetails::Entitlement { application: TargetReference::Here(position) }
            }
            TargetKind::Flow => DraftDetails::Flow {
                designation: settings.text("designation", "", problems),
                authentication: settings.text("authentication", "none", problems),
            },
            TargetKind::StageBinding => {
                let evaluate_on_plan = settings.bool("evaluate_on_plan", false, problems);
                let re_evaluate_policies = settings.bool("re_evaluate_policies", true, problems);
                let order = at.and_then(|at| int(at, problems));
                if at.is_none() {
                    let message = format!("the stage `{}` has no place", name.text());
                    let diagnostic = Diagnostic::error("missing", message)
                        .at(problems.origin(name.range()), "at which place of the flow?")
                        .help(format!("write `stage {} at 10`", name.raw));
                    problems.push(diagnostic);
                }
                let position = owner?;
                DraftDetails::StageBinding {
                    flow: TargetReference::Here(position),
                    stage: self.reference(Reference { word: name, is_pk }),
                    order: order?,
                    evaluate_on_plan,
                    re_evaluate_policies,
                }
            }
            TargetKind::Source => self.source(settings),
            TargetKind::NotificationRule => DraftDetails::NotificationRule,
            TargetKind::RacEndpoint => {
                let provider = settings.reference("provider", problems);
                DraftDetails::RacEndpoint { provider: provider.map(|provider| self.reference(provider)) }
            }
            TargetKind::Device => {
                let access_group = settings.reference("access_group", problems);
                let expires = settings.timestamp("expires", problems);
                let access_group =
                    access_group.map(|group| TargetReference::Elsewhere(self.reference(group)));
                DraftDetails::Device { access_group, expires }
            }
            TargetKind::DeviceAccessGroup => DraftDetails::DeviceAccessGroup,
        })
    }

    fn source(&mut self, settings: &mut Settings<'_>) -> DraftDetails {
        let problems = &mut *self.problems;
        let user_matching = settings.choice(
            "user_matching_mode",
            &UserMatching::ALL.map(UserMatching::as_str),
            UserMatching::parse,
            problems,
        );
        let group_matching = settings.choice(
            "group_matching_mode",
            &GroupMatching::ALL.map(GroupMatching::as_str),
            GroupMatching::parse,
            problems,
        );
        let enabled = settings.bool("enabled", true, problems);
        let flows = ["authentication_flow", "enrollment_flow"].map(|name| settings.reference(name, problems));
        let model = settings.model("type", "source", models::SOURCES, problems);
        let [authentication_flow, enrollment_flow] =
            flows.map(|flow| Some(TargetReference::Elsewhere(self.reference(flow?))));
        DraftDetails::Source(Source {
            enabled,
            model,
            user_matching,
            group_matching,
            authentication_flow,
            enrollment_flow,
        })
    }

    /// Checks a binding, and keeps it if there is a target for it.
    pub(super) fn binding(&mut self, position: Option<usize>, binding: Binding<'_>) {
        let origin = self.problems.origin(binding.order.start..binding.end);
        let order = int(binding.order, self.problems);
        let mut row = DraftBinding {
            pk: None,
            target: TargetReference::Here(position.unwrap_or_default()),
            policy: None,
            group: None,
            user: None,
            enabled: !binding.disabled,
            negate: binding.negate,
            failure_result: false,
            order: order.unwrap_or_default(),
            timeout: model::Binding::TIMEOUT,
            expires: None,
            origin,
        };
        for bound in binding.bound {
            self.bound(&bound, &mut row);
        }
        let mut given = [false; 4];
        for (start, choice) in binding.options {
            let (slot, name) = match choice {
                Choice::OnError(passes) => {
                    row.failure_result = passes;
                    (0, "on error")
                }
                Choice::Timeout(seconds) => {
                    row.timeout = int(seconds, self.problems).unwrap_or(model::Binding::TIMEOUT);
                    (1, "timeout")
                }
                Choice::Expires(time) => {
                    row.expires = moment(&time.text(), time.range(), self.problems);
                    (3, "expires")
                }
                Choice::Pk(key) => {
                    row.pk = Some(key.text().into_owned());
                    (2, "pk")
                }
            };
            if let Some(given) = given.get_mut(slot)
                && std::mem::replace(given, true)
            {
                let place = start..start + name.len();
                self.problems.error(place, "repeated", format!("`{name}` is given twice"), "again here");
            }
        }
        if position.is_some() && order.is_some() {
            self.draft.bindings.push(row);
        }
    }

    fn bound(&mut self, bound: &Bound<'_>, row: &mut DraftBinding) {
        let (word, noun, again) = match *bound {
            Bound::Group(reference) => {
                let again = row.group.replace(self.reference(reference)).is_some();
                (reference.word, "group", again)
            }
            Bound::User(reference) => {
                let user = DraftBoundUser::Listed(self.reference(reference));
                (reference.word, "user", row.user.replace(user).is_some())
            }
            Bound::Unlisted(word) => {
                let user = DraftBoundUser::Unlisted(word.text().into_owned());
                (word, "user", row.user.replace(user).is_some())
            }
            Bound::Policy(reference) => {
                let again = row.policy.replace(self.reference(reference)).is_some();
                (reference.word, "policy", again)
            }
        };
        if again {
            let diagnostic = Diagnostic::error("repeated", format!("a binding has one {noun} at most"))
                .at(self.problems.origin(word.range()), "one more")
                .help("write a binding of its own");
            self.problems.push(diagnostic);
        }
    }
}
