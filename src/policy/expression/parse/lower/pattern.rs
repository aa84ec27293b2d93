//! The patterns of `match`.

use std::collections::BTreeSet;

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

    /// What CPython refuses in a `match`: patterns behind one that takes everything, and names that are bound twice or
    /// in some alternatives only.
    pub(super) fn check_cases(&self, cases: &[py::MatchCase]) -> Read<()> {
        for (index, case) in cases.iter().enumerate() {
            if index + 1 < cases.len() && case.guard.is_none() && takes_all(&case.pattern) {
                return self.syntax(case.range, "a pattern makes remaining patterns unreachable");
            }
            self.names(&case.pattern)?;
        }
        Ok(())
    }

    /// The names that a pattern binds.
    fn names(&self, pattern: &PyPattern) -> Read<BTreeSet<String>> {
        let mut names = BTreeSet::new();
        let mut add = |name: String| if names.insert(name) { Ok(()) } else { Err(()) };
        let inner: Vec<&PyPattern> = match pattern {
            PyPattern::MatchSequence(sequence) => sequence.patterns.iter().collect(),
            PyPattern::MatchMapping(mapping) => mapping.patterns.iter().collect(),
            PyPattern::MatchClass(class) => class.arguments.patterns.iter().collect(),
            PyPattern::MatchAs(capture) => {
                let name = capture.name.as_ref().map(|name| name.id.to_string());
                let twice = match (&capture.pattern, name) {
                    (Some(inner), Some(name)) => {
                        let inner = self.names(inner)?;
                        inner.into_iter().chain([name]).try_for_each(&mut add)
                    }
                    (None, Some(name)) => add(name),
                    _ => Ok(()),
                };
                return match twice {
                    Ok(()) => Ok(names),
                    Err(()) => self.syntax(pattern.range(), "multiple assignments to name in pattern"),
                };
            }
            PyPattern::MatchOr(either) => {
                for (index, one) in either.patterns.iter().enumerate() {
                    let bound = self.names(one)?;
                    if index > 0 && bound != names {
                        return self.syntax(one.range(), "alternative patterns bind different names");
                    }
                    if index + 1 < either.patterns.len() && takes_all(one) {
                        return self.syntax(one.range(), "a pattern makes remaining patterns unreachable");
                    }
                    names = bound;
                }
                return Ok(names);
            }
            _ => Vec::new(),
        };
        for one in inner {
            for name in self.names(one)? {
                if !names.insert(name) {
                    return self.syntax(one.range(), "multiple assignments to name in pattern");
                }
            }
        }
        Ok(names)
    }

    fn patterns(&mut self, patterns: &[PyPattern]) -> Read<Vec<Pattern>> {
        patterns.iter().map(|pattern| self.pattern(pattern)).collect()
    }

    fn pattern(&mut self, pattern: &PyPattern) -> Read<Pattern> {
        self.deeper(pattern.range(), |lower| lower.pattern_kind(pattern))
    }

    fn pattern_kind(&mut self, pattern: &PyPattern) -> Read<Pattern> {
        Ok(match pattern {
            PyPattern::MatchValue(value) if value.value.is_f_string_expr() => {
                return self.syntax(value.range, "patterns may only match literals and attribute lookups");
            }
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
                // CPython refuses keys that occur twice.
                if mapping.keys.len() > 1 {
                    let texts: BTreeSet<&str> = mapping
                        .keys
                        .iter()
                        .map(|key| match key {
                            PyExpr::StringLiteral(text) => text.value.to_str(),
                            _ => "",
                        })
                        .collect();
                    if texts.len() < mapping.keys.len() {
                        return self.refuse(mapping.range, "a pattern with several keys of this kind");
                    }
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

/// Whether a pattern takes everything.
fn takes_all(pattern: &PyPattern) -> bool {
    match pattern {
        PyPattern::MatchAs(capture) => capture.pattern.as_ref().is_none_or(|inner| takes_all(inner)),
        PyPattern::MatchOr(either) => either.patterns.iter().any(takes_all),
        _ => false,
    }
}
