//! How can the unknowns turn out that a gate asks about more than once?

use rules::{Leaf, Outcome, RunId, UnknownId};
use rustc_hash::FxHashMap;

use super::super::column::Column;
use super::super::extents::Extents;
use super::Op;
use crate::subjects::Subjects;
use crate::truth::{Ends, Truth};

/// Something unknown.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum Variable {
    Run(RunId),
    Given(UnknownId),
}

/// One way that unknowns can turn out.
#[derive(Clone, Default)]
pub(crate) struct Case(Vec<Choice>);

#[derive(Clone, Copy)]
enum Choice {
    Ends(RunId, Outcome),
    Given(UnknownId, bool),
}

/// As many cases are read for one gate.
const MOST_CASES: usize = 1_024;

pub(super) fn variable(leaf: Leaf) -> Option<Variable> {
    match leaf {
        Leaf::Ends(run, _) => Some(Variable::Run(run)),
        Leaf::Given(unknown) => Some(Variable::Given(unknown)),
        _ => None,
    }
}

/// Whether `variable` is unknown for somebody.
pub(super) fn is_unknown(variable: Variable, extents: &Extents) -> bool {
    match variable {
        Variable::Run(run) => extents.ends(run).has_unknown(),
        Variable::Given(_) => true,
    }
}

/// The unknowns that occur more than once on the ways to the root.
pub(super) fn shared(ops: &[Op], extents: &Extents) -> Vec<Variable> {
    let mut ways = vec![0_u8; ops.len()];
    if let Some(root) = ways.last_mut() {
        *root = 1;
    }
    let mut occurrences: FxHashMap<Variable, u8> = FxHashMap::default();
    for (slot, op) in ops.iter().enumerate().rev() {
        let here = ways.get(slot).copied().unwrap_or_default();
        let mut add = |input: usize| {
            if let Some(ways) = ways.get_mut(input) {
                *ways = ways.saturating_add(here);
            }
        };
        match op {
            Op::True => {}
            Op::Leaf(leaf) => {
                if let Some(variable) = variable(*leaf) {
                    let count = occurrences.entry(variable).or_default();
                    *count = count.saturating_add(here);
                }
            }
            Op::Not(input) => add(*input),
            Op::And(a, b) | Op::Or(a, b) => {
                add(*a);
                add(*b);
            }
        }
    }
    let mut shared: Vec<Variable> =
        occurrences.into_iter().filter(|(_, count)| *count > 1).map(|(variable, _)| variable).collect();
    shared.retain(|variable| is_unknown(*variable, extents));
    shared.sort_unstable();
    shared
}

/// Every way that `variables` can turn out together, as long as there are few enough; and whether there were not.
pub(super) fn cases(variables: &[Variable], extents: &Extents) -> (Vec<Case>, bool) {
    let mut cases = vec![Case::default()];
    for variable in variables {
        let choices: Vec<Choice> = match variable {
            Variable::Given(unknown) => [true, false].map(|holds| Choice::Given(*unknown, holds)).to_vec(),
            Variable::Run(run) => {
                let possible = match extents.ends(*run) {
                    Column::All(ends) => *ends,
                    Column::Each(each) => {
                        each.iter().map(|(ends, _)| *ends).reduce(Ends::or).unwrap_or(Ends::UNKNOWN)
                    }
                };
                let is_possible = |end: &Outcome| possible.bits() & rules::Outcomes::only(*end).bits() != 0;
                Outcome::ALL.into_iter().filter(is_possible).map(|end| Choice::Ends(*run, end)).collect()
            }
        };
        if cases.len() * choices.len() > MOST_CASES {
            return (cases, true);
        }
        cases = cases
            .iter()
            .flat_map(|case| choices.iter().map(|choice| Case([case.0.as_slice(), &[*choice]].concat())))
            .collect();
    }
    (cases, false)
}

impl Case {
    /// What the case says about `leaf`.
    pub(crate) fn truth(&self, leaf: Leaf) -> Option<Truth> {
        self.0.iter().find_map(|choice| match (choice, leaf) {
            (Choice::Ends(run, end), Leaf::Ends(asked, wanted)) if *run == asked => {
                Some(Truth::known(wanted.contains(*end)))
            }
            (Choice::Given(unknown, holds), Leaf::Given(asked)) if *unknown == asked => {
                Some(Truth::known(*holds))
            }
            _ => None,
        })
    }

    /// Whether it can turn out so for `subject`.
    pub(super) fn is_possible(&self, subject: usize, extents: &Extents) -> bool {
        self.0.iter().all(|choice| match choice {
            Choice::Ends(run, end) => {
                extents.ends(*run).get(subject).bits() & rules::Outcomes::only(*end).bits() != 0
            }
            Choice::Given(..) => true,
        })
    }

    /// For which of `subjects` it can turn out so.
    pub(crate) fn possible(&self, subjects: usize, extents: &Extents) -> Subjects {
        let mut possible = Subjects::all(subjects);
        for choice in &self.0 {
            let Choice::Ends(run, end) = choice else { continue };
            let is_possible = |ends: Ends| ends.bits() & rules::Outcomes::only(*end).bits() != 0;
            let mut these = Subjects::none(subjects);
            match extents.ends(*run) {
                Column::All(ends) if is_possible(*ends) => continue,
                Column::All(_) => {}
                Column::Each(each) => {
                    let found = each.iter().filter(|(ends, _)| is_possible(*ends));
                    found.for_each(|(_, set)| set.add_to(&mut these, subjects));
                }
            }
            possible.keep(&these);
        }
        possible
    }
}
