//! `git:REV:PATH`, with real repositories.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

const BEFORE: &str = "group staff\nuser anna in staff\nuser bob\napplication wiki any { 0: group staff }\n";
const AFTER: &str =
    "group staff\nuser anna in staff\nuser bob in staff\napplication wiki any { 0: group staff }\n";

/// A repository with nothing of the caller's circumstances.
struct Repository(TempDir);

impl Repository {
    fn new() -> Self {
        let this = Self(tempfile::tempdir().unwrap());
        this.git(&["init", "--quiet", "--initial-branch=main"]);
        this
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn command(&self, program: &str, folder: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.path().join(folder)).stdin(Stdio::null());
        for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "WHOMAY_INPUT"] {
            command.env_remove(name);
        }
        command.env("HOME", self.path()).env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CEILING_DIRECTORIES", "/");
        for who in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{who}_NAME"), "a").env(format!("GIT_{who}_EMAIL"), "a@example.com");
            command.env(format!("GIT_{who}_DATE"), "2026-01-01T00:00:00Z");
        }
        command
    }

    fn git(&self, arguments: &[&str]) -> String {
        let output = self.command("git", "").args(arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    fn commit(&self) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", "x"]);
    }

    fn whomay_in(&self, folder: &str, arguments: &[&str]) -> Output {
        self.command(env!("CARGO_BIN_EXE_whomay"), folder).args(arguments).output().unwrap()
    }

    fn whomay(&self, arguments: &[&str]) -> Output {
        self.whomay_in("", arguments)
    }

    /// The exit code, and everything that is said.
    fn told(&self, folder: &str, arguments: &[&str]) -> (i32, String) {
        let output = self.whomay_in(folder, arguments);
        let told = [output.stdout.as_slice(), &output.stderr].concat();
        (output.status.code().unwrap(), String::from_utf8(told).unwrap())
    }

    fn users_of_wiki(&self, folder: &str, input: &str) -> Vec<String> {
        let arguments = ["who", "app:wiki", "-i", input, "--authentik", "2026.5", "--format", "csv"];
        let output = self.whomay_in(folder, &arguments);
        assert!(output.status.success(), "{input}: {output:?}");
        let rows = String::from_utf8(output.stdout).unwrap();
        rows.lines().skip(1).map(|row| row.split(',').next().unwrap().to_owned()).collect()
    }
}

/// A repository in which Bob joins the staff with the second commit, and which is something else on disk.
fn history() -> Repository {
    let repository = Repository::new();
    repository.write("conf/prod/tenant.may", BEFORE);
    repository.commit();
    repository.git(&["tag", "--annotate", "old", "--message", "x"]);
    repository.write("conf/prod/tenant.may", AFTER);
    repository.commit();
    repository.write("conf/prod/tenant.may", "user carl\napplication wiki\n");
    repository
}

#[test]
fn a_revision_is_read_and_the_working_tree_is_not() {
    let repository = history();
    let tree = repository.git(&["rev-parse", "HEAD^{tree}"]);
    for (folder, input, expected) in [
        ("", "git:HEAD:conf/prod/tenant.may", vec!["anna", "bob"]),
        ("", "git:HEAD:conf/prod", vec!["anna", "bob"]),
        ("", "git:HEAD:conf/", vec!["anna", "bob"]),
        ("", "git:HEAD", vec!["anna", "bob"]),
        ("", "git:main:", vec!["anna", "bob"]),
        ("", "git:HEAD~1", vec!["anna"]),
        ("", "git:old:conf", vec!["anna"]),
        ("", &format!("git:{tree}"), vec!["anna", "bob"]),
        // From the root, unless the path says that it is from here.
        ("conf", "git:old:conf/prod", vec!["anna"]),
        ("conf", "git:old:./prod", vec!["anna"]),
        ("conf/prod", "git:old:./tenant.may", vec!["anna"]),
        ("conf/prod", "git:old:..", vec!["anna"]),
        ("conf/prod", "git:old:../prod/./", vec!["anna"]),
        ("conf/prod", "tenant.may", vec!["carl"]),
    ] {
        assert_eq!(repository.users_of_wiki(folder, input), expected, "{input} in {folder:?}");
    }
}

