//! GeoIP: where the request comes from.

use serde_json::Value;

use super::assumption::{Assumed, is_country};
use super::{Judgement, REQUEST_MAY_CHANGE, Ruling, Setting, Type};
use crate::model::{Generation, GeoIp, TargetKind};
use crate::truth::Ends;

impl Type for GeoIp {
    /// Nothing asked for passes. Countries and networks of an address that is not found are an error, also where
    /// there is no request to have an address (dossier §1.6).
    fn judge<'w>(&'w self, setting: Setting<'w, '_>) -> Ruling<'w> {
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
        match self.of_place(&setting) {
            // What is not found is an error before any distance is asked for.
            Some(Ends::ERROR) => Judgement::same(Ends::ERROR),
            Some(ends) if !travel && ends.is_known() => Judgement::same(ends),
            Some(ends) if !travel => Judgement::unknown(ends, what),
            _ => Judgement::unknown(Ends::UNKNOWN, what),
        }
    }
}

impl GeoIp {
    /// What the networks and countries alone come to, if any are asked for.
    fn of_place(&self, setting: &Setting<'_, '_>) -> Option<Ends> {
        let network = (!self.asns.is_empty()).then(|| self.of_network(look_up(setting, "asn", "asn")));
        let country =
            (!self.countries.is_empty()).then(|| self.of_country(look_up(setting, "geoip", "country")));
        match (network, country) {
            // The documentation promises that a country is enough (dossier §2.10), and not what happens without one.
            (Some(network), Some(_))
                if setting.edition.generation == Generation::Documented && network.has(Ends::ERROR) =>
            {
                Some(Ends::UNKNOWN)
            }
            (Some(network), Some(country)) => Some(either(network, country)),
            (one, other) => one.or(other),
        }
    }

    fn of_network(&self, found: Found<'_>) -> Ends {
        match found {
            Found::Nothing => Ends::ERROR,
            Found::Value(value) => {
                value.as_i64().map_or(Ends::UNKNOWN, |asn| Ends::known(self.asns.contains(&asn)))
            }
            Found::Unknown => Ends::UNKNOWN,
        }
    }

    fn of_country(&self, found: Found<'_>) -> Ends {
        let code = match found {
            Found::Nothing => return Ends::ERROR,
            Found::Value(Value::String(code)) => code,
            Found::Value(_) | Found::Unknown => return Ends::UNKNOWN,
        };
        let is_plain = |code: &String| is_country(code);
        match self.countries.contains(code) {
            // Nobody has seen what authentik makes of codes that it does not accept itself.
            _ if !is_plain(code) || !self.countries.iter().all(is_plain) => Ends::UNKNOWN,
            matches => Ends::known(matches),
        }
    }
}

/// What a request has under a key of `geoip` or `asn`.
#[derive(Clone, Copy)]
enum Found<'a> {
    /// This, which is something.
    Value(&'a Value),
    /// Nothing, or something that counts as nothing: an error.
    Nothing,
    /// Nobody knows.
    Unknown,
}

fn look_up<'a>(setting: &Setting<'_, 'a>, part: &str, key: &str) -> Found<'a> {
    if setting.disturbed.writes(part) {
        return Found::Unknown;
    }
    // What starts a flow may bring a context of its own; elsewhere only an HTTP request has such a part.
    let only_of_requests = matches!(
        setting.target,
        TargetKind::Application | TargetKind::Entitlement | TargetKind::Source | TargetKind::RacEndpoint
    );
    let value = match setting.assumptions.context.get(part) {
        None if only_of_requests && setting.assumptions.has_http_request() == Some(false) => None,
        Some(Assumed::Absent) => None,
        Some(Assumed::Value(Value::Object(parts))) => parts.get(key),
        Some(Assumed::Value(value)) if is_empty(value) => None,
        Some(Assumed::Fields(fields)) if fields.contains_key(key) => fields.get(key),
        None | Some(Assumed::Value(_) | Assumed::Fields(_)) => return Found::Unknown,
    };
    value.filter(|value| !is_empty(value)).map_or(Found::Nothing, Found::Value)
}

/// Whether Python takes `value` for false.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(value) => !value,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(items) => items.is_empty(),
    }
}

