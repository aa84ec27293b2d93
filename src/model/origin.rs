//! Where an object was read from.

/// One file that was read; an index into [`Sources`](crate::diagnostic::Sources).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(pub u32);

/// The place that an object was read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Origin {
    /// Made by the program, not read.
    #[default]
    None,
    /// A range of bytes of a text.
    Text {
        /// The file.
        source: SourceId,
        /// The first byte.
        start: u32,
        /// One past the last byte.
        end: u32,
    },
    /// A row of a page of the API: the JSON pointer `/results/{index}` of a file.
    Row {
        /// The page.
        source: SourceId,
        /// The position of the row on the page, from 0.
        index: u32,
    },
    /// A whole file.
    File {
        /// The file.
        source: SourceId,
    },
}

impl Origin {
    /// The bytes `range` of `source`.
    pub fn text(source: SourceId, range: std::ops::Range<usize>) -> Self {
        let offset = |byte: usize| u32::try_from(byte).unwrap_or(u32::MAX);
        Self::Text { source, start: offset(range.start), end: offset(range.end) }
    }

    /// The row at `index` of the page `source`.
    pub fn row(source: SourceId, index: usize) -> Self {
        Self::Row { source, index: u32::try_from(index).unwrap_or(u32::MAX) }
    }

    /// The file, if the object was read from one.
    pub fn source(self) -> Option<SourceId> {
        match self {
            Self::None => None,
            Self::Text { source, .. } | Self::Row { source, .. } | Self::File { source } => Some(source),
        }
    }
}