#[test]
fn either_side_of_a_diff_can_be_a_revision() {
    let repository = history();
    let diff = |old: &str, new: &str| {
        repository.told("", &["diff", old, new, "--authentik", "2026.5", "--format", "csv"])
    };
    let head = "moved,user,target,before,now,because of\n";
    let gained = format!("{head}gained,bob,app:wiki,no,yes,joined staff\n");
    assert_eq!(diff("git:HEAD~1:conf", "git:HEAD:conf"), (0, gained));
    let (code, text) = diff("git:HEAD:conf", "conf");
    assert_eq!((code, text.matches("lost,").count(), text.matches("gained,carl").count()), (0, 2, 1));
    assert_eq!(diff("git:HEAD", "git:HEAD:conf/prod"), (0, head.to_owned()));
    // Once, whatever it is called.
    assert_eq!(
        repository
            .told("", &["who", "wiki", "-q", "-i", "git:HEAD", "-i", "git:main:conf", "-i", "git:HEAD"]),
        repository.told("", &["who", "wiki", "-q", "-i", "git:HEAD"])
    );
}

#[test]
fn places_are_called_as_somebody_would_type_them() {
    let repository = history();
    let old = ["diff", "git:old:conf", "git:HEAD", "--authentik", "2026.5", "--format", "plain"];
    let (_, text) = repository.told("", &old);
    assert!(text.contains("git:old:conf/prod/tenant.may:3:1"), "{text}");
    assert!(text.contains("git:HEAD:conf/prod/tenant.may:3:1"), "{text}");
    repository.write("conf/prod/tenant.may", "group staff\nuser anna in stuff\n");
    repository.commit();
    // What is wrong is shown in the text of the revision.
    repository.write("conf/prod/tenant.may", "\n\n\n");
    let (code, text) = repository.told("conf/prod", &["audit", "git:HEAD:./tenant.may"]);
    assert_eq!(code, 1);
    assert!(text.contains("[ git:HEAD:./tenant.may:2:14 ]") && text.contains("user anna in stuff"), "{text}");
    repository.write("conf/prod/tenant.may", b"group \xff");
    repository.commit();
    let (code, text) = repository.told("", &["audit", "git:HEAD"]);
    assert_eq!(code, 1);
    assert!(text.contains("`git:HEAD:conf/prod/tenant.may` is not UTF-8"), "{text}");
}

#[test]
fn what_cannot_be_read_is_said() {
    let repository = history();
    repository.write("page/core_users.p1.json", "{}");
    repository.write("empty/notes.txt", "");
    repository.write("-x/a.may", BEFORE);
    repository.write("a*b/a.may", BEFORE);
    repository.write("ab/a.may", AFTER);
    repository.commit();
    let no_path = "there is no such file or folder in revision `HEAD`";
    for (input, expected) in [
        ("git:HEAD:nowhere", no_path),
        ("git:HEAD:conf/prod/tenant", no_path),
        ("git:HEAD:conf/prod/tenant.may/x", no_path),
        ("git:HEAD:/conf", no_path),
        ("git:HEAD:a?b", no_path),
        ("git:HEAD:conf/../conf", no_path),
        ("git:HEAD::(top)conf", no_path),
        ("git:HEAD:../x", "the path leads out of the repository"),
        ("git:nothing:conf", "`nothing` is no revision of this repository"),
        ("git:main..HEAD:conf", "`main..HEAD` is no revision of this repository"),
        ("git:^HEAD:conf", "`^HEAD` is no revision of this repository"),
        ("git:--all:conf", "`--all` is no revision of this repository"),
        ("git:--output=leak:conf", "`--output=leak` is no revision of this repository"),
        ("git:HEAD@{9999:conf", "`HEAD@{9999` is no revision of this repository"),
        ("git:-h", "`-h` is no revision of this repository"),
        ("git::conf", "no revision is named"),
        ("git:", "no revision is named"),
        ("git:HEAD:page/core_users.p1.json", "is one page of an API snapshot"),
        ("git:HEAD:empty", "holds nothing that can be read"),
        ("git:HEAD:empty/notes.txt", "is no input that is known here"),
        ("git:HEAD", "holds files of several kinds"),
    ] {
        let (code, text) = repository.told("", &["audit", input]);
        assert_eq!(code, 1, "{input}: {text}");
        assert!(text.contains(expected) && text.contains(&format!("`{input}`")), "{input}: {text}");
    }
    assert!(!repository.path().join("leak").exists());
    assert_eq!(repository.users_of_wiki("", "git:HEAD:-x"), ["anna"]);
    assert_eq!(repository.users_of_wiki("", "git:HEAD:a*b"), ["anna"]);
}

