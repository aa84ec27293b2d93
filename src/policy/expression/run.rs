//! One run of code, for one subject, with one answer to every question that nobody can answer.
//!
//! While it runs, it notes on what its course depends: what it asked about the subject ([`Test`]), and what it asked
//! about the request ([`Question`]). Every subject who answers all tests alike takes the same course, so one run
//! speaks for all of them. That is only true when *whatever* the code does because of a value is noted. Therefore
//! values are looked into by `truth`, `pin`, `same_class` and `operate` alone.

mod assign;
mod call;
mod comprehension;
mod context;
mod each;
mod end;
mod expression;
mod function;
mod groups;
mod iterate;
mod late;
mod mutate;
mod name;
mod operate;
mod pattern;
mod policy;
mod question;
mod rank;
mod reach;
mod statement;
mod still;
mod unknown;
mod weight;

use std::rc::Rc;
use std::sync::Arc;

use super::ast::{Body, Function, Span};
use super::code::Circumstances;
use super::ops::{self, Data};
use super::scope::Scope;
use super::term::{Built, Const, Given, Node, Op, Term, Validity};
use super::value::{Exception, Kind, Val, Value, Who};
use crate::model::PolicyId;
pub(crate) use question::Question;
pub(super) use question::{About, Reply, Test};
use weight::{HEAVIEST, weight};

/// Why code goes no further.
pub(super) enum Stop {
    Return(Val),
    Break,
    Continue,
    Raise(Rc<Exception>),
    /// What happens next is not certain.
    Unclear(Span, String),
}

type Flow<T = ()> = Result<T, Stop>;

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum End {
    Pass,
    Fail,
    Error,
    /// It passes or not, but cannot be handed on, so that the binding fails; where that is so.
    Unkept(bool),
    /// Nobody can say: from here on, for this reason.
    Unclear(Span, String),
}

/// A run.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own about the run")]
pub(super) struct Run<'r> {
    data: &'r Data<'r>,
    circumstances: &'r Circumstances<'r>,
    subject: Who,
    /// The answers to the first questions; to all others, the answer is yes.
    given: &'r [bool],
    /// What was asked about what nobody knows, with the place.
    pub(super) asked: Vec<(Question, Span, bool)>,
    /// What was asked about the subject.
    pub(super) tests: Vec<Test>,
    /// What the code itself wrote into the context.
    written: Vec<(Arc<str>, Option<Val>)>,
    /// How often the code wrote into what is not known: what is read after that may be something else.
    writes: u32,
    /// How many values came up that are not known.
    unknowns: u32,
    steps: usize,
    /// Steps for groups that are not the subject's, which other subjects would take alike.
    steps_for_groups: usize,
    /// So many steps of both kinds are too many.
    limit: usize,
    depth: usize,
    /// The policies that are being called, the outermost first.
    calling: Vec<PolicyId>,
    /// What `ak_is_sso_flow` is for the policy that is being called.
    is_sso: Option<Val>,
    /// The dictionaries and sets of the code's own that got another size, by their place in memory.
    reshaped: Vec<usize>,
    /// Whether a policy was called that may have changed anything.
    lost: bool,
    /// Whether the code asked for the object that the policy is asked for.
    pub(super) reads_target: bool,
    /// Whether the elements that were computed last come in an order that nobody knows.
    last_unordered: bool,
    /// The exception that is being handled.
    handling: Option<Rc<Exception>>,
    /// Whether the run speaks for its own subject only.
    alone: bool,
    /// What the pattern of a `match` has bound so far.
    captured: Vec<(Arc<str>, Val)>,
}

/// Code that does more than so many steps is given up on.
const MOST_STEPS: usize = 200_000;
/// Why code is given up on that takes too many steps.
pub(super) const RUNS_FOR_LONG: &str = "code that runs for long";
/// Calls within calls.
const DEEPEST: usize = 40;

impl<'r> Run<'r> {
    pub(super) fn new(
        data: &'r Data<'r>,
        circumstances: &'r Circumstances<'r>,
        subject: Who,
        given: &'r [bool],
        alone: bool,
        limit: usize,
    ) -> Self {
        Self {
            data,
            circumstances,
            subject,
            given,
            asked: Vec::new(),
            tests: Vec::new(),
            written: Vec::new(),
            writes: 0,
            unknowns: 0,
            steps: 0,
            steps_for_groups: 0,
            limit,
            depth: 0,
            calling: vec![circumstances.policy],
            is_sso: None,
            reshaped: Vec::new(),
            lost: false,
            reads_target: false,
            last_unordered: false,
            handling: None,
            alone,
            captured: Vec::new(),
        }
    }

    /// Runs the body of a policy to its end.
    pub(super) fn policy(&mut self, code: &Function) -> End {
        let result = self.body(code);
        self.end(result)
    }

    fn body(&mut self, code: &Function) -> Flow<Val> {
        let scope = Scope::of_function(&code.locals, None);
        match &code.body {
            Body::Value(value) => self.evaluate(value, &scope),
            Body::Block(block) => match self.block(block, &scope) {
                Ok(()) => Ok(Val::none()),
                Err(Stop::Return(value)) => Ok(value),
                Err(stop) => Err(stop),
            },
        }
    }

