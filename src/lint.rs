//! Lints: what is wrong with a configuration, before it is an incident. One file for each.
//!
//! A lint looks at the whole world and at what follows from it, and says what it found ([`Finding`]). Its doc comment
//! is its documentation everywhere: `whomay explain` prints it, and its examples are run as tests.

mod allowed;
mod apply;
mod baseline;
mod context;
mod document;
mod finding;
mod flows;
mod levels;
mod raising;
mod sources;
mod words;

use rayon::prelude::*;

use crate::diagnostic::Severity;
use crate::input::edit::Editor;

pub use allowed::Comments;
pub use apply::{Mended, apply};
pub use baseline::{Baseline, BaselineError};
pub use context::{Context, Listings};
pub use document::{Document, Example};
pub use finding::{Edit, Finding, Fix, Object};
pub use levels::{Exception, Level, Levels};

/// What a lint says about itself.
#[derive(Clone, Copy, Debug)]
pub struct About {
    /// Its name, which reads well after "allow": `open-application`.
    pub code: &'static str,
    /// How bad its findings are, unless somebody says otherwise.
    pub level: Severity,
    /// Its doc comment.
    pub docs: &'static str,
}

/// One static check.
pub trait Lint: Described + Sync {
    /// Everything that it finds.
    fn check(&self, context: &Context<'_>) -> Vec<Finding>;
}

/// What the declaration of a lint says.
pub trait Described {
    /// What the lint says about itself.
    fn about(&self) -> About;
}

/// Declares a lint: its documentation, its type, its code and its level.
macro_rules! lint {
    ($(#[doc = $doc:literal])+ $name:ident, $code:literal, $level:ident) => {
        $(#[doc = $doc])+
        pub struct $name;

        impl $crate::lint::Described for $name {
            fn about(&self) -> $crate::lint::About {
                $crate::lint::About {
                    code: $code,
                    level: $crate::diagnostic::Severity::$level,
                    docs: concat!($($doc, "\n"),+),
                }
            }
        }
    };
}

pub mod all_bindings_disabled;
pub mod all_mode_bypass;
pub mod always_raises;
pub mod bindings_without_provider;
pub mod broken_code;
pub mod closed_when_empty;
pub mod conflicting_bindings;
pub mod constant_binding;
pub mod constant_policy;
pub mod contradictory_bindings;
pub mod cyclic_groups;
pub mod cyclic_policies;
pub mod deep_nesting;
pub mod default_access_flag;
pub mod direct_groups_only;
pub mod duplicate_binding;
pub mod email_case;
pub mod empty_binding;
pub mod empty_flow;
pub mod entitlement_policy;
pub mod entitlement_without_access;
pub mod evaluated_before_login;
pub mod everyone_passes_today;
pub mod expired_binding;
pub mod fails_open;
pub mod failure_skips_protection;
pub mod flow_without_login;
pub mod geoip_settings;
pub mod ignored_mode;
pub mod ignored_stage_bindings;
pub mod ignored_timeout;
pub mod inactive_user_binding;
pub mod inherited_superuser;
pub mod invalid_mode;
pub mod last_lock;
pub mod memberless_group;
pub mod missing_return;
pub mod mixed_binding;
pub mod negated_binding_opens;
pub mod negated_entitlement;
pub mod negated_failure_result;
pub mod network_without_timeout;
pub mod never_denies;
pub mod newer_helper;
pub mod nobody_passes;
pub mod open_application;
pub mod open_configuration_flow;
pub mod order_tie_with_effects;
pub mod policy_result_as_truth;
pub mod provider_without_application;
pub mod redundant_binding;
pub mod reputation_polarity;
pub mod reputation_settings;
pub mod request_in_cached_verdict;
pub mod returns_a_query;
pub mod risky_user_matching;
pub mod shadowed_binding;
pub mod side_effect_in_policy;
pub mod skipped_mfa;
pub mod source_binding;
pub mod source_feeds_bound_group;
pub mod stage_after_deny;
pub mod stage_order_tie;
pub mod static_binding_on_anonymous_flow;
pub mod tautological_bindings;
pub mod unbound_policy;
pub mod undefined_name;
pub mod unknown_name_in_code;
pub mod unused_stage;
pub mod upgrade_changes_verdict;
pub mod useless_policy;
pub mod vacuous_bindings;
pub mod wide_endpoint;

/// Every lint.
pub const LINTS: &[&dyn Lint] = &[
    &open_application::OpenApplication,
    &all_bindings_disabled::AllBindingsDisabled,
    &cyclic_groups::CyclicGroups,
    &vacuous_bindings::VacuousBindings,
    &tautological_bindings::TautologicalBindings,
    &contradictory_bindings::ContradictoryBindings,
    &invalid_mode::InvalidMode,
    &nobody_passes::NobodyPasses,
    &everyone_passes_today::EveryonePassesToday,
    &last_lock::LastLock,
    &constant_binding::ConstantBinding,
    &shadowed_binding::ShadowedBinding,
    &redundant_binding::RedundantBinding,
    &always_raises::AlwaysRaises,
    &broken_code::BrokenCode,
    &undefined_name::UndefinedName,
    &unknown_name_in_code::UnknownNameInCode,
    &newer_helper::NewerHelper,
    &policy_result_as_truth::PolicyResultAsTruth,
    &missing_return::MissingReturn,
    &returns_a_query::ReturnsAQuery,
    &cyclic_policies::CyclicPolicies,
    &constant_policy::ConstantPolicy,
    &useless_policy::UselessPolicy,
    &fails_open::FailsOpen,
    &negated_failure_result::NegatedFailureResult,
    &direct_groups_only::DirectGroupsOnly,
    &email_case::EmailCase,
    &network_without_timeout::NetworkWithoutTimeout,
    &ignored_timeout::IgnoredTimeout,
    &side_effect_in_policy::SideEffectInPolicy,
    &order_tie_with_effects::OrderTieWithEffects,
    &request_in_cached_verdict::RequestInCachedVerdict,
    &reputation_polarity::ReputationPolarity,
    &reputation_settings::ReputationSettings,
    &geoip_settings::GeoipSettings,
    &unbound_policy::UnboundPolicy,
    &inherited_superuser::InheritedSuperuser,
    &deep_nesting::DeepNesting,
    &memberless_group::MemberlessGroup,
    &inactive_user_binding::InactiveUserBinding,
    &expired_binding::ExpiredBinding,
    &empty_binding::EmptyBinding,
    &mixed_binding::MixedBinding,
    &duplicate_binding::DuplicateBinding,
    &conflicting_bindings::ConflictingBindings,
    &negated_binding_opens::NegatedBindingOpens,
    &ignored_mode::IgnoredMode,
    &closed_when_empty::ClosedWhenEmpty,
    &bindings_without_provider::BindingsWithoutProvider,
    &provider_without_application::ProviderWithoutApplication,
    &all_mode_bypass::AllModeBypass,
    &default_access_flag::DefaultAccessFlag,
    &upgrade_changes_verdict::UpgradeChangesVerdict,
    &failure_skips_protection::FailureSkipsProtection,
    &evaluated_before_login::EvaluatedBeforeLogin,
    &static_binding_on_anonymous_flow::StaticBindingOnAnonymousFlow,
    &ignored_stage_bindings::IgnoredStageBindings,
    &flow_without_login::FlowWithoutLogin,
    &empty_flow::EmptyFlow,
    &stage_order_tie::StageOrderTie,
    &stage_after_deny::StageAfterDeny,
    &never_denies::NeverDenies,
    &skipped_mfa::SkippedMfa,
    &open_configuration_flow::OpenConfigurationFlow,
    &unused_stage::UnusedStage,
    &source_binding::SourceBinding,
    &risky_user_matching::RiskyUserMatching,
    &source_feeds_bound_group::SourceFeedsBoundGroup,
    &entitlement_without_access::EntitlementWithoutAccess,
    &entitlement_policy::EntitlementPolicy,
    &negated_entitlement::NegatedEntitlement,
    &wide_endpoint::WideEndpoint,
];

/// The lint that is called `code`.
pub fn find(code: &str) -> Option<&'static dyn Lint> {
    LINTS.iter().copied().find(|lint| lint.about().code == code)
}

/// What came of linting.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// What was found, the worst first.
    pub findings: Vec<Finding>,
    /// How many findings somebody allowed: in comments or by exceptions.
    pub allowed: usize,
    /// Those that exceptions allow.
    pub excepted: Vec<Finding>,
    /// How many findings were known before.
    pub known: usize,
}

impl Report {
    /// How many findings are of `severity`.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.diagnostic.severity == severity).count()
    }
}

