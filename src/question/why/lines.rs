//! Reasons as lines, each below what it is a reason for.

use std::collections::BTreeMap;

use serde::Serialize;

use super::words::Words;
use crate::model::{BindingId, Origin, TargetId, UserId};
use crate::policy::Seen;
use crate::proof::Shown;
use crate::question::Context;
use crate::reason::explain::{Because, Claim, Reason, Reasons, Rule};
use crate::truth::Verdict;

/// A reason in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WhyLine {
    /// How far it is below the verdict.
    pub depth: usize,
    /// The reason.
    pub text: String,
    /// Where that was read from.
    pub place: Option<String>,
    #[serde(skip)]
    pub(super) origin: Origin,
    /// Whether something holds because of it, or does not; of assumptions and values neither.
    #[serde(skip)]
    pub(in crate::question) holds: Option<bool>,
}

/// So many reasons for the same are shown, if not all are asked for.
const FIRST: usize = 8;

struct Lines<'l> {
    context: Context<'l>,
    words: Words<'l>,
    reasons: &'l Reasons,
    seen: BTreeMap<usize, Vec<Seen>>,
    all: bool,
    found: Vec<WhyLine>,
}

/// The lines of `reasons`.
pub(super) fn of(context: Context<'_>, reasons: &Reasons, all: bool) -> Vec<WhyLine> {
    let seen = reasons.seen(context.reasoner);
    let words = Words { context, reasons };
    let mut lines = Lines { context, words, reasons, seen, all, found: Vec::new() };
    lines.shown(reasons.verdict, reasons.verdict_shown, false);
    // What is the same in the end need not be said twice.
    if reasons.effective != reasons.verdict || context.reasoner.has_reach(reasons.target) {
        lines.shown(reasons.effective, reasons.effective_shown, true);
    }
    lines.found
}

/// The lines for `user` and `target`.
pub(in crate::question) fn why_lines(context: Context<'_>, user: UserId, target: TargetId) -> Vec<WhyLine> {
    of(context, &context.reasoner.reasons(user, target), false)
}

/// What is certain of a binding of the target, and why.
pub(super) fn detail(context: Context<'_>, reasons: &Reasons, id: BindingId) -> Option<String> {
    Some(Words { context, reasons }.text(reasons.of_binding(id)?))
}

