//! Points in time, as Python's `datetime` has them. authentik runs in UTC.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;

/// A `datetime`, `date`, `time` or `timedelta`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Moment {
    /// With whether it knows its zone, which then is UTC.
    DateTime(DateTime, bool),
    Date(Date),
    Time(Time),
    /// Microseconds.
    Delta(i128),
}

const MICROSECONDS_OF_A_DAY: i128 = 86_400_000_000;

impl Moment {
    /// The moment `at`, to the microsecond, as Python has it.
    pub(super) fn of(at: Timestamp, aware: bool) -> Self {
        let at = Timestamp::from_microsecond(at.as_microsecond()).unwrap_or(at);
        Self::DateTime(TimeZone::UTC.to_datetime(at), aware)
    }

    pub(super) fn class(self) -> &'static str {
        match self {
            Self::DateTime(..) => "datetime",
            Self::Date(_) => "date",
            Self::Time(_) => "time",
            Self::Delta(_) => "timedelta",
        }
    }

    /// A number that it has by that name.
    pub(super) fn field(self, name: &str) -> Option<i128> {
        let date = match self {
            Self::DateTime(moment, _) => Some(moment.date()),
            Self::Date(date) => Some(date),
            _ => None,
        };
        let time = match self {
            Self::DateTime(moment, _) => Some(moment.time()),
            Self::Time(time) => Some(time),
            _ => None,
        };
        match name {
            "year" => date.map(|date| i128::from(date.year())),
            "month" => date.map(|date| i128::from(date.month())),
            "day" => date.map(|date| i128::from(date.day())),
            "hour" => time.map(|time| i128::from(time.hour())),
            "minute" => time.map(|time| i128::from(time.minute())),
            "second" => time.map(|time| i128::from(time.second())),
            "microsecond" => time.map(|time| i128::from(time.subsec_nanosecond() / 1000)),
            "days" => self.delta().map(|delta| delta.div_euclid(MICROSECONDS_OF_A_DAY)),
            "seconds" => self.delta().map(|delta| delta.rem_euclid(MICROSECONDS_OF_A_DAY) / 1_000_000),
            "microseconds" => self.delta().map(|delta| delta.rem_euclid(1_000_000)),
            _ => None,
        }
    }

    fn delta(self) -> Option<i128> {
        if let Self::Delta(delta) = self { Some(delta) } else { None }
    }

    /// What a method without arguments gives.
    pub(super) fn method(self, name: &str) -> Option<Result<i128, Self>> {
        let date = match self {
            Self::DateTime(moment, _) => moment.date(),
            Self::Date(date) => date,
            _ => return None,
        };
        match (name, self) {
            ("weekday", _) => Some(Ok(i128::from(date.weekday().to_monday_zero_offset()))),
            ("isoweekday", _) => Some(Ok(i128::from(date.weekday().to_monday_one_offset()))),
            ("date", Self::DateTime(..)) => Some(Err(Self::Date(date))),
            ("time", Self::DateTime(moment, _)) => Some(Err(Self::Time(moment.time()))),
            _ => None,
        }
    }

    /// How it compares; `None` where Python raises `TypeError`.
    pub(super) fn compare(self, other: Self) -> Option<std::cmp::Ordering> {
        match (self, other) {
            (Self::DateTime(left, aware), Self::DateTime(right, other)) if aware == other => {
                Some(left.cmp(&right))
            }
            (Self::Date(left), Self::Date(right)) => Some(left.cmp(&right)),
            (Self::Time(left), Self::Time(right)) => Some(left.cmp(&right)),
            (Self::Delta(left), Self::Delta(right)) => Some(left.cmp(&right)),
            _ => None,
        }
    }

    /// Adds `microseconds`; `None` where that leaves the calendar, or is not looked into.
    fn plus(self, microseconds: i128) -> Option<Self> {
        let span = jiff::SignedDuration::from_micros(i64::try_from(microseconds).ok()?);
        match self {
            Self::DateTime(moment, aware) => moment
                .checked_add(span)
                .ok()
                .filter(|moment| moment.year() > 0)
                .map(|moment| Self::DateTime(moment, aware)),
            Self::Date(date) => {
                let days = microseconds.div_euclid(MICROSECONDS_OF_A_DAY);
                let span = jiff::Span::new().try_days(i64::try_from(days).ok()?).ok()?;
                date.checked_add(span).ok().filter(|date| date.year() > 0).map(Self::Date)
            }
            Self::Delta(delta) => Some(Self::Delta(delta + microseconds)),
            Self::Time(_) => None,
        }
    }

    /// `self + other`
    pub(super) fn add(self, other: Self) -> Option<Self> {
        match (self, other) {
            (moment, Self::Delta(delta)) => moment.plus(delta),
            (Self::Delta(delta), moment) => moment.plus(delta),
            _ => None,
        }
    }

    /// `self - other`
    pub(super) fn subtract(self, other: Self) -> Option<Self> {
        match (self, other) {
            // A date looks at the days of the difference only, which are rounded down.
            (date @ Self::Date(_), Self::Delta(delta)) => {
                date.plus(-delta.div_euclid(MICROSECONDS_OF_A_DAY) * MICROSECONDS_OF_A_DAY)
            }
            (moment, Self::Delta(delta)) => moment.plus(-delta),
            (Self::DateTime(left, aware), Self::DateTime(right, other)) if aware == other => {
                Some(Self::Delta(left.duration_since(right).as_micros()))
            }
            (Self::Date(left), Self::Date(right)) => {
                Some(Self::Delta(left.duration_since(right).as_micros()))
            }
            _ => None,
        }
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DateTime(moment, _) => moment.fmt(f),
            Self::Date(date) => date.fmt(f),
            Self::Time(time) => time.fmt(f),
            Self::Delta(delta) => write!(f, "{delta} microseconds"),
        }
    }
}
