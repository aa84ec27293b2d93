//! What Python's library and authentik's modules have, as far as expressions use it.

use super::super::ast::Name;
use super::super::regex::{Flags, Pattern, Refusal};
use super::super::time::Moment;
use super::super::value::Value;
use super::number::Number;
use super::{Applied, Data, cannot, helper, json, raise};

/// Whether an object has keys that could come in more than one order.
fn several_keys(value: &serde_json::Value) -> bool {
    match value {
        serde_json::Value::Object(map) => map.len() > 1 || map.values().any(several_keys),
        serde_json::Value::Array(items) => items.iter().any(several_keys),
        _ => false,
    }
}

/// Functions and classes, by their full names.
const FUNCTIONS: [&str; 24] = [
    "re.search",
    "re.match",
    "re.fullmatch",
    "re.sub",
    "re.compile",
    "re.escape",
    "json.loads",
    "time.time",
    "time.sleep",
    "datetime.datetime",
    "datetime.date",
    "datetime.time",
    "datetime.timedelta",
    "datetime.timezone",
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "datetime.datetime.today",
    "datetime.date.today",
    "django.utils.timezone.now",
    "datetime.UTC",
    "datetime.timezone.utc",
    "datetime.datetime.strptime",
    "datetime.datetime.fromisoformat",
    "datetime.date.fromisoformat",
];

/// Texts that authentik's modules define.
const CONSTANTS: [(&str, &str); 5] = [
    ("authentik.core.models.USER_ATTRIBUTE_CHANGE_EMAIL", "goauthentik.io/user/can-change-email"),
    ("authentik.core.models.USER_ATTRIBUTE_CHANGE_NAME", "goauthentik.io/user/can-change-name"),
    ("authentik.core.models.USER_ATTRIBUTE_CHANGE_USERNAME", "goauthentik.io/user/can-change-username"),
    ("authentik.flows.planner.PLAN_CONTEXT_PENDING_USER", "pending_user"),
    ("authentik.flows.planner.PLAN_CONTEXT_SSO", "is_sso"),
];

/// What `module` has by that name.
pub(in super::super) fn member(module: &str, name: &str) -> Applied {
    let full = format!("{module}.{name}");
    if let Some(function) = FUNCTIONS.iter().find(|function| **function == full) {
        return Ok(Value::Builtin(function));
    }
    if let Some((_, text)) = CONSTANTS.iter().find(|(constant, _)| *constant == full) {
        return Ok(Value::Str((*text).into()));
    }
    match full.as_str() {
        "ipaddress.ip_address" => Ok(Value::Builtin("ip_address")),
        "ipaddress.ip_network" => Ok(Value::Builtin("ip_network")),
        "django.utils.text.slugify" => Ok(Value::Builtin("slugify")),
        "django.utils.timezone" => Ok(Value::Module("django.utils.timezone".into())),
        "re.error" => Ok(Value::Class("error")),
        _ => cannot(format!("`{full}`")),
    }
}

/// What a class of the library has by that name.
pub(super) fn class_member(class: &str, name: &str) -> Applied {
    cannot(format!("`{class}.{name}`"))
}

/// A method of a compiled pattern.
pub(super) fn method(data: &Data<'_>, of: &Value, name: &str, args: &[&Value], names: &[Name]) -> Applied {
    match (of, name, args) {
        (Value::Pattern(_), "search" | "match" | "fullmatch", [value]) if names.is_empty() => {
            call(data, &format!("re.{name}"), &[of, value], names)
        }
        _ => cannot(format!("`.{name}()` of a {}", of.class())),
    }
}

