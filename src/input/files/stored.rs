//! A file, wherever it is.

use std::borrow::Cow;
use std::hash::{Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::super::git::Blob;
use super::{not_utf8, unreadable, why};
use crate::diagnostic::{Diagnostic, Sources};
use crate::model::SourceId;

/// A file, of which only the mark is kept that its content left.
pub(in super::super) struct Stored {
    /// The path as people see it.
    pub(super) name: PathBuf,
    place: Place,
    mark: OnceLock<u64>,
}

/// Where the content is.
enum Place {
    /// At the path.
    Disk,
    /// In the history of a repository.
    History(Blob),
}

impl Stored {
    /// What is at `path` now.
    pub(super) fn at(path: &Path) -> Self {
        Self { name: path.to_owned(), place: Place::Disk, mark: OnceLock::new() }
    }

    /// What was there at a revision.
    pub(super) fn of(name: PathBuf, blob: Blob) -> Self {
        Self { name, place: Place::History(blob), mark: OnceLock::new() }
    }

    /// Where it is, by whatever name it was found.
    pub(super) fn place(&self) -> Option<PathBuf> {
        match &self.place {
            Place::Disk => self.name.canonicalize().ok(),
            Place::History(blob) => Some(blob.place.clone()),
        }
    }

    /// Whether it is as it was at a revision.
    pub(super) fn is_past(&self) -> bool {
        matches!(self.place, Place::History(_))
    }

    /// How many bytes there are to read, as far as that is known before.
    pub(super) fn size(&self) -> u64 {
        match &self.place {
            Place::Disk => self.name.metadata().map_or(0, |file| file.len()),
            Place::History(blob) => blob.size,
        }
    }

    fn bytes(&self) -> std::io::Result<Vec<u8>> {
        match &self.place {
            Place::Disk => std::fs::read(&self.name),
            Place::History(blob) => blob.read(),
        }
    }

    /// Reads the text for the first time.
    pub(in super::super) fn read(&self) -> Result<String, Unread> {
        let bytes = self.bytes().map_err(|error| Unread::Because(why(&error)))?;
        let text = decode(bytes)?;
        // What comes through a pipe cannot be read once more, and gets no mark.
        if self.is_past() || self.name.is_file() {
            let _ = self.mark.set(mark(&text));
        }
        Ok(text)
    }

    /// Whether it can be read once more.
    pub(super) fn is_lasting(&self) -> bool {
        self.mark.get().is_some()
    }

    /// The same text once more, if the file still holds it.
    pub(super) fn again(&self) -> Option<String> {
        let text = decode(self.bytes().ok()?).ok()?;
        (self.mark.get() == Some(&mark(&text))).then_some(text)
    }

    /// What is wrong with the file, whose text is that of `source`.
    pub(in super::super) fn problem(
        &self,
        source: SourceId,
        unread: Unread,
        sources: &mut Sources,
    ) -> Diagnostic {
        match unread {
            Unread::Because(why) => unreadable(&self.name, &why),
            Unread::NotUtf8 { text, valid } => {
                sources.put(source, text, false);
                not_utf8(&self.name, source, valid)
            }
        }
    }
}

fn mark(text: &str) -> u64 {
    let mut hasher = rustc_hash::FxHasher::default();
    text.hash(&mut hasher);
    hasher.finish()
}

/// Why a file gives no text.
pub(in super::super) enum Unread {
    Because(Cow<'static, str>),
    /// What it holds in place of characters, after the byte that it is valid up to.
    NotUtf8 {
        text: String,
        valid: usize,
    },
}

pub(super) fn decode(bytes: Vec<u8>) -> Result<String, Unread> {
    if u32::try_from(bytes.len()).is_err() {
        return Err(Unread::Because("the file is larger than 4 GiB".into()));
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text)),
        Err(error) => {
            let valid = error.utf8_error().valid_up_to();
            Err(Unread::NotUtf8 { text: String::from_utf8_lossy(error.as_bytes()).into_owned(), valid })
        }
    }
}
