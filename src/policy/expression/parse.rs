//! From text to [`ast`](super::ast): the only file that knows the parser.

mod lower;

use ruff_python_ast::{PythonVersion, Stmt as PyStmt};
use ruff_python_parser::{Mode, ParseOptions, parse_unchecked};
use ruff_text_size::Ranged;

use super::ast::{Function, Span, Unread};
use super::wrap::Wrapped;
use lower::Lower;

/// Code that is longer is not read.
const LONGEST: usize = 200_000;
/// CPython gives up where brackets are nested deeper than 200; what is nested deeper than this is not read.
const DEEPEST: usize = 100;
/// Bytes of stack to parse with: enough for the longest text to be nothing but operators.
const STACK: usize = 512 << 20;

/// Reads the body of a policy, as CPython does (dossier §4.1).
pub(super) fn parse(text: &str) -> Result<Function, Unread> {
    let whole = Span { start: 0, end: u32::try_from(text.len()).unwrap_or(u32::MAX) };
    if let Some(at) = text.find('\0') {
        let at = u32::try_from(at).unwrap_or(u32::MAX);
        let message = "source code string cannot contain null bytes".to_owned();
        return Err(Unread::Syntax(vec![(Span { start: at, end: at + 1 }, message)]));
    }
    if text.len() > LONGEST {
        return Err(Unread::Unsupported(whole, format!("code of more than {LONGEST} bytes")));
    }
    if let Some(at) = nested_too_deep(text) {
        return Err(Unread::Unsupported(
            Span { start: at, end: at + 1 },
            "brackets nested too deeply".into(),
        ));
    }
    if let Some(at) = text.find("__debug__") {
        let at = u32::try_from(at).unwrap_or(u32::MAX);
        return Err(Unread::Unsupported(Span { start: at, end: at + 9 }, "`__debug__`".to_owned()));
    }
    let wrapped = Wrapped::of(text);
    let parser = std::thread::Builder::new().stack_size(STACK);
    std::thread::scope(|scope| {
        let thread = parser.spawn_scoped(scope, || read(&wrapped));
        thread.ok().and_then(|thread| thread.join().ok())
    })
    .unwrap_or_else(|| Err(Unread::Unsupported(whole, "code that the parser gives up on".to_owned())))
}

/// Where brackets are nested deeper than they may be. Brackets inside strings count, which errs on the safe side.
fn nested_too_deep(text: &str) -> Option<u32> {
    let mut depth = 0_usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEEPEST {
            return u32::try_from(at).ok();
        }
    }
    None
}

fn read(wrapped: &Wrapped) -> Result<Function, Unread> {
    // The oldest Python that a known release runs on, so that newer syntax is told apart (dossier §4.1).
    let options = ParseOptions::from(Mode::Module).with_target_version(PythonVersion::PY312);
    let parsed = parse_unchecked(&wrapped.text, options);
    let span =
        |range: ruff_text_size::TextRange| wrapped.span(range.start().to_usize(), range.end().to_usize());
    if !parsed.errors().is_empty() {
        let errors = parsed.errors().iter().map(|error| (span(error.range()), error.error.to_string()));
        return Err(Unread::Syntax(errors.collect()));
    }
    if let Some(error) = parsed.unsupported_syntax_errors().first() {
        return Err(Unread::Unsupported(
            span(error.range),
            "syntax that not every release can read".to_owned(),
        ));
    }
    let module = parsed.into_syntax().module();
    let mut module = module.map(|module| module.body.into_iter()).into_iter().flatten();
    let (Some(PyStmt::FunctionDef(handler)), Some(PyStmt::Assign(_)), None) =
        (module.next(), module.next(), module.next())
    else {
        let whole = wrapped.span(0, wrapped.text.len());
        return Err(Unread::Unsupported(whole, "code that leaves its function".to_owned()));
    };
    Lower::new(wrapped).handler(&handler.body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::expression::ast::{Body, StmtKind};

    fn unread(text: &str) -> Unread {
        parse(text).err().unwrap_or_else(|| panic!("{text:?} was read"))
    }

    fn is_syntax(text: &str) -> bool {
        matches!(unread(text), Unread::Syntax(_))
    }

    #[test]
    fn bodies_are_read() {
        let function = parse("x = 1\nif x:\n\treturn True\nreturn False").unwrap();
        let Body::Block(block) = &function.body else { panic!("{function:?}") };
        assert_eq!(block.len(), 3);
        assert!(matches!(block[2].kind, StmtKind::Return(Some(_))));
        assert_eq!(function.locals, ["x".into()]);
    }

    #[test]
    fn what_is_not_python_is_a_syntax_error() {
        for text in
            ["", "# nothing", "return (", "return )", "  x = 1\n return", "if x:\nreturn 1", "print 'x'"]
        {
            assert!(is_syntax(text), "{text:?}");
        }
        assert!(is_syntax("return 1 \\"));
        assert!(is_syntax("break"));
        assert!(is_syntax("return \0"));
        assert!(is_syntax("if True:\n\treturn 1\n        return 2"));
    }

    #[test]
    fn what_is_not_looked_into_is_told() {
        for text in
            ["yield 1", "await x", "class A: pass", "global x", "from os import *", "async def f(): pass"]
        {
            assert!(matches!(unread(text), Unread::Unsupported(..)), "{text:?}");
        }
    }

    #[test]
    fn nothing_overflows() {
        for (open, close) in [("(", ")"), ("[", "]"), ("not ", ""), ("-", ""), ("lambda: ", ""), ("f(", ")")]
        {
            let text = format!("return {}1{}", open.repeat(20_000), close.repeat(20_000));
            unread(&text);
        }
        unread(&format!("return x{}", ".y".repeat(50_000)));
        unread(&format!("return {}1", "1 if x else ".repeat(10_000)));
        unread(&format!("return {}1", "1 + ".repeat(40_000)));
        unread("if x:\n");
        let nested =
            (0..99).map(|depth| format!("{}if x:\n", " ".repeat(depth))).collect::<Vec<_>>().concat();
        unread(&nested);
    }
}
