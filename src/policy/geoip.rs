//! GeoIP: where the request comes from.

use super::{Judgement, REQUEST_MAY_CHANGE, Setting, Type};
use crate::model::{GeoIp, TargetKind};
use crate::truth::Ends;

impl Type for GeoIp {
    /// Nothing asked for passes. Countries and networks of an address that is not found are an error, also where
    /// there is no request to have an address (dossier §1.6).
    fn judge<'w>(&'w self, setting: Setting<'w, '_>) -> Judgement<'w> {
        let place = !self.asns.is_empty() || !self.countries.is_empty();
        let travel = self.check_history_distance || self.check_impossible_travel;
        if !place && !travel {
            return Judgement::same(Ends::PASS);
        }
        if !place && setting.edition.geoip_distance_only_fails {
            return Judgement::same(Ends::FAIL);
        }
        let without_request = setting.target == TargetKind::NotificationRule;
        if without_request && setting.request_may_change() {
            return Judgement::unknown(Ends::UNKNOWN, REQUEST_MAY_CHANGE);
        }
        if without_request && place {
            return Judgement::same(Ends::ERROR);
        }
        let what = match (place, travel) {
            (true, false) => "where the request comes from decides",
            (true, true) => "where the request and earlier logins come from decides",
            _ => "how far the request is from earlier logins decides",
        };
        Judgement::unknown(Ends::UNKNOWN, what)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{anyone, setting};
    use super::*;
    use crate::model::Edition;

    #[test]
    fn asking_for_nothing_passes() {
        let judge = |policy: &GeoIp| policy.judge(setting(TargetKind::Application)).ends_for(anyone());
        assert_eq!(judge(&GeoIp::default()), Ends::PASS);
        assert_eq!(judge(&GeoIp { countries: vec!["DE".into()], ..GeoIp::default() }), Ends::UNKNOWN);
        assert_eq!(judge(&GeoIp { check_history_distance: true, ..GeoIp::default() }), Ends::UNKNOWN);
    }

    #[test]
    fn distances_alone_always_failed_for_one_release() {
        let old = Edition::parse("2025.2.3").unwrap();
        let policy = GeoIp { check_history_distance: true, ..GeoIp::default() };
        let setting = Setting { edition: &old, ..setting(TargetKind::Application) };
        assert_eq!(policy.judge(setting).ends_for(anyone()), Ends::FAIL);
    }

    #[test]
    fn an_event_comes_without_an_address_to_look_up() {
        let policy = GeoIp { asns: vec![64512], ..GeoIp::default() };
        assert_eq!(policy.judge(setting(TargetKind::NotificationRule)).ends_for(anyone()), Ends::ERROR);
    }
}
