//! Reputation: passes when the scores are bad enough.

use rustc_hash::FxHashMap;

use super::{Judgement, Setting, Subject, Type};
use crate::model::{Reputation, Score, TargetKind};
use crate::truth::Ends;

/// What authentik takes for the address where there is no request.
const NO_ADDRESS: &str = "255.255.255.255";

/// Above this many addresses, each user's verdict is not tried for every one of them.
const MOST_ADDRESSES: usize = 10_000;

impl Type for Reputation {
    /// The sum of all scores of the address or of the username, whichever are asked for; of all scores, when neither
    /// is. Which address, the request decides, so every address that has scores is tried, and one that has none.
    fn judge<'w>(&'w self, setting: Setting<'w>) -> Judgement<'w> {
        let Some(scores) = setting.scores else {
            return Judgement::unknown(Ends::UNKNOWN, "the input does not hold the reputation scores");
        };
        let passes = |sum: i128| Ends::known(sum <= i128::from(self.threshold));
        if !self.check_ip && !self.check_username {
            return Judgement::same(passes(scores.iter().map(|score| i128::from(score.score)).sum()));
        }
        let sums = Sums::of(scores);
        let here =
            if setting.target == TargetKind::NotificationRule { Some(NO_ADDRESS.to_owned()) } else { None };
        if self.check_ip && here.is_none() && sums.by_address.len() > MOST_ADDRESSES {
            return Judgement::unknown(Ends::UNKNOWN, "the address of the request decides");
        }
        let check = *self;
        let ends = move |subject: Subject<'_>| {
            let name = match subject {
                _ if !check.check_username => None,
                Subject::User(user) => Some(user.username.as_str()),
                Subject::Anonymous => Some(""),
            };
            let by_name = name.and_then(|name| sums.by_name.get(name).copied()).unwrap_or_default();
            if !check.check_ip {
                return passes(by_name);
            }
            let at = |address: &str| {
                let by_address = sums.by_address.get(address).copied().unwrap_or_default();
                let both = name
                    .and_then(|name| sums.both.get(&(name.to_owned(), address.to_owned())).copied())
                    .unwrap_or_default();
                passes(by_name + by_address - both)
            };
            match &here {
                Some(address) => at(address),
                // An address without scores leaves the name's own.
                None => sums.by_address.keys().fold(passes(by_name), |ends, address| ends.or(at(address))),
            }
        };
        Judgement { unknown: Some("the address of the request decides".to_owned()), ..Judgement::each(ends) }
    }
}

/// Sums of scores. A score counts once, also where both its name and its address are asked for.
struct Sums {
    by_name: FxHashMap<String, i128>,
    by_address: FxHashMap<String, i128>,
    both: FxHashMap<(String, String), i128>,
}

impl Sums {
    fn of(scores: &[Score]) -> Self {
        let mut sums = Self {
            by_name: FxHashMap::default(),
            by_address: FxHashMap::default(),
            both: FxHashMap::default(),
        };
        for Score { identifier, ip, score } in scores {
            let score = i128::from(*score);
            *sums.by_name.entry(identifier.clone()).or_default() += score;
            *sums.by_address.entry(ip.clone()).or_default() += score;
            *sums.both.entry((identifier.clone(), ip.clone())).or_default() += score;
        }
        sums
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
    fn asking_for_neither_sums_everything() {
        let policy = Reputation { check_ip: false, check_username: false, threshold: -8 };
        assert_eq!(ends(policy, "carol", TargetKind::Application), Ends::PASS);
    }
}
