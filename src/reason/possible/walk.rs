//! Goes through all answers, and tells apart what is so whatever the unknowns turn out to be.

use std::collections::BTreeMap;

use rules::{Leaf, Nodes, RunId, UnknownId};

use super::{Formula, MOST_WORK, NO, Op, Possible, Problem, Variable, YES};
use crate::model::GroupId;
use crate::truth::{Ends, Truth};

/// What was found on the way through all answers.
pub(super) enum Walk {
    Found(Vec<u8>),
    Nobody,
    GivenUp,
}

/// What is open about a user who could be created.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::reason) enum Question {
    Run(RunId),
    Given(UnknownId),
}

/// What can be said of everybody who could be created.
pub(in crate::reason) enum Certainty {
    /// There cannot be anybody of whom it holds.
    Nobody,
    /// It holds of whoever is in these groups, whatever the unknowns turn out to be.
    Certain(Vec<GroupId>),
    /// Of whoever is in these groups it may hold: that rests on these questions, and holds if they are answered so.
    Perhaps(Vec<GroupId>, Vec<Question>, Vec<(RunId, Ends)>),
    /// It would take too long.
    GivenUp,
}

impl Possible<'_> {
    /// Looks for groups that make `test` hold of whoever is in them and has logged in. Each formula is about a request of
    /// its own.
    pub(in crate::reason) fn certainty(
        &self,
        nodes: &Nodes,
        formulas: &[Formula],
        test: impl Fn(&[Truth]) -> Truth,
    ) -> Certainty {
        let problem = self.apart(nodes, formulas);
        let nesting = self.nesting(&problem);
        let groups = |answers: &[u8]| match &nesting {
            Some(nesting) => nesting.direct(answers),
            None => Some(problem.groups(answers)),
        };
        let is_possible = |answers: &[u8]| nesting.is_none() || groups(answers).is_some();
        let mut work = 0;
        match problem.walk_groups(&is_possible, &test, &mut work) {
            Walk::Found(answers) => return Certainty::Certain(groups(&answers).unwrap_or_default()),
            Walk::GivenUp => return Certainty::GivenUp,
            Walk::Nobody => {}
        }
        match problem.walk(problem.start.clone(), is_possible, &test, &mut work) {
            Walk::Nobody => Certainty::Nobody,
            Walk::GivenUp => Certainty::GivenUp,
            Walk::Found(answers) => {
                let ends = problem.variables.iter().zip(&answers).zip(&problem.start);
                let ends = ends.filter_map(|((variable, answer), start)| match variable {
                    Variable::Run(run) if answer != start => {
                        Some((*run, Ends::UNKNOWN.each().find(|end| end.bits() == *answer)?))
                    }
                    _ => None,
                });
                let groups = groups(&answers).unwrap_or_default();
                Certainty::Perhaps(groups, problem.questions(&answers), ends.collect())
            }
        }
    }

    /// What of nesting pairs of groups do not tell; nothing where it reaches through all levels.
    fn nesting(&self, problem: &Problem) -> Option<Nesting> {
        if !self.limited {
            return None;
        }
        let mut below: BTreeMap<GroupId, Vec<usize>> = BTreeMap::new();
        for (number, variable) in problem.variables.iter().enumerate() {
            let Variable::Member(group) = variable else { continue };
            let start = self.counts.partition_point(|(above, _)| above < group);
            let direct = self.counts.iter().skip(start).take_while(|(above, _)| above == group);
            direct.for_each(|(_, direct)| below.entry(GroupId(direct.0)).or_default().push(number));
        }
        let groups = problem.variables.iter().map(|variable| match variable {
            Variable::Member(group) => Some(GroupId(group.0)),
            _ => None,
        });
        Some(Nesting { groups: groups.collect(), below })
    }
}

/// Nesting that reaches through so many levels only: who is in a group may be in it through others only.
struct Nesting {
    /// The groups that questions are about.
    groups: Vec<Option<GroupId>>,
    /// What is answered with yes for the direct members of each group.
    below: BTreeMap<GroupId, Vec<usize>>,
}

impl Nesting {
    /// Groups to be directly in, so that `answers` are right; `None` where there are none.
    fn direct(&self, answers: &[u8]) -> Option<Vec<GroupId>> {
        let answer = |number: &usize| answers.get(*number).copied().unwrap_or_default();
        let is_allowed = |brings: &Vec<usize>| brings.iter().all(|number| answer(number) != NO);
        let mut direct: Vec<GroupId> = Vec::new();
        for (number, group) in self.groups.iter().enumerate() {
            let Some(group) = group.filter(|_| answer(&number) == YES) else { continue };
            let own = self.below.get_key_value(&group).into_iter();
            let mut ways = own.chain(&self.below).filter(|(_, brings)| brings.contains(&number));
            direct.push(*ways.find(|(_, brings)| is_allowed(brings))?.0);
        }
        direct.sort_unstable();
        direct.dedup();
        Some(direct)
    }
}

