//! Files as they were at a revision: `git:REV:PATH`.
//!
//! The `git` program is asked for what its object database holds; nothing of the working tree is read. As in git, a path
//! is one from the root of the repository, and one that begins with `./` or `../` is one from the current directory.

use std::fmt;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};

use crate::diagnostic::Diagnostic;

/// What a path begins with that is meant so. A file that is called so can be given as `./git:...`.
const SCHEME: &str = "git:";

/// Whether `path` names something at a revision.
pub(crate) fn is_revision(path: &Path) -> bool {
    path.to_str().is_some_and(|text| text.starts_with(SCHEME))
}

/// What was found at a revision.
pub(super) struct Found {
    /// Whether the path names a file, which is then the only one.
    pub(super) is_file: bool,
    pub(super) files: Vec<Entry>,
    /// Symbolic links and submodules, which are not followed.
    pub(super) links: Vec<String>,
}

/// A file at a revision.
pub(super) struct Entry {
    /// The name as people see it: `git:HEAD~1:conf/people.yaml`.
    pub(super) name: PathBuf,
    pub(super) blob: Blob,
}

/// The content of a file, which never changes.
pub(super) struct Blob {
    id: String,
    /// The same whatever revision and path it was asked for by.
    pub(super) place: PathBuf,
    /// In bytes, as far as git says so.
    pub(super) size: u64,
    store: Arc<Store>,
}

impl Blob {
    pub(super) fn read(&self) -> std::io::Result<Vec<u8>> {
        self.store.read(&self.id)
    }
}

/// Why git gives nothing.
enum Failure {
    /// It cannot be run.
    NoProgram(std::io::Error),
    /// It says why.
    Refused(String),
}

/// Everything that `text`, a path for which [`is_revision`] holds, stands for.
pub(super) fn find(text: &str, store: &Arc<Store>) -> Result<Found, Diagnostic> {
    let named = text.strip_prefix(SCHEME).unwrap_or(text);
    let (revision, path) = named.split_once(':').unwrap_or((named, ""));
    let failed = |failure: Failure| match failure {
        Failure::NoProgram(error) => {
            Diagnostic::error("no-git", format!("cannot run `git`, which `{text}` needs"))
                .because(super::files::why(&error))
        }
        Failure::Refused(reason) => unreadable(text, &reason),
    };
    git(&["rev-parse", "--git-dir"]).map_err(failed)?;
    let tree = tree(revision).map_err(failed)?.ok_or_else(|| {
        Diagnostic::error("unknown-revision", format!("cannot read `{text}`"))
            .because(if revision.is_empty() {
                "no revision is named".to_owned()
            } else {
                format!("`{revision}` is no revision of this repository")
            })
            .help("what is meant is `git:REV:PATH`, such as `git:HEAD:blueprints`")
    })?;
    let from_root = from_root(path).map_err(failed)?;
    let from_root = from_root.ok_or_else(|| unreadable(text, "the path leads out of the repository"))?;
    let missing = || unreadable(text, &format!("there is no such file or folder in revision `{revision}`"));
    // In git, no file is called so.
    if !from_root.is_empty() && from_root.split('/').any(|part| ["", ".", ".."].contains(&part)) {
        return Err(missing());
    }
    let mut asked = vec!["ls-tree", "-r", "-z", "-l", "--full-tree", &tree];
    if !from_root.is_empty() {
        asked.extend(["--", &from_root]);
    }
    let listed = git(&asked).map_err(failed)?;
    let mut found = Found { is_file: false, files: Vec::new(), links: Vec::new() };
    for line in listed.split(|byte| *byte == 0).filter(|line| !line.is_empty()) {
        let line = String::from_utf8_lossy(line);
        let Some((about, path)) = line.split_once('\t') else { continue };
        let Some(below) = below(path, &from_root) else { continue };
        let mut about = about.split_ascii_whitespace();
        let (Some(mode), Some(_), Some(id), size) = (about.next(), about.next(), about.next(), about.next())
        else {
            continue;
        };
        // Like authentik, what begins with a dot is passed over, unless somebody names it.
        if below.split('/').any(|part| part.starts_with('.')) {
            continue;
        }
        let name = shown(text, below);
        if !mode.starts_with("100") {
            if below.is_empty() {
                return Err(unreadable(text, "it is a symbolic link or a submodule, which are not followed"));
            }
            found.links.push(name);
            continue;
        }
        found.is_file |= below.is_empty();
        let size = size.and_then(|size| size.parse().ok()).unwrap_or_default();
        let place = Path::new(SCHEME).join(&tree).join(path);
        let blob = Blob { id: id.to_owned(), place, size, store: Arc::clone(store) };
        found.files.push(Entry { name: name.into(), blob });
    }
    if listed.is_empty() && !from_root.is_empty() {
        return Err(missing());
    }
    Ok(found)
}

fn unreadable(text: &str, why: &str) -> Diagnostic {
    Diagnostic::error("unreadable-file", format!("cannot read `{text}`")).because(why)
}

/// The part of `path` below `folder`; nothing for `folder` itself.
fn below<'p>(path: &'p str, folder: &str) -> Option<&'p str> {
    let rest = path.strip_prefix(folder)?;
    if folder.is_empty() || rest.is_empty() { Some(rest) } else { rest.strip_prefix('/') }
}

/// What people see of a file `below` the place that `text` names.
fn shown(text: &str, below: &str) -> String {
    let is_root = !text.strip_prefix(SCHEME).unwrap_or(text).contains(':');
    match (below, is_root) {
        ("", _) => text.to_owned(),
        (_, true) => format!("{text}:{below}"),
        _ if text.ends_with([':', '/']) => format!("{text}{below}"),
        _ => format!("{text}/{below}"),
    }
}