    fn unclear<T>(&self, span: Span, reason: impl Into<String>) -> Flow<T> {
        Err(Stop::Unclear(span, reason.into()))
    }

    fn raise<T>(&self, class: &'static str) -> Flow<T> {
        Err(Stop::Raise(Rc::new(Exception { class })))
    }

    fn step(&mut self, span: Span) -> Flow {
        self.steps += 1;
        if self.steps > MOST_STEPS || self.work() > self.limit {
            self.unclear(span, RUNS_FOR_LONG)
        } else {
            Ok(())
        }
    }

    /// How many steps it took.
    pub(super) fn work(&self) -> usize {
        self.steps + self.steps_for_groups
    }

    /// The answer to a question that nobody can answer: the same as before, or the one to try.
    fn choose(&mut self, term: &Arc<Term>, about: About, span: Span) -> bool {
        let validity = match self.writes {
            0 => Validity::Everywhere,
            _ if term.is_steady() => Validity::Everywhere,
            writes => Validity::Run { run: self.circumstances.run, writes },
        };
        let question = Question { term: Arc::clone(term), about, validity };
        if let Some((.., answer)) = self.asked.iter().find(|(other, ..)| *other == question) {
            return *answer;
        }
        let answer = self.given.get(self.asked.len()).copied().unwrap_or(true);
        self.asked.push((question, span, answer));
        answer
    }

    fn note(&mut self, term: &Arc<Term>, reply: Reply) {
        if !term.varies() {
            return;
        }
        let test = Test { term: Arc::clone(term), reply };
        if !self.tests.contains(&test) {
            self.tests.push(test);
        }
    }

    /// Whether Python takes `value` for true.
    fn truth(&mut self, value: &Val, span: Span) -> Flow<bool> {
        match (value.unknown(), value.term()) {
            (Some(_), Some(term)) => {
                let term = Arc::clone(term);
                // A dictionary of which something is assumed is not empty.
                if self.is_assumed_record(&term) {
                    return Ok(true);
                }
                Ok(self.choose(&term, About::Truth, span))
            }
            (Some(_), None) => self.unclear(span, "a value that nobody knows"),
            (None, Some(term)) => {
                let holds = ops::truth(value.raw());
                let term = Arc::clone(term);
                self.note(&term, Reply::Truth(holds));
                Ok(holds)
            }
            (None, None) if matches!(value.raw(), Value::Context) => {
                let given = Given::AllContext(self.once());
                Ok(self.choose(&Term::new(Node::Given(given)), About::Truth, span))
            }
            (None, None) => Ok(ops::truth(value.raw())),
        }
    }

    /// The value itself, from here on for subjects only who have the same.
    fn pin(&mut self, value: &Val, span: Span) -> Flow<Val> {
        if !value.is_traced() {
            return Ok(value.clone());
        }
        if value.has_unknown() {
            return self.unclear(span, "what happens with a value that nobody knows");
        }
        let (Some(constant), Some(term)) = (Const::of(value.raw()), self.term(value)) else {
            return self.unclear(span, format!("what happens with a {}", value.raw().class()));
        };
        let pinned = constant.held();
        self.note(&term, Reply::Is(constant));
        Ok(pinned)
    }

    /// From here on for subjects only for whom `value` is of the same class.
    fn same_class(&mut self, value: &Val, span: Span) -> Flow {
        if value.term().is_some() && value.unknown().is_none() {
            let class = self.operate(Op::Class, vec![value.clone()], span)?;
            self.pin(&class, span)?;
        }
        Ok(())
    }

    /// Where `value` comes from; `None` for what has no formula, such as code.
    fn term(&self, value: &Val) -> Option<Arc<Term>> {
        if let Some(term) = value.term() {
            return Some(Arc::clone(term));
        }
        if !value.is_traced() {
            return Const::of(value.raw()).map(|constant| Term::new(Node::Const(constant)));
        }
        let all = |items: &[Val]| items.iter().map(|item| self.term(item)).collect::<Option<Vec<_>>>();
        let (built, terms) = match value.raw() {
            Value::List(list) if list.unordered => (Built::Unordered, all(&list.items.borrow())?),
            Value::List(list) => (Built::List, all(&list.items.borrow())?),
            Value::Tuple(items) => (Built::Tuple, all(items)?),
            Value::Dict(dict) => {
                let mut terms = Vec::new();
                for (key, value) in dict.borrow().iter() {
                    terms.push(Term::new(Node::Const(Const::of(key)?)));
                    terms.push(self.term(value)?);
                }
                (Built::Dict, terms)
            }
            _ => return None,
        };
        Some(Term::new(Node::Build(built, terms)))
    }

    /// What nobody can count on to be the same again.
    fn once(&mut self) -> Validity {
        self.unknowns += 1;
        Validity::Once { run: self.circumstances.run, number: self.unknowns }
    }

    /// A value of which only the kind and where it comes from are known.
    fn given(&self, given: Given, kind: Kind) -> Val {
        Val::of(Value::Unknown(kind), Term::new(Node::Given(given)))
    }

    /// A value that the code makes, unless it grows beyond all measure.
    fn made(&mut self, value: Val, span: Span) -> Flow<Val> {
        let weight = weight(&value);
        self.steps += weight / 16;
        if weight >= HEAVIEST { self.unclear(span, "a very large value") } else { Ok(value) }
    }
}
