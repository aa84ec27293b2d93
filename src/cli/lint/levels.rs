//! Which lints are asked, and how bad their findings are: the command line, then `whomay.toml`.

use jiff::Timestamp;

use super::super::Stop;
use super::super::config::{Config, Except};
use super::{Args, known};
use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::lint::{Exception, Level, Levels, Report};

/// The levels, and what is to be said about them.
pub(super) struct Given {
    pub(super) levels: Levels,
    pub(super) problems: Diagnostics,
}

/// What the command line and `whomay.toml` say.
pub(super) fn of(args: &Args, config: &Config, at: Option<Timestamp>) -> Result<Given, Stop> {
    let mut levels = Levels::default();
    let mut problems = Diagnostics::default();
    let lint = &config.lint;
    for [allow, warn, deny] in [[&lint.allow, &lint.warn, &lint.deny], [&args.allow, &args.warn, &args.deny]]
    {
        let given = [
            (allow, Level::Allow),
            (warn, Level::Report(Severity::Warning)),
            (deny, Level::Report(Severity::Error)),
        ];
        for (codes, level) in given {
            for code in codes {
                levels.of_lint.insert(known(code)?.about().code.to_owned(), level);
            }
        }
    }
    for except in &lint.except {
        known(&except.code)?;
        if except.reason.trim().is_empty() {
            return Err(Stop::usage(format!(
                "in `whomay.toml`: the exception for `{}` at `{}` gives no reason",
                except.code, except.object
            )));
        }
        if has_expired(except, at)? {
            let until = except.until.map(|until| until.to_string()).unwrap_or_default();
            let message = format!(
                "the exception for `{}` at `{}` in `whomay.toml` held until {until}",
                except.code, except.object
            );
            problems.push(
                Diagnostic::warning("expired-exception", message)
                    .because(format!("its reason was: {}", except.reason))
                    .help("mend what it is about, or give it a later date"),
            );
            continue;
        }
        let Except { code, object, reason, .. } = except;
        let exception = Exception { code: code.clone(), object: object.clone(), reason: reason.clone() };
        levels.exceptions.push(exception);
    }
    Ok(Given { levels, problems })
}

/// Whether the last day of `except` is over: at the moment that was given, or else by the clock, which nothing else
/// asks.
fn has_expired(except: &Except, at: Option<Timestamp>) -> Result<bool, Stop> {
    let Some(until) = except.until else { return Ok(false) };
    let wrong = || {
        Stop::usage(format!(
            "in `whomay.toml`: `until = {until}` is no date; one is written like `until = 2027-01-31`"
        ))
    };
    let date = until.date.filter(|_| until.time.is_none()).ok_or_else(wrong)?;
    let last = format!("{:04}-{:02}-{:02}T23:59:59.999999999Z", date.year, date.month, date.day);
    let last: Timestamp = last.parse().map_err(|_| wrong())?;
    Ok(at.unwrap_or_else(Timestamp::now) > last)
}

/// Exceptions that nothing was found for.
pub(super) fn unused(levels: &Levels, report: &Report) -> Diagnostics {
    let is_used = |exception: &&Exception| report.excepted.iter().any(|finding| exception.covers(finding));
    let unused = levels.exceptions.iter().filter(|exception| !is_used(exception));
    unused
        .map(|exception| {
            let message = format!(
                "the exception for `{}` at `{}` in `whomay.toml` is for nothing that is found",
                exception.code, exception.object
            );
            Diagnostic::note("unused-exception", message).help("take it out")
        })
        .collect()
}
