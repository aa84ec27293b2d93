//! Python's exceptions and which is a kind of which.

/// Each class with the one above it.
const CLASSES: [(&str, &str); 52] = [
    ("BaseException", ""),
    ("SystemExit", "BaseException"),
    ("KeyboardInterrupt", "BaseException"),
    ("GeneratorExit", "BaseException"),
    ("Exception", "BaseException"),
    ("ArithmeticError", "Exception"),
    ("FloatingPointError", "ArithmeticError"),
    ("OverflowError", "ArithmeticError"),
    ("ZeroDivisionError", "ArithmeticError"),
    ("AssertionError", "Exception"),
    ("AttributeError", "Exception"),
    ("BufferError", "Exception"),
    ("EOFError", "Exception"),
    ("ImportError", "Exception"),
    ("ModuleNotFoundError", "ImportError"),
    ("LookupError", "Exception"),
    ("IndexError", "LookupError"),
    ("KeyError", "LookupError"),
    ("MemoryError", "Exception"),
    ("NameError", "Exception"),
    ("UnboundLocalError", "NameError"),
    ("OSError", "Exception"),
    ("EnvironmentError", "OSError"),
    ("IOError", "OSError"),
    ("BlockingIOError", "OSError"),
    ("ChildProcessError", "OSError"),
    ("ConnectionError", "OSError"),
    ("BrokenPipeError", "ConnectionError"),
    ("ConnectionAbortedError", "ConnectionError"),
    ("ConnectionRefusedError", "ConnectionError"),
    ("ConnectionResetError", "ConnectionError"),
    ("FileExistsError", "OSError"),
    ("FileNotFoundError", "OSError"),
    ("InterruptedError", "OSError"),
    ("IsADirectoryError", "OSError"),
    ("NotADirectoryError", "OSError"),
    ("PermissionError", "OSError"),
    ("ProcessLookupError", "OSError"),
    ("TimeoutError", "OSError"),
    ("ReferenceError", "Exception"),
    ("RuntimeError", "Exception"),
    ("NotImplementedError", "RuntimeError"),
    ("RecursionError", "RuntimeError"),
    ("StopIteration", "Exception"),
    ("StopAsyncIteration", "Exception"),
    ("SyntaxError", "Exception"),
    ("SystemError", "Exception"),
    ("TypeError", "Exception"),
    ("ValueError", "Exception"),
    ("UnicodeError", "ValueError"),
    ("Warning", "Exception"),
    ("error", "Exception"),
];

/// Classes that Python does not name by itself.
const NOT_NAMED: [(&str, &str); 2] =
    [("ObjectDoesNotExist", "Exception"), ("MultipleObjectsReturned", "Exception")];

/// An exception of which only that it is one is known.
pub(super) const SOME: &str = "some exception";

/// The class of that name, if Python has one by itself.
pub(super) fn class(name: &str) -> Option<&'static str> {
    CLASSES.iter().map(|(class, _)| *class).find(|class| *class == name && *class != "error")
}

/// Whether `class` is `of` or a kind of it; `None` where that is not known.
pub(super) fn is_kind(class: &str, of: &str) -> Option<bool> {
    if class == SOME {
        return if ["Exception", "BaseException"].contains(&of) { Some(true) } else { None };
    }
    // Two names of one class.
    let plain = |name: &str| {
        if ["EnvironmentError", "IOError"].contains(&name) { "OSError" } else { name }.to_owned()
    };
    let (mut class, of) = (plain(class), plain(of));
    loop {
        if class == of {
            return Some(true);
        }
        let mut above =
            CLASSES.iter().chain(&NOT_NAMED).filter(|(name, _)| *name == class).map(|(_, above)| *above);
        match above.next() {
            Some("") => return Some(false),
            Some(above) => class = above.to_owned(),
            None => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_found_through_all_levels() {
        assert_eq!(is_kind("KeyError", "LookupError"), Some(true));
        assert_eq!(is_kind("KeyError", "Exception"), Some(true));
        assert_eq!(is_kind("KeyError", "IndexError"), Some(false));
        assert_eq!(is_kind("SystemExit", "Exception"), Some(false));
        assert_eq!(is_kind("ConnectionError", "IOError"), Some(true));
        assert_eq!(is_kind(SOME, "KeyError"), None);
        assert_eq!(is_kind(SOME, "Exception"), Some(true));
    }
}
