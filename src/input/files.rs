//! Which files there are, and what each of them is.

mod stored;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::git;
use crate::diagnostic::{Diagnostic, Diagnostics, Sources};
use crate::model::SourceId;
use stored::Stored;
pub(super) use stored::Unread;
#[cfg(feature = "cli")]
use stored::decode;

/// The files that were found, by kind, in the order that they were given in.
#[derive(Default)]
pub(super) struct Found {
    pub(super) may: Vec<SourceId>,
    /// Blueprints, and whether each was named itself, and not only its folder.
    pub(super) blueprints: Vec<(SourceId, bool)>,
    /// Folders of pages, which are not read yet.
    pub(super) snapshots: Vec<Vec<Page>>,
    /// Blueprints that are as they were at a revision.
    pub(super) past: BTreeSet<SourceId>,
}

impl Found {
    /// How many bytes there are to read.
    pub(super) fn bytes<'s>(&self, text: impl Fn(SourceId) -> &'s str) -> u64 {
        let read = self.may.iter().chain(self.blueprints.iter().map(|(source, _)| source));
        let pages = self.snapshots.iter().flatten();
        read.map(|source| text(*source).len() as u64).sum::<u64>()
            + pages.map(|page| page.file.size()).sum::<u64>()
    }
}

/// A page of the API.
pub(super) struct Page {
    /// The name of its file.
    pub(super) name: String,
    pub(super) source: SourceId,
    pub(super) file: Arc<Stored>,
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
    let mut finder = Finder {
        found: Found::default(),
        seen: BTreeSet::new(),
        history: Arc::default(),
        sources,
        diagnostics,
    };
    for path in paths {
        finder.path(path.as_ref());
    }
    finder.found
}

struct Finder<'a> {
    found: Found,
    /// Where the files and folders are that were met: links may lead to one of them twice, or in circles.
    seen: BTreeSet<PathBuf>,
    history: Arc<git::Store>,
    sources: &'a mut Sources,
    diagnostics: &'a mut Diagnostics,
}

impl Finder<'_> {
    /// Whether `file` was not met before.
    fn is_new(&mut self, file: &Stored) -> bool {
        file.place().is_none_or(|place| self.seen.insert(place))
    }

    fn path(&mut self, path: &Path) {
        if let Some(text) = path.to_str().filter(|_| git::is_revision(path)) {
            return self.revision(path, text);
        }
        if path.is_dir() {
            return self.folder(path);
        }
        match kind(path) {
            None if path.exists() => self.diagnostics.push(unknown(path)),
            None => self.unreadable(path, "there is no such file or folder"),
            Some(kind) => self.named(Stored::at(path), kind),
        }
    }

    /// A file that somebody named itself.
    fn named(&mut self, file: Stored, kind: Kind) {
        if kind == Kind::Page {
            self.diagnostics.push(
                Diagnostic::error(
                    "unknown-input",
                    format!("`{}` is one page of an API snapshot", file.name.display()),
                )
                .help("give the folder that holds all pages"),
            );
        } else if self.is_new(&file) {
            self.file(file, kind, true);
        }
    }

    /// What `path` held at a revision.
    fn revision(&mut self, path: &Path, text: &str) {
        let found = match git::find(text, &self.history) {
            Ok(found) => found,
            Err(problem) => return self.diagnostics.push(problem),
        };
        if !found.links.is_empty() {
            let links: Vec<String> = found.links.iter().map(|link| format!("`{link}`")).collect();
            self.diagnostics.push(
                Diagnostic::warning("not-followed", format!("`{text}` holds what is not followed"))
                    .because(format!("symbolic links and submodules: {}", links.join(", "))),
            );
        }
        let mut files = Vec::new();
        for entry in found.files {
            let kind = kind(&entry.name);
            let file = Stored::of(entry.name, entry.blob);
            match kind {
                None if found.is_file => self.diagnostics.push(unknown(path)),
                Some(kind) if found.is_file => self.named(file, kind),
                Some(kind) => files.push((file, kind)),
                None => {}
            }
        }
        if !found.is_file {
            self.several(path, files);
        }
    }

    fn folder(&mut self, folder: &Path) {
        let mut files = Vec::new();
        let mut queue = vec![folder.to_owned()];
        let mut is_new = false;
        while let Some(next) = queue.pop() {
            if !self.is_new(&Stored::at(&next)) {
                continue;
            }
            is_new = true;
            match list(&next) {
                Ok(paths) => {
                    for path in paths {
                        if path.is_dir() {
                            queue.push(path);
                        } else if let Some(kind) = kind(&path) {
                            files.push((Stored::at(&path), kind));
                        }
                    }
                }
                Err(error) => self.unreadable(&next, &why(&error)),
            }
        }
        if is_new {
            self.several(folder, files);
        }
    }

    /// The files of a folder.
    fn several(&mut self, folder: &Path, mut files: Vec<(Stored, Kind)>) {
        files.sort_by(|(a, _), (b, _)| a.name.cmp(&b.name));
        let Some((first, kind)) = files.first() else {
            self.diagnostics.push(
                Diagnostic::error("empty-folder", format!("`{}` holds nothing that can be read", folder.display()))
                    .help("a folder of blueprints (`.yaml`), of `.may` files, or of API pages (`.json`) is expected"),
            );
            return;
        };
        if let Some((other, _)) = files.iter().find(|(_, other)| other != kind) {
            self.diagnostics.push(
                Diagnostic::error("mixed-folder", format!("`{}` holds files of several kinds", folder.display()))
                    .because(format!("`{}` and `{}`", first.name.display(), other.name.display()))
                    .help("name the file or the folder that is meant: read together, they would describe the tenant twice"),
            );
            return;
        }
        let is_snapshot = *kind == Kind::Page;
        // Links may lead to one file twice.
        files.retain(|(file, _)| self.is_new(file));
        if is_snapshot {
            self.pages(files);
        } else {
            for (file, kind) in files {
                self.file(file, kind, false);
            }
        }
    }

    /// Pages belong together with those in the same folder.
    fn pages(&mut self, files: Vec<(Stored, Kind)>) {
        let mut before: Option<PathBuf> = None;
        for (file, _) in files {
            let folder = file.name.parent().map(Path::to_owned);
            if before != folder || self.found.snapshots.is_empty() {
                self.found.snapshots.push(Vec::new());
                before = folder;
            }
            let name =
                file.name.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            let file = Arc::new(file);
            let source = self.add(&file);
            if let Some(pages) = self.found.snapshots.last_mut() {
                pages.push(Page { name, source, file });
            }
        }
    }

    fn add(&mut self, file: &Arc<Stored>) -> SourceId {
        let again = Arc::clone(file);
        self.sources.add_file(file.name.display().to_string(), Arc::new(move || again.again()))
    }

    fn file(&mut self, file: Stored, kind: Kind, named: bool) {
        let is_past = file.is_past();
        let Some(source) = self.read(file) else { return };
        match kind {
            Kind::May => self.found.may.push(source),
            Kind::Blueprint | Kind::Page => {
                self.found.blueprints.push((source, named));
                self.found.past.extend(is_past.then_some(source));
            }
        }
    }

    fn read(&mut self, file: Stored) -> Option<SourceId> {
        let file = Arc::new(file);
        let read = file.read();
        let source = self.add(&file);
        match read {
            Ok(text) => {
                self.sources.put(source, text, file.is_lasting());
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
