//! What the exit code means.

use std::process::ExitCode;

use crate::truth::Verdict;

/// How a command ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// 0: yes, or everything is clean.
    Yes,
    /// 1: the input cannot be read, or something else outside failed.
    Failure,
    /// 2: the command line is not understood.
    Usage,
    /// 3: no, or there are findings.
    No,
    /// 4: it depends. Never 0 for what is not known.
    Depends,
}

impl From<Verdict> for Exit {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Yes => Self::Yes,
            Verdict::No => Self::No,
            Verdict::Depends => Self::Depends,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Yes => 0,
            Exit::Failure => 1,
            Exit::Usage => 2,
            Exit::No => 3,
            Exit::Depends => 4,
        })
    }
}
