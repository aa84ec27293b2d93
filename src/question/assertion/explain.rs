//! Why a user gets a target, or does not: what a counterexample shows.

use super::super::Context;
use super::super::describe::why_otherwise;
use super::Got;
use crate::model::{Origin, TargetId, UserId};
use crate::reason::{Compared, Decider};
use crate::truth::Verdict;

/// Why one user gets one target, or does not.
pub(super) struct Explained {
    pub(super) got: Got,
    /// In words: `anna can access app:wiki: group staff (order 0), anna > staff`.
    pub(super) sentence: String,
    /// The binding that decides.
    pub(super) binding: Option<Origin>,
}

impl Context<'_> {
    /// Explains what `user` gets of `target`. All that is said of a counterexample who exists is said here.
    pub(super) fn explain(&self, user: UserId, target: TargetId, compared: Compared) -> Explained {
        let world = self.world();
        let answer = self.reasoner.answer(user, target);
        let asked = match compared {
            Compared::Verdicts => answer.verdict,
            Compared::Effective => answer.effective,
        };
        let row = world.users.row(user);
        let kind = world.targets.row(target).kind().as_str();
        // What is found in the end need not rest on what decides the verdict.
        let is_decided = asked == answer.verdict && asked != Verdict::Depends;
        let because = if is_decided {
            let path = self.path_in_words(answer.decider, user);
            let decides = self.decider_in_words(answer.decider, answer.verdict, target);
            if path.is_empty() { decides } else { format!("{decides}, {path}") }
        } else if asked == Verdict::Depends {
            format!("that depends on {}", self.unknowns_in_words(&answer.unknowns))
        } else {
            why_otherwise(row.active, answer.effective, kind).to_owned()
        };
        let verb = match asked {
            Verdict::Yes => "can access",
            Verdict::No => "cannot access",
            Verdict::Depends => "may or may not access",
        };
        let address = world.target_address(target);
        let sentence = match because.as_str() {
            "" => format!("`{}` {verb} `{address}`", row.username),
            because => format!("`{}` {verb} `{address}`: {because}", row.username),
        };
        let binding = match answer.decider {
            Decider::Binding(id) if is_decided => Some(world.bindings.row(id).origin),
            _ => None,
        };
        let got = Got {
            target: self.target(target),
            verdict: Some(answer.verdict),
            effective: Some(answer.effective),
            decided_by: self.decided_by(answer.decider, user),
        };
        Explained { got, sentence, binding }
    }
}