impl Lines<'_> {
    fn add(&mut self, depth: usize, text: String, origin: Origin) {
        let place = self.context.place(origin);
        self.found.push(WhyLine { depth, text, place, origin, holds: None });
    }

    fn shown(&mut self, verdict: Verdict, shown: Shown, in_the_end: bool) {
        match shown {
            Shown::Decided(reason) => self.reason(reason, 0),
            Shown::Depends { yes, no } => {
                self.add(0, self.words.depends(in_the_end), Origin::None);
                for (reason, answer) in [(yes, "yes"), (no, "no")] {
                    self.add(1, format!("{answer}, if"), Origin::None);
                    for assumed in self.assumed(reason) {
                        self.add(2, self.words.assumed(assumed), self.words.origin(assumed));
                    }
                    self.add(1, "because then".to_owned(), Origin::None);
                    self.reason(reason, 2);
                }
            }
            Shown::Nothing => {
                let text = format!(
                    "{}: {verdict}, and too much is unknown to show how",
                    self.words.title(in_the_end)
                );
                self.add(0, text, Origin::None);
            }
        }
    }

    /// What a reason rests on that is assumed.
    fn assumed(&self, reason: usize) -> Vec<Claim> {
        let mut found = Vec::new();
        let mut queue = vec![reason];
        let mut seen = vec![false; self.reasons.all.len()];
        while let Some(number) = queue.pop() {
            let Some(slot) = seen.get_mut(number).filter(|seen| !**seen) else { continue };
            *slot = true;
            let Some(reason) = self.reasons.all.get(number) else { continue };
            if reason.because == Because::Assumed {
                found.push(reason.claim);
            }
            queue.extend(reason.from.iter().rev());
        }
        found
    }

    fn reason(&mut self, number: usize, depth: usize) {
        let Some(reason) = self.reasons.all.get(number) else { return };
        match (&reason.because, reason.from.as_slice()) {
            (Because::Cases, from) => self.cases(from, depth),
            (Because::Assumed, _) => {}
            // Steps that only hand on what is below them.
            (
                Because::Rule(Rule::HasMode | Rule::AsVerdict | Rule::PartPasses | Rule::NoPartPasses),
                [below],
            ) if !matches!(reason.claim, Claim::Verdict(..)) && !self.is_fact(*below) => {
                self.reason(*below, depth);
            }
            _ => {
                self.add(depth, self.words.text(reason), self.words.origin(reason.claim));
                if let Some(line) = self.found.last_mut() {
                    line.holds = holds(reason.claim);
                }
                self.below(reason, depth + 1);
            }
        }
    }

    /// Whether a reason is one that the configuration says itself.
    fn is_fact(&self, number: usize) -> bool {
        self.reasons.all.get(number).is_some_and(|reason| reason.because == Because::Fact)
    }

    fn below(&mut self, reason: &Reason, depth: usize) {
        let is_row =
            matches!(reason.claim, Claim::Row(..)) && reason.from.iter().all(|fact| self.is_fact(*fact));
        if is_row || matches!(reason.claim, Claim::Match(..)) {
            // Its words say it all but where the membership stands.
            for fact in reason.from.iter().filter_map(|fact| self.reasons.all.get(*fact)) {
                if let Some((text, origin)) = self.words.membership(fact.claim) {
                    self.add(depth, text, origin);
                }
            }
            return;
        }
        if let Claim::Policy(..) = reason.claim {
            reason.from.iter().for_each(|said| self.said(*said, depth));
            return;
        }
        let shown = if self.all { usize::MAX } else { FIRST };
        for below in reason.from.iter().take(shown) {
            self.reason(*below, depth);
        }
        let more = reason.from.len().saturating_sub(shown);
        if more > 0 {
            self.add(depth, format!("... {more} more"), Origin::None);
        }
    }

    /// How a policy ends: what it asks, and what its code looked at.
    fn said(&mut self, number: usize, depth: usize) {
        let Some(reason) = self.reasons.all.get(number) else { return };
        for answer in reason.from.iter().filter_map(|answer| self.reasons.all.get(*answer)) {
            self.add(depth, format!("assuming {}", self.words.assumed(answer.claim)), Origin::None);
        }
        for seen in self.seen.get(&number).cloned().unwrap_or_default() {
            self.add(depth, format!("{} is {}", seen.what, seen.found), Origin::None);
        }
        if let Some((text, origin)) = self.words.settings(reason.claim) {
            self.add(depth, text, origin);
        }
    }

    fn cases(&mut self, from: &[usize], depth: usize) {
        let (_, pairs) = from.split_at(from.len() % 2);
        self.add(depth, "whichever way this turns out:".to_owned(), Origin::None);
        for pair in pairs.chunks(2) {
            let [assumed, shown] = pair else { continue };
            if let Some(assumed) = self.reasons.all.get(*assumed) {
                let text = format!("if {}", self.words.assumed(assumed.claim));
                self.add(depth + 1, text, self.words.origin(assumed.claim));
            }
            self.reason(*shown, depth + 2);
        }
    }
}

/// Whether a claim is that something holds.
fn holds(claim: Claim) -> Option<bool> {
    match claim {
        Claim::Ends(..) | Claim::Given(..) => None,
        Claim::Member(_, holds)
        | Claim::Is(_, holds)
        | Claim::Active(holds)
        | Claim::Match(_, holds)
        | Claim::Policy(_, holds)
        | Claim::Row(_, holds)
        | Claim::Together(_, holds)
        | Claim::Under(_, _, holds)
        | Claim::Verdict(_, holds)
        | Claim::Opens(_, holds)
        | Claim::Enters(holds)
        | Claim::Visible(_, holds)
        | Claim::Reach(_, holds)
        | Claim::Effective(_, holds) => Some(holds),
    }
}
