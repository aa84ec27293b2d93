//! From code to the ways in which it ends, for all subjects at once.
//!
//! One run for one subject tells on what its course depends. All who answer those tests alike take the same course,
//! so they are done, too; the next run is for somebody who is left.

use std::collections::BTreeSet;
use std::sync::Arc;

use indexmap::{IndexMap, IndexSet};
use rayon::prelude::*;
use rustc_hash::{FxBuildHasher, FxHashSet};

use super::ast::{Function, Span};
use super::code::Circumstances;
use super::column::{Columns, who};
use super::key::Key;
use super::ops::Data;
use super::run::{End, Question, RUNS_FOR_LONG, Reply, Run, Test};
use super::value::Who;
use super::values;
use crate::policy::way::{Atom, Way, Ways};
use crate::subjects::Subjects;
use crate::truth::Ends;

/// So many runs speak for many; after that, everybody who is left has a run of their own.
const MOST_SHARED: usize = 64;
/// With so many answers to what nobody can answer, one subject's run is given up on.
const MOST_RUNS: usize = 256;
/// Runs that speak for many take so many steps together at most, and those for one subject so many.
const MOST_WORK: usize = 16_000_000;
const MOST_WORK_FOR_ONE: usize = 4_000_000;
/// Whoever has runs of their own has at least so many steps, and their share of [`MOST_WORK`] if that is more.
const LEAST_WORK_ALONE: usize = 1_000;
/// So many different ways to end are kept apart.
const MOST_WAYS: usize = 512;

/// What came of it.
pub(super) struct Classes {
    pub(super) ways: Ways,
    /// What is not certain, and where.
    pub(super) unclear: BTreeSet<(Span, String)>,
    pub(super) reads_target: bool,
    /// Whether the course of any run rests on who the subject is.
    pub(super) reads_subject: bool,
    /// All that was asked of subjects who speak for others.
    pub(super) tests: IndexSet<Test, FxBuildHasher>,
    /// Those who spoke for others.
    pub(super) speakers: Vec<Who>,
    /// Whether somebody spoke for nobody else.
    pub(super) alone: bool,
}

/// One subject's course, with every answer to what nobody can answer.
struct Course {
    way: Way,
    tests: Vec<Test>,
    unclear: BTreeSet<(Span, String)>,
    reads_target: bool,
    /// How many steps that took.
    work: usize,
}

struct Explorer<'e> {
    data: &'e Data<'e>,
    circumstances: &'e Circumstances<'e>,
    code: &'e Function,
    subject: Who,
    /// Whether nobody else is spoken for.
    alone: bool,
    runs: usize,
    /// So many steps may still be taken.
    work: usize,
    course: Course,
}

pub(super) fn classify(
    data: &Data<'_>,
    circumstances: &Circumstances<'_>,
    columns: &Columns,
    code: &Function,
) -> Classes {
    let subjects = data.world.users.len() + 1;
    let mut left = Subjects::all(subjects);
    let mut ways = Known::new(subjects);
    let mut unclear = BTreeSet::new();
    let mut reads_target = false;
    let mut reads_subject = false;
    let mut tests = IndexSet::default();
    let mut speakers = Vec::new();
    let explore = |subject: usize, alone, work| {
        Explorer::new(data, circumstances, code, who(data, subject), alone, work).explore()
    };
    let mut work = MOST_WORK;
    for _ in 0..MOST_SHARED {
        let Some(first) = left.first() else { break };
        if work == 0 {
            break;
        }
        let course = explore(first, false, work.min(MOST_WORK_FOR_ONE));
        work = work.saturating_sub(course.work);
        speakers.push(who(data, first));
        let mut alike = left.clone();
        for test in needed(&course.tests) {
            columns.keep(data, test, &mut alike);
        }
        // Terms that say something else than the run did would speak for the wrong ones.
        debug_assert!(alike.contains(first), "subject {first} is not like itself: {:?}", course.tests);
        unclear.extend(course.unclear);
        reads_target |= course.reads_target;
        reads_subject |= !course.tests.is_empty();
        tests.extend(course.tests);
        alike.insert(first);
        left.remove(&alike);
        ways.takers(course.way, &mut unclear).extend(&alike);
    }
    let rest: Vec<usize> = left.iter().collect();
    let alone = !rest.is_empty();
    if alone {
        reads_subject = true;
        let share = (MOST_WORK / rest.len()).clamp(LEAST_WORK_ALONE, MOST_WORK_FOR_ONE);
        let courses: Vec<(usize, Course)> =
            rest.into_par_iter().map(|subject| (subject, explore(subject, true, share))).collect();
        for (subject, course) in courses {
            unclear.extend(course.unclear);
            reads_target |= course.reads_target;
            ways.takers(course.way, &mut unclear).insert(subject);
        }
    }
    let ways = ways.ways.into_iter().map(|(way, subjects)| (way, Arc::new(subjects)));
    Classes { ways: Ways(ways.collect()), unclear, reads_target, reads_subject, tests, speakers, alone }
}

