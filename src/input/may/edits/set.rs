//! Other settings for what is there.

use super::super::ast::{Entry, Mode, Noun, Spot, Value, Word};
use super::super::lower::Link;
use super::{Editor, told};
use crate::diagnostic::Diagnostic;
use crate::model::builder::extend::Extension;
use crate::model::draft::Reference;
use crate::model::{Change, Details, Origin, TargetKind};

impl Editor<'_> {
    pub(super) fn set(
        &mut self,
        noun: Noun,
        spot: Spot<'_>,
        mode: Option<&Mode<'_>>,
        block: Vec<Entry<'_>>,
        whole: Origin,
    ) {
        let noun = told(noun, spot);
        let is_target = matches!(noun, Noun::Told | Noun::Target(_));
        if block.is_empty() && mode.is_none() {
            let help = if is_target { "set app:wiki mode all" } else { "set user eve { active: false }" };
            let problem = Diagnostic::error("missing", "`set` needs what is to be set");
            self.diagnostics.push(problem.at(whole, "set to what?").help(format!("write `{help}`")));
        }
        if mode.is_some() && !is_target {
            let problem = Diagnostic::error("misplaced", "only targets have a mode");
            self.diagnostics.push(problem.at(whole, "a mode"));
        }
        match noun {
            Noun::User => {
                let Some(user) = self.user(spot) else { return };
                let Some(mut row) = self.world.users.get(user).cloned() else { return };
                row.origin = whole;
                if self.lower(|lower| lower.set_user(&mut row, block)).is_some() {
                    self.extension().make(&Change::SetUser { user, row: Box::new(row) }, whole);
                }
            }
            Noun::Group => {
                let Some(group) = self.group(spot) else { return };
                let Some(mut row) = self.world.groups.get(group).cloned() else { return };
                row.origin = whole;
                if self.lower(|lower| lower.set_group(&mut row, block)).is_some() {
                    self.extension().make(&Change::SetGroup { group, row: Box::new(row) }, whole);
                }
            }
            Noun::Policy | Noun::Stage | Noun::Provider => {
                let problem =
                    Diagnostic::error("misplaced", "users, groups and targets have settings to change");
                let problem = problem.at(self.origin(spot.word()), "none of these");
                self.diagnostics.push(if noun == Noun::Policy {
                    problem.help(format!("write `replace policy {} ...`", spot.word().raw))
                } else {
                    problem
                });
            }
            Noun::Told => self.set_target(None, spot, mode, block, whole),
            Noun::Target(kind) => self.set_target(Some(kind), spot, mode, block, whole),
        }
    }

    fn set_target(
        &mut self,
        kind: Option<TargetKind>,
        spot: Spot<'_>,
        mode: Option<&Mode<'_>>,
        block: Vec<Entry<'_>>,
        whole: Origin,
    ) {
        let Some(target) = self.target(kind, spot) else { return };
        let Some(mut row) = self.world.targets.get(target).cloned() else { return };
        row.origin = whole;
        let set = self.lower(|lower| {
            if mode.is_some() {
                row.mode = lower.mode(mode, &["any", "all", "unknown", "invalid"]);
            }
            lower.set_target(&mut row, block)
        });
        let Some((links, _)) = set else { return };
        let is_found = match &mut row.details {
            Details::Application { provider } | Details::RacEndpoint { provider } => {
                let find = |this: &mut Extension<'_>, link: &_| this.provider(link);
                self.link(links.provider, provider, find)
            }
            Details::Device { access_group, .. } => {
                let find =
                    |this: &mut Extension<'_>, link: &_| this.target(TargetKind::DeviceAccessGroup, link);
                self.link(links.access_group, access_group, find)
            }
            Details::Source(source) => {
                let find = |this: &mut Extension<'_>, link: &_| Some(this.flow(link));
                self.link(links.authentication_flow, &mut source.authentication_flow, find)
                    && self.link(links.enrollment_flow, &mut source.enrollment_flow, find)
            }
            _ => true,
        };
        if is_found {
            self.extension().make(&Change::SetTarget { target, row: Box::new(row) }, whole);
        }
    }

    /// Puts what a setting refers to into `slot`. Says whether it is there.
    fn link<I>(
        &mut self,
        link: Link,
        slot: &mut Option<I>,
        find: impl FnOnce(&mut Extension<'_>, &Reference) -> Option<I>,
    ) -> bool {
        match link {
            Link::Same => true,
            Link::Nothing => {
                *slot = None;
                true
            }
            Link::To(reference) => {
                let found = find(&mut self.extension(), &reference);
                let is_found = found.is_some();
                *slot = found;
                is_found
            }
        }
    }

    pub(super) fn flag(&mut self, name: Word<'_>, value: &Value<'_>, whole: Origin) {
        let Some((Some(is_set), _)) = self.lower(|lower| lower.flag_value(name, value)) else { return };
        if !is_set && !self.world.edition.app_access_flag && self.world.edition.release.is_some() {
            let message = format!(
                "{} is not known to read `core_default_app_access`, but is told of it; it counts",
                self.world.edition
            );
            self.diagnostics.push(Diagnostic::warning("newer-flag", message).at(whole, "set here"));
        }
        self.extension().make(&Change::SetFlag(is_set), whole);
    }
}