/// Asks every lint that is not allowed as a whole.
pub fn run(context: &Context<'_>, levels: &Levels) -> Report {
    let lints: Vec<(&dyn Lint, Option<Severity>)> = LINTS
        .iter()
        .map(|lint| (*lint, levels.of(lint.about().code)))
        .filter(|(_, level)| *level != Some(Level::Allow))
        .map(|(lint, level)| (lint, level.and_then(Level::severity)))
        .collect();
    let found: Vec<Vec<Finding>> = lints.par_iter().map(|(lint, _)| lint.check(context)).collect();
    let comments = Comments::of(context.sources());
    // Where many findings are about one file, it is looked into once.
    let mut editor = Editor::new(context.sources());
    let mut report = Report::default();
    for ((lint, level), findings) in lints.into_iter().zip(found) {
        let about = lint.about();
        for mut finding in findings {
            finding.diagnostic.code = about.code;
            finding.diagnostic.severity = match level {
                Some(level) => level,
                None => finding.at_most.map_or(about.level, |most| most.min(about.level)),
            };
            if levels.excepts(&finding) {
                report.allowed += 1;
                report.excepted.push(finding);
            } else if comments.allow(&finding) {
                report.allowed += 1;
            } else {
                finding.fix = finding.wish.and_then(|wish| Fix::of(wish, &mut editor));
                report.findings.push(finding);
            }
        }
    }
    // Stable: findings of one lint stay in their order.
    report.findings.sort_by_key(|finding| std::cmp::Reverse(finding.diagnostic.severity));
    report
}