/// What the first subject is asked about by which users are told apart.
pub(super) fn keys(data: &Data<'_>, circumstances: &Circumstances<'_>, code: &Function) -> Vec<Key> {
    let course = Explorer::new(data, circumstances, code, who(data, 0), false, MOST_WORK_FOR_ONE).explore();
    let mut keys = Vec::new();
    for test in needed(&course.tests) {
        let mut term = Some(&test.term);
        while let Some(found) = term {
            keys.extend(Key::of(found));
            term = values::part(found);
        }
    }
    keys
}

/// The ways that are known so far, and who takes them.
struct Known {
    ways: IndexMap<Way, Subjects, FxBuildHasher>,
    /// How many subjects there are.
    subjects: usize,
}

impl Known {
    fn new(subjects: usize) -> Self {
        Self { ways: IndexMap::default(), subjects }
    }

    /// Those who take `way`, or the one that stands for all that are too many.
    fn takers(&mut self, way: Way, unclear: &mut BTreeSet<(Span, String)>) -> &mut Subjects {
        let way = if self.ways.len() >= MOST_WAYS && !self.ways.contains_key(&way) {
            unclear.insert((Span::default(), "too many ways in which this can end".to_owned()));
            Way::Ends(Ends::UNKNOWN)
        } else {
            way
        };
        self.ways.entry(way).or_insert_with(|| Subjects::none(self.subjects))
    }
}

/// The tests without those that others answer anyway: what has a truth has a value, and so has what it is made of.
pub(super) fn needed(tests: &[Test]) -> impl Iterator<Item = &Test> {
    let mut answered = FxHashSet::default();
    for test in tests {
        match test.reply {
            Reply::Truth(_) | Reply::Is(_) => test.term.collect(&mut answered),
            Reply::Fine => test.term.parts().iter().for_each(|part| part.collect(&mut answered)),
            Reply::Raises(_) | Reply::Unclear(_) => {}
        }
    }
    tests.iter().filter(move |test| test.reply != Reply::Fine || !answered.contains(test.term.as_ref()))
}

impl<'e> Explorer<'e> {
    fn new(
        data: &'e Data<'e>,
        circumstances: &'e Circumstances<'e>,
        code: &'e Function,
        subject: Who,
        alone: bool,
        work: usize,
    ) -> Self {
        let course = Course {
            way: Way::Ends(Ends::UNKNOWN),
            tests: Vec::new(),
            unclear: BTreeSet::new(),
            reads_target: false,
            work: 0,
        };
        Self { data, circumstances, code, subject, alone, runs: 0, work, course }
    }

    fn explore(mut self) -> Course {
        let work = self.work;
        self.course.way = self.ways(&[]);
        self.course.work = work - self.work;
        self.course
    }

    /// Every way in which it can end, when the first questions are answered so.
    fn ways(&mut self, given: &[bool]) -> Way {
        self.runs += 1;
        let too_much = if self.work == 0 {
            Some(RUNS_FOR_LONG)
        } else {
            (self.runs > MOST_RUNS).then_some("too much depends on what nobody knows")
        };
        if let Some(reason) = too_much {
            self.course.unclear.insert((Span::default(), reason.to_owned()));
            return Way::Ends(Ends::UNKNOWN);
        }
        let mut run = Run::new(self.data, self.circumstances, self.subject, given, self.alone, self.work);
        let end = run.policy(self.code);
        self.work = self.work.saturating_sub(run.work());
        let Run { asked, tests, reads_target, .. } = run;
        for test in tests {
            if !self.course.tests.contains(&test) {
                self.course.tests.push(test);
            }
        }
        self.course.reads_target |= reads_target;
        let mut way = Way::Ends(self.ends(end));
        let answers: Vec<bool> = asked.iter().map(|(.., answer)| *answer).collect();
        for (index, (question, span, _)) in asked.into_iter().enumerate().skip(given.len()).rev() {
            let mut other = answers.get(..index).unwrap_or_default().to_vec();
            other.push(false);
            let otherwise = self.ways(&other);
            way = Way::choose(atom(&question, span), way, otherwise);
        }
        way
    }

    fn ends(&mut self, end: End) -> Ends {
        match end {
            End::Pass => Ends::PASS,
            End::Fail => Ends::FAIL,
            End::Error => Ends::ERROR,
            // What an anonymous user gets is not kept (dossier §2.1).
            End::Unkept(passes) => match (self.subject, self.data.world.edition.keeps_returned) {
                (Who::Anonymous, _) => Ends::known(passes),
                (Who::User(_), Some(true)) => Ends::CRASH,
                (Who::User(_), _) => Ends::known(passes).or(Ends::CRASH),
            },
            End::Unclear(span, reason) => {
                self.course.unclear.insert((span, reason));
                Ends::UNKNOWN
            }
        }
    }
}

fn atom(question: &Question, span: Span) -> Arc<Atom> {
    Arc::new(Atom::new(question.clone(), span))
}

#[cfg(test)]
mod tests;
