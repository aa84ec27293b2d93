//! Python's exceptions and which is a kind of which.

/// Each class with the one above it.
const CLASSES: [(&str, &str); 50] = [
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

/// Names that stand for a class of another name.
const OTHER_NAMES: [(&str, &str); 2] = [("EnvironmentError", "OSError"), ("IOError", "OSError")];

/// Classes that Python does not name by itself.
const NOT_NAMED: [(&str, &str); 2] =
    [("ObjectDoesNotExist", "Exception"), ("MultipleObjectsReturned", "Exception")];

/// An exception of which only that it is one is known.
pub(super) const SOME: &str = "some exception";

/// The class of that name, if Python has one by itself.
pub(super) fn class(name: &str) -> Option<&'static str> {
    let name = OTHER_NAMES.iter().find(|(other, _)| *other == name).map_or(name, |(_, class)| class);
    CLASSES.iter().map(|(class, _)| *class).find(|class| *class == name && *class != "error")
}

/// Whether `class` is `of` or a kind of it; `None` where that is not known.
pub(super) fn is_kind(class: &str, of: &str) -> Option<bool> {
    if class == SOME {
        return if ["Exception", "BaseException"].contains(&of) { Some(true) } else { None };
    }
    let mut class = class;
    loop {
        if class == of {
            return Some(true);
        }
        let mut above =
            CLASSES.iter().chain(&NOT_NAMED).filter(|(name, _)| *name == class).map(|(_, above)| *above);
        match above.next() {
            Some("") => return Some(false),
            Some(above) => class = above,
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
        assert_eq!(is_kind("ConnectionError", "OSError"), Some(true));
        assert_eq!(is_kind(SOME, "KeyError"), None);
        assert_eq!(is_kind(SOME, "Exception"), Some(true));
    }

    #[test]
    fn several_names_are_of_one_class() {
        assert_eq!(class("IOError"), Some("OSError"));
        assert_eq!(class("EnvironmentError"), class("OSError"));
        assert_eq!(class("error"), None);
    }
}
