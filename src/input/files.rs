//! Which files there are, and what each of them is.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::hash::{Hash as _, Hasher as _};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use crate::diagnostic::{Diagnostic, Diagnostics, Sources};
use crate::model::SourceId;

/// The files that were found, by kind, in the order that they were given in.
#[derive(Default)]
pub(super) struct Found {
    pub(super) may: Vec<SourceId>,
    /// Blueprints, and whether each was named itself, and not only its folder.
    pub(super) blueprints: Vec<(SourceId, bool)>,
    /// Folders of pages, which are not read yet.
    pub(super) snapshots: Vec<Vec<Page>>,
}

impl Found {
    /// How many bytes there are to read.
    pub(super) fn bytes<'s>(&self, text: impl Fn(SourceId) -> &'s str) -> u64 {
        let read = self.may.iter().chain(self.blueprints.iter().map(|(source, _)| source));
        let pages = self.snapshots.iter().flatten();
        read.map(|source| text(*source).len() as u64).sum::<u64>()
            + pages.map(|page| page.file.path.metadata().map_or(0, |file| file.len())).sum::<u64>()
    }
}

/// A page of the API.
pub(super) struct Page {
    /// The name of its file.
    pub(super) name: String,
    pub(super) source: SourceId,
    pub(super) file: Arc<Disk>,
}

/// What a file is, by its ending.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    May,
    Blueprint,
    Page,
}

fn kind(path: &Path) -> Option<Kind> {
    match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
        "may" => Some(Kind::May),
        "yaml" | "yml" => Some(Kind::Blueprint),
        "json" => Some(Kind::Page),
        _ => None,
    }
}

/// The text called `name`.
pub(super) fn given(name: &str, text: &str, sources: &mut Sources, diagnostics: &mut Diagnostics) -> Found {
    let mut found = Found::default();
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    match kind(Path::new(name)) {
        Some(Kind::May) => found.may.push(sources.add(name, text)),
        Some(Kind::Blueprint) => found.blueprints.push((sources.add(name, text), true)),
        Some(Kind::Page) | None => diagnostics.push(unknown(Path::new(name))),
    }
    found
}

/// All files of `paths`.
pub(super) fn find<P: AsRef<Path>>(
    paths: &[P],
    sources: &mut Sources,
    diagnostics: &mut Diagnostics,
) -> Found {
    let mut finder = Finder { found: Found::default(), seen: BTreeSet::new(), sources, diagnostics };
    for path in paths {
        finder.path(path.as_ref());
    }
    finder.found
}

struct Finder<'a> {
    found: Found,
    /// Where the files and folders are that were met: links may lead to one of them twice, or in circles.
    seen: BTreeSet<PathBuf>,
    sources: &'a mut Sources,
    diagnostics: &'a mut Diagnostics,
}