impl Problem {
    /// Looks for answers from `start` on that are possible and with which `test` holds; goes on with the `work` that was done before.
    pub(super) fn walk(
        &self,
        start: Vec<u8>,
        is_possible: impl Fn(&[u8]) -> bool,
        test: impl Fn(&[Truth]) -> Truth,
        work: &mut usize,
    ) -> Walk {
        let mut stack = vec![start];
        let mut values = Vec::with_capacity(self.ops.len());
        let mut completed = Vec::new();
        while let Some(answers) = stack.pop() {
            *work += self.ops.len() + 1;
            if *work > MOST_WORK {
                return Walk::GivenUp;
            }
            self.values(&answers, &mut values);
            let at = |slot: &usize| values.get(*slot).copied().unwrap_or(Truth::UNKNOWN);
            let roots: Vec<Truth> = self.roots.iter().map(at).collect();
            let truth = test(&roots);
            if truth.must && is_possible(&answers) {
                return Walk::Found(answers);
            }
            if !truth.may || !is_possible(&answers) {
                continue;
            }
            // Most often it is somebody who is in nothing else; that spares a step for each group.
            if let Some(alone) = self.in_nothing_else(&answers).filter(|alone| is_possible(alone)) {
                *work += self.ops.len();
                self.values(&alone, &mut completed);
                let at = |slot: &usize| completed.get(*slot).copied().unwrap_or(Truth::UNKNOWN);
                if test(&self.roots.iter().map(at).collect::<Vec<_>>()).must {
                    return Walk::Found(alone);
                }
            }
            let Some(open) = self.open_question(&values, &answers) else { return Walk::GivenUp };
            let possible = answers.get(open).copied().unwrap_or_default();
            // What is pushed last is tried first: a user in as few groups as may be.
            for answer in (0..4).map(|bit| 1 << bit).filter(|answer| possible & answer != 0) {
                let mut next = answers.clone();
                if let Some(slot) = next.get_mut(open) {
                    *slot = answer;
                }
                if self.settle(&mut next) {
                    stack.push(next);
                }
            }
        }
        Walk::Nobody
    }

    /// Looks for answers about groups with which `test` holds, whatever the answers to all other questions are.
    fn walk_groups(
        &self,
        is_possible: &impl Fn(&[u8]) -> bool,
        test: &impl Fn(&[Truth]) -> Truth,
        work: &mut usize,
    ) -> Walk {
        let mut stack = vec![self.start.clone()];
        let mut values = Vec::with_capacity(self.ops.len());
        while let Some(answers) = stack.pop() {
            *work += self.ops.len() + 1;
            if *work > MOST_WORK {
                return Walk::GivenUp;
            }
            self.values(&answers, &mut values);
            let at = |slot: &usize| values.get(*slot).copied().unwrap_or(Truth::UNKNOWN);
            let truth = test(&self.roots.iter().map(at).collect::<Vec<_>>());
            if truth.must && is_possible(&answers) {
                return Walk::Found(answers);
            }
            if !truth.may || !is_possible(&answers) {
                continue;
            }
            let is_group = |number: usize| matches!(self.variables.get(number), Some(Variable::Member(_)));
            let Some(open) = self.open(&values, &answers).into_iter().find(|number| is_group(*number)) else {
                // An unknown that is asked about twice may leave no doubt all the same.
                match self.walk(answers.clone(), is_possible, |roots| test(roots).negated(), work) {
                    Walk::Nobody => return Walk::Found(answers),
                    Walk::Found(_) => continue,
                    Walk::GivenUp => return Walk::GivenUp,
                }
            };
            for answer in [YES, NO] {
                let mut next = answers.clone();
                if let Some(slot) = next.get_mut(open) {
                    *slot = answer;
                }
                if self.settle(&mut next) {
                    stack.push(next);
                }
            }
        }
        Walk::Nobody
    }

    /// The questions that are open and have a part in what is not certain yet.
    fn open(&self, values: &[Truth], answers: &[u8]) -> Vec<usize> {
        let mut reached = vec![false; self.ops.len()];
        let mut found = Vec::new();
        for root in &self.roots {
            if let Some(slot) = reached.get_mut(*root) {
                *slot = true;
            }
        }
        for (slot, op) in self.ops.iter().enumerate().rev() {
            let is_open = values.get(slot).is_some_and(|truth| !truth.is_known());
            if !is_open || !reached.get(slot).copied().unwrap_or_default() {
                continue;
            }
            let inputs = match op {
                Op::Leaf(variable, _) => {
                    let possible = answers.get(*variable).copied().unwrap_or_default();
                    found.extend((!possible.is_power_of_two()).then_some(*variable));
                    continue;
                }
                Op::True | Op::Constant(_) => continue,
                Op::Not(input) => [*input, *input],
                Op::And(a, b) | Op::Or(a, b) => [*a, *b],
            };
            for input in inputs {
                if let Some(slot) = reached.get_mut(input) {
                    *slot = true;
                }
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// What is open beside memberships, where those are as in `answers`.
    fn questions(&self, answers: &[u8]) -> Vec<Question> {
        let groups_only = self.variables.iter().zip(answers).zip(&self.start);
        let groups_only = groups_only.map(|((variable, answer), start)| match variable {
            Variable::Member(_) if *answer == YES | NO => NO,
            Variable::Member(_) => *answer,
            _ => *start,
        });
        let groups_only: Vec<u8> = groups_only.collect();
        let mut values = Vec::with_capacity(self.ops.len());
        self.values(&groups_only, &mut values);
        let open = self.open(&values, &groups_only);
        let questions = open.into_iter().filter_map(|number| match self.variables.get(number)? {
            Variable::Run(run) | Variable::Other(Leaf::Takes(run, _)) => Some(Question::Run(*run)),
            Variable::Other(Leaf::Given(unknown)) => Some(Question::Given(*unknown)),
            _ => None,
        });
        let mut questions: Vec<Question> = questions.collect();
        questions.sort_unstable();
        questions.dedup();
        questions
    }

    /// The groups that somebody is in, by `answers`.
    fn groups(&self, answers: &[u8]) -> Vec<GroupId> {
        let groups = self.variables.iter().zip(answers).filter_map(|(variable, answer)| match variable {
            Variable::Member(group) if *answer == YES => Some(GroupId(group.0)),
            _ => None,
        });
        let mut groups: Vec<GroupId> = groups.collect();
        groups.sort_unstable();
        groups
    }
}
