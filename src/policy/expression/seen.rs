//! What decides one user's run: the values that the code looked at, and what it made of them.

use std::sync::Arc;

use super::answer::{attribute, of_subject, value};
use super::ast::Function;
use super::classify::needed;
use super::code::Circumstances;
use super::ops::Data;
use super::run::{Reply, Run, Test};
use super::term::{Const, Node, Op, Term};
use super::value::Who;
use crate::policy::way::Atom;

/// Something that decided, in words.
#[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Serialize)]
pub struct Seen {
    /// What the code looked at, close to the code.
    pub what: String,
    /// What that was.
    pub found: String,
}

/// As many answers are followed.
const MOST_ANSWERS: usize = 256;
/// A run of one user takes so many steps at most.
const MOST_WORK: usize = 4_000_000;
/// Longer texts are cut.
const LONGEST: usize = 160;

/// What the run of `who` looked at, when the questions that nobody can answer have these answers.
pub(super) fn seen(
    data: &Data<'_>,
    circumstances: &Circumstances<'_>,
    code: &Function,
    who: Who,
    answer: &dyn Fn(&Atom) -> Option<bool>,
) -> Vec<Seen> {
    let mut given: Vec<bool> = Vec::new();
    let tests = loop {
        let mut run = Run::new(data, circumstances, who, &given, true, MOST_WORK);
        run.policy(code);
        let asked = run.asked.iter().enumerate().skip(given.len());
        let other = asked.into_iter().find_map(|(index, (question, span, answered))| {
            let wanted = answer(&Atom::new(question.clone(), *span))?;
            (wanted != *answered).then_some((index, wanted))
        });
        match other {
            Some((index, wanted)) if index < MOST_ANSWERS => {
                given = run.asked.iter().take(index).map(|(.., answer)| *answer).chain([wanted]).collect();
            }
            _ => break run.tests,
        }
    };
    let mut found: Vec<Seen> = Vec::new();
    let mut add = |seen: Seen| {
        if !found.contains(&seen) {
            found.push(seen);
        }
    };
    for test in needed(&tests) {
        reads(&test.term).into_iter().filter_map(|read| of(read, data, who)).for_each(&mut add);
        told(test).into_iter().for_each(&mut add);
    }
    found
}

/// What came of a test; nothing where a value is all that was wanted, or it is what was read.
fn told(test: &Test) -> Option<Seen> {
    let found = match &test.reply {
        Reply::Truth(holds) => if *holds { "true" } else { "false" }.to_owned(),
        Reply::Is(constant) if !is_read(&test.term) => constant.to_string(),
        Reply::Raises(class) => format!("raises {class}"),
        Reply::Unclear(reason) => format!("not certain: {reason}"),
        Reply::Fine | Reply::Is(_) => return None,
    };
    Some(Seen { what: cut(test.term.to_string()), found: cut(found) })
}

/// A field or an attribute of the user, as it is.
fn of(read: &Term, data: &Data<'_>, who: Who) -> Option<Seen> {
    let found = value(data, read, who).ok()?;
    Some(Seen { what: cut(read.to_string()), found: cut(Const::of(found.raw())?.to_string()) })
}

fn is_read(term: &Term) -> bool {
    let Node::Op(op, terms) = term.node() else { return false };
    attribute(op, terms).is_some() || of_subject(term).is_some_and(|name| name != "attributes")
}

/// The fields and attributes of the user that a term is made of.
fn reads(term: &Arc<Term>) -> Vec<&Term> {
    if is_read(term) {
        return vec![term];
    }
    match term.node() {
        Node::Op(Op::Attribute(_), _) if of_subject(term).is_some() => Vec::new(),
        Node::Op(_, terms) | Node::Build(_, terms) => terms.iter().flat_map(reads).collect(),
        Node::Const(_) | Node::Subject | Node::Given(_) => Vec::new(),
    }
}

fn cut(text: String) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}...", text.get(..end).unwrap_or_default()),
        None => text,
    }
}