/// One of both is enough, unless looking one of them up is an error. The network is looked up first (dossier §1.6).
fn either(network: Ends, country: Ends) -> Ends {
    let mut both: Option<Ends> = None;
    for network in network.each() {
        for country in country.each() {
            let end = match (network, country) {
                (Ends::ERROR | Ends::CRASH, _) => network,
                (_, Ends::ERROR | Ends::CRASH) | (Ends::FAIL, _) => country,
                _ => network,
            };
            both = Some(both.map_or(end, |both| both.or(end)));
        }
    }
    both.unwrap_or(Ends::UNKNOWN)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{anyone, setting};
    use super::*;
    use crate::model::Edition;
    use crate::policy::assumption::Assumptions;
    use crate::policy::writes::Writes;

    fn assuming(policy: &GeoIp, target: TargetKind, pairs: &[(&str, &str)]) -> Ends {
        let mut assumptions = Assumptions::default();
        for (key, value) in pairs {
            assumptions.set(key, value).unwrap();
        }
        policy.judge(Setting { assumptions: &assumptions, ..setting(target) }).ends_for(anyone())
    }

    fn german() -> GeoIp {
        GeoIp { countries: vec!["DE".into()], ..GeoIp::default() }
    }

    #[test]
    fn an_assumed_country_decides() {
        let ends = |pairs: &[(&str, &str)]| assuming(&german(), TargetKind::Application, pairs);
        assert_eq!(ends(&[("geoip.country", "DE")]), Ends::PASS);
        assert_eq!(ends(&[("geoip.country", "FR")]), Ends::FAIL);
        assert_eq!(ends(&[("context.geoip", r#"{"country": "DE"}"#)]), Ends::PASS);
        for nothing in
            [("geoip", "none"), ("geoip", "absent"), ("geoip.country", "none"), ("http_request", "false")]
        {
            assert_eq!(ends(&[nothing]), Ends::ERROR, "{nothing:?}");
        }
        for nothing in [
            ("geoip.city", "Berlin"),
            ("asn.asn", "64512"),
            ("http_request", "true"),
            ("context.geoip", "[1]"),
        ] {
            assert_eq!(ends(&[nothing]), Ends::UNKNOWN, "{nothing:?}");
        }
    }

    #[test]
    fn a_network_that_is_not_found_is_an_error_before_any_country() {
        let policy = GeoIp { asns: vec![64512], ..german() };
        let ends = |pairs: &[(&str, &str)]| assuming(&policy, TargetKind::Application, pairs);
        assert_eq!(ends(&[("asn", "none"), ("geoip.country", "DE")]), Ends::ERROR);
        assert_eq!(ends(&[("asn.asn", "64512"), ("geoip", "none")]), Ends::ERROR);
        assert_eq!(ends(&[("asn.asn", "1"), ("geoip.country", "DE")]), Ends::PASS);
        assert_eq!(ends(&[("asn.asn", "64512"), ("geoip.country", "FR")]), Ends::PASS);
        assert_eq!(ends(&[("asn.asn", "1"), ("geoip.country", "FR")]), Ends::FAIL);
        assert_eq!(ends(&[("asn", "none")]), Ends::ERROR, "whatever the country is");
        assert_eq!(ends(&[("asn.asn", "64512")]), Ends::PASS.or(Ends::ERROR).or(Ends::CRASH));
        let documented = Edition::parse("documented").unwrap();
        let mut assumptions = Assumptions::default();
        assumptions.set("asn", "none").unwrap();
        assumptions.set("geoip.country", "DE").unwrap();
        let setting =
            Setting { edition: &documented, assumptions: &assumptions, ..setting(TargetKind::Application) };
        assert_eq!(policy.judge(setting).ends_for(anyone()), Ends::UNKNOWN);
    }

    #[test]
    fn distances_stay_unknown() {
        let policy = GeoIp { check_impossible_travel: true, ..german() };
        let ends = |pairs: &[(&str, &str)]| assuming(&policy, TargetKind::Application, pairs);
        assert_eq!(ends(&[("geoip.country", "DE")]), Ends::UNKNOWN);
        assert_eq!(ends(&[("geoip.country", "FR")]), Ends::UNKNOWN);
        assert_eq!(ends(&[("geoip", "none")]), Ends::ERROR);
    }

    #[test]
    fn odd_codes_of_countries_stay_unknown() {
        let policy = GeoIp { countries: vec!["DE".into(), "fr".into()], ..GeoIp::default() };
        assert_eq!(assuming(&policy, TargetKind::Application, &[("geoip.country", "SE")]), Ends::UNKNOWN);
    }

    #[test]
    fn a_flow_may_have_what_its_request_lacks_and_an_event_never_has() {
        let ends = |target, pair| assuming(&german(), target, &[pair]);
        assert_eq!(ends(TargetKind::Flow, ("http_request", "false")), Ends::UNKNOWN);
        assert_eq!(ends(TargetKind::NotificationRule, ("geoip.country", "DE")), Ends::ERROR);
    }

    #[test]
    fn what_another_policy_may_write_is_not_assumed() {
        let mut assumptions = Assumptions::default();
        assumptions.set("geoip.country", "DE").unwrap();
        let ends = |written: &str| {
            let disturbed = &Writes::key(written);
            let setting =
                Setting { disturbed, assumptions: &assumptions, ..setting(TargetKind::Application) };
            german().judge(setting).ends_for(anyone())
        };
        assert_eq!(ends("geoip"), Ends::UNKNOWN);
        assert_eq!(ends("note"), Ends::PASS);
    }

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