/// A call of a function of the library that only looks at its arguments.
pub(super) fn call(_: &Data<'_>, name: &str, args: &[&Value], names: &[Name]) -> Applied {
    match (name, args) {
        ("re.search" | "re.match" | "re.fullmatch", [pattern, value]) if names.is_empty() => {
            helper::regex(value, pattern, |pattern, text| {
                let found = match name {
                    "re.search" => pattern.search(text),
                    "re.match" => pattern.match_start(text),
                    _ => pattern.full_match(text),
                };
                found.map(|found| if found.is_some() { Value::Matched } else { Value::None })
            })
        }
        ("re.sub", [pattern, Value::Str(replacement), value]) if names.is_empty() => {
            helper::regex(value, pattern, |pattern, text| {
                pattern.replace(text, replacement).map(|text| Value::Str(text.into()))
            })
        }
        ("re.compile", [Value::Str(pattern)]) if names.is_empty() => {
            match Pattern::parse(pattern, Flags::default()) {
                Ok(pattern) => Ok(Value::Pattern(pattern)),
                Err(Refusal::Invalid(_)) => raise("error"),
                Err(Refusal::Unsupported(reason)) => cannot(reason),
            }
        }
        ("json.loads", [Value::Str(text)]) if names.is_empty() => match serde_json::from_str(text) {
            Ok(value) if text.contains("-0") || several_keys(&value) => {
                cannot("the order of what is read from JSON")
            }
            Ok(value) => json::of(&value),
            Err(_) => cannot("text that is no JSON"),
        },
        ("time.sleep", [seconds]) => match Number::of(seconds).and_then(Number::float) {
            Some(seconds) if (0.0..3600.0).contains(&seconds) => Ok(Value::None),
            _ => cannot("`time.sleep` of this"),
        },
        ("datetime.date" | "datetime.datetime" | "datetime.time", args) if names.is_empty() => {
            date(name, args)
        }
        ("datetime.timedelta", args) => delta(args, names),
        _ => cannot(format!("`{name}` of this kind")),
    }
}

fn date(name: &str, args: &[&Value]) -> Applied {
    let mut numbers = Vec::new();
    for arg in args {
        match Number::of(arg) {
            Some(Number::Int(number)) => numbers.push(number),
            _ => return cannot(format!("`{name}` of this kind")),
        }
    }
    let day = |year: i128, month: i128, day: i128| {
        let year = i16::try_from(year).ok().filter(|year| (1..=9999).contains(year))?;
        jiff::civil::Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
    };
    let time = |numbers: &[i128]| {
        let at = |index: usize| i8::try_from(numbers.get(index).copied().unwrap_or_default()).ok();
        jiff::civil::Time::new(at(0)?, at(1)?, at(2)?, 0).ok().filter(|_| numbers.len() <= 3)
    };
    let moment = match (name, numbers.as_slice()) {
        ("datetime.date", [y, m, d]) => day(*y, *m, *d).map(Moment::Date),
        ("datetime.time", [_, _, _, _, ..]) | ("datetime.datetime", [_, _, _, _, _, _, _, ..]) => {
            return cannot(format!("`{name}` of this kind"));
        }
        ("datetime.time", numbers) => time(numbers).map(Moment::Time),
        ("datetime.datetime", [y, m, d, rest @ ..]) => {
            day(*y, *m, *d).zip(time(rest)).map(|(day, time)| Moment::DateTime(day.to_datetime(time), false))
        }
        _ => return raise("TypeError"),
    };
    moment.map_or_else(|| raise("ValueError"), |moment| Ok(Value::Moment(moment)))
}

fn delta(args: &[&Value], names: &[Name]) -> Applied {
    if args.len() != names.len() {
        return match args {
            [days] if names.is_empty() => delta(&[days], &["days".into()]),
            _ => cannot("`timedelta` of this kind"),
        };
    }
    let mut total: i128 = 0;
    for (value, name) in args.iter().zip(names) {
        let unit: i128 = match name.as_ref() {
            "weeks" => 604_800_000_000,
            "days" => 86_400_000_000,
            "hours" => 3_600_000_000,
            "minutes" => 60_000_000,
            "seconds" => 1_000_000,
            _ => return cannot("`timedelta` of this kind"),
        };
        match Number::of(value) {
            Some(Number::Int(number)) if number.unsigned_abs() < 1_000_000 => total += number * unit,
            _ => return cannot("`timedelta` of this kind"),
        }
    }
    Ok(Value::Moment(Moment::Delta(total)))
}