impl Finder<'_> {
    /// Whether `path` leads to something that was not met before.
    fn is_new(&mut self, path: &Path) -> bool {
        path.canonicalize().map_or(true, |place| self.seen.insert(place))
    }

    fn path(&mut self, path: &Path) {
        if path.is_dir() {
            return self.folder(path);
        }
        match kind(path) {
            Some(Kind::Page) => self.diagnostics.push(
                Diagnostic::error(
                    "unknown-input",
                    format!("`{}` is one page of an API snapshot", path.display()),
                )
                .help("give the folder that holds all pages"),
            ),
            Some(kind) => self.file(path, kind, true),
            None if path.exists() => self.diagnostics.push(unknown(path)),
            None => self.unreadable(path, "there is no such file or folder"),
        }
    }

    fn folder(&mut self, folder: &Path) {
        let mut files = Vec::new();
        let mut queue = vec![folder.to_owned()];
        let mut is_new = false;
        while let Some(next) = queue.pop() {
            if !self.is_new(&next) {
                continue;
            }
            is_new = true;
            match list(&next) {
                Ok(paths) => {
                    for path in paths {
                        if path.is_dir() {
                            queue.push(path);
                        } else if let Some(kind) = kind(&path) {
                            files.push((path, kind));
                        }
                    }
                }
                Err(error) => self.unreadable(&next, &why(&error)),
            }
        }
        if !is_new {
            return;
        }
        files.sort_by(|(a, _), (b, _)| a.cmp(b));
        let Some((_, kind)) = files.first() else {
            self.diagnostics.push(
                Diagnostic::error("empty-folder", format!("`{}` holds nothing that can be read", folder.display()))
                    .help("a folder of blueprints (`.yaml`), of `.may` files, or of API pages (`.json`) is expected"),
            );
            return;
        };
        if let Some((other, _)) = files.iter().find(|(_, other)| other != kind) {
            self.diagnostics.push(
                Diagnostic::error("mixed-folder", format!("`{}` holds files of several kinds", folder.display()))
                    .because(format!("`{}` and `{}`", files.first().map_or(folder, |(path, _)| path).display(), other.display()))
                    .help("name the file or the folder that is meant: read together, they would describe the tenant twice"),
            );
            return;
        }
        if *kind == Kind::Page {
            self.pages(&files);
        } else {
            for (path, kind) in &files {
                self.file(path, *kind, false);
            }
        }
    }

    /// Pages belong together with those in the same folder.
    fn pages(&mut self, files: &[(PathBuf, Kind)]) {
        for folder in files.chunk_by(|(a, _), (b, _)| a.parent() == b.parent()) {
            let mut pages = Vec::new();
            for (path, _) in folder {
                let name =
                    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
                if self.is_new(path) {
                    let file = Arc::new(Disk::of(path));
                    let again = Arc::clone(&file);
                    let named = path.display().to_string();
                    let source = self.sources.add_file(named, Arc::new(move || again.again()));
                    pages.push(Page { name, source, file });
                }
            }
            self.found.snapshots.push(pages);
        }
    }

    fn file(&mut self, path: &Path, kind: Kind, named: bool) {
        let Some(source) = self.read(path) else { return };
        match kind {
            Kind::May => self.found.may.push(source),
            Kind::Blueprint | Kind::Page => self.found.blueprints.push((source, named)),
        }
    }

    fn read(&mut self, path: &Path) -> Option<SourceId> {
        if !self.is_new(path) {
            return None;
        }
        let file = Arc::new(Disk::of(path));
        let again = Arc::clone(&file);
        let read = file.read();
        let source = self.sources.add_file(path.display().to_string(), Arc::new(move || again.again()));
        match read {
            Ok(text) => {
                self.sources.put(source, text, file.mark.get().is_some());
                Some(source)
            }
            Err(unread) => {
                let problem = file.problem(source, unread, self.sources);
                self.diagnostics.push(problem);
                None
            }
        }
    }

    fn unreadable(&mut self, path: &Path, why: &str) {
        self.diagnostics.push(unreadable(path, why));
    }
}

/// A file, of which only the mark is kept that its content left.
pub(super) struct Disk {
    path: PathBuf,
    mark: OnceLock<u64>,
}

impl Disk {
    fn of(path: &Path) -> Self {
        Self { path: path.to_owned(), mark: OnceLock::new() }
    }

    /// Reads the text for the first time.
    pub(super) fn read(&self) -> Result<String, Unread> {
        let bytes = std::fs::read(&self.path).map_err(|error| Unread::Because(why(&error)))?;
        let text = decode(bytes)?;
        // What comes through a pipe cannot be read once more, and gets no mark.
        if self.path.is_file() {
            let _ = self.mark.set(mark(&text));
        }
        Ok(text)
    }

    /// The same text once more, if the file still holds it.
    fn again(&self) -> Option<String> {
        let text = decode(std::fs::read(&self.path).ok()?).ok()?;
        (self.mark.get() == Some(&mark(&text))).then_some(text)
    }

