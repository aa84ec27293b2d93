//! Possible: everybody that there could be.
//!
//! A user who is yet to be created may be in any groups, together with all above them, and is none of the users that
//! there are; what code says of them is open unless it says the same of everyone. A formula is decided for all of them
//! at once: a question is answered either way until what is asked for is certain or impossible.

mod walk;

use rules::{GateId, GroupId as Group, Leaf, Node, Nodes};
use rustc_hash::FxHashMap;

use super::cone::Cone;
use super::runs::Run;
use crate::model::{GroupId, PolicyId, UserId};
use crate::truth::{Ends, Truth};
use walk::Walk;
pub(super) use walk::{Certainty, Question};

/// So many gates are looked at before a search is given up.
const MOST_WORK: usize = 4_000_000;

/// Something that holds for some of the users that there could be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Formula(pub(super) GateId);

/// What a search found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Search {
    /// Somebody.
    Found(Witness),
    /// Nobody, and there cannot be anybody.
    Nobody,
    /// Nothing; it would take too long.
    GivenUp,
}

/// Somebody of whom something holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Witness {
    /// A user that there is.
    Listed(UserId),
    /// Somebody who has not logged in.
    Anonymous,
    /// A user that there could be.
    New {
        /// The groups, among those that are asked for, that the user is in; no others.
        groups: Vec<GroupId>,
        /// How policies end for the user, where that matters.
        ends: Vec<(PolicyId, Ends)>,
    },
}

/// The users that there could be.
pub struct Possible<'r> {
    /// Direct members of the second group are members of the first.
    pub(super) counts: &'r [(Group, Group)],
    /// Whether memberships reach through so many levels only.
    pub(super) limited: bool,
    /// How many users are listed, where others are there who are not: those may be in any groups, too.
    pub(super) listed: Option<usize>,
    /// In which ways each run may end, one bit each.
    pub(super) ends: Vec<u8>,
    pub(super) runs: &'r [Run],
}

/// A question about one user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Variable {
    Real,
    Member(Group),
    Run(rules::RunId),
    Other(Leaf),
}

/// For a question with two answers: yes may be right, and no may be.
const YES: u8 = 1;
const NO: u8 = 1 << 1;

enum Op {
    True,
    /// A question, and the answers that make it hold.
    Leaf(usize, u8),
    Constant(Truth),
    Not(usize),
    And(usize, usize),
    Or(usize, usize),
}

/// The gates below some formulas, inputs first, and the questions that they rest on.
#[derive(Default)]
struct Problem {
    ops: Vec<Op>,
    roots: Vec<usize>,
    variables: Vec<Variable>,
    /// Which answers are possible at first.
    start: Vec<u8>,
    /// What is a member of the first group is one of the second: positions among the questions.
    implied: Vec<(usize, usize)>,
}

