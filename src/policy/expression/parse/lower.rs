//! From the parser's tree to ours.

mod function;
mod pattern;
mod statement;

use std::sync::Arc;

use ruff_python_ast::{self as py, Expr as PyExpr, Number};
use ruff_text_size::{Ranged, TextRange};

use super::super::ast::{
    BinaryOp, CompareOp, Comprehension, Conversion, Expr, ExprKind, FormatPart, Loop, Name, Shape, Span,
    UnaryOp, Unread,
};
use super::super::wrap::Wrapped;

/// What is nested deeper than this is not read.
const DEEPEST: usize = 150;

/// Reads one tree.
pub(super) struct Lower<'w> {
    wrapped: &'w Wrapped,
    depth: usize,
    /// The names that each function around assigns, the innermost last.
    locals: Vec<Vec<Name>>,
    /// How many loops are around, in the innermost function.
    loops: usize,
    /// How many blocks are around.
    blocks: usize,
    /// The names that the comprehensions around loop with, and whether what they loop over is being read.
    comprehensions: Vec<Name>,
    in_iterable: bool,
    /// The names that `:=` assigned so far.
    named: Vec<Name>,
}

type Read<T> = Result<T, Unread>;

impl<'w> Lower<'w> {
    pub(super) fn new(wrapped: &'w Wrapped) -> Self {
        Self {
            wrapped,
            depth: 0,
            locals: Vec::new(),
            loops: 0,
            blocks: 0,
            comprehensions: Vec::new(),
            in_iterable: false,
            named: Vec::new(),
        }
    }

    fn span(&self, range: TextRange) -> Span {
        self.wrapped.span(range.start().to_usize(), range.end().to_usize())
    }

    fn refuse<T>(&self, range: TextRange, what: &str) -> Read<T> {
        Err(Unread::Unsupported(self.span(range), what.to_owned()))
    }

    fn bind(&mut self, name: &str) -> Name {
        let name: Name = name.into();
        if let Some(locals) = self.locals.last_mut()
            && !locals.contains(&name)
        {
            locals.push(Arc::clone(&name));
        }
        name
    }

    /// Runs `inner` one level deeper, as long as that is not too deep.
    fn deeper<T>(&mut self, range: TextRange, inner: impl FnOnce(&mut Self) -> Read<T>) -> Read<T> {
        if self.depth >= DEEPEST {
            return self.refuse(range, "code nested too deeply");
        }
        self.depth += 1;
        let result = inner(self);
        self.depth -= 1;
        result
    }

    fn expr(&mut self, expr: &PyExpr) -> Read<Expr> {
        let kind = self.deeper(expr.range(), |lower| lower.kind(expr))?;
        Ok(Expr { span: self.span(expr.range()), kind })
    }

    fn boxed(&mut self, expr: &PyExpr) -> Read<Box<Expr>> {
        self.expr(expr).map(Box::new)
    }

    fn exprs(&mut self, exprs: &[PyExpr]) -> Read<Vec<Expr>> {
        exprs.iter().map(|expr| self.expr(expr)).collect()
    }

    fn option(&mut self, expr: Option<&PyExpr>) -> Read<Option<Box<Expr>>> {
        expr.map(|expr| self.boxed(expr)).transpose()
    }

