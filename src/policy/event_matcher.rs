//! Event matcher: compares the event that a notification rule is asked about.

use super::{Judgement, REQUEST_MAY_CHANGE, Ruling, Setting, Type};
use crate::model::{EventMatcher, TargetKind};
use crate::truth::Ends;

impl Type for EventMatcher {
    /// Without an event it never passes. With one, all fields that are set must match; until 2024.8.3 any of them.
    fn judge<'w>(&'w self, setting: Setting<'w, '_>) -> Ruling<'w> {
        if setting.target != TargetKind::NotificationRule {
            return if setting.request_may_change() {
                Judgement::unknown(Ends::UNKNOWN, REQUEST_MAY_CHANGE)
            } else if setting.assumptions.has_context("event") {
                Judgement::unknown(Ends::UNKNOWN, "the event that is assumed decides")
            } else {
                Judgement::same(Ends::FAIL)
            };
        }
        let fields = [&self.action, &self.client_ip, &self.app, &self.model, &self.query];
        if fields.iter().all(|field| field.is_none()) && !setting.request_may_change() {
            return Judgement::same(Ends::known(!setting.edition.event_matcher_any));
        }
        Judgement::unknown(Ends::UNKNOWN, "the event decides")
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{anyone, setting};
    use super::*;
    use crate::model::Edition;

    #[test]
    fn it_needs_an_event() {
        let matcher = EventMatcher { action: Some("login".into()), ..EventMatcher::default() };
        let ends = |target| matcher.judge(setting(target)).ends_for(anyone());
        assert_eq!(ends(TargetKind::Application), Ends::FAIL);
        assert_eq!(ends(TargetKind::NotificationRule), Ends::UNKNOWN);
    }

    #[test]
    fn what_asks_for_nothing_matches_every_event_since_all_fields_must_match() {
        let matcher = EventMatcher::default();
        let old = Edition::parse("2024.8.3").unwrap();
        let before = Setting { edition: &old, ..setting(TargetKind::NotificationRule) };
        assert_eq!(matcher.judge(setting(TargetKind::NotificationRule)).ends_for(anyone()), Ends::PASS);
        assert_eq!(matcher.judge(before).ends_for(anyone()), Ends::FAIL);
    }

    #[test]
    fn an_event_that_is_assumed_decides_and_an_address_does_not() {
        use crate::policy::assumption::{Assumed, Assumptions};
        let matcher = EventMatcher { client_ip: Some("10.1.2.3".into()), ..EventMatcher::default() };
        let mut assumptions = Assumptions::default();
        assumptions.set("client_ip", "10.1.2.3").unwrap();
        let ends = |assumptions: &Assumptions, target| {
            matcher.judge(Setting { assumptions, ..setting(target) }).ends_for(anyone())
        };
        assert_eq!(ends(&assumptions, TargetKind::Application), Ends::FAIL);
        // An event has an address of its own.
        assert_eq!(ends(&assumptions, TargetKind::NotificationRule), Ends::UNKNOWN);
        assumptions.context.insert("event".into(), Assumed::Value(serde_json::json!({})));
        assert_eq!(ends(&assumptions, TargetKind::Application), Ends::UNKNOWN);
    }

    #[test]
    fn another_policy_may_put_an_event_there() {
        let anything = crate::policy::writes::Writes::ALL;
        let tampered = Setting { disturbed: &anything, ..setting(TargetKind::Application) };
        assert_eq!(EventMatcher::default().judge(tampered).ends_for(anyone()), Ends::UNKNOWN);
    }
}
