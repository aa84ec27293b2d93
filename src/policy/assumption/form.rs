//! How values of assumptions are written.

use jiff::Timestamp;
use serde_json::{Number, Value};

use crate::truth::Ends;

/// How the value of a part of `geoip` or `asn` is written: as authentik's context processors make it.
#[derive(Clone, Copy)]
pub(super) enum Form {
    /// Any text; there always is one.
    Text,
    /// Any text, or `none`.
    Name,
    /// Two letters, or `none`.
    Country,
    /// Two letters of seven, or `none`.
    Continent,
    /// Degrees up to the given ones, or `none`.
    Degrees(f64),
    /// The number of an autonomous system.
    Asn,
}

/// The parts of what is looked up for an address, with their forms.
pub(super) const FIELDS: [(&str, Form); 8] = [
    ("geoip.city", Form::Text),
    ("geoip.continent", Form::Continent),
    ("geoip.country", Form::Country),
    ("geoip.lat", Form::Degrees(90.0)),
    ("geoip.long", Form::Degrees(180.0)),
    ("asn.as_org", Form::Name),
    ("asn.asn", Form::Asn),
    ("asn.network", Form::Name),
];

/// The codes of continents in the databases of places.
const CONTINENTS: [&str; 7] = ["AF", "AN", "AS", "EU", "NA", "OC", "SA"];

impl Form {
    /// Reads `text`.
    pub(super) fn read(self, text: &str) -> Option<Value> {
        match self {
            Self::Text => Some(text.into()),
            // For authentik, 0 is no record at all; `asn=none` says that.
            Self::Asn => text.parse::<u32>().ok().filter(|number| *number > 0).map(Value::from),
            _ if text == "none" => Some(Value::Null),
            Self::Name => Some(text.into()),
            Self::Country => is_country(text).then(|| text.into()),
            Self::Continent => CONTINENTS.contains(&text).then(|| text.into()),
            Self::Degrees(most) => {
                let degrees = text.parse::<f64>().ok().filter(|degrees| degrees.abs() <= most);
                degrees.and_then(Number::from_f64).map(Value::Number)
            }
        }
    }

    /// What `read` takes.
    pub(super) fn expected(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Name => "text or `none`",
            Self::Country => "two capital letters such as `DE`, or `none`",
            Self::Continent => "`AF`, `AN`, `AS`, `EU`, `NA`, `OC`, `SA` or `none`",
            Self::Degrees(most) if most > 90.0 => "degrees from -180 to 180, or `none`",
            Self::Degrees(_) => "degrees from -90 to 90, or `none`",
            Self::Asn => "the number of an autonomous system, such as `64512`",
        }
    }
}

/// Whether `text` is written as authentik writes countries.
pub(in crate::policy) fn is_country(text: &str) -> bool {
    text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// A moment such as `2026-03-03T09:00Z`; seconds can be left out.
///
/// ```
/// use whomay::policy::assumption::moment;
///
/// assert_eq!(moment("2026-03-03T09:00Z").unwrap(), moment("2026-03-03T10:00:00+01:00").unwrap());
/// assert!(moment("2026-03-03").is_err());
/// ```
///
/// # Errors
/// Why it is none.
pub fn moment(text: &str) -> Result<Timestamp, String> {
    text.parse().map_err(|error| format!("`{text}` is not a moment such as `2026-03-03T09:00:00Z`: {error}"))
}

/// How the ends of a policy are written that can be assumed.
pub(super) const ENDS: [(&str, Ends); 3] =
    [("pass", Ends::PASS), ("fail", Ends::FAIL), ("error", Ends::ERROR)];
