//! What policies of each type say.

use std::ops::Range;

use super::super::ast::{Entry, Value, ValueKind, Word};
use super::super::problems::Problems;
use super::Lower;
use super::settings::{Settings, unknown_value, wrong_type};
use crate::diagnostic::Diagnostic;
use crate::model::{
    Dummy, EventMatcher, Expression, GeoIp, PasswordExpiry, PasswordRules, Policy, PolicyKind, Reputation,
    UniquePassword,
};

/// The types, with their settings besides `pk`. Those that take a text or a word have none.
const TYPES: [(&str, &[&str]); 11] = [
    ("expression", &["pk"]),
    ("dummy", &["pk", "result", "wait_min", "wait_max"]),
    ("password_expiry", &["pk", "days", "deny_only"]),
    ("event_matcher", &["pk", "action", "client_ip", "app", "model", "query"]),
    (
        "geoip",
        &[
            "pk",
            "asns",
            "countries",
            "check_history_distance",
            "history_max_distance_km",
            "distance_tolerance_km",
            "history_login_count",
            "check_impossible_travel",
            "impossible_tolerance_km",
        ],
    ),
    ("password", &["pk", "password_field", "check_static_rules", "check_have_i_been_pwned", "check_zxcvbn"]),
    ("unique_password", &["pk", "password_field", "num_historical_passwords"]),
    ("reputation", &["pk", "check_ip", "check_username", "threshold"]),
    ("always", &["pk"]),
    ("unknown", &["pk"]),
    ("other", &["pk"]),
];

impl Lower<'_, '_> {
    pub(super) fn policy(
        &mut self,
        start: usize,
        name: Word<'_>,
        kind: Word<'_>,
        argument: Option<&Value<'_>>,
        block: Vec<Entry<'_>>,
    ) {
        let origin = self.origin(start, name);
        let Some((word, known)) = TYPES.iter().find(|(word, _)| *word == kind.raw) else {
            unknown_value(
                "type of policy",
                kind.raw,
                kind.range(),
                &TYPES.map(|(word, _)| word),
                self.problems,
            );
            return;
        };
        let problems = &mut *self.problems;
        let owner = format!("a policy of type `{word}`");
        let mut settings = Settings::only(&owner, known, block, problems);
        let pk = settings.pk(problems);
        let kind = match *word {
            "always" => polarity(argument, kind.range(), problems),
            "expression" | "unknown" | "other" => text(word, argument, kind.range(), problems),
            _ => {
                if let Some(argument) = argument {
                    let message = format!("{owner} is described by its settings");
                    problems.error(argument.range.clone(), "misplaced", message, "does not belong here");
                }
                by_settings(word, kind.range(), &mut settings, problems)
            }
        };
        if let Some(kind) = kind {
            self.draft.policies.push(Policy { pk, name: name.text().into_owned(), kind, origin });
        }
    }
}

fn polarity(
    argument: Option<&Value<'_>>,
    place: Range<usize>,
    problems: &mut Problems<'_>,
) -> Option<PolicyKind> {
    match argument {
        Some(Value { kind: ValueKind::Word(word), .. }) if !word.is_quoted() => {
            return Some(PolicyKind::Always(word.raw == "pass"));
        }
        Some(value) => wrong_type("always", "`pass` or `fail`", value, problems),
        None => missing("`always` needs `pass` or `fail`", place, problems),
    }
    None
}

fn text(
    word: &str,
    argument: Option<&Value<'_>>,
    place: Range<usize>,
    problems: &mut Problems<'_>,
) -> Option<PolicyKind> {
    let what = match word {
        "expression" => "the Python code",
        "unknown" => "the reason",
        _ => "the name of the model",
    };
    match argument {
        Some(Value { kind: ValueKind::Word(argument), .. }) if argument.is_quoted() => {
            let text = argument.text().into_owned();
            let origin = problems.origin(argument.content());
            return Some(match word {
                "expression" => {
                    PolicyKind::Expression(Expression { text, origin, places: argument.places() })
                }
                "unknown" => PolicyKind::Unknown(text),
                _ => PolicyKind::Other(text),
            });
        }
        Some(value) => wrong_type(word, &format!("{what} in quotes"), value, problems),
        None => missing(format!("`{word}` needs {what} in quotes"), place, problems),
    }
    None
}

fn missing(message: impl Into<String>, place: Range<usize>, problems: &mut Problems<'_>) {
    problems.push(Diagnostic::error("missing", message).at(problems.origin(place), "after this word"));
}

fn by_settings(
    word: &str,
    place: Range<usize>,
    settings: &mut Settings<'_>,
    problems: &mut Problems<'_>,
) -> Option<PolicyKind> {
    Some(match word {
        "dummy" => PolicyKind::Dummy(Dummy {
            result: settings.bool("result", false, problems),
            wait_min: settings.int("wait_min", 5, problems),
            wait_max: settings.int("wait_max", 30, problems),
        }),
        "password_expiry" => {
            if !settings.is_given("days") {
                problems.push(
                    Diagnostic::error(
                        "missing",
                        "a policy of type `password_expiry` needs the setting `days`",
                    )
                    .at(problems.origin(place), "how many days?")
                    .help("write `password_expiry { days: 30 }`"),
                );
                return None;
            }
            PolicyKind::PasswordExpiry(PasswordExpiry {
                days: settings.int("days", 0, problems),
                deny_only: settings.bool("deny_only", false, problems),
            })
        }
        "event_matcher" => PolicyKind::EventMatcher(EventMatcher {
            action: settings.optional_text("action", problems),
            client_ip: settings.optional_text("client_ip", problems),
            app: settings.optional_text("app", problems),
            model: settings.optional_text("model", problems),
            query: settings.optional_text("query", problems),
        }),
        "geoip" => PolicyKind::GeoIp(GeoIp {
            asns: settings.ints("asns", problems),
            countries: settings.texts("countries", problems),
            check_history_distance: settings.bool("check_history_distance", false, problems),
            history_max_distance_km: settings.int("history_max_distance_km", 100, problems),
            distance_tolerance_km: settings.int("distance_tolerance_km", 50, problems),
            history_login_count: settings.int("history_login_count", 5, problems),
            check_impossible_travel: settings.bool("check_impossible_travel", false, problems),
            impossible_tolerance_km: settings.int("impossible_tolerance_km", 100, problems),
        }),
        "password" => PolicyKind::Password(PasswordRules {
            password_field: settings.text("password_field", "password", problems),
            check_static_rules: settings.bool("check_static_rules", true, problems),
            check_have_i_been_pwned: settings.bool("check_have_i_been_pwned", false, problems),
            check_zxcvbn: settings.bool("check_zxcvbn", false, problems),
        }),
        "unique_password" => PolicyKind::UniquePassword(UniquePassword {
            password_field: settings.text("password_field", "password", problems),
            num_historical_passwords: settings.int("num_historical_passwords", 1, problems),
        }),
        _ => PolicyKind::Reputation(Reputation {
            check_ip: settings.bool("check_ip", true, problems),
            check_username: settings.bool("check_username", true, problems),
            threshold: settings.int("threshold", -5, problems),
        }),
    })
}
