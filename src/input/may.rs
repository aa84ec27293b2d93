//! `.may`: our own language.
//!
//! A file is a row of items. Each begins with a reserved word, and none needs an end, so that a mistake in one
//! spoils no other. Lines and blanks mean nothing; `#` begins a comment.
//!
//! ```
//! let world = whomay::World::parse("tenant.may", r##"
//! authentik "2025.12.4"                    # the release; or `authentik documented`
//! flag core_default_app_access false
//!
//! group staff
//! group engineers in staff                 # several parents: `in staff, contractors`
//! group admins with anna { superuser: true, attributes: { tier: "gold", levels: [1, 2.5, null] } }
//!
//! user anna in engineers { email: "anna@example.org", type: external }
//! user eve { active: false }
//!
//! policy own-domain expression """
//! return request.user.email.endswith("@example.org")
//! """
//! policy office-hours unknown "depends on the time of the request"
//! policy closed always fail                # or `pass`
//! policy coin dummy { result: true }       # and all of authentik's types
//! policy future other "authentik_policies_x.ypolicy"
//!
//! reputation { eve from "198.51.100.7": -4 }
//!
//! provider desktop rac { pk: 3 }
//! stage ask-password password
//!
//! application grafana any {                # or `all`, `mode unknown`, `mode invalid`
//!     name: "Grafana"
//!     provider: desktop
//!     0: group engineers
//!     10: disabled not policy office-hours on error pass timeout 60 pk "b1"
//!     20: policy own-domain + group staff  # several on one row
//!     30: user unlisted 1                  # a user that authentik never lists
//!     40: nothing
//!     entitlement editor { 0: user anna }
//! }
//! flow sign-in {
//!     designation: authentication
//!     stage ask-password at 20 { 0: policy office-hours }
//! }
//! source github { type: oauth, user_matching_mode: identifier, authentication_flow: sign-in }
//! rule "login failed" { 0: group admins }
//! endpoint ssh { provider: desktop }
//! devices notebooks { 0: group staff }
//! device laptop { access_group: notebooks, expires: "2027-01-01T00:00:00Z" }
//!
//! assert anna can grafana                  # what `whomay test` checks
//! assert only members of engineers, staff may grafana under client_ip=10.1.2.3
//! assert forever members of staff cannot entitlement:grafana/editor
//! "##)?;
//! assert_eq!(world.bindings.len(), 9);
//! # Ok::<(), Box<whomay::ReadError>>(())
//! ```
//!
//! - **Names** are words of ASCII letters, digits and `_ . @ -`, or stand in quotes: reserved words, what reads
//!   as a number, and everything else. `"..."` knows `\"`, `\\`, `\n`, `\t`, `\r` and `\u{...}`.
//! - **Texts** may also stand between `"""` and the next `"""`: all of it as it is, without escapes, from the
//!   line after the opening one on (or at once, if that line goes on).
//! - **References** are names; where several objects have one name, `pk` and the primary key: `group pk "7"`.
//! - **Blocks** hold settings (`name: value`), bindings (`order: ...`) and parts, in any order; commas between
//!   them are free. What is not set is as authentik's models have it, but what a source does not say of its matching
//!   modes is not known. Commas in lists and maps are not free.
//! - **Edits** of what such a file says are in the same language: see [`edits`](super::edits).
//! - **Assertions** say what must be so: `assert members of staff can wiki`. They are no part of the configuration;
//!   [`whomay test`](crate::question::assertion) checks them, and everything else passes them over.
//! - **Reserved** for later are `derive` and `query`.

mod ast;
mod edit;
mod edits;
mod format;
mod lower;
mod models;
mod print;
mod problems;
mod shape;
mod syntax;
mod text;
mod token;
mod tokens;
mod verb;

#[expect(
    unreachable_pub,
    clippy::all,
    clippy::pedantic,
    clippy::allow_attributes,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    unused_imports,
    reason = "generated code"
)]
mod grammar {
    //! The parser that `grammar/may.lalrpop` describes.

    lalrpop_util::lalrpop_mod!(may);
    pub(super) use may::{DocumentParser, EditsParser};
}

use crate::diagnostic::Diagnostics;
use crate::model::assertion::Assertion;
use crate::model::draft::Draft;
use crate::model::{SourceId, World};
use crate::progress::Progress;
pub(super) use edit::set;
pub(super) use edits::make;
pub(crate) use print::Written;
use problems::Problems;
use shape::{Shaper, Unbalanced};
use token::Form;

/// Tokens that are looked at together: enough to be fast, and few enough to stay in the cache.
const CHUNK: usize = 4096;