impl Possible<'_> {
    /// Looks for somebody of whom `test` holds. With `anonymous`, that may be somebody who has not logged in.
    pub(super) fn search(
        &self,
        nodes: &Nodes,
        formulas: &[Formula],
        anonymous: bool,
        test: impl Fn(&[Truth]) -> Truth,
    ) -> Search {
        let problem = self.problem(nodes, formulas, anonymous);
        match problem.walk(problem.start.clone(), |_| true, test, &mut 0) {
            Walk::Found(answers) => Search::Found(self.witness(&problem, &answers)),
            Walk::Nobody => Search::Nobody,
            Walk::GivenUp => Search::GivenUp,
        }
    }

    /// What is known of `formulas` for a user who is in no group.
    pub(super) fn stranger(&self, nodes: &Nodes, formulas: &[Formula]) -> Vec<Truth> {
        let mut problem = self.problem(nodes, formulas, false);
        for (variable, start) in problem.variables.iter().zip(&mut problem.start) {
            if matches!(variable, Variable::Member(_)) {
                *start = NO;
            }
        }
        let mut values = Vec::with_capacity(problem.ops.len());
        problem.values(&problem.start, &mut values);
        problem.roots.iter().map(|slot| values.get(*slot).copied().unwrap_or(Truth::UNKNOWN)).collect()
    }

    fn problem(&self, nodes: &Nodes, formulas: &[Formula], anonymous: bool) -> Problem {
        let mut problem = Problem::default();
        self.extend(&mut problem, nodes, formulas, anonymous, 0, &mut FxHashMap::default());
        problem.implied = self.implied(&problem.variables);
        problem
    }

    /// The same where each formula is about a request of its own: of the request they share nothing.
    fn apart(&self, nodes: &Nodes, formulas: &[Formula]) -> Problem {
        let mut problem = Problem::default();
        let mut numbers = FxHashMap::default();
        for (request, formula) in formulas.iter().enumerate() {
            self.extend(&mut problem, nodes, std::slice::from_ref(formula), false, request, &mut numbers);
        }
        problem.implied = self.implied(&problem.variables);
        problem
    }

    /// Adds the gates below `formulas`, which are about one request.
    fn extend(
        &self,
        problem: &mut Problem,
        nodes: &Nodes,
        formulas: &[Formula],
        anonymous: bool,
        request: usize,
        numbers: &mut FxHashMap<(usize, Variable), usize>,
    ) {
        let gates = Cone::of(nodes, formulas.iter().map(|formula| formula.0));
        let first = problem.ops.len();
        let slot = |gate: GateId| first + gates.slot(gate);
        problem.roots.extend(formulas.iter().map(|formula| slot(formula.0)));
        for gate in gates.gates() {
            let op = match nodes.get(*gate) {
                Some(Node::True) => Op::True,
                Some(Node::Leaf(leaf)) => self.leaf(leaf, anonymous, request, problem, numbers),
                Some(Node::Not(input)) => Op::Not(slot(input)),
                Some(Node::And(a, b)) => Op::And(slot(a), slot(b)),
                Some(Node::Or(a, b)) => Op::Or(slot(a), slot(b)),
                None => Op::Constant(Truth::UNKNOWN),
            };
            problem.ops.push(op);
        }
    }

    fn leaf(
        &self,
        leaf: Leaf,
        anonymous: bool,
        request: usize,
        problem: &mut Problem,
        numbers: &mut FxHashMap<(usize, Variable), usize>,
    ) -> Op {
        let (variable, possible, wanted) = match leaf {
            Leaf::Is(user) if self.listed.is_some_and(|listed| user.0 as usize >= listed) => {
                (Variable::Other(leaf), YES | NO, YES)
            }
            // A new user is none of those that there are.
            Leaf::Is(_) => return Op::Constant(Truth::NO),
            Leaf::Real if !anonymous => return Op::Constant(Truth::YES),
            Leaf::Real => (Variable::Real, YES | NO, YES),
            Leaf::Member(group) => (Variable::Member(group), YES | NO, YES),
            Leaf::Ends(run, wanted) => {
                let possible = self.ends.get(run.0 as usize).copied().unwrap_or(rules::Outcomes::ANY.bits());
                (Variable::Run(run), possible, wanted.bits())
            }
            // Who is created may log in.
            Leaf::Active => return Op::Constant(Truth::YES),
            Leaf::Takes(..) | Leaf::Given(_) => (Variable::Other(leaf), YES | NO, YES),
        };
        // What a user is, the user is in every request.
        let of_request = matches!(variable, Variable::Run(_) | Variable::Other(Leaf::Given(_)));
        let scope = if of_request { request } else { 0 };
        let number = *numbers.entry((scope, variable)).or_insert_with(|| {
            problem.variables.push(variable);
            problem.start.push(possible);
            problem.variables.len() - 1
        });
        Op::Leaf(number, wanted)
    }

    /// Which memberships bring which others along.
    fn implied(&self, variables: &[Variable]) -> Vec<(usize, usize)> {
        let members: Vec<(usize, Group)> = variables
            .iter()
            .enumerate()
            .filter_map(|(number, variable)| match variable {
                Variable::Member(group) => Some((number, *group)),
                _ => None,
            })
            .collect();
        let real = variables.iter().position(|variable| *variable == Variable::Real);
        let mut implied: Vec<(usize, usize)> =
            members.iter().filter_map(|(number, _)| Some((*number, real?))).collect();
        let numbers: FxHashMap<Group, usize> =
            members.iter().map(|(number, group)| (*group, *number)).collect();
        for (above, group) in &members {
            let start = self.counts.partition_point(|(counted, _)| counted < group);
            let end = self.counts.partition_point(|(counted, _)| counted <= group);
            let direct = self.counts.get(start..end).unwrap_or_default();
            // Whatever brings a group along counts for it, so where little does, nothing else is looked at.
            let mut brought = |below: usize, other: Group, is_known: bool| {
                if below != *above && (is_known || self.brings(other, *group)) {
                    implied.push((below, *above));
                }
            };
            if direct.len() <= members.len() {
                for (_, other) in direct {
                    if let Some(below) = numbers.get(other) {
                        brought(*below, *other, !self.limited);
                    }
                }
            } else {
                members.iter().for_each(|(below, other)| brought(*below, *other, false));
            }
        }
        implied
    }

    /// Whether every member of `below` is one of `above`.
    fn brings(&self, below: Group, above: Group) -> bool {
        let counts = |group| self.counts.binary_search(&(above, group)).is_ok();
        if !self.limited {
            return counts(below);
        }
        let start = self.counts.partition_point(|(group, _)| *group < below);
        let mut members = self.counts.iter().skip(start).take_while(|(group, _)| *group == below);
        members.all(|(_, direct)| counts(*direct))
    }

    fn witness(&self, problem: &Problem, answers: &[u8]) -> Witness {
        let answered = || problem.variables.iter().zip(answers);
        if answered().any(|(variable, answer)| *variable == Variable::Real && *answer == NO) {
            return Witness::Anonymous;
        }
        let groups = answered().filter_map(|(variable, answer)| match variable {
            Variable::Member(group) if *answer == YES => Some(GroupId(group.0)),
            _ => None,
        });
        let mut groups: Vec<GroupId> = groups.collect();
        groups.sort_unstable();
        let ends = answered().filter_map(|(variable, answer)| {
            let Variable::Run(run) = variable else { return None };
            let run = self.runs.get(run.0 as usize)?;
            let end = Ends::UNKNOWN.each().find(|end| end.bits() == *answer)?;
            (!run.judged.judgement.anyone).then_some((run.policy, end))
        });
        let mut ends: Vec<(PolicyId, Ends)> = ends.collect();
        ends.sort_unstable();
        Witness::New { groups, ends }
    }
}

