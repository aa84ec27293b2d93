//! A case: how some of what is unknown turns out.

use rules::{Claim, Leaf, Outcome, Outcomes, RunId, UnknownId};
use rustc_hash::FxHashMap;

use crate::truth::Truth;

/// How one unknown turns out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Choice {
    Given(UnknownId, bool),
    Ends(RunId, Outcome),
}

/// What is assumed, in the order in which it was.
#[derive(Default)]
pub(super) struct Case {
    choices: Vec<Choice>,
    given: FxHashMap<UnknownId, bool>,
    ends: FxHashMap<RunId, Outcome>,
}

impl Choice {
    /// What it claims.
    pub(super) fn claim(self) -> Claim {
        match self {
            Self::Given(unknown, holds) => Claim::Given(unknown, holds),
            Self::Ends(run, end) => Claim::Ends(run, Outcomes::only(end)),
        }
    }
}

impl Case {
    /// Assumes one more thing.
    pub(super) fn push(&mut self, choice: Choice) {
        self.choices.push(choice);
        match choice {
            Choice::Given(unknown, holds) => drop(self.given.insert(unknown, holds)),
            Choice::Ends(run, end) => drop(self.ends.insert(run, end)),
        }
    }

    /// Takes back what was assumed last.
    pub(super) fn pop(&mut self) {
        match self.choices.pop() {
            Some(Choice::Given(unknown, _)) => drop(self.given.remove(&unknown)),
            Some(Choice::Ends(run, _)) => drop(self.ends.remove(&run)),
            None => {}
        }
    }

    /// What it says of an unknown.
    pub(super) fn given(&self, unknown: UnknownId) -> Option<bool> {
        self.given.get(&unknown).copied()
    }

    /// How it lets a run end.
    pub(super) fn end(&self, run: RunId) -> Option<Outcome> {
        self.ends.get(&run).copied()
    }

    /// All that it says of unknowns.
    pub(super) fn all_given(&self) -> impl Iterator<Item = (UnknownId, bool)> {
        self.choices.iter().filter_map(|choice| match choice {
            Choice::Given(unknown, holds) => Some((*unknown, *holds)),
            Choice::Ends(..) => None,
        })
    }

    /// What it says about a leaf of the circuit.
    pub(super) fn truth(&self, leaf: Leaf) -> Option<Truth> {
        match leaf {
            Leaf::Given(unknown) => self.given(unknown).map(Truth::known),
            Leaf::Ends(run, wanted) => self.end(run).map(|end| Truth::known(wanted.contains(end))),
            _ => None,
        }
    }
}