    fn kind(&mut self, expr: &PyExpr) -> Read<ExprKind> {
        Ok(match expr {
            PyExpr::NoneLiteral(_) => ExprKind::None,
            PyExpr::BooleanLiteral(literal) => ExprKind::Bool(literal.value),
            PyExpr::NumberLiteral(literal) => number(&literal.value),
            PyExpr::StringLiteral(literal) => text(literal.value.to_str()),
            PyExpr::Name(name) => ExprKind::Name(name.id.as_str().into()),
            PyExpr::BoolOp(operation) => {
                let values = self.exprs(&operation.values)?;
                match operation.op {
                    py::BoolOp::And => ExprKind::And(values),
                    py::BoolOp::Or => ExprKind::Or(values),
                }
            }
            PyExpr::UnaryOp(operation) => {
                let operand = self.boxed(&operation.operand)?;
                match operation.op {
                    py::UnaryOp::Not => ExprKind::Not(operand),
                    py::UnaryOp::USub => ExprKind::Unary(UnaryOp::Minus, operand),
                    py::UnaryOp::UAdd => ExprKind::Unary(UnaryOp::Plus, operand),
                    py::UnaryOp::Invert => ExprKind::Unary(UnaryOp::Invert, operand),
                }
            }
            PyExpr::BinOp(operation) => ExprKind::Binary(
                binary(operation.op),
                self.boxed(&operation.left)?,
                self.boxed(&operation.right)?,
            ),
            PyExpr::Compare(comparison) => {
                let left = self.boxed(&comparison.left)?;
                let right = self.exprs(&comparison.comparators)?;
                ExprKind::Compare(left, comparison.ops.iter().map(|op| compare(*op)).zip(right).collect())
            }
            PyExpr::If(conditional) => ExprKind::Conditional(Box::new([
                self.expr(&conditional.test)?,
                self.expr(&conditional.body)?,
                self.expr(&conditional.orelse)?,
            ])),
            PyExpr::Named(named) => {
                let PyExpr::Name(target) = named.target.as_ref() else {
                    return self.refuse(named.range, "an assignment to something else than a name");
                };
                self.named.push(target.id.as_str().into());
                if self.in_iterable || self.comprehensions.iter().any(|name| **name == *target.id.as_str()) {
                    return self.refuse(named.range, "an assignment to what a comprehension loops with");
                }
                let value = self.boxed(&named.value)?;
                ExprKind::Walrus(self.bind(target.id.as_str()), value)
            }
            PyExpr::Lambda(lambda) => ExprKind::Lambda(Arc::new(self.lambda(lambda)?)),
            PyExpr::List(list) => ExprKind::List(self.exprs(&list.elts)?),
            PyExpr::Tuple(tuple) => ExprKind::Tuple(self.exprs(&tuple.elts)?),
            PyExpr::Set(set) => ExprKind::Set(self.exprs(&set.elts)?),
            PyExpr::Dict(dict) => {
                let mut items = Vec::new();
                for item in &dict.items {
                    let key = item.key.as_ref().map(|key| self.expr(key)).transpose()?;
                    items.push((key, self.expr(&item.value)?));
                }
                ExprKind::Dict(items)
            }
            PyExpr::Starred(starred) => ExprKind::Starred(self.boxed(&starred.value)?),
            PyExpr::ListComp(list) => self.comprehension(Shape::List, &list.elt, None, &list.generators)?,
            PyExpr::SetComp(set) => self.comprehension(Shape::Set, &set.elt, None, &set.generators)?,
            PyExpr::Generator(generator) => {
                self.comprehension(Shape::Generator, &generator.elt, None, &generator.generators)?
            }
            PyExpr::DictComp(dict) => match &dict.key {
                Some(key) => self.comprehension(Shape::Dict, key, Some(&dict.value), &dict.generators)?,
                None => return self.refuse(dict.range, "unpacking inside a comprehension"),
            },
            PyExpr::Call(call) => self.call(call)?,
            PyExpr::Attribute(attribute) => {
                ExprKind::Attribute(self.boxed(&attribute.value)?, attribute.attr.id.as_str().into())
            }
            PyExpr::Subscript(subscript) => {
                ExprKind::Subscript(self.boxed(&subscript.value)?, self.boxed(&subscript.slice)?)
            }
            PyExpr::Slice(slice) => ExprKind::Slice([
                self.option(slice.lower.as_deref())?,
                self.option(slice.upper.as_deref())?,
                self.option(slice.step.as_deref())?,
            ]),
            PyExpr::FString(format) => ExprKind::Format(self.format(format)?),
            PyExpr::BytesLiteral(_) => ExprKind::Unsupported("bytes"),
            PyExpr::EllipsisLiteral(_) => ExprKind::Unsupported("`...`"),
            PyExpr::TString(template) => return self.refuse(template.range, "template strings"),
            PyExpr::Await(wait) => return self.refuse(wait.range, "`await`"),
            PyExpr::Yield(give) => return self.refuse(give.range, "`yield`"),
            PyExpr::YieldFrom(give) => return self.refuse(give.range, "`yield`"),
            PyExpr::IpyEscapeCommand(command) => return self.refuse(command.range, "a command"),
        })
    }

    fn call(&mut self, call: &py::ExprCall) -> Read<ExprKind> {
        let function = self.boxed(&call.func)?;
        let positional = self.exprs(&call.arguments.args)?;
        let mut keywords: Vec<(Option<Name>, Expr)> = Vec::new();
        for keyword in &call.arguments.keywords {
            let name: Option<Name> = keyword.arg.as_ref().map(|name| name.id.as_str().into());
            if name.is_some() && keywords.iter().any(|(other, _)| *other == name) {
                let message = "keyword argument repeated".to_owned();
                return Err(Unread::Syntax(vec![(self.span(keyword.range), message)]));
            }
            // Python evaluates `f(**a, *b)` in an order of its own.
            if keyword.arg.is_none()
                && positional.iter().any(|expr| matches!(expr.kind, ExprKind::Starred(_)))
            {
                return self.refuse(keyword.range, "`*` and `**` in one call");
            }
            keywords.push((name, self.expr(&keyword.value)?));
        }
        let after = |expr: &Expr| {
            matches!(expr.kind, ExprKind::Starred(_))
                && keywords.first().is_some_and(|(_, value)| value.span.start < expr.span.start)
        };
        if positional.iter().any(after) {
            return self.refuse(call.arguments.range, "`*` after a keyword argument");
        }
        Ok(ExprKind::Call { function, positional, keywords })
    }

