//! The patterns of `match`.

use ruff_python_ast::{self as py, Expr as PyExpr, Pattern as PyPattern};
use ruff_text_size::Ranged;

use super::super::super::ast::{Case, Expr, ExprKind, Name, Pattern};
use super::{Lower, Read};

impl Lower<'_> {
    pub(super) fn case(&mut self, case: &py::MatchCase) -> Read<Case> {
        let pattern = self.pattern(&case.pattern)?;
        let guard = case.guard.as_ref().map(|guard| self.expr(guard)).transpose()?;
        Ok(Case { pattern, guard, body: self.block(&case.body)? })
    }

    fn patterns(&mut self, patterns: &[PyPattern]) -> Read<Vec<Pattern>> {
        patterns.iter().map(|pattern| self.pattern(pattern)).collect()
    }

    fn pattern(&mut self, pattern: &PyPattern) -> Read<Pattern> {
        self.deeper(pattern.range(), |lower| lower.pattern_kind(pattern))
    }

    fn pattern_kind(&mut self, pattern: &PyPattern) -> Read<Pattern> {
        Ok(match pattern {
            PyPattern::MatchValue(value) => Pattern::Value(self.expr(&value.value)?),
            PyPattern::MatchSingleton(singleton) => {
                let kind = match singleton.value {
                    py::Singleton::None => ExprKind::None,
                    py::Singleton::True => ExprKind::Bool(true),
                    py::Singleton::False => ExprKind::Bool(false),
                };
                Pattern::Singleton(Expr { span: self.span(singleton.range), kind })
            }
            PyPattern::MatchSequence(sequence) => Pattern::Sequence(self.patterns(&sequence.patterns)?),
            PyPattern::MatchMapping(mapping) => {
                if mapping.rest.is_some() {
                    return self.refuse(mapping.range, "`**` in a pattern");
                }
                let mut items = Vec::new();
                for (key, pattern) in mapping.keys.iter().zip(&mapping.patterns) {
                    items.push((self.expr(key)?, self.pattern(pattern)?));
                }
                Pattern::Mapping(items)
            }
            PyPattern::MatchClass(class) => match (class.cls.as_ref(), class.arguments.patterns.as_slice()) {
                (PyExpr::Name(name), []) if class.arguments.keywords.is_empty() => {
                    Pattern::Class(name.id.as_str().into(), None)
                }
                (PyExpr::Name(name), [inner]) if class.arguments.keywords.is_empty() => {
                    let inner = self.pattern(inner)?;
                    Pattern::Class(name.id.as_str().into(), Some(Box::new(inner)))
                }
                _ => return self.refuse(class.range, "a class with attributes in a pattern"),
            },
            PyPattern::MatchStar(star) => return self.refuse(star.range, "`*` in a pattern"),
            PyPattern::MatchAs(capture) => {
                let inner = capture.pattern.as_ref().map(|inner| self.pattern(inner)).transpose()?;
                let name: Option<Name> = capture.name.as_ref().map(|name| self.bind(name.id.as_str()));
                Pattern::As(inner.map(Box::new), name)
            }
            PyPattern::MatchOr(either) => Pattern::Or(self.patterns(&either.patterns)?),
        })
    }
}
