//! Password: checks a password that the user has just entered.

use super::{Judgement, REQUEST_MAY_CHANGE, Ruling, Setting, Type};
use crate::model::{PasswordRules, TargetKind};
use crate::truth::Ends;

/// How a policy ends that reads a prompt: it fails where nothing was prompted for, which is anywhere outside of
/// flows (dossier §3.12).
pub(super) fn of_prompt<'w>(setting: Setting<'w, '_>) -> Ruling<'w> {
    if matches!(setting.target, TargetKind::Flow | TargetKind::StageBinding) {
        Judgement::unknown(Ends::UNKNOWN, "the password that is entered decides")
    } else if setting.request_may_change() {
        Judgement::unknown(Ends::UNKNOWN, REQUEST_MAY_CHANGE)
    } else if setting.assumptions.has_context("prompt_data") {
        Judgement::unknown(Ends::UNKNOWN, "what is assumed of the prompt decides")
    } else {
        Judgement::same(Ends::FAIL)
    }
}

/// Whether a request may carry something under `field` besides what was prompted for: both password policies also look
/// into the context itself, where authentik keeps other things, and where something may be assumed.
pub(super) fn is_context_key(field: &str, setting: &Setting<'_, '_>) -> bool {
    let always = ["geoip", "asn", "event"];
    always.contains(&field)
        || (setting.target == TargetKind::Application && field.starts_with("oauth_"))
        || setting.assumptions.has_context(field)
}

impl Type for PasswordRules {
    fn judge<'w>(&'w self, setting: Setting<'w, '_>) -> Ruling<'w> {
        if is_context_key(&self.password_field, &setting) {
            return Judgement::unknown(
                Ends::UNKNOWN,
                format!("the request's `{}` decides", self.password_field),
            );
        }
        of_prompt(setting)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{anyone, setting};
    use super::*;

    #[test]
    fn it_needs_a_prompt() {
        let rules = |field: &str| PasswordRules {
            password_field: field.to_owned(),
            check_static_rules: false,
            check_have_i_been_pwned: false,
            check_zxcvbn: false,
        };
        let ends = |field, target| rules(field).judge(setting(target)).ends_for(anyone());
        assert_eq!(ends("password", TargetKind::Application), Ends::FAIL);
        assert_eq!(ends("password", TargetKind::StageBinding), Ends::UNKNOWN);
        assert_eq!(ends("oauth_scopes", TargetKind::Application), Ends::UNKNOWN);
        for assumed in ["context.password", "context.prompt_data"] {
            let mut assumptions = crate::policy::assumption::Assumptions::default();
            assumptions.set(assumed, "{}").unwrap();
            let setting = Setting { assumptions: &assumptions, ..setting(TargetKind::Application) };
            assert_eq!(rules("password").judge(setting).ends_for(anyone()), Ends::UNKNOWN, "{assumed}");
        }
    }
}