    fn comprehension(
        &mut self,
        shape: Shape,
        element: &PyExpr,
        value: Option<&PyExpr>,
        generators: &[py::Comprehension],
    ) -> Read<ExprKind> {
        let mut loops = Vec::new();
        let outer = self.comprehensions.len();
        let named = self.named.len();
        for generator in generators {
            if generator.is_async {
                return self.refuse(generator.range, "`async`");
            }
            let before = std::mem::replace(&mut self.in_iterable, true);
            let iterable = self.expr(&generator.iter);
            self.in_iterable = before;
            let iterable = iterable?;
            // What a comprehension loops with is its own.
            self.locals.push(Vec::new());
            let target = self.target(&generator.target);
            let own = self.locals.pop().unwrap_or_default();
            if own.iter().any(|name| self.named.iter().skip(named).any(|other| other == name)) {
                return self
                    .refuse(generator.range, "a comprehension that loops with a name that it assigned");
            }
            self.comprehensions.extend(own);
            let tests = self.exprs(&generator.ifs)?;
            loops.push(Loop { target: target?, iterable, tests });
        }
        let element = self.expr(element)?;
        let value = value.map(|value| self.expr(value)).transpose()?;
        self.comprehensions.truncate(outer);
        Ok(ExprKind::Comprehension(Arc::new(Comprehension { shape, element, value, loops })))
    }

    fn format(&mut self, format: &py::ExprFString) -> Read<Vec<FormatPart>> {
        let mut parts = Vec::new();
        for part in &format.value {
            match part {
                py::FStringPart::Literal(literal) => {
                    parts.push(self.format_text(&literal.value, literal.range)?);
                }
                py::FStringPart::FString(inner) => parts.extend(self.elements(&inner.elements)?),
            }
        }
        Ok(parts)
    }

    fn format_text(&self, literal: &str, range: TextRange) -> Read<FormatPart> {
        match text(literal) {
            ExprKind::Str(text) => Ok(FormatPart::Text(text)),
            _ => self.refuse(range, "a character that is no character"),
        }
    }

    fn elements(&mut self, elements: &py::InterpolatedStringElements) -> Read<Vec<FormatPart>> {
        let mut parts = Vec::new();
        for element in elements {
            match element {
                py::InterpolatedStringElement::Literal(literal) => {
                    parts.push(self.format_text(&literal.value, literal.range)?);
                }
                py::InterpolatedStringElement::Interpolation(part) => {
                    if part.debug_text.is_some() {
                        return self.refuse(part.range, "`=` in an f-string");
                    }
                    let conversion = match part.conversion {
                        py::ConversionFlag::None => Conversion::None,
                        py::ConversionFlag::Str => Conversion::Str,
                        py::ConversionFlag::Repr => Conversion::Repr,
                        py::ConversionFlag::Ascii => return self.refuse(part.range, "`!a` in an f-string"),
                    };
                    let value = self.expr(&part.expression)?;
                    let spec = match &part.format_spec {
                        Some(spec) => self.elements(&spec.elements)?,
                        None => Vec::new(),
                    };
                    parts.push(FormatPart::Value { value, conversion, spec });
                }
            }
        }
        Ok(parts)
    }
}

fn number(number: &Number) -> ExprKind {
    match number {
        Number::Int(int) => int
            .to_string()
            .parse()
            .or_else(|_| int.as_i64().map(i128::from).ok_or(()))
            .map_or(ExprKind::Unsupported("a very large number"), ExprKind::Int),
        Number::Float(float) => ExprKind::Float(*float),
        Number::Complex { .. } => ExprKind::Unsupported("complex numbers"),
    }
}

/// Rust's texts cannot hold a lone surrogate, and the parser puts a replacement there.
fn text(text: &str) -> ExprKind {
    if text.contains('\u{fffd}') {
        ExprKind::Unsupported("a character that is no character")
    } else {
        ExprKind::Str(text.into())
    }
}

fn binary(op: py::Operator) -> BinaryOp {
    match op {
        py::Operator::Add => BinaryOp::Add,
        py::Operator::Sub => BinaryOp::Sub,
        py::Operator::Mult => BinaryOp::Mul,
        py::Operator::MatMult => BinaryOp::MatMul,
        py::Operator::Div => BinaryOp::Div,
        py::Operator::Mod => BinaryOp::Mod,
        py::Operator::Pow => BinaryOp::Pow,
        py::Operator::LShift => BinaryOp::Left,
        py::Operator::RShift => BinaryOp::Right,
        py::Operator::BitOr => BinaryOp::Or,
        py::Operator::BitXor => BinaryOp::Xor,
        py::Operator::BitAnd => BinaryOp::And,
        py::Operator::FloorDiv => BinaryOp::FloorDiv,
    }
}

fn compare(op: py::CmpOp) -> CompareOp {
    match op {
        py::CmpOp::Eq => CompareOp::Eq,
        py::CmpOp::NotEq => CompareOp::NotEq,
        py::CmpOp::Lt => CompareOp::Lt,
        py::CmpOp::LtE => CompareOp::LtE,
        py::CmpOp::Gt => CompareOp::Gt,
        py::CmpOp::GtE => CompareOp::GtE,
        py::CmpOp::Is => CompareOp::Is,
        py::CmpOp::IsNot => CompareOp::IsNot,
        py::CmpOp::In => CompareOp::In,
        py::CmpOp::NotIn => CompareOp::NotIn,
    }
}
