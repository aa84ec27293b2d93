//! Reputation: passes when the scores are bad enough.

use rustc_hash::FxHashMap;

use super::{Judgement, REQUEST_MAY_CHANGE, Ruling, Setting, Subject, Type};
use crate::model::{Reputation, Score, TargetKind};
use crate::truth::Ends;

/// What authentik takes for the address where there is no request.
const NO_ADDRESS: &str = "255.255.255.255";

impl Type for Reputation {
    /// The sum of all scores of the address or of the username, whichever are asked for; of all scores, when neither
    /// is. Which address, the request decides: unless it is assumed, every address that has scores is tried, and one
    /// that has none.
    fn judge<'w>(&'w self, setting: Setting<'w, '_>) -> Ruling<'w> {
        if setting.request_may_change() {
            return Judgement::unknown(Ends::UNKNOWN, REQUEST_MAY_CHANGE);
        }
        let Some(scores) = setting.scores else {
            return Judgement::unknown(Ends::UNKNOWN, "the input does not hold the reputation scores");
        };
        let passes = |sum: i128| Ends::known(sum <= i128::from(self.threshold));
        if !self.check_ip && !self.check_username {
            return Judgement::same(passes(scores.iter().map(|score| i128::from(score.score)).sum()));
        }
        let sums = Sums::of(scores);
        let without_request = setting.target == TargetKind::NotificationRule
            || setting.assumptions.has_http_request() == Some(false);
        let here = match setting.assumptions.client_ip {
            _ if without_request => Some(NO_ADDRESS.to_owned()),
            // Scores have their addresses in the same form.
            address => address.map(|address| address.to_string()),
        };
        let check = *self;
        let ends = move |subject: Subject<'_>| {
            let name = match subject {
                _ if !check.check_username => None,
                Subject::User(user) => Some(user.username.as_str()),
                Subject::Anonymous => Some(""),
            };
            let of_name = name.and_then(|name| sums.by_name.get(name));
            match (check.check_ip, &here) {
                (false, _) => passes(of_name.map_or(0, |name| name.sum)),
                (true, Some(address)) => passes(sums.at(of_name, address)),
                (true, None) => {
                    let (least, most) = sums.range(of_name);
                    passes(least).or(passes(most))
                }
            }
        };
        Judgement { unknown: Some("the address of the request decides".to_owned()), ..Judgement::each(ends) }
    }
}

/// Sums of scores. A score counts once, also where both its name and its address are asked for.
struct Sums {
    by_name: FxHashMap<String, OfName>,
    by_address: FxHashMap<String, i128>,
    /// The addresses by their sums, and one that has no scores.
    ordered: Vec<(i128, Option<String>)>,
}

/// The scores of a name.
#[derive(Default)]
struct OfName {
    sum: i128,
    by_address: FxHashMap<String, i128>,
}

impl Sums {
    fn of(scores: &[Score]) -> Self {
        let mut by_name: FxHashMap<String, OfName> = FxHashMap::default();
        let mut by_address: FxHashMap<String, i128> = FxHashMap::default();
        for Score { identifier, ip, score } in scores {
            let score = i128::from(*score);
            let name = by_name.entry(identifier.clone()).or_default();
            name.sum += score;
            *name.by_address.entry(ip.clone()).or_default() += score;
            *by_address.entry(ip.clone()).or_default() += score;
        }
        let mut ordered: Vec<(i128, Option<String>)> =
            by_address.iter().map(|(address, sum)| (*sum, Some(address.clone()))).collect();
        ordered.push((0, None));
        ordered.sort_unstable();
        Self { by_name, by_address, ordered }
    }

    /// The sum that counts for a name at an address.
    fn at(&self, name: Option<&OfName>, address: &str) -> i128 {
        let of_address = self.by_address.get(address).copied().unwrap_or_default();
        let both = name.and_then(|name| name.by_address.get(address)).copied().unwrap_or_default();
        name.map_or(0, |name| name.sum) + of_address - both
    }