impl Problem {
    fn values(&self, answers: &[u8], values: &mut Vec<Truth>) {
        values.clear();
        for op in &self.ops {
            let at = |slot: &usize| values.get(*slot).copied().unwrap_or(Truth::UNKNOWN);
            values.push(match op {
                Op::True => Truth::YES,
                Op::Constant(truth) => *truth,
                Op::Leaf(variable, wanted) => {
                    let possible = answers.get(*variable).copied().unwrap_or_default();
                    Truth { must: possible & !wanted == 0, may: possible & wanted != 0 }
                }
                Op::Not(input) => at(input).negated(),
                Op::And(a, b) => at(a).and(at(b)),
                Op::Or(a, b) => at(a).or(at(b)),
            });
        }
    }

    /// A question that is open and has a part in what is not certain yet.
    fn open_question(&self, values: &[Truth], answers: &[u8]) -> Option<usize> {
        let is_open = |slot: usize| values.get(slot).is_some_and(|truth| !truth.is_known());
        self.roots.iter().filter(|root| is_open(**root)).find_map(|root| {
            let mut here = *root;
            loop {
                here = match self.ops.get(here)? {
                    Op::Leaf(variable, _) => {
                        let possible = answers.get(*variable).copied().unwrap_or_default();
                        return (!possible.is_power_of_two()).then_some(*variable);
                    }
                    Op::True | Op::Constant(_) => return None,
                    Op::Not(input) => *input,
                    Op::And(a, b) | Op::Or(a, b) => {
                        if is_open(*a) {
                            *a
                        } else {
                            *b
                        }
                    }
                };
            }
        })
    }

    /// The answers with all open memberships denied. `None` where none is open, or where they contradict each other.
    fn in_nothing_else(&self, answers: &[u8]) -> Option<Vec<u8>> {
        let mut alone = answers.to_vec();
        let mut changes = false;
        for (variable, answer) in self.variables.iter().zip(&mut alone) {
            if matches!(variable, Variable::Member(_)) && *answer == YES | NO {
                (*answer, changes) = (NO, true);
            }
        }
        (changes && self.settle(&mut alone)).then_some(alone)
    }

    /// Adds what follows from the answers. `false` where they contradict each other.
    fn settle(&self, answers: &mut [u8]) -> bool {
        let mut changed = true;
        while changed {
            changed = false;
            for (below, above) in &self.implied {
                let at = |number: &usize| answers.get(*number).copied().unwrap_or_default();
                let (is_below, is_above) = (at(below), at(above));
                let (still_below, still_above) = (
                    if is_above & YES == 0 { is_below & NO } else { is_below },
                    if is_below & NO == 0 { is_above & YES } else { is_above },
                );
                if still_below == 0 || still_above == 0 {
                    return false;
                }
                if (still_below, still_above) != (is_below, is_above) {
                    changed = true;
                    for (number, still) in [(below, still_below), (above, still_above)] {
                        if let Some(slot) = answers.get_mut(*number) {
                            *slot = still;
                        }
                    }
                }
            }
        }
        true
    }
}