    /// What is wrong with the file, whose text is that of `source`.
    pub(super) fn problem(&self, source: SourceId, unread: Unread, sources: &mut Sources) -> Diagnostic {
        match unread {
            Unread::Because(why) => unreadable(&self.path, &why),
            Unread::NotUtf8 { text, valid } => {
                sources.put(source, text, false);
                not_utf8(&self.path, source, valid)
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
pub(super) enum Unread {
    Because(Cow<'static, str>),
    /// What it holds in place of characters, after the byte that it is valid up to.
    NotUtf8 {
        text: String,
        valid: usize,
    },
}

fn decode(bytes: Vec<u8>) -> Result<String, Unread> {
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

/// The text that `bytes`, the content of `path`, are.
#[cfg(feature = "cli")]
pub(crate) fn text(
    path: &Path,
    bytes: Vec<u8>,
    sources: &mut Sources,
    diagnostics: &mut Diagnostics,
) -> Option<SourceId> {
    let name = path.display().to_string();
    match decode(bytes) {
        Ok(text) => Some(sources.add(name, text)),
        Err(Unread::Because(why)) => {
            diagnostics.push(unreadable(path, &why));
            None
        }
        Err(Unread::NotUtf8 { text, valid }) => {
            let source = sources.add(name, text);
            diagnostics.push(not_utf8(path, source, valid));
            None
        }
    }
}

fn not_utf8(path: &Path, source: SourceId, valid: usize) -> Diagnostic {
    let place = crate::model::Origin::text(source, valid..valid + '\u{fffd}'.len_utf8());
    Diagnostic::error("invalid-utf8", format!("`{}` is not UTF-8", path.display()))
        .at(place, format!("byte {valid} is not part of any character"))
        .help("save the file as UTF-8")
}

fn unreadable(path: &Path, why: &str) -> Diagnostic {
    Diagnostic::error("unreadable-file", format!("cannot read `{}`", path.display())).because(why)
}

/// What went wrong outside, in words.
pub(crate) fn why(error: &io::Error) -> Cow<'static, str> {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file or folder".into(),
        io::ErrorKind::IsADirectory => "it is a folder".into(),
        io::ErrorKind::NotADirectory => "a part of the path is not a folder".into(),
        io::ErrorKind::PermissionDenied => "permission denied".into(),
        io::ErrorKind::StorageFull => "no space is left".into(),
        _ => error.to_string().into(),
    }
}

/// The visible entries of `folder`. Like authentik, what begins with a dot is passed over.
fn list(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if !entry.file_name().to_string_lossy().starts_with('.') {
            paths.push(entry.path());
        }
    }
    Ok(paths)
}

fn unknown(path: &Path) -> Diagnostic {
    Diagnostic::error("unknown-input", format!("`{}` is no input that is known here", path.display()))
        .help("`.may` files, blueprints (`.yaml`, `.yml`) and folders of API pages (`.json`) can be read")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_read_once_more_unless_its_file_has_changed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.may");
        std::fs::write(&path, "\u{feff}group staff").unwrap();
        let mut sources = Sources::default();
        let found = find(&[&path], &mut sources, &mut Diagnostics::default());
        let source = *found.may.first().unwrap();
        for _ in 0..2 {
            assert_eq!(sources.get(source).unwrap().text(), "group staff");
            sources.forget();
        }
        std::fs::write(&path, "group stuff").unwrap();
        assert_eq!(sources.get(source).unwrap().text(), "");
    }

    #[test]
    fn what_is_wrong_with_a_file_stays_in_sight() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.may");
        std::fs::write(&path, b"group \xff").unwrap();
        let mut sources = Sources::default();
        let mut diagnostics = Diagnostics::default();
        find(&[&path], &mut sources, &mut diagnostics);
        sources.forget();
        let label = diagnostics.iter().flat_map(|problem| &problem.labels).next().unwrap();
        assert_eq!(sources.region(label).unwrap().span, Some(((1, 7), (1, 8))));
    }
}
