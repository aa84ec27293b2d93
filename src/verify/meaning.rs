//! What claims mean: authentik's behaviour for one user (dossier §2, §3), as far as it is known.

use super::{Checker, Is, Known, all, any};
use crate::model::{Binding, BindingId, BoundUser, Details, Generation, Mode, TargetId};
use crate::proof::{Claim, Unknown};
use crate::truth::Ends;

impl Checker<'_> {
    /// Whether the group or user of a binding matches (dossier §2.3); of both the first alone, if `first`.
    pub(super) fn matches(&self, row: &Binding, first: bool) -> Known {
        let group = row.group.map(|group| self.ancestry.groups_of(self.user).contains(&group));
        let user = row.user.as_ref().map(|user| *user == BoundUser::Listed(self.user));
        let parts =
            [group, user.filter(|_| !(first && group.is_some()))].map(|is| is.map(|is| is != row.negate));
        if parts == [None, None] { None } else { Some(parts.contains(&Some(true))) }
    }

    /// Whether every way in which a policy can end counts as a pass of its binding, or none does (dossier §2.5).
    pub(super) fn counts(&self, row: &Binding, ends: Ends) -> Known {
        let documented = self.world.edition.generation == Generation::Documented;
        let error = row.failure_result != (documented && row.negate);
        let mut hoped = if row.negate { Ends::FAIL } else { Ends::PASS }.bits();
        hoped |= if error { Ends::ERROR.bits() } else { 0 };
        hoped |= if error && documented { Ends::CRASH.bits() } else { 0 };
        if ends.bits() & !hoped == 0 { Some(true) } else { (ends.bits() & hoped == 0).then_some(false) }
    }

    /// What the engine answers (dossier §2).
    pub(super) fn verdict(&self, target: TargetId, is: Is<'_>) -> Known {
        let generation = self.world.edition.generation;
        if let Some(unknown) = self.obscured(target) {
            return is(&|holds| Claim::Given(unknown, holds));
        }
        let rows = self.world.rows_of(target, self.at);
        if !rows.iter().any(|(_, row)| generation == Generation::E1 || !row.is_empty()) {
            return Some(self.world.opens_when_unbound(target));
        }
        let policy = |id: BindingId| is(&|holds| Claim::Policy(id, holds));
        let matches = |id: BindingId| is(&|holds| Claim::Match(id, holds));
        let parts = |id: BindingId, row: &Binding| {
            let asks = [row.policy.map(|_| policy(id)), row.asks_who().then(|| matches(id))];
            asks.into_iter().flatten().collect::<Vec<_>>()
        };
        let on_its_own = |(id, row): &(BindingId, &Binding)| match row.policy {
            Some(_) => policy(*id),
            None if row.is_empty() => Some(row.negate),
            None if row.group.is_some() && row.user.is_some() => self.matches(row, true),
            None => matches(*id),
        };
        let under_any = || match generation {
            Generation::E1 => any(rows.iter().map(on_its_own)),
            _ => any(rows.iter().flat_map(|(id, row)| parts(*id, row))),
        };
        let under_all = || {
            let asked = |row: &Binding| row.policy.is_some();
            let who = || {
                rows.iter().filter(|(_, row)| row.asks_who()).map(|(id, _)| matches(*id)).collect::<Vec<_>>()
            };
            let alone = rows.iter().filter(|(_, row)| row.asks_only_who()).count();
            let together = match generation {
                Generation::E1 => return all(rows.iter().map(on_its_own)),
                Generation::E2 if alone == 0 => Some(true),
                Generation::E2 => any(who()),
                _ if !rows.iter().any(|(_, row)| asked(row) && row.asks_who()) => all(who()),
                _ => who()
                    .into_iter()
                    .collect::<Option<Vec<_>>>()
                    .map(|who| who.iter().filter(|hit| **hit).count() == alone),
            };
            all(rows.iter().filter(|(_, row)| asked(row)).map(|(id, _)| policy(*id)).chain([together]))
        };
        match self.world.asked_mode(target) {
            Mode::Any => under_any(),
            Mode::All => under_all(),
            Mode::Invalid => Some(false),
            Mode::Unexposed => match is(&|holds| Claim::Given(Unknown::Mode(target), holds)) {
                Some(true) => under_all(),
                Some(false) => under_any(),
                None => under_any().filter(|any| under_all() == Some(*any)),
            },
        }
    }

    /// What the user gets in the end (dossier §3).
    pub(super) fn effective(&self, target: TargetId, is: Is<'_>) -> Known {
        let verdict = |target| is(&|holds| Claim::Verdict(target, holds));
        let row = self.world.targets.row(target);
        let is_rac = |provider| match self.world.providers.row(provider).is_rac() {
            None => is(&|holds| Claim::Given(Unknown::Provider(provider), holds)),
            known => known,
        };
        let enters = |asked: Option<_>| {
            let mut of = self.world.targets.iter().filter_map(|(id, row)| match row.details {
                Details::Application { provider: Some(provider) }
                    if asked.is_none_or(|asked| asked == provider) =>
                {
                    Some((id, provider))
                }
                _ => None,
            });
            match asked {
                Some(_) => of.next().map_or(Some(false), |(id, _)| verdict(id)),
                None => any(of
                    .filter(|(_, provider)| self.world.providers.row(*provider).is_rac() != Some(false))
                    .map(|(id, provider)| all([verdict(id), is_rac(provider)]))),
            }
        };
        let reach = match &row.details {
            Details::Entitlement { .. } if self.world.edition.generation != Generation::Documented => {
                match self.obscured(target) {
                    Some(unknown) => is(&|holds| Claim::Given(unknown, holds)),
                    None => any(self
                        .world
                        .rows_of(target, self.at)
                        .iter()
                        .filter(|(_, row)| row.asks_who())
                        .map(|(id, _)| is(&|holds| Claim::Match(*id, holds)))),
                }
            }
            Details::StageBinding { evaluate_on_plan: false, re_evaluate_policies: false, .. } => Some(true),
            Details::Device { access_group: Some(group), .. } => any([verdict(*group), verdict(target)]),
            Details::RacEndpoint { .. } if !self.world.edition.rac_checks_provider => {
                all([verdict(target), enters(None)])
            }
            Details::RacEndpoint { provider: None } => Some(false),
            Details::RacEndpoint { provider } => all([verdict(target), enters(*provider)]),
            _ => verdict(target),
        };
        let seen = row.expires().map(|expires| match self.at {
            Some(at) => Some(expires >= at),
            None => is(&|holds| Claim::Given(Unknown::Expiry(target), holds)),
        });
        let enters = !row.kind().needs_login() || self.world.users.row(self.user).active;
        all([Some(reach), seen, Some(Some(enters))].into_iter().flatten())
    }

    /// What stands for a verdict of which it is not known what it rests on (dossier §1.4, §2.4).
    pub(super) fn obscured(&self, target: TargetId) -> Option<Unknown> {
        let open = |row: &Binding| row.enabled && row.expires.is_some() && self.at.is_none();
        let is_open = self.world.bindings_of(target).any(|(_, row)| open(row));
        if self.said.exchanges(target) {
            Some(Unknown::Exchange(target))
        } else {
            is_open.then_some(Unknown::Bindings(target))
        }
    }
}