/// Reads one file. What is wrong with it is reported, everything at once; the draft holds the rest.
pub fn parse(source: SourceId, text: &str, diagnostics: &mut Diagnostics) -> Draft {
    read(source, text, &Progress::default(), diagnostics)
}

/// The same, telling how far it is.
pub(super) fn read(
    source: SourceId,
    text: &str,
    progress: &Progress,
    diagnostics: &mut Diagnostics,
) -> Draft {
    parse_by(source, text, CHUNK, progress, diagnostics)
}

fn parse_by(
    source: SourceId,
    text: &str,
    chunk: usize,
    progress: &Progress,
    diagnostics: &mut Diagnostics,
) -> Draft {
    // Brackets that do not match change how everything before them is read, and nearly all files have none.
    let (draft, found, lowered) = attempt(source, text, true, chunk, progress)
        .or_else(|Unbalanced| attempt(source, text, false, chunk, &Progress::default()))
        .unwrap_or_default();
    diagnostics.append(found);
    diagnostics.append(lowered);
    draft
}

/// The draft, what is wrong with the text, and what is wrong with the items.
fn attempt(
    source: SourceId,
    text: &str,
    is_balanced: bool,
    chunk: usize,
    progress: &Progress,
) -> Result<(Draft, Diagnostics, Diagnostics), Unbalanced> {
    let mut lowered = Diagnostics::default();
    let mut problems = Problems::new(source, &mut lowered);
    let mut lower = lower::Lower::new(&mut problems);
    let mut last = 0;
    let found = syntax::items(source, text, is_balanced, chunk, |item| {
        progress.advance((item.start - last) as u64);
        last = item.start;
        lower.item(item);
    })?;
    let draft = lower.finish();
    Ok((draft, found, lowered))
}

/// Reads a file that holds assertions and nothing else; what else it holds is reported.
///
/// ```
/// use whomay::diagnostic::Diagnostics;
/// use whomay::input::may;
/// use whomay::model::SourceId;
///
/// let mut diagnostics = Diagnostics::default();
/// let text = "assert nobody can legacy  assert anna kan wiki  group staff  assert everyone can wiki";
/// let assertions = may::assertions(SourceId(0), text, &mut diagnostics);
/// assert_eq!(assertions.iter().map(|one| one.text.as_str()).collect::<Vec<_>>(), [
///     "nobody can legacy",
///     "everyone can wiki",
/// ]);
/// let problems: Vec<&str> = diagnostics.iter().map(|one| one.code).collect();
/// assert_eq!(problems, ["bad-assertion", "misplaced"]);
/// ```
pub fn assertions(source: SourceId, text: &str, diagnostics: &mut Diagnostics) -> Vec<Assertion> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let attempt = |is_balanced| {
        let mut lowered = Diagnostics::default();
        let mut problems = Problems::new(source, &mut lowered);
        let mut found = Vec::new();
        let syntax = syntax::items(source, text, is_balanced, CHUNK, |item| {
            found.extend(lower::only_assertion(item, &mut problems));
        })?;
        Ok((found, syntax, lowered))
    };
    let (found, syntax, lowered) = attempt(true).or_else(|Unbalanced| attempt(false)).unwrap_or_default();
    diagnostics.append(syntax);
    diagnostics.append(lowered);
    found
}

/// Writes `world` as a file that reads as an equal world, apart from origins.
///
/// The release is written unless nobody named one; whoever reads the file then finds it in the input, and not
/// with the caller. Beyond that, two things that no input of authentik holds would change: applications, flows
/// and sources without a slug get their name as one, and objects that neither a name nor a primary key tells
/// from others cannot be referred to (users in such groups can: `group staff with anna`).
pub fn print(world: &World) -> String {
    print::print(world)
}

/// Writes the file `text` in its usual form: four spaces for each level, one blank line at most, items and
/// comments in their order. What is in brackets and on one line stays there. `None` when the file has syntax
/// errors, which are reported.
pub fn format(source: SourceId, text: &str, diagnostics: &mut Diagnostics) -> Option<String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let read = |is_balanced| syntax::items(source, text, is_balanced, CHUNK, drop);
    let found = read(true).or_else(|Unbalanced| read(false)).unwrap_or_default();
    let is_broken = found.has_errors();
    diagnostics.append(found);
    if is_broken {
        return None;
    }
    let mut tokens = Vec::new();
    Shaper::new(source, text, true, Form::Document).chunk(usize::MAX, &mut tokens).ok()?;
    Some(format::format(text, &tokens))
}

#[cfg(test)]
mod tests;