/// The tree of a revision, if there is such a revision.
fn tree(revision: &str) -> Result<Option<String>, Failure> {
    // No name of a revision begins with a hyphen; options do.
    if revision.is_empty() || revision.starts_with('-') || revision.contains('\0') {
        return Ok(None);
    }
    // What is put behind a name can change what it says, so it is put behind an id.
    let Some(id) = id_of(revision)? else { return Ok(None) };
    id_of(&format!("{id}^{{tree}}"))
}

/// What a name of git's stands for; `None` where it stands for nothing.
fn id_of(name: &str) -> Result<Option<String>, Failure> {
    match git(&["rev-parse", "--verify", "--quiet", "--end-of-options", name]) {
        Ok(id) => {
            let id = String::from_utf8_lossy(&id).trim().to_owned();
            Ok(Some(id).filter(|id| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_hexdigit())))
        }
        Err(Failure::Refused(_)) => Ok(None),
        Err(failure) => Err(failure),
    }
}

/// `path` from the root of the repository, as git would take it; `None` if it leads out of it.
fn from_root(path: &str) -> Result<Option<String>, Failure> {
    let is_relative = [".", ".."].contains(&path) || path.starts_with("./") || path.starts_with("../");
    if !is_relative {
        return Ok(Some(path.trim_end_matches('/').to_owned()));
    }
    let prefix = git(&["rev-parse", "--show-prefix"])?;
    let prefix = String::from_utf8_lossy(&prefix);
    let mut parts: Vec<&str> = Vec::new();
    for part in prefix.trim_end_matches(['\n', '\r']).split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                if parts.pop().is_none() {
                    return Ok(None);
                }
            }
            part => parts.push(part),
        }
    }
    Ok(Some(parts.join("/")))
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    command.args(arguments).stdin(Stdio::null()).stderr(Stdio::piped());
    // Nothing is fetched, nobody is asked, paths are no patterns, and messages are in one language.
    command.env("GIT_NO_LAZY_FETCH", "1").env("GIT_TERMINAL_PROMPT", "0");
    command.env("GIT_LITERAL_PATHSPECS", "1").env("LC_ALL", "C");
    command
}

/// What git answers.
fn git(arguments: &[&str]) -> Result<Vec<u8>, Failure> {
    let output = command(arguments).output().map_err(Failure::NoProgram)?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(Failure::Refused(said.lines().next().unwrap_or("git fails without a word").to_owned()))
}

/// The contents of files, which one process gives as long as anybody asks.
#[derive(Default)]
pub(super) struct Store(Mutex<Option<Process>>);

struct Process {
    child: Child,
    ask: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Store {
    fn read(&self, id: &str) -> std::io::Result<Vec<u8>> {
        let mut process = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let running = match process.take() {
            Some(running) => running,
            None => Process::start()?,
        };
        // After a failure nobody knows what comes next, so another process is asked then.
        process.insert(running).read(id).inspect_err(|_| *process = None)
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").finish_non_exhaustive()
    }
}

impl Process {
    fn start() -> std::io::Result<Self> {
        let mut command = command(&["cat-file", "--batch"]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
        let ask = child.stdin.take();
        let answers = child.stdout.take().ok_or(std::io::ErrorKind::BrokenPipe)?;
        Ok(Self { child, ask, answers: BufReader::new(answers) })
    }

    fn read(&mut self, id: &str) -> std::io::Result<Vec<u8>> {
        let ask = self.ask.as_mut().ok_or(std::io::ErrorKind::BrokenPipe)?;
        ask.write_all(format!("{id}\n").as_bytes())?;
        ask.flush()?;
        let mut head = String::new();
        self.answers.read_line(&mut head)?;
        let size = match head.split_ascii_whitespace().collect::<Vec<_>>().as_slice() {
            [_, "blob", size] => size.parse::<u64>().ok(),
            _ => None,
        };
        let Some(size) = size else {
            return Err(std::io::Error::other("git does not give its content"));
        };
        let mut content = Vec::new();
        let mut end = [0];
        self.answers.by_ref().take(size).read_to_end(&mut content)?;
        self.answers.read_exact(&mut end)?;
        if content.len() as u64 == size { Ok(content) } else { Err(std::io::ErrorKind::UnexpectedEof.into()) }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It ends when nobody can ask any more.
        self.ask = None;
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_below_a_folder_is_in_it() {
        for (path, folder, expected) in [
            ("a/b.may", "", Some("a/b.may")),
            ("a/b.may", "a", Some("b.may")),
            ("a/b.may", "a/b.may", Some("")),
            ("ab/c.may", "a", None),
            ("b.may", "a", None),
        ] {
            assert_eq!(below(path, folder), expected, "{path} {folder}");
        }
    }

    #[test]
    fn names_are_those_that_git_would_take_back() {
        for (text, below, expected) in [
            ("git:HEAD", "a.may", "git:HEAD:a.may"),
            ("git:HEAD:", "a.may", "git:HEAD:a.may"),
            ("git:HEAD:x", "a.may", "git:HEAD:x/a.may"),
            ("git:HEAD:x/", "a.may", "git:HEAD:x/a.may"),
            ("git:HEAD:./", "a.may", "git:HEAD:./a.may"),
            ("git:HEAD:x.may", "", "git:HEAD:x.may"),
        ] {
            assert_eq!(shown(text, below), expected);
        }
    }
}
