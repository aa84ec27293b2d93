//! How a run ends.

use super::super::ast::Span;
use super::super::exception;
use super::super::term::{Given, Node, Op, Term, Validity};
use super::super::value::{Kind, Val, Value, Who};
use super::{End, Flow, Reply, Run, Stop};

impl Run<'_> {
    pub(super) fn end(&mut self, result: Flow<Val>) -> End {
        let ended = result.and_then(|value| {
            let passes = self.truth(&value, Span::default())?;
            Ok((passes, self.is_kept(&value)?))
        });
        match ended {
            Ok((true, true)) => End::Pass,
            Ok((false, true)) => End::Fail,
            Ok((passes, false)) => {
                self.note_anonymity();
                End::Unkept(passes)
            }
            Err(Stop::Raise(exception)) => match exception::is_kind(exception.class, "Exception") {
                Some(true) => End::Error,
                _ => End::Unclear(
                    Span::default(),
                    "an exception that leaves authentik's policy engine".to_owned(),
                ),
            },
            Err(Stop::Unclear(span, reason)) => End::Unclear(span, reason),
            Err(Stop::Return(_) | Stop::Break | Stop::Continue) => {
                End::Unclear(Span::default(), "code that leaves its function".to_owned())
            }
        }
    }

    /// Whether a result can be kept: authentik writes it into its cache and into a pipe (dossier §2.5).
    fn is_kept(&mut self, value: &Val) -> Flow<bool> {
        match value.raw() {
            Value::None | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::PolicyResult(_)
                if value.term().is_none_or(|term| term.is_plain()) =>
            {
                Ok(true)
            }
            Value::Unknown(Kind::Any | Kind::Record) => {
                let reason = "whether authentik can keep what the code returns";
                let unclear =
                    Given::Unclear(reason.into(), Span::default(), self.term(value), Validity::Everywhere);
                let kept = self.given(unclear, Kind::Bool);
                self.truth(&kept, Span::default())
            }
            Value::Unknown(_) => Ok(true),
            _ if value.has_unknown() => {
                self.unclear(Span::default(), "whether authentik can keep what the code returns")
            }
            _ => {
                let kept = self.operate(Op::IsKept, vec![value.clone()], Span::default())?;
                Ok(self.truth(&kept, Span::default())? && self.is_small(value)?)
            }
        }
    }

    fn is_small(&mut self, value: &Val) -> Flow<bool> {
        let large = self.operate(Op::IsLarge, vec![value.clone()], Span::default())?;
        if self.truth(&large, Span::default())? {
            return self.unclear(Span::default(), "a result that is too large to be handed on");
        }
        Ok(true)
    }

    /// What cannot be kept ends differently for somebody anonymous.
    fn note_anonymity(&mut self) {
        let subject = Term::new(Node::Subject);
        let term = Term::new(Node::Op(Op::Attribute("is_authenticated".into()), vec![subject]));
        self.note(&term, Reply::Truth(matches!(self.subject, Who::User(_))));
    }
}