    /// The least and the most that can count for a name, whatever the address.
    fn range(&self, name: Option<&OfName>) -> (i128, i128) {
        let own = name.map_or(0, |name| name.sum);
        let elsewhere = |(_, address): &&(i128, Option<String>)| {
            address
                .as_ref()
                .is_none_or(|address| name.is_none_or(|name| !name.by_address.contains_key(address)))
        };
        // An address without scores is never the name's own, so there is always one.
        let least = self.ordered.iter().find(elsewhere).map_or(0, |(sum, _)| *sum);
        let most = self.ordered.iter().rev().find(elsewhere).map_or(0, |(sum, _)| *sum);
        let at_own =
            name.into_iter().flat_map(|of| of.by_address.keys()).map(|address| self.at(name, address));
        at_own.fold((own + least, own + most), |(least, most), sum| (least.min(sum), most.max(sum)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{setting, user};
    use super::*;

    fn scores() -> Vec<Score> {
        let score =
            |identifier: &str, ip: &str, score| Score { identifier: identifier.into(), ip: ip.into(), score };
        vec![
            score("alice", "198.51.100.7", -4),
            score("bob", "192.0.2.1", -2),
            score("bob", "198.51.100.7", -2),
        ]
    }

    fn ends(policy: Reputation, name: &str, target: TargetKind) -> Ends {
        let scores = scores();
        policy
            .judge(Setting { scores: Some(&scores), ..setting(target) })
            .ends_for(Subject::User(&user(name)))
    }

    #[test]
    fn a_bad_name_passes() {
        let policy = Reputation { check_ip: false, check_username: true, threshold: -4 };
        assert_eq!(ends(policy, "alice", TargetKind::Application), Ends::PASS);
        assert_eq!(ends(policy, "bob", TargetKind::Application), Ends::PASS);
        assert_eq!(ends(policy, "carol", TargetKind::Application), Ends::FAIL);
    }

    #[test]
    fn the_address_decides_only_where_it_can_change_the_answer() {
        let policy = Reputation { check_ip: true, check_username: true, threshold: -4 };
        assert_eq!(ends(policy, "alice", TargetKind::Application), Ends::PASS);
        let carol = ends(policy, "carol", TargetKind::Application);
        assert_eq!(carol, Ends::PASS.or(Ends::FAIL));
        let strict = Reputation { threshold: -9, ..policy };
        assert_eq!(ends(strict, "carol", TargetKind::Application), Ends::FAIL);
    }

    #[test]
    fn an_event_comes_without_an_address() {
        let policy = Reputation { check_ip: true, check_username: false, threshold: -1 };
        assert_eq!(ends(policy, "alice", TargetKind::NotificationRule), Ends::FAIL);
    }

    #[test]
    fn an_assumed_address_decides() {
        use crate::policy::assumption::Assumptions;
        let policy = Reputation { check_ip: true, check_username: true, threshold: -4 };
        let ends = |name: &str, target, key: &str, value: &str| {
            let (scores, mut assumptions) = (scores(), Assumptions::default());
            assumptions.set(key, value).unwrap();
            let setting = Setting { scores: Some(&scores), assumptions: &assumptions, ..setting(target) };
            policy.judge(setting).ends_for(Subject::User(&user(name)))
        };
        let application = TargetKind::Application;
        assert_eq!(ends("carol", application, "client_ip", "198.51.100.7"), Ends::PASS);
        assert_eq!(ends("carol", application, "client_ip", "192.0.2.1"), Ends::FAIL);
        assert_eq!(ends("carol", application, "client_ip", "2001:db8::1"), Ends::FAIL);
        assert_eq!(ends("carol", application, "http_request", "false"), Ends::FAIL);
        assert_eq!(ends("carol", application, "http_request", "true"), Ends::PASS.or(Ends::FAIL));
        assert_eq!(ends("carol", TargetKind::NotificationRule, "client_ip", "198.51.100.7"), Ends::FAIL);
    }

    #[test]
    fn asking_for_neither_sums_everything() {
        let policy = Reputation { check_ip: false, check_username: false, threshold: -8 };
        assert_eq!(ends(policy, "carol", TargetKind::Application), Ends::PASS);
    }
}
