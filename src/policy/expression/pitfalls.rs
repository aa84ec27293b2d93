//! Pitfalls: what code does that its author hardly means, read from its text alone.
//!
//! Each file looks for one of them. They err towards silence: what has a shape that is not known is no pitfall.

mod effects;
mod email;
mod ending;
mod groups;
mod helpers;
mod look;
mod results;
mod returned;
mod timeouts;
mod users;

use super::ast::Span;
use super::code::Code;
use crate::model::PolicyId;
use crate::policy::Study;
use look::Look;

/// Something that code does and that its author hardly means, and where.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pitfall {
    /// Where in the code.
    pub span: Span,
    /// What.
    pub kind: PitfallKind,
}

/// What code does.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PitfallKind {
    /// It takes the result of `ak_call_policy` for true or false, which is always true.
    ResultAsTruth,
    /// It may end without a `return`.
    NoReturn(Ending),
    /// It returns something else than a truth value: this.
    Returned(&'static str),
    /// It waits for another server, for as long as that takes.
    NoTimeout {
        /// Whether it does so with the `requests` that authentik gives to code.
        given: bool,
    },
    /// It compares an e-mail address letter by letter with this text.
    EmailCase(String),
    /// It asks for a group by its name.
    Group {
        /// The name.
        name: String,
        /// Whether the name must be the same letter by letter.
        exact: bool,
        /// How the group is found.
        lookup: Lookup,
    },
    /// It asks for a user by the username.
    User {
        /// The username.
        name: String,
        /// Whether the user is looked up, not compared with who asks.
        looked_up: bool,
    },
    /// It changes something outside of the request.
    Effect(Effect),
    /// It says something: to the user, or into a log.
    Speaks,
    /// It uses something that authentik defines for code: `ak_send_email`.
    Helper(&'static str),
    /// It asks for `groups` of the user, which are authentik's own in newer releases only.
    UserGroups,
}

/// How code ends without a `return`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ending {
    /// All that it returns elsewhere is `False`.
    OtherwiseFalse,
    /// It returns something elsewhere.
    Otherwise,
    /// It never returns anything, and drops what it worked out.
    Dropped,
}

/// Among which groups code looks for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lookup {
    /// Those that the user is a member of, through nesting too.
    Members,
    /// Those that the user is directly in: `ak_groups`.
    AkGroups,
    /// The same, as `groups`.
    Groups,
    /// All that there are.
    Database,
}

/// What code changes outside of the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// Rows of the database.
    Database,
    /// A password.
    Password,
    /// The groups of somebody.
    Membership,
    /// It sends an e-mail.
    Mail,
    /// It asks another server to change something.
    Request,
    /// It posts something to another server, which may be no more than a question.
    Post,
    /// It writes an event.
    Event,
}

/// The pitfalls in the code of `policy`, in the order of the text; none for a policy without code that is read.
pub fn pitfalls(study: &Study<'_>, policy: PolicyId) -> Vec<Pitfall> {
    let Some(Code::Ready(function)) = study.library.code(policy) else { return Vec::new() };
    of(&Look::at(function))
}

fn of(look: &Look<'_>) -> Vec<Pitfall> {
    let mut found = results::of(look);
    found.extend(ending::of(look));
    found.extend(returned::of(look));
    found.extend(timeouts::of(look));
    found.extend(email::of(look));
    found.extend(groups::of(look));
    found.extend(users::of(look));
    found.extend(effects::of(look));
    found.extend(helpers::of(look));
    found.sort();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::expression::parse::parse;

    /// What is found in `text`, each with the code that it is about.
    pub(super) fn found(text: &str) -> Vec<(PitfallKind, &str)> {
        let function = parse(text).unwrap_or_else(|unread| panic!("{text}: {unread:?}"));
        of(&Look::at(&function)).into_iter().map(|one| (one.kind, &text[one.span.range()])).collect()
    }

    /// The code of the pitfalls of `text` that `is_meant` takes.
    pub(super) fn code_of(text: &str, is_meant: impl Fn(&PitfallKind) -> bool) -> Vec<&str> {
        found(text).into_iter().filter(|(kind, _)| is_meant(kind)).map(|(_, code)| code).collect()
    }
}