#[test]
fn without_a_repository_or_without_git_nothing_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let audit = |path: Option<&str>| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_whomay"));
        command.args(["audit", "git:HEAD"]).current_dir(folder.path()).stdin(Stdio::null());
        command.env("GIT_CEILING_DIRECTORIES", folder.path().parent().unwrap()).env_remove("GIT_DIR");
        if let Some(path) = path {
            command.env("PATH", path);
        }
        let output = command.output().unwrap();
        (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    let (code, text) = audit(None);
    assert!(code == 1 && text.contains("not a git repository"), "{text}");
    let (code, text) = audit(Some(folder.path().to_str().unwrap()));
    assert!(code == 1 && text.contains("cannot run `git`, which `git:HEAD` needs"), "{text}");
}

#[test]
fn a_file_that_is_called_so_can_still_be_read() {
    let repository = history();
    repository.write("git:HEAD:x.may", "user carl\napplication wiki\n");
    assert_eq!(repository.users_of_wiki("", "./git:HEAD:x.may"), ["carl"]);
}

#[cfg(unix)]
#[test]
fn links_and_submodules_are_not_followed() {
    let repository = history();
    std::os::unix::fs::symlink("conf/prod/tenant.may", repository.path().join("link.may")).unwrap();
    std::os::unix::fs::symlink("conf", repository.path().join("linked")).unwrap();
    let other = repository.git(&["rev-parse", "HEAD"]);
    repository.git(&["update-index", "--add", "--cacheinfo", &format!("160000,{other},module")]);
    repository.git(&["add", "link.may", "linked"]);
    repository.git(&["commit", "--quiet", "--message", "x"]);
    let (code, text) = repository.told("", &["who", "app:wiki", "-i", "git:HEAD", "--format", "csv"]);
    assert_eq!(code, 0);
    let links = "symbolic links and submodules: `git:HEAD:link.may`, `git:HEAD:linked`, `git:HEAD:module`";
    assert!(text.contains(links) && text.contains("anna,"), "{text}");
    for path in ["link.may", "linked", "module"] {
        let (code, text) = repository.told("", &["audit", &format!("git:HEAD:{path}")]);
        assert!(
            code == 1 && text.contains("a symbolic link or a submodule, which are not followed"),
            "{text}"
        );
    }
    // Behind a link there is nothing in the revision.
    assert_eq!(repository.told("", &["audit", "git:HEAD:linked/prod"]).0, 1);
}

#[test]
fn what_begins_with_a_dot_is_passed_over_unless_it_is_named() {
    let repository = history();
    repository.write(".hidden/a.may", "user dora");
    repository.write("conf/.draft.may", "user dora");
    repository.commit();
    assert_eq!(repository.users_of_wiki("", "git:old"), ["anna"]);
    let (_, users) = repository.told("", &["matrix", "git:HEAD:conf", "--format", "csv"]);
    assert!(!users.contains("dora"), "{users}");
    assert_eq!(repository.told("", &["audit", "git:HEAD:.hidden"]).0, 0);
}

