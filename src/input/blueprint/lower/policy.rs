//! What rows say about policies, with authentik's defaults (dossier §1.6).

use super::{Lower, named_at};
use crate::input::blueprint::node::Data;
use crate::input::blueprint::places;
use crate::input::blueprint::store::Row;
use crate::model::{
    Dummy, EventMatcher, Expression, GeoIp, Origin, PasswordExpiry, PasswordRules, Places, Policy,
    PolicyKind, Reputation, UniquePassword,
};

impl Lower<'_> {
    pub(super) fn policy(&mut self, row: &Row) {
        let kind = self.policy_kind(row);
        let (Some(name), Some(kind)) = (self.name(row, "name"), kind) else { return };
        self.draft.policies.push(Policy { pk: row.pk.clone(), name, kind, origin: named_at(row, "name") });
    }

    fn policy_kind(&mut self, row: &Row) -> Option<PolicyKind> {
        let (_, model) = row.model.name.split_once("policies_").unwrap_or_default();
        Some(match model {
            "expression.expressionpolicy" => {
                let Some(text) = self.optional_text(row, "expression") else {
                    if Self::value(row, "expression").is_none() {
                        self.needs(row, "expression");
                    }
                    return None;
                };
                // Serializers trim; a row that was there before may never have met one.
                let kept = if row.pk.is_some() { text.as_str() } else { text.trim() };
                let origin = Self::field_at(row, "expression");
                let places = self.places(origin, &text, kept);
                PolicyKind::Expression(Expression { text: kept.to_owned(), origin, places })
            }
            "dummy.dummypolicy" => PolicyKind::Dummy(Dummy {
                result: self.bool(row, "result", false),
                wait_min: self.int_or(row, "wait_min", 5),
                wait_max: self.int_or(row, "wait_max", 30),
            }),
            "expiry.passwordexpirypolicy" => {
                if Self::value(row, "days").is_none() {
                    self.needs(row, "days");
                }
                let days = self.int(row, "days");
                let deny_only = self.bool(row, "deny_only", false);
                PolicyKind::PasswordExpiry(PasswordExpiry { days: days?, deny_only })
            }
            "event_matcher.eventmatcherpolicy" => PolicyKind::EventMatcher(EventMatcher {
                action: self.optional_text(row, "action"),
                client_ip: self.optional_text(row, "client_ip"),
                app: self.optional_text(row, "app"),
                model: self.optional_text(row, "model"),
                query: self.optional_text(row, "query"),
            }),
            "geoip.geoippolicy" => PolicyKind::GeoIp(self.geoip(row)),
            "password.passwordpolicy" => PolicyKind::Password(PasswordRules {
                password_field: self.text(row, "password_field", "password"),
                check_static_rules: self.bool(row, "check_static_rules", true),
                check_have_i_been_pwned: self.bool(row, "check_have_i_been_pwned", false),
                check_zxcvbn: self.bool(row, "check_zxcvbn", false),
            }),
            "unique_password.uniquepasswordpolicy" => PolicyKind::UniquePassword(UniquePassword {
                password_field: self.text(row, "password_field", "password"),
                num_historical_passwords: self.int_or(row, "num_historical_passwords", 1),
            }),
            "reputation.reputationpolicy" => PolicyKind::Reputation(Reputation {
                check_ip: self.bool(row, "check_ip", true),
                check_username: self.bool(row, "check_username", true),
                threshold: self.int_or(row, "threshold", -5),
            }),
            _ => PolicyKind::Other(row.model.name.to_string()),
        })
    }

    /// Where `kept` is written, which is `text` without the blanks around it.
    fn places(&self, origin: Origin, text: &str, kept: &str) -> Places {
        let Origin::Text { source, start, .. } = origin else { return Places::Nowhere };
        let Some(file) = self.files.iter().find(|file| file.source == source) else { return Places::Nowhere };
        let cut = text.find(kept).unwrap_or_default();
        places::find(file.text, start as usize, text, cut)
    }

    fn geoip(&mut self, row: &Row) -> GeoIp {
        let mut asns = Vec::new();
        for item in self.list(row, "asns") {
            match &item.data {
                Data::Int(number) => asns.extend(i64::try_from(*number)),
                Data::Text(text) if text.trim().parse::<i64>().is_ok() => {
                    asns.extend(text.trim().parse::<i64>());
                }
                _ => self.wrong_type(row, item, "asns", "a list of numbers"),
            }
        }
        let mut countries = Vec::new();
        if let Some(text) = Self::value(row, "countries").and_then(|node| node.as_text().cloned()) {
            let codes = text.split(',').map(str::trim).filter(|code| !code.is_empty());
            countries.extend(codes.map(str::to_owned));
        } else {
            for item in self.list(row, "countries") {
                // Some versions write an object of code and name.
                let code = match &item.data {
                    Data::Map(map) => {
                        crate::input::blueprint::node::member(map, "code").and_then(|node| node.as_text())
                    }
                    _ => item.as_text(),
                };
                match code {
                    Some(code) => countries.push(code.trim().to_owned()),
                    None => self.wrong_type(row, item, "countries", "a list of country codes; quote `NO`"),
                }
            }
        }
        GeoIp {
            asns,
            countries,
            check_history_distance: self.bool(row, "check_history_distance", false),
            history_max_distance_km: self.int_or(row, "history_max_distance_km", 100),
            distance_tolerance_km: self.int_or(row, "distance_tolerance_km", 50),
            history_login_count: self.int_or(row, "history_login_count", 5),
            check_impossible_travel: self.bool(row, "check_impossible_travel", false),
            impossible_tolerance_km: self.int_or(row, "impossible_tolerance_km", 100),
        }
    }
}
