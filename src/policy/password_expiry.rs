//! Password expiry: fails when the password is too old.

use jiff::Timestamp;

use super::{Judgement, REQUEST_MAY_CHANGE, Ruling, Setting, Subject, Type};
use crate::model::PasswordExpiry;
use crate::truth::Ends;

const DAY: i64 = 86_400;

/// The last day that Python's clock can show; authentik adds the days to the date, which raises beyond it.
const END_OF_TIME: i64 = 253_402_300_800;

impl Type for PasswordExpiry {
    /// Whole days count, and the threshold itself is too old. An anonymous subject has no password (dossier §1.6).
    fn judge<'w>(&'w self, setting: Setting<'w, '_>) -> Ruling<'w> {
        if setting.request_may_change() {
            return Judgement::unknown(Ends::UNKNOWN, REQUEST_MAY_CHANGE);
        }
        let Some(at) = setting.at else {
            return Judgement {
                unknown: Some("the age of the password decides (give the moment with `--at`)".to_owned()),
                ..Judgement::each(|subject| match subject {
                    Subject::Anonymous => Ends::CRASH,
                    Subject::User(_) => Ends::UNKNOWN,
                })
            };
        };
        Judgement {
            unknown: Some("the input does not say when the password was changed".to_owned()),
            ..Judgement::each(move |subject| match subject {
                Subject::Anonymous => Ends::CRASH,
                Subject::User(user) => {
                    user.password_changed.map_or(Ends::UNKNOWN, |changed| self.ends(changed, at))
                }
            })
        }
    }
}

impl PasswordExpiry {
    fn ends(self, changed: Timestamp, at: Timestamp) -> Ends {
        let beyond = self.days.unsigned_abs() > 999_999_999
            || changed.as_second().saturating_add(self.days.saturating_mul(DAY)) >= END_OF_TIME
            // The year 1 is where Python's clock begins.
            || changed.as_second().saturating_add(self.days.saturating_mul(DAY)) < -62_135_596_800;
        if beyond {
            return Ends::CRASH;
        }
        let age = (at.as_nanosecond() - changed.as_nanosecond()).div_euclid(i128::from(DAY) * 1_000_000_000);
        Ends::known(age < i128::from(self.days))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ends(days: i64, changed: &str, at: &str) -> Ends {
        PasswordExpiry { days, deny_only: true }.ends(changed.parse().unwrap(), at.parse().unwrap())
    }

    #[test]
    fn whole_days_count_and_the_threshold_is_too_old() {
        let changed = "2026-01-01T12:00:00Z";
        assert_eq!(ends(10, changed, "2026-01-11T11:59:59Z"), Ends::PASS);
        assert_eq!(ends(10, changed, "2026-01-11T12:00:00Z"), Ends::FAIL);
        assert_eq!(ends(11, changed, "2026-01-12T00:00:00Z"), Ends::PASS);
        assert_eq!(ends(0, changed, changed), Ends::FAIL);
    }

    #[test]
    fn a_change_in_the_future_is_not_too_old() {
        assert_eq!(ends(0, "2026-01-02T00:00:00Z", "2026-01-01T23:59:59Z"), Ends::PASS);
        assert_eq!(ends(-1, "2026-01-02T00:00:00Z", "2026-01-01T23:59:59Z"), Ends::FAIL);
    }

    #[test]
    fn more_days_than_the_clock_has_crash() {
        assert_eq!(ends(2_147_483_647, "2026-01-02T00:00:00Z", "2026-01-03T00:00:00Z"), Ends::CRASH);
        assert_eq!(ends(3_000_000, "2026-01-02T00:00:00Z", "2026-01-03T00:00:00Z"), Ends::CRASH);
    }
}
