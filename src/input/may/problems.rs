//! Where problems of a `.may` file go to.

use std::ops::Range;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::model::{Origin, SourceId};

/// The problems of one file.
pub(super) struct Problems<'d> {
    source: SourceId,
    diagnostics: &'d mut Diagnostics,
}

impl<'d> Problems<'d> {
    pub(super) fn new(source: SourceId, diagnostics: &'d mut Diagnostics) -> Self {
        Self { source, diagnostics }
    }

    /// The place `range` of the file.
    pub(super) fn origin(&self, range: Range<usize>) -> Origin {
        Origin::text(self.source, range)
    }

    /// Reports an error at `range`.
    pub(super) fn error(
        &mut self,
        range: Range<usize>,
        code: &'static str,
        message: impl Into<String>,
        label: impl Into<String>,
    ) {
        self.diagnostics.push(Diagnostic::error(code, message).at(self.origin(range), label));
    }

    /// Reports `diagnostic`.
    pub(super) fn push(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }
}
