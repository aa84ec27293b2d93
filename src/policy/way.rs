//! The ways in which code ends: what decides them when the configuration does not.

use std::sync::Arc;

use super::expression::{Given, Question, Span};
use crate::subjects::Subjects;
use crate::truth::Ends;

/// How a run ends, by the answers to what nobody can answer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Way {
    /// So; in one of several ways, where it is not certain.
    Ends(Ends),
    /// In the first way if the answer is yes, in the second if it is no.
    If(Arc<Atom>, Arc<Way>, Arc<Way>),
}

/// The ways in which runs of a policy end, each with the subjects who take it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ways(pub(crate) Vec<(Way, Arc<Subjects>)>);

/// A yes-or-no question that the configuration does not answer. Equal questions have equal answers, whichever policy
/// asks.
#[derive(Clone, Debug)]
pub struct Atom {
    question: Question,
    span: Span,
}

impl Atom {
    pub(super) fn new(question: Question, span: Span) -> Self {
        Self { question, span }
    }

    /// The question, close to the code that asks it.
    pub fn text(&self) -> String {
        self.question.describe()
    }

    /// What decides it.
    pub fn reason(&self) -> String {
        let mut reasons: Vec<String> = self.givens().into_iter().map(Given::reason).collect();
        reasons.sort_unstable();
        reasons.dedup();
        if reasons.is_empty() { "what code does decides".to_owned() } else { reasons.join("; ") }
    }

    /// Where the code asks it: bytes of the text of the policy that was read first.
    pub fn span(&self) -> std::ops::Range<usize> {
        self.span.range()
    }

    /// What of the request it is about.
    pub fn givens(&self) -> Vec<&Given> {
        self.question.givens()
    }

    pub(super) fn question(&self) -> &Question {
        &self.question
    }
}

impl PartialEq for Atom {
    fn eq(&self, other: &Self) -> bool {
        self.question == other.question
    }
}

impl Eq for Atom {}

impl std::hash::Hash for Atom {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.question.hash(state);
    }
}

impl Way {
    /// The first way if `atom` holds, the second if not; one of them, where they are the same.
    pub(super) fn choose(atom: Arc<Atom>, yes: Self, no: Self) -> Self {
        if yes == no { yes } else { Self::If(atom, Arc::new(yes), Arc::new(no)) }
    }

    /// Every way in which it can end.
    pub fn ends(&self) -> Ends {
        match self {
            Self::Ends(ends) => *ends,
            Self::If(_, yes, no) => yes.ends().or(no.ends()),
        }
    }

    /// Whether every answer leads to one end.
    pub fn is_settled(&self) -> bool {
        match self {
            Self::Ends(ends) => ends.is_known(),
            Self::If(_, yes, no) => yes.is_settled() && no.is_settled(),
        }
    }

    /// Where the code asks what it asks, as often as that is asked.
    pub(crate) fn places(&self) -> Vec<std::ops::Range<usize>> {
        let mut found = Vec::new();
        let mut queue = vec![self];
        while let Some(way) = queue.pop() {
            if let Self::If(atom, yes, no) = way {
                found.push(atom.span());
                queue.extend([no.as_ref(), yes.as_ref()]);
            }
        }
        found
    }

    /// Everything that it asks.
    pub fn atoms(&self) -> Vec<&Arc<Atom>> {
        let mut found = Vec::new();
        let mut queue = vec![self];
        while let Some(way) = queue.pop() {
            if let Self::If(atom, yes, no) = way {
                if !found.contains(&atom) {
                    found.push(atom);
                }
                queue.extend([no.as_ref(), yes.as_ref()]);
            }
        }
        found
    }
}

impl Ways {
    /// Every way.
    pub fn iter(&self) -> impl Iterator<Item = &Way> {
        self.0.iter().map(|(way, _)| way)
    }

    /// The way that `subject` takes.
    pub fn of(&self, subject: usize) -> Option<&Way> {
        self.0.iter().find(|(_, subjects)| subjects.contains(subject)).map(|(way, _)| way)
    }
}