#[test]
fn files_that_a_blueprint_of_a_revision_asks_for_are_not_those_of_now() {
    let repository = Repository::new();
    let blueprint =
        "version: 1\nentries:\n  - model: authentik_core.group\n    identifiers: { name: !File name.txt }\n";
    repository.write("a.yaml", blueprint);
    repository.write("name.txt", "staff");
    repository.commit();
    let (code, text) = repository.told("", &["audit", "a.yaml", "--allow-file"]);
    assert_eq!(code, 0, "{text}");
    for options in [&["--allow-file"][..], &[]] {
        let (code, text) = repository.told("", &[&["audit", "git:HEAD:a.yaml"], options].concat());
        assert_eq!(code, 1);
        assert!(text.contains("it is as it is now, and not as it was at the revision"), "{text}");
    }
    // Each file for itself.
    repository.write("b.yaml", blueprint);
    let (code, text) = repository.told("", &["audit", "git:HEAD:a.yaml", "b.yaml", "--allow-file"]);
    assert_eq!((code, text.matches("file-of-now").count()), (1, 1), "{text}");
}

#[test]
fn a_snapshot_of_a_revision_is_that_snapshot() {
    let repository = Repository::new();
    let api = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/tenant-05/api");
    for entry in fs::read_dir(api).unwrap() {
        let entry = entry.unwrap();
        repository
            .write(&format!("api/{}", entry.file_name().to_str().unwrap()), fs::read(entry.path()).unwrap());
    }
    repository.commit();
    let audit = |input: &str| repository.told("", &["matrix", input, "--format", "json"]);
    let expected = audit("api");
    assert_eq!(expected.0, 0);
    assert_eq!(
        audit("git:HEAD:api").1.replace("git:HEAD:api", "api"),
        expected.1.replace("git:HEAD:api", "api")
    );
    fs::remove_dir_all(repository.path().join("api")).unwrap();
    assert_eq!(audit("git:HEAD:api").0, 0);
}

#[test]
fn many_files_and_large_ones_come_whole() {
    let repository = Repository::new();
    repository.write("conf/base.may", BEFORE);
    for number in 0..300 {
        repository.write(&format!("conf/{number:03}.may"), format!("user u{number:03} in staff\n"));
    }
    let large: Vec<String> = (0..20_000).map(|number| format!("user v{number:05} in staff\n")).collect();
    repository.write("conf/large.may", large.concat());
    repository.write("conf/nothing.may", "");
    repository.commit();
    let expected = repository.users_of_wiki("", "conf");
    assert_eq!(expected.len(), 20_301);
    assert_eq!(repository.users_of_wiki("", "git:HEAD:conf"), expected);
}

#[test]
fn a_revision_is_not_mended() {
    let repository = Repository::new();
    let fails_open = "\
policy level expression \"return request.user.attributes['level'] == 3\"
user anna
user bob { attributes: { level: 3 } }
provider vault oauth2
application vault { provider: vault  10: policy level on error pass }
";
    repository.write("a.may", fails_open);
    repository.commit();
    let (code, text) = repository.told("", &["lint", "--fix", "git:HEAD:a.may"]);
    assert_eq!(
        (code, text.as_str()),
        (1, "whomay: cannot mend `git:HEAD:a.may`: a revision stays as it is\n")
    );
    assert_eq!(fs::read_to_string(repository.path().join("a.may")).unwrap(), fails_open);
    assert_eq!(repository.git(&["status", "--porcelain"]), "");
    // What is there now can be.
    assert!(repository.told("", &["lint", "--fix", "a.may"]).1.contains("1 finding(s) mended in 1 file(s)"));
}

#[test]
fn the_file_of_settings_can_name_a_revision() {
    let repository = history();
    repository.write("whomay.toml", "input = \"git:old:conf\"\nauthentik = \"2026.5\"\n");
    for folder in ["", "conf/prod"] {
        let output = repository.whomay_in(folder, &["who", "wiki", "--format", "csv"]);
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.contains("anna,") && !text.contains("bob,"), "{text}");
    }
    assert_eq!(repository.whomay(&["audit"]).status.code(), Some(0));
}
